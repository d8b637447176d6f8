package typejson

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"

	"k8s.io/apimachinery/pkg/api/resource"
)

// Merge applies a strategic merge patch to a struct: what the library does by way of maps, for patches that set fields, delete
// them by null, and merge lists by key, with no other directive than the order of all that a list has then. It is false, and the struct of no use, for all others and
// for every patch about which the library would say anything. Memory that the struct shares with others is not
// changed: what a patch touches is copied on the way.
func (p *Plans) Merge(patch []byte, into any) bool {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() || !utf8.Valid(patch) {
		return false
	}
	n := p.of(v.Type().Elem())
	if n.how != record {
		return false
	}
	r := reader{data: patch, all: string(patch), patch: true}
	if !r.mergeRecord(n, v.UnsafePointer()) {
		return false
	}
	r.space()
	return r.at == len(r.data)
}

// mergeRecord merges an object into a struct that is the patch's own. Null empties a field.
func (r *reader) mergeRecord(n *plan, to unsafe.Pointer) bool {
	var orders orders
	ok := r.eachField(n, func(f *field) bool {
		at := unsafe.Add(to, f.offset)
		if order := orders.take(f); order != nil {
			return r.mergeOrdered(f, at, order)
		}
		if r.peek() == 'n' {
			f.plan.clear(at)
			return r.word("null")
		}
		return r.mergeField(f, at)
	}, func(name string) bool { return r.order(n, name, &orders) })
	return ok && orders.apply(to)
}

func (r *reader) mergeField(f *field, at unsafe.Pointer) bool {
	n := f.plan
	if f.patch.replace || (n.how == list && !f.patch.merge) {
		return r.afresh(n, at)
	}
	switch n.how {
	case record:
		return r.mergeRecord(n, at)
	case pointer:
		switch n.elem.how {
		case list, stringTable, octetsTable, amounts, table:
			return false
		case record:
		default:
			return r.afresh(n, at)
		}
		if *(*unsafe.Pointer)(at) == nil {
			return r.afresh(n, at)
		}
		own := reflect.New(n.typ.Elem())
		old := reflect.NewAt(n.typ, at).Elem()
		own.Elem().Set(old.Elem())
		old.Set(own)
		return r.mergeRecord(n.elem, own.UnsafePointer())
	case stringTable:
		return mergeTable(r, n, (*map[string]string)(at))
	case octetsTable:
		return mergeTable(r, n, (*map[string][]byte)(at))
	case amounts:
		return mergeTable(r, n, (*map[string]resource.Quantity)(at))
	case table:
		return false // its values may be merged, too
	case list:
		if (*sliceHeader)(at).len == 0 {
			return f.omitEmpty && r.afresh(n, at)
		}
		return r.mergeKeyed(f, at, nil)
	}
	return r.afresh(n, at)
}

// clear empties a value.
func (n *plan) clear(at unsafe.Pointer) { reflect.NewAt(n.typ, at).Elem().SetZero() }

// afresh reads a value in the place of another.
func (r *reader) afresh(n *plan, at unsafe.Pointer) bool {
	n.clear(at)
	return r.value(n, at)
}

// mergeTable merges an object into a map. Null deletes what is there; what it finds nothing to delete in is the library's.
func mergeTable[V any](r *reader, n *plan, at *map[string]V) bool {
	if len(*at) == 0 {
		return r.afresh(n, unsafe.Pointer(at))
	}
	if !r.enter('{') {
		return false
	}
	own := maps.Clone(*at)
	*at = own
	var seen []string
	for first := true; ; first = false {
		more, ok := r.more('}', first)
		if !more || !ok {
			return ok
		}
		name, ok := r.text()
		if !ok || directive(name) || !r.next(':') {
			return false
		}
		if slices.Contains(seen, name) || len(seen) == maxNames {
			return false
		}
		seen = append(seen, name)
		if r.peek() == 'n' {
			if !r.word("null") {
				return false
			}
			delete(own, name)
			continue
		}
		var v V
		if !r.value(n.elem, unsafe.Pointer(&v)) {
			return false
		}
		own[name] = v
	}
}

// maxNames bounds the names of a map and the elements of a list in a patch, each of which is compared with all others.
const maxNames = 128

// directive says that a name is an instruction of the patch's own language.
func directive(name string) bool { return strings.HasPrefix(name, "$") }

// mergeKeyed merges a list of structs that are told apart by one field: elements with the key of one that is there are
// merged into it, others are added. The order is the library's: that of the patch for what it names, with the others where
// they stood before; or the one that the patch gives.
func (r *reader) mergeKeyed(f *field, at unsafe.Pointer, order []any) bool {
	n := f.plan
	kf := f.keyField()
	if kf == nil {
		return false
	}
	old := reflect.NewAt(n.typ, at).Elem()
	keys, ok := kf.keysIn(old)
	if !ok {
		return false
	}
	named, places, ok := r.mergeElements(n, kf, old, keys, order)
	if !ok {
		return false
	}
	out := reflect.MakeSlice(n.typ, 0, named.Len()+old.Len())
	j := 0 // of named
	for i := range keys {
		if slices.Contains(places, i) {
			continue // it is among the named ones
		}
		for ; j < named.Len() && places[j] < i; j++ { // new ones have no place: they go before all that are left
			out = reflect.Append(out, named.Index(j))
		}
		out = reflect.Append(out, old.Index(i))
	}
	for ; j < named.Len(); j++ {
		out = reflect.Append(out, named.Index(j))
	}
	if order != nil && !kf.sort(out, order) {
		return false
	}
	old.Set(out)
	return true
}

// keyField is the field by which the elements of a list are told apart, nil if there is none.
func (f *field) keyField() *field {
	if f.plan.how != list || !f.patch.merge || f.plan.elem.how != record {
		return nil
	}
	key, ok := f.plan.elem.byName[f.patch.key]
	if !ok {
		return nil
	}
	return &f.plan.elem.fields[key]
}

// keysIn are the keys of a list's elements; false if two are the same, or there are too many.
func (f *field) keysIn(list reflect.Value) ([]any, bool) {
	keys := make([]any, list.Len())
	if len(keys) > maxNames {
		return nil, false
	}
	for i := range keys {
		var ok bool
		if keys[i], ok = f.keyIn(list.Index(i).Addr().UnsafePointer()); !ok || slices.Contains(keys[:i], keys[i]) {
			return nil, false
		}
	}
	return keys, true
}

// mergeElements reads the elements of a patch's list, merged with those that they name. places are where these stand, -1
// for new ones. With an order, they must come in it.
func (r *reader) mergeElements(n *plan, kf *field, old reflect.Value, keys, order []any) (named reflect.Value, places []int, ok bool) {
	if !r.enter('[') {
		return named, nil, false
	}
	named = reflect.MakeSlice(n.typ, 0, 4)
	var seen []any
	for first := true; ; first = false {
		more, ok := r.more(']', first)
		if !more || !ok {
			return named, places, ok && (order == nil || within(seen, order))
		}
		key, ok := r.findKey(kf)
		if !ok || slices.Contains(seen, key) || len(seen) >= maxNames {
			return named, nil, false
		}
		seen = append(seen, key)
		place := slices.Index(keys, key)
		named = reflect.Append(named, reflect.Zero(n.typ.Elem()))
		e := named.Index(named.Len() - 1)
		if place >= 0 {
			e.Set(old.Index(place))
			ok = r.mergeRecord(n.elem, e.Addr().UnsafePointer())
		} else {
			ok = r.value(n.elem, e.Addr().UnsafePointer())
		}
		if !ok {
			return named, nil, false
		}
		places = append(places, place)
	}
}

// keyIn is the key of an element; false if it has none, or one of an unusual type.
func (f *field) keyIn(elem unsafe.Pointer) (any, bool) {
	at := unsafe.Add(elem, f.offset)
	switch f.plan.how {
	case text:
		s := *(*string)(at)
		return s, s != ""
	case integer:
		i := f.plan.integer(at)
		return i, i != 0
	}
	return nil, false
}

// findKey looks ahead for the key of the element that comes next.
func (r *reader) findKey(f *field) (key any, ok bool) {
	at, depth := r.at, r.depth
	defer func() { r.at, r.depth = at, depth }()
	if !r.enter('{') {
		return nil, false
	}
	for first := true; ; first = false {
		more, ok := r.more('}', first)
		if !more || !ok {
			return nil, false
		}
		name, escaped, ok := r.token()
		if !ok || escaped || !r.next(':') {
			return nil, false
		}
		if name != f.name {
			if !r.pass() {
				return nil, false
			}
			continue
		}
		if f.plan.how == text {
			s, ok := r.text()
			return s, ok && s != ""
		}
		i, ok := r.integer(int(f.plan.bits))
		return i, ok && i != 0
	}
}
