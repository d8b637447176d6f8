package view

import (
	"fmt"
	"iter"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apihelpers"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// Custom stands for the resources of all custom kinds where followers and triggers are registered by resource: which
// there are, nobody knows beforehand.
var Custom = api.Resource{Group: "*", Name: "*"} //nolint:gochecknoglobals // never changed; Go has no constants of structs

// table is the table that holds the records of a resource, or nil.
func (s *Snapshot) table(r api.Resource) *table {
	if t := s.tables[r]; t != nil {
		return t
	}
	if s.IsCustom(r) {
		return s.custom
	}
	return nil
}

// IsCustom reports whether the snapshot follows a resource as one of those that are not built in.
func (s *Snapshot) IsCustom(r api.Resource) bool {
	return s.custom != nil && r.Group != api.Private && s.law.Kind(r) == nil
}

// readCustom returns the records of all custom kinds of all clusters. What is stored of them goes no further than what is
// defined: a definition is not gone before its objects are.
func (v *View) readCustom(rev api.Revision) ([]*store.Record, error) {
	defs, err := v.read(schema.Definitions, rev)
	if err != nil {
		return nil, err
	}
	var out []*store.Record
	seen := map[api.Resource]bool{}
	for _, def := range defs {
		name, group, _ := strings.Cut(def.Key.Name, ".") // that is how definitions have to be named
		r := api.Resource{Group: group, Name: name}
		if seen[r] || !v.cur.IsCustom(r) {
			continue
		}
		seen[r] = true
		recs, err := v.read(r, rev)
		if err != nil {
			return nil, err
		}
		out = append(out, recs...)
	}
	return out, nil
}

// CustomIn ranges over the custom resources that a cluster defines, accepted or not.
func (s *Snapshot) CustomIn(c api.Cluster) iter.Seq[api.Resource] {
	return func(yield func(api.Resource) bool) {
		for def := range s.Records(api.Scope{Resource: schema.Definitions, Cluster: c}) {
			name, group, _ := strings.Cut(def.Key.Name, ".")
			if r := (api.Resource{Group: group, Name: name}); s.IsCustom(r) && !yield(r) {
				return
			}
		}
	}
}

// Definition is a definition without its schemas. It is shared and must not be changed.
func (s *Snapshot) Definition(rec *store.Record) *apiextensionsv1.CustomResourceDefinition {
	crd, err := s.law.Head(rec)
	if err != nil {
		panic(fmt.Sprintf("view: stored object %s cannot be read: %v", rec.Key, err))
	}
	return crd
}

// customDependents are the objects of custom kinds among Dependents.
func (s *Snapshot) customDependents(c api.Cluster, owner string) iter.Seq[*store.Record] {
	return func(yield func(*store.Record) bool) {
		if s.custom == nil || owner == "" {
			return
		}
		s.custom.idx.Ascend(firstOf(api.Resource{}, c, byOwner, owner), func(e entry) bool {
			return e.in(c, byOwner, owner) && yield(e.rec)
		})
	}
}

// Resolve finds the resource of a kind that an object of the cluster names, as owner references do. ok is false if the
// cluster serves no such kind.
func (s *Snapshot) Resolve(c api.Cluster, apiVersion, kind string) (r api.Resource, namespaced, ok bool) {
	gv, err := kschema.ParseGroupVersion(apiVersion)
	if err != nil {
		return api.Resource{}, false, false
	}
	if k := s.law.KindFor(gv.WithKind(kind)); k != nil {
		return k.StoreAs, k.Namespaced, true
	}
	for rec := range s.Records(api.Scope{Resource: schema.Definitions, Cluster: c}) {
		if name, group, _ := strings.Cut(rec.Key.Name, "."); group == gv.Group {
			crd := s.Definition(rec)
			if crd.Status.AcceptedNames.Kind == kind && apihelpers.HasServedCRDVersion(crd, gv.Version) {
				return api.Resource{Group: group, Name: name}, crd.Spec.Scope == apiextensionsv1.NamespaceScoped, true
			}
		}
	}
	return api.Resource{}, false, false
}
