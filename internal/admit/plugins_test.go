package admit

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	imagepolicyv1alpha1 "k8s.io/api/imagepolicy/v1alpha1"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"
)

func TestWhichPluginsAreOn(t *testing.T) {
	for _, c := range []struct {
		name            string
		enable, disable []string
		on, off         string
		err             string
	}{
		{name: "defaults", on: "LimitRanger PodSecurity NodeRestriction", off: "AlwaysDeny AlwaysPullImages NamespaceExists"},
		{name: "more", enable: []string{"AlwaysPullImages"}, on: "LimitRanger AlwaysPullImages"},
		{name: "less", disable: []string{"LimitRanger", "AlwaysAdmit"}, on: "PodSecurity", off: "LimitRanger AlwaysAdmit"},
		{name: "unknown", enable: []string{"Ghost"}, disable: []string{"Spirit"}, err: "enable-admission-plugins plugin \"Ghost\" is unknown\ndisable-admission-plugins plugin \"Spirit\" is unknown"},
		{name: "both", enable: []string{"Priority"}, disable: []string{"Priority"}, err: "[Priority] in enable-admission-plugins and disable-admission-plugins overlapped"},
		{name: "no limits", enable: []string{"EventRateLimit"}, err: "admission plugin EventRateLimit: limits: must not be empty"},
		{name: "no server", enable: []string{"ImagePolicyWebhook"}, err: "admission plugin ImagePolicyWebhook: no config specified"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := New(Settings{Enable: c.enable, Disable: c.disable})
			if c.err != "" {
				if err == nil || err.Error() != c.err {
					t.Fatalf("got %v, want %s", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for name := range strings.FieldsSeq(c.on) {
				if !r.On(name) {
					t.Errorf("%s is off", name)
				}
			}
			for name := range strings.FieldsSeq(c.off) {
				if r.On(name) {
					t.Errorf("%s is on", name)
				}
			}
		})
	}
}

// only is a table without the default plugins that would get in the way.
func only(t *testing.T, s Settings, plugins ...string) *Rules {
	t.Helper()
	s.Enable = append(s.Enable, plugins...)
	s.Disable = append(s.Disable, "ServiceAccount", "Priority", "DefaultTolerationSeconds", "PodTopologyLabels")
	r, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const (
	plainPod = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: a}]}}"
	someNS   = "{apiVersion: v1, kind: Namespace, metadata: {name: ns}}"
)

func TestPluginsThatAreOffByDefault(t *testing.T) {
	create, update := admission.Create, admission.Update
	for _, c := range []struct {
		name    string
		by      Settings
		plugin  string
		cluster string
		may     []string
		trial   trial
		refused string
		want    []string
	}{
		{name: "always deny", plugin: "AlwaysDeny", trial: trial{op: create, obj: someNS}, refused: `namespaces "ns" is forbidden: admission control is denying all modifications`},
		{name: "always deny deletes", plugin: "AlwaysDeny", trial: trial{op: admission.Delete, old: someNS}, refused: "denying all modifications"},
		{name: "always admit", plugin: "AlwaysAdmit", trial: trial{op: create, obj: someNS}},
		{name: "no namespace", plugin: "NamespaceExists", trial: trial{op: update, obj: plainPod, old: plainPod}, refused: `namespaces "ns" not found`},
		{name: "a namespace", plugin: "NamespaceExists", cluster: someNS, trial: trial{op: update, obj: plainPod, old: plainPod}},
		{name: "namespaces need none", plugin: "NamespaceExists", trial: trial{op: update, obj: someNS, old: someNS}},

		{name: "pull always", plugin: "AlwaysPullImages", trial: trial{op: create, obj: `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {
			initContainers: [{name: i, image: a, imagePullPolicy: Never}], containers: [{name: c, image: a, imagePullPolicy: IfNotPresent}], volumes: [{name: v, image: {reference: b, pullPolicy: Never}}]}}`},
			want: []string{`spec.containers.0.imagePullPolicy="Always"`, `spec.initContainers.0.imagePullPolicy="Always"`, `spec.volumes.0.image.pullPolicy="Always"`}},
		{name: "no new image", plugin: "AlwaysPullImages", trial: trial{op: update, old: plainPod,
			obj: "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: a, imagePullPolicy: Never}]}}"}, want: []string{`spec.containers.0.imagePullPolicy="Never"`}},
		{name: "a new image", plugin: "AlwaysPullImages", trial: trial{op: update, old: plainPod,
			obj: "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: b, imagePullPolicy: Never}]}}"}, want: []string{`spec.containers.0.imagePullPolicy="Always"`}},

		{name: "away from the node", plugin: "LimitPodHardAntiAffinityTopology", trial: trial{op: create, obj: `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: a}],
			affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname}]}}}}`}},
		{name: "away from the zone", plugin: "LimitPodHardAntiAffinityTopology", trial: trial{op: create, obj: `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: a}],
			affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone}]}}}}`},
			refused: `pods "p" is forbidden: affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey zone but only key kubernetes.io/hostname is allowed`},

		{name: "external addresses", plugin: "DenyServiceExternalIPs", trial: trial{op: create, obj: "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {externalIPs: [1.2.3.4]}}"},
			refused: `services "s" is forbidden: Use of external IPs is denied by admission control`},
		{name: "external addresses stay and go", plugin: "DenyServiceExternalIPs", trial: trial{op: update, obj: "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {externalIPs: [1.2.3.4]}}",
			old: "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {externalIPs: [1.1.1.1, 1.2.3.4]}}"}},
		{name: "one more external address", plugin: "DenyServiceExternalIPs", trial: trial{op: update, obj: "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {externalIPs: [1.2.3.4, 1.2.3.5]}}",
			old: "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {externalIPs: [1.2.3.4]}}"}, refused: "Use of external IPs is denied"},

		{name: "extended resources", plugin: "ExtendedResourceToleration", trial: trial{op: create, obj: `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {
			containers: [{name: c, image: a, resources: {requests: {example.com/b: 1, cpu: 1, hugepages-2Mi: 2Mi}}}], initContainers: [{name: i, image: a, resources: {requests: {example.com/a: 1}}}]}}`},
			want: []string{`spec.tolerations=[{"effect":"NoSchedule","key":"example.com/a","operator":"Exists"},{"effect":"NoSchedule","key":"example.com/b","operator":"Exists"}]`}},

		{name: "the namespace's selector", plugin: "PodNodeSelector", trial: trial{op: create, obj: "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeSelector: {b: c}, containers: [{name: c, image: a}]}}"},
			cluster: "{apiVersion: v1, kind: Namespace, metadata: {name: ns, annotations: {scheduler.alpha.kubernetes.io/node-selector: disk=ssd}}}", want: []string{`spec.nodeSelector={"b":"c","disk":"ssd"}`}},
		{name: "against the namespace's selector", plugin: "PodNodeSelector", trial: trial{op: create, obj: "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeSelector: {disk: tape}, containers: [{name: c, image: a}]}}"},
			cluster: "{apiVersion: v1, kind: Namespace, metadata: {name: ns, annotations: {scheduler.alpha.kubernetes.io/node-selector: disk=ssd}}}",
			refused: `pods "p" is forbidden: pod node label selector conflicts with its namespace node label selector`},
		{name: "the cluster's selector", plugin: "PodNodeSelector", by: Settings{NodeSelectors: map[string]string{"clusterDefaultNodeSelector": "a=b"}},
			cluster: someNS, trial: trial{op: create, obj: plainPod}, want: []string{`spec.nodeSelector={"a":"b"}`}},
		{name: "the whitelist of selectors", plugin: "PodNodeSelector", by: Settings{NodeSelectors: map[string]string{"ns": "a=b"}},
			cluster: someNS, trial: trial{op: create, obj: "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeSelector: {a: c}, containers: [{name: c, image: a}]}}"},
			refused: `pods "p" is forbidden: pod node label selector labels conflict with its namespace whitelist`},

		{name: "the namespace's tolerations", plugin: "PodTolerationRestriction", trial: trial{op: create, obj: plainPod},
			cluster: `{apiVersion: v1, kind: Namespace, metadata: {name: ns, annotations: {scheduler.alpha.kubernetes.io/defaultTolerations: '[{"key":"a","operator":"Exists"}]'}}}`,
			want:    []string{`spec.tolerations=[{"key":"a","operator":"Exists"}]`}},
		{name: "the cluster's tolerations, and memory pressure", plugin: "PodTolerationRestriction", by: Settings{Tolerations: TolerationSettings{Default: []corev1.Toleration{{Key: "x", Operator: "Exists"}}}},
			cluster: someNS, trial: trial{op: create, obj: "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: a, resources: {limits: {cpu: 1}}}]}}"},
			want: []string{`spec.tolerations=[{"key":"x","operator":"Exists"},{"effect":"NoSchedule","key":"node.kubernetes.io/memory-pressure","operator":"Exists"}]`}},
		{name: "the whitelist of tolerations", plugin: "PodTolerationRestriction", trial: trial{op: create, obj: "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {tolerations: [{key: b, operator: Exists}], containers: [{name: c, image: a}]}}"},
			cluster: `{apiVersion: v1, kind: Namespace, metadata: {name: ns, annotations: {scheduler.alpha.kubernetes.io/tolerationsWhitelist: '[{"key":"a","operator":"Exists"}]'}}}`,
			refused: "pod tolerations (possibly merged with namespace default tolerations) conflict with its namespace whitelist"},

		{name: "an owner", plugin: "OwnerReferencesPermissionEnforcement", trial: trial{op: create, obj: owned("")}},
		{name: "an owner that is blocked", plugin: "OwnerReferencesPermissionEnforcement", trial: trial{op: create, obj: owned("true")},
			refused: `pods "p" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>`},
		{name: "an owner that may be blocked", plugin: "OwnerReferencesPermissionEnforcement", trial: trial{op: create, obj: owned("true")}, may: []string{"somebody update deployments/finalizers.apps ns/d"}},
		{name: "any owner may be blocked", plugin: "OwnerReferencesPermissionEnforcement", trial: trial{op: create, obj: owned("true")}, may: []string{"somebody update */finalizers.* /*"}},
		{name: "blocked before", plugin: "OwnerReferencesPermissionEnforcement", trial: trial{op: update, obj: owned("true"), old: owned("true")}},
		{name: "another's object", plugin: "OwnerReferencesPermissionEnforcement", trial: trial{op: update, obj: owned(""), old: plainPod},
			refused: `pods "p" is forbidden: cannot set an ownerRef on a resource you can't delete: , <nil>`},
		{name: "an object that may be deleted", plugin: "OwnerReferencesPermissionEnforcement", trial: trial{op: update, obj: owned(""), old: plainPod}, may: []string{"somebody delete pods ns/p"}},
		{name: "the status of pods", plugin: "OwnerReferencesPermissionEnforcement", trial: trial{op: update, sub: "status", obj: owned(""), old: plainPod}},
		{name: "an owner of no kind", plugin: "OwnerReferencesPermissionEnforcement", trial: trial{op: create, obj: strings.Replace(owned("true"), "Deployment", "Ghost", 1)},
			refused: `cannot find RESTMapping for APIVersion apps/v1 Kind Ghost: no matches for kind "Ghost" in version "apps/v1"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := newCluster(t, c.cluster)
			for _, m := range c.may {
				in.may[m] = true
			}
			c.trial.by = only(t, c.by, c.plugin)
			obj, _, err := c.trial.run(t, in)
			verdict(t, err, c.refused)
			if len(c.want) > 0 {
				fields(t, obj, c.want...)
			}
		})
	}
}

func owned(block string) string {
	ref := "apiVersion: apps/v1, kind: Deployment, name: d, uid: u"
	if block != "" {
		ref += ", blockOwnerDeletion: " + block
	}
	return "{apiVersion: v1, kind: Pod, metadata: {name: p, ownerReferences: [{" + ref + "}]}, spec: {containers: [{name: c, image: a}]}}"
}

func TestTolerationSecondsOfFlags(t *testing.T) {
	ten := int64(10)
	by, err := New(Settings{NotReady: &ten, Disable: []string{"ServiceAccount"}})
	if err != nil {
		t.Fatal(err)
	}
	obj, _, err := trial{op: admission.Create, obj: plainPod, by: by}.run(t, newCluster(t, ""))
	verdict(t, err, "")
	fields(t, obj, "spec.tolerations.0.tolerationSeconds=10", "spec.tolerations.1.tolerationSeconds=300")
}

func TestEventRateLimit(t *testing.T) {
	event := func(ns, host string) string {
		return "{apiVersion: v1, kind: Event, metadata: {name: e, namespace: " + ns + "}, source: {host: " + host + "}, involvedObject: {name: x}}"
	}
	in := newCluster(t, "")
	in.now = time.Unix(1000, 0)
	by := only(t, Settings{EventLimits: []EventLimit{{Type: "Namespace", QPS: 1, Burst: 2}, {Type: "User", QPS: 1, Burst: 5}, {Type: "SourceAndObject", QPS: 1, Burst: 3}, {Type: "Server", QPS: 1, Burst: 20}}}, "EventRateLimit")
	send := func(ns, host, who, want string) {
		t.Helper()
		_, _, err := trial{op: admission.Create, obj: event(ns, host), who: &user.DefaultInfo{Name: who}, by: by}.run(t, in)
		verdict(t, err, want)
	}
	send("a", "h", "u", "")
	send("a", "h", "u", "")
	send("a", "h", "u", "limit reached on type Namespace for key a") // it costs the other buckets all the same
	send("b", "h", "v", "limit reached on type SourceAndObject for key hx")
	send("b", "i", "u", "")
	send("c", "i", "u", "")
	send("d", "j", "u", "limit reached on type User for key u")
	in.now = in.now.Add(time.Second)
	send("a", "k", "u", "")
	send("a", "k", "v", "limit reached on type Namespace for key a")
}

// server is an ImageReviewer.
type server struct {
	asked  []imagepolicyv1alpha1.ImageReviewSpec
	answer imagepolicyv1alpha1.ImageReviewStatus
	err    error
	open   bool
}

func (s *server) DefaultAllow() bool { return s.open }

func (s *server) Review(_ context.Context, spec imagepolicyv1alpha1.ImageReviewSpec) (imagepolicyv1alpha1.ImageReviewStatus, error) {
	s.asked = append(s.asked, spec)
	return s.answer, s.err
}

func TestImagePolicy(t *testing.T) {
	pod := `{apiVersion: v1, kind: Pod, metadata: {name: p, annotations: {a: b, x.image-policy.k8s.io/break: glass}}, spec: {
		initContainers: [{name: i, image: b}], containers: [{name: c, image: a}]}}`
	for _, c := range []struct {
		name    string
		server  server
		refused string
		want    []string
	}{
		{name: "allowed", server: server{answer: imagepolicyv1alpha1.ImageReviewStatus{Allowed: true}}},
		{name: "denied", refused: `pods "p" is forbidden: one or more images rejected by webhook backend`},
		{name: "denied with a reason", server: server{answer: imagepolicyv1alpha1.ImageReviewStatus{Reason: "old"}}, refused: "image policy webhook backend denied one or more images: old"},
		{name: "away", server: server{err: errors.New("no route")}, refused: `pods "p" is forbidden: no route`},
		{name: "away, open", server: server{err: errors.New("no route"), open: true}, want: []string{`metadata.annotations={"a":"b","alpha.image-policy.k8s.io/failed-open":"true","x.image-policy.k8s.io/break":"glass"}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			obj, _, err := trial{op: admission.Create, obj: pod, by: only(t, Settings{Images: &c.server}, "ImagePolicyWebhook")}.run(t, newCluster(t, ""))
			verdict(t, err, c.refused)
			fields(t, obj, c.want...)
			if s := c.server.asked; len(s) != 1 || len(s[0].Containers) != 2 || s[0].Containers[0].Image != "a" || len(s[0].Annotations) != 1 || s[0].Namespace != "ns" {
				t.Errorf("asked for %+v", s)
			}
		})
	}
}
