// Package replicaset keeps as many pods alive as a ReplicaSet asks for.
//
// It reads ReplicaSets and Pods. It creates and deletes pods, adopts and releases them, and writes the status of
// ReplicaSets. It does not restart, place or evict anything.
//
// Planning twice never overshoots: every create is fenced by the revision of the ReplicaSet that asked for it, and pods
// have names that a repeat of the same plan would choose again.
package replicaset

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/replicas"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name:    "replicaset-controller",
		Plan:    decide,
		Refused: refused,
		Watches: map[api.Resource]reconcile.Trigger{plan.ReplicaSets: reconcile.Self, plan.Pods: podChanged},
		Writes:  []string{"replicasets.apps/status", "pods:metadata.ownerReferences"},
	}
}

// podChanged wakes the controller of the pod before and after the change; a pod without one wakes those that would
// adopt it.
func podChanged(s *view.Snapshot, ev store.Event) []api.Key {
	var keys []api.Key
	for _, rec := range []*store.Record{ev.Prev, ev.Record} {
		if rec == nil {
			continue
		}
		m := s.Meta(rec)
		if ref := view.ControllerOf(m); ref != nil {
			if ref.Kind == "ReplicaSet" {
				keys = append(keys, plan.Beside(rec.Key, plan.ReplicaSets, ref.Name))
			}
			continue
		}
		if rec != ev.Record || ev.Type == store.Delete {
			continue // nobody cares for orphans that are gone
		}
		for rs := range view.List[appsv1.ReplicaSet](s, plan.Around(rec.Key, plan.ReplicaSets)) {
			if plan.Selects(rs.Spec.Selector, m.Labels) {
				keys = append(keys, plan.Beside(rec.Key, plan.ReplicaSets, rs.Name))
			}
		}
	}
	return keys
}

// family is what a ReplicaSet has now.
type family struct {
	rs          *appsv1.ReplicaSet
	active      []*corev1.Pod
	terminating int
	writes      []client.Write // adoptions and releases
}

func look(s *view.Snapshot, key api.Key) (*family, error) {
	rs, ok := view.Get[appsv1.ReplicaSet](s, key)
	if !ok {
		return nil, nil
	}
	sel, err := metav1.LabelSelectorAsSelector(rs.Spec.Selector)
	if err != nil {
		return nil, err
	}
	c := plan.Claim[*corev1.Pod]{Owner: rs, OwnerKey: key, Ref: plan.ControllerRef(rs, "apps/v1", "ReplicaSet"), Selector: sel, Resource: plan.Pods}
	f := &family{rs: rs}
	consider := func(p *corev1.Pod) {
		if plan.Active(p) {
			c.Consider(p)
		} else if ref := metav1.GetControllerOf(p); p.DeletionTimestamp != nil && !plan.Terminated(p) && ref != nil && ref.UID == rs.UID {
			f.terminating++
		}
	}
	for p := range view.OwnedBy[corev1.Pod](s, plan.Pods, key.Cluster, string(rs.UID)) {
		if p.Namespace == rs.Namespace {
			consider(p)
		}
	}
	for p := range view.Orphans[corev1.Pod](s, plan.Pods, key.Cluster, key.Namespace) {
		if plan.Active(p) && metav1.GetControllerOf(p) == nil && !plan.OwnedBy(p, rs.UID) {
			c.Consider(p)
		}
	}
	f.active, f.writes = c.Mine, c.Writes
	return f, nil
}

func decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	f, err := look(s, key)
	if f == nil || err != nil {
		return reconcile.Plan{}, err
	}
	p := reconcile.Plan{Writes: f.writes}
	missing := int(*f.rs.Spec.Replicas) - len(f.active)
	st, next := replicas.Status(f.rs, f.active, f.terminating, now)
	if f.rs.DeletionTimestamp == nil {
		switch {
		case missing > 0:
			create(&p, s, key, f, min(missing, replicas.Batch(&st, f.active)))
		case missing < 0:
			remove(&p, s, key, f, min(-missing, replicas.Burst))
		}
	}
	if missing == 0 {
		replicas.ClearFailure(&st)
	}
	p.Again = next
	if !equality.Semantic.DeepEqual(st, f.rs.Status) {
		fresh := f.rs.DeepCopy()
		fresh.Status = st
		p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "status"))
	}
	return p, nil
}

func create(p *reconcile.Plan, s *view.Snapshot, key api.Key, f *family, n int) {
	taken := func(name string) bool { return s.Record(plan.Beside(key, plan.Pods, name)) != nil }
	ref := plan.ControllerRef(f.rs, "apps/v1", "ReplicaSet")
	for _, name := range replicas.Names(f.rs.Name, f.rs.UID, plan.Rev(f.rs), n, taken) {
		pod := replicas.Pod(&f.rs.Spec.Template, key.Namespace, name, ref)
		p.Writes = append(p.Writes, plan.Fenced(plan.Create(plan.Beside(key, plan.Pods, name), pod, "too few replicas"), key, f.rs))
		p.Events = append(p.Events, reconcile.Event{Object: f.rs, Reason: "SuccessfulCreate", Message: "Created pod: " + name, Of: len(p.Writes)})
	}
}

func remove(p *reconcile.Plan, s *view.Snapshot, key api.Key, f *family, n int) {
	for _, pod := range replicas.Victims(f.active, n, doubled(s, key, f)) {
		w := plan.Fenced(plan.Delete(plan.Beside(key, plan.Pods, pod.Name), pod, "too many replicas"), key, f.rs)
		p.Writes = append(p.Writes, w)
		p.Events = append(p.Events, reconcile.Event{Object: f.rs, Reason: "SuccessfulDelete", Message: "Deleted pod: " + pod.Name, Of: len(p.Writes)})
	}
}

// doubled counts the active pods of all replica sets with the same controller, per node.
func doubled(s *view.Snapshot, key api.Key, f *family) map[string]int {
	n := map[string]int{}
	ref := metav1.GetControllerOf(f.rs)
	if ref == nil {
		for _, p := range f.active {
			n[p.Spec.NodeName]++
		}
		return n
	}
	for rs := range view.OwnedBy[appsv1.ReplicaSet](s, plan.ReplicaSets, key.Cluster, string(ref.UID)) {
		for p := range view.OwnedBy[corev1.Pod](s, plan.Pods, key.Cluster, string(rs.UID)) {
			if plan.Active(p) {
				n[p.Spec.NodeName]++
			}
		}
	}
	return n
}

// refused shows pods that could not be created or deleted as a condition and an event.
func refused(s *view.Snapshot, key api.Key, now time.Time, refusals []reconcile.Refusal) (reconcile.Plan, error) {
	f, err := look(s, key)
	if f == nil || err != nil {
		return reconcile.Plan{}, err
	}
	st, _ := replicas.Status(f.rs, f.active, f.terminating, now)
	var p reconcile.Plan
	for _, r := range refusals {
		if apierrors.HasStatusCause(r.Err, corev1.NamespaceTerminatingCause) {
			continue // everything here is going away
		}
		reason, text := "FailedCreate", "Error creating: "
		switch r.Write.Verb {
		case client.Create:
		case client.Delete:
			reason, text = "FailedDelete", "Error deleting: "
		default:
			continue
		}
		replicas.SetFailure(&st, reason, r.Err.Error(), now)
		p.Events = append(p.Events, reconcile.Event{Object: f.rs, Warning: true, Reason: reason, Message: text + r.Err.Error()})
	}
	if len(p.Events) > 0 && !equality.Semantic.DeepEqual(st, f.rs.Status) {
		fresh := f.rs.DeepCopy()
		fresh.Status = st
		// The plan that was refused may have written the status a moment ago; this one knows more.
		fresh.ResourceVersion = ""
		p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "show what was refused"))
	}
	return p, nil
}
