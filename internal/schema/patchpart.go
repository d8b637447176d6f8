package schema

import (
	"reflect"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
)

// A merge or strategic merge patch works on every top-level field by itself. Most patches name one, status or metadata;
// then the rest of the object takes no part in conversions to and from maps, which cost more than all else.

// topFields maps the JSON names of a Go type's own top-level fields to their indices. It is kept per type.
type topFields struct{ made sync.Map }

func (f *topFields) of(t reflect.Type) map[string]int {
	if m, ok := f.made.Load(t); ok {
		return m.(map[string]int)
	}
	m := make(map[string]int, t.NumField())
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "" && name != "-" {
			m[name] = i
		}
	}
	f.made.Store(t, m)
	return m
}

// part returns a shallow copy of a versioned object with only the top-level fields that the patch names. It is nil if
// the patch names anything else: a directive, its kind, an unknown field.
func (f *topFields) part(versioned runtime.Object, patch map[string]any) runtime.Object {
	known := f.of(reflect.TypeOf(versioned).Elem())
	for name := range patch {
		if _, ok := known[name]; !ok {
			return nil
		}
	}
	out := shallowCopy(versioned)
	v := reflect.ValueOf(out).Elem()
	for name, i := range known {
		if _, named := patch[name]; !named {
			v.Field(i).SetZero()
		}
	}
	return out
}

// fillRest gives a patched part the fields of the whole object that the patch did not name.
func (f *topFields) fillRest(patched, versioned runtime.Object, patch map[string]any) {
	to, from := reflect.ValueOf(patched).Elem(), reflect.ValueOf(versioned).Elem()
	for name, i := range f.of(to.Type()) {
		if _, named := patch[name]; !named {
			to.Field(i).Set(from.Field(i))
		}
	}
}
