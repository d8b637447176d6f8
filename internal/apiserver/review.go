package apiserver

import (
	"errors"
	"net/http"

	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/registry/rest"

	"gantry.dev/gantry/internal/authz"
	"gantry.dev/gantry/internal/token"
)

// review answers a kind that is a question.
func (s *Server) review(c *call) error {
	f, err := c.negotiate(plainOnly)
	if err != nil {
		return err
	}
	o, err := parseWrite(&c.q, "CreateOptions")
	if err != nil {
		return err
	}
	body, err := s.readBody(c)
	if err != nil {
		return err
	}
	obj, warnings, err := s.Law.DecodeRequest(c.kind, "", c.version, c.r.Header.Get("Content-Type"), body, o.FieldValidation)
	if err != nil {
		return err
	}
	warn(c.w.Header(), warnings)
	s.auditRequest(c, obj)
	if m, err := meta.Accessor(obj); err == nil {
		if err := rest.EnsureObjectNamespaceMatchesRequestNamespace(rest.ExpectedNamespaceForScope(c.namespace, c.kind.Namespaced), m); err != nil {
			return err
		}
	}
	ctx, cancel, err := c.deadline()
	if err != nil {
		return err
	}
	defer cancel()
	typed, err := s.Registry.Review(ctx, c.writeRequest(), obj, o, func(typed runtime.Object) error {
		if tr, ok := typed.(*authenticationv1.TokenReview); ok {
			return s.reviewToken(c, tr)
		}
		err := s.Authorizer.Review(c.cluster, c.user, c.namespace, typed)
		if who, ok := typed.(*authenticationv1.SelfSubjectReview); ok {
			who.CreationTimestamp = metav1.NewTime(s.Clock())
		}
		return err
	})
	if err != nil {
		return err
	}
	s.send(c.w, c.r, f, http.StatusCreated, typed, c.kind.GVK(c.version).GroupVersion())
	return nil
}

// reviewToken says whose token it is.
func (s *Server) reviewToken(c *call, tr *authenticationv1.TokenReview) error {
	if tr.Spec.Token == "" {
		return apierrors.NewBadRequest("token is required for TokenReview in authentication")
	}
	audiences := tr.Spec.Audiences
	if len(audiences) == 0 {
		audiences = []string{token.IssuerOf(c.cluster)}
	}
	u, fits, err := s.byToken(c.cluster, tr.Spec.Token, audiences)
	tr.Status = authenticationv1.TokenReviewStatus{}
	switch {
	case err == nil:
		tr.Status = authenticationv1.TokenReviewStatus{Authenticated: true, User: authz.UserInfo(u), Audiences: fits}
	case errors.Is(err, token.ErrForeign): // nobody here knows it
		tr.Status.Error = "invalid bearer token"
	default:
		tr.Status.Error = err.Error()
	}
	return nil
}
