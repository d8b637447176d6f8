package registry

import (
	"context"
	"fmt"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/admission"
)

const (
	// defaultTokenSeconds and minTokenSeconds are upstream's bounds on the life of a requested token.
	defaultTokenSeconds = 3600
	minTokenSeconds     = 600
	maxTokenSeconds     = 1 << 32
)

// CreateToken answers a TokenRequest for the service account that the request names.
func (r *Registry) CreateToken(ctx context.Context, q Request, tr *authenticationv1.TokenRequest) (*authenticationv1.TokenRequest, error) {
	if r.Tokens == nil {
		return nil, apierrors.NewServiceUnavailable("this server has no key to sign service account tokens with")
	}
	sa := lookup{r, q.Cluster}.ServiceAccount(q.Namespace, q.Name)
	if sa == nil {
		return nil, apierrors.NewNotFound(q.resource(), q.Name)
	}
	tr, err := r.ownToken(&q, tr)
	if err != nil {
		return nil, err
	}
	gk := authenticationv1.SchemeGroupVersion.WithKind("TokenRequest").GroupKind()
	for _, c := range []struct{ field, is, want, what string }{{"name", tr.Name, q.Name, "name"}, {"namespace", tr.Namespace, q.Namespace, "namespace"}} {
		if c.is != "" && c.is != c.want {
			return nil, apierrors.NewInvalid(gk, q.Name, field.ErrorList{field.Invalid(field.NewPath("metadata", c.field), c.is, "must match the service account "+c.what+" if specified")})
		}
	}
	if tr.UID != "" && tr.UID != sa.UID {
		return nil, apierrors.NewConflict(kschema.GroupResource{Group: gk.Group, Resource: gk.Kind}, q.Name, fmt.Errorf("the UID in the token request (%s) does not match the UID of the service account (%s)", tr.UID, sa.UID))
	}
	tr.Name, tr.Namespace, tr.UID, tr.CreationTimestamp = sa.Name, sa.Namespace, sa.UID, metav1.NewTime(r.now())
	if errs := checkTokenRequest(tr); len(errs) > 0 {
		return nil, apierrors.NewInvalid(gk, "", errs)
	}
	if err := r.admitBody(r.context(ctx, &q), &q, admission.Create, tr, nil, false); err != nil {
		return nil, err
	}
	bound, err := r.bound(q, tr.Spec.BoundObjectRef)
	if err != nil {
		return nil, err
	}
	if err := r.Tokens.Issue(ctx, q.Cluster, types.NamespacedName{Namespace: sa.Namespace, Name: sa.Name}, sa.UID, bound, tr); err != nil {
		return nil, apierrors.NewInternalError(fmt.Errorf("signing a token for %s/%s: %w", sa.Namespace, sa.Name, err))
	}
	return tr, nil
}

// ownToken is a copy of a request that says which manager asked for what.
func (r *Registry) ownToken(q *Request, tr *authenticationv1.TokenRequest) (*authenticationv1.TokenRequest, error) {
	tr = tr.DeepCopy()
	if tr.Spec.ExpirationSeconds == nil {
		s := int64(defaultTokenSeconds)
		tr.Spec.ExpirationSeconds = &s
	}
	if q.FieldManager == "" {
		return tr, nil
	}
	fail := func(err error) error {
		return apierrors.NewInternalError(fmt.Errorf("field owners of a token request for %s/%s: %w", q.Namespace, q.Name, err))
	}
	fm, err := r.Law.Manager(q.Kind, "token", q.Version)
	if err != nil {
		return nil, fail(err)
	}
	m, err := meta.Accessor(fm.UpdateNoErrors(&authenticationv1.TokenRequest{}, tr, q.FieldManager))
	if err != nil {
		return nil, fail(err)
	}
	tr.ManagedFields = m.GetManagedFields()
	r.stampManaged(tr, nil)
	return tr, nil
}

func checkTokenRequest(tr *authenticationv1.TokenRequest) (errs field.ErrorList) {
	path := field.NewPath("spec", "expirationSeconds")
	if *tr.Spec.ExpirationSeconds < minTokenSeconds {
		errs = append(errs, field.Invalid(path, *tr.Spec.ExpirationSeconds, "may not specify a duration less than 10 minutes"))
	}
	if *tr.Spec.ExpirationSeconds > maxTokenSeconds {
		errs = append(errs, field.Invalid(path, *tr.Spec.ExpirationSeconds, "may not specify a duration larger than 2^32 seconds"))
	}
	return errs
}

// bound checks the object that a token shall be bound to.
func (r *Registry) bound(q Request, ref *authenticationv1.BoundObjectReference) (*Bound, error) {
	if ref == nil {
		return nil, nil
	}
	l := lookup{r, q.Cluster}
	b := &Bound{Kind: ref.Kind, Name: ref.Name}
	gvk := kschema.FromAPIVersionAndKind(ref.APIVersion, ref.Kind)
	if gvk.Group != "" { // upstream looks at group and kind only
		return nil, apierrors.NewBadRequest(fmt.Sprintf("cannot bind token to object of type %s", gvk))
	}
	switch gvk.Kind {
	case "Pod":
		pod, ok := l.get(pods, q.Namespace, ref.Name).(*corev1.Pod)
		if !ok {
			return nil, apierrors.NewNotFound(groupResource(pods), ref.Name)
		}
		if pod.Spec.ServiceAccountName != q.Name {
			return nil, apierrors.NewBadRequest(fmt.Sprintf("cannot bind token for serviceaccount %q to pod running with different serviceaccount name.", q.Name))
		}
		b.UID = pod.UID
		if pod.Spec.NodeName != "" {
			b.Node = &Bound{Kind: "Node", Name: pod.Spec.NodeName} // also of a node that is gone
			if node, ok := l.get(nodes, "", pod.Spec.NodeName).(*corev1.Node); ok {
				b.Node.UID = node.UID
			}
		}
	case "Secret":
		s := l.Secret(q.Namespace, ref.Name)
		if s == nil {
			return nil, apierrors.NewNotFound(groupResource(secrets), ref.Name)
		}
		b.UID = s.UID
	case "Node":
		node, ok := l.get(nodes, "", ref.Name).(*corev1.Node)
		if !ok {
			return nil, apierrors.NewNotFound(groupResource(nodes), ref.Name)
		}
		b.UID = node.UID
	default:
		return nil, apierrors.NewBadRequest(fmt.Sprintf("cannot bind token to object of type %s", gvk))
	}
	if ref.UID != "" && ref.UID != b.UID {
		return nil, apierrors.NewConflict(kschema.GroupResource{Group: gvk.Group, Resource: gvk.Kind}, ref.Name, fmt.Errorf("the UID in the bound object reference (%s) does not match the UID in record. The object might have been deleted and then recreated", ref.UID))
	}
	return b, nil
}
