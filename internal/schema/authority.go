package schema

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/kubernetes/pkg/apis/admissionregistration"

	"gantry.dev/gantry/internal/api"
)

// Authority answers what a few strategies ask of the cluster that a request is for: may its user do something, and
// what does another object say. Strategies are shared by all clusters, so that it comes in the context.
type Authority interface {
	authorizer.Authorizer
	// Object returns a typed object, which is shared and must not be changed, or nil.
	Object(r api.Resource, namespace, name string) runtime.Object
}

type authorityKey struct{}

// WithAuthority returns a context in which strategies find the authority of the request's cluster.
func WithAuthority(ctx context.Context, a Authority) context.Context {
	return context.WithValue(ctx, authorityKey{}, a)
}

// asker passes the strategies' questions on to the Authority in the context. Without one nothing is allowed.
type asker struct{ s *Schema }

func authorityOf(ctx context.Context) (Authority, error) {
	if a, ok := ctx.Value(authorityKey{}).(Authority); ok {
		return a, nil
	}
	return nil, fmt.Errorf("schema: nobody was named who knows the cluster of this request")
}

// Authorize implements authorizer.Authorizer.
func (asker) Authorize(ctx context.Context, at authorizer.Attributes) (authorizer.Decision, string, error) {
	a, err := authorityOf(ctx)
	if err != nil {
		return authorizer.DecisionDeny, "", err
	}
	return a.Authorize(ctx, at)
}

// Resolve implements upstream's resolver of parameter kinds. It has no context, and so knows the built-in kinds only;
// for a custom kind the strategies then ask about all resources of its group.
func (k asker) Resolve(gvk schema.GroupVersionKind) (schema.GroupVersionResource, error) {
	if row := k.s.KindFor(gvk); row != nil {
		return gvk.GroupVersion().WithResource(row.Resource.Name), nil
	}
	return schema.GroupVersionResource{}, &meta.NoKindMatchError{GroupKind: gvk.GroupKind(), SearchedVersions: []string{gvk.Version}}
}

// GetValidatingAdmissionPolicy implements the PolicyGetter of the bindings' strategy.
func (k asker) GetValidatingAdmissionPolicy(ctx context.Context, name string) (*admissionregistration.ValidatingAdmissionPolicy, error) {
	return policyOf[*admissionregistration.ValidatingAdmissionPolicy](ctx, k, "validatingadmissionpolicies", name)
}

// GetMutatingAdmissionPolicy implements the PolicyGetter of the bindings' strategy.
func (k asker) GetMutatingAdmissionPolicy(ctx context.Context, name string) (*admissionregistration.MutatingAdmissionPolicy, error) {
	return policyOf[*admissionregistration.MutatingAdmissionPolicy](ctx, k, "mutatingadmissionpolicies", name)
}

// policyOf reads a policy in its internal form.
func policyOf[T runtime.Object](ctx context.Context, k asker, resource, name string) (T, error) {
	var none T
	a, err := authorityOf(ctx)
	if err != nil {
		return none, err
	}
	res := api.Resource{Group: admissionregistration.GroupName, Name: resource}
	typed := a.Object(res, "", name)
	if typed == nil {
		return none, apierrors.NewNotFound(schema.GroupResource{Group: res.Group, Resource: res.Name}, name)
	}
	internal, err := k.s.toInternal(typed.DeepCopyObject())
	if err != nil {
		return none, err
	}
	out, ok := internal.(T)
	if !ok {
		return none, fmt.Errorf("schema: %s %s is a %T", resource, name, internal)
	}
	return out, nil
}

// namespaceReader is the one method of upstream's client that the strategies of resource claims use.
type namespaceReader struct {
	corev1client.NamespaceInterface // nil: nothing else is called
	ask                             asker
}

// Get reads a namespace of the request's cluster.
func (n namespaceReader) Get(ctx context.Context, name string, _ metav1.GetOptions) (*corev1.Namespace, error) {
	a, err := authorityOf(ctx)
	if err != nil {
		return nil, err
	}
	ns, ok := a.Object(inCore("namespaces"), "", name).(*corev1.Namespace)
	if !ok {
		return nil, apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, name)
	}
	return ns, nil
}
