package schedule

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// feasible are the nodes that can take a pod.
func (s *State) feasible(p *corev1.Pod) (names []string) {
	c := s.classOf(&Pod{Pod: p})
	s.refresh(c)
	for _, cd := range s.candidates(c) {
		for i, h := range c.home {
			if h != nowhere && cd.cell == &c.list[h] {
				names = append(names, s.nodes[i].name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// town is a random cluster: nodes, and pods that the scheduler has placed on them.
type town struct {
	nodes  []*corev1.Node
	placed []*corev1.Pod
	state  *State
}

func newTown(r *rand.Rand) *town {
	t := &town{state: NewState(nil)}
	for i := range 3 + r.IntN(12) {
		n := mkNode(fmt.Sprintf("n%d", i), fmt.Sprint(1+r.IntN(4)), "8Gi", 20)
		n.Labels["zone"] = fmt.Sprint(r.IntN(3))
		if r.IntN(8) == 0 {
			n.Spec.Taints = []corev1.Taint{{Key: "odd", Effect: corev1.TaintEffectNoSchedule}}
		}
		t.nodes = append(t.nodes, n)
		t.state.SetNode(n)
	}
	for _, p := range randomPods(r, 40) {
		if b, _ := t.state.Assign([]Pod{{Pod: p}}); len(b) == 1 {
			p = p.DeepCopy()
			p.Spec.NodeName = b[0].Node
			t.placed = append(t.placed, p)
		}
	}
	return t
}

func randomPods(r *rand.Rand, n int) []*corev1.Pod {
	out := make([]*corev1.Pod, n)
	for i := range out {
		p := mkPod(fmt.Sprintf("p%d-%d", i, r.IntN(1e6)), fmt.Sprintf("%dm", 100*(1+r.IntN(4))), "64Mi")
		p.Labels = map[string]string{"app": fmt.Sprint(r.IntN(3)), "pod-name": p.Name}
		decorate(r, p)
		out[i] = p
	}
	return out
}

// What a node can take does not depend on the order in which nodes and pods became known, nor on what has been there before.
func TestOrderAndHistoryChangeNoFeasibility(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		a := newTown(r)
		b := NewState(nil)
		for _, p := range randomPods(r, 5) { // that come and go
			p.Spec.NodeName = a.nodes[r.IntN(len(a.nodes))].Name
			b.SetPod(p)
			defer b.RemovePod(p.UID)
		}
		for _, i := range r.Perm(len(a.nodes)) {
			b.SetNode(a.nodes[i])
		}
		for _, p := range slices.Collect(maps.Values(b.pods)) {
			b.RemovePod(p.pod.UID)
		}
		for _, i := range r.Perm(len(a.placed)) {
			b.SetPod(a.placed[i])
		}
		for _, p := range randomPods(r, 15) {
			if x, y := a.state.feasible(p), b.feasible(p); !slices.Equal(x, y) {
				t.Fatalf("seed %d: %s fits on %v, or on %v when known in another order", seed, p.Name, x, y)
			}
		}
	}
}

// Names mean nothing: a cluster whose nodes and pods have others can take the same.
func TestRenamingChangesNoFeasibility(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 2))
		a := newTown(r)
		b := NewState(nil)
		rename := func(n string) string { return "z" + n[1:] + "-other" }
		for _, n := range a.nodes {
			n = n.DeepCopy()
			n.Name = rename(n.Name)
			n.Labels[corev1.LabelHostname] = n.Name
			b.SetNode(n)
		}
		alias := func(p *corev1.Pod) *corev1.Pod {
			p = p.DeepCopy()
			p.Name, p.UID, p.Namespace, p.Labels["pod-name"] = p.Name+"x", p.UID+types.UID("x"), "elsewhere", "another"
			if p.Spec.NodeName != "" {
				p.Spec.NodeName = rename(p.Spec.NodeName)
			}
			return p
		}
		for _, p := range a.placed {
			b.SetPod(alias(p))
		}
		for _, p := range randomPods(r, 15) {
			var want []string
			for _, n := range a.state.feasible(p) {
				want = append(want, rename(n))
			}
			slices.Sort(want)
			if got := b.feasible(alias(p)); !slices.Equal(got, want) {
				t.Fatalf("seed %d: %s fits on %v, renamed on %v", seed, p.Name, want, got)
			}
		}
	}
}

// Pods decided in one batch go where they would go one by one.
func TestBatchingChangesNothing(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 3))
		seedOf := r.Uint64()
		a, b := newTown(rand.New(rand.NewPCG(seedOf, 0))), newTown(rand.New(rand.NewPCG(seedOf, 0)))
		pods := randomPods(r, 30)
		batch := make([]Pod, len(pods))
		one := map[string]string{}
		for i, p := range pods {
			batch[i] = Pod{Pod: p}
			where, _ := assign(b.state, p)
			maps.Copy(one, where)
		}
		all := map[string]string{}
		bindings, _ := a.state.Assign(batch)
		for _, x := range bindings {
			all[x.Pod.Name] = x.Node
		}
		if !maps.Equal(all, one) {
			t.Fatalf("seed %d: in a batch %v, one by one %v", seed, all, one)
		}
	}
}

// Labels that no constraint asks about must not make classes of their own: every pod of a StatefulSet has one.
func TestClassesGoByWhatMatters(t *testing.T) {
	s := NewState(nil)
	s.SetNode(mkNode("n", "64", "64Gi", 1000))
	pod := func(i int, edit func(*corev1.Pod)) Pod {
		p := mkPod(fmt.Sprintf("p%d", i), "10m", "1Mi")
		p.Labels = map[string]string{"app": "db", "statefulset.kubernetes.io/pod-name": p.Name}
		if edit != nil {
			edit(p)
		}
		return Pod{Pod: p}
	}
	for i := range 20 {
		s.Assign([]Pod{pod(i, nil)})
	}
	if n := len(s.classes); n != 1 {
		t.Errorf("%d classes of plain pods", n)
	}
	apart := func(key string) func(*corev1.Pod) {
		return func(p *corev1.Pod) {
			p.Spec.Affinity = read(t, "", `spec: {affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchExpressions: [{key: `+key+`, operator: Exists}]}}}]}}}`).Spec.Affinity
		}
	}
	before := len(s.classes)
	for i := range 20 {
		s.Assign([]Pod{pod(100+i, apart("app"))})
	}
	if n := len(s.classes) - before; n > 2 { // before and after the first was placed
		t.Errorf("%d classes of pods that differ in a label that nobody asks about", n)
	}
	before = len(s.classes)
	for i := range 20 {
		s.Assign([]Pod{pod(200+i, apart("statefulset.kubernetes.io/pod-name"))})
	}
	if n := len(s.classes) - before; n < 20 {
		t.Errorf("%d classes of 20 pods that differ in a label that they ask about", n)
	}
}
