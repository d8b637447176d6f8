package admit

import (
	"testing"

	"k8s.io/apiserver/pkg/admission"
)

const here = `
{apiVersion: v1, kind: Namespace, metadata: {name: ns}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: default}, imagePullSecrets: [{name: pull}]}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: strict, annotations: {kubernetes.io/enforce-mountable-secrets: "true"}}, secrets: [{name: ok}], imagePullSecrets: [{name: pull}]}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: lazy, annotations: {kubernetes.io/enforce-mountable-secrets: "nonsense"}}, automountServiceAccountToken: false}
---
{apiVersion: v1, kind: Node, metadata: {name: n1, uid: u1, labels: {topology.kubernetes.io/zone: z1, topology.kubernetes.io/region: r1, other: x, kubernetes.io/os: linux}}, status: {allocatable: {cpu: "2", memory: 1Gi}}}
---
{apiVersion: v1, kind: Node, metadata: {name: win, labels: {kubernetes.io/os: windows}}, status: {allocatable: {cpu: "2", memory: 1Gi}}}
`

func podIs(spec string) string {
	return "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {" + spec + "}}"
}

const one = "containers: [{name: c, image: i}]"

func TestPodCreate(t *testing.T) {
	classes := `
---
{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 1000, preemptionPolicy: Never}
---
{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: plain}, handler: h}
---
{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: heavy}, handler: h, overhead: {podFixed: {cpu: 1}}}
---
{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: placed}, handler: h, scheduling: {nodeSelector: {a: b}, tolerations: [{key: k, operator: Exists}]}}
`
	usual := "\n---\n{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: usual}, value: 5, globalDefault: true}"
	lower := "\n---\n{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: lower}, value: 3, globalDefault: true}"
	for name, x := range map[string]struct {
		more, spec string
		want       string
		fields     []string
	}{
		"defaults": {"", one, "", []string{`spec.serviceAccountName="default"`, `spec.imagePullSecrets=[{"name":"pull"}]`, `spec.priority=0`, `spec.preemptionPolicy="PreemptLowerPriority"`,
			`spec.volumes.0.name="kube-api-access-xxxxx"`, `spec.containers.0.volumeMounts.0.mountPath="/var/run/secrets/kubernetes.io/serviceaccount"`,
			`spec.tolerations.0.key="node.kubernetes.io/not-ready"`, `spec.tolerations.1.tolerationSeconds=300`, `metadata.labels=null`}},
		"own mount": {"", "containers: [{name: c, image: i, volumeMounts: [{name: v, mountPath: /var/run/secrets/kubernetes.io/serviceaccount}]}], volumes: [{name: v, emptyDir: {}}]", "",
			[]string{`spec.volumes.1=null`}},
		"own token volume":   {"", one + ", volumes: [{name: kube-api-access-mine, emptyDir: {}}]", "", []string{`spec.volumes.1=null`, `spec.containers.0.volumeMounts.0.name="kube-api-access-mine"`}},
		"no automount":       {"", one + ", automountServiceAccountToken: false", "", []string{`spec.volumes=null`}},
		"account's choice":   {"", one + ", serviceAccountName: lazy", "", []string{`spec.volumes=null`}},
		"own pull secrets":   {"", one + ", imagePullSecrets: [{name: mine}]", "", []string{`spec.imagePullSecrets=[{"name":"mine"}]`}},
		"unknown account":    {"", one + ", serviceAccountName: ghost", `pods "p" is forbidden: error looking up service account ns/ghost: serviceaccount "ghost" not found`, nil},
		"tolerates for good": {"", one + ", tolerations: [{operator: Exists}]", "", []string{`spec.tolerations=[{"operator":"Exists"}]`}},
		"tolerates one":      {"", one + ", tolerations: [{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute}]", "", []string{`spec.tolerations.1.key="node.kubernetes.io/not-ready"`, `spec.tolerations.2=null`}},

		"class":             {"", one + ", priorityClassName: high", "", []string{`spec.priority=1000`, `spec.preemptionPolicy="Never"`}},
		"same number":       {"", one + ", priorityClassName: high, priority: 1000", "", nil},
		"own number":        {"", one + ", priorityClassName: high, priority: 7", "the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 1000 from the given PriorityClass name", nil},
		"own policy":        {"", one + ", priorityClassName: high, preemptionPolicy: PreemptLowerPriority", "the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; priority admission controller computed Never from the given PriorityClass name", nil},
		"no such class":     {"", one + ", priorityClassName: ghost", "no PriorityClass with name ghost was found", nil},
		"default class":     {usual, one, "", []string{`spec.priority=5`, `spec.priorityClassName="usual"`}},
		"several defaults":  {usual + lower, one, "", []string{`spec.priority=3`, `spec.priorityClassName="lower"`}},
		"runtime class":     {"", one + ", runtimeClassName: plain", "", []string{`spec.overhead=null`}},
		"overhead":          {"", one + ", runtimeClassName: heavy", "", []string{`spec.overhead={"cpu":"1"}`}},
		"own overhead":      {"", one + ", runtimeClassName: heavy, overhead: {cpu: 2}", "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead", nil},
		"same overhead":     {"", one + ", runtimeClassName: heavy, overhead: {cpu: 1000m}", "", nil},
		"overhead, none":    {"", one + ", runtimeClassName: plain, overhead: {cpu: 2}", "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead", nil},
		"no runtime class":  {"", one + ", runtimeClassName: ghost", `pod rejected: RuntimeClass "ghost" not found`, nil},
		"placed":            {"", one + ", runtimeClassName: placed, nodeSelector: {c: d}", "", []string{`spec.nodeSelector={"a":"b","c":"d"}`, `spec.tolerations.2={"key":"k","operator":"Exists"}`}},
		"placed elsewhere":  {"", one + ", runtimeClassName: placed, nodeSelector: {a: z}", "conflict: runtimeClass.scheduling.nodeSelector[a] = b; pod.spec.nodeSelector[a] = z", nil},
		"placed, tolerates": {"", one + ", runtimeClassName: placed, tolerations: [{key: k, operator: Equal, value: v}]", "", []string{`spec.tolerations.2={"key":"k","operator":"Exists"}`, `spec.tolerations.3=null`}},
		"topology":          {"", one + ", nodeName: n1", "", []string{`metadata.labels={"topology.kubernetes.io/region":"r1","topology.kubernetes.io/zone":"z1"}`}},
		"unknown node":      {"", one + ", nodeName: ghost", "", []string{`metadata.labels=null`}},

		"strict, its secret":   {"", one + ", serviceAccountName: strict, volumes: [{name: v, secret: {secretName: ok}}]", "", nil},
		"strict, other secret": {"", one + ", serviceAccountName: strict, volumes: [{name: v, secret: {secretName: bad}}]", `volume with secret.secretName="bad" is not allowed because service account strict does not reference that secret`, nil},
		"strict, env":          {"", "serviceAccountName: strict, containers: [{name: c, image: i, env: [{name: E, valueFrom: {secretKeyRef: {name: bad, key: k}}}]}]", `container c with envVar E referencing secret.secretName="bad" is not allowed because service account strict does not reference that secret`, nil},
		"strict, init env":     {"", one + ", serviceAccountName: strict, initContainers: [{name: c0, image: i, envFrom: [{secretRef: {name: bad}}]}]", `init container c0 with envFrom referencing secret.secretName="bad" is not allowed because service account strict does not reference that secret`, nil},
		"strict, pull":         {"", one + ", serviceAccountName: strict, imagePullSecrets: [{name: bad}]", `imagePullSecrets[0].name="bad" is not allowed because service account strict does not reference that imagePullSecret`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			obj, _, err := trial{op: admission.Create, obj: podIs(x.spec)}.run(t, newCluster(t, here+classes+x.more))
			verdict(t, err, x.want)
			if err == nil {
				fields(t, obj, x.fields...)
			}
		})
	}
}

// Rules run again after webhooks have changed an object; their own work must not disturb them.
func TestPodCreateTwiceIsOnce(t *testing.T) {
	c := newCluster(t, here+`
---
{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: all}, handler: h, overhead: {podFixed: {cpu: 1}}, scheduling: {nodeSelector: {a: b}, tolerations: [{key: k, operator: Exists}]}}
---
{apiVersion: v1, kind: LimitRange, metadata: {name: l}, spec: {limits: [{type: Container, default: {cpu: 1}}]}}
`)
	obj, _, err := trial{op: admission.Create, obj: podIs(one + ", runtimeClassName: all, nodeName: n1")}.run(t, c)
	if err != nil {
		t.Fatal(err)
	}
	before := obj.DeepCopyObject()
	a := admission.NewAttributesRecord(obj, nil, obj.GetObjectKind().GroupVersionKind(), "ns", "p", resourceVersion(pods), "", admission.Create, nil, false, nil)
	again, _ := table.Mutating(a, c)
	for _, rule := range again {
		if err := rule(t.Context(), &Write{Attributes: a, Lookup: c}); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, obj, before)
}

func TestPodUpdate(t *testing.T) {
	bound := "nodeName: n1, priority: 5, preemptionPolicy: Never, serviceAccountName: strict, "
	sized := func(node, generation, cpu string) string {
		return "{apiVersion: v1, kind: Pod, metadata: {name: p, generation: " + generation + "}, spec: {nodeName: " + node + ", containers: [{name: c, image: i, resources: {requests: {cpu: " + cpu + "}}}]}}"
	}
	for name, x := range map[string]struct {
		sub, obj, old string
		want          string
		fields        []string
	}{
		"keeps its priority": {"", podIs(one), podIs(bound + one), "", []string{`spec.priority=5`, `spec.preemptionPolicy="Never"`}},
		"ephemeral, strict": {"ephemeralcontainers", podIs(bound + one + ", ephemeralContainers: [{name: e, image: i, envFrom: [{secretRef: {name: bad}}]}]"), podIs(bound + one),
			`ephemeral container e with envFrom referencing secret.secretName="bad" is not allowed because service account strict does not reference that secret`, nil},
		"ephemeral, its own":   {"ephemeralcontainers", podIs(bound + one + ", ephemeralContainers: [{name: e, image: i, envFrom: [{secretRef: {name: ok}}]}]"), podIs(bound + one), "", nil},
		"resize fits":          {"resize", sized("n1", "2", "2"), sized("n1", "1", "1"), "", nil},
		"resize too large":     {"resize", sized("n1", "2", "3"), sized("n1", "1", "1"), `pods "p" is forbidden: node didn't have enough allocatable resources: cpu, requested: 3000, allocatable: 2000`, nil},
		"resize on windows":    {"resize", sized("win", "2", "1"), sized("win", "1", "2"), `pod resize is only supported on linux nodes, node "win" is "windows"`, nil},
		"resize of nothing":    {"resize", sized("n1", "1", "3"), sized("n1", "1", "1"), "", nil},
		"resize on lost node":  {"resize", sized("ghost", "2", "2"), sized("ghost", "1", "1"), `node "ghost" not found`, nil},
		"resize, not bound":    {"resize", sized(`""`, "2", "9"), sized(`""`, "1", "1"), "", nil},
		"status is left alone": {"status", podIs(one), podIs(bound + one), "", []string{`spec.priority=null`}},
	} {
		t.Run(name, func(t *testing.T) {
			obj, _, err := trial{op: admission.Update, sub: x.sub, obj: x.obj, old: x.old}.run(t, newCluster(t, here))
			verdict(t, err, x.want)
			if err == nil {
				fields(t, obj, x.fields...)
			}
		})
	}
}

func TestBindingTakesTheTopology(t *testing.T) {
	obj, _, err := trial{op: admission.Create, sub: "binding", obj: `{apiVersion: v1, kind: Binding, metadata: {name: p}, target: {kind: Node, name: n1}}`}.run(t, newCluster(t, here))
	verdict(t, err, "")
	fields(t, obj, `metadata.labels={"topology.kubernetes.io/region":"r1","topology.kubernetes.io/zone":"z1"}`)
}

func TestSmallRules(t *testing.T) {
	c := newCluster(t, "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: usual}, value: 5, globalDefault: true}")
	class := func(name, def string) string {
		return "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: " + name + "}, value: 5, globalDefault: " + def + "}"
	}
	for name, x := range map[string]struct {
		trial
		want string
	}{
		"another":         {trial{op: admission.Create, obj: class("b", "true")}, "PriorityClass usual is already marked as default. Only one default can exist"},
		"no default":      {trial{op: admission.Create, obj: class("b", "false")}, ""},
		"becomes":         {trial{op: admission.Update, obj: class("b", "true"), old: class("b", "false")}, "PriorityClass usual is already marked as default"},
		"the same":        {trial{op: admission.Update, obj: class("usual", "true"), old: class("usual", "true")}, ""},
		"a plain update":  {trial{op: admission.Update, obj: class("b", "false"), old: class("b", "false")}, ""},
		"immortal":        {trial{op: admission.Delete, old: "{apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}"}, "this namespace may not be deleted"},
		"mortal":          {trial{op: admission.Delete, old: "{apiVersion: v1, kind: Namespace, metadata: {name: kube-node-lease}}"}, ""},
		"a new node":      {trial{op: admission.Create, obj: "{apiVersion: v1, kind: Node, metadata: {name: n}}"}, ""},
		"certificate":     {trial{op: admission.Create, obj: "{apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest, metadata: {name: c}, spec: {signerName: kubernetes.io/kube-apiserver-client, request: bm9uZQ==}}"}, "failed to parse CSR: PEM block type must be CERTIFICATE REQUEST"},
		"another signer":  {trial{op: admission.Create, obj: "{apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest, metadata: {name: c}, spec: {signerName: example.com/x, request: bm9uZQ==}}"}, ""},
		"a mirror's name": {trial{op: admission.Create, obj: "{apiVersion: v1, kind: Pod, metadata: {name: m, annotations: {kubernetes.io/config.mirror: x}}, spec: {containers: [{name: c, image: i}], serviceAccountName: default}}"}, "a mirror pod may not reference service accounts"},
		"a mirror's key":  {trial{op: admission.Create, obj: "{apiVersion: v1, kind: Pod, metadata: {name: m, annotations: {kubernetes.io/config.mirror: x}}, spec: {containers: [{name: c, image: i}], volumes: [{name: v, azureFile: {secretName: s, shareName: x}}]}}"}, "a mirror pod may not reference secrets"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := x.run(t, c)
			verdict(t, err, x.want)
		})
	}
}
