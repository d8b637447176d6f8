package schema

import (
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// coercion says how strictly an object is brought into the shape of its schema.
type coercion struct {
	// stored is for what was stored: malformed metadata of old is dropped instead of refused.
	stored bool
	// report returns the paths of what was pruned.
	report bool
}

// coerce does for an unstructured object what decoding into a Go type does for others: metadata takes its shape, fields that
// the schema does not know go, and so do nulls where none may be. It works in place, in the version of the object.
func (k *Kind) coerce(u *unstructured.Unstructured, c coercion) (pruned []string, err error) {
	read, err := k.custom.def.laws.forReading()
	if err != nil {
		return nil, err
	}
	kind, hasKind, err := unstructured.NestedString(u.Object, "kind")
	if err != nil {
		return nil, err
	}
	apiVersion, hasVersion, err := unstructured.NestedString(u.Object, "apiVersion")
	if err != nil {
		return nil, err
	}
	meta, hasMeta, unknown, err := objectmeta.GetObjectMetaWithOptions(u.Object, objectmeta.ObjectMetaOptions{
		DropMalformedFields: c.stored, ReturnUnknownFieldPaths: c.report})
	if err != nil {
		return nil, err
	}
	pruned = unknown
	gv, err := schema.ParseGroupVersion(apiVersion)
	if err != nil {
		return nil, err
	}
	if gv.Group == read.gk.Group && kind == read.gk.Kind {
		st := read.structural[gv.Version]
		if !read.preserve {
			pruned = append(pruned, pruning.PruneWithOptions(u.Object, st, true, structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: c.report})...)
			defaulting.PruneNonNullableNullsWithoutDefaults(u.Object, st)
		}
		ferr, paths := objectmeta.CoerceWithOptions(nil, u.Object, st, false, objectmeta.CoerceOptions{
			DropInvalidFields: c.stored, ReturnUnknownFieldPaths: c.report})
		if ferr != nil {
			return nil, ferr
		}
		pruned = append(pruned, paths...)
		if c.stored && meta.Generation == 0 {
			meta.Generation = 1
		}
	}
	// Pruning the root knows nothing of these.
	if hasKind {
		u.SetKind(kind)
	}
	if hasVersion {
		u.SetAPIVersion(apiVersion)
	}
	if hasMeta {
		return pruned, objectmeta.SetObjectMeta(u.Object, meta)
	}
	return pruned, nil
}

// defaults fills in what the schema of the object's version says.
func (k *Kind) defaults(u *unstructured.Unstructured) error {
	read, err := k.custom.def.laws.forReading()
	if err != nil {
		return err
	}
	if gvk := u.GroupVersionKind(); gvk.GroupKind() == read.gk {
		defaulting.Default(u.Object, read.structural[gvk.Version])
	}
	return nil
}

// Settle prunes and defaults an object of a custom kind that somebody else has changed, in place: what rules of users add
// goes by the schema as well. Objects of other kinds have their Go type for that.
func (s *Schema) Settle(k *Kind, obj runtime.Object) error {
	if !k.IsCustom() {
		return nil
	}
	u, ok := obj.(*unstructured.Unstructured)
	if !ok {
		return nil // the body of a subresource
	}
	if _, err := k.coerce(u, coercion{}); err != nil {
		return err
	}
	return k.defaults(u)
}
