package policy

import (
	"errors"
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/admit"
)

// Params reads the objects of one kind of parameters. They carry their kind and must not be changed.
type Params struct {
	Namespaced bool
	// Get returns nil if there is no such object.
	Get func(namespace, name string) (runtime.Object, error)
	// List reads one namespace, or all objects of a kind that has none.
	List func(namespace string, sel labels.Selector) ([]runtime.Object, error)
}

// ParamSource finds the kinds of parameters of a cluster; false if the cluster does not serve the kind.
type ParamSource func(kschema.GroupVersionKind) (Params, bool)

// param is the source of a policy's parameters; it is nil for a policy without.
func (s ParamSource) param(kind *admissionregistrationv1.ParamKind) (*Params, error) {
	if kind == nil {
		return nil, nil
	}
	gv, err := kschema.ParseGroupVersion(kind.APIVersion)
	if err != nil {
		return nil, fmt.Errorf("failed to parse paramKind APIVersion: %w", err)
	}
	gvk := gv.WithKind(kind.Kind)
	p, ok := s(gvk)
	if !ok {
		return nil, fmt.Errorf("failed to find resource referenced by paramKind: '%v'", gvk)
	}
	return &p, nil
}

// none is the parameter of a policy or binding without parameters: it is evaluated once.
var none = []runtime.Object{nil} //nolint:gochecknoglobals // never changed

// collect returns the parameters with which a binding's policy is evaluated, once each. No parameter at all means that
// the policy is not evaluated.
func collect(p *Params, ref *admissionregistrationv1.ParamRef, c *admit.Case) ([]runtime.Object, error) {
	if p == nil || ref == nil {
		return none, nil
	}
	namespace := ""
	switch {
	case p.Namespaced && ref.Namespace != "":
		namespace = ref.Namespace
	case p.Namespaced && c.GetNamespace() == "":
		return nil, errors.New("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources")
	case p.Namespaced:
		namespace = c.GetNamespace()
	case ref.Namespace != "":
		return nil, errors.New("paramRef.namespace must not be provided for a cluster-scoped `paramKind`")
	}
	found, err := find(p, ref, namespace)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 && ref.ParameterNotFoundAction != nil && *ref.ParameterNotFoundAction == admissionregistrationv1.DenyAction {
		return nil, errors.New("no params found for policy binding with `Deny` parameterNotFoundAction")
	}
	return found, nil
}

func find(p *Params, ref *admissionregistrationv1.ParamRef, namespace string) ([]runtime.Object, error) {
	switch {
	case ref.Name != "" && ref.Selector != nil:
		return nil, errors.New("paramRef.name and paramRef.selector are mutually exclusive")
	case ref.Name != "":
		obj, err := p.Get(namespace, ref.Name)
		if obj == nil || err != nil {
			return nil, err
		}
		return []runtime.Object{obj}, nil
	case ref.Selector != nil:
		sel, err := metav1.LabelSelectorAsSelector(ref.Selector)
		if err != nil {
			return nil, err
		}
		return p.List(namespace, sel)
	}
	return nil, errors.New("one of name or selector must be provided")
}
