package schema

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apihelpers"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/version"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// definition is what is known of one CustomResourceDefinition without compiling it: a few strings and a row per version.
type definition struct {
	rev        api.Revision // of the record that it was read from
	uid        types.UID
	generation int64

	resource api.Resource
	kind     string
	storage  string // the version of the stored form
	rows     []*Kind
	// established says that the kind is served. It stays so while the definition is being deleted, for finalizers.
	established, terminating bool
	laws                     *laws
}

// customRow is what a Kind holds if it is custom. Foreign rows have no definition.
type customRow struct {
	def      *definition
	version  string
	served   bool
	warnings []string
	// fields are the names that field selectors of the version may use beside those of metadata.
	fields []string
	scale  *scalePaths
}

// scalePaths say where objects of a version keep what Scale shows.
type scalePaths struct{ replicas, actual, selector string }

// define reads a definition. What was compiled for old, the same definition at an earlier time, is kept if the
// specification is the same.
func (s *Schema) define(rec *store.Record, old *definition) (*definition, error) {
	crd, err := s.Head(rec)
	if err != nil {
		return nil, err
	}
	d := &definition{rev: rec.Rev, uid: crd.UID, generation: crd.Generation,
		resource:    api.Resource{Group: crd.Spec.Group, Name: crd.Spec.Names.Plural},
		kind:        crd.Status.AcceptedNames.Kind,
		established: established(crd), terminating: apihelpers.IsCRDConditionTrue(crd, apiextensionsv1.Terminating),
	}
	if d.storage, err = apihelpers.GetCRDStorageVersion(crd); err != nil {
		return nil, fmt.Errorf("schema: %s: %w", rec.Key, err)
	}
	if old != nil && old.generation == d.generation && old.kind == d.kind && old.laws.used.Load() {
		d.laws = old.laws
	} else {
		d.laws = &laws{schema: s, body: rec.Body, name: crd.Name}
	}
	for i := range crd.Spec.Versions {
		if v := &crd.Spec.Versions[i]; v.Served || v.Storage {
			d.rows = append(d.rows, d.newRow(crd, v))
		}
	}
	slices.SortFunc(d.rows, func(a, b *Kind) int {
		return version.CompareKubeAwareVersionStrings(b.custom.version, a.custom.version)
	})
	return d, nil
}

// established says whether the API serves the kind. Upstream's handler serves as soon as the names are accepted, its
// discovery when the definition is established; both happen in one write here.
func established(crd *apiextensionsv1.CustomResourceDefinition) bool {
	n := &crd.Status.AcceptedNames
	return apihelpers.IsCRDConditionTrue(crd, apiextensionsv1.Established) && n.Plural != "" && n.Singular != "" && n.Kind != "" && n.ListKind != ""
}

// readDefinition decodes the stored form of a definition.
func (s *Schema) readDefinition(body []byte) (*apiextensionsv1.CustomResourceDefinition, error) {
	obj, err := s.decodeTyped(s.Kind(Definitions), &store.Record{Body: body})
	if err != nil {
		return nil, err
	}
	return obj.(*apiextensionsv1.CustomResourceDefinition), nil
}

func (d *definition) newRow(crd *apiextensionsv1.CustomResourceDefinition, v *apiextensionsv1.CustomResourceDefinitionVersion) *Kind {
	n := &crd.Status.AcceptedNames
	k := &Kind{Resource: d.resource, StoreAs: d.resource, Kind: n.Kind, ListKind: n.ListKind, Singular: n.Singular,
		ShortNames: n.ShortNames, Categories: n.Categories, Namespaced: crd.Spec.Scope == apiextensionsv1.NamespaceScoped,
		Versions: []string{v.Name}, Storage: schema.GroupVersion{Group: d.resource.Group, Version: d.storage}, Verbs: allVerbs}
	row := &customRow{def: d, version: v.Name, served: v.Served}
	k.custom = row
	k.Strategy = &customStrategy{kind: k}
	if sub := v.Subresources; sub != nil {
		k.Subresources = map[string]*Subresource{}
		if sub.Status != nil {
			k.Subresources["status"] = ownSub("status", &customStatusStrategy{customStrategy{kind: k}}, updateVerbs...)
		}
		if sc := sub.Scale; sc != nil {
			k.Subresources["scale"] = bodySub("scale", scaleGVK, updateVerbs...)
			row.scale = &scalePaths{replicas: sc.SpecReplicasPath, actual: sc.StatusReplicasPath}
			if sc.LabelSelectorPath != nil {
				row.scale.selector = *sc.LabelSelectorPath
			}
		}
	}
	for _, f := range v.SelectableFields {
		row.fields = append(row.fields, strings.TrimPrefix(f.JSONPath, "."))
	}
	switch {
	case !v.Deprecated:
	case v.DeprecationWarning != nil:
		row.warnings = []string{*v.DeprecationWarning}
	default:
		row.warnings = []string{deprecation(crd, v.Name)}
	}
	return k
}

// deprecation is upstream's warning of a deprecated version: it names the newest version that is not.
func deprecation(crd *apiextensionsv1.CustomResourceDefinition, deprecated string) string {
	best := ""
	for _, v := range crd.Spec.Versions {
		if v.Served && !v.Deprecated && version.CompareKubeAwareVersionStrings(deprecated, v.Name) < 0 &&
			(best == "" || version.CompareKubeAwareVersionStrings(best, v.Name) < 0) {
			best = v.Name
		}
	}
	msg := fmt.Sprintf("%s/%s %s is deprecated", crd.Spec.Group, deprecated, crd.Spec.Names.Kind)
	if best != "" {
		msg += fmt.Sprintf("; use %s/%s %s", crd.Spec.Group, best, crd.Spec.Names.Kind)
	}
	return msg
}

// row is the row of a served version, or nil.
func (d *definition) row(version string) *Kind {
	if d == nil {
		return nil
	}
	for _, k := range d.rows {
		if k.custom.version == version && k.custom.served {
			return k
		}
	}
	return nil
}

// stored is the row of the storage version.
func (d *definition) stored() *Kind {
	if d == nil {
		return nil
	}
	for _, k := range d.rows {
		if k.custom.version == d.storage {
			return k
		}
	}
	return nil
}
