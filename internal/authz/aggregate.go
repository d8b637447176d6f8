package authz

import (
	"maps"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// anyOf is the union of selectors: the ClusterRoles that an aggregation rule gathers.
type anyOf []labels.Selector

func (a anyOf) matches(l labels.Set) bool {
	return slices.ContainsFunc(a, func(s labels.Selector) bool { return s.Matches(l) })
}

func selectorsOf(r *rbacv1.AggregationRule) anyOf {
	if r == nil {
		return nil
	}
	var out anyOf
	for i := range r.ClusterRoleSelectors {
		// Validation refuses selectors that do not parse; one that slipped through selects nothing.
		if s, err := metav1.LabelSelectorAsSelector(&r.ClusterRoleSelectors[i]); err == nil {
			out = append(out, s)
		}
	}
	return out
}

// aggregate gathers the rules of ClusterRoles that have an aggregation rule, over everything that is visible. Upstream
// has a controller copy them into the object; deciding from the source is the same law without its delay. A rule may
// select a role that is itself aggregated (admin gathers edit, edit gathers view), so gathering goes in rounds until
// nothing is added; rules only grow, and more rounds than aggregated roles mean that all have seen all.
func (p *Policy) aggregate() {
	if len(p.clusterRoles) == 0 {
		return // nothing new that a rule of the base could select: clusterRole falls through to the base's answer
	}
	p.aggregated = map[string]*role{}
	selectors, names := p.visibleSelectors(), slices.Sorted(maps.Keys(p.visibleClusterRoles()))
	for name := range selectors {
		p.aggregated[name] = &role{}
	}
	for range len(selectors) + 1 {
		grown := false
		for name, sel := range selectors {
			var rules []rbacv1.PolicyRule
			for _, other := range names {
				if other != name && sel.matches(p.labelsOf(other)) {
					rules = appendMissing(rules, p.clusterRole(other).rules)
				}
			}
			if len(rules) != len(p.aggregated[name].rules) {
				p.aggregated[name], grown = &role{rules: rules}, true
			}
		}
		if !grown {
			return
		}
	}
}

// AggregatedRules returns the rules that a ClusterRole with an aggregation rule has gathered, in the order of the names
// of the roles that they come from; false if the role has no such rule. Controllers write them into the object for
// readers.
func (p *Policy) AggregatedRules(clusterRole string) ([]rbacv1.PolicyRule, bool) {
	for q := p; q != nil; q = q.base {
		if r := q.aggregated[clusterRole]; r != nil {
			return r.rules, true
		}
	}
	return nil, false
}

func appendMissing(dst, add []rbacv1.PolicyRule) []rbacv1.PolicyRule {
	for _, r := range add {
		if !slices.ContainsFunc(dst, func(have rbacv1.PolicyRule) bool { return equalRules(&have, &r) }) {
			dst = append(dst, r)
		}
	}
	return dst
}

func equalRules(a, b *rbacv1.PolicyRule) bool {
	return slices.Equal(a.Verbs, b.Verbs) && slices.Equal(a.APIGroups, b.APIGroups) &&
		slices.Equal(a.Resources, b.Resources) && slices.Equal(a.ResourceNames, b.ResourceNames) &&
		slices.Equal(a.NonResourceURLs, b.NonResourceURLs)
}

func (p *Policy) visibleClusterRoles() map[string]*role {
	if p.base == nil {
		return p.clusterRoles
	}
	all := maps.Clone(p.base.visibleClusterRoles())
	maps.Copy(all, p.clusterRoles)
	return all
}

func (p *Policy) visibleSelectors() map[string]anyOf {
	if p.base == nil {
		return p.selectors
	}
	all := maps.Clone(p.base.visibleSelectors())
	for name := range p.clusterRoles {
		delete(all, name)
	}
	maps.Copy(all, p.selectors)
	return all
}

func (p *Policy) labelsOf(clusterRole string) labels.Set {
	for q := p; q != nil; q = q.base {
		if r := q.clusterRoles[clusterRole]; r != nil {
			return r.labels
		}
	}
	return nil
}
