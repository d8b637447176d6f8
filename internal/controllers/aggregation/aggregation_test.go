package aggregation

import (
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"

	"gantry.dev/gantry/internal/view/viewtest"
)

func TestRulesTravelAlongTheChain(t *testing.T) {
	w := viewtest.New(t,
		`{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: admin}, aggregationRule: {clusterRoleSelectors: [{matchLabels: {to-admin: "y"}}]}}`,
		`{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: edit, labels: {to-admin: "y"}}, aggregationRule: {clusterRoleSelectors: [{matchLabels: {to-edit: "y"}}]}}`,
		`{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: pods, labels: {to-edit: "y", to-admin: "y"}}, rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]}`,
		`{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: other}, rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]}`)
	ctl := Controller()
	check := func(when string, want int) {
		t.Helper()
		w.Settle(ctl)
		for _, name := range []string{"edit", "admin"} {
			if r := viewtest.Get[rbacv1.ClusterRole](w, clusterRoles(), "", name); len(r.Rules) != want {
				t.Errorf("%s: %s has %v, want %d rules", when, name, r.Rules, want)
			}
		}
	}
	check("at first", 1)
	pods := viewtest.Get[rbacv1.ClusterRole](w, clusterRoles(), "", "pods").DeepCopy()
	pods.Rules = append(pods.Rules, rbacv1.PolicyRule{APIGroups: []string{"apps"}, Resources: []string{"deployments"}, Verbs: []string{"get"}})
	w.Put(pods)
	check("with one more", 2)
}
