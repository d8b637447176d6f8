package apiserver

import (
	"errors"
	"net/http"

	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"gantry.dev/gantry/internal/authz"
	"gantry.dev/gantry/internal/token"
)

// review answers a kind that is a question.
func (s *Server) review(c *call) error {
	f, o, err := c.writeOptions("CreateOptions")
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
	typed, err := s.Law.ToTyped(c.kind, obj)
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	warn(c.w.Header(), warnings)
	if tr, ok := typed.(*authenticationv1.TokenReview); ok {
		err = s.reviewToken(c, tr)
	} else {
		err = s.Authorizer.Review(c.cluster, c.user, c.namespace, typed)
	}
	if err != nil {
		return err
	}
	f.as = ""
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
	case errors.Is(err, token.ErrForeign): // nobody here knows it: that is all there is to say
	default:
		tr.Status.Error = err.Error()
	}
	return nil
}
