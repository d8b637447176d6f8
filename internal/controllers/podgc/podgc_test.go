package podgc

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

func pod(name, node string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default"}, Spec: corev1.PodSpec{NodeName: node, Containers: []corev1.Container{{Name: "c", Image: "i"}}}}
}

func left(w *viewtest.World) int { return len(viewtest.All[corev1.Pod](w, plan.Pods)) }

func TestPodOfAMissingNodeGoesAfterQuarantine(t *testing.T) {
	w := viewtest.New(t)
	p := pod("p", "ghost")
	w.Put(p)
	_, again := w.Settle(New(DefaultThreshold))
	if left(w) != 1 || !again.Equal(w.Now.Add(Quarantine)) {
		t.Fatalf("%d left, again %v", left(w), again)
	}
	w.Now = again
	w.Plan(New(DefaultThreshold), w.Key(p))
	if left(w) != 0 {
		t.Error("still there")
	}
}

func TestPodOfALivingNodeStays(t *testing.T) {
	w := viewtest.New(t, "{apiVersion: v1, kind: Node, metadata: {name: n1}}")
	w.Put(pod("p", "n1"))
	w.Now = w.Now.Add(10 * Quarantine)
	w.Settle(New(DefaultThreshold))
	if left(w) != 1 {
		t.Error("removed")
	}
	w.Remove(api.Key{Resource: plan.Nodes, Cluster: api.Host, Name: "n1"})
	_, again := w.Settle(New(DefaultThreshold))
	if left(w) != 1 || !again.Equal(w.Now.Add(Quarantine)) {
		t.Fatalf("%d left, again %v: the node may come back", left(w), again)
	}
	w.Now = again
	w.Plan(New(DefaultThreshold), w.Key(pod("p", "n1")))
	if left(w) != 0 {
		t.Error("its node is gone, it is not")
	}
}

func TestDeletedBeforeItHadANode(t *testing.T) {
	w := viewtest.New(t)
	p := pod("p", "")
	now := metav1.NewTime(w.Now)
	p.DeletionTimestamp = &now
	w.Put(p)
	w.Settle(New(DefaultThreshold))
	if left(w) != 0 {
		t.Error("still there")
	}
}

func TestEndedPodsAreCutDown(t *testing.T) {
	w := viewtest.New(t, "{apiVersion: v1, kind: Node, metadata: {name: n1}}")
	for i := range 3 * sweepEvery {
		p := pod(fmt.Sprintf("p%03d", i), "n1")
		p.Status.Phase = corev1.PodSucceeded
		w.Put(p)
	}
	w.Settle(New(10))
	if n := left(w); n > 10+sweepEvery {
		t.Errorf("%d ended pods left of a threshold of 10", n)
	}
}
