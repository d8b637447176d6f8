package schema

import (
	"slices"
	"strings"
)

// detach gives the meta of an object that came with a request strings of its own, in one piece of memory: it lives as long as
// the record, and its strings may be parts of the whole request. Labels and owners are copies already (alike).
func (m *Meta) detach() {
	m.Finalizers, m.values.values = slices.Clone(m.Finalizers), slices.Clone(m.values.values)
	size := 0
	m.eachString(func(s *string) { size += len(*s) })
	var piece strings.Builder
	piece.Grow(size) // never moves from here on
	m.eachString(func(s *string) {
		if *s == "" {
			*s = "" // without a pointer into the request, and one less for the collector to follow
			return
		}
		at := piece.Len()
		piece.WriteString(*s)
		*s = piece.String()[at:]
	})
	m.values.name, m.values.namespace = m.Name, m.Namespace
}

// eachString visits the strings that are the meta's own.
func (m *Meta) eachString(visit func(*string)) {
	visit(&m.Name)
	visit(&m.Namespace)
	visit((*string)(&m.UID))
	for _, list := range [][]string{m.Finalizers, m.values.values} {
		for i := range list {
			visit(&list[i])
		}
	}
}
