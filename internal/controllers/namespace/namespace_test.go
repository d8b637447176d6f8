package namespace

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view/viewtest"
)

const terminating = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, deletionTimestamp: "2026-01-01T00:00:00Z"}
spec: {finalizers: [kubernetes]}
status: {phase: Terminating}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other, namespace: default}
`

var contents = []api.Resource{plan.Pods, plan.ConfigMaps, plan.Secrets}

func writes(t *testing.T, w *viewtest.World) string {
	t.Helper()
	key := api.Key{Resource: plan.Namespaces, Cluster: api.Host, Name: "shop"}
	p, err := New(contents, nil).Plan(w.Snapshot(), key, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, wr := range p.Writes {
		out = append(out, viewtest.WriteText(wr))
	}
	return strings.Join(out, "; ")
}

func TestPhases(t *testing.T) {
	w := viewtest.New(t, terminating)
	if got := writes(t, w); got != "delete pods web" {
		t.Fatalf("first phase: %s", got)
	}
	w.Remove(api.Key{Resource: plan.Pods, Cluster: api.Host, Namespace: "shop", Name: "web"})
	if got := writes(t, w); got != "delete configmaps settings" {
		t.Fatalf("second phase: %s", got)
	}
	w.Remove(api.Key{Resource: plan.ConfigMaps, Cluster: api.Host, Namespace: "shop", Name: "settings"})
	if got := writes(t, w); got != "update namespaces/finalize shop" {
		t.Fatalf("third phase: %s", got)
	}
}

// TestCrowds: of a namespace with many objects not every change is looked at, but it is looked again in time, and the last ones all count.
func TestCrowds(t *testing.T) {
	w := viewtest.New(t, terminating)
	key := api.Key{Resource: plan.Namespaces, Cluster: api.Host, Name: "shop"}
	ctl := New(contents, nil)
	wakes := func(rev api.Revision) bool {
		rec := *w.Snapshot().Record(api.Key{Resource: plan.Pods, Cluster: api.Host, Namespace: "shop", Name: "web"})
		rec.Rev = rev
		return len(ctl.Watches[plan.Pods](w.Snapshot(), store.Event{Type: store.Put, Record: &rec})) > 0
	}
	again := func() time.Time {
		p, err := ctl.Plan(w.Snapshot(), key, w.Now)
		if err != nil {
			t.Fatal(err)
		}
		return p.Again
	}
	if !wakes(wakeEvery+1) || !again().IsZero() {
		t.Error("a change of the only pod does not count, or the namespace is looked at without one")
	}
	web := viewtest.Get[corev1.Pod](w, plan.Pods, "shop", "web")
	for i := range few {
		p := web.DeepCopy()
		p.Name, p.UID = fmt.Sprintf("web-%d", i), ""
		w.Put(p)
	}
	if wakes(wakeEvery + 1) {
		t.Error("each change of a crowd counts")
	}
	if !wakes(wakeEvery) || !again().Equal(w.Now.Add(lookEvery)) {
		t.Error("no change of a crowd counts, or it is not looked again")
	}
}

func TestConditionsSayWhatBlocks(t *testing.T) {
	w := viewtest.New(t, terminating)
	pod := viewtest.Get[corev1.Pod](w, plan.Pods, "shop", "web")
	pod.Finalizers = []string{"example.com/hold"}
	w.Put(pod)
	w.Settle(New(contents, nil))
	ns := viewtest.Get[corev1.Namespace](w, plan.Namespaces, "", "shop")
	got := map[corev1.NamespaceConditionType]string{}
	for _, c := range ns.Status.Conditions {
		if c.Status == corev1.ConditionTrue {
			got[c.Type] = c.Message
		}
	}
	want := "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances"
	if got[corev1.NamespaceFinalizersRemaining] != want {
		t.Errorf("conditions %v", got)
	}
	if m := got[corev1.NamespaceContentRemaining]; !strings.Contains(m, "pods. has 1 resource instances") {
		t.Errorf("content remaining: %q", m)
	}
	pod = viewtest.Get[corev1.Pod](w, plan.Pods, "shop", "web")
	if pod.DeletionTimestamp == nil {
		t.Error("pod is not being deleted")
	}
}

func TestLiveNamespaceIsLeftAlone(t *testing.T) {
	w := viewtest.New(t, terminating)
	ns := viewtest.Get[corev1.Namespace](w, plan.Namespaces, "", "shop")
	ns.ObjectMeta = metav1.ObjectMeta{Name: "shop", UID: ns.UID}
	w.Put(ns)
	if got := writes(t, w); got != "" {
		t.Errorf("live namespace: %s", got)
	}
}

func TestRefusedDeletionsAreSaid(t *testing.T) {
	w := viewtest.New(t, terminating)
	ctl, key := New(contents, nil), api.Key{Resource: plan.Namespaces, Cluster: api.Host, Name: "shop"}
	p, err := ctl.Plan(w.Snapshot(), key, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	said := apierrors.NewForbidden(schema.GroupResource{Resource: "pods"}, "web", errors.New("admission webhook \"keep\" denied the request"))
	p, err = ctl.Refused(w.Snapshot(), key, w.Now, []reconcile.Refusal{{Write: p.Writes[0], Err: said}})
	if err != nil {
		t.Fatal(err)
	}
	w.Apply(p.Writes...)
	ns := viewtest.Get[corev1.Namespace](w, plan.Namespaces, "", "shop")
	c := ns.Status.Conditions[0]
	if want := `Failed to delete all resource types, 1 remaining: pods "web" is forbidden: admission webhook "keep" denied the request`; c.Type != corev1.NamespaceDeletionContentFailure || c.Status != corev1.ConditionTrue || c.Message != want {
		t.Errorf("got %+v", c)
	}
	if p, _ := ctl.Refused(w.Snapshot(), key, w.Now, []reconcile.Refusal{{Write: client.Write{Verb: client.Delete}, Err: said}}); len(p.Writes) != 0 {
		t.Error("said twice")
	}
}
