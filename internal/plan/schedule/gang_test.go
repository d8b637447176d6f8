package schedule

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// gangOf makes the pods of a gang that needs some of them.
func gangOf(name string, need int, pods ...*corev1.Pod) (out []Pod) {
	g := &Gang{Name: name, Need: need}
	for _, p := range pods {
		out = append(out, Pod{Pod: p, Gang: g})
	}
	return out
}

func ofRank(p *corev1.Pod, priority int32) *corev1.Pod {
	p.Spec.Priority = &priority
	return p
}

// usage is what a state counts, by node and resource: trials must leave no trace.
func usage(s *State) string {
	var b strings.Builder
	for i := range s.nodes {
		fmt.Fprintf(&b, "%s %d pods", s.nodes[i].name, len(s.nodes[i].pods))
		for r := range s.names {
			fmt.Fprintf(&b, " %d", s.used[r].at(i))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestGangTakesAllOrNothing(t *testing.T) {
	s := NewState(nil)
	for i := range 3 {
		s.SetNode(mkNode(fmt.Sprintf("n%d", i), "2", "8Gi", 10))
	}
	before := usage(s)
	var pods []*corev1.Pod
	for i := range 7 {
		pods = append(pods, mkPod(fmt.Sprintf("a%d", i), "1", "1Gi"))
	}
	b, r := s.Assign(gangOf("default/a", 7, pods...))
	if len(b) != 0 || len(r) != 7 || usage(s) != before {
		t.Fatalf("7 pods of one CPU on 6 CPUs: %d bound, %d refused, usage\n%s", len(b), len(r), usage(s))
	}
	if want := "pod group default/a: 7 of its pods have to find a node together, 6 did; a6: 0/3 nodes are available: 3 Insufficient cpu."; !strings.HasPrefix(r[0].Message, want) {
		t.Errorf("the refusal says %q, want %q", r[0].Message, want)
	}
	if b, r = s.Assign(gangOf("default/a", 6, pods...)); len(b) != 6 || len(r) != 1 {
		t.Errorf("6 of 7 pods: %d bound, %d refused", len(b), len(r))
	}
}

func TestGangWaitsForItsResources(t *testing.T) {
	s := NewState(nil)
	s.SetNode(mkNode("n0", "4", "8Gi", 10))
	pods := gangOf("g", 1, mkPod("p", "1", "1Gi"))
	pods[0].Gang.Resources = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("5")}
	b, r := s.Assign(pods)
	if len(b) != 0 || !strings.Contains(r[0].Message, "minResources: 4 cpu is free, 5 is wanted") {
		t.Fatalf("bound %v, refused %v", b, r)
	}
	pods[0].Gang.Resources = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("4")}
	if b, r = s.Assign(pods); len(b) != 1 {
		t.Fatalf("refused %v", r)
	}
}

// Small pods take the places of big ones only in the first attempt.
func TestGangOfUnequalPods(t *testing.T) {
	s := NewState(nil)
	s.SetNode(mkNode("n0", "4", "8Gi", 10))
	s.SetNode(mkNode("n1", "4", "8Gi", 10))
	b, r := s.Assign(gangOf("g", 3, mkPod("small0", "2", "1Gi"), mkPod("small1", "2", "1Gi"), mkPod("big", "4", "1Gi")))
	if len(b) != 3 {
		t.Fatalf("%d bound; %v", len(b), r)
	}
}

func TestGangPreemptsAsAWhole(t *testing.T) {
	build := func() *State {
		s := NewState(nil)
		for i := range 3 {
			s.SetNode(mkNode(fmt.Sprintf("n%d", i), "2", "8Gi", 10))
			for k := range 2 {
				p := ofRank(mkPod(fmt.Sprintf("low%d%d", i, k), "1", "1Gi"), int32(i)*10) // those of n2 outrank the gangs below
				p.Spec.NodeName = fmt.Sprintf("n%d", i)
				s.SetPod(p)
			}
		}
		return s
	}
	var pods []*corev1.Pod
	for i := range 4 {
		pods = append(pods, ofRank(mkPod(fmt.Sprintf("g%d", i), "1", "1Gi"), 15))
	}
	s := build()
	before := usage(s)
	b, r := s.Assign(gangOf("g", 4, pods...))
	victims, nominated := map[string]bool{}, 0
	for _, x := range r {
		for _, v := range x.Victims {
			victims[v.Name] = true
		}
		if x.Nominated != "" {
			nominated++
		}
	}
	if len(b) != 0 || len(victims) != 4 || nominated != 4 || victims["low20"] {
		t.Fatalf("bound %d, victims %v, %d nominated", len(b), victims, nominated)
	}
	// Asked again while they leave, the gang asks for no more.
	for i := range 2 {
		for k := range 2 {
			p := ofRank(mkPod(fmt.Sprintf("low%d%d", i, k), "1", "1Gi"), int32(i)*10)
			now := metav1.Now()
			p.Spec.NodeName, p.DeletionTimestamp = fmt.Sprintf("n%d", i), &now
			p.Status.Conditions = []corev1.PodCondition{{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue, Reason: corev1.PodReasonPreemptionByScheduler}}
			s.SetPod(p)
		}
	}
	_, r = s.Assign(gangOf("g", 4, pods...))
	for _, x := range r {
		if len(x.Victims) > 0 || x.Nominated == "" {
			t.Errorf("%s: victims %v, nominated %q while room is being made", x.Pod.Name, x.Victims, x.Nominated)
		}
	}
	// Nobody of the same priority takes the room that is made.
	for name := range victims {
		s.RemovePod(uid(name))
	}
	if b, _ := s.Assign([]Pod{{Pod: ofRank(mkPod("thief", "1", "1Gi"), 15)}}); len(b) != 0 {
		t.Error("another pod took the gang's room")
	}
	if b, r = s.Assign(gangOf("g", 4, pods...)); len(b) != 4 {
		t.Errorf("once the room is there: %d bound; %v", len(b), r)
	}
	// A gang for which not enough can be made to leave has nobody leave.
	s = build()
	for i := 4; i < 5; i++ {
		pods = append(pods, ofRank(mkPod(fmt.Sprintf("g%d", i), "1", "1Gi"), 15))
	}
	b, r = s.Assign(gangOf("g", 5, pods...))
	for _, x := range r {
		if len(x.Victims) > 0 || x.Nominated != "" {
			t.Errorf("%s: victims %v, nominated %q although the gang cannot fit", x.Pod.Name, x.Victims, x.Nominated)
		}
	}
	if len(b) != 0 || usage(s) != before {
		t.Errorf("bound %d, usage\n%s", len(b), usage(s))
	}
}

// Never: a part of a gang, or more than a node has. Finally: among equal pods every gang that fits is placed, however many gangs
// there are that do not.
func TestGangProperties(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 7))
		town := newTown(r)
		s := town.state
		var batch []Pod
		for g := range 1 + r.IntN(5) {
			n := 1 + r.IntN(12)
			var pods []*corev1.Pod
			for i := range n {
				p := mkPod(fmt.Sprintf("g%d-%d", g, i), fmt.Sprintf("%dm", 300*(1+r.IntN(3))), "64Mi")
				if r.IntN(3) == 0 {
					decorate(r, p)
				}
				pods = append(pods, ofRank(p, int32(r.IntN(2))))
			}
			batch = append(batch, gangOf(fmt.Sprint(g), 1+r.IntN(n), pods...)...)
		}
		r.Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
		before := usage(s)
		bindings, refusals := s.Assign(batch)
		if len(bindings)+len(refusals) != len(batch) {
			t.Fatalf("seed %d: %d bound and %d refused of %d", seed, len(bindings), len(refusals), len(batch))
		}
		got := map[*Gang]int{}
		for i := range batch {
			if _, ok := s.Where(batch[i].UID); ok {
				got[batch[i].Gang]++
			}
		}
		for g, n := range got {
			if n < g.Need {
				t.Fatalf("seed %d: gang %s has %d pods placed and needs %d", seed, g.Name, n, g.Need)
			}
		}
		for _, x := range refusals {
			s.Nominate(x.Pod, "") // room that is kept counts, although pods have yet to leave it
		}
		for i := range s.nodes {
			for row := range s.names {
				if s.nodes[i].obj != nil && s.used[row].at(i) > s.alloc[row].at(i) {
					t.Fatalf("seed %d: node %s gave away %d of %d %s", seed, s.nodes[i].name, s.used[row].at(i), s.alloc[row].at(i), s.names[row])
				}
			}
		}
		for _, p := range batch {
			s.RemovePod(p.UID)
			s.Nominate(p.Pod, "")
		}
		if usage(s) != before {
			t.Fatalf("seed %d: traces are left\n%s\nof\n%s", seed, usage(s), before)
		}
	}
}

func TestEqualGangsThatFitAreFound(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 8))
		s := NewState(nil)
		room := 0
		for i := range 1 + r.IntN(6) {
			cpus := 1 + r.IntN(4)
			room += cpus
			s.SetNode(mkNode(fmt.Sprintf("n%d", i), fmt.Sprint(cpus), "64Gi", 100))
		}
		for g := 0; room > 0; g++ {
			n := 1 + r.IntN(room+3)
			var pods []*corev1.Pod
			for i := range n {
				pods = append(pods, mkPod(fmt.Sprintf("g%d-%d", g, i), "1", "1Gi"))
			}
			b, _ := s.Assign(gangOf(fmt.Sprint(g), n, pods...))
			if want := n <= room; (len(b) == n) != want || !want && len(b) > 0 {
				t.Fatalf("seed %d: a gang of %d in room for %d: %d bound", seed, n, room, len(b))
			}
			room -= len(b)
		}
	}
}
