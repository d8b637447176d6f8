package apiserver

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/authz"
)

// impersonate puts the user of the Impersonate headers in the place of the one who sends them, if that one may.
func (s *Server) impersonate(c *call) error {
	h := c.r.Header
	name := h.Get(authenticationv1.ImpersonateUserHeader)
	groups, uid, extra := h.Values(authenticationv1.ImpersonateGroupHeader), h.Get(authenticationv1.ImpersonateUIDHeader), impersonatedExtra(h)
	if name == "" {
		if len(groups) > 0 || uid != "" || len(extra) > 0 {
			return apierrors.NewBadRequest("impersonating groups, a uid or extra fields needs Impersonate-User as well")
		}
		return nil
	}
	wanted := &user.DefaultInfo{Name: name, UID: uid, Groups: slices.Clone(groups), Extra: extra}
	as, m, err := s.persona(c, wanted)
	if err != nil {
		return err
	}
	s.Log.Debug("impersonation", "user", c.user.GetName(), "as", name)
	c.impersonated(as, m)
	c.user = as
	for k := range h { // a proxied request must not do it again further on
		if strings.HasPrefix(k, "Impersonate-") {
			h.Del(k)
		}
	}
	return nil
}

// persona finds the mode in which the user may act as the wanted one, and whom they act as.
func (s *Server) persona(c *call, wanted *user.DefaultInfo) (*user.DefaultInfo, mode, error) {
	var first error
	for _, m := range modes() {
		if !m.fits(wanted, c.user) {
			continue
		}
		err := s.mayImpersonate(c, m, wanted)
		if err == nil {
			return m.persona(wanted), m, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, mode{}, first // the last mode fits everybody
}

func (s *Server) mayImpersonate(c *call, m mode, wanted *user.DefaultInfo) error {
	var asks []authz.Attributes
	if m.name != "" {
		on := c.attributes()
		on.Verb = "impersonate-on:" + m.name + ":" + on.Verb
		asks = append(asks, on)
	}
	about, err := m.asks(wanted, c.user)
	if err != nil {
		about = nil // what the request is for is asked first
	}
	for _, at := range append(asks, about...) {
		if d := s.Authorizer.Authorize(c.cluster, at); !d.Allowed {
			return forbidden(at, d.Reason)
		}
	}
	return err
}

func impersonatedExtra(h http.Header) map[string][]string {
	var extra map[string][]string
	for k, vs := range h {
		enc, ok := strings.CutPrefix(k, authenticationv1.ImpersonateUserExtraHeaderPrefix)
		if !ok {
			continue
		}
		key, err := url.PathUnescape(strings.ToLower(enc))
		if err != nil {
			key = strings.ToLower(enc)
		}
		if extra == nil {
			extra = map[string][]string{}
		}
		extra[key] = append(extra[key], vs...)
	}
	return extra
}

// forbidden words a refusal as upstream does.
func forbidden(at authz.Attributes, reason string) error {
	msg := fmt.Sprintf("User %q cannot %s path %q", at.User.GetName(), at.Verb, at.Path)
	if at.Resource != "" {
		res := at.Resource
		if at.Subresource != "" {
			res += "/" + at.Subresource
		}
		where := "at the cluster scope"
		if at.Namespace != "" {
			where = fmt.Sprintf("in the namespace %q", at.Namespace)
		}
		msg = fmt.Sprintf("User %q cannot %s resource %q in API group %q %s", at.User.GetName(), at.Verb, res, at.Group, where)
	}
	if reason != "" {
		msg += ": " + reason
	}
	return apierrors.NewForbidden(groupResource(at.Group, at.Resource), at.Name, fmt.Errorf("%s", msg))
}
