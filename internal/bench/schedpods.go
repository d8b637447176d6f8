package bench

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// The nodes and pods of upstream's scheduler_perf, in our own words.

const (
	schedImage = "registry.k8s.io/pause:3.10"
	// zoneKey and hostKey are the topologies that the workloads spread over.
	zoneKey = corev1.LabelTopologyZone
	hostKey = corev1.LabelHostname
	// onlyNode is the node of the workloads that have one that is known by name.
	onlyNode = "scheduler-perf-node"
)

func amounts(cpu, mem string) corev1.ResourceList {
	return corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(mem)}
}

// perfNode is the node that every workload begins with: 4 CPUs, 32 GiB, 110 pods.
func perfNode(i int) *corev1.Node {
	return sizedNode(fmt.Sprintf("scheduler-perf-%05d", i), "4", "32Gi", "110")
}

func sizedNode(name, cpu, mem, pods string) *corev1.Node {
	list := amounts(cpu, mem)
	list[corev1.ResourcePods] = resource.MustParse(pods)
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{hostKey: name}},
		Status: corev1.NodeStatus{Capacity: list, Allocatable: list,
			Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}},
	}
}

// zoned spreads nodes over zones.
func zoned(zones ...string) func(int) *corev1.Node {
	return func(i int) *corev1.Node {
		n := perfNode(i)
		n.Labels[zoneKey] = zones[i%len(zones)]
		return n
	}
}

// bigNode is the one node of workloads about what waits.
func bigNode(int) *corev1.Node { return sizedNode(onlyNode, "4", "32Gi", "90000") }

func taintedNode(i int) *corev1.Node {
	n := perfNode(i)
	n.Name = fmt.Sprintf("taint-node-%05d", i)
	n.Labels[hostKey] = n.Name
	n.Spec.Taints = []corev1.Taint{{Key: "foo", Effect: corev1.TaintEffectNoSchedule}}
	return n
}

// declaring is a node that declares a hundred features.
func declaring(i int) *corev1.Node {
	n := sizedNode(fmt.Sprintf("node-%05d", i), "128", "16Gi", "110")
	for k := range 100 {
		n.Status.DeclaredFeatures = append(n.Status.DeclaredFeatures, fmt.Sprintf("Feature%03d", k))
	}
	return n
}

// whole gives a pod resources of its own instead of its containers'.
func whole(_ int, p *corev1.Pod) {
	p.Spec.Resources = &corev1.ResourceRequirements{Requests: amounts("100m", "200Mi")}
}

// form makes the pod number i of a series. Name, namespace and UID are filled in by the series.
type form func(i int) *corev1.Pod

// shape is a pod of one container that asks for cpu and mem ("" for nothing), changed by edits.
func shape(cpu, mem string, edits ...func(i int, p *corev1.Pod)) form {
	return func(i int) *corev1.Pod {
		c := corev1.Container{Name: "pause", Image: schedImage}
		if cpu != "" {
			c.Resources.Requests = amounts(cpu, mem)
		}
		p := &corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{c}, SchedulerName: corev1.DefaultSchedulerName}}
		for _, edit := range edits {
			edit(i, p)
		}
		return p
	}
}

// defaultPod is upstream's pod-default.yaml.
func defaultPod(edits ...func(int, *corev1.Pod)) form { return shape("100m", "500Mi", edits...) }

func labelled(key, value string) func(int, *corev1.Pod) {
	return func(_ int, p *corev1.Pod) { p.Labels = map[string]string{key: value} }
}

func priority(n int32) func(int, *corev1.Pod) {
	return func(_ int, p *corev1.Pod) { p.Spec.Priority = &n }
}

// prompt has a pod end at once when it is deleted.
func prompt(_ int, p *corev1.Pod) { p.Spec.TerminationGracePeriodSeconds = new(int64) }

func gated(_ int, p *corev1.Pod) {
	p.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "test.k8s.io/hold"}}
}

func mounts(secret string) func(int, *corev1.Pod) {
	return func(_ int, p *corev1.Pod) {
		p.Spec.Volumes = []corev1.Volume{{Name: "secret", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: secret}}}}
	}
}

func extended(i int, p *corev1.Pod) {
	name := corev1.ResourceName(fmt.Sprintf("foo.com/bar-%d", i))
	list := corev1.ResourceList{name: resource.MustParse("1")}
	p.Spec.Containers[0].Resources = corev1.ResourceRequirements{Requests: list, Limits: list}
}

func affinity(p *corev1.Pod) *corev1.Affinity {
	if p.Spec.Affinity == nil {
		p.Spec.Affinity = &corev1.Affinity{}
	}
	return p.Spec.Affinity
}

func inZones(zones ...string) func(int, *corev1.Pod) {
	return func(_ int, p *corev1.Pod) {
		affinity(p).NodeAffinity = &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{
			{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: zoneKey, Operator: corev1.NodeSelectorOpIn, Values: zones}}}}}}
	}
}

// toNode is what the pods of a DaemonSet have.
func toNode(name string) func(int, *corev1.Pod) {
	return func(_ int, p *corev1.Pod) {
		affinity(p).NodeAffinity = &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{
			{MatchFields: []corev1.NodeSelectorRequirement{{Key: "metadata.name", Operator: corev1.NodeSelectorOpIn, Values: []string{name}}}}}}}
	}
}

// wish is a term of pod affinity: about pods of one colour.
type wish struct {
	colour, topology string
	anti, preferred  bool
	// devops takes the namespaces by the label that those of some workloads have; else they are sched-0 and sched-1.
	devops bool
}

func (w wish) edit(_ int, p *corev1.Pod) {
	sel := &metav1.LabelSelector{MatchLabels: map[string]string{"color": w.colour}}
	t := corev1.PodAffinityTerm{LabelSelector: sel, TopologyKey: w.topology}
	if w.devops {
		t.NamespaceSelector = &metav1.LabelSelector{MatchLabels: devops}
	} else {
		t.Namespaces = []string{"sched-1", "sched-0"}
	}
	p.Labels = map[string]string{"color": w.colour}
	a := affinity(p)
	var required []corev1.PodAffinityTerm
	var preferred []corev1.WeightedPodAffinityTerm
	if w.preferred {
		preferred = []corev1.WeightedPodAffinityTerm{{Weight: 1, PodAffinityTerm: t}}
	} else {
		required = []corev1.PodAffinityTerm{t}
	}
	if w.anti {
		a.PodAntiAffinity = &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: required, PreferredDuringSchedulingIgnoredDuringExecution: preferred}
	} else {
		a.PodAffinity = &corev1.PodAffinity{RequiredDuringSchedulingIgnoredDuringExecution: required, PreferredDuringSchedulingIgnoredDuringExecution: preferred}
	}
}

// spreads spreads pods that have the label over a topology.
func spreads(key, value, topology string, skew int32, hard, honorTaints bool) func(int, *corev1.Pod) {
	return func(_ int, p *corev1.Pod) {
		c := corev1.TopologySpreadConstraint{MaxSkew: skew, TopologyKey: topology, WhenUnsatisfiable: corev1.ScheduleAnyway,
			LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{key: value}}}
		if hard {
			c.WhenUnsatisfiable = corev1.DoNotSchedule
		}
		if honorTaints {
			honor := corev1.NodeInclusionPolicyHonor
			c.NodeAffinityPolicy, c.NodeTaintsPolicy = &honor, &honor
		}
		p.Labels = map[string]string{key: value}
		p.Spec.TopologySpreadConstraints = append(p.Spec.TopologySpreadConstraints, c)
	}
}

// named gives a pod the identity that the API server would.
func named(p *corev1.Pod, namespace, prefix string, i int) *corev1.Pod {
	p.Namespace, p.Name = namespace, fmt.Sprintf("%s%06d", prefix, i)
	p.UID = types.UID(namespace + "/" + p.Name)
	p.Generation = 1
	return p
}
