package authz

import (
	"iter"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
)

// fake is a Source whose objects the test holds in its hands.
type fake struct {
	version uint64
	objects map[api.Cluster]Objects
	pods    []*corev1.Pod
	claims  []*corev1.PersistentVolumeClaim
	volumes []*corev1.PersistentVolume
	// attached and slices are the nodes of attachments and resource slices.
	attached, slices map[string]string
}

func (f *fake) Version(api.Cluster) uint64              { return f.version }
func (f *fake) Objects(c api.Cluster) (Objects, uint64) { return f.objects[c], f.version }
func (f *fake) Relations(api.Cluster) Relations         { return f }
func (f *fake) PodsOn(node string) iter.Seq[*corev1.Pod] {
	return func(yield func(*corev1.Pod) bool) {
		for _, p := range f.pods {
			if p.Spec.NodeName == node && !yield(p) {
				return
			}
		}
	}
}
func (f *fake) Claim(ns, name string) *corev1.PersistentVolumeClaim {
	i := slices.IndexFunc(f.claims, func(c *corev1.PersistentVolumeClaim) bool { return c.Namespace == ns && c.Name == name })
	if i < 0 {
		return nil
	}
	return f.claims[i]
}
func (f *fake) Volume(name string) *corev1.PersistentVolume {
	i := slices.IndexFunc(f.volumes, func(v *corev1.PersistentVolume) bool { return v.Name == name })
	if i < 0 {
		return nil
	}
	return f.volumes[i]
}

func (f *fake) AttachedTo(name string) string { return f.attached[name] }
func (f *fake) SliceOf(name string) string    { return f.slices[name] }

func rule(groups, resources, verbs string, names ...string) rbacv1.PolicyRule {
	split := func(s string) []string {
		if s == "-" {
			return []string{""}
		}
		return strings.Split(s, ",")
	}
	return rbacv1.PolicyRule{APIGroups: split(groups), Resources: split(resources), Verbs: split(verbs), ResourceNames: names}
}

func clusterRole(name string, rules ...rbacv1.PolicyRule) *rbacv1.ClusterRole {
	return &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: rules}
}

func clusterBinding(name, role string, subjects ...rbacv1.Subject) *rbacv1.ClusterRoleBinding {
	return &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: name}, Subjects: subjects,
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role}}
}

func roleBinding(ns, name, kind, role string, subjects ...rbacv1.Subject) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name}, Subjects: subjects,
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: kind, Name: role}}
}

func userSubject(name string) rbacv1.Subject {
	return rbacv1.Subject{Kind: rbacv1.UserKind, Name: name}
}
func groupSubject(name string) rbacv1.Subject {
	return rbacv1.Subject{Kind: rbacv1.GroupKind, Name: name}
}
func account(ns, name string) rbacv1.Subject {
	return rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: ns, Name: name}
}

func person(name string, groups ...string) user.Info {
	return &user.DefaultInfo{Name: name, Groups: append(groups, user.AllAuthenticated)}
}

// ask is "user verb group/resource[/sub] namespace name" with - for nothing.
func ask(t *testing.T, a *Authorizer, c api.Cluster, u user.Info, question string) Decision {
	t.Helper()
	f := strings.Fields(question)
	at := Attributes{User: u, Verb: f[0]}
	if strings.HasPrefix(f[1], "/") {
		at.Path = f[1]
		return a.Authorize(c, at)
	}
	res, sub, _ := strings.Cut(f[1], "/")
	at.Subresource = sub
	at.Resource, at.Group, _ = strings.Cut(res, ".")
	if len(f) > 2 && f[2] != "-" {
		at.Namespace = f[2]
	}
	if len(f) > 3 {
		at.Name = f[3]
	}
	return a.Authorize(c, at)
}

func world() *fake {
	return &fake{version: 1, objects: map[api.Cluster]Objects{api.Host: {
		Roles: []*rbacv1.Role{{ObjectMeta: metav1.ObjectMeta{Namespace: "red", Name: "logs"},
			Rules: []rbacv1.PolicyRule{rule("-", "pods/log", "get"), rule("-", "configmaps", "get,update", "only")}}},
		RoleBindings: []*rbacv1.RoleBinding{
			roleBinding("red", "ann-logs", "Role", "logs", userSubject("ann")),
			roleBinding("red", "bot-reads", "ClusterRole", "reader", account("", "bot"), account("blue", "spy")),
			roleBinding("red", "dangling", "Role", "nowhere", userSubject("dan")),
		},
		ClusterRoles: []*rbacv1.ClusterRole{
			clusterRole("reader", rule("-", "pods", "get,list,watch")),
			clusterRole("scaler", rule("*", "*/scale", "*")),
			clusterRole("health", rbacv1.PolicyRule{NonResourceURLs: []string{"/healthz", "/metrics/*"}, Verbs: []string{"get"}}),
		},
		ClusterRoleBindings: []*rbacv1.ClusterRoleBinding{
			clusterBinding("ops", "scaler", groupSubject("ops")),
			clusterBinding("health", "health", groupSubject("system:authenticated")),
		},
	}}}
}

func TestRBAC(t *testing.T) {
	a := New(world(), nil)
	bot, spy := person("system:serviceaccount:red:bot"), person("system:serviceaccount:blue:spy")
	tests := []struct {
		user user.Info
		ask  string
		want bool
	}{
		{person("root", "system:masters"), "delete nodes - x", true},
		{person("root", "system:masters"), "get /anything", true},
		{person("ann"), "get pods/log red web", true},
		{person("ann"), "get pods red web", false},
		{person("ann"), "get pods/log blue web", false},
		{person("ann"), "get pods/log - web", false},
		{person("ann"), "update configmaps red only", true},
		{person("ann"), "update configmaps red other", false},
		{person("ann"), "list configmaps red", false},
		{person("ann"), "get /healthz", true},
		{person("ann"), "get /healthz/etcd", false},
		{person("ann"), "get /metrics/cadvisor", true},
		{person("ann"), "post /healthz", false},
		{bot, "list pods red", true},
		{bot, "list pods blue", false},
		{spy, "list pods red", true},
		{person("system:serviceaccount:blue:bot"), "list pods red", false},
		{person("joe", "ops"), "update deployments.apps/scale red web", true},
		{person("joe", "ops"), "update deployments.apps red web", false},
		{person("ops"), "update deployments.apps/scale red web", false},
	}
	for _, tt := range tests {
		if d := ask(t, a, api.Host, tt.user, tt.ask); d.Allowed != tt.want {
			t.Errorf("%s: %s = %+v, want %v", tt.user.GetName(), tt.ask, d, tt.want)
		}
	}
	if d := ask(t, a, "tenant", person("ann"), "get pods/log red web"); d.Allowed {
		t.Error("a binding of one cluster counts in another")
	}
	want := `RBAC: allowed by RoleBinding "ann-logs/red" of Role "logs" to User "ann"`
	if d := ask(t, a, api.Host, person("ann"), "get pods/log red web"); d.Reason != want {
		t.Errorf("reason %q, want %q", d.Reason, want)
	}
	if d := ask(t, a, api.Host, person("dan"), "get pods red web"); d.Reason != `RBAC: role.rbac.authorization.k8s.io "nowhere" not found` {
		t.Errorf("reason of a dangling binding: %q", d.Reason)
	}
}

func TestPolicyFollowsVersion(t *testing.T) {
	src := world()
	a := New(src, nil)
	ann := person("ann")
	if ask(t, a, api.Host, ann, "list pods red").Allowed {
		t.Fatal("allowed too early")
	}
	o := src.objects[api.Host]
	o.ClusterRoleBindings = append(o.ClusterRoleBindings, clusterBinding("ann", "reader", userSubject("ann")))
	src.objects[api.Host] = o
	src.version++
	if !ask(t, a, api.Host, ann, "list pods red").Allowed {
		t.Error("a new binding is not seen")
	}
}

func TestBaseLayer(t *testing.T) {
	label := func(r *rbacv1.ClusterRole, to string) *rbacv1.ClusterRole {
		r.Labels = map[string]string{"rbac.authorization.k8s.io/aggregate-to-" + to: "true"}
		return r
	}
	gathers := func(name string) *rbacv1.ClusterRole {
		r := clusterRole(name)
		r.AggregationRule = &rbacv1.AggregationRule{ClusterRoleSelectors: []metav1.LabelSelector{{
			MatchLabels: map[string]string{"rbac.authorization.k8s.io/aggregate-to-" + name: "true"}}}}
		return r
	}
	base := NewPolicy(nil, Objects{
		ClusterRoles: []*rbacv1.ClusterRole{
			gathers("view"), label(gathers("edit"), "admin"), gathers("admin"),
			label(clusterRole("aggregate-to-view", rule("-", "pods", "get")), "view"),
			label(clusterRole("aggregate-to-edit", rule("-", "pods", "update")), "edit"),
			clusterRole("discovery", rbacv1.PolicyRule{NonResourceURLs: []string{"/api"}, Verbs: []string{"get"}}),
		},
		ClusterRoleBindings: []*rbacv1.ClusterRoleBinding{clusterBinding("discovery", "discovery", groupSubject("system:authenticated"))},
	})
	src := &fake{objects: map[api.Cluster]Objects{
		"one": {ClusterRoleBindings: []*rbacv1.ClusterRoleBinding{clusterBinding("v", "view", userSubject("vic")), clusterBinding("a", "admin", userSubject("ada"))}},
		"two": {
			ClusterRoles: []*rbacv1.ClusterRole{label(clusterRole("crd-view", rule("x.io", "widgets", "get")), "view")},
			ClusterRoleBindings: []*rbacv1.ClusterRoleBinding{
				clusterBinding("v", "view", userSubject("vic")),
				clusterBinding("discovery", "discovery", userSubject("vic")), // hides the base's binding
			},
		},
	}}
	a := New(src, base)
	ada, vic, joe := person("ada"), person("vic"), person("joe")
	for _, tt := range []struct {
		cluster api.Cluster
		user    user.Info
		ask     string
		want    bool
	}{
		{"one", vic, "get pods x y", true},
		{"one", vic, "update pods x y", false},
		{"one", ada, "update pods x y", true},
		{"one", vic, "get widgets.x.io x y", false},
		{"one", joe, "get /api", true},
		{"two", vic, "get pods x y", true},
		{"two", vic, "get widgets.x.io x y", true},
		{"two", vic, "get /api", true},
		{"two", joe, "get /api", false},
		{"untouched", joe, "get /api", true},
	} {
		if d := ask(t, a, tt.cluster, tt.user, tt.ask); d.Allowed != tt.want {
			t.Errorf("%s in %s: %s = %+v, want %v", tt.user.GetName(), tt.cluster, tt.ask, d, tt.want)
		}
	}
}

func TestEscalation(t *testing.T) {
	src := world()
	o := src.objects[api.Host]
	all := rule("*", "*", "*")
	o.ClusterRoles = append(o.ClusterRoles, clusterRole("rbac-editor", rule(rbacv1.GroupName, "*", "create,update")),
		clusterRole("binder", rule(rbacv1.GroupName, "clusterroles", "bind", "reader")), clusterRole("everything", all),
		clusterRole("escalator", rule(rbacv1.GroupName, "roles", "escalate")))
	o.RoleBindings = append(o.RoleBindings,
		roleBinding("red", "eve-edits", "ClusterRole", "rbac-editor", userSubject("eve"), userSubject("bob"), userSubject("esc")),
		roleBinding("red", "eve-reads", "ClusterRole", "reader", userSubject("eve")),
		roleBinding("red", "bob-binds", "ClusterRole", "binder", userSubject("bob")),
		roleBinding("red", "esc", "ClusterRole", "escalator", userSubject("esc")))
	src.objects[api.Host] = o
	a := New(src, nil)
	role := func(ns string, rules ...rbacv1.PolicyRule) *rbacv1.Role {
		return &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "new"}, Rules: rules}
	}
	grant := rule("-", "pods", "get")
	tests := []struct {
		name string
		err  error
		want string // part of the error, "" for allowed
	}{
		{"held", a.Check(t.Context(), api.Host, person("eve"), role("red", grant), nil), ""},
		{"other namespace", a.Check(t.Context(), api.Host, person("eve"), role("blue", grant), nil), "not currently held"},
		{"more verbs", a.Check(t.Context(), api.Host, person("eve"), role("red", rule("-", "pods", "get,delete")), nil),
			`{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}`},
		{"escalate", a.Check(t.Context(), api.Host, person("esc"), role("red", all), nil), ""},
		{"masters", a.Check(t.Context(), api.Host, person("x", "system:masters"), role("red", all), nil), ""},
		{"bind a role that is held", a.Check(t.Context(), api.Host, person("eve"), roleBinding("red", "b", "ClusterRole", "reader"), nil), ""},
		{"bind everything", a.Check(t.Context(), api.Host, person("eve"), roleBinding("red", "b", "ClusterRole", "everything"), nil), "not currently held"},
		{"bind verb", a.Check(t.Context(), api.Host, person("bob"), roleBinding("red", "b", "ClusterRole", "reader"), nil), ""},
		{"bind verb, other role", a.Check(t.Context(), api.Host, person("bob"), roleBinding("red", "b", "ClusterRole", "everything"), nil), "not currently held"},
		{"bind verb, whole cluster", a.Check(t.Context(), api.Host, person("bob"), clusterBinding("b", "reader"), nil), "not currently held"},
		{"missing role", a.Check(t.Context(), api.Host, person("eve"), roleBinding("red", "b", "Role", "nowhere"), nil), "not found"},
		{"only finalizers change", a.Check(t.Context(), api.Host, person("gc"),
			&rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: "red", Name: "new", Finalizers: []string{"x/y"}}, Rules: []rbacv1.PolicyRule{all}}, role("red", all)), ""},
		{"rules change", a.Check(t.Context(), api.Host, person("gc"), role("red", all), role("red", grant)), "not currently held"},
		{"aggregation rule", a.Check(t.Context(), api.Host, person("esc"), &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "agg"},
			AggregationRule: &rbacv1.AggregationRule{ClusterRoleSelectors: []metav1.LabelSelector{{}}}}, nil), "must have cluster-admin privileges"},
	}
	for _, tt := range tests {
		switch {
		case tt.want == "" && tt.err != nil:
			t.Errorf("%s: %v", tt.name, tt.err)
		case tt.want != "" && (tt.err == nil || !strings.Contains(tt.err.Error(), tt.want)):
			t.Errorf("%s: error %v, want one with %q", tt.name, tt.err, tt.want)
		}
	}
}

func TestNode(t *testing.T) {
	pod := func(node, ns, name string, edit func(*corev1.PodSpec)) *corev1.Pod {
		p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name}, Spec: corev1.PodSpec{NodeName: node, ServiceAccountName: name + "-sa"}}
		edit(&p.Spec)
		return p
	}
	secretVolume := func(name string) func(*corev1.PodSpec) {
		return func(s *corev1.PodSpec) {
			s.Volumes = []corev1.Volume{{Name: "v", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: name}}}}
		}
	}
	mirror := pod("n1", "red", "mirror", secretVolume("forbidden"))
	mirror.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "x"}
	src := &fake{
		pods: []*corev1.Pod{
			pod("n1", "red", "web", func(s *corev1.PodSpec) {
				s.Containers = []corev1.Container{{EnvFrom: []corev1.EnvFromSource{{ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "env"}}}}}}
				s.Volumes = []corev1.Volume{
					{Name: "s", VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{{Secret: &corev1.SecretProjection{LocalObjectReference: corev1.LocalObjectReference{Name: "tls"}}}}}}},
					{Name: "d", VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"}}},
				}
			}),
			pod("n2", "red", "db", secretVolume("db")), mirror,
		},
		claims: []*corev1.PersistentVolumeClaim{{ObjectMeta: metav1.ObjectMeta{Namespace: "red", Name: "data"}, Spec: corev1.PersistentVolumeClaimSpec{VolumeName: "pv1"}}},
		volumes: []*corev1.PersistentVolume{{ObjectMeta: metav1.ObjectMeta{Name: "disk1", Labels: map[string]string{localNode: "n1"}}}, {ObjectMeta: metav1.ObjectMeta{Name: "disk2", Labels: map[string]string{localNode: "n2"}}}, {ObjectMeta: metav1.ObjectMeta{Name: "pv1"}, Spec: corev1.PersistentVolumeSpec{ClaimRef: &corev1.ObjectReference{Namespace: "red", Name: "data"},
			PersistentVolumeSource: corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{NodePublishSecretRef: &corev1.SecretReference{Namespace: "csi", Name: "key"},
				ControllerPublishSecretRef: &corev1.SecretReference{Namespace: "csi", Name: "master"}}}}}},
		attached: map[string]string{"att1": "n1", "att2": "n2"}, slices: map[string]string{"dev1": "n1", "dev2": "n2"},
	}
	a := New(src, nil)
	n1 := person("system:node:n1", "system:nodes")
	for _, tt := range []struct {
		ask  string
		want bool
	}{
		{"get secrets red tls", true}, {"watch secrets red tls", true}, {"list secrets red", false}, {"update secrets red tls", false},
		{"get secrets blue tls", false}, {"get secrets red db", false}, {"get secrets red forbidden", false}, {"get secrets csi key", true}, {"get secrets csi master", false},
		{"get volumeattachments.storage.k8s.io - att1", true}, {"get volumeattachments.storage.k8s.io - att2", false}, {"list volumeattachments.storage.k8s.io", false},
		{"create resourceslices.resource.k8s.io", true}, {"update resourceslices.resource.k8s.io - dev1", true}, {"delete resourceslices.resource.k8s.io - dev2", false},
		{"get resourceslices.resource.k8s.io - none", false}, {"list resourceslices.resource.k8s.io", false},
		{"get configmaps red env", true}, {"get configmaps red other", false},
		{"get persistentvolumeclaims red data", true}, {"get persistentvolumes - pv1", true}, {"get persistentvolumes - pv2", false},
		{"list persistentvolumes", false}, {"update persistentvolumes - disk1", true}, {"patch persistentvolumes - disk2", false}, {"update persistentvolumes - pv1", false},
		{"delete persistentvolumes - disk1", false}, {"update persistentvolumes/status - disk1", false},
		{"create serviceaccounts/token red web-sa", true}, {"create serviceaccounts/token red db-sa", false},
		{"get nodes - n1", true}, {"get nodes - n2", false}, {"list nodes", false}, {"patch nodes/status - n1", true}, {"delete nodes - n1", false},
		{"get pods red web", true}, {"get pods red db", false}, {"list pods", false}, {"patch pods/status red web", true}, {"create pods/eviction red web", true},
		{"update leases.coordination.k8s.io kube-node-lease n1", true}, {"update leases.coordination.k8s.io kube-node-lease n2", false}, {"get leases.coordination.k8s.io kube-system n1", false},
		{"list services", true}, {"delete services red x", false}, {"create events red", true}, {"get /healthz", false},
	} {
		if d := ask(t, a, api.Host, n1, tt.ask); d.Allowed != tt.want {
			t.Errorf("n1: %s = %+v, want %v", tt.ask, d, tt.want)
		}
	}
	own := Attributes{User: n1, Verb: "watch", Resource: "pods", Fields: fields.OneTermEqualSelector("spec.nodeName", "n1").Requirements()}
	if !a.Authorize(api.Host, own).Allowed {
		t.Error("a node cannot watch its own pods")
	}
	disks := func(label string) bool {
		sel, err := labels.Parse(label)
		if err != nil {
			t.Fatal(err)
		}
		reqs, _ := sel.Requirements()
		return a.Authorize(api.Host, Attributes{User: n1, Verb: "list", Resource: "persistentvolumes", Labels: reqs}).Allowed
	}
	if !disks(localNode+"=n1") || disks(localNode+"=n2") || disks(localNode+" in (n1,n2)") || disks(localNode) {
		t.Error("a node must list the volumes on its own disk, and no others")
	}
	own.Fields = fields.OneTermEqualSelector("spec.nodeName", "n2").Requirements()
	if a.Authorize(api.Host, own).Allowed {
		t.Error("a node can watch another's pods")
	}
	for _, u := range []user.Info{person("system:node:n1"), person("n1", "system:nodes"), person("system:node:", "system:nodes")} {
		if ask(t, a, api.Host, u, "get secrets red tls").Allowed {
			t.Errorf("%q %q counts as a node", u.GetName(), u.GetGroups())
		}
	}
}
