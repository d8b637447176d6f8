package apiserver

import (
	"fmt"
	"slices"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/authentication/serviceaccount"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/authz"
)

// mode is a way to be allowed to act as somebody else. The constrained ones (KEP-5284, on by default since 1.36) ask twice: may
// the user impersonate this one in this way, and may they do what the request is for while they do so. The last, the legacy
// one, asks only the first, with the verb "impersonate".
type mode struct {
	// name is empty for the legacy one.
	name string
	fits func(wanted *user.DefaultInfo, asker user.Info) bool
}

// modes are tried in order, as upstream does; the first refusal is what a user who fails in all of them hears.
func modes() []mode {
	bare := func(u *user.DefaultInfo) bool { return u.UID == "" && len(u.Groups) == 0 && len(u.Extra) == 0 }
	return []mode{
		{"associated-node", func(u *user.DefaultInfo, asker user.Info) bool { return bare(u) && sharesNode(asker, u.Name) }},
		{"arbitrary-node", func(u *user.DefaultInfo, _ user.Info) bool { _, is := nodeOf(u.Name); return is && bare(u) }},
		{"serviceaccount", func(u *user.DefaultInfo, _ user.Info) bool { _, _, is := accountOf(u.Name); return is && bare(u) }},
		{"user-info", func(u *user.DefaultInfo, _ user.Info) bool {
			_, isNode := nodeOf(u.Name)
			_, _, isAccount := accountOf(u.Name)
			return !isNode && !isAccount
		}},
		{"", func(*user.DefaultInfo, user.Info) bool { return true }},
	}
}

// verb is what must be allowed on the one to be impersonated; constrained modes are also told in the audit log by it.
func (m mode) verb() string {
	if m.name == "" {
		return "impersonate"
	}
	return "impersonate:" + m.name
}

// persona is whom the user acts as in this mode: groups that follow from the name are added.
func (m mode) persona(wanted *user.DefaultInfo) *user.DefaultInfo {
	u := *wanted
	if ns, _, is := accountOf(u.Name); is && len(u.Groups) == 0 {
		u.Groups = serviceaccount.MakeGroupNames(ns)
	}
	if _, is := nodeOf(u.Name); is && m.name != "" {
		u.Groups = []string{user.NodesGroup}
	}
	switch {
	case u.Name == user.Anonymous:
		if !slices.Contains(u.Groups, user.AllUnauthenticated) {
			u.Groups = append(slices.Clone(u.Groups), user.AllUnauthenticated)
		}
	case !slices.Contains(u.Groups, user.AllUnauthenticated):
		u.Groups = authenticated(slices.Clone(u.Groups))
	}
	return &u
}

// asks are the questions to authorization about the one to be impersonated. An error is a wish that no permission fulfils.
func (m mode) asks(wanted *user.DefaultInfo, asker user.Info) ([]authz.Attributes, error) {
	named := authz.Attributes{User: asker, Verb: m.verb()}
	if m.name != "" {
		named.Group = authenticationv1.GroupName
	}
	who := named
	who.Resource, who.Name = "users", wanted.Name
	if ns, name, is := accountOf(wanted.Name); is {
		who.Resource, who.Namespace, who.Name = "serviceaccounts", ns, name
	} else if name, is := nodeOf(wanted.Name); is && m.name != "" {
		who.Resource, who.Name = "nodes", name
		if m.name == "associated-node" {
			who.Name = "*" // the permission is for the node of whoever asks, whichever that is
		}
	}
	out := []authz.Attributes{who}
	extra := named
	extra.Group = authenticationv1.GroupName
	if wanted.UID != "" {
		uid := extra
		uid.Resource, uid.Name = "uids", wanted.UID
		out = append(out, uid)
	}
	named.Resource, extra.Resource = "groups", "userextras"
	if m.name != "" {
		if err := m.refuses(wanted, named, extra); err != nil {
			return nil, err
		}
	}
	for _, g := range wanted.Groups {
		named.Name = g
		out = append(out, named)
	}
	for key, values := range wanted.Extra {
		for _, v := range values {
			extra.Subresource, extra.Name = key, v
			out = append(out, extra)
		}
	}
	return out, nil
}

// refuses tells what constrained modes never allow.
func (m mode) refuses(wanted *user.DefaultInfo, groups, extra authz.Attributes) error {
	switch {
	case slices.Contains(wanted.Groups, ""):
		return forbidden(groups, "impersonating the empty string group is not allowed")
	case slices.Contains(wanted.Groups, user.SystemPrivilegedGroup):
		groups.Name = user.SystemPrivilegedGroup
		return forbidden(groups, "impersonating the system:masters group is not allowed")
	}
	for key, values := range wanted.Extra {
		why := ""
		switch errs := utilvalidation.IsDomainPrefixedPath(field.NewPath("extra", "key"), key).ToAggregate(); {
		case key == "":
			why = "impersonating the empty string key in extra is not allowed"
		case errs != nil:
			why = "impersonating an invalid key in extra is not allowed: " + errs.Error()
		case key != strings.ToLower(key):
			why = fmt.Sprintf("impersonating a non-lowercase key in extra is not allowed: %q", key)
		case len(values) == 0:
			why = "impersonating empty values in extra is not allowed"
		case slices.Contains(values, ""):
			why = "impersonating the empty string value in extra is not allowed"
		}
		if why != "" {
			return forbidden(extra, why)
		}
	}
	return nil
}

func accountOf(name string) (namespace, account string, is bool) {
	namespace, account, err := serviceaccount.SplitUsername(name)
	return namespace, account, err == nil
}

// nodeOf is the name of the node whose user that is.
func nodeOf(name string) (string, bool) {
	node, is := strings.CutPrefix(name, "system:node:")
	return node, is && len(validation.NameIsDNSSubdomain(node, false)) == 0
}

// sharesNode says whether the asker is an account whose token is bound to the node of that user.
func sharesNode(asker user.Info, name string) bool {
	node, isNode := nodeOf(name)
	_, _, isAccount := accountOf(asker.GetName())
	bound := asker.GetExtra()[serviceaccount.NodeNameKey]
	return isNode && isAccount && len(bound) == 1 && bound[0] == node
}
