package authz

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apiserver/pkg/authentication/user"
)

// Authorize decides by RBAC alone.
func (p *Policy) Authorize(at Attributes) Decision {
	var d Decision
	var missing []string
	p.bindings(at.User, at.Namespace, func(b *binding) bool {
		rules, err := p.rulesOf(b.ref, b.namespace)
		if err != nil {
			missing = append(missing, err.Error())
			return true
		}
		if rulesAllow(rules, &at) {
			d = Decision{Allowed: true, Reason: "RBAC: allowed by " + b.String()}
			return false
		}
		return true
	})
	switch {
	case d.Allowed || len(missing) == 0:
	case len(missing) == 1:
		d.Reason = "RBAC: " + missing[0]
	default:
		d.Reason = "RBAC: [" + strings.Join(missing, ", ") + "]"
	}
	return d
}

// RulesFor lists the rules that a user holds in a namespace ("" for cluster-wide rules only), and the role references
// that could not be resolved.
func (p *Policy) RulesFor(u user.Info, namespace string) (rules []rbacv1.PolicyRule, missing []error) {
	p.bindings(u, namespace, func(b *binding) bool {
		r, err := p.rulesOf(b.ref, b.namespace)
		if err != nil {
			missing = append(missing, err)
		}
		rules = append(rules, r...)
		return true
	})
	return rules, missing
}

func rulesAllow(rules []rbacv1.PolicyRule, at *Attributes) bool {
	for i := range rules {
		if ruleAllows(&rules[i], at) {
			return true
		}
	}
	return false
}

func ruleAllows(r *rbacv1.PolicyRule, at *Attributes) bool {
	if !has(r.Verbs, at.Verb) {
		return false
	}
	if at.Resource == "" {
		return pathMatches(r.NonResourceURLs, at.Path)
	}
	return has(r.APIGroups, at.Group) && resourceMatches(r.Resources, at) &&
		(len(r.ResourceNames) == 0 || slices.Contains(r.ResourceNames, at.Name))
}

// has reports whether the list names s or everything.
func has(list []string, s string) bool {
	for _, e := range list {
		if e == s || e == "*" {
			return true
		}
	}
	return false
}

// resourceMatches knows the forms "*", "pods", "pods/log" and "*/scale".
func resourceMatches(list []string, at *Attributes) bool {
	for _, e := range list {
		if e == rbacv1.ResourceAll {
			return true
		}
		res, sub, _ := strings.Cut(e, "/")
		if sub == at.Subresource && (res == at.Resource || res == "*" && sub != "") {
			return true
		}
	}
	return false
}

func pathMatches(list []string, path string) bool {
	for _, e := range list {
		if e == rbacv1.NonResourceAll || e == path {
			return true
		}
		if strings.HasSuffix(e, "*") && strings.HasPrefix(path, strings.TrimRight(e, "*")) {
			return true
		}
	}
	return false
}
