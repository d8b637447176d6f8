package typebytes

import (
	"encoding/binary"
	"reflect"
	"slices"
	"unsafe"

	"k8s.io/apimachinery/pkg/api/resource"
)

// Marks. A number of a field is below maxFields, so that end is none.
const (
	end    = 0xff
	absent = 0 // a nil pointer, list or map
	there  = 1
	plain  = 2 // a text as it is
	alias  = 3 // the text that has another name
)

// Append appends the fingerprint of what a pointer leads to. A text that equals other, unless that is empty, is written as a
// mark: values that differ in nothing but one such text have the same fingerprint. It is false, and what was appended of
// no use, for values that cannot be described.
func (p *Plans) Append(dst []byte, from any, other string) ([]byte, bool) {
	at, t, ok := pointerOf(from)
	if !ok {
		return dst, false
	}
	w := writer{buf: dst, other: other}
	w.value(p.of(t), at)
	return w.buf, !w.failed
}

type writer struct {
	buf    []byte
	other  string
	failed bool
}

func (w *writer) value(n *plan, at unsafe.Pointer) {
	switch n.how {
	case boolean, number:
		w.buf = append(w.buf, unsafe.Slice((*byte)(at), n.size)...)
	case text:
		w.text(*(*string)(at))
	case pointer:
		if to := *(*unsafe.Pointer)(at); to != nil {
			w.buf = append(w.buf, there)
			w.value(n.elem, to)
		} else {
			w.buf = append(w.buf, absent)
		}
	case list:
		w.list(n, at)
	case record:
		w.record(n, at)
	case stringTable:
		writeTable(w, n, *(*map[string]string)(at))
	case table:
		w.table(n, at)
	case quantity:
		w.quantity((*resource.Quantity)(at))
	default:
		w.failed = w.failed || !reflect.NewAt(n.typ, at).Elem().IsZero()
	}
}

// record writes the fields that are not zero, each with its number: most are.
func (w *writer) record(n *plan, at unsafe.Pointer) {
	for i := range n.fields {
		f := &n.fields[i]
		if p := unsafe.Add(at, f.offset); !zero(f.plan, p) {
			w.buf = append(w.buf, byte(i))
			w.value(f.plan, p)
		}
	}
	w.buf = append(w.buf, end)
}

// zero says that a value surely is the zero value of its type.
func zero(n *plan, at unsafe.Pointer) bool {
	switch n.how {
	case boolean:
		return !*(*bool)(at)
	case text:
		return len(*(*string)(at)) == 0
	case pointer, list, table, stringTable:
		return *(*unsafe.Pointer)(at) == nil
	case number:
		for _, b := range unsafe.Slice((*byte)(at), n.size) {
			if b != 0 {
				return false
			}
		}
		return true
	}
	return false
}

func (w *writer) text(s string) {
	if s == w.other && s != "" {
		w.buf = append(w.buf, alias)
		return
	}
	w.buf = binary.AppendUvarint(append(w.buf, plain), uint64(len(s)))
	w.buf = append(w.buf, s...)
}

// sliceHeader is how a slice lies in memory.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

func (w *writer) list(n *plan, at unsafe.Pointer) {
	h := (*sliceHeader)(at)
	if h.data == nil {
		w.buf = append(w.buf, absent)
		return
	}
	w.buf = binary.AppendUvarint(append(w.buf, there), uint64(h.len))
	for i := range h.len {
		w.value(n.elem, unsafe.Add(h.data, uintptr(i)*n.elem.size))
	}
}

// table writes a map in the order of its keys.
func (w *writer) table(n *plan, at unsafe.Pointer) {
	m := reflect.NewAt(n.typ, at).Elem()
	if m.IsNil() {
		w.buf = append(w.buf, absent)
		return
	}
	w.buf = binary.AppendUvarint(append(w.buf, there), uint64(m.Len()))
	keys := m.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int {
		if a.String() < b.String() {
			return -1
		}
		return 1
	})
	v := reflect.New(n.typ.Elem())
	for _, k := range keys {
		w.text(k.String())
		v.Elem().Set(m.MapIndex(k))
		w.value(n.elem, v.UnsafePointer())
	}
}

func writeTable(w *writer, n *plan, m map[string]string) {
	if m == nil {
		w.buf = append(w.buf, absent)
		return
	}
	w.buf = binary.AppendUvarint(append(w.buf, there), uint64(len(m)))
	var few [16]string
	keys := few[:0]
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		w.text(k)
		w.text(m[k])
	}
}

// quantity writes what a quantity says and how, not how it lies in memory, of which there are several ways.
func (w *writer) quantity(q *resource.Quantity) {
	var room [64]byte
	number, suffix := q.CanonicalizeBytes(room[:0])
	w.buf = append(w.buf, byte(len(q.Format)))
	w.buf = append(w.buf, q.Format...)
	w.buf = binary.AppendUvarint(w.buf, uint64(len(number)+len(suffix)))
	w.buf = append(append(w.buf, number...), suffix...)
}
