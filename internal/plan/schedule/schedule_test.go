package schedule

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"
)

func mkNode(name, cpu, mem string, pods int64) *corev1.Node {
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelHostname: name}},
		Status: corev1.NodeStatus{Allocatable: corev1.ResourceList{
			corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(mem),
			corev1.ResourcePods: *resource.NewQuantity(pods, resource.DecimalSI),
		}},
	}
}

func mkPod(name, cpu, mem string) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default", UID: types.UID(name)}}
	c := corev1.Container{Name: "c", Image: "i"}
	if cpu != "" {
		c.Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(mem)}
	}
	p.Spec.Containers = []corev1.Container{c}
	return p
}

// read makes a pod of the given YAML spec (and labels), for what is long-winded in Go.
func read(t *testing.T, name, doc string) *corev1.Pod {
	t.Helper()
	p := &corev1.Pod{}
	if err := yaml.UnmarshalStrict([]byte(doc), p); err != nil {
		t.Fatal(err)
	}
	p.Name, p.Namespace, p.UID = name, "default", types.UID(name)
	if len(p.Spec.Containers) == 0 {
		p.Spec.Containers = []corev1.Container{{Name: "c", Image: "i"}}
	}
	return p
}

func assign(s *State, pods ...*corev1.Pod) (map[string]string, map[string]string) {
	in := make([]Pod, len(pods))
	for i, p := range pods {
		in[i] = Pod{Pod: p}
	}
	b, r := s.Assign(in)
	where, why := map[string]string{}, map[string]string{}
	for _, x := range b {
		where[x.Pod.Name] = x.Node
	}
	for _, x := range r {
		why[x.Pod.Name], _, _ = strings.Cut(x.Message, preemptionSays)
	}
	return where, why
}

func TestRefusalsExplainThemselves(t *testing.T) {
	s := NewState(nil)
	full := mkNode("full", "1", "1Gi", 10)
	cordoned := mkNode("cordoned", "8", "8Gi", 10)
	cordoned.Spec.Unschedulable = true
	dedicated := mkNode("dedicated", "8", "8Gi", 10)
	dedicated.Spec.Taints = []corev1.Taint{{Key: "for", Value: "db", Effect: corev1.TaintEffectNoSchedule}}
	tiny := mkNode("tiny", "1", "8Gi", 0)
	for _, n := range []*corev1.Node{full, cordoned, dedicated, tiny} {
		s.SetNode(n)
	}
	where, why := assign(s, mkPod("p", "2", "2Gi"))
	want := "0/4 nodes are available: 1 Insufficient memory, 1 Too many pods, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, 2 Insufficient cpu."
	if len(where) != 0 || why["p"] != want {
		t.Errorf("got  %q\nwant %q", why["p"], want)
	}
	if _, why := assign(NewState(nil), mkPod("p", "", "")); why["p"] != "no nodes available to schedule pods" {
		t.Errorf("without nodes: %q", why["p"])
	}
}

func TestFilters(t *testing.T) {
	for _, tc := range []struct{ name, pod, want string }{
		{"node selector", `spec: {nodeSelector: {disk: ssd}}`, "b"},
		{"node affinity", `spec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}]}}}}`, "b"},
		{"node name field", `spec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [b]}]}]}}}}`, "b"},
		{"preferred node affinity", `spec: {affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 5, preference: {matchExpressions: [{key: disk, operator: In, values: [ssd]}]}}]}}}`, "b"},
		{"host port", `spec: {containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 80}]}]}`, "b"},
		{"other host port", `spec: {nodeSelector: {disk: hdd}, containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 81}]}]}`, "a"},
		{"pod affinity", `{metadata: {labels: {app: x}}, spec: {affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}}}`, "a"},
		{"pod anti-affinity", `{metadata: {labels: {app: x}}, spec: {affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}}}`, "b"},
		{"preferred pod anti-affinity", `{metadata: {labels: {app: x}}, spec: {affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}}]}}}}`, "b"},
		{"first of a company", `{metadata: {labels: {app: solo}}, spec: {nodeSelector: {disk: ssd}, affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: solo}}}]}}}}`, "b"},
		{"kept out by another", `{metadata: {labels: {app: loud}}}`, "b"},
		{"hard spread", `{metadata: {labels: {app: web}}, spec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}]}}`, "b"},
		{"soft spread", `{metadata: {labels: {app: web}}, spec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}]}}`, "b"},
		{"affinity to nobody", `spec: {affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: none}}}]}}}`,
			"0/2 nodes are available: 2 node(s) didn't match pod affinity rules."},
		{"impossible selector", `spec: {nodeSelector: {disk: tape}}`, "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector."},
		{"extended resource", `spec: {containers: [{name: c, image: i, resources: {requests: {example.com/gpu: 1}}}]}`, "0/2 nodes are available: 2 Insufficient example.com/gpu."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := NewState(nil)
			a, b := mkNode("a", "4", "4Gi", 10), mkNode("b", "4", "4Gi", 10)
			a.Labels["disk"], b.Labels["disk"] = "hdd", "ssd"
			s.SetNode(a)
			s.SetNode(b)
			there := read(t, "there", `{metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 80}]}],
  affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: loud}}}]}}}}`)
			there.Spec.NodeName = "a"
			s.SetPod(there)
			where, why := assign(s, read(t, "p", tc.pod))
			if got := where["p"] + why["p"]; got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestSiblingsAreSpread(t *testing.T) {
	s := NewState(nil)
	for i := range 4 {
		s.SetNode(mkNode(fmt.Sprintf("n%d", i), "64", "64Gi", 100))
	}
	busy := mkPod("busy", "32", "32Gi")
	busy.Spec.NodeName = "n0"
	s.SetPod(busy)
	sel := labels.SelectorFromSet(labels.Set{"app": "web"})
	var pods []Pod
	for i := range 8 {
		p := mkPod(fmt.Sprintf("p%d", i), "", "")
		p.Labels = map[string]string{"app": "web"}
		pods = append(pods, Pod{Pod: p, Siblings: sel})
	}
	b, _ := s.Assign(pods)
	count := map[string]int{}
	for _, x := range b {
		count[x.Node]++
	}
	for n, k := range count {
		if k != 2 {
			t.Errorf("%s has %d of 8 siblings on 4 nodes", n, k)
		}
	}
}

func TestHigherPriorityGoesFirst(t *testing.T) {
	s := NewState(nil)
	s.SetNode(mkNode("n", "1", "1Gi", 10))
	low, high := mkPod("low", "1", "1Gi"), mkPod("high", "1", "1Gi")
	p := int32(100)
	high.Spec.Priority = &p
	where, why := assign(s, low, high)
	if where["high"] != "n" || why["low"] == "" {
		t.Errorf("where %v, why %v", where, why)
	}
}

func TestSidecarsInitAndOverheadCount(t *testing.T) {
	s := NewState(nil)
	s.SetNode(mkNode("n", "3", "3Gi", 10))
	always := corev1.ContainerRestartPolicyAlways
	cpu := func(q string) corev1.ResourceRequirements {
		return corev1.ResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(q)}}
	}
	p := mkPod("p", "1", "1Gi")
	p.Spec.InitContainers = []corev1.Container{
		{Name: "side", Resources: cpu("500m"), RestartPolicy: &always},
		{Name: "init", Resources: cpu("2")}, // with the sidecar 2500m, more than the 1500m of later
	}
	p.Spec.Overhead = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("600m")}
	if _, why := assign(s, p); why["p"] != "0/1 nodes are available: 1 Insufficient cpu." {
		t.Errorf("3100m on 3 cores: %q", why["p"])
	}
	q := p.DeepCopy()
	q.Name, q.UID = "q", "q"
	q.Spec.Overhead[corev1.ResourceCPU] = resource.MustParse("500m")
	if where, why := assign(s, q); where["q"] != "n" {
		t.Errorf("3000m on 3 cores: %v", why)
	}
}

// Never overcommitted and never on a node that a fresh look would refuse; finally everything that fits is bound. Nodes and
// pods come and go between batches, so the cached classes are compared with a state built anew.
func TestNeverInfeasibleFinallyBound(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 7))
		s := NewState(nil)
		nodes, placed := map[string]*corev1.Node{}, map[string]*corev1.Pod{}
		for step := range 40 {
			switch name := fmt.Sprintf("n%d", r.IntN(8)); r.IntN(5) {
			case 0:
				delete(nodes, name)
				s.RemoveNode(name)
			case 1, 2:
				n := mkNode(name, fmt.Sprint(1+r.IntN(4)), fmt.Sprintf("%dGi", 1+r.IntN(4)), int64(r.IntN(6)))
				n.Labels["zone"] = fmt.Sprint(r.IntN(2))
				n.Spec.Unschedulable = r.IntN(6) == 0
				nodes[name] = n
				s.SetNode(n)
			case 3:
				for k, p := range placed {
					s.RemovePod(p.UID)
					delete(placed, k)
					break
				}
			}
			var batch []Pod
			for k := range r.IntN(6) {
				p := mkPod(fmt.Sprintf("p%d-%d", step, k), fmt.Sprintf("%dm", 100*r.IntN(12)), "100Mi")
				p.Labels = map[string]string{"app": fmt.Sprint(r.IntN(3))}
				decorate(r, p)
				batch = append(batch, Pod{Pod: p})
			}
			fresh := rebuilt(nodes, placed)
			for len(batch) > 0 { // a pod bound late in a batch may let in one that was refused early
				bindings, refusals := s.Assign(batch)
				for _, b := range bindings {
					fresh.check(t, fmt.Sprintf("seed %d step %d", seed, step), b)
					p := b.Pod.DeepCopy()
					p.Spec.NodeName = b.Node
					placed[p.Name] = p
					fresh.SetPod(p)
					s.SetPod(p)
				}
				batch = batch[:0]
				for _, ref := range refusals {
					if len(bindings) > 0 {
						batch = append(batch, Pod{Pod: ref.Pod})
					} else if where, _ := assign(rebuilt(nodes, placed), ref.Pod); len(where) > 0 {
						t.Fatalf("seed %d step %d: %s refused (%s) but fits on %v", seed, step, ref.Pod.Name, ref.Message, where)
					}
				}
			}
			for i := range s.nodes {
				for res := range s.names {
					if s.nodes[i].obj != nil && res == resCPU && s.used[res].at(i) < 0 {
						t.Fatalf("seed %d: negative use of %s", seed, s.names[res])
					}
				}
			}
		}
	}
}

// check fails the test if a state that was built anew would not have bound the pod there.
func (s *State) check(t *testing.T, at string, b Binding) {
	t.Helper()
	c := s.classOf(&Pod{Pod: b.Pod})
	s.refresh(c)
	i := s.index(b.Node)
	for _, cd := range s.candidates(c) {
		if c.home[i] != nowhere && cd.cell == &c.list[c.home[i]] {
			return
		}
	}
	_, why := assign(s, b.Pod)
	t.Fatalf("%s: %s bound to %s, which a fresh look refuses; elsewhere: %v", at, b.Pod.Name, b.Node, why)
}

func decorate(r *rand.Rand, p *corev1.Pod) {
	web := &metav1.LabelSelector{MatchLabels: map[string]string{"app": fmt.Sprint(r.IntN(3))}}
	switch r.IntN(6) {
	case 0:
		p.Spec.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{TopologyKey: corev1.LabelHostname, LabelSelector: web}}}}
	case 1:
		p.Spec.Affinity = &corev1.Affinity{PodAffinity: &corev1.PodAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{TopologyKey: "zone", LabelSelector: web}}}}
	case 2:
		p.Spec.TopologySpreadConstraints = []corev1.TopologySpreadConstraint{{MaxSkew: 1, TopologyKey: "zone", WhenUnsatisfiable: corev1.DoNotSchedule, LabelSelector: web}}
	case 3:
		p.Spec.NodeSelector = map[string]string{"zone": "1"}
	}
}

func rebuilt(nodes map[string]*corev1.Node, pods map[string]*corev1.Pod) *State {
	s := NewState(nil)
	for _, n := range nodes {
		s.SetNode(n)
	}
	for _, p := range pods {
		s.SetPod(p)
	}
	return s
}

func benchmarkAssign(b *testing.B, nodes, pods, specs int, sel labels.Selector) {
	in := make([]Pod, pods)
	for i := range in {
		p := mkPod(fmt.Sprintf("p%d", i), fmt.Sprintf("%dm", 100+i%specs), "128Mi")
		p.Labels = map[string]string{"app": "web"}
		in[i] = Pod{Pod: p, Siblings: sel}
	}
	for b.Loop() {
		b.StopTimer()
		s := NewState(nil)
		for i := range nodes {
			s.SetNode(mkNode(fmt.Sprintf("n%d", i), "32", "64Gi", 110))
		}
		b.StartTimer()
		bound, _ := s.Assign(in)
		if len(bound) != pods {
			b.Fatalf("bound %d", len(bound))
		}
	}
	b.ReportMetric(float64(pods)*float64(b.N)/b.Elapsed().Seconds(), "pods/s")
}

func BenchmarkAssign(b *testing.B) {
	b.Run("5000pods/5000nodes", func(b *testing.B) { benchmarkAssign(b, 5000, 5000, 1, nil) })
	b.Run("5000pods/5000nodes/50specs", func(b *testing.B) { benchmarkAssign(b, 5000, 5000, 50, nil) })
	b.Run("5000pods/5000nodes/spread", func(b *testing.B) {
		benchmarkAssign(b, 5000, 5000, 1, labels.SelectorFromSet(labels.Set{"app": "web"}))
	})
	b.Run("1000pods/1node", func(b *testing.B) {
		in := make([]Pod, 1000)
		for i := range in {
			in[i] = Pod{Pod: mkPod(fmt.Sprintf("p%d", i), "", "")}
		}
		n := mkNode("n", "64", "64Gi", 20000)
		for b.Loop() {
			s := NewState(nil)
			s.SetNode(n)
			if bound, _ := s.Assign(in); len(bound) != 1000 {
				b.Fatal(strings.Repeat("?", 3))
			}
		}
		b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "pods/s")
	})
}
