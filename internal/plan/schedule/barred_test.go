package schedule

import (
	"fmt"
	"math/rand/v2"
	"slices"
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
			switch r.IntN(8) {
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
			key, ofForm := s.classKey(nil, pod, c.profile, &d, false, false)
			each := s.newClass(pod, d, c.profile, key, ofForm, false, false) // as if nothing were plain
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
