package schema

import (
	"fmt"
	"sync"
	"sync/atomic"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/store"
)

// Meta is what filters and the registry look at: no spec, few pointers.
type Meta struct {
	Name, Namespace   string
	UID               types.UID
	Generation        int64
	Labels            map[string]string
	Owners            []metav1.OwnerReference
	Finalizers        []string
	DeletionTimestamp *metav1.Time
	DeletionGrace     *int64
	// Fields are the selectable fields.
	Fields fields.Fields

	values fieldValues
}

// newMeta keeps what it needs of m; the strings and the label map are shared with it.
func (k *Kind) newMeta(m *metav1.ObjectMeta, typed runtime.Object) *Meta {
	out := &Meta{Name: m.Name, Namespace: m.Namespace, UID: m.UID, Generation: m.Generation, Labels: m.Labels,
		Owners: m.OwnerReferences, Finalizers: m.Finalizers, DeletionTimestamp: m.DeletionTimestamp,
		DeletionGrace: m.DeletionGracePeriodSeconds}
	out.values = fieldValues{name: m.Name, namespace: m.Namespace, namespaced: k.Namespaced, table: k.fields}
	if k.fields != nil {
		out.values.values = k.fields.values(typed)
	}
	out.Fields = &out.values
	return out
}

// Memo is what readers derive from one record: its meta, its typed form, its encodings. It lives in Record.Memo. The
// meta stays; typed forms and encodings are kept under a byte budget each for the whole process and may vanish at any time.
type Memo struct {
	meta  atomic.Pointer[Meta]
	typed atomic.Pointer[runtime.Object]
	// fresh is the object whose encoding the record holds, complete but for its revision, until its first reader makes it the
	// typed one. It is never changed.
	fresh atomic.Pointer[runtime.Object]
	forms atomic.Pointer[form]
	// asTyped and asForms are the memo's standing in the caches of typed forms and of encodings.
	asTyped, asForms standing
}

// standing is that of a memo in one cache.
type standing struct {
	// used is set by readers and cleared by the cache's hand: the second chance of the clock.
	used atomic.Bool
	// held is what the memo costs there, in bytes: that of one object fits by far. The cache's lock protects it.
	held int32
}

func (s *standing) touch() {
	if !s.used.Load() {
		s.used.Store(true)
	}
}

// form is one encoding without revision. Forms of a memo are a short linked list.
type form struct {
	media Media
	gv    schema.GroupVersion
	as    As
	bytes []byte
	next  *form
	// of is for custom kinds: by which laws the form was made.
	of *laws
	// value is what is kept instead of bytes, and cost what it counts for.
	value any
	cost  int
}

// memoOf returns the record's memo and makes one if there is none.
func memoOf(rec *store.Record) *Memo {
	if m, ok := rec.Memo.Load().(*Memo); ok && m != nil {
		return m
	}
	m := &Memo{}
	if rec.Memo.CompareAndSwap(nil, m) {
		return m
	}
	if got, ok := rec.Memo.Load().(*Memo); ok && got != nil {
		return got
	}
	return m // somebody keeps another thing there: work without memory
}

// Meta returns the record's metadata, decoded at its first reader. It is shared and must not be changed.
func (s *Schema) Meta(k *Kind, rec *store.Record) (*Meta, error) {
	if k.custom != nil {
		return s.metaOfRecord(k, rec)
	}
	memo := memoOf(rec)
	if m := memo.meta.Load(); m != nil {
		return m, nil
	}
	var om *metav1.ObjectMeta
	var typed runtime.Object
	if k.fields == nil {
		// Nothing but metadata is selectable, so nothing else is decoded.
		raw, err := metadataOf(rec.Body)
		if err != nil {
			return nil, fmt.Errorf("schema: decoding %s: %w", rec.Key, err)
		}
		om = &metav1.ObjectMeta{}
		if err := om.Unmarshal(raw); err != nil {
			return nil, fmt.Errorf("schema: decoding metadata of %s: %w", rec.Key, err)
		}
	} else {
		var err error
		if typed, err = s.Typed(k, rec); err != nil {
			return nil, err
		}
		if om, err = metaOf(typed); err != nil {
			return nil, err
		}
	}
	m := s.alike.share(k.newMeta(om, typed))
	memo.meta.Store(m)
	return m, nil
}

// Typed returns the typed object of the storage version with resourceVersion set. It is shared by all readers of the
// record and must not be changed.
func (s *Schema) Typed(k *Kind, rec *store.Record) (runtime.Object, error) {
	if k.custom != nil {
		return s.customObject(k, rec) // it depends on the definition and on the version, so it is not kept
	}
	memo := memoOf(rec)
	if t := s.atHand(memo, rec); t != nil {
		return t, nil
	}
	typed, err := s.decodeTyped(k, rec)
	if err != nil || k.bulky {
		return typed, err
	}
	return s.keepTyped(memo, rec, typed), nil
}

// keepTyped keeps the typed object of a record, and returns the one that all readers share.
func (s *Schema) keepTyped(memo *Memo, rec *store.Record, typed runtime.Object) runtime.Object {
	if memo.typed.CompareAndSwap(nil, &typed) {
		s.objects.add(memo, typedCost*len(rec.Body))
	} else if t := memo.typed.Load(); t != nil {
		return *t
	}
	return typed
}

func (m *Memo) form(media Media, gv schema.GroupVersion, as As) []byte {
	for f := m.forms.Load(); f != nil; f = f.next {
		if f.media == media && f.as == as && f.gv == gv {
			m.asForms.touch()
			return f.bytes
		}
	}
	return nil
}

func (s *Schema) keepForm(m *Memo, media Media, gv schema.GroupVersion, as As, b []byte) {
	s.addForm(m, &form{media: media, gv: gv, as: as, bytes: b})
}

func (s *Schema) addForm(m *Memo, f *form) {
	for {
		old := m.forms.Load()
		if f.next = old; old != nil && old.of != f.of {
			f.next = nil // made by laws that hold no longer
		}
		if m.forms.CompareAndSwap(old, f) {
			s.forms.add(m, len(f.bytes)+f.cost)
			return
		}
	}
}

const (
	// formBudget bounds the bytes of derived encodings in a process: the JSON of 14,000 pods.
	formBudget = 48 << 20
	// typedBudget bounds typed objects: 2,700 pods. They are apart from encodings because they serve plans, not clients, and
	// because the collector looks into each of them.
	typedBudget = 24 << 20
	// typedCost estimates a typed object's memory from its stored length (measured on pods: three to four times).
	typedCost = 4
)

// memoCache is a clock over the memos that hold one sort of derived things. Records come and go without telling it: the
// memo of a dead record is dropped when the hand reaches it, so that dead ones cost at most the budget.
type memoCache struct {
	standing func(*Memo) *standing
	drop     func(*Memo)

	mu     sync.Mutex
	budget int
	total  int
	ring   []*Memo // a queue: the hand takes from the front and puts the spared ones at the back
}

func newTypedCache(budget int) *memoCache {
	return &memoCache{budget: budget, standing: func(m *Memo) *standing { return &m.asTyped }, drop: func(m *Memo) { m.typed.Store(nil); m.fresh.Store(nil) }}
}

func newFormCache(budget int) *memoCache {
	return &memoCache{budget: budget, standing: func(m *Memo) *standing { return &m.asForms }, drop: func(m *Memo) { m.forms.Store(nil) }}
}

// add accounts for n more bytes of the memo and lets others go if the budget is exceeded.
func (c *memoCache) add(m *Memo, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.standing(m)
	if at.held == 0 {
		c.ring = append(c.ring, m)
	}
	at.held += int32(n)
	c.total += n
	for spared := len(c.ring); c.total > c.budget && len(c.ring) > 0; {
		front := c.ring[0]
		c.ring[0] = nil
		c.ring = c.ring[1:]
		its := c.standing(front)
		if spared > 0 && (front == m || its.used.Swap(false)) {
			c.ring = append(c.ring, front)
			spared--
			continue
		}
		c.drop(front)
		c.total -= int(its.held)
		its.held = 0
	}
}
