package schema

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// Custom is the table of the kinds that the CustomResourceDefinitions of one cluster define. Like Schema it is immutable and
// its rows are Kinds, so that nobody above has to tell a custom kind from a built-in one; unlike it, it belongs to one
// cluster and is replaced when a definition changes. A nil Custom is an empty one.
//
// A row is a kind in one version: schema, subresources, columns and selectable fields of versions differ. What is
// expensive (structural schemas, CEL programs, merge types) is compiled when the first object needs it.
type Custom struct {
	defs  []*definition // by name
	rows  []*Kind       // of served versions, in discovery order
	byRes map[api.Resource]*definition
	byGK  map[schema.GroupKind]*definition

	dirOnce sync.Once
	dir     *Directory
	docs    openAPI
	// Memo is a slot for what its readers derive from the table (encoded discovery). It lives as long as the table.
	Memo atomic.Value
}

// NewCustom makes the table from the records of all definitions of a cluster, in key order. Rows of definitions that
// have not changed since prev are taken from there, together with what was compiled for them.
func (s *Schema) NewCustom(prev *Custom, recs []*store.Record) (*Custom, error) {
	old := map[types.UID]*definition{}
	if prev != nil {
		for _, d := range prev.defs {
			old[d.uid] = d
		}
	}
	c := &Custom{byRes: map[api.Resource]*definition{}, byGK: map[schema.GroupKind]*definition{}}
	kind := s.Kind(Definitions)
	for _, rec := range recs {
		m, err := s.Meta(kind, rec)
		if err != nil {
			return nil, err
		}
		d := old[m.UID]
		if d == nil || d.rev != rec.Rev {
			if d, err = s.define(rec, d); err != nil {
				return nil, err
			}
		}
		c.defs = append(c.defs, d)
		if d.established && s.byRes[d.resource] == nil { // a built-in kind is not taken over
			c.file(d)
		}
	}
	slices.SortStableFunc(c.rows, func(a, b *Kind) int { return strings.Compare(a.Resource.Group, b.Resource.Group) })
	return c, nil
}

// file makes an established definition addressable.
func (c *Custom) file(d *definition) {
	c.byRes[d.resource] = d
	c.byGK[schema.GroupKind{Group: d.resource.Group, Kind: d.kind}] = d
	for _, k := range d.rows {
		if k.custom.served {
			c.rows = append(c.rows, k)
		}
	}
}

// Kinds lists the rows of all served versions, by group. The slice is shared.
func (c *Custom) Kinds() []*Kind {
	if c == nil {
		return nil
	}
	return c.rows
}

// Lookup returns the row of a resource in a version as a URL names them, or nil.
func (c *Custom) Lookup(group, version, resource string) *Kind {
	if c == nil {
		return nil
	}
	return c.byRes[api.Resource{Group: group, Name: resource}].row(version)
}

// Kind returns the row of a resource in its storage version, which need not be served: what Gantry's own parts work with.
func (c *Custom) Kind(r api.Resource) *Kind {
	if c == nil {
		return nil
	}
	return c.byRes[r].stored()
}

// KindFor returns the row of a kind in a served version, or nil.
func (c *Custom) KindFor(gvk schema.GroupVersionKind) *Kind {
	if c == nil {
		return nil
	}
	return c.byGK[gvk.GroupKind()].row(gvk.Version)
}

// Foreign is a row for the metadata of custom objects whose definition does not matter: what looks at objects of all
// clusters knows no definition. Such a row reads; it cannot write, convert or print.
func Foreign(r api.Resource) *Kind {
	return &Kind{Resource: r, StoreAs: r, custom: &customRow{}}
}

// IsCustom reports whether the kind is defined by a CustomResourceDefinition.
func (k *Kind) IsCustom() bool { return k.custom != nil }

// Definition is the name of the CustomResourceDefinition of a custom kind.
func (k *Kind) Definition() string { return k.Resource.String() }

// AllVersions are all versions in which the kind is served, preferred first: of a custom kind, whose rows have one version
// each, those of its siblings too.
func (k *Kind) AllVersions() []string {
	if k.custom == nil || k.custom.def == nil {
		return k.Versions
	}
	var out []string
	for _, r := range k.custom.def.rows {
		if r.custom.served {
			out = append(out, r.custom.version)
		}
	}
	return out
}

// InVersion is the row of the same kind in another served version, or nil. Built-in kinds have one row for all versions.
func (k *Kind) InVersion(version string) *Kind {
	if k.custom == nil {
		if k.Serves(version) {
			return k
		}
		return nil
	}
	r := k.custom.def.row(version)
	if r != nil && k.remote != nil {
		r = r.Bound(k.remote.ctx, k.remote.cluster, k.remote.poster)
	}
	return r
}

// SameLaws reports whether other, a later row of the same resource or nil, still says the same of its objects.
func (k *Kind) SameLaws(other *Kind) bool {
	return other != nil && k.custom != nil && other.custom != nil && other.custom.def.laws == k.custom.def.laws
}
