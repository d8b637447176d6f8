package controllers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"gantry.dev/gantry/internal/controllers/deployment"
	"gantry.dev/gantry/internal/controllers/endpointslice"
	"gantry.dev/gantry/internal/controllers/replicaset"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view/viewtest"
)

const shop = `
apiVersion: v1
kind: Node
metadata: {name: n1}
---
apiVersion: v1
kind: Service
metadata: {name: web, uid: uid-web}
spec: {clusterIP: 10.43.0.10, ipFamilies: [IPv4], selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, generation: 1}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "web:1"}]}
`

// roll takes the shop through a first rollout and a second one, with the process dying after k writes (never, for 0). It
// returns the end as text, and how many writes there were.
func roll(t *testing.T, k int) (end string, most int) {
	w := viewtest.New(t, shop)
	w.CrashAfter = k
	ctls := []reconcile.Controller{deployment.Controller(), replicaset.Controller(), endpointslice.Controller()}
	serial := 0
	rest := func() {
		for range 40 {
			w.Settle(ctls...)
			pods := viewtest.All[corev1.Pod](w, plan.Pods)
			most = max(most, len(pods))
			moved := false
			for _, p := range pods {
				if !plan.Ready(p) {
					serial++
					p.Spec.NodeName, p.Status.Phase, p.Status.PodIP = "n1", corev1.PodRunning, fmt.Sprintf("10.0.0.%d", serial)
					plan.SetPodCondition(&p.Status, corev1.PodCondition{Type: corev1.PodReady, Status: corev1.ConditionTrue}, w.Now)
					w.Put(p)
					moved = true
				}
			}
			if !moved {
				return
			}
		}
		t.Fatalf("crash after %d writes: no rest", k)
	}
	rest()
	d := viewtest.Get[appsv1.Deployment](w, plan.Deployments, "default", "web")
	d.Spec.Template.Spec.Containers[0].Image = "web:2"
	d.Generation++
	w.Put(d)
	rest()
	images := map[string]int{}
	for _, p := range viewtest.All[corev1.Pod](w, plan.Pods) {
		images[p.Spec.Containers[0].Image]++
	}
	d = viewtest.Get[appsv1.Deployment](w, plan.Deployments, "default", "web")
	var sets []string
	for _, rs := range viewtest.All[appsv1.ReplicaSet](w, plan.ReplicaSets) {
		sets = append(sets, fmt.Sprintf("%s:%d", rs.Annotations["deployment.kubernetes.io/revision"], *rs.Spec.Replicas))
	}
	slices.Sort(sets)
	endpoints := 0
	for _, s := range viewtest.All[discoveryv1.EndpointSlice](w, plan.EndpointSlices) {
		endpoints += len(s.Endpoints)
	}
	return fmt.Sprintf("pods %v sets %s endpoints %d available %d revision %s", images, strings.Join(sets, " "), endpoints, d.Status.AvailableReplicas,
		d.Annotations["deployment.kubernetes.io/revision"]), most
}

// Kill the process between any two writes, and the next run carries on from the store to the same end, with never more
// pods than allowed on the way.
func TestDeathBetweenAnyTwoWrites(t *testing.T) {
	want, _ := roll(t, 0)
	if want != "pods map[web:2:4] sets 1:0 2:4 endpoints 4 available 4 revision 2" {
		t.Fatalf("without a death: %s", want)
	}
	for k := 1; k < 60; k++ {
		got, most := roll(t, k)
		if got != want {
			t.Errorf("death after %d writes: %s", k, got)
		}
		if most > 5 {
			t.Errorf("death after %d writes: %d pods at once, 5 allowed", k, most)
		}
	}
}
