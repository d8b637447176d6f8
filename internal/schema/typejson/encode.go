package typejson

import (
	"encoding/base64"
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unsafe"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Mode says how a value is written that has no place in the stored form.
type Mode uint8

const (
	// AsIs writes what encoding/json writes.
	AsIs Mode = iota
	// AsStored refuses values that would come back from protobuf as others: lists and maps that are there but empty, and
	// elements of lists and maps that are nothing. What it accepts is what a reader of the stored form would write.
	AsStored
)

// Append appends the JSON of a struct that a pointer leads to, as encoding/json's Encoder writes it, without the line
// end. It is false, and what was appended of no use, for what only the library can write.
func (p *Plans) Append(dst []byte, from any, m Mode) ([]byte, bool) {
	v := reflect.ValueOf(from)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return dst, false
	}
	n := p.of(v.Type().Elem())
	if n.how != record {
		return dst, false
	}
	w := writer{buf: dst, stored: m == AsStored}
	w.record(n, v.UnsafePointer())
	return w.buf, !w.failed
}

// writer builds a document. Once it has failed, what it writes does not matter.
type writer struct {
	buf    []byte
	stored bool
	failed bool
	depth  int
}

func (w *writer) value(n *plan, at unsafe.Pointer) {
	switch n.how {
	case text:
		w.text(*(*string)(at))
	case boolean:
		w.buf = strconv.AppendBool(w.buf, *(*bool)(at))
	case integer:
		w.buf = strconv.AppendInt(w.buf, n.integer(at), 10)
	case unsigned:
		w.buf = strconv.AppendUint(w.buf, reflect.NewAt(n.typ, at).Elem().Uint(), 10)
	case float:
		w.float(reflect.NewAt(n.typ, at).Elem().Float(), int(n.bits))
	case octets:
		w.octets(*(*[]byte)(at))
	case pointer:
		if to := *(*unsafe.Pointer)(at); to != nil {
			w.value(n.elem, to)
		} else {
			w.null()
		}
	case record:
		w.record(n, at)
	case list:
		w.list(n, at)
	case stringTable, octetsTable, amounts, table:
		w.table(n, at)
	default:
		w.selfMade(n, at)
	}
}

func (w *writer) null() { w.buf = append(w.buf, "null"...) }

func (n *plan) integer(at unsafe.Pointer) int64 {
	switch n.bits {
	case 8:
		return int64(*(*int8)(at))
	case 16:
		return int64(*(*int16)(at))
	case 32:
		return int64(*(*int32)(at))
	}
	return *(*int64)(at)
}

func (w *writer) record(n *plan, at unsafe.Pointer) {
	if w.depth++; w.depth > maxDepth {
		w.failed = true
		return
	}
	w.buf = append(w.buf, '{')
	start := len(w.buf)
	for i := range n.fields {
		f := &n.fields[i]
		p := unsafe.Add(at, f.offset)
		if f.omitEmpty && w.empty(f.plan, p) || f.omitZero && zero(f.plan, p) {
			continue
		}
		if len(w.buf) > start {
			w.buf = append(w.buf, ',')
		}
		w.buf = append(w.buf, f.prefix...)
		if w.value(f.plan, p); w.failed {
			return
		}
	}
	w.buf = append(w.buf, '}')
	w.depth--
}

// empty is what omitempty leaves out.
func (w *writer) empty(n *plan, at unsafe.Pointer) bool {
	switch n.how {
	case text:
		return len(*(*string)(at)) == 0
	case boolean:
		return !*(*bool)(at)
	case integer:
		return n.integer(at) == 0
	case pointer:
		return *(*unsafe.Pointer)(at) == nil
	case list, octets:
		return (*sliceHeader)(at).len == 0
	case stringTable, octetsTable, amounts, table:
		return lenOf(at) == 0
	case record, quantity, instant, microInstant, intOrString, rawFields:
		return false
	}
	v := reflect.NewAt(n.typ, at).Elem()
	switch v.Kind() {
	case reflect.Struct:
		return false
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	}
	return v.IsZero()
}

// sliceHeader is how a slice lies in memory.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

// lenOf is the length of a map of any type.
func lenOf(at unsafe.Pointer) int { return len(*(*map[string]struct{})(at)) }

// zero is what omitzero leaves out.
func zero(n *plan, at unsafe.Pointer) bool {
	v := reflect.NewAt(n.typ, at)
	if z, ok := v.Interface().(interface{ IsZero() bool }); ok {
		return z.IsZero()
	}
	return v.Elem().IsZero()
}

func (w *writer) list(n *plan, at unsafe.Pointer) {
	h := (*sliceHeader)(at)
	if h.data == nil || h.len == 0 && w.stored {
		w.failed = w.failed || h.data != nil
		w.null()
		return
	}
	w.buf = append(w.buf, '[')
	for i := range h.len {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		if w.element(n.elem, unsafe.Add(h.data, uintptr(i)*n.elem.size)); w.failed {
			return
		}
	}
	w.buf = append(w.buf, ']')
}

func (w *writer) octets(b []byte) {
	if b == nil {
		w.null()
		return
	}
	w.buf = append(w.buf, '"')
	w.buf = base64.StdEncoding.AppendEncode(w.buf, b)
	w.buf = append(w.buf, '"')
}

// table writes a map in the order of its keys.
func (w *writer) table(n *plan, at unsafe.Pointer) {
	if *(*unsafe.Pointer)(at) == nil || w.stored && lenOf(at) == 0 {
		w.failed = w.failed || *(*unsafe.Pointer)(at) != nil
		w.null()
		return
	}
	switch n.how {
	case stringTable:
		writeTable(w, n, *(*map[string]string)(at))
		return
	case octetsTable:
		writeTable(w, n, *(*map[string][]byte)(at))
		return
	case amounts:
		writeTable(w, n, *(*map[string]resource.Quantity)(at))
		return
	}
	m := reflect.NewAt(n.typ, at).Elem()
	keys := m.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return compareText(a.String(), b.String()) })
	v := reflect.New(n.typ.Elem())
	w.buf = append(w.buf, '{')
	for i, k := range keys {
		v.Elem().Set(m.MapIndex(k))
		w.entry(n, i, k.String(), v.UnsafePointer())
	}
	w.buf = append(w.buf, '}')
}

func writeTable[V any](w *writer, n *plan, m map[string]V) {
	var few [16]string
	keys := few[:0]
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	w.buf = append(w.buf, '{')
	var v V
	for i, k := range keys {
		v = m[k]
		w.entry(n, i, k, unsafe.Pointer(&v))
	}
	w.buf = append(w.buf, '}')
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (w *writer) entry(n *plan, i int, key string, at unsafe.Pointer) {
	if i > 0 {
		w.buf = append(w.buf, ',')
	}
	w.text(key)
	w.buf = append(w.buf, ':')
	w.element(n.elem, at)
}

// element writes what a list or table holds.
func (w *writer) element(n *plan, at unsafe.Pointer) {
	if w.stored {
		switch n.how {
		case list, octets, stringTable, octetsTable, amounts, table, pointer: // protobuf gives an empty one for none
			w.failed = w.failed || w.empty(n, at)
		}
	}
	w.value(n, at)
}

// float writes a number as encoding/json does, in the form of ECMAScript.
func (w *writer) float(f float64, bits int) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		w.failed = true
		return
	}
	abs, format := math.Abs(f), byte('f')
	if abs != 0 && (bits == 64 && (abs < 1e-6 || abs >= 1e21) || bits == 32 && (float32(abs) < 1e-6 || float32(abs) >= 1e21)) {
		format = 'e'
	}
	w.buf = strconv.AppendFloat(w.buf, f, format, -1, bits)
	if n := len(w.buf); format == 'e' && n >= 4 && string(w.buf[n-4:n-1]) == "e-0" { // e-09 is e-9
		w.buf = append(w.buf[:n-2], w.buf[n-1])
	}
}

// selfMade writes the types that write themselves.
func (w *writer) selfMade(n *plan, at unsafe.Pointer) {
	switch n.how {
	case quantity:
		w.quantity((*resource.Quantity)(at))
	case instant:
		w.instant((*metav1.Time)(at).Time, time.RFC3339)
	case microInstant:
		w.instant((*metav1.MicroTime)(at).Time, metav1.RFC3339Micro)
	case intOrString:
		switch v := (*intstr.IntOrString)(at); v.Type {
		case intstr.Int:
			w.buf = strconv.AppendInt(w.buf, int64(v.IntVal), 10)
		case intstr.String:
			w.text(v.StrVal)
		default:
			w.failed = true
		}
	case rawFields:
		w.raw((*metav1.FieldsV1)(at).GetRawBytes())
	default:
		w.marshal(n, at)
	}
}

func (w *writer) instant(t time.Time, layout string) {
	if t.IsZero() {
		w.null()
		return
	}
	w.buf = append(w.buf, '"')
	w.buf = t.UTC().AppendFormat(w.buf, layout)
	w.buf = append(w.buf, '"')
}

func (w *writer) quantity(q *resource.Quantity) {
	var room [64]byte
	number, suffix := q.CanonicalizeBytes(room[:0])
	w.buf = append(w.buf, '"')
	w.buf = append(append(w.buf, number...), suffix...)
	w.buf = append(w.buf, '"')
}
