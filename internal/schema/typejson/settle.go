package typejson

import (
	"reflect"
	"time"
	"unsafe"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Settle makes a struct that a pointer leads to what a reader of its protobuf form gets, in place: lists and maps that are
// there but empty become none, times lose what is finer than the form carries. It is false for a struct that holds
// what would come back as something else; parts of it may have been settled then.
func (p *Plans) Settle(obj any) bool {
	v := reflect.ValueOf(obj)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return false
	}
	return p.of(v.Type().Elem()).settle(v.UnsafePointer(), 0)
}

func (n *plan) settle(at unsafe.Pointer, depth int) bool {
	if depth > maxDepth {
		return false
	}
	switch n.how {
	case boolean, integer, unsigned, float, text, quantity, intOrString:
		return true
	case pointer:
		to := *(*unsafe.Pointer)(at)
		return to == nil || n.elem.settle(to, depth+1)
	case record:
		for i := range n.fields {
			f := &n.fields[i]
			if p := unsafe.Add(at, f.offset); !f.plan.settle(p, depth+1) {
				return false
			}
		}
		return true
	case list:
		return n.settleList(at, depth)
	case octets:
		if h := (*sliceHeader)(at); h.len == 0 {
			*(*[]byte)(at) = nil
		}
		return true
	case rawFields:
		return len((*metav1.FieldsV1)(at).GetRawBytes()) > 0 // managed fields always say something
	case instant:
		t := (*metav1.Time)(at)
		if t.Nanosecond() != 0 {
			t.Time = t.Truncate(time.Second)
		}
		return true
	case microInstant:
		t := (*metav1.MicroTime)(at)
		if t.Nanosecond()%int(time.Microsecond) != 0 {
			t.Time = t.Truncate(time.Microsecond)
		}
		return true
	case stringTable, octetsTable, amounts, table:
		return n.settleTable(at)
	}
	return reflect.NewAt(n.typ, at).Elem().IsZero()
}

func (n *plan) settleList(at unsafe.Pointer, depth int) bool {
	h := (*sliceHeader)(at)
	if h.len == 0 {
		if h.data != nil {
			reflect.NewAt(n.typ, at).Elem().SetZero()
		}
		return true
	}
	if n.elem.how == text { // the most frequent, and settled as it is
		return true
	}
	for i := range h.len {
		p := unsafe.Add(h.data, uintptr(i)*n.elem.size)
		if n.elem.nothing(p) || !n.elem.settle(p, depth+1) {
			return false
		}
	}
	return true
}

// settleTable takes maps whose values are plain; what is in a map cannot be changed in place.
func (n *plan) settleTable(at unsafe.Pointer) bool {
	if lenOf(at) == 0 {
		if *(*unsafe.Pointer)(at) != nil {
			reflect.NewAt(n.typ, at).Elem().SetZero()
		}
		return true
	}
	switch n.how {
	case stringTable, amounts:
		return true
	case octetsTable:
		for _, b := range *(*map[string][]byte)(at) {
			if len(b) == 0 {
				return false
			}
		}
		return true
	}
	return false
}

// nothing says that an element of a list is one for which protobuf gives something empty.
func (n *plan) nothing(at unsafe.Pointer) bool {
	switch n.how {
	case pointer:
		return *(*unsafe.Pointer)(at) == nil
	case list, octets:
		return (*sliceHeader)(at).len == 0
	case stringTable, octetsTable, amounts, table:
		return lenOf(at) == 0
	}
	return false
}
