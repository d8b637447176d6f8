package quota

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

const things = `
{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {pods: "5", requests.cpu: "1", count/deployments.apps: "3", secrets: "9", services.nodeports: "4"}}}
---
{apiVersion: v1, kind: ResourceQuota, metadata: {name: urgent}, spec: {hard: {pods: "5"}, scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [urgent]}]}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {priorityClassName: urgent, containers: [{name: c, image: i, resources: {requests: {cpu: 250m}}}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: [{name: c, image: i, resources: {requests: {cpu: 250m}}}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: over}, spec: {containers: [{name: c, image: i, resources: {requests: {cpu: 250m}}}]}, status: {phase: Failed}}
---
{apiVersion: v1, kind: Pod, metadata: {name: elsewhere, namespace: other}, spec: {containers: [{name: c, image: i}]}}
---
{apiVersion: v1, kind: Secret, metadata: {name: s}}
---
{apiVersion: v1, kind: Service, metadata: {name: np}, spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}
`

func wantUsed(t *testing.T, w *viewtest.World, quota string, want map[corev1.ResourceName]string) {
	t.Helper()
	q := viewtest.Get[corev1.ResourceQuota](w, quotas, "default", quota)
	if len(q.Status.Hard) != len(q.Spec.Hard) || len(q.Status.Used) != len(want) {
		t.Fatalf("quota %s: hard %v, used %v, want %v", quota, q.Status.Hard, q.Status.Used, want)
	}
	for name, n := range want {
		if got := q.Status.Used[name]; got.String() != n {
			t.Errorf("quota %s: %s of %s are used, want %s", quota, got.String(), name, n)
		}
	}
}

func TestNewQuotaIsCounted(t *testing.T) {
	w := viewtest.New(t, things)
	_, again := w.Settle(Controller())
	wantUsed(t, w, "q", map[corev1.ResourceName]string{"pods": "2", "requests.cpu": "500m", "count/deployments.apps": "1", "secrets": "1", "services.nodeports": "1"})
	if !again.Equal(w.Now.Add(stragglers)) {
		t.Errorf("counted again at %v", again)
	}
	wantUsed(t, w, "urgent", map[corev1.ResourceName]string{"pods": "1"})
	q := viewtest.Get[corev1.ResourceQuota](w, quotas, "default", "q")
	delete(q.Spec.Hard, "secrets")
	w.Put(q)
	w.Settle(Controller())
	wantUsed(t, w, "q", map[corev1.ResourceName]string{"pods": "2", "requests.cpu": "500m", "count/deployments.apps": "1", "services.nodeports": "1"})
}

// A pod that should have been gone long ago, on a node that is lost, does not keep the owner from a new one.
func TestOverduePodCeasesToCount(t *testing.T) {
	w := viewtest.New(t, things)
	w.Settle(Controller())
	pod := viewtest.Get[corev1.Pod](w, plan.Pods, "default", "a")
	grace, gone := int64(30), metav1.NewTime(w.Now.Add(30*time.Second))
	pod.DeletionTimestamp, pod.DeletionGracePeriodSeconds = &gone, &grace
	w.Put(pod)
	_, again := w.Settle(Controller())
	wantUsed(t, w, "urgent", map[corev1.ResourceName]string{"pods": "1"})
	if again.Sub(gone.Time) < 30*time.Second {
		t.Fatalf("looked at again at %v", again)
	}
	w.Now = again
	w.Plan(Controller(), plan.Namespace(w.Key(pod)))
	wantUsed(t, w, "urgent", map[corev1.ResourceName]string{"pods": "0"})
	wantUsed(t, w, "q", map[corev1.ResourceName]string{"pods": "1", "requests.cpu": "250m", "count/deployments.apps": "1", "secrets": "1", "services.nodeports": "1"})
}
