package controllers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/controllers/daemonset"
	"gantry.dev/gantry/internal/controllers/statefulset"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view"
	"gantry.dev/gantry/internal/view/viewtest"
)

const twoSets = `
apiVersion: v1
kind: Node
metadata: {name: n1}
---
apiVersion: v1
kind: Node
metadata: {name: n2}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, generation: 1}
spec:
  serviceName: db
  replicas: 3
  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete, whenDeleted: Retain}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: "v:1"}]}
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, generation: 1}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: c, image: "v:1"}]}
`

// tour takes a StatefulSet and a DaemonSet through a first rollout, a second one, a scaling down and an undo, with the
// process dying after k writes (never, for 0). It returns the end as text, and what never should have been.
func tour(t *testing.T, k int) (end string, wrong []string) {
	w := viewtest.New(t, twoSets)
	w.CrashAfter = k
	look := func() {
		ready, dbs, agents := 0, 0, map[string]int{}
		for _, p := range viewtest.All[corev1.Pod](w, plan.Pods) {
			switch p.Labels["app"] {
			case "db":
				dbs++
				if plan.Ready(p) {
					ready++
				}
			default:
				agents[p.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms[0].MatchFields[0].Values[0]]++
			}
		}
		if dbs-ready > 1 {
			wrong = append(wrong, fmt.Sprintf("%d of %d ordered pods are not ready", dbs-ready, dbs))
		}
		for n, pods := range agents {
			if pods > 1 {
				wrong = append(wrong, fmt.Sprintf("%d daemons on %s", pods, n))
			}
		}
	}
	rest := func() {
		for range 60 {
			w.Settle(statefulset.Controller(), daemonset.Controller())
			look()
			moved := false
			for _, p := range viewtest.All[corev1.Pod](w, plan.Pods) {
				if !plan.Ready(p) && !moved {
					p.Status.Phase = corev1.PodRunning
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
	image := func(image string) {
		db := viewtest.Get[appsv1.StatefulSet](w, plan.StatefulSets, "default", "db")
		db.Spec.Template.Spec.Containers[0].Image = image
		db.Generation++
		w.Put(db)
		agent := viewtest.Get[appsv1.DaemonSet](w, plan.DaemonSets, "default", "agent")
		agent.Spec.Template.Spec.Containers[0].Image = image
		agent.Generation++
		agent.Annotations[appsv1.DeprecatedTemplateGeneration] = fmt.Sprint(agent.Generation)
		w.Put(agent)
	}
	rest()
	image("v:2")
	rest()
	db := viewtest.Get[appsv1.StatefulSet](w, plan.StatefulSets, "default", "db")
	*db.Spec.Replicas, db.Generation = 2, db.Generation+1
	w.Put(db)
	rest()
	image("v:1")
	rest()
	var out []string
	for _, p := range viewtest.All[corev1.Pod](w, plan.Pods) {
		name := p.Name
		if p.Labels["app"] == "agent" {
			name = "agent"
		}
		out = append(out, name+"="+p.Spec.Containers[0].Image)
	}
	for _, c := range viewtest.All[corev1.PersistentVolumeClaim](w, plan.VolumeClaims) {
		s := c.Name
		for _, r := range c.OwnerReferences {
			s += "<" + r.Name
		}
		out = append(out, s)
	}
	for _, rev := range viewtest.All[appsv1.ControllerRevision](w, plan.Revisions) {
		out = append(out, fmt.Sprintf("%s %d", metav1.GetControllerOf(rev).Name, rev.Revision))
	}
	slices.Sort(out)
	db = viewtest.Get[appsv1.StatefulSet](w, plan.StatefulSets, "default", "db")
	agent := viewtest.Get[appsv1.DaemonSet](w, plan.DaemonSets, "default", "agent")
	return fmt.Sprintf("%s; db %d/%d updated %t; agent %d/%d", strings.Join(out, ", "), db.Status.AvailableReplicas, db.Status.Replicas,
		db.Status.CurrentRevision == db.Status.UpdateRevision, agent.Status.NumberAvailable, agent.Status.UpdatedNumberScheduled), wrong
}

// Kill the process between any two writes, and the next run carries on from the store to the same end; on the way no two
// ordered pods are missing at once, and no node has two daemons.
func TestSetsSurviveDeathBetweenAnyTwoWrites(t *testing.T) {
	want, _ := tour(t, 0)
	const end = "agent 2, agent 3, agent=v:1, agent=v:1, data-db-0, data-db-1, data-db-2<db-2, db 2, db 3, db-0=v:1, db-1=v:1; db 2/2 updated true; agent 2/2"
	if want != end {
		t.Fatalf("without a death: %s\n           want: %s", want, end)
	}
	for k := 1; k < 90; k++ {
		got, wrong := tour(t, k)
		if got != want || len(wrong) > 0 {
			t.Errorf("death after %d writes: %s, %q", k, got, wrong)
		}
	}
}

// What the controllers write must pass the law; and with the scheduler and the garbage collector they do what they
// promise.
func TestLifeOfSets(t *testing.T) {
	h := newHouse(t)
	l := map[string]string{"app": "db"}
	three := int32(3)
	template := func(l map[string]string) corev1.PodTemplateSpec {
		return corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: l}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "v:1"}}}}
	}
	a := map[string]string{"app": "agent"}
	h.write(
		plan.Create(key(plan.StatefulSets, "default", "db"), &appsv1.StatefulSet{ObjectMeta: metav1.ObjectMeta{Name: "db", Namespace: "default"}, Spec: appsv1.StatefulSetSpec{
			Replicas: &three, ServiceName: "db", Selector: &metav1.LabelSelector{MatchLabels: l}, Template: template(l)}}, ""),
		plan.Create(key(plan.DaemonSets, "default", "agent"), &appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Name: "agent", Namespace: "default"}, Spec: appsv1.DaemonSetSpec{
			Selector: &metav1.LabelSelector{MatchLabels: a}, Template: template(a)}}, ""))
	done := func(image string, nodes int) func(*view.Snapshot) bool {
		return func(s *view.Snapshot) bool {
			db, _ := view.Get[appsv1.StatefulSet](s, key(plan.StatefulSets, "default", "db"))
			agent, _ := view.Get[appsv1.DaemonSet](s, key(plan.DaemonSets, "default", "agent"))
			pods := 0
			for p := range view.List[corev1.Pod](s, api.Scope{Resource: plan.Pods, Cluster: api.Host}) {
				if p.Spec.Containers[0].Image != image {
					return false
				}
				pods++
			}
			return pods == 3+nodes && db.Status.ObservedGeneration == db.Generation && db.Status.AvailableReplicas == 3 && db.Status.CurrentRevision == db.Status.UpdateRevision &&
				agent.Status.ObservedGeneration == agent.Generation && int(agent.Status.NumberAvailable) == nodes && int(agent.Status.UpdatedNumberScheduled) == nodes
		}
	}
	h.until("both sets", done("v:1", 1))
	h.node("n2")
	h.until("the new node's daemon", done("v:1", 2))
	for _, k := range []api.Key{key(plan.StatefulSets, "default", "db"), key(plan.DaemonSets, "default", "agent")} {
		obj, err := h.c.Get(h.ctx, k)
		if err != nil {
			t.Fatal(err)
		}
		switch o := obj.DeepCopyObject().(type) {
		case *appsv1.StatefulSet:
			o.Spec.Template.Spec.Containers[0].Image, o.ResourceVersion = "v:2", ""
			h.write(plan.Update(k, o, ""))
		case *appsv1.DaemonSet:
			o.Spec.Template.Spec.Containers[0].Image, o.ResourceVersion = "v:2", ""
			h.write(plan.Update(k, o, ""))
		}
	}
	h.until("the update", done("v:2", 2))
	background := metav1.DeletePropagationBackground
	for _, k := range []api.Key{key(plan.StatefulSets, "default", "db"), key(plan.DaemonSets, "default", "agent")} {
		h.write(client.Write{Verb: client.Delete, Key: k, Delete: metav1.DeleteOptions{PropagationPolicy: &background}})
	}
	h.until("the end", func(s *view.Snapshot) bool {
		for _, r := range []api.Resource{plan.Pods, plan.Revisions, plan.StatefulSets, plan.DaemonSets} {
			for range s.Records(api.Scope{Resource: r, Cluster: api.Host}) {
				return false
			}
		}
		return true
	})
}
