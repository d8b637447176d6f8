package typejson

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// how says in which way values of a type are read and written.
type how uint8

const (
	// foreign values are left to the libraries: free-form ones, and types that decode or encode themselves unusually.
	foreign how = iota
	boolean
	integer  // signed, of the plan's size
	unsigned // of the plan's size
	float
	text
	octets // []byte
	pointer
	list
	record
	table       // a map whose keys are strings
	stringTable // map[string]string by layout
	octetsTable // map[string][]byte by layout
	amounts     // map[string]resource.Quantity by layout
	quantity
	instant      // metav1.Time
	microInstant // metav1.MicroTime
	intOrString
	rawFields // metav1.FieldsV1
	custom    // implements json.Marshaler and json.Unmarshaler
)

// plan is how a type is read and written. It is immutable once Plans.of has returned it.
type plan struct {
	how  how
	typ  reflect.Type
	size uintptr
	// elem is the plan of what a pointer, list or table holds.
	elem *plan
	// fields of a record in the order in which they are written, and their places by name.
	fields []field
	byName map[string]int
	bits   uint8 // of numbers
}

type field struct {
	name   string
	prefix string // `"name":`
	offset uintptr
	plan   *plan
	// omitEmpty and omitZero are the options of the tag.
	omitEmpty, omitZero bool
	patch               patchTag
}

// patchTag says how a strategic merge patch changes a field.
type patchTag struct {
	merge, replace bool
	key            string // of the elements of a list that is merged
}

func patchTagOf(tag reflect.StructTag) patchTag {
	t := patchTag{key: tag.Get("patchMergeKey")}
	for s := range strings.SplitSeq(tag.Get("patchStrategy"), ",") {
		t.merge, t.replace = t.merge || s == "merge", t.replace || s == "replace"
	}
	return t
}

// maxFields bounds the fields of a record, which are marked in one set while it is read. The largest of the API has 45.
const maxFields = 128

// Plans compiles and keeps plans. The zero value is ready; it is safe for concurrent use.
type Plans struct {
	made sync.Map // reflect.Type → *plan
	lock sync.Mutex
	// growing are plans that are not complete yet: types may contain themselves.
	growing map[reflect.Type]*plan
}

// of returns the plan of a type.
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
	if n.how = known(t); n.how != foreign {
		return n
	}
	if selfMade(t) {
		if reflect.PointerTo(t).Implements(unmarshaler) && t.Implements(marshaler) {
			n.how = custom
		}
		return n
	}
	p.describe(n, t)
	return n
}

var (
	marshaler       = reflect.TypeFor[json.Marshaler]()
	unmarshaler     = reflect.TypeFor[json.Unmarshaler]()
	textMarshaler   = reflect.TypeFor[encoding.TextMarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// selfMade says whether a type has a say in its own JSON.
func selfMade(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer { // the say is what it points to has
		return false
	}
	ptr := reflect.PointerTo(t)
	for _, i := range []reflect.Type{marshaler, unmarshaler, textMarshaler, textUnmarshaler} {
		if ptr.Implements(i) {
			return true
		}
	}
	return false
}

func (p *Plans) describe(n *plan, t reflect.Type) {
	switch t.Kind() {
	case reflect.Bool:
		n.how = boolean
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n.how, n.bits = integer, uint8(t.Bits())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n.how, n.bits = unsigned, uint8(t.Bits())
	case reflect.Float32, reflect.Float64:
		n.how, n.bits = float, uint8(t.Bits())
	case reflect.String:
		n.how = text
	case reflect.Pointer:
		n.how, n.elem = pointer, p.compile(t.Elem())
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			if !selfMade(t.Elem()) {
				n.how = octets
			}
			return
		}
		n.how, n.elem = list, p.compile(t.Elem())
	case reflect.Map:
		p.describeMap(n, t)
	case reflect.Struct:
		if fields, ok := p.fields(nil, t, 0); ok && len(fields) <= maxFields {
			n.how, n.fields, n.byName = record, fields, make(map[string]int, len(fields))
			for i, f := range fields {
				if _, twice := n.byName[f.name]; twice { // Go's rules would choose one
					n.how = foreign
				}
				n.byName[f.name] = i
			}
		}
	}
}

func (p *Plans) describeMap(n *plan, t reflect.Type) {
	if t.Key().Kind() != reflect.String || selfMade(t.Key()) {
		return
	}
	n.elem = p.compile(t.Elem())
	switch n.elem.how {
	case text:
		n.how = stringTable
	case octets:
		n.how = octetsTable
	case quantity:
		n.how = amounts
	case foreign, custom: // a value in a map has no address, which decides about its methods
	default:
		n.how = table
	}
}

// fields adds the fields of a struct, those of embedded structs in their place. It is false for what tags can say and
// API types do not.
func (p *Plans) fields(list []field, t reflect.Type, base uintptr) ([]field, bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		if tag == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		name, opts, _ := strings.Cut(tag, ",")
		if f.Anonymous && name == "" {
			if f.Type.Kind() != reflect.Struct || selfMade(f.Type) {
				return nil, false
			}
			var ok bool
			if list, ok = p.fields(list, f.Type, base+f.Offset); !ok {
				return nil, false
			}
			continue
		}
		if name == "" {
			name = f.Name
		}
		out := field{name: name, prefix: `"` + name + `":`, offset: base + f.Offset, plan: p.compile(f.Type), patch: patchTagOf(f.Tag)}
		for opt := range strings.SplitSeq(opts, ",") {
			switch opt {
			case "omitempty":
				out.omitEmpty = true
			case "omitzero":
				out.omitZero = true
			case "", "inline": // inline means nothing to the libraries but on embedded structs
			default:
				return nil, false
			}
		}
		if !plainName(name) || out.omitZero && f.Type.Kind() == reflect.Pointer {
			return nil, false
		}
		list = append(list, out)
	}
	return list, true
}

// plainName says that a name needs no escapes.
func plainName(s string) bool {
	for i := range len(s) {
		if !plainByte[s[i]] {
			return false
		}
	}
	return true
}
