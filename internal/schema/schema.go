package schema

import (
	"fmt"
	"reflect"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	lifecycle "k8s.io/apiserver/pkg/endpoints/deprecation"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/capabilities"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema/openapi"
	"gantry.dev/gantry/internal/schema/typejson"
)

// Schema is the table of kinds. It is built once by New, never changes, and is shared by all clusters of a process.
// All methods are safe for concurrent use.
type Schema struct {
	scheme *runtime.Scheme
	kinds  []*Kind
	byRes  map[api.Resource]*Kind
	byGVK  map[schema.GroupVersionKind]*Kind
	byType map[reflect.Type]*Kind
	// objects and forms hold what has been derived from records.
	objects, forms *memoCache
	alike          *alike
	models         openapi.Shared

	managers *managers
	printers printersOnce
	builtin  func() *Directory
	compiled lawCache
	tops     topFields
	json     typejson.Plans
	features Features
	// optional is what the optional kinds add to the swagger document; nil if none is served.
	optional *optionalSwagger
}

// The release whose API is served: it decides what is deprecated.
const releaseMajor, releaseMinor = 1, 36

// New builds the table of a server as it is released; see NewWith.
func New() (*Schema, error) { return NewWith(Features{}) }

// NewWith builds the table. It also sets upstream's process-wide state, once: privileged pods are allowed to pass
// validation (whether one may run is admission's question), and feature gates are what f says, for all clusters of the process.
func NewWith(f Features) (*Schema, error) {
	capabilities.Setup(true, 0)
	boundPatches()
	if err := f.set(); err != nil {
		return nil, err
	}
	s := &Schema{
		features: f,

		scheme: legacyscheme.Scheme,
		byRes:  map[api.Resource]*Kind{},
		byGVK:  map[schema.GroupVersionKind]*Kind{},
		byType: map[reflect.Type]*Kind{},
		alike:  newAlike(),

		objects: newTypedCache(typedBudget), forms: newFormCache(formBudget),
		managers: newManagers(),
	}
	// In the order of upstream's discovery: by the priority of the groups.
	for _, rows := range [][]*Kind{coreKinds(), registrationKinds(), appsKinds(), eventsKinds(), reviewKinds(),
		autoscalingKinds(), batchKinds(), certificatesKinds(), networkingKinds(), policyKinds(), rbacKinds(),
		storageKinds(), s.admissionKinds(), extensionKinds(), schedulingKinds(), f.workloadKinds(), coordinationKinds(), nodeKinds(),
		discoveryKinds(), s.deviceKinds(), flowcontrolKinds()} {
		for _, k := range rows {
			if err := s.add(k); err != nil {
				return nil, err
			}
		}
	}
	s.builtin = sync.OnceValue(func() *Directory { return newDirectory(s.kinds) })
	if len(f.workloadKinds()) > 0 {
		s.optional = &optionalSwagger{addition: sync.OnceValues(s.optionalAddition)}
	}
	return s, nil
}

// add completes a row with what follows from its fields and files it.
func (s *Schema) add(k *Kind) error {
	if k.StoreAs == (api.Resource{}) {
		k.StoreAs = k.Resource
	}
	if k.ListKind == "" && !k.Virtual {
		k.ListKind = k.Kind + "List"
	}
	if k.Storage.Version == "" {
		k.Storage = schema.GroupVersion{Group: k.Resource.Group, Version: k.Versions[0]}
	}
	obj, err := s.scheme.New(k.storageGVK())
	if err != nil {
		return fmt.Errorf("schema: kind %s: %w", k.Resource, err)
	}
	k.typed = reflect.TypeOf(obj).Elem()
	s.kinds = append(s.kinds, k)
	s.byRes[k.Resource] = k
	for _, v := range k.Versions {
		served, err := s.scheme.New(k.GVK(v))
		if err != nil {
			return fmt.Errorf("schema: kind %s: %w", k.Resource, err)
		}
		if lifecycle.IsDeprecated(served, releaseMajor, releaseMinor) {
			if k.deprecation == nil {
				k.deprecation = map[string]string{}
			}
			served.GetObjectKind().SetGroupVersionKind(k.GVK(v))
			k.deprecation[v] = lifecycle.WarningMessage(served)
		}
		s.byGVK[k.GVK(v)] = k
		s.byType[reflect.TypeOf(served).Elem()] = k
	}
	return nil
}

// Kinds returns the rows in discovery order. The slice is shared.
func (s *Schema) Kinds() []*Kind { return s.kinds }

// Kind returns the row that serves the resource, or nil.
func (s *Schema) Kind(r api.Resource) *Kind { return s.byRes[r] }

// Lookup returns the row of a resource as it is named in a URL, or nil if it is not served in that version.
func (s *Schema) Lookup(group, version, resource string) *Kind {
	if k := s.byRes[api.Resource{Group: group, Name: resource}]; k != nil && k.Serves(version) {
		return k
	}
	return nil
}

// KindFor returns the row of a kind, or nil.
func (s *Schema) KindFor(gvk schema.GroupVersionKind) *Kind { return s.byGVK[gvk] }

// KindOf returns the row of a typed (external) object by its Go type, or nil.
func (s *Schema) KindOf(typed runtime.Object) *Kind {
	t := reflect.TypeOf(typed)
	if t == nil || t.Kind() != reflect.Pointer {
		return nil
	}
	return s.byType[t.Elem()]
}

// Scheme is upstream's scheme, for the few libraries that want one (field managers, webhooks). Nobody may register
// anything in it.
func (s *Schema) Scheme() *runtime.Scheme { return s.scheme }

// NewTyped returns an empty typed object of the kind's storage version.
func (k *Kind) NewTyped() runtime.Object { return reflect.New(k.typed).Interface().(runtime.Object) }

// metaOf is the ObjectMeta of any object, internal or typed.
func metaOf(obj runtime.Object) (*metav1.ObjectMeta, error) {
	a, ok := obj.(metav1.ObjectMetaAccessor)
	if !ok {
		return nil, fmt.Errorf("schema: %T has no metadata", obj)
	}
	m, ok := a.GetObjectMeta().(*metav1.ObjectMeta)
	if !ok {
		return nil, fmt.Errorf("schema: %T has no typed metadata", obj)
	}
	return m, nil
}
