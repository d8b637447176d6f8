package replicationcontroller

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

const web = `
apiVersion: v1
kind: ReplicationController
metadata: {name: web, uid: uid-web, generation: 1}
spec:
  replicas: 3
  selector: {app: web}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: orphan, labels: {app: web}}
spec: {containers: [{name: c, image: i}]}
`

func TestKeepsPodsAlive(t *testing.T) {
	w := viewtest.New(t, web)
	told, _ := w.Settle(Controller())
	if len(told) != 2 {
		t.Errorf("events %q", told)
	}
	for _, p := range viewtest.All[corev1.Pod](w, plan.Pods) {
		if ref := metav1.GetControllerOf(p); ref == nil || ref.Kind != "ReplicationController" || ref.APIVersion != "v1" || ref.UID != "uid-web" {
			t.Errorf("pod %s is controlled by %v", p.Name, ref)
		}
		p.Status.Phase = corev1.PodRunning
		plan.SetPodCondition(&p.Status, corev1.PodCondition{Type: corev1.PodReady, Status: corev1.ConditionTrue}, w.Now)
		w.Put(p)
	}
	w.Settle(Controller())
	rc := viewtest.Get[corev1.ReplicationController](w, plan.ReplicationControllers, "default", "web")
	if st := rc.Status; st.Replicas != 3 || st.ReadyReplicas != 3 || st.AvailableReplicas != 3 || st.FullyLabeledReplicas != 3 || st.ObservedGeneration != 1 {
		t.Errorf("status %+v", st)
	}
	*rc.Spec.Replicas = 1
	w.Put(rc)
	w.Settle(Controller())
	if n := len(viewtest.All[corev1.Pod](w, plan.Pods)); n != 1 {
		t.Errorf("%d pods", n)
	}
}
