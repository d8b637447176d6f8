package schema

import (
	"encoding/binary"
	"reflect"
	"slices"
	"strconv"
	"unsafe"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/structured-merge-diff/v6/value"
)

// difference writes down which parts of two objects differ, and how: all that the library's comparison of them depends
// on, and nothing that it does not (the values of fields that are owned). Equal objects leave nothing.
type difference struct {
	buf []byte
	// opaque says that something differs that cannot be described; buf is then without meaning.
	opaque bool
	// known are the identities for which their places stand.
	known identities
}

// state is what a part looks like on one side.
type state byte

const (
	absent state = '0' + iota
	null         // a nil pointer, list or map
	zero         // an empty list, map or scalar
	set
)

// marks in buf.
const (
	descend = '('
	ascend  = ')'
)

// compare adds what differs between a and b, values of the node's Go type. An invalid value is absent.
func (d *difference) compare(n *shapeNode, a, b reflect.Value) {
	if d.opaque {
		return
	}
	a, sa := n.look(a)
	b, sb := n.look(b)
	if sa < zero && sb < zero {
		d.states(sa, sb)
		return
	}
	if sa == set && sb == set && sameMemory(a, b) {
		return
	}
	switch n.how {
	case shapeLeaf:
		if sa != sb || !sameLeaf(a, b) {
			d.buf = append(d.buf, byte(sa), byte(sb))
		}
	case shapeRecord:
		d.states(sa, sb)
		d.record(n, a, b)
	case shapeTable:
		d.states(sa, sb)
		d.table(n, a, b)
	case shapeSet:
		d.states(sa, sb)
		d.set(a, b)
	case shapeKeyed:
		d.states(sa, sb)
		d.keyed(n, a, b)
	case shapeOpaque:
		if sa != sb || !sameLeaf(a, b) {
			d.opaque = true
		}
	}
}

// sameMemory says that two values are one, as a patch leaves what it does not touch.
func sameMemory(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Slice:
		return a.Len() == b.Len() && a.UnsafePointer() == b.UnsafePointer()
	case reflect.Map:
		return a.UnsafePointer() == b.UnsafePointer()
	case reflect.Struct:
		return a.CanAddr() && b.CanAddr() && a.Addr().UnsafePointer() == b.Addr().UnsafePointer()
	}
	return false
}

// states adds the states of a container if they differ.
func (d *difference) states(a, b state) {
	if a != b {
		d.buf = append(d.buf, byte(a), byte(b))
	}
}

// look is look for a value of the node's type. A struct of fields owned apart is not searched for one that is set: they
// speak for themselves.
func (n *shapeNode) look(v reflect.Value) (reflect.Value, state) {
	if n.how != shapeRecord {
		return look(v)
	}
	for v.IsValid() && v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return reflect.Value{}, null
		}
		v = v.Elem()
	}
	if !v.IsValid() {
		return v, absent
	}
	return v, set
}

// look follows pointers and tells the state of what is there; what is not there comes back invalid.
func look(v reflect.Value) (reflect.Value, state) {
	if !v.IsValid() {
		return v, absent
	}
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return reflect.Value{}, null
		}
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		if v.IsNil() {
			return reflect.Value{}, null
		}
		if v.Len() == 0 {
			return v, zero
		}
	default:
		if v.IsZero() {
			return v, zero
		}
	}
	return v, set
}

// sameLeaf compares two present values as the library does.
func sameLeaf(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.String:
		return a.String() == b.String()
	case reflect.Bool:
		return a.Bool() == b.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return a.Int() == b.Int()
	}
	if x, ok := timeOf(a); ok {
		if y, ok := timeOf(b); ok && !x.IsZero() && !y.IsZero() {
			return x.Unix() == y.Unix() // the library compares what is written, which are seconds
		}
	}
	if reflect.DeepEqual(a.Interface(), b.Interface()) {
		return true
	}
	// A quantity or a time has several forms in memory, and a list without elements two: what is the same is the
	// library's to say.
	x, errX := value.NewValueReflect(pointerTo(a))
	y, errY := value.NewValueReflect(pointerTo(b))
	return errX == nil && errY == nil && value.Equals(x, y)
}

// timeOf is the time in a value that holds one and can be pointed to.
func timeOf(v reflect.Value) (*metav1.Time, bool) {
	if !v.CanAddr() {
		return nil, false
	}
	t, ok := v.Addr().Interface().(*metav1.Time)
	return t, ok
}

func pointerTo(v reflect.Value) any {
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p.Interface()
}

// record compares fields. Where some differ it also tells which side has none at all: an empty struct is owned itself.
func (d *difference) record(n *shapeNode, a, b reflect.Value) {
	before := len(d.buf)
	var full [2]bool
	pa, pb := address(a), address(b)
	for i := range n.fields {
		f := &n.fields[i]
		if f.left(a, pa) && f.left(b, pb) {
			continue // by far the most
		}
		fa, fb := part(a, f), part(b, f)
		full[0], full[1] = full[0] || fa.IsValid(), full[1] || fb.IsValid()
		if !fa.IsValid() && !fb.IsValid() {
			continue
		}
		start := d.enter()
		d.buf = binary.AppendUvarint(d.buf, uint64(i))
		d.leave(start, f.node, fa, fb)
	}
	if len(d.buf) > before {
		d.buf = strconv.AppendBool(strconv.AppendBool(d.buf, full[0]), full[1])
	}
}

// address is where a struct lies; nil if it has no address, as what a map holds.
func address(v reflect.Value) unsafe.Pointer {
	if !v.IsValid() || !v.CanAddr() {
		return nil
	}
	return v.Addr().UnsafePointer()
}

// left says that JSON surely leaves a field of v out: part would return nothing.
func (f *shapeField) left(v reflect.Value, at unsafe.Pointer) bool {
	return !v.IsValid() || f.omitEmpty && at != nil && f.zeroed.at(unsafe.Add(at, f.offset))
}

// part is a field's value, invalid if its struct is not there or JSON leaves it out.
func part(v reflect.Value, f *shapeField) reflect.Value {
	if !v.IsValid() {
		return v
	}
	if len(f.index) == 1 {
		v = v.Field(f.index[0])
	} else {
		v = v.FieldByIndex(f.index)
	}
	if f.omitEmpty && empty(v) {
		return reflect.Value{}
	}
	return v
}

// empty is what omitempty leaves out.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String, reflect.Array:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// enter begins a part; leave compares it and takes it back if nothing in it differs.
func (d *difference) enter() int {
	d.buf = append(d.buf, descend)
	return len(d.buf) - 1
}

func (d *difference) leave(start int, n *shapeNode, a, b reflect.Value) {
	before := len(d.buf)
	d.compare(n, a, b)
	if len(d.buf) == before {
		d.buf = d.buf[:start]
		return
	}
	d.buf = append(d.buf, ascend)
}

// name adds a part's name. Names are counted, not ended: they hold anything.
func (d *difference) name(s string) {
	d.buf = binary.AppendUvarint(d.buf, uint64(len(s)))
	d.buf = append(d.buf, s...)
}

func (d *difference) table(n *shapeNode, a, b reflect.Value) {
	var keys []string
	for _, v := range []reflect.Value{a, b} {
		if v.IsValid() {
			for it := v.MapRange(); it.Next(); {
				keys = append(keys, it.Key().String())
			}
		}
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		start := d.enter()
		d.name(key)
		d.leave(start, n.elem, entry(a, key), entry(b, key))
	}
}

func entry(v reflect.Value, key string) reflect.Value {
	if !v.IsValid() {
		return v
	}
	return v.MapIndex(reflect.ValueOf(key).Convert(v.Type().Key()))
}

// set adds both lists whole if they differ: their elements are their names.
func (d *difference) set(a, b reflect.Value) {
	if a.IsValid() && b.IsValid() && reflect.DeepEqual(a.Interface(), b.Interface()) {
		return
	}
	for _, v := range []reflect.Value{a, b} {
		if !v.IsValid() {
			d.name("")
			continue
		}
		d.buf = binary.AppendUvarint(d.buf, uint64(v.Len()))
		for i := range v.Len() {
			e, s := look(v.Index(i))
			d.buf = append(d.buf, byte(s))
			if e.IsValid() {
				d.name(e.String())
			}
		}
	}
}

// keyed compares elements with the same key. Two with one key in a list are legal and rare: the library's matter.
func (d *difference) keyed(n *shapeNode, a, b reflect.Value) {
	old, ok := n.keysOf(a, d.known)
	if !ok {
		d.opaque = true
		return
	}
	now, ok := n.keysOf(b, d.known)
	if !ok {
		d.opaque = true
		return
	}
	for i, key := range now {
		var other reflect.Value
		if j := slices.Index(old, key); j >= 0 {
			other = a.Index(j)
		}
		start := d.enter()
		d.name(key)
		d.leave(start, n.elem, other, b.Index(i))
	}
	for i, key := range old {
		if !slices.Contains(now, key) {
			start := d.enter()
			d.name(key)
			d.leave(start, n.elem, a.Index(i), reflect.Value{})
		}
	}
}

// maxKeyed bounds the lists that are matched here, by comparing every key with every other.
const maxKeyed = 256

// keysOf are the keys of a list's elements; false if two are the same or cannot be told.
func (n *shapeNode) keysOf(list reflect.Value, known identities) ([]string, bool) {
	if !list.IsValid() {
		return nil, true
	}
	if list.Len() > maxKeyed {
		return nil, false
	}
	keys := make([]string, list.Len())
	for i := range keys {
		e, s := n.elem.look(list.Index(i))
		if s < zero {
			return nil, false
		}
		var room [64]byte
		key := room[:0]
		for _, index := range n.keys {
			v, s := look(e.FieldByIndex(index))
			if s != set {
				return nil, false // the library may know a default
			}
			switch v.Kind() {
			case reflect.String:
				if place := slices.Index(known, v.String()); place >= 0 && n.byIdentity {
					key = append(key, 0, byte(place)) // no key is empty
					break
				}
				key = append(binary.AppendUvarint(key, uint64(v.Len())), v.String()...)
			case reflect.Int, reflect.Int32, reflect.Int64:
				key = binary.AppendVarint(key, v.Int())
			default:
				return nil, false
			}
		}
		keys[i] = string(key)
		if slices.Contains(keys[:i], keys[i]) {
			return nil, false
		}
	}
	return keys, true
}
