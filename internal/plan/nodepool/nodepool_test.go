package nodepool

import (
	"maps"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

const class = "nodeClassRef: {group: gantry.dev, kind: NodeClass, name: sim}"

func parse(t *testing.T, spec string) (*Pool, string) {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte("{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: big}, spec: "+spec+"}"), &u.Object); err != nil {
		t.Fatal(err)
	}
	pool, errs := Parse(u)
	if len(errs) > 0 {
		return pool, errs.ToAggregate().Error()
	}
	return pool, ""
}

func TestPoolsAreChecked(t *testing.T) {
	for name, tc := range map[string]struct{ spec, want string }{
		"fine":             {"{replicas: 3, template: {spec: {" + class + "}}}", ""},
		"by demand":        {"{template: {spec: {" + class + "}}}", "spec.replicas: Required value: simulated nodes are not made by demand"},
		"too many":         {"{replicas: 1000001, template: {spec: {" + class + "}}}", "spec.replicas: Invalid value: 1000001: want 0 to 1000000"},
		"operator":         {"{replicas: 3, template: {spec: {" + class + ", requirements: [{key: a, operator: Gt, values: ['1']}]}}}", `spec.template.spec.requirements[0].operator: Unsupported value: "Gt": supported values: "In"`},
		"no values":        {"{replicas: 3, template: {spec: {" + class + ", requirements: [{key: a, operator: In}]}}}", "spec.template.spec.requirements[0].values: Required value"},
		"no size":          {"{replicas: 3, template: {metadata: {annotations: {sim.gantry.dev/capacity: large}}, spec: {" + class + "}}}", "spec.template.metadata.annotations[sim.gantry.dev/capacity]: Invalid value: \"large\""},
		"negative size":    {"{replicas: 3, template: {metadata: {annotations: {sim.gantry.dev/capacity: cpu=-1}}, spec: {" + class + "}}}", "spec.template.metadata.annotations[sim.gantry.dev/capacity]: Invalid value"},
		"another's fields": {"{replicas: three, template: {spec: {" + class + "}}}", "spec: Invalid value"},
	} {
		t.Run(name, func(t *testing.T) {
			pool, got := parse(t, tc.spec)
			if pool == nil || (got == "") != (tc.want == "") || !strings.HasPrefix(got, tc.want) {
				t.Errorf("got %v %q, want %q", pool, got, tc.want)
			}
		})
	}
	if pool, got := parse(t, "{replicas: 3, template: {spec: {nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: sim}}}}"); pool != nil || got != "" {
		t.Errorf("a pool of a cloud: %v, %s", pool, got)
	}
}

func TestLimitsBoundPools(t *testing.T) {
	for spec, want := range map[string]struct {
		n     int
		limit corev1.ResourceName
	}{
		"{replicas: 10, ":                                {10, ""},
		"{replicas: 10, limits: {cpu: 40}, ":             {5, "cpu"},
		"{replicas: 10, limits: {cpu: 40, memory: 1Gi},": {1, "memory"},
		"{replicas: 10, limits: {nodes: 3, cpu: 40},":    {3, "nodes"},
		"{replicas: 2, limits: {nodes: 3, cpu: 40},":     {2, ""},
		"{replicas: 2, limits: {example.com/gpu: 1},":    {2, ""}, // its nodes have none
		"{replicas: 2, limits: {cpu: 0},":                {0, "cpu"},
	} {
		pool, refusal := parse(t, spec+"template: {metadata: {annotations: {sim.gantry.dev/capacity: 'cpu=8, memory=1Gi'}}, spec: {"+class+"}}}")
		if refusal != "" {
			t.Fatal(refusal)
		}
		if n, limit := pool.Wanted(); n != want.n || limit != want.limit {
			t.Errorf("%s: %d by %q, want %d by %q", spec, n, limit, want.n, want.limit)
		}
	}
}

func TestNodesAreMadeOfTheTemplate(t *testing.T) {
	pool, refusal := parse(t, `{replicas: 12, template: {metadata: {labels: {team: a}, annotations: {sim.gantry.dev/capacity: "cpu=8,example.com/gpu=2", note: x}}, spec: {`+class+`,
		taints: [{key: for, value: db, effect: NoSchedule}], startupTaints: [{key: new, effect: NoExecute}],
		requirements: [{key: topology.kubernetes.io/zone, operator: In, values: [a, b]}, {key: karpenter.sh/capacity-type, operator: In, values: [spot, on-demand]}]}}}`)
	if refusal != "" {
		t.Fatal(refusal)
	}
	owner := metav1.OwnerReference{Kind: Kind, Name: "big", UID: "u"}
	mixes := map[string]int{}
	for i := range 12 {
		n := pool.Node(i, owner)
		mixes[n.Labels["topology.kubernetes.io/zone"]+" "+n.Labels["karpenter.sh/capacity-type"]]++
	}
	if want := map[string]int{"a spot": 3, "b spot": 3, "a on-demand": 3, "b on-demand": 3}; !maps.Equal(mixes, want) {
		t.Errorf("combinations %v, want %v", mixes, want)
	}
	n := pool.Node(7, owner)
	if n.Name != "big-000007" || n.Labels[corev1.LabelHostname] != n.Name || n.Labels["team"] != "a" || n.Labels[Label] != "big" || n.Labels["gantry.dev/node-class"] != "sim" ||
		n.Annotations["note"] != "x" || len(n.OwnerReferences) != 1 || len(n.Spec.Taints) != 2 || n.Spec.Taints[1].Key != "new" {
		t.Errorf("node %v", n)
	}
	gpus, memory := n.Status.Allocatable["example.com/gpu"], n.Status.Capacity.Memory()
	if n.Status.Capacity.Cpu().Value() != 8 || gpus.Value() != 2 || memory.String() != "64Gi" {
		t.Errorf("capacity %v", n.Status.Capacity)
	}
}
