package registry

import (
	"context"
	"fmt"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/admission"

	"gantry.dev/gantry/internal/api"
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
	tr = tr.DeepCopy()
	if errs := checkTokenRequest(tr, q); len(errs) > 0 {
		return nil, apierrors.NewInvalid(authenticationv1.SchemeGroupVersion.WithKind("TokenRequest").GroupKind(), "", errs)
	}
	if err := r.admitBody(r.context(ctx, &q), &q, admission.Create, tr, nil, false); err != nil {
		return nil, err
	}
	bound, err := r.bound(q, tr.Spec.BoundObjectRef)
	if err != nil {
		return nil, err
	}
	tr.Name, tr.Namespace = sa.Name, sa.Namespace
	if err := r.Tokens.Issue(ctx, q.Cluster, types.NamespacedName{Namespace: sa.Namespace, Name: sa.Name}, sa.UID, bound, tr); err != nil {
		return nil, apierrors.NewInternalError(fmt.Errorf("signing a token for %s/%s: %w", sa.Namespace, sa.Name, err))
	}
	return tr, nil
}

func checkTokenRequest(tr *authenticationv1.TokenRequest, q Request) (errs field.ErrorList) {
	if tr.Name != "" && tr.Name != q.Name {
		errs = append(errs, field.Invalid(field.NewPath("metadata", "name"), tr.Name, "must match the service account name if specified"))
	}
	if tr.Namespace != "" && tr.Namespace != q.Namespace {
		errs = append(errs, field.Invalid(field.NewPath("metadata", "namespace"), tr.Namespace, "must match the service account namespace if specified"))
	}
	path := field.NewPath("spec", "expirationSeconds")
	if tr.Spec.ExpirationSeconds == nil {
		s := int64(defaultTokenSeconds)
		tr.Spec.ExpirationSeconds = &s
	}
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
	gk := ref.APIVersion + "/" + ref.Kind
	var res api.Resource
	switch gk {
	case "v1/Pod":
		res = pods
		pod, ok := l.get(pods, q.Namespace, ref.Name).(*corev1.Pod)
		if !ok {
			return nil, apierrors.NewNotFound(groupResource(pods), ref.Name)
		}
		if pod.Spec.ServiceAccountName != q.Name {
			return nil, apierrors.NewBadRequest(fmt.Sprintf("cannot bind token for serviceaccount %q to pod running with different serviceaccount name.", q.Name))
		}
		b.UID = pod.UID
		if node, ok := l.get(nodes, "", pod.Spec.NodeName).(*corev1.Node); ok {
			b.Node = &Bound{Kind: "Node", Name: node.Name, UID: node.UID}
		}
	case "v1/Secret":
		res = secrets
		s := l.Secret(q.Namespace, ref.Name)
		if s == nil {
			return nil, apierrors.NewNotFound(groupResource(secrets), ref.Name)
		}
		b.UID = s.UID
	case "v1/Node":
		res = nodes
		node, ok := l.get(nodes, "", ref.Name).(*corev1.Node)
		if !ok {
			return nil, apierrors.NewNotFound(groupResource(nodes), ref.Name)
		}
		b.UID = node.UID
	default:
		return nil, apierrors.NewBadRequest(fmt.Sprintf("cannot bind token for unsupported object %q", gk))
	}
	if ref.UID != "" && ref.UID != b.UID {
		return nil, apierrors.NewConflict(groupResource(res), ref.Name, fmt.Errorf("the UID in the bound object reference (%s) does not match the UID in record. The object might have been deleted and then recreated", ref.UID))
	}
	return b, nil
}
