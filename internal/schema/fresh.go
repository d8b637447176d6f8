package schema

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/schema/typejson"
	"gantry.dev/gantry/internal/store"
)

// Remember makes the JSON that a reader of rec in the form will get from the typed object whose encoding rec holds, and
// keeps it beside the record: the answer to a write needs no decoding of what was just encoded. It takes fresh over. Where
// decoding would give another object back, or the form is no plain JSON of the storage version, it does nothing.
func (s *Schema) Remember(k *Kind, rec *store.Record, fresh runtime.Object, f Form) {
	gv := k.GVK(f.Version).GroupVersion()
	if fresh == nil || k.custom != nil || f.Media != JSON || f.As != Object || gv != k.Storage {
		return
	}
	memo := memoOf(rec)
	if memo.form(JSON, gv, Object) != nil {
		return
	}
	if !k.followed { // else it is complete, and others may read it by now
		s.complete(k, fresh) // as a reader does
	}
	if b, ok := s.plainJSON(fresh, typejson.AsStored); ok {
		s.keepForm(memo, JSON, gv, Object, b)
	}
}

// keepFresh keeps an object that was just encoded for the first reader of its record, who need not decode it then, if
// controllers read every write of the kind. It takes the object over, and makes it what decoding would give.
func (s *Schema) keepFresh(k *Kind, memo *Memo, typed runtime.Object, size int) {
	if !k.followed {
		return
	}
	s.complete(k, typed)
	if s.json.Settle(typed) {
		s.hold(memo, typed, size)
	}
}

// hold keeps an object that nobody changes any more beside its encoding of size bytes.
func (s *Schema) hold(memo *Memo, typed runtime.Object, size int) {
	memo.fresh.Store(&typed)
	s.objects.add(memo, typedCost*size)
}

// atHand returns the typed object of a record if it need not be decoded, else nil.
func (s *Schema) atHand(memo *Memo, rec *store.Record) runtime.Object {
	if t := memo.typed.Load(); t != nil {
		memo.asTyped.touch()
		return *t
	}
	fresh := memo.fresh.Load()
	if fresh == nil || rec.Rev == 0 {
		return nil
	}
	obj := shallowCopy(*fresh) // the writer may be reading his
	m, err := metaOf(obj)
	if err != nil {
		return nil
	}
	m.ResourceVersion = RevisionString(rec.Rev)
	if !memo.typed.CompareAndSwap(nil, &obj) {
		if t := memo.typed.Load(); t != nil {
			return *t
		}
		return obj
	}
	if memo.fresh.Swap(nil) == nil { // the cache has let it go meanwhile
		s.objects.add(memo, typedCost*len(rec.Body))
	}
	return obj
}

// Shared is Internal for a caller who changes nothing behind the top level of the object. typed is what Typed returns, the
// rest of whose memory the internal object shares. It is for kinds whose conversion does not touch what it reads.
func (s *Schema) Shared(k *Kind, rec *store.Record) (internal, typed runtime.Object, err error) {
	if typed, err = s.Typed(k, rec); err != nil {
		return nil, nil, err
	}
	if internal, err = s.toInternal(typed); err != nil {
		return nil, nil, fmt.Errorf("schema: converting %s: %w", rec.Key, err)
	}
	return internal, typed, nil
}

// WithMeta is a copy of typed that has the metadata of another object, and shares all else.
func WithMeta(typed, of runtime.Object) (runtime.Object, error) {
	from, err := metaOf(of)
	if err != nil {
		return nil, err
	}
	out := shallowCopy(typed)
	to, err := metaOf(out)
	if err != nil {
		return nil, err
	}
	*to = *from
	return out, nil
}
