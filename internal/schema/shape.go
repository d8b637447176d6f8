package schema

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"
	smd "sigs.k8s.io/structured-merge-diff/v6/schema"

	"gantry.dev/gantry/internal/schema/openapi"
)

// A shape node says how field ownership looks at a Go type: where it descends, and what it takes as one value. It is
// compiled once from the type and its description in OpenAPI.
type shapeNode struct {
	how shapeHow
	// fields of a record, in the Go type's order.
	fields []shapeField
	// elem of a table, a keyed list.
	elem *shapeNode
	// keys of a keyed list: index paths into the element's struct.
	keys [][]int
	// byIdentity says that the key of a keyed list is an identity, identified that such a list is here or further down.
	byIdentity, identified bool
}

type shapeHow uint8

const (
	// shapeOpaque values cannot be described: ownership of a part that differs is left to the library.
	shapeOpaque shapeHow = iota
	// shapeLeaf values are owned as a whole: scalars and atomic lists, maps and structs.
	shapeLeaf
	// shapeRecord is a struct of fields owned apart.
	shapeRecord
	// shapeTable is a map whose entries are owned apart.
	shapeTable
	// shapeSet is a list of scalars owned apart.
	shapeSet
	// shapeKeyed is a list of structs that are told apart by some of their fields.
	shapeKeyed
)

type shapeField struct {
	name      string // in JSON
	index     []int
	node      *shapeNode
	omitEmpty bool
	// offset is the field's in the struct, and zeroed how to see there that omitempty leaves it out.
	offset uintptr
	zeroed zeroed
}

// zeroed is a way to look at memory for a value that omitempty leaves out.
type zeroed uint8

const (
	zeroedUnknown zeroed = iota // never surely
	zeroedWord                  // a nil pointer or map
	zeroedLength                // a string or list without length
	zeroedBool
	zeroedInt32
	zeroedInt64
)

func zeroedOf(t reflect.Type) zeroed {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map:
		return zeroedWord
	case reflect.String, reflect.Slice:
		return zeroedLength
	case reflect.Bool:
		return zeroedBool
	case reflect.Int32:
		return zeroedInt32
	case reflect.Int64:
		return zeroedInt64
	}
	return zeroedUnknown
}

// at looks at a value. Strings and slices begin with a pointer, which their length follows.
func (z zeroed) at(p unsafe.Pointer) bool {
	switch z {
	case zeroedWord:
		return *(*unsafe.Pointer)(p) == nil
	case zeroedLength:
		return *(*int)(unsafe.Add(p, unsafe.Sizeof(uintptr(0)))) == 0
	case zeroedBool:
		return !*(*bool)(p)
	case zeroedInt32:
		return *(*int32)(p) == 0
	case zeroedInt64:
		return *(*int64)(p) == 0
	}
	return false
}

// unowned are the fields of metadata that the library strips from every set.
var unowned = map[string]bool{"name": true, "namespace": true, "creationTimestamp": true, "selfLink": true, "uid": true,
	"generation": true, "managedFields": true, "resourceVersion": true}

// shapes compiles and keeps nodes.
type shapes struct {
	kinds sync.Map // schema.GroupVersionKind → *shapeNode, nil if the kind has no description
	lock  sync.Mutex
	made  map[shapeKey]*shapeNode
}

type shapeKey struct {
	t    reflect.Type
	name string
}

// of returns the node of a kind's Go type, nil if there is no description of it.
func (s *shapes) of(gvk schema.GroupVersionKind, t reflect.Type, d *openapi.Converter) *shapeNode {
	if n, ok := s.kinds.Load(gvk); ok {
		return n.(*shapeNode)
	}
	pt, ok := d.Describe(gvk)
	if !ok {
		return nil
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.made == nil {
		s.made = map[shapeKey]*shapeNode{}
	}
	n := s.compile(t, pt.TypeRef, pt.Schema).object()
	s.kinds.Store(gvk, n)
	return n
}

// object is the node of a whole object: without the fields of its metadata that nobody can own. Metadata further down,
// of a template, has no such fields.
func (n *shapeNode) object() *shapeNode {
	out := *n
	out.fields = slices.Clone(n.fields)
	for i := range out.fields {
		if f := &out.fields[i]; f.name == "metadata" {
			meta := *f.node
			meta.fields = slices.DeleteFunc(slices.Clone(meta.fields), func(f shapeField) bool { return unowned[f.name] })
			f.node = &meta
		}
	}
	return &out
}

var marshaler = reflect.TypeFor[json.Marshaler]()

// compile makes the node of a Go type as the description sees it.
func (s *shapes) compile(t reflect.Type, ref smd.TypeRef, in *smd.Schema) *shapeNode {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	key := shapeKey{t: t}
	if ref.NamedType != nil && ref.ElementRelationship == nil {
		key.name = *ref.NamedType
		if n := s.made[key]; n != nil {
			return n // also what is being compiled further up: types may contain themselves
		}
	}
	n := &shapeNode{}
	if key.name != "" {
		s.made[key] = n
	}
	atom, ok := in.Resolve(ref)
	if !ok {
		return n
	}
	s.describe(n, t, atom, in)
	return n
}

// describe fills in a node.
func (s *shapes) describe(n *shapeNode, t reflect.Type, atom smd.Atom, in *smd.Schema) {
	kinds := 0
	for _, has := range []bool{atom.Scalar != nil, atom.List != nil, atom.Map != nil} {
		if has {
			kinds++
		}
	}
	switch {
	case t == reflect.TypeFor[intstr.IntOrString](): // described as free-form, but a scalar either way
		n.how = shapeLeaf
	case kinds > 1: // free-form; only if every form is owned as a whole does it not matter which one it is
		if (atom.List == nil || atom.List.ElementRelationship == smd.Atomic) && (atom.Map == nil || atom.Map.ElementRelationship == smd.Atomic) {
			n.how = shapeLeaf
		}
	case atom.Scalar != nil:
		n.how = shapeLeaf
	case atom.List != nil && atom.List.ElementRelationship == smd.Atomic, atom.Map != nil && atom.Map.ElementRelationship == smd.Atomic:
		n.how = shapeLeaf
	case t.Implements(marshaler) || reflect.PointerTo(t).Implements(marshaler):
		// its JSON is not its fields
	case atom.List != nil && t.Kind() == reflect.Slice:
		s.describeList(n, t.Elem(), atom.List, in)
	case atom.Map != nil && t.Kind() == reflect.Map && t.Key().Kind() == reflect.String:
		n.how, n.elem = shapeTable, s.compile(t.Elem(), atom.Map.ElementType, in)
	case atom.Map != nil && t.Kind() == reflect.Struct:
		n.how = shapeRecord
		s.describeFields(n, t, nil, 0, atom.Map, in)
	}
}

func (s *shapes) describeList(n *shapeNode, elem reflect.Type, list *smd.List, in *smd.Schema) {
	for elem.Kind() == reflect.Pointer {
		elem = elem.Elem()
	}
	if len(list.Keys) == 0 {
		if elem.Kind() == reflect.String {
			n.how = shapeSet
		}
		return
	}
	if elem.Kind() != reflect.Struct {
		return
	}
	for _, k := range list.Keys {
		i := fieldByJSON(elem, k)
		if i == nil {
			return
		}
		n.keys = append(n.keys, i)
	}
	n.how, n.elem = shapeKeyed, s.compile(elem, list.ElementType, in)
	n.byIdentity = len(list.Keys) == 1 && slices.Contains(identityKeys[:], list.Keys[0])
	n.identified = n.byIdentity
}

// describeFields adds the fields of a struct, those of inlined structs included. at is the index path of t, base its offset.
func (s *shapes) describeFields(n *shapeNode, t reflect.Type, at []int, base uintptr, m *smd.Map, in *smd.Schema) {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(append([]int(nil), at...), i)
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported():
		case name == "" && f.Anonymous || strings.Contains(opts, "inline"):
			if f.Name != "TypeMeta" {
				s.describeFields(n, f.Type, index, base+f.Offset, m, in)
			}
		default:
			child := &shapeNode{}
			if sf, ok := m.FindField(name); ok {
				child = s.compile(f.Type, sf.Type, in)
			}
			n.identified = n.identified || child.identified
			n.fields = append(n.fields, shapeField{name: name, index: index, node: child, omitEmpty: strings.Contains(opts, "omitempty"),
				offset: base + f.Offset, zeroed: zeroedOf(f.Type)})
		}
	}
}

// fieldByJSON finds a field by its name in JSON.
func fieldByJSON(t reflect.Type, name string) []int {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == name {
			return []int{i}
		}
		if strings.Contains(opts, "inline") && f.Type.Kind() == reflect.Struct {
			if sub := fieldByJSON(f.Type, name); sub != nil {
				return append([]int{i}, sub...)
			}
		}
	}
	return nil
}
