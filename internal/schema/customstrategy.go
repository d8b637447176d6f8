package schema

import (
	"context"
	"fmt"
	"sync"

	apiextensionsinternal "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apiextensions-apiserver/pkg/crdserverscheme"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresource"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/storage/names"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// writer is upstream's law for writing objects of one version: validation and CEL programs.
type writer struct {
	once   sync.Once
	main   mainStrategy
	status statusStrategy
	err    error
}

// mainStrategy is what upstream's strategy of custom resources can do.
type mainStrategy interface {
	Strategy
	rest.ResetFieldsStrategy
	GetAttrs(obj runtime.Object) (labels.Set, fields.Set, error)
}

type statusStrategy interface {
	rest.RESTUpdateStrategy
	rest.ResetFieldsStrategy
}

// forWriting compiles what writing objects of the row's version needs.
func (k *Kind) forWriting() (*writer, error) {
	l := k.custom.def.laws
	got, _ := l.compiled().writers.LoadOrStore(k.custom.version, &writer{})
	w := got.(*writer)
	w.once.Do(func() {
		if err := w.compile(l, k); err != nil {
			w.err = fmt.Errorf("schema: definition %s, version %s: %w", l.name, k.custom.version, err)
		}
		l.schema.compiled.add(l, writeCost*len(l.body)/len(k.custom.def.rows))
	})
	return w, w.err
}

func (w *writer) compile(l *laws, k *Kind) error {
	crd, err := l.definition()
	if err != nil {
		return err
	}
	read, err := l.forReading()
	if err != nil {
		return err
	}
	var v *apiextensionsv1.CustomResourceDefinitionVersion
	for i := range crd.Spec.Versions {
		if crd.Spec.Versions[i].Name == k.custom.version {
			v = &crd.Spec.Versions[i]
		}
	}
	if v == nil {
		return fmt.Errorf("no such version")
	}
	internal, err := internalValidation(v)
	if err != nil {
		return err
	}
	var props, statusProps *apiextensionsinternal.JSONSchemaProps
	if internal != nil {
		props = internal.OpenAPIV3Schema
		if p, ok := props.Properties["status"]; ok {
			statusProps = &p
		}
	}
	validator, _, err := validation.NewSchemaValidator(props)
	if err != nil {
		return err
	}
	var statusSpec *apiextensionsinternal.CustomResourceSubresourceStatus
	var statusValidator validation.SchemaValidator
	if k.Subresources["status"] != nil {
		statusSpec = &apiextensionsinternal.CustomResourceSubresourceStatus{}
		if statusProps != nil { // a write of the status is validated against the schema of the status alone
			if statusValidator, _, err = validation.NewSchemaValidator(statusProps); err != nil {
				return err
			}
		}
	}
	var scaleSpec *apiextensionsinternal.CustomResourceSubresourceScale
	if sc := k.custom.scale; sc != nil {
		scaleSpec = &apiextensionsinternal.CustomResourceSubresourceScale{SpecReplicasPath: sc.replicas, StatusReplicasPath: sc.actual}
		if sc.selector != "" {
			scaleSpec.LabelSelectorPath = &sc.selector
		}
	}
	st := customresource.NewStrategy(crdserverscheme.NewUnstructuredObjectTyper(), k.Namespaced, k.GVK(""), validator, statusValidator,
		read.structural[v.Name], statusSpec, scaleSpec, v.SelectableFields)
	w.main, w.status = st, customresource.NewStatusStrategy(st)
	return nil
}

// customStrategy is upstream's strategy, compiled at the first write.
type customStrategy struct{ kind *Kind }

var (
	_ Strategy                 = (*customStrategy)(nil)
	_ rest.ResetFieldsStrategy = (*customStrategy)(nil)
)

// ObjectKinds implements runtime.ObjectTyper.
func (s *customStrategy) ObjectKinds(obj runtime.Object) ([]schema.GroupVersionKind, bool, error) {
	return crdserverscheme.NewUnstructuredObjectTyper().ObjectKinds(obj)
}

// Recognizes implements runtime.ObjectTyper.
func (s *customStrategy) Recognizes(gvk schema.GroupVersionKind) bool { return gvk == s.kind.GVK("") }

// GenerateName implements names.NameGenerator; the registry makes names itself.
func (s *customStrategy) GenerateName(base string) string {
	return names.SimpleNameGenerator.GenerateName(base)
}

// NamespaceScoped implements rest.RESTCreateStrategy.
func (s *customStrategy) NamespaceScoped() bool { return s.kind.Namespaced }

// PrepareForCreate implements rest.RESTCreateStrategy. Where the definition cannot be compiled, Validate says so.
func (s *customStrategy) PrepareForCreate(ctx context.Context, obj runtime.Object) {
	if w, err := s.kind.forWriting(); err == nil {
		w.main.PrepareForCreate(ctx, obj)
	}
}

// Validate implements rest.RESTCreateStrategy.
func (s *customStrategy) Validate(ctx context.Context, obj runtime.Object) field.ErrorList {
	w, err := s.kind.forWriting()
	if err != nil {
		return field.ErrorList{field.InternalError(nil, err)}
	}
	return w.main.Validate(ctx, obj)
}

// WarningsOnCreate implements rest.RESTCreateStrategy.
func (s *customStrategy) WarningsOnCreate(ctx context.Context, obj runtime.Object) []string {
	w, err := s.kind.forWriting()
	if err != nil {
		return nil
	}
	return w.main.WarningsOnCreate(ctx, obj)
}

// Canonicalize implements rest.RESTCreateStrategy.
func (s *customStrategy) Canonicalize(runtime.Object) {}

// AllowCreateOnUpdate implements rest.RESTUpdateStrategy.
func (s *customStrategy) AllowCreateOnUpdate() bool { return false }

// AllowUnconditionalUpdate implements rest.RESTUpdateStrategy.
func (s *customStrategy) AllowUnconditionalUpdate() bool { return false }

// PrepareForUpdate implements rest.RESTUpdateStrategy.
func (s *customStrategy) PrepareForUpdate(ctx context.Context, obj, old runtime.Object) {
	if w, err := s.kind.forWriting(); err == nil {
		w.main.PrepareForUpdate(ctx, obj, old)
	}
}

// ValidateUpdate implements rest.RESTUpdateStrategy.
func (s *customStrategy) ValidateUpdate(ctx context.Context, obj, old runtime.Object) field.ErrorList {
	w, err := s.kind.forWriting()
	if err != nil {
		return field.ErrorList{field.InternalError(nil, err)}
	}
	return w.main.ValidateUpdate(ctx, obj, old)
}

// WarningsOnUpdate implements rest.RESTUpdateStrategy.
func (s *customStrategy) WarningsOnUpdate(ctx context.Context, obj, old runtime.Object) []string {
	w, err := s.kind.forWriting()
	if err != nil {
		return nil
	}
	return w.main.WarningsOnUpdate(ctx, obj, old)
}

// GetResetFields implements rest.ResetFieldsStrategy.
func (s *customStrategy) GetResetFields() map[fieldpath.APIVersion]*fieldpath.Set {
	if s.kind.Subresources["status"] == nil {
		return nil
	}
	return map[fieldpath.APIVersion]*fieldpath.Set{
		fieldpath.APIVersion(s.kind.GVK("").GroupVersion().String()): fieldpath.NewSet(fieldpath.MakePathOrDie("status"))}
}

// customStatusStrategy is upstream's strategy for the status.
type customStatusStrategy struct{ customStrategy }

// PrepareForUpdate implements rest.RESTUpdateStrategy.
func (s *customStatusStrategy) PrepareForUpdate(ctx context.Context, obj, old runtime.Object) {
	if w, err := s.kind.forWriting(); err == nil {
		w.status.PrepareForUpdate(ctx, obj, old)
	}
}

// ValidateUpdate implements rest.RESTUpdateStrategy.
func (s *customStatusStrategy) ValidateUpdate(ctx context.Context, obj, old runtime.Object) field.ErrorList {
	w, err := s.kind.forWriting()
	if err != nil {
		return field.ErrorList{field.InternalError(nil, err)}
	}
	return w.status.ValidateUpdate(ctx, obj, old)
}

// WarningsOnUpdate implements rest.RESTUpdateStrategy.
func (s *customStatusStrategy) WarningsOnUpdate(context.Context, runtime.Object, runtime.Object) []string {
	return nil
}

// GetResetFields implements rest.ResetFieldsStrategy: a writer of the status owns nothing else, in any version.
func (s *customStatusStrategy) GetResetFields() map[fieldpath.APIVersion]*fieldpath.Set {
	out := map[fieldpath.APIVersion]*fieldpath.Set{}
	for _, k := range s.kind.custom.def.rows {
		if k.Subresources["status"] != nil {
			out[fieldpath.APIVersion(k.GVK("").GroupVersion().String())] = fieldpath.NewSet(
				fieldpath.MakePathOrDie("metadata"), fieldpath.MakePathOrDie("spec"))
		}
	}
	return out
}
