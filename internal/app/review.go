package app

import (
	"context"
	"fmt"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/authentication/user"
	authenticationclient "k8s.io/client-go/kubernetes/typed/authentication/v1"
	authorizationclient "k8s.io/client-go/kubernetes/typed/authorization/v1"
	clientrest "k8s.io/client-go/rest"

	"gantry.dev/gantry/internal/nodeapi"
)

// reviewer asks the API of this instance, as the node, who its visitors are and what they may do.
type reviewer struct {
	node   string
	tokens authenticationclient.TokenReviewInterface
	access authorizationclient.SubjectAccessReviewInterface
}

var _ nodeapi.Reviewer = (*reviewer)(nil)

func newReviewer(node string, conf *clientrest.Config) (*reviewer, error) {
	tokens, err := authenticationclient.NewForConfig(conf)
	if err != nil {
		return nil, fmt.Errorf("the node's questions to the API: %w", err)
	}
	access, err := authorizationclient.NewForConfig(conf)
	if err != nil {
		return nil, fmt.Errorf("the node's questions to the API: %w", err)
	}
	return &reviewer{node, tokens.TokenReviews(), access.SubjectAccessReviews()}, nil
}

// Token implements nodeapi.Reviewer.
func (r *reviewer) Token(ctx context.Context, token string) (user.Info, error) {
	tr, err := r.tokens.Create(ctx, &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: token}}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	if !tr.Status.Authenticated {
		return nil, nodeapi.ErrStranger
	}
	u := tr.Status.User
	info := &user.DefaultInfo{Name: u.Username, UID: u.UID, Groups: u.Groups, Extra: map[string][]string{}}
	for k, v := range u.Extra {
		info.Extra[k] = v
	}
	return info, nil
}

// Allowed implements nodeapi.Reviewer.
func (r *reviewer) Allowed(ctx context.Context, u user.Info, verb, subresource string) (bool, error) {
	extra := map[string]authorizationv1.ExtraValue{}
	for k, v := range u.GetExtra() {
		extra[k] = v
	}
	sar, err := r.access.Create(ctx, &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: u.GetName(), UID: u.GetUID(), Groups: u.GetGroups(), Extra: extra,
		ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: verb, Version: "v1", Resource: "nodes", Subresource: subresource, Name: r.node},
	}}, metav1.CreateOptions{})
	if err != nil {
		return false, err
	}
	return sar.Status.Allowed, nil
}
