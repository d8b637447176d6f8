package apiserver

import (
	"strings"
	"testing"
)

func TestAccess(t *testing.T) {
	d := newDoor(t)
	a, ann, nobody := d.admin(), d.as(d.config("ann", "devs")), d.anonymous()
	const pods = "/api/v1/namespaces/red/pods"
	st := ann.must("GET", pods, "", 403)
	if at(st, "message") != `pods is forbidden: User "ann" cannot list resource "pods" in API group "" in the namespace "red"` {
		t.Errorf("refusal: %v", st)
	}
	nobody.must("GET", "/healthz", "", 200)
	nobody.must("GET", "/version", "", 200)
	if st := nobody.must("GET", "/metrics", "", 403); at(st, "message") != `forbidden: User "system:anonymous" cannot get path "/metrics"` {
		t.Errorf("refusal: %v", st)
	}
	ann.must("GET", "/api", "", 200)
	nobody.must("GET", "/api/v1/nodes", "", 403)
	nobody.with("Authorization", "Bearer nonsense").must("GET", "/healthz", "", 401)

	a.must("POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/red/rolebindings", `{"metadata":{"name":"devs"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},
		"subjects":[{"kind":"Group","apiGroup":"rbac.authorization.k8s.io","name":"devs"},{"kind":"ServiceAccount","name":"default","namespace":"red"}]}`, 201)
	ann.must("GET", pods, "", 200)
	ann.must("DELETE", pods+"/x", "", 403)
	ann.must("GET", "/api/v1/namespaces/default/pods", "", 403)

	as := a.with("Impersonate-User", "system:serviceaccount:red:default")
	as.must("GET", pods, "", 200)
	as.must("GET", "/api/v1/namespaces/default/pods", "", 403)
	a.with("Impersonate-Group", "devs").must("GET", pods, "", 400)
	a.with("Impersonate-User", "x").with("Impersonate-Group", "devs").must("GET", pods, "", 200)
	ann.with("Impersonate-User", "admin").must("GET", pods, "", 403)

	tr := a.must("POST", "/api/v1/namespaces/red/serviceaccounts/default/token", `{"spec":{}}`, 201)
	bot := nobody.with("Authorization", "Bearer "+at(tr, "status.token"))
	bot.must("GET", pods, "", 200)
	review := a.must("POST", "/apis/authentication.k8s.io/v1/tokenreviews", `{"spec":{"token":"`+at(tr, "status.token")+`"}}`, 201)
	if at(review, "status.authenticated") != "true" || at(review, "status.user.username") != "system:serviceaccount:red:default" {
		t.Errorf("token review: %v", review)
	}
	foreign := a.must("POST", "/api/v1/namespaces/red/serviceaccounts/default/token", `{"spec":{"audiences":["vault"]}}`, 201)
	nobody.with("Authorization", "Bearer "+at(foreign, "status.token")).must("GET", "/healthz", "", 401)
	if who := bot.must("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}", 201); at(who, "status.userInfo.username") != "system:serviceaccount:red:default" {
		t.Errorf("whoami: %v", who)
	}
	a.must("DELETE", "/api/v1/namespaces/red/serviceaccounts/default", "", 200)
	bot.must("GET", pods, "", 401)
}

func TestEscalation(t *testing.T) {
	d := newDoor(t)
	a, eve := d.admin(), d.as(d.config("eve"))
	const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/red"
	a.must("POST", rbac+"/roles", `{"metadata":{"name":"editor"},"rules":[{"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles","rolebindings"],"verbs":["create","update","get"]},
		{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}`, 201)
	a.must("POST", rbac+"/rolebindings", `{"metadata":{"name":"eve"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"editor"},"subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"eve"}]}`, 201)
	eve.must("POST", rbac+"/roles", `{"metadata":{"name":"ok"},"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}`, 201)
	st := eve.must("POST", rbac+"/roles", `{"metadata":{"name":"more"},"rules":[{"apiGroups":[""],"resources":["secrets"],"verbs":["get"]}]}`, 403)
	if !strings.Contains(at(st, "message"), `is attempting to grant RBAC permissions not currently held`) {
		t.Errorf("refusal: %v", st)
	}
	eve.must("POST", rbac+"/rolebindings", `{"metadata":{"name":"root"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},"subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"eve"}]}`, 403)
	eve.must("POST", rbac+"/rolebindings", `{"metadata":{"name":"fine"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"ok"},"subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"joe"}]}`, 201)
	a.must("PUT", rbac+"/rolebindings/fine", `{"metadata":{"name":"fine"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"ok"},"subjects":[]}`, 200)
}

// TestConstrainedImpersonation: who may act as somebody may do so only for what they may do while acting, unless they have the
// old, unbounded permission.
func TestConstrainedImpersonation(t *testing.T) {
	d := newDoor(t)
	a := d.admin()
	rule := func(name, rules string) {
		t.Helper()
		a.must("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", `{"metadata":{"name":"`+name+`"},"rules":[`+rules+`]}`, 201)
		a.must("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
			`{"metadata":{"name":"`+name+`"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"`+name+`"},"subjects":[{"kind":"User","name":"desk"}]}`, 201)
	}
	const pods, secrets = "/api/v1/namespaces/red/pods", "/api/v1/namespaces/red/secrets"
	desk := d.as(d.config("desk"))
	jane := desk.with("Impersonate-User", "jane").with("Impersonate-Group", "readers")
	robot := desk.with("Impersonate-User", "system:serviceaccount:red:default")
	_, _, b := jane.do("GET", pods, "")
	if !strings.Contains(string(b), `cannot impersonate-on:user-info:list resource \"pods\"`) {
		t.Errorf("the first refusal is not the constrained one: %s", b)
	}
	rule("acting", `{"verbs":["impersonate:user-info"],"apiGroups":["authentication.k8s.io"],"resources":["users","groups"],"resourceNames":["jane","readers"]},
		{"verbs":["impersonate-on:user-info:list"],"apiGroups":[""],"resources":["pods"]}`)
	a.must("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
		`{"metadata":{"name":"readers"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},"subjects":[{"kind":"Group","name":"readers"}]}`, 201)
	jane.must("GET", pods, "", 200)
	jane.must("GET", "/api/v1/namespaces/red/configmaps", "", 403) // readers may, but not through desk
	desk.with("Impersonate-User", "jack").must("GET", pods, "", 403)
	desk.with("Impersonate-User", "jane").with("Impersonate-Group", "system:masters").must("GET", pods, "", 403)
	robot.must("GET", pods, "", 403)
	rule("unbounded", `{"verbs":["impersonate"],"apiGroups":[""],"resources":["users","groups","serviceaccounts"]}`)
	jane.must("GET", "/api/v1/namespaces/red/configmaps", "", 200)
	jane.must("GET", secrets, "", 403)
}
