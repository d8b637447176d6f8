// Package aggregation writes into every ClusterRole that has an aggregation rule the rules that it gathers, so that those
// who read the object see what it grants. Package authz decides from the rule itself and does not wait for this.
//
// It reads ClusterRoles and writes their rules.
package aggregation

import (
	"slices"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

func clusterRoles() api.Resource { return api.Resource{Group: rbacv1.GroupName, Name: "clusterroles"} }

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name:    "clusterrole-aggregation-controller",
		Plan:    decide,
		Watches: map[api.Resource]reconcile.Trigger{clusterRoles(): gatherers},
		Writes:  []string{"clusterroles.rbac.authorization.k8s.io:rules"},
	}
}

// gatherers are the roles that a change of any role may concern: all of its cluster that gather. There are a handful, and
// a role that gathers may be gathered itself, so that a change travels along the chain by the writes that it causes.
func gatherers(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	scope := api.Scope{Resource: clusterRoles(), Cluster: ev.Record.Key.Cluster}
	for r := range view.List[rbacv1.ClusterRole](s, scope) {
		if r.AggregationRule != nil {
			keys = append(keys, api.Key{Resource: scope.Resource, Cluster: scope.Cluster, Name: r.Name})
		}
	}
	return keys
}

func decide(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	role, ok := view.Get[rbacv1.ClusterRole](s, key)
	if !ok || role.AggregationRule == nil || role.DeletionTimestamp != nil {
		return p, nil
	}
	rules := gather(s, key, role.AggregationRule)
	if equality.Semantic.DeepEqual(rules, role.Rules) {
		return p, nil
	}
	next := role.DeepCopy()
	next.Rules = rules
	p.Writes = append(p.Writes, plan.Update(key, next, "a role that it gathers has changed"))
	return p, nil
}

// gather joins the rules of the selected roles in the order of selectors and names, each rule once.
func gather(s *view.Snapshot, key api.Key, by *rbacv1.AggregationRule) (rules []rbacv1.PolicyRule) {
	for i := range by.ClusterRoleSelectors {
		sel, err := metav1.LabelSelectorAsSelector(&by.ClusterRoleSelectors[i])
		if err != nil {
			continue // validation lets no such selector in; it selects nothing
		}
		for r := range view.List[rbacv1.ClusterRole](s, api.Scope{Resource: key.Resource, Cluster: key.Cluster}) {
			if r.Name == key.Name || !sel.Matches(labels.Set(r.Labels)) {
				continue
			}
			for _, rule := range r.Rules {
				if !slices.ContainsFunc(rules, func(have rbacv1.PolicyRule) bool { return equality.Semantic.DeepEqual(have, rule) }) {
					rules = append(rules, *rule.DeepCopy())
				}
			}
		}
	}
	return rules
}
