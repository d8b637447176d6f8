// Package typebytes writes down what a Go value holds, so that two values of a type have the same bytes only if nothing
// that reads them could tell them apart. It follows plans that are compiled once per type, and is for values that are
// compared again and again: the bytes are to be hashed, not read.
package typebytes

import (
	"reflect"
	"sync"
	"unsafe"

	"k8s.io/apimachinery/pkg/api/resource"
)

// how says in which way values of a type are written.
type how uint8

const (
	// opaque values are not described: interfaces, functions, types with a life of their own.
	opaque how = iota
	boolean
	number // of the plan's size
	text
	pointer
	list
	record
	table       // a map whose keys are strings
	stringTable // map[string]string by layout
	quantity
)

// plan is how a type is written. It is immutable once Plans.of has returned it.
type plan struct {
	how  how
	typ  reflect.Type
	size uintptr
	// elem is the plan of what a pointer, list or table holds.
	elem   *plan
	fields []field
}

type field struct {
	offset uintptr
	plan   *plan
}

// maxFields bounds the fields of a record: their numbers are written as one byte. The largest of the API has 45.
const maxFields = 250

// Plans compiles and keeps plans. The zero value is ready; it is safe for concurrent use.
type Plans struct {
	made sync.Map // reflect.Type → *plan
	lock sync.Mutex
	// growing are plans that are not complete yet: types may contain themselves.
	growing map[reflect.Type]*plan
}

func (p *Plans) of(t reflect.Type) *plan {
	if n, ok := p.made.Load(t); ok {
		return n.(*plan)
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	p.growing = map[reflect.Type]*plan{}
	n := p.compile(t)
	for t, n := range p.growing { // complete now
		p.made.LoadOrStore(t, n)
	}
	p.growing = nil
	return n
}

func (p *Plans) compile(t reflect.Type) *plan {
	if n, ok := p.made.Load(t); ok {
		return n.(*plan)
	}
	if n := p.growing[t]; n != nil {
		return n
	}
	n := &plan{typ: t, size: t.Size()}
	p.growing[t] = n
	switch t.Kind() {
	case reflect.Bool:
		n.how = boolean
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n.how = number
	case reflect.String:
		n.how = text
	case reflect.Pointer:
		n.how, n.elem = pointer, p.compile(t.Elem())
	case reflect.Slice:
		n.how, n.elem = list, p.compile(t.Elem())
	case reflect.Map:
		p.describeMap(n, t)
	case reflect.Struct:
		p.describeStruct(n, t)
	}
	return n
}

func (p *Plans) describeMap(n *plan, t reflect.Type) {
	if t.Key().Kind() != reflect.String {
		return
	}
	n.how, n.elem = table, p.compile(t.Elem())
	if n.elem.how == text {
		n.how = stringTable
	}
}

// describeStruct takes structs whose fields are all that they are: one with hidden fields has a life of its own.
func (p *Plans) describeStruct(n *plan, t reflect.Type) {
	if t == reflect.TypeFor[resource.Quantity]() {
		n.how = quantity
		return
	}
	fields := make([]field, 0, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || i >= maxFields {
			return
		}
		fields = append(fields, field{f.Offset, p.compile(f.Type)})
	}
	n.how, n.fields = record, fields
}

// pointerOf is the memory that a pointer in an interface leads to, and its type; false for all else.
func pointerOf(v any) (unsafe.Pointer, reflect.Type, bool) {
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Pointer || r.IsNil() {
		return nil, nil, false
	}
	return r.UnsafePointer(), r.Type().Elem(), true
}
