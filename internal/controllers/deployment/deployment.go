// Package deployment rolls Deployments out: it creates a ReplicaSet for every new template and moves replicas from the
// old ones to the new one within the bounds of the strategy.
//
// It reads Deployments, ReplicaSets and (for Recreate) Pods. It creates, scales, annotates, adopts and deletes ReplicaSets
// and writes the status of Deployments and their revision annotation. It never touches pods.
package deployment

import (
	"maps"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/rollout"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name:    "deployment-controller",
		Plan:    decide,
		Refused: refused,
		Why:     why,
		Watches: map[api.Resource]reconcile.Trigger{plan.Deployments: reconcile.Self, plan.ReplicaSets: setChanged, plan.Pods: podEnded},
		Writes:  []string{"deployments.apps/status", "deployments.apps:metadata.annotations", "replicasets.apps{of Deployment}:spec,metadata.annotations,metadata.labels", "replicasets.apps:metadata.ownerReferences=Deployment"},
	}
}

// setChanged wakes the deployment that a set belongs to, before and after; an orphan wakes those that would adopt it.
func setChanged(s *view.Snapshot, ev store.Event) []api.Key {
	var keys []api.Key
	for _, rec := range []*store.Record{ev.Prev, ev.Record} {
		if rec == nil {
			continue
		}
		m := s.Meta(rec)
		if ref := view.ControllerOf(m); ref != nil {
			if ref.Kind == "Deployment" {
				keys = append(keys, plan.Beside(rec.Key, plan.Deployments, ref.Name))
			}
			continue
		}
		if rec != ev.Record || ev.Type == store.Delete {
			continue
		}
		for d := range view.List[appsv1.Deployment](s, plan.Around(rec.Key, plan.Deployments)) {
			if plan.Selects(d.Spec.Selector, m.Labels) {
				keys = append(keys, plan.Beside(rec.Key, plan.Deployments, d.Name))
			}
		}
	}
	return keys
}

// podEnded wakes a deployment that waits for its last old pod: only the Recreate strategy does.
func podEnded(s *view.Snapshot, ev store.Event) []api.Key {
	m := s.Meta(ev.Record) // most pods live, and need no decoding to be seen to
	if phase := corev1.PodPhase(m.Fields.Get("status.phase")); ev.Type != store.Delete && phase != corev1.PodSucceeded && phase != corev1.PodFailed {
		return nil
	}
	ref := view.ControllerOf(m)
	if ref == nil || ref.Kind != "ReplicaSet" {
		return nil
	}
	rs, ok := view.Get[appsv1.ReplicaSet](s, plan.Beside(ev.Record.Key, plan.ReplicaSets, ref.Name))
	if !ok {
		return nil
	}
	up := metav1.GetControllerOf(rs)
	if up == nil || up.Kind != "Deployment" {
		return nil
	}
	key := plan.Beside(ev.Record.Key, plan.Deployments, up.Name)
	if d, ok := view.Get[appsv1.Deployment](s, key); !ok || d.Spec.Strategy.Type != appsv1.RecreateDeploymentStrategyType {
		return nil
	}
	return []api.Key{key}
}

func decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	d, ok := view.Get[appsv1.Deployment](s, key)
	if !ok {
		return p, nil
	}
	if sel := d.Spec.Selector; len(sel.MatchLabels)+len(sel.MatchExpressions) == 0 {
		return selectsAll(key, d), nil
	}
	sel, err := metav1.LabelSelectorAsSelector(d.Spec.Selector)
	if err != nil {
		return p, err
	}
	c := plan.Claim[*appsv1.ReplicaSet]{Owner: d, OwnerKey: key, Ref: plan.ControllerRef(d, "apps/v1", "Deployment"), Selector: sel, Resource: plan.ReplicaSets}
	for rs := range plan.Family[appsv1.ReplicaSet](s, key, d, plan.ReplicaSets) {
		c.Consider(rs)
	}
	if len(c.Writes) > 0 {
		// First the family, then its business: a set that is being adopted must not be written twice in one batch.
		p.Writes = c.Writes
		p.Again = now
		return p, nil
	}
	step := rollout.Plan(rollout.Input{
		Deployment: d, Sets: c.Mine, Now: now,
		Taken: func(name string) bool { return s.Record(plan.Beside(key, plan.ReplicaSets, name)) != nil },
		Running: func(rs *appsv1.ReplicaSet) bool {
			for pod := range view.OwnedBy[corev1.Pod](s, plan.Pods, key.Cluster, string(rs.UID)) {
				if !plan.Terminated(pod) {
					return true
				}
			}
			return false
		},
	})
	carryOut(&p, key, d, step)
	return p, nil
}

// carryOut turns a step into writes. All depend on the deployment being what was planned for.
func carryOut(p *reconcile.Plan, key api.Key, d *appsv1.Deployment, step rollout.Step) {
	at := map[string]int{}
	if rs := step.Create; rs != nil {
		p.Writes = append(p.Writes, plan.Fenced(plan.Create(plan.Beside(key, plan.ReplicaSets, rs.Name), rs, "new template"), key, d))
		at[rs.Name] = len(p.Writes)
	}
	for _, rs := range step.Update {
		p.Writes = append(p.Writes, plan.Fenced(plan.Update(plan.Beside(key, plan.ReplicaSets, rs.Name), rs, "roll out"), key, d))
		at[rs.Name] = len(p.Writes)
	}
	for _, rs := range step.Delete {
		p.Writes = append(p.Writes, plan.Fenced(plan.DeleteUnchanged(plan.Beside(key, plan.ReplicaSets, rs.Name), rs, "beyond revisionHistoryLimit"), key, d))
	}
	for _, sc := range step.Scaled {
		p.Events = append(p.Events, reconcile.Event{Object: d, Reason: "ScalingReplicaSet", Message: sc.Text, Of: at[sc.Name]})
	}
	if !equality.Semantic.DeepEqual(step.Status, d.Status) || !maps.Equal(step.Annotations, d.Annotations) {
		fresh := d.DeepCopy()
		fresh.Status, fresh.Annotations = step.Status, step.Annotations
		// The status subresource takes annotations as well, as upstream's does: the revision is ours, not the user's.
		p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "status"))
	}
	p.Again = step.Again
}

func selectsAll(key api.Key, d *appsv1.Deployment) reconcile.Plan {
	p := reconcile.Plan{Events: []reconcile.Event{{Object: d, Warning: true, Reason: "SelectingAll",
		Message: "This deployment is selecting all pods. A non-empty selector is required."}}}
	if d.Status.ObservedGeneration < d.Generation {
		fresh := d.DeepCopy()
		fresh.Status.ObservedGeneration = d.Generation
		p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "seen"))
	}
	return p
}

// refused shows a ReplicaSet that could not be created as a condition and an event.
func refused(s *view.Snapshot, key api.Key, now time.Time, refusals []reconcile.Refusal) (reconcile.Plan, error) {
	var p reconcile.Plan
	d, ok := view.Get[appsv1.Deployment](s, key)
	if !ok {
		return p, nil
	}
	for _, r := range refusals {
		if r.Write.Verb != client.Create || apierrors.HasStatusCause(r.Err, corev1.NamespaceTerminatingCause) {
			continue
		}
		message := `Failed to create new replica set "` + r.Write.Key.Name + `": ` + r.Err.Error()
		p.Events = append(p.Events, reconcile.Event{Object: d, Warning: true, Reason: "ReplicaSetCreateError", Message: message})
		fresh := d.DeepCopy()
		fresh.ResourceVersion = "" // the plan that was refused may have written the status a moment ago
		if rollout.CreateFailed(&fresh.Status, d, message, now) {
			p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "show what was refused"))
		}
	}
	return p, nil
}
