package schema

import (
	"encoding/json"
	"fmt"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/cel/openapi/resolver"
	"k8s.io/kube-openapi/pkg/spec3"
	"k8s.io/kube-openapi/pkg/validation/spec"

	"gantry.dev/gantry/internal/schema/openapi"
)

// CheckPolicy finds the expressions of a policy that cannot be right for the kinds that it names: misspelt fields, wrong
// types. The policy is in force all the same.
func (s *Schema) CheckPolicy(policy *admissionregistrationv1.ValidatingAdmissionPolicy, custom *Custom) []admissionregistrationv1.ExpressionWarning {
	t := &policyTypes{law: s, custom: custom, docs: map[string]*spec3.OpenAPI{}}
	return (&validating.TypeChecker{SchemaResolver: t, RestMapper: t}).Check(policy)
}

// policyTypes tells upstream's type checker the schemas of kinds. It lives for one check.
type policyTypes struct {
	meta.RESTMapper // nil: nothing but KindsFor is asked
	law             *Schema
	custom          *Custom
	docs            map[string]*spec3.OpenAPI // by path
}

// KindsFor implements the part of meta.RESTMapper that is asked.
func (t *policyTypes) KindsFor(r schema.GroupVersionResource) ([]schema.GroupVersionKind, error) {
	k := t.law.Lookup(r.Group, r.Version, r.Resource)
	if k == nil {
		k = t.custom.Lookup(r.Group, r.Version, r.Resource)
	}
	if k == nil {
		return nil, &meta.NoResourceMatchError{PartialResource: r}
	}
	return []schema.GroupVersionKind{k.GVK(r.Version)}, nil
}

// ResolveSchema implements resolver.SchemaResolver.
func (t *policyTypes) ResolveSchema(gvk schema.GroupVersionKind) (*spec.Schema, error) {
	doc, err := t.document(gvk.GroupVersion())
	if err != nil {
		return nil, err
	}
	if doc.Components == nil {
		return nil, resolver.ErrSchemaNotFound
	}
	for name, sch := range doc.Components.Schemas {
		if describes(sch, gvk) {
			return resolver.PopulateRefs(func(ref string) (*spec.Schema, bool) {
				got, ok := doc.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")]
				return got, ok
			}, name)
		}
	}
	return nil, fmt.Errorf("%v: %w", gvk, resolver.ErrSchemaNotFound)
}

func (t *policyTypes) document(gv schema.GroupVersion) (*spec3.OpenAPI, error) {
	path := "apis/" + gv.String()
	if gv.Group == "" {
		path = "api/" + gv.Version
	}
	if doc := t.docs[path]; doc != nil {
		return doc, nil
	}
	gz, _, ok := openapi.V3(path)
	if !ok {
		custom, ok := t.custom.v3(path)
		if !ok {
			return nil, resolver.ErrSchemaNotFound
		}
		var err error
		if gz, err = custom.Gzip(); err != nil {
			return nil, err
		}
	}
	plain, err := openapi.Gunzip(gz)
	if err != nil {
		return nil, err
	}
	doc := &spec3.OpenAPI{}
	if err := json.Unmarshal(plain, doc); err != nil {
		return nil, fmt.Errorf("schema: OpenAPI of %s: %w", gv, err)
	}
	t.docs[path] = doc
	return doc, nil
}

// describes says whether a schema is that of the kind.
func describes(s *spec.Schema, gvk schema.GroupVersionKind) bool {
	all, ok := s.Extensions["x-kubernetes-group-version-kind"].([]any)
	if !ok {
		return false
	}
	for _, one := range all {
		if m, ok := one.(map[string]any); ok && m["group"] == gvk.Group && m["version"] == gvk.Version && m["kind"] == gvk.Kind {
			return true
		}
	}
	return false
}
