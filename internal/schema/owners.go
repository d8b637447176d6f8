package schema

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"reflect"
	"slices"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// owner is an entry of managed fields without its time.
type owner struct {
	entry metav1.ManagedFieldsEntry
	// fresh says that the write gave it fields: its time is that of the write.
	fresh bool
}

// differenceKey is a digest of all that the owners after a write depend on.
type differenceKey [sha256.Size]byte

// maxOwners bounds the entries of objects whose writes are remembered: the library merges the oldest of more than ten,
// and which those are depends on their times.
const maxOwners = 8

// differenceKey digests a write of b over a. It is false, and the key zero, for writes that only the library can judge. In the owners
// that are remembered under it, places stand for the identities that come back with it.
func (s *Schema) differenceKey(k *Kind, sub, version string, a, b runtime.Object, manager string) (differenceKey, identities, bool) {
	types, err := s.managers.types()
	if err != nil {
		return differenceKey{}, nil, false
	}
	gvk := k.bodyGVK(sub, version)
	t := reflect.TypeOf(b)
	if t != reflect.TypeOf(a) {
		return differenceKey{}, nil, false
	}
	node := s.managers.shapes.of(gvk, t, types)
	if node == nil || node.how != shapeRecord {
		return differenceKey{}, nil, false
	}
	am, errA := metaOf(a)
	bm, errB := metaOf(b)
	if errA != nil || errB != nil || len(am.ManagedFields) > maxOwners || len(bm.ManagedFields) > maxOwners {
		return differenceKey{}, nil, false
	}
	buf := scratch.Get().(*[]byte)
	d := difference{buf: (*buf)[:0], known: node.identities(reflect.ValueOf(a), reflect.ValueOf(b), am.ManagedFields, bm.ManagedFields)}
	defer func() {
		*buf = d.buf
		putScratch(buf)
	}()
	for _, s := range []string{k.Resource.Group, k.Resource.Name, sub, version, manager} {
		d.name(s)
	}
	if am.UID == "" { // a create
		d.buf = append(d.buf, '+')
	}
	apiVersion := gvk.GroupVersion().String()
	if !d.entries(am.ManagedFields, apiVersion) || !d.entries(bm.ManagedFields, apiVersion) {
		return differenceKey{}, nil, false
	}
	d.compare(node, reflect.ValueOf(a), reflect.ValueOf(b))
	if d.opaque {
		return differenceKey{}, nil, false
	}
	return sha256.Sum256(d.buf), d.known, true
}

// entries adds the owners that are there. Those in another version are compared in that version: the library's matter.
func (d *difference) entries(list []metav1.ManagedFieldsEntry, apiVersion string) bool {
	if list == nil {
		d.buf = append(d.buf, byte(null))
		return true
	}
	d.buf = binary.AppendUvarint(append(d.buf, byte(set)), uint64(len(list)))
	for i := range list {
		e := &list[i]
		if e.APIVersion != apiVersion || e.FieldsV1 == nil {
			return false
		}
		d.name(e.Manager)
		d.name(string(e.Operation))
		d.name(e.Subresource)
		d.name(e.FieldsType)
		d.name(string(d.known.hide(e.FieldsV1.Raw)))
	}
	return true
}

// timeless takes the times off the library's answer: it stamps with the real clock what the write gave fields to.
func timeless(out, before []metav1.ManagedFieldsEntry) []owner {
	list := make([]owner, len(out))
	for i, e := range out {
		old := entryOf(before, &e)
		list[i] = owner{entry: e, fresh: old == nil || !old.Time.Equal(e.Time)}
		list[i].entry.Time = nil
	}
	return list
}

// entries gives owners their times, and upstream's order.
func entries(list []owner, before []metav1.ManagedFieldsEntry, now time.Time) []metav1.ManagedFieldsEntry {
	if len(list) == 0 {
		return nil
	}
	stamp := metav1.NewTime(now)
	out := make([]metav1.ManagedFieldsEntry, len(list))
	for i := range list {
		out[i] = list[i].entry
		out[i].Time = &stamp
		if !list[i].fresh {
			if old := entryOf(before, &out[i]); old != nil {
				out[i].Time = old.Time
			}
		}
	}
	slices.SortStableFunc(out, func(a, b metav1.ManagedFieldsEntry) int {
		return cmp.Or(cmp.Compare(a.Operation, b.Operation), cmp.Compare(unixOf(a.Time), unixOf(b.Time)),
			cmp.Compare(a.Manager, b.Manager), cmp.Compare(a.APIVersion, b.APIVersion), cmp.Compare(a.Subresource, b.Subresource))
	})
	return out
}

func unixOf(t *metav1.Time) int64 {
	if t == nil {
		return 0
	}
	return t.Unix()
}

// entryOf finds the entry of the same owner.
func entryOf(list []metav1.ManagedFieldsEntry, e *metav1.ManagedFieldsEntry) *metav1.ManagedFieldsEntry {
	for i := range list {
		if o := &list[i]; o.Manager == e.Manager && o.Operation == e.Operation && o.APIVersion == e.APIVersion && o.Subresource == e.Subresource {
			return o
		}
	}
	return nil
}

const (
	// maxRemembered and maxRememberedBytes bound each of the memo's two generations, for the whole process. A pod's owners
	// are 2 KiB.
	maxRemembered      = 1024
	maxRememberedBytes = 4 << 20
	// maxOwnersBytes bounds what is remembered of one write: an object with a field for each of its megabytes is not seen
	// twice.
	maxOwnersBytes = 64 << 10
)

// ownersMemo remembers owners by difference. What was not asked for during a whole generation is forgotten.
type ownersMemo struct {
	lock       sync.Mutex
	young, old map[differenceKey][]owner
	bytes      int // of young
}

func (m *ownersMemo) get(key differenceKey) ([]owner, bool) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if list, ok := m.young[key]; ok {
		return list, true
	}
	list, ok := m.old[key]
	if ok {
		m.keep(key, list)
	}
	return list, ok
}

func (m *ownersMemo) put(key differenceKey, list []owner) {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.keep(key, list)
}

func (m *ownersMemo) keep(key differenceKey, list []owner) {
	n := 0
	for i := range list {
		n += len(list[i].entry.FieldsV1.Raw)
	}
	if n > maxOwnersBytes {
		return
	}
	if m.young == nil || len(m.young) >= maxRemembered || m.bytes+n > maxRememberedBytes {
		m.old, m.young, m.bytes = m.young, make(map[differenceKey][]owner), 0
	}
	m.young[key] = list
	m.bytes += n
}
