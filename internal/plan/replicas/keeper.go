package replicas

import (
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// Keeper decides for the owners of one kind that keep a number of equal pods alive: ReplicaSets, and what can be read as
// one.
type Keeper struct {
	Owners
	APIVersion string
	// Get reads an owner, and the same as a ReplicaSet; nil if it does not exist. Neither is changed.
	Get func(s *view.Snapshot, key api.Key) (own plan.Object, rs *appsv1.ReplicaSet)
	// With is a copy of an owner with another status.
	With func(own plan.Object, st appsv1.ReplicaSetStatus) plan.Object
}

// family is what an owner has now.
type family struct {
	own         plan.Object
	rs          *appsv1.ReplicaSet
	active      []*corev1.Pod
	terminating int
	writes      []client.Write // adoptions and releases
}

func (k *Keeper) look(s *view.Snapshot, key api.Key) (*family, error) {
	own, rs := k.Get(s, key)
	if rs == nil {
		return nil, nil
	}
	sel, err := metav1.LabelSelectorAsSelector(rs.Spec.Selector)
	if err != nil {
		return nil, err
	}
	c := plan.Claim[*corev1.Pod]{Owner: own, OwnerKey: key, Ref: k.ref(own), Selector: sel, Resource: plan.Pods}
	f := &family{own: own, rs: rs}
	for p := range plan.Family[corev1.Pod](s, key, own, plan.Pods) {
		if plan.Active(p) {
			c.Consider(p)
		} else if ref := metav1.GetControllerOf(p); p.DeletionTimestamp != nil && !plan.Terminated(p) && ref != nil && ref.UID == own.GetUID() {
			f.terminating++
		}
	}
	f.active, f.writes = c.Mine, c.Writes
	return f, nil
}

func (k *Keeper) ref(own plan.Object) metav1.OwnerReference {
	return plan.ControllerRef(own, k.APIVersion, k.Kind)
}

// Decide plans one owner.
func (k *Keeper) Decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	f, err := k.look(s, key)
	if f == nil || err != nil {
		return reconcile.Plan{}, err
	}
	p := reconcile.Plan{Writes: f.writes}
	missing := int(*f.rs.Spec.Replicas) - len(f.active)
	st, next := Status(f.rs, f.active, f.terminating, now)
	if f.own.GetDeletionTimestamp() == nil {
		switch {
		case missing > 0:
			k.create(&p, s, key, f, min(missing, Batch(&st, f.active)))
		case missing < 0:
			k.remove(&p, s, key, f, min(-missing, Burst), now)
		}
	}
	if missing == 0 {
		ClearFailure(&st)
	}
	p.Again = next
	if fresh := k.With(f.own, st); !equality.Semantic.DeepEqual(fresh, f.own) {
		p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "status"))
	}
	return p, nil
}

// Why tells how many pods an owner has of those that it wants.
func (k *Keeper) Why(s *view.Snapshot, key api.Key, now time.Time) string {
	f, err := k.look(s, key)
	if f == nil || err != nil {
		return ""
	}
	st, _ := Status(f.rs, f.active, f.terminating, now)
	return fmt.Sprintf("has %d of %d pods, %d ready, %d available, %d terminating", len(f.active), *f.rs.Spec.Replicas, st.ReadyReplicas, st.AvailableReplicas, f.terminating)
}

func (k *Keeper) create(p *reconcile.Plan, s *view.Snapshot, key api.Key, f *family, n int) {
	taken := func(name string) bool { return s.Record(plan.Beside(key, plan.Pods, name)) != nil }
	for _, name := range Names(f.own.GetName(), f.own.GetUID(), plan.Rev(f.own), n, taken) {
		pod := Pod(&f.rs.Spec.Template, key.Namespace, name, k.ref(f.own))
		p.Writes = append(p.Writes, plan.Fenced(plan.Create(plan.Beside(key, plan.Pods, name), pod, "too few replicas"), key, f.own))
		p.Events = append(p.Events, reconcile.Event{Object: f.own, Reason: "SuccessfulCreate", Message: "Created pod: " + name, Of: len(p.Writes)})
	}
}

func (k *Keeper) remove(p *reconcile.Plan, s *view.Snapshot, key api.Key, f *family, n int, now time.Time) {
	for _, pod := range Victims(f.active, n, Order{Doubled: k.doubled(s, key, f), Now: now}) {
		w := plan.Fenced(plan.Delete(plan.Beside(key, plan.Pods, pod.Name), pod, "too many replicas"), key, f.own)
		p.Writes = append(p.Writes, w)
		p.Events = append(p.Events, reconcile.Event{Object: f.own, Reason: "SuccessfulDelete", Message: "Deleted pod: " + pod.Name, Of: len(p.Writes)})
	}
}

// doubled counts the active pods of all owners of this kind with the same controller, per node.
func (k *Keeper) doubled(s *view.Snapshot, key api.Key, f *family) map[string]int {
	n := map[string]int{}
	ref := metav1.GetControllerOf(f.own)
	if ref == nil {
		for _, p := range f.active {
			n[p.Spec.NodeName]++
		}
		return n
	}
	for rec := range s.Dependents(key.Cluster, string(ref.UID)) {
		if rec.Key.Resource != k.Resource {
			continue
		}
		for p := range view.OwnedBy[corev1.Pod](s, plan.Pods, key.Cluster, string(s.Meta(rec).UID)) {
			if plan.Active(p) {
				n[p.Spec.NodeName]++
			}
		}
	}
	return n
}

// Refused shows pods that could not be created or deleted as a condition and an event.
func (k *Keeper) Refused(s *view.Snapshot, key api.Key, now time.Time, refusals []reconcile.Refusal) (reconcile.Plan, error) {
	f, err := k.look(s, key)
	if f == nil || err != nil {
		return reconcile.Plan{}, err
	}
	st, _ := Status(f.rs, f.active, f.terminating, now)
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
		SetFailure(&st, reason, r.Err.Error(), now)
		p.Events = append(p.Events, reconcile.Event{Object: f.own, Warning: true, Reason: reason, Message: text + r.Err.Error()})
	}
	if fresh := k.With(f.own, st); len(p.Events) > 0 && !equality.Semantic.DeepEqual(fresh, f.own) {
		// The plan that was refused may have written the status a moment ago; this one knows more.
		fresh.SetResourceVersion("")
		p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "show what was refused"))
	}
	return p, nil
}
