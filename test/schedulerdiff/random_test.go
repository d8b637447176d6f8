package schedulerdiff

import (
	"fmt"
	"math/rand/v2"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// world is a random cluster. Few names and values, so that things meet.
type world struct {
	r          *rand.Rand
	namespaces []*corev1.Namespace
	services   []*corev1.Service
	nodes      []*corev1.Node
	placed     []*corev1.Pod
	budgets    []*policyv1.PodDisruptionBudget
	// claims are volumes, devices and claims for them, and what is said about drivers.
	claims []runtime.Object
}

func newWorld(seed uint64) *world {
	w := &world{r: rand.New(rand.NewPCG(seed, 1))}
	for i := range 3 {
		w.namespaces = append(w.namespaces, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("ns%d", i), Labels: map[string]string{"team": pick(w, "red", "blue")}}})
	}
	for i := range w.r.IntN(3) {
		w.services = append(w.services, &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace(), Name: fmt.Sprintf("svc%d", i)},
			Spec: corev1.ServiceSpec{Selector: map[string]string{"app": pick(w, apps...)}}})
	}
	for i := range 2 + w.r.IntN(14) {
		w.nodes = append(w.nodes, w.node(i))
	}
	for i := range w.r.IntN(4 * len(w.nodes)) {
		p := w.pod(fmt.Sprintf("old%d", i), 0.5)
		p.Spec.NodeName = w.nodes[w.r.IntN(len(w.nodes))].Name
		p.Status.StartTime = ptr(metav1.Unix(int64(w.r.IntN(1000)), 0))
		if w.chance(0.1) {
			p.DeletionTimestamp = ptr(metav1.Unix(1, 0))
		}
		if w.chance(0.15) {
			w.resize(p)
		}
		w.freePorts(p)
		w.placed = append(w.placed, p)
	}
	for i := range w.r.IntN(3) {
		w.budgets = append(w.budgets, &policyv1.PodDisruptionBudget{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace(), Name: fmt.Sprintf("pdb%d", i)},
			Spec: policyv1.PodDisruptionBudgetSpec{Selector: w.selector()}, Status: policyv1.PodDisruptionBudgetStatus{DisruptionsAllowed: w.r.Int32N(2)}})
		if w.chance(0.3) {
			w.budgets[i].Status.DisruptedPods = map[string]metav1.Time{fmt.Sprintf("old%d", w.r.IntN(10)): metav1.Unix(1, 0)}
		}
	}
	return w
}

var (
	apps    = []string{"web", "db", "cache"}
	images  = []string{"registry.example/web:1", "registry.example/db", "busybox"}
	topKeys = []string{corev1.LabelHostname, corev1.LabelTopologyZone, "rack"}
)

func pick[T any](w *world, from ...T) T  { return from[w.r.IntN(len(from))] }
func (w *world) chance(p float64) bool   { return w.r.Float64() < p }
func (w *world) namespace() string       { return pick(w, w.namespaces...).Name }
func quantity(n int64) resource.Quantity { return *resource.NewQuantity(n, resource.DecimalSI) }
func milli(n int64) resource.Quantity    { return *resource.NewMilliQuantity(n, resource.DecimalSI) }
func ptr[T any](v T) *T                  { return &v }
func (w *world) policy() *corev1.NodeInclusionPolicy {
	return pick(w, nil, ptr(corev1.NodeInclusionPolicyHonor), ptr(corev1.NodeInclusionPolicyIgnore))
}

func (w *world) node(i int) *corev1.Node {
	name := fmt.Sprintf("n%d", i)
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelHostname: name}}}
	if w.chance(0.8) {
		n.Labels[corev1.LabelTopologyZone] = pick(w, "z1", "z2", "z3")
	}
	if w.chance(0.6) {
		n.Labels["rack"] = pick(w, "r1", "r2")
	}
	if w.chance(0.05) {
		delete(n.Labels, corev1.LabelHostname)
	}
	n.Labels["disk"] = pick(w, "ssd", "hdd")
	if w.chance(0.5) {
		n.Labels["gen"] = fmt.Sprint(w.r.IntN(5))
	} else if w.chance(0.1) {
		n.Labels["gen"] = "last"
	}
	n.Spec.Unschedulable = w.chance(0.08)
	for range w.r.IntN(3) {
		if w.chance(0.4) {
			n.Spec.Taints = append(n.Spec.Taints, corev1.Taint{Key: pick(w, "dedicated", "spot"), Value: pick(w, "a", "b"),
				Effect: pick(w, corev1.TaintEffectNoSchedule, corev1.TaintEffectPreferNoSchedule, corev1.TaintEffectPreferNoSchedule, corev1.TaintEffectNoExecute)})
		}
	}
	cpu, mem := pick[int64](w, 2000, 4000, 8000), pick[int64](w, 2, 4, 16)
	n.Status.Allocatable = corev1.ResourceList{corev1.ResourceCPU: milli(cpu), corev1.ResourceMemory: quantity(mem << 30), corev1.ResourcePods: quantity(pick[int64](w, 4, 10, 110))}
	if w.chance(0.7) {
		n.Status.Allocatable[corev1.ResourceEphemeralStorage] = quantity(pick[int64](w, 5, 50) << 30)
	}
	if w.chance(0.5) {
		n.Status.Allocatable["example.com/gpu"] = quantity(pick[int64](w, 1, 4))
	}
	if w.chance(0.3) {
		n.Status.Allocatable["hugepages-2Mi"] = quantity(pick[int64](w, 64, 256) << 20)
	}
	if w.chance(0.5) {
		n.Status.DeclaredFeatures = []string{"UserNamespacesHostNetworkSupport"}
	}
	for k, img := range images {
		if w.chance(0.4) {
			names := []string{img + "@sha256:0", img}
			if k > 0 {
				names[1] += ":latest"
			}
			n.Status.Images = append(n.Status.Images, corev1.ContainerImage{Names: names, SizeBytes: int64(50+400*k) << 20})
		}
	}
	return n
}

func (w *world) labels() map[string]string {
	l := map[string]string{"app": pick(w, apps...)}
	if w.chance(0.3) {
		l["tier"] = pick(w, "front", "back")
	}
	return l
}

// pod is a random pod; the more social, the more it has to do with others.
func (w *world) pod(name string, social float64) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: w.namespace(), UID: types.UID(name), Labels: w.labels()}}
	p.Spec.Priority = ptr(pick[int32](w, 0, 0, 0, 10, 10, 100, 100, -10))
	if w.chance(0.05) {
		p.Spec.PreemptionPolicy = ptr(corev1.PreemptNever)
	}
	for i := range 1 + w.r.IntN(2) {
		p.Spec.Containers = append(p.Spec.Containers, w.container(fmt.Sprintf("c%d", i)))
	}
	if w.chance(0.2) {
		c := w.container("init")
		if w.chance(0.5) {
			c.RestartPolicy = ptr(corev1.ContainerRestartPolicyAlways)
		}
		p.Spec.InitContainers = append(p.Spec.InitContainers, c)
	}
	if w.chance(0.1) {
		p.Spec.Overhead = corev1.ResourceList{corev1.ResourceCPU: milli(50), corev1.ResourceMemory: quantity(64 << 20)}
	}
	if w.chance(0.1) {
		p.Spec.Resources = &corev1.ResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceCPU: milli(1500)}}
		if w.chance(0.5) {
			p.Spec.Resources.Requests[corev1.ResourceMemory] = quantity(1 << 30)
		}
	}
	if w.chance(0.05) {
		p.Spec.HostNetwork, p.Spec.HostUsers = true, ptr(false)
	}
	w.nodeRules(p)
	if w.chance(social) {
		w.podRules(p)
	}
	if w.chance(0.1) {
		p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: "d", VolumeSource: pick(w,
			corev1.VolumeSource{GCEPersistentDisk: &corev1.GCEPersistentDiskVolumeSource{PDName: "pd", ReadOnly: w.chance(0.5)}},
			corev1.VolumeSource{AWSElasticBlockStore: &corev1.AWSElasticBlockStoreVolumeSource{VolumeID: "ebs"}},
			corev1.VolumeSource{ISCSI: &corev1.ISCSIVolumeSource{IQN: "iqn", ReadOnly: w.chance(0.5)}},
			corev1.VolumeSource{RBD: &corev1.RBDVolumeSource{CephMonitors: []string{"a", pick(w, "b", "c")}, RBDPool: "p", RBDImage: "i", ReadOnly: w.chance(0.5)}},
			corev1.VolumeSource{Image: &corev1.ImageVolumeSource{Reference: pick(w, images...)}})})
	}
	return p
}

func (w *world) container(name string) corev1.Container {
	c := corev1.Container{Name: name, Image: pick(w, images...)}
	req := corev1.ResourceList{}
	if w.chance(0.7) {
		req[corev1.ResourceCPU] = milli(pick[int64](w, 50, 250, 500, 1500))
	}
	if w.chance(0.02) {
		req[corev1.ResourceCPU] = milli(9000) // more than any node has
	}
	if w.chance(0.7) {
		req[corev1.ResourceMemory] = quantity(pick[int64](w, 64, 256, 1024) << 20)
	}
	if w.chance(0.15) {
		req[corev1.ResourceEphemeralStorage] = quantity(pick[int64](w, 1, 4) << 30)
	}
	if w.chance(0.1) {
		req["example.com/gpu"] = quantity(pick[int64](w, 1, 2))
	}
	if w.chance(0.05) {
		req["hugepages-2Mi"] = quantity(32 << 20)
	}
	c.Resources.Requests = req
	if w.chance(0.15) {
		c.Ports = append(c.Ports, corev1.ContainerPort{ContainerPort: 80, HostPort: pick[int32](w, 8080, 8081), HostIP: pick(w, "", "0.0.0.0", "10.0.0.1"),
			Protocol: pick(w, corev1.ProtocolTCP, corev1.ProtocolUDP)})
	}
	return c
}

func (w *world) nodeRules(p *corev1.Pod) {
	if w.chance(0.05) {
		p.Spec.Tolerations = append(p.Spec.Tolerations, corev1.Toleration{Key: "node.kubernetes.io/unschedulable", Operator: corev1.TolerationOpExists})
	}
	if w.chance(0.03) {
		p.Spec.Tolerations = append(p.Spec.Tolerations, corev1.Toleration{Operator: corev1.TolerationOpExists}) // of everything
	}
	for range w.r.IntN(3) {
		p.Spec.Tolerations = append(p.Spec.Tolerations, corev1.Toleration{Key: pick(w, "dedicated", "spot"), Operator: pick(w, corev1.TolerationOpExists, corev1.TolerationOpEqual, ""),
			Effect: pick(w, "", corev1.TaintEffectNoSchedule, corev1.TaintEffectPreferNoSchedule, corev1.TaintEffectNoExecute)})
		if t := &p.Spec.Tolerations[len(p.Spec.Tolerations)-1]; t.Operator != corev1.TolerationOpExists {
			t.Value = pick(w, "a", "b")
		}
	}
	if w.chance(0.15) {
		p.Spec.NodeSelector = map[string]string{"disk": pick(w, "ssd", "hdd")}
	}
	if !w.chance(0.3) {
		return
	}
	na := &corev1.NodeAffinity{}
	p.Spec.Affinity = &corev1.Affinity{NodeAffinity: na}
	if w.chance(0.6) {
		na.RequiredDuringSchedulingIgnoredDuringExecution = &corev1.NodeSelector{}
		for range 1 + w.r.IntN(2) {
			na.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms = append(na.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms, w.nodeTerm(true))
		}
	}
	for range w.r.IntN(3) {
		na.PreferredDuringSchedulingIgnoredDuringExecution = append(na.PreferredDuringSchedulingIgnoredDuringExecution,
			corev1.PreferredSchedulingTerm{Weight: 1 + w.r.Int32N(100), Preference: w.nodeTerm(false)})
	}
}

func (w *world) nodeTerm(fields bool) (t corev1.NodeSelectorTerm) {
	if fields && w.chance(0.2) {
		t.MatchFields = []corev1.NodeSelectorRequirement{{Key: "metadata.name", Operator: pick(w, corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn), Values: []string{w.nodes[0].Name}}}
		if w.chance(0.3) { // and, as well as or
			t.MatchExpressions = []corev1.NodeSelectorRequirement{{Key: "disk", Operator: corev1.NodeSelectorOpIn, Values: []string{pick(w, "ssd", "hdd")}}}
		}
		return t
	}
	if fields && w.chance(0.05) {
		return t // matches nothing
	}
	t.MatchExpressions = []corev1.NodeSelectorRequirement{pick(w,
		corev1.NodeSelectorRequirement{Key: "disk", Operator: corev1.NodeSelectorOpIn, Values: []string{pick(w, "ssd", "hdd")}},
		corev1.NodeSelectorRequirement{Key: "disk", Operator: corev1.NodeSelectorOpNotIn, Values: []string{"ssd"}},
		corev1.NodeSelectorRequirement{Key: corev1.LabelTopologyZone, Operator: corev1.NodeSelectorOpIn, Values: []string{"z1", "z2"}},
		corev1.NodeSelectorRequirement{Key: "rack", Operator: pick(w, corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist)},
		corev1.NodeSelectorRequirement{Key: "gen", Operator: pick(w, corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt), Values: []string{"2"}})}
	return t
}

func (w *world) selector() *metav1.LabelSelector {
	return pick(w, &metav1.LabelSelector{MatchLabels: map[string]string{"app": pick(w, apps...)}},
		&metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "app", Operator: metav1.LabelSelectorOpNotIn, Values: []string{pick(w, apps...)}}}},
		&metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "tier", Operator: metav1.LabelSelectorOpExists}}},
		&metav1.LabelSelector{}, nil)
}

func (w *world) podTerm() corev1.PodAffinityTerm {
	t := corev1.PodAffinityTerm{TopologyKey: pick(w, topKeys...), LabelSelector: w.selector()}
	switch w.r.IntN(5) {
	case 0:
		t.Namespaces = []string{w.namespace()}
	case 1:
		t.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"team": pick(w, "red", "blue")}}
	case 2:
		t.NamespaceSelector = &metav1.LabelSelector{}
	}
	return t
}

func (w *world) podRules(p *corev1.Pod) {
	if p.Spec.Affinity == nil {
		p.Spec.Affinity = &corev1.Affinity{}
	}
	weighted := func() (out []corev1.WeightedPodAffinityTerm) {
		for range 1 + w.r.IntN(2) {
			out = append(out, corev1.WeightedPodAffinityTerm{Weight: 1 + w.r.Int32N(100), PodAffinityTerm: w.podTerm()})
		}
		return out
	}
	if w.chance(0.25) {
		p.Spec.Affinity.PodAffinity = &corev1.PodAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{w.podTerm()}}
		if w.chance(0.2) {
			a := p.Spec.Affinity.PodAffinity
			a.RequiredDuringSchedulingIgnoredDuringExecution = append(a.RequiredDuringSchedulingIgnoredDuringExecution, w.podTerm())
		}
	}
	if w.chance(0.25) {
		p.Spec.Affinity.PodAntiAffinity = &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{w.podTerm()}}
	}
	if w.chance(0.3) {
		if p.Spec.Affinity.PodAffinity == nil {
			p.Spec.Affinity.PodAffinity = &corev1.PodAffinity{}
		}
		p.Spec.Affinity.PodAffinity.PreferredDuringSchedulingIgnoredDuringExecution = weighted()
	}
	if w.chance(0.3) {
		if p.Spec.Affinity.PodAntiAffinity == nil {
			p.Spec.Affinity.PodAntiAffinity = &corev1.PodAntiAffinity{}
		}
		p.Spec.Affinity.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution = weighted()
	}
	if w.chance(0.5) {
		for range 1 + w.r.IntN(2) {
			c := corev1.TopologySpreadConstraint{MaxSkew: 1 + w.r.Int32N(3), TopologyKey: pick(w, topKeys...), LabelSelector: w.selector(),
				WhenUnsatisfiable: pick(w, corev1.DoNotSchedule, corev1.ScheduleAnyway), NodeAffinityPolicy: w.policy(), NodeTaintsPolicy: w.policy()}
			if c.WhenUnsatisfiable == corev1.DoNotSchedule && w.chance(0.3) {
				c.MinDomains = ptr(1 + w.r.Int32N(4))
			}
			if w.chance(0.2) {
				c.MatchLabelKeys = pick(w, []string{"tier"}, []string{"app"}, []string{"app", "none"})
			}
			p.Spec.TopologySpreadConstraints = append(p.Spec.TopologySpreadConstraints, c)
		}
	}
}

// siblings is what package scheduler finds for a pod: the pods that its Services select.
func (w *world) siblings(p *corev1.Pod) labels.Selector {
	set := labels.Set{}
	for _, svc := range w.services {
		if svc.Namespace == p.Namespace && labels.SelectorFromSet(svc.Spec.Selector).Matches(labels.Set(p.Labels)) {
			set = labels.Merge(set, svc.Spec.Selector)
		}
	}
	if len(set) == 0 {
		return nil
	}
	return set.AsSelector()
}

// freePorts takes from a placed pod the host ports that others on its node have: no scheduler would have put them together, and
// upstream's count of ports is for worlds where they are not.
func (w *world) freePorts(p *corev1.Pod) {
	type port struct {
		protocol corev1.Protocol
		number   int32
	}
	taken := map[port]bool{}
	for _, other := range w.placed {
		if other.Spec.NodeName != p.Spec.NodeName {
			continue
		}
		for _, c := range other.Spec.Containers {
			for _, cp := range c.Ports {
				taken[port{cp.Protocol, cp.HostPort}] = true
			}
		}
	}
	for i := range p.Spec.Containers {
		c := &p.Spec.Containers[i]
		for _, cp := range c.Ports {
			at := port{cp.Protocol, cp.HostPort}
			if taken[at] {
				c.Ports = nil
			}
			taken[at] = true
		}
	}
}

// resize has a placed pod be in the middle of a change of its containers' resources: what it has may be more than what it asks for.
func (w *world) resize(p *corev1.Pod) {
	for _, c := range p.Spec.Containers {
		has := corev1.ResourceList{corev1.ResourceCPU: milli(pick[int64](w, 100, 700)), corev1.ResourceMemory: quantity(pick[int64](w, 64, 700) << 20)}
		p.Status.ContainerStatuses = append(p.Status.ContainerStatuses, corev1.ContainerStatus{Name: c.Name,
			AllocatedResources: has, Resources: &corev1.ResourceRequirements{Requests: has}})
	}
	if w.chance(0.3) {
		p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{Type: corev1.PodResizePending, Status: corev1.ConditionTrue, Reason: corev1.PodReasonInfeasible})
	}
}
