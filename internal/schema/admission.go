package schema

import (
	"fmt"
	"reflect"
	"sync"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apiserver/pkg/admission"
)

// maxPatchCopies is upstream's bound on the bytes that the copy operations of a JSON patch may add: a few dozen of them,
// each copying the whole, would fill any memory.
const maxPatchCopies = 3 << 20

// boundPatches sets the library's process-wide limit.
var boundPatches = sync.OnceFunc(func() { jsonpatch.AccumulatedCopySizeLimit = maxPatchCopies }) //nolint:gochecknoglobals // has no state to share

// Objects returns upstream's interfaces to the objects of a kind, or to the bodies of its subresource: what admission
// converts between versions with.
func (s *Schema) Objects(k *Kind, sub string) admission.ObjectInterfaces {
	if k.customBodied(sub) {
		return objects{maker: customCreator{}, typer: s.scheme, defaulter: versionedDefaulter{k}, convertor: customConvertor{k}}
	}
	return objects{maker: s.scheme, typer: s.scheme, defaulter: s.scheme, convertor: copyingConvertor{s.scheme}}
}

// MergeTypes knows how the lists and maps of a kind are merged.
func (s *Schema) MergeTypes(k *Kind) (managedfields.TypeConverter, error) {
	if k.custom == nil {
		return s.managers.types()
	}
	if k.custom.def == nil {
		return nil, fmt.Errorf("schema: %s has no definition here", k.Resource)
	}
	return k.custom.def.laws.mergeTypes()
}

type objects struct {
	maker     runtime.ObjectCreater
	typer     runtime.ObjectTyper
	defaulter runtime.ObjectDefaulter
	convertor runtime.ObjectConvertor
}

// GetObjectCreater implements admission.ObjectInterfaces.
func (o objects) GetObjectCreater() runtime.ObjectCreater { return o.maker }

// GetObjectTyper implements admission.ObjectInterfaces.
func (o objects) GetObjectTyper() runtime.ObjectTyper { return o.typer }

// GetObjectDefaulter implements admission.ObjectInterfaces.
func (o objects) GetObjectDefaulter() runtime.ObjectDefaulter { return o.defaulter }

// GetObjectConvertor implements admission.ObjectInterfaces.
func (o objects) GetObjectConvertor() runtime.ObjectConvertor { return o.convertor }

// GetEquivalentResourceMapper implements admission.ObjectInterfaces. Nobody asks it: which forms of a resource there are
// depends on the cluster, and the registry says it.
func (o objects) GetEquivalentResourceMapper() runtime.EquivalentResourceMapper { return nil }

// copyingConvertor is the scheme's, which does not know how to convert an object to its own type: bodies of
// subresources come in the version in which webhooks want them.
type copyingConvertor struct{ runtime.ObjectConvertor }

// Convert implements runtime.ObjectConvertor.
func (c copyingConvertor) Convert(in, out, context any) error {
	if from, ok := in.(runtime.Object); ok && reflect.TypeOf(in) == reflect.TypeOf(out) {
		Assign(out.(runtime.Object), from.DeepCopyObject())
		return nil
	}
	return c.ObjectConvertor.Convert(in, out, context)
}

// versionedDefaulter applies the defaults of the version in which an object is.
type versionedDefaulter struct{ kind *Kind }

// Default implements runtime.ObjectDefaulter.
func (d versionedDefaulter) Default(obj runtime.Object) {
	u, ok := obj.(*unstructured.Unstructured)
	if !ok {
		return
	}
	if k := d.kind.InVersion(u.GroupVersionKind().Version); k != nil {
		customDefaulter{k}.Default(u)
	}
}

// BodyKind is the kind of the bodies of requests to a kind, or to its subresource, in a version.
func (k *Kind) BodyKind(sub, version string) schema.GroupVersionKind { return k.bodyGVK(sub, version) }
