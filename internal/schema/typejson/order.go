package typejson

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"unsafe"
)

// Patches that clients compute carry $setElementOrder directives, which give the order of a list that is merged by key. Those that
// name all that the list then holds are followed here; where others stand in between is the library's to say.

const orderDirective = "$setElementOrder/"

// orders are those that a patch gives for lists of one object and that were not followed yet.
type orders []fieldOrder

type fieldOrder struct {
	field *field
	keys  []any
}

// order reads a directive, which must come before the list that it is about, as it does in sorted JSON.
func (r *reader) order(n *plan, name string, to *orders) bool {
	name, ok := strings.CutPrefix(name, orderDirective)
	i, known := n.byName[name]
	if !ok || !known {
		return false
	}
	f := &n.fields[i]
	kf := f.keyField()
	if kf == nil || f.patch.replace || to.take(f) != nil {
		return false
	}
	keys, ok := r.orderedKeys(kf)
	if !ok || len(keys) == 0 {
		return false
	}
	*to = append(*to, fieldOrder{f, keys})
	return true
}

// orderedKeys reads a list of objects that have nothing but a key each.
func (r *reader) orderedKeys(kf *field) (keys []any, ok bool) {
	if !r.enter('[') {
		return nil, false
	}
	for first := true; ; first = false {
		more, ok := r.more(']', first)
		if !more || !ok {
			return keys, ok
		}
		key, ok := r.findKey(kf)
		if !ok || slices.Contains(keys, key) || len(keys) == maxNames || !r.onlyName(kf.name) {
			return nil, false
		}
		keys = append(keys, key)
	}
}

// onlyName passes over an object that has one field, of this name.
func (r *reader) onlyName(name string) bool {
	if !r.enter('{') {
		return false
	}
	for first := true; ; first = false {
		more, ok := r.more('}', first)
		if !more || !ok {
			return ok && !first
		}
		got, escaped, ok := r.token()
		if !ok || escaped || got != name || !first || !r.next(':') || !r.pass() {
			return false
		}
	}
}

// take removes and returns the order of a field's list, nil if there is none.
func (o *orders) take(f *field) []any {
	i := slices.IndexFunc(*o, func(e fieldOrder) bool { return e.field == f })
	if i < 0 {
		return nil
	}
	keys := (*o)[i].keys
	*o = slices.Delete(*o, i, i+1)
	return keys
}

// apply puts lists in order of which the patch says nothing else.
func (o orders) apply(to unsafe.Pointer) bool {
	for _, e := range o {
		list := reflect.NewAt(e.field.plan.typ, unsafe.Add(to, e.field.offset)).Elem()
		if list.Len() == 0 {
			if e.field.omitEmpty {
				continue
			}
			return false
		}
		kf := e.field.keyField()
		if _, ok := kf.keysIn(list); !ok {
			return false
		}
		own := reflect.AppendSlice(reflect.MakeSlice(list.Type(), 0, list.Len()), list)
		if !kf.sort(own, e.keys) {
			return false
		}
		list.Set(own)
	}
	return true
}

// mergeOrdered merges a list whose order the patch gives.
func (r *reader) mergeOrdered(f *field, at unsafe.Pointer, order []any) bool {
	if r.peek() == 'n' {
		return false
	}
	if (*sliceHeader)(at).len > 0 {
		return r.mergeKeyed(f, at, order)
	}
	if !f.omitEmpty || !r.afresh(f.plan, at) {
		return false
	}
	keys, ok := f.keyField().keysIn(reflect.NewAt(f.plan.typ, at).Elem())
	return ok && within(keys, order)
}

// within says whether keys come in this order, which may have others in between.
func within(keys, order []any) bool {
	for _, k := range keys {
		i := slices.Index(order, k)
		if i < 0 {
			return false
		}
		order = order[i+1:]
	}
	return true
}

// sort puts a list of elements with different keys into an order that has all of them; false if it lacks one.
func (f *field) sort(list reflect.Value, order []any) bool {
	type placed struct {
		at   int
		elem reflect.Value
	}
	all := make([]placed, list.Len())
	for i := range all {
		key, ok := f.keyIn(list.Index(i).Addr().UnsafePointer())
		at := slices.Index(order, key)
		if !ok || at < 0 {
			return false
		}
		elem := reflect.New(list.Type().Elem()).Elem()
		elem.Set(list.Index(i))
		all[i] = placed{at, elem}
	}
	slices.SortFunc(all, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
	for i := range all {
		list.Index(i).Set(all[i].elem)
	}
	return true
}
