package schema

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	apiextensionsinternal "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/controller/openapi/builder"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/kube-openapi/pkg/spec3"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"

	"gantry.dev/gantry/internal/api"
)

// laws are what a definition says of its objects, compiled in three steps at their first use: what reading needs, what
// writing one version needs (writer), and what field managers need (merge types). A thousand definitions that nobody uses
// cost their records and a few strings.
type laws struct {
	schema *Schema
	name   string
	// body is the stored form of the definition, shared with its record.
	body []byte
	// used is set once something has been compiled, so that it is worth keeping.
	used atomic.Bool
	// parts are what has been compiled; hot is set by who uses them and cleared by the cache's hand.
	parts atomic.Pointer[compiled]
	hot   atomic.Bool
	// held is what the parts cost in the cache, whose lock protects it.
	held int
	// swaggers and parts3 are the parts of OpenAPI v2 and v3, compressed: version → func() (*openapi.Addition, error), and
	// func() (*openapi.Part, error), which make them once.
	swaggers, parts3 sync.Map
}

// compiled is everything that can be compiled again: it is dropped as a whole when others need the room.
type compiled struct {
	readOnce sync.Once
	read     *readLaws
	readErr  error

	typesOnce sync.Once
	types     managedfields.TypeConverter
	typesErr  error

	writers sync.Map // version → *writer
	printed sync.Map // version → *printer
}

// readLaws are what is needed to read objects of all versions.
type readLaws struct {
	gk         schema.GroupKind
	structural map[string]*structuralschema.Structural
	// preserve is spec.preserveUnknownFields: definitions of old may have no structural schema.
	preserve bool
	// webhook is where objects are sent to be converted; nil if versions differ in their name only.
	webhook *conversionWebhook
	// replicas says where each version keeps what Scale calls spec.replicas.
	replicas managedfields.ResourcePathMappings
}

// conversionWebhook is the target of conversions.
type conversionWebhook struct {
	target  api.Webhook
	reviews []string
}

func (l *laws) definition() (*apiextensionsv1.CustomResourceDefinition, error) {
	l.used.Store(true)
	crd, err := l.schema.readDefinition(l.body)
	if err != nil {
		return nil, fmt.Errorf("schema: definition %s: %w", l.name, err)
	}
	return crd, nil
}

// forReading compiles what reading needs.
func (l *laws) forReading() (*readLaws, error) {
	p := l.compiled()
	p.readOnce.Do(func() {
		crd, err := l.definition()
		if err == nil {
			p.read, err = compileReading(crd)
		}
		if err != nil {
			p.readErr = fmt.Errorf("schema: definition %s cannot be served: %w", l.name, err)
		}
		l.schema.compiled.add(l, readCost*len(l.body))
	})
	return p.read, p.readErr
}

func compileReading(crd *apiextensionsv1.CustomResourceDefinition) (*readLaws, error) {
	r := &readLaws{gk: schema.GroupKind{Group: crd.Spec.Group, Kind: crd.Status.AcceptedNames.Kind},
		structural: map[string]*structuralschema.Structural{}, preserve: crd.Spec.PreserveUnknownFields,
		replicas: managedfields.ResourcePathMappings{}}
	for i := range crd.Spec.Versions {
		v := &crd.Spec.Versions[i]
		var err error
		if r.structural[v.Name], err = compileStructural(crd, v); err != nil {
			return nil, fmt.Errorf("schema of version %s: %w", v.Name, err)
		}
		r.replicas[schema.GroupVersion{Group: crd.Spec.Group, Version: v.Name}.String()] = replicasPathOf(v)
	}
	if c := crd.Spec.Conversion; c != nil && c.Strategy == apiextensionsv1.WebhookConverter && c.Webhook != nil && c.Webhook.ClientConfig != nil {
		r.webhook = conversionTarget(c.Webhook)
	}
	return r, nil
}

// compileStructural returns nil for a version without schema.
func compileStructural(crd *apiextensionsv1.CustomResourceDefinition, v *apiextensionsv1.CustomResourceDefinitionVersion) (*structuralschema.Structural, error) {
	internal, err := internalValidation(v)
	if err != nil || internal == nil {
		return nil, err
	}
	st, err := structuralschema.NewStructural(internal.OpenAPIV3Schema)
	switch {
	case crd.Spec.PreserveUnknownFields:
		return st, nil // nil if it is not structural: then nothing is pruned and nothing defaulted
	case err != nil:
		return nil, err
	}
	return st, defaulting.PruneDefaults(st)
}

// internalValidation is the schema of a version in upstream's hub type, or nil.
func internalValidation(v *apiextensionsv1.CustomResourceDefinitionVersion) (*apiextensionsinternal.CustomResourceValidation, error) {
	if v.Schema == nil || v.Schema.OpenAPIV3Schema == nil {
		return nil, nil
	}
	out := &apiextensionsinternal.CustomResourceValidation{}
	err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(v.Schema, out, nil)
	return out, err
}

// replicasPathOf is nil for a version that cannot be scaled.
func replicasPathOf(v *apiextensionsv1.CustomResourceDefinitionVersion) fieldpath.Path {
	if v.Subresources == nil || v.Subresources.Scale == nil {
		return nil
	}
	var path fieldpath.Path
	for _, name := range splitPath(v.Subresources.Scale.SpecReplicasPath) {
		path = append(path, fieldpath.PathElement{FieldName: &name})
	}
	return path
}

// splitPath splits a simple JSON path such as ".spec.replicas".
func splitPath(path string) []string { return strings.Split(strings.TrimPrefix(path, "."), ".") }

func conversionTarget(w *apiextensionsv1.WebhookConversion) *conversionWebhook {
	cc := w.ClientConfig
	out := &conversionWebhook{reviews: w.ConversionReviewVersions}
	if strings.TrimSpace(string(cc.CABundle)) != "" { // upstream takes white space for none
		out.target.CABundle = cc.CABundle
	}
	if cc.URL != nil {
		out.target.URL = *cc.URL
	}
	if svc := cc.Service; svc != nil {
		out.target.Namespace, out.target.Name = svc.Namespace, svc.Name
		if svc.Path != nil {
			out.target.Path = *svc.Path
		}
		if svc.Port != nil {
			out.target.Port = *svc.Port
		}
	}
	return out
}

// mergeTypes compiles the types by which field managers merge. As upstream, objects of a definition whose OpenAPI
// cannot be made are merged by what they look like.
func (l *laws) mergeTypes() (managedfields.TypeConverter, error) {
	p := l.compiled()
	p.typesOnce.Do(func() {
		crd, err := l.definition()
		if err != nil {
			p.typesErr = err
			return
		}
		defer l.schema.compiled.add(l, typesCost*len(l.body))
		p.types = managedfields.NewDeducedTypeConverter()
		var docs []*spec3.OpenAPI
		for _, v := range crd.Spec.Versions {
			doc, err := builder.BuildOpenAPIV3(crd, v.Name, builder.Options{})
			if err != nil {
				return
			}
			docs = append(docs, doc)
		}
		all, err := builder.MergeSpecsV3(docs...)
		if err != nil || all.Components == nil {
			return
		}
		p.types, p.typesErr = managedfields.NewTypeConverter(all.Components.Schemas, crd.Spec.PreserveUnknownFields)
	})
	return p.types, p.typesErr
}
