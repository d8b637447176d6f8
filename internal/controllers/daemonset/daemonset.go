// Package daemonset runs one pod of a DaemonSet on every node that its template fits. It names the node in the pod's
// affinity; the scheduler binds.
//
// It reads DaemonSets, Pods, Nodes and ControllerRevisions. It creates, labels, adopts and deletes pods, keeps revisions
// (and in an annotation of the newest how often its pods have failed, per node), and writes the status of DaemonSets.
//
// A plan goes only as far as it can without relying on a write of its own: first the family (adoptions), then the
// revision, then the nodes that have too few or too many pods, and only when these are at peace the update.
package daemonset

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name:    "daemonset-controller",
		Plan:    decide,
		Why:     why,
		Refused: refused,
		Watches: map[api.Resource]reconcile.Trigger{
			plan.DaemonSets: reconcile.Self,
			plan.Pods:       dependentChanged,
			plan.Revisions:  dependentChanged,
			plan.Nodes:      nodeChanged,
		},
		Writes: []string{"daemonsets.apps/status", "pods{of DaemonSet}:metadata.labels[controller-revision-hash]", "pods:metadata.ownerReferences=DaemonSet", "controllerrevisions.apps{of DaemonSet}:data,revision,metadata.labels"},
	}
}

// dependentChanged wakes the set that a pod or a revision belongs to, and those that would adopt it.
func dependentChanged(s *view.Snapshot, ev store.Event) []api.Key {
	return plan.Owners(s, ev, kind, plan.DaemonSets, func(ds *appsv1.DaemonSet) *metav1.LabelSelector { return ds.Spec.Selector })
}

// nodeChanged wakes the sets that think otherwise of a node than before. Most writes to a node are heartbeats: they
// change nothing that a set looks at.
func nodeChanged(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	now, before := view.Of[corev1.Node](s, ev.Record), view.Of[corev1.Node](s, ev.Prev)
	if ev.Type == store.Delete {
		now = nil
	}
	if now != nil && before != nil && equality.Semantic.DeepEqual(now.Labels, before.Labels) && equality.Semantic.DeepEqual(now.Spec.Taints, before.Spec.Taints) {
		return nil
	}
	for rec := range s.Records(api.Scope{Resource: plan.DaemonSets, Cluster: ev.Record.Key.Cluster}) {
		fits := newFitness(view.Of[appsv1.DaemonSet](s, rec))
		if fits.node(now) != fits.node(before) {
			keys = append(keys, rec.Key)
		}
	}
	return keys
}

func decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	ds, ok := view.Get[appsv1.DaemonSet](s, key)
	if !ok {
		return reconcile.Plan{}, nil
	}
	if sel := ds.Spec.Selector; sel == nil || len(sel.MatchLabels)+len(sel.MatchExpressions) == 0 {
		return reconcile.Plan{Events: []reconcile.Event{{Object: ds, Warning: true, Reason: "SelectingAll",
			Message: "This daemon set is selecting all pods. A non-empty selector is required."}}}, nil
	}
	if ds.DeletionTimestamp != nil {
		return reconcile.Plan{}, nil // its past may be gone already: nothing true can be said any more
	}
	w, err := look(s, key, ds, now)
	if err != nil {
		return reconcile.Plan{}, err
	}
	if len(w.Writes) > 0 {
		w.Again = now // first the family, then its business
		return w.Plan, nil
	}
	if ok, err := w.revise(); !ok || err != nil {
		return w.Plan, err
	}
	w.survey()
	w.man()
	if len(w.remove) == 0 && len(w.create) == 0 && ds.Spec.UpdateStrategy.Type == appsv1.RollingUpdateDaemonSetStrategyType {
		if w.maxSurge() > 0 {
			w.surge()
		} else {
			w.replace()
		}
	}
	w.carryOut()
	w.forget()
	w.finish()
	return w.Plan, nil
}
