// Package viewtest builds snapshots from objects and carries out plans on them, so that pure code can be tested with
// tables and stories: a World is the smallest API server there is, with revisions, UIDs and deletion by finalizers, but
// without admission, graceful deletion, store or goroutines.
package viewtest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// World is a set of objects of one cluster (api.Host) that writes can change.
type World struct {
	T   testing.TB
	Law *schema.Schema
	Now time.Time

	rev     api.Revision
	uids    int
	records map[api.Key]*store.Record
	res     []api.Resource
	// CrashAfter, if not 0, is the number of writes after which the controllers die: the rest of that plan is lost, and
	// Settle goes on as a new process would, with everything as news.
	CrashAfter int
	crashed    bool
	// Events are all changes that Settle has not looked at, as the view would tell them.
	Events []store.Event
}

// Epoch is the time at which every world begins.
var Epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// New makes a world of the objects in YAML documents (separated by ---), with defaults applied.
func New(t testing.TB, docs ...string) *World {
	t.Helper()
	return NewWith(t, schema.Features{}, docs...)
}

// NewWith is New where features of upstream are on that are off by default. They are the process's: no test may run beside it.
func NewWith(t testing.TB, on schema.Features, docs ...string) *World {
	t.Helper()
	law, err := schema.NewWith(on)
	if err != nil {
		t.Fatal(err)
	}
	w := &World{T: t, Law: law, Now: Epoch, records: map[api.Key]*store.Record{}}
	for _, k := range law.Kinds() {
		if !k.Virtual && k.StoreAs == k.Resource {
			w.res = append(w.res, k.Resource)
		}
	}
	w.Add(docs...)
	return w
}

// Add puts objects as they are written in YAML, status included.
func (w *World) Add(docs ...string) {
	w.T.Helper()
	for _, d := range strings.Split(strings.Join(docs, "\n---\n"), "\n---") {
		if strings.TrimSpace(d) == "" {
			continue
		}
		w.Put(w.Typed(d))
	}
}

// Typed reads one YAML document into its typed object with defaults.
func (w *World) Typed(doc string) runtime.Object {
	w.T.Helper()
	var tm metav1.TypeMeta
	if err := yaml.Unmarshal([]byte(doc), &tm); err != nil {
		w.T.Fatalf("reading %q: %v", doc, err)
	}
	k := w.Law.KindFor(tm.GroupVersionKind())
	if k == nil {
		w.T.Fatalf("no kind for %s in %q", tm.GroupVersionKind(), doc)
	}
	typed := k.NewTyped()
	if err := yaml.UnmarshalStrict([]byte(doc), typed); err != nil {
		w.T.Fatalf("reading %q: %v", doc, err)
	}
	return typed
}

// Key is the key of a typed object in this world.
func (w *World) Key(obj runtime.Object) api.Key {
	w.T.Helper()
	k := w.Law.KindOf(obj)
	if k == nil {
		w.T.Fatalf("no kind for %T", obj)
	}
	m := obj.(metav1.Object)
	if k.Namespaced && m.GetNamespace() == "" {
		m.SetNamespace("default")
	}
	return api.Key{Resource: k.Resource, Cluster: api.Host, Namespace: m.GetNamespace(), Name: m.GetName()}
}

// Put stores a typed object as a new revision, whatever was there. A missing UID and creation time are filled in.
func (w *World) Put(obj runtime.Object) *store.Record {
	w.T.Helper()
	obj = obj.DeepCopyObject()
	key, m := w.Key(obj), obj.(metav1.Object)
	old := w.records[key]
	if m.GetUID() == "" {
		w.uids++
		m.SetUID(types.UID(fmt.Sprintf("uid-%03d", w.uids)))
	}
	if made := m.GetCreationTimestamp(); made.IsZero() {
		m.SetCreationTimestamp(metav1.NewTime(w.Now))
	}
	k := w.Law.Kind(key.Resource)
	internal, err := w.Law.FromTyped(k, obj)
	if err != nil {
		w.T.Fatalf("storing %s: %v", key, err)
	}
	body, memo, err := w.Law.Encode(k, internal)
	if err != nil {
		w.T.Fatalf("storing %s: %v", key, err)
	}
	w.rev++
	rec := &store.Record{Key: key, Rev: w.rev, Created: w.rev, Body: body}
	if old != nil {
		rec.Created = old.Created
	}
	rec.Memo.Store(memo)
	w.records[key] = rec
	w.Events = append(w.Events, store.Event{Type: store.Put, Record: rec, Prev: old})
	return rec
}

// Remove takes an object away at once.
func (w *World) Remove(key api.Key) {
	old := w.records[key]
	if old == nil {
		return
	}
	w.rev++
	tomb := &store.Record{Key: key, Rev: w.rev, Created: old.Created, Body: old.Body}
	delete(w.records, key)
	w.Events = append(w.Events, store.Event{Type: store.Delete, Record: tomb, Prev: old})
}

// Snapshot is the world as it is now.
func (w *World) Snapshot() *view.Snapshot {
	w.T.Helper()
	s, err := view.Fixed(w.Law, w.res, slices.Collect(maps.Values(w.records)))
	if err != nil {
		w.T.Fatal(err)
	}
	return s
}

// Get returns a copy of the object, or fails the test.
func Get[T any, P interface {
	*T
	runtime.Object
}](w *World, r api.Resource, namespace, name string) *T {
	w.T.Helper()
	key := api.Key{Resource: r, Cluster: api.Host, Namespace: namespace, Name: name}
	obj, ok := view.Get[T, P](w.Snapshot(), key)
	if !ok {
		w.T.Fatalf("%s does not exist", key)
	}
	return (*T)(P(obj).DeepCopyObject().(P))
}

// All returns copies of all objects of a resource in key order.
func All[T any, P interface {
	*T
	runtime.Object
}](w *World, r api.Resource) []*T {
	var out []*T
	for obj := range view.List[T, P](w.Snapshot(), api.Scope{Resource: r, Cluster: api.Host}) {
		out = append(out, (*T)(P(obj).DeepCopyObject().(P)))
	}
	return out
}

// Apply carries out writes as a registry would and returns one error each.
func (w *World) Apply(writes ...client.Write) []error {
	w.T.Helper()
	errs := make([]error, len(writes))
	for i, wr := range writes {
		if w.crashed {
			errs[i] = errors.New("viewtest: the process has died")
			continue
		}
		errs[i] = w.apply(wr)
		if w.CrashAfter > 0 {
			w.CrashAfter--
			w.crashed = w.CrashAfter == 0
		}
	}
	return errs
}

// restart makes everything news, as for a process that has just begun.
func (w *World) restart() {
	w.crashed = false
	w.Events = nil
	for _, k := range slices.SortedFunc(maps.Keys(w.records), api.Key.Compare) {
		w.Events = append(w.Events, store.Event{Type: store.Put, Record: w.records[k]})
	}
}

func (w *World) apply(wr client.Write) error {
	w.T.Helper()
	gr := kschema.GroupResource{Group: wr.Key.Resource.Group, Resource: wr.Key.Resource.Name}
	for _, f := range wr.Fence {
		if cur := w.records[f.Key]; cur == nil || cur.Rev != f.Rev {
			return apierrors.NewConflict(gr, wr.Key.Name, fmt.Errorf("fence on %s at %d is broken", f.Key, f.Rev))
		}
	}
	old := w.records[wr.Key]
	if wr.Verb == client.Create {
		if old != nil {
			return apierrors.NewAlreadyExists(gr, wr.Key.Name)
		}
		obj := wr.Object.DeepCopyObject()
		m := obj.(metav1.Object)
		m.SetNamespace(wr.Key.Namespace)
		m.SetGeneration(1)
		w.Put(obj)
		return nil
	}
	if old == nil {
		return apierrors.NewNotFound(gr, wr.Key.Name)
	}
	k := w.Law.Kind(wr.Key.Resource)
	typed, err := w.Law.Typed(k, old)
	if err != nil {
		return err
	}
	cur := typed.(metav1.Object)
	switch wr.Verb {
	case client.Update:
		return w.update(wr, old, typed)
	case client.Delete:
		if p := wr.Delete.Preconditions; p != nil && (p.UID != nil && *p.UID != cur.GetUID() || p.ResourceVersion != nil && *p.ResourceVersion != cur.GetResourceVersion()) {
			return apierrors.NewConflict(gr, wr.Key.Name, fmt.Errorf("precondition failed"))
		}
		w.remove(wr, typed)
		return nil
	default:
		return fmt.Errorf("viewtest: verb %d is not implemented", wr.Verb)
	}
}

// remove deletes, or marks as being deleted where finalizers or a propagation policy demand it.
func (w *World) remove(wr client.Write, typed runtime.Object) {
	obj := typed.DeepCopyObject()
	m := obj.(metav1.Object)
	fin := m.GetFinalizers()
	if p := wr.Delete.PropagationPolicy; p != nil {
		fin = slices.DeleteFunc(slices.Clone(fin), func(f string) bool {
			return f == metav1.FinalizerOrphanDependents || f == metav1.FinalizerDeleteDependents
		})
		switch *p {
		case metav1.DeletePropagationForeground:
			fin = append(fin, metav1.FinalizerDeleteDependents)
		case metav1.DeletePropagationOrphan:
			fin = append(fin, metav1.FinalizerOrphanDependents)
		}
		m.SetFinalizers(fin)
	}
	if wr.Finalizer != nil {
		wr.Finalizer.Change(m)
		fin = m.GetFinalizers()
	}
	if len(fin) == 0 {
		w.Remove(wr.Key)
		return
	}
	if m.GetDeletionTimestamp() == nil {
		now := metav1.NewTime(w.Now)
		m.SetDeletionTimestamp(&now)
	}
	w.Put(obj)
}

func (w *World) update(wr client.Write, old *store.Record, typed runtime.Object) error {
	obj := wr.Object.DeepCopyObject()
	m, cur := obj.(metav1.Object), typed.(metav1.Object)
	if rv := m.GetResourceVersion(); rv != "" && rv != cur.GetResourceVersion() {
		return apierrors.NewConflict(kschema.GroupResource{Resource: wr.Key.Resource.Name}, wr.Key.Name, fmt.Errorf("the object has been modified"))
	}
	if err := mergeParts(wr.Subresource, typed, obj); err != nil {
		return err
	}
	if wr.Finalizer != nil {
		wr.Finalizer.Change(m)
	}
	if m.GetDeletionTimestamp() != nil && len(m.GetFinalizers()) == 0 && (wr.Subresource != "status" || wr.Finalizer != nil) {
		w.Remove(wr.Key)
		return nil
	}
	w.Put(obj)
	return nil
}
