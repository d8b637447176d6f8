package apiserver

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apiserver/pkg/authentication/serviceaccount"
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
	asks := []authz.Attributes{{Resource: "users", Name: name}}
	account, isAccount := "", false
	if ns, sa, err := serviceaccount.SplitUsername(name); err == nil {
		asks[0] = authz.Attributes{Resource: "serviceaccounts", Namespace: ns, Name: sa}
		account, isAccount = ns, true
	}
	for _, g := range groups {
		asks = append(asks, authz.Attributes{Resource: "groups", Name: g})
	}
	if uid != "" {
		asks = append(asks, authz.Attributes{Group: authenticationv1.GroupName, Resource: "uids", Name: uid})
	}
	for k, vs := range extra {
		for _, v := range vs {
			asks = append(asks, authz.Attributes{Group: authenticationv1.GroupName, Resource: "userextras", Subresource: k, Name: v})
		}
	}
	for _, at := range asks {
		at.User, at.Verb = c.user, "impersonate"
		if d := s.Authorizer.Authorize(c.cluster, at); !d.Allowed {
			return forbidden(at, d.Reason)
		}
	}
	groups = slices.Clone(groups)
	if isAccount && len(groups) == 0 {
		groups = serviceaccount.MakeGroupNames(account)
	}
	if name == user.Anonymous {
		if !slices.Contains(groups, user.AllUnauthenticated) {
			groups = append(groups, user.AllUnauthenticated)
		}
	} else {
		groups = authenticated(groups)
	}
	s.Log.Debug("impersonation", "user", c.user.GetName(), "as", name)
	c.user = &user.DefaultInfo{Name: name, UID: uid, Groups: groups, Extra: extra}
	c.impersonated(c.user)
	for k := range h { // a proxied request must not do it again further on
		if strings.HasPrefix(k, "Impersonate-") {
			h.Del(k)
		}
	}
	return nil
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
