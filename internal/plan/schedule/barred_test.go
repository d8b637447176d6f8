package schedule

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// What is told of a barred pod without a look at the nodes is what a look at each of them finds: that none takes it, who refuses with which
// words, that nobody's departure helps; and a pod that is not barred but fits nowhere is told so the next time, if that is plain by then.
func TestBarredIsWhatALookAtEachNodeFinds(t *testing.T) {
	barred, explained, vain, lonely := 0, 0, 0, 0
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 11))
		town := newTown(r)
		s := town.state
		for k := range 60 {
			p := mkPod(fmt.Sprintf("q%d", k), fmt.Sprintf("%dm", 100*(1+r.IntN(20))), "64Mi")
			switch r.IntN(10) {
			case 8:
				p.Spec.Tolerations = []corev1.Toleration{{Key: fmt.Sprint("own", r.IntN(4)), Operator: corev1.TolerationOpExists}, {Key: "odd", Value: fmt.Sprint(r.IntN(3))}}
			case 9: // every node has a taint, of few kinds
				if r.IntN(3) > 0 {
					break
				}
				for _, n := range town.nodes {
					n = n.DeepCopy()
					n.Spec.Taints = []corev1.Taint{{Key: "odd", Value: fmt.Sprint(1 + r.IntN(2)), Effect: corev1.TaintEffectNoSchedule}}
					if r.IntN(9) == 0 {
						n.Spec.Taints[0].Key = fmt.Sprint("own", r.IntN(4))
					}
					s.SetNode(n)
				}
			case 7:
				t := corev1.PodAffinityTerm{TopologyKey: "zone", LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": fmt.Sprint(r.IntN(6))}}}
				p.Labels = map[string]string{"app": fmt.Sprint(r.IntN(6))}
				p.Spec.Affinity = &corev1.Affinity{PodAffinity: &corev1.PodAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{t}}}
			case 0, 5:
				p.Spec.Containers[0].Resources.Requests[corev1.ResourceCPU] = *resource.NewMilliQuantity(int64(1000+500*r.IntN(8)), resource.DecimalSI)
			case 1:
				p.Spec.NodeSelector = map[string]string{"zone": fmt.Sprint(r.IntN(5)), "made": "up"}
			case 2:
				p.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{
					{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: "zone", Operator: corev1.NodeSelectorOpIn, Values: []string{fmt.Sprint(r.IntN(6))}}}},
					{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: fmt.Sprint("key", r.IntN(9)), Operator: corev1.NodeSelectorOpExists}}}}}}}
			case 3:
				n := town.nodes[r.IntN(len(town.nodes))].DeepCopy()
				n.Labels[fmt.Sprint("key", r.IntN(9))], n.Spec.Unschedulable = "1", r.IntN(4) == 0
				s.SetNode(n)
			case 4:
				if k%9 == 0 {
					s.RemoveNode(town.nodes[r.IntN(len(town.nodes))].Name)
				}
			}
			prio := int32(r.IntN(3))
			p.Spec.Priority = &prio
			pod := &Pod{Pod: p}
			c := s.classOf(pod)
			s.survey(c.form)
			if !s.barred(c) {
				if b, _ := s.Assign([]Pod{*pod}); len(b) > 0 && r.IntN(3) == 0 {
					s.RemovePod(p.UID)
				}
				continue
			}
			barred++
			says, help, plugins, ok := s.explainBarred(c)
			_, giant := s.beyond(c)
			giant = giant || c.open() == 0 || c.friendless && !s.shortAnywhere(c)
			if c.friendless {
				lonely++
			}
			d := s.demandOf(p)
			own := fmt.Appendf(nil, "%s alone", p.UID)
			each := s.newClass(pod, d, c.profile, own, len(own), false, false) // as if nothing were plain, and nobody like it
			s.refresh(each)
			if best := s.best(each); best >= 0 {
				t.Fatalf("seed %d: %s is barred and fits on %s", seed, p.Name, s.nodes[best].name)
			}
			if ok {
				explained++
				says2, help2, plugins2 := s.explainEach(each, nil, each.leastSums(nil))
				if says != says2 || help&^HelpRoom != help2&^HelpRoom || help2&HelpRoom != 0 && help&HelpRoom == 0 || !slices.Equal(plugins, plugins2) {
					t.Fatalf("seed %d: %s: %q %b %v, and by a look at each node %q %b %v", seed, p.Name, says, help, plugins, says2, help2, plugins2)
				}
			}
			if ok {
				if told := s.told(s.WhatIf(pod)); told != says {
					t.Fatalf("seed %d: %s is refused with %q, and people who ask are told %q", seed, p.Name, says, told)
				}
			}
			if giant {
				vain++
				for i := range s.nodes {
					if s.movable(each, i, nil) {
						t.Fatalf("seed %d: departures from %s could help %s", seed, s.nodes[i].name, p.Name)
					}
				}
			}
		}
	}
	if barred < 500 || explained < 400 || vain < 200 || lonely < 100 {
		t.Errorf("%d were barred, %d of them explained without a look, %d without hope, %d friendless: the test tells little", barred, explained, vain, lonely)
	}
}

// told is the refusal that an answer for people amounts to.
func (s *State) told(a Answer) string {
	if a.Never != "" {
		return fmt.Sprintf("0/%d nodes are available: %s.", s.count, a.Never)
	}
	reasons := map[string]int{}
	for _, g := range a.Refused {
		for _, r := range g.Reasons {
			reasons[r] += len(g.Nodes)
		}
	}
	return fmt.Sprintf("0/%d nodes are available: %s.", s.count, histogram(reasons))
}

// Who asks why a pod is refused is told what the pod is told, where that was found without a look at each node.
func TestPlainRefusalsAreExplainedInTheSameWords(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Pod)
		want   string
	}{
		"size": {func(p *Pod) { p.Spec.Containers[0].Resources.Requests[corev1.ResourceCPU] = resource.MustParse("9") }, "1 node(s) had untolerated taint(s), 2 Insufficient cpu"},
		"taints": {func(p *Pod) {
			p.Spec.Tolerations = []corev1.Toleration{{Key: "own-1", Operator: corev1.TolerationOpExists}}
		}, "1 Insufficient memory, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable"},
		"node selector": {func(p *Pod) { p.Spec.NodeSelector = map[string]string{"own": "1"} }, "1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector"},
		"claim":         {func(p *Pod) { p.Volumes = &Volumes{Refusal: `persistentvolumeclaim "none" not found`} }, `persistentvolumeclaim "none" not found`},
	} {
		t.Run(name, func(t *testing.T) {
			s := NewState(nil)
			tainted := mkNode("tainted", "4", "4Gi", 10)
			tainted.Spec.Taints = []corev1.Taint{{Key: "for", Value: "db", Effect: corev1.TaintEffectNoSchedule}}
			small, other := mkNode("small", "4", "4Gi", 10), mkNode("other", "4", "4Gi", 10)
			if name == "taints" {
				small, other = mkNode("small", "4", "1Mi", 10), mkNode("other", "4", "4Gi", 10)
				other.Spec.Unschedulable = true
			}
			for _, n := range []*corev1.Node{tainted, small, other} {
				s.SetNode(n)
			}
			p := &Pod{Pod: mkPod("p", "1", "64Mi")}
			c.change(p)
			_, refused := s.Assign([]Pod{*p})
			want := "0/3 nodes are available: " + c.want + "."
			if len(refused) != 1 || !strings.HasPrefix(refused[0].Message, want) {
				t.Fatalf("refused with %v, not with %q", refused, want)
			}
			if told := s.told(s.WhatIf(p)); told != want {
				t.Errorf("people who ask are told %q, the pod %q", told, want)
			}
		})
	}
}

// Pods whose tolerations match no taint are one form, and part when a node has such a taint.
func TestTolerationsOfNothingDecideNothing(t *testing.T) {
	s := NewState(nil)
	n := mkNode("a", "4", "4Gi", 10)
	n.Spec.Taints = []corev1.Taint{{Key: "for", Value: "db", Effect: corev1.TaintEffectNoSchedule}}
	s.SetNode(n)
	tolerant := func(key, value string) Pod {
		p := mkPod(key+value, "1", "1Mi")
		p.Spec.Tolerations = []corev1.Toleration{{Key: systemKeys + "not-ready", Operator: corev1.TolerationOpExists}, {Key: key, Value: value}}
		return Pod{Pod: p}
	}
	pods := []Pod{tolerant("own", "1"), tolerant("own", "2"), tolerant("for", "web")}
	if b, _ := s.Assign(pods); len(b) != 0 || len(s.forms) != 1 {
		t.Fatalf("%v were placed, there are %d forms", b, len(s.forms))
	}
	n = mkNode("b", "4", "4Gi", 10)
	n.Spec.Taints = []corev1.Taint{{Key: "own", Value: "2", Effect: corev1.TaintEffectNoExecute}}
	s.SetNode(n)
	if b, _ := s.Assign(pods); len(b) != 1 || b[0].Pod.Name != "own2" || b[0].Node != "b" {
		t.Errorf("placed: %v", b)
	}
	s.RemoveNode("b")
	s.RemovePod(pods[1].UID)
	if b, _ := s.Assign(pods); len(b) != 0 || len(s.taints) != 1 {
		t.Errorf("without the node there are %v, and taints %v", b, s.taints)
	}
	n = n.DeepCopy()
	n.Spec.Taints[0].Value = "1"
	s.SetNode(n)
	if b, _ := s.Assign(pods); len(b) != 1 || b[0].Pod.Name != "own1" {
		t.Errorf("with another taint: %v", b)
	}
}

// Pods that no node has the labels for share what is known of the nodes, and each is tried for itself when the labels come.
func TestBarrenPodsPart(t *testing.T) {
	s := NewState(nil)
	s.SetNode(mkNode("a", "4", "4Gi", 10))
	pods := []Pod{{Pod: mkPod("x", "1", "1Mi")}, {Pod: mkPod("y", "1", "1Mi")}}
	for i := range pods {
		pods[i].Spec.NodeSelector = map[string]string{"own": pods[i].Name}
	}
	if b, refused := s.Assign(pods); len(b) != 0 || len(s.forms) != 1 || refused[0].Message != refused[1].Message {
		t.Fatalf("%v were placed, there are %d forms, refused: %v", b, len(s.forms), refused)
	}
	n := mkNode("b", "4", "4Gi", 10)
	n.Labels["own"] = "y"
	s.SetNode(n)
	b, refused := s.Assign(pods)
	if len(b) != 1 || b[0].Pod.Name != "y" || b[0].Node != "b" || len(refused) != 1 {
		t.Fatalf("placed: %v, refused: %v", b, refused)
	}
	if a := s.WhatIf(&pods[0]); a.Node != "" {
		t.Errorf("x would go to %s", a.Node)
	}
}
