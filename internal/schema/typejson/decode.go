package typejson

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math/bits"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"
	"unsafe"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Decode reads a document into an empty struct. It is false, and the struct of no use, for every document about which the
// strict library would say anything but that it is fine, and for some others. The strings that it sets share the memory of
// one copy of data: who keeps one for long and not the rest clones it.
func (p *Plans) Decode(data []byte, into any) bool {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() || !utf8.Valid(data) {
		return false
	}
	n := p.of(v.Type().Elem())
	if n.how != record {
		return false
	}
	r := reader{data: data, all: string(data)}
	if !r.record(n, v.UnsafePointer()) {
		return false
	}
	r.space()
	return r.at == len(r.data)
}

// value reads a value of the plan's type into the zero value at to.
func (r *reader) value(n *plan, to unsafe.Pointer) bool {
	if r.peek() == 'n' {
		if n.how == instant || n.how == microInstant { // every condition that is written has one
			return r.word("null")
		}
		return r.word("null") && !r.patch && n.how != custom && n.how != foreign // only those may make something of it
	}
	switch n.how {
	case text:
		s, ok := r.text()
		*(*string)(to) = s
		return ok
	case boolean:
		if r.peek() == 't' {
			*(*bool)(to) = true
			return r.word("true")
		}
		return r.word("false")
	case integer:
		return r.setInteger(n, to)
	case unsigned, float:
		return !r.patch && r.setNumber(n, to) // few types have them, and the library has ways of its own with them
	case octets:
		b, ok := r.octets()
		*(*[]byte)(to) = b
		return ok
	case pointer:
		v := reflect.New(n.typ.Elem())
		*(*unsafe.Pointer)(to) = v.UnsafePointer()
		return r.value(n.elem, v.UnsafePointer())
	case record:
		return r.record(n, to)
	case list:
		return r.list(n, to)
	case stringTable, octetsTable, amounts, table:
		return r.table(n, to)
	case foreign:
		return false
	}
	return r.selfMade(n, to)
}

// record reads an object.
func (r *reader) record(n *plan, to unsafe.Pointer) bool {
	return r.eachField(n, func(f *field) bool { return r.value(f.plan, unsafe.Add(to, f.offset)) }, nil)
}

// eachField calls do to read the value of each field of an object. Every name must be known, or to other if there is one, and come
// once.
func (r *reader) eachField(n *plan, do func(*field) bool, other func(name string) bool) bool {
	if !r.enter('{') {
		return false
	}
	var seen [maxFields / 64]uint64
	guess := 0 // most documents have the fields in the type's order, or in that of the alphabet
	for first := true; ; first = false {
		more, ok := r.more('}', first)
		if !more || !ok {
			return ok
		}
		name, escaped, ok := r.token()
		if !ok || escaped || !r.next(':') {
			return false
		}
		i := guess
		if i >= len(n.fields) || n.fields[i].name != name {
			if i, ok = n.byName[name]; !ok {
				if other == nil || !other(name) {
					return false
				}
				continue
			}
		}
		guess = i + 1
		if bit := uint64(1) << (i % 64); seen[i/64]&bit != 0 {
			return false
		} else {
			seen[i/64] |= bit
		}
		if !do(&n.fields[i]) {
			return false
		}
	}
}

// list reads an array. Room grows by doubling from one: most lists of the API have one element, and an element is large.
func (r *reader) list(n *plan, to unsafe.Pointer) bool {
	if !r.enter('[') {
		return false
	}
	v := reflect.NewAt(n.typ, to).Elem()
	count, room := 0, 0
	var base unsafe.Pointer
	for first := true; ; first = false {
		more, ok := r.more(']', first)
		if !ok {
			return false
		}
		if !more {
			if count == 0 {
				v.Set(reflect.MakeSlice(n.typ, 0, 0))
			}
			v.SetLen(count)
			return true
		}
		if count == room {
			v.SetLen(count)
			v.Grow(1)
			room = v.Cap()
			v.SetLen(room)
			base = v.UnsafePointer()
		}
		if !r.value(n.elem, unsafe.Add(base, uintptr(count)*n.elem.size)) {
			return false
		}
		count++
	}
}

// table reads an object into a map. A name that comes twice is refused.
func (r *reader) table(n *plan, to unsafe.Pointer) bool {
	if !r.enter('{') {
		return false
	}
	set := r.setter(n, to)
	for first := true; ; first = false {
		more, ok := r.more('}', first)
		if !more || !ok {
			return ok
		}
		name, ok := r.text()
		if !ok || !r.next(':') || r.patch && directive(name) || !set(name) {
			return false
		}
	}
}

// setter makes an empty map and returns what reads one value into it.
func (r *reader) setter(n *plan, to unsafe.Pointer) func(name string) bool {
	switch n.how {
	case stringTable:
		m := map[string]string{}
		*(*map[string]string)(to) = m
		return func(name string) bool { return setValue(r, n, m, name) }
	case octetsTable:
		m := map[string][]byte{}
		*(*map[string][]byte)(to) = m
		return func(name string) bool { return setValue(r, n, m, name) }
	case amounts:
		m := map[string]resource.Quantity{}
		*(*map[string]resource.Quantity)(to) = m
		return func(name string) bool { return setValue(r, n, m, name) }
	}
	m := reflect.MakeMap(n.typ)
	reflect.NewAt(n.typ, to).Elem().Set(m)
	return func(name string) bool {
		k := reflect.ValueOf(name).Convert(n.typ.Key())
		if m.MapIndex(k).IsValid() {
			return false
		}
		e := reflect.New(n.typ.Elem())
		ok := r.value(n.elem, e.UnsafePointer())
		m.SetMapIndex(k, e.Elem())
		return ok
	}
}

func setValue[V any](r *reader, n *plan, m map[string]V, name string) bool {
	if _, twice := m[name]; twice {
		return false
	}
	var v V
	ok := r.value(n.elem, unsafe.Pointer(&v))
	m[name] = v
	return ok
}

func (r *reader) octets() ([]byte, bool) {
	s, ok := r.text()
	if !ok {
		return nil, false
	}
	b, err := base64.StdEncoding.DecodeString(s)
	return b, err == nil
}

func (r *reader) setInteger(n *plan, to unsafe.Pointer) bool {
	v, ok := r.integer(int(n.bits))
	switch n.bits {
	case 8:
		*(*int8)(to) = int8(v)
	case 16:
		*(*int16)(to) = int16(v)
	case 32:
		*(*int32)(to) = int32(v)
	case bits.UintSize:
		*(*int64)(to) = v
	default:
		return false
	}
	return ok
}

// setNumber reads the numbers that are rare.
func (r *reader) setNumber(n *plan, to unsafe.Pointer) bool {
	s, whole, ok := r.number()
	if !ok {
		return false
	}
	v := reflect.NewAt(n.typ, to).Elem()
	if n.how == float {
		f, err := strconv.ParseFloat(s, int(n.bits))
		v.SetFloat(f)
		return err == nil
	}
	u, err := strconv.ParseUint(s, 10, int(n.bits))
	v.SetUint(u)
	return whole && err == nil
}

// plainQuantity says that a quantity's JSON stays as it is when it is read and written again.
func plainQuantity(raw []byte) bool {
	if len(raw) > 0 && raw[0] == '"' {
		return compact(raw) && bytes.IndexByte(raw, '\\') < 0
	}
	for _, c := range raw {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(raw) > 0 && len(raw) < 19 // an int64 for sure
}

// selfMade reads the types that read themselves.
func (r *reader) selfMade(n *plan, to unsafe.Pointer) bool {
	switch n.how {
	case quantity:
		raw, ok := r.skip()
		if r.patch && !plainQuantity(raw) {
			return false
		}
		return ok && (*resource.Quantity)(to).UnmarshalJSON(raw) == nil
	case instant:
		s, ok := r.text()
		t, err := time.Parse(time.RFC3339, s)
		(*metav1.Time)(to).Time = t.Local()
		return ok && err == nil
	case microInstant:
		s, ok := r.text()
		t, err := time.Parse(metav1.RFC3339Micro, s)
		(*metav1.MicroTime)(to).Time = t.Local()
		return ok && err == nil
	case intOrString:
		v := (*intstr.IntOrString)(to)
		if r.peek() == '"' {
			s, ok := r.text()
			v.Type, v.StrVal = intstr.String, s
			return ok
		}
		i, ok := r.integer(32)
		v.Type, v.IntVal = intstr.Int, int32(i)
		return ok
	case rawFields:
		raw, ok := r.skip()
		return ok && !r.patch && (*metav1.FieldsV1)(to).UnmarshalJSON(raw) == nil
	}
	raw, ok := r.skip()
	if !ok || r.patch { // the library hands over what it has read and written again
		return false
	}
	return reflect.NewAt(n.typ, to).Interface().(json.Unmarshaler).UnmarshalJSON(raw) == nil
}
