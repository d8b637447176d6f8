package statefulset

import (
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"gantry.dev/gantry/internal/plan"
)

// count fills the status with what the pods say.
func (w *work) count() {
	st := appsv1.StatefulSetStatus{ObservedGeneration: w.set.Generation, CurrentRevision: w.current.Name, UpdateRevision: w.update.Name,
		CollisionCount: new(int32), Conditions: w.set.Status.Conditions}
	if n := w.set.Status.CollisionCount; n != nil {
		*st.CollisionCount = *n
	}
	for _, p := range w.pods {
		st.Replicas++
		if ready(p) {
			st.ReadyReplicas++
			if w.available(p) {
				st.AvailableReplicas++
			}
		}
		if p.DeletionTimestamp != nil {
			continue
		}
		if p.Labels[appsv1.StatefulSetRevisionLabel] == w.current.Name {
			st.CurrentReplicas++
		}
		if w.updated(p) {
			st.UpdatedReplicas++
		}
	}
	w.status = st
}

// finish writes the status. A rolling update of which all pods are new and ready is complete: its revision is the
// current one from now on.
func (w *work) finish() {
	st, n := &w.status, *w.set.Spec.Replicas
	if w.set.Spec.UpdateStrategy.Type == appsv1.RollingUpdateStatefulSetStrategyType && st.UpdatedReplicas == n && st.ReadyReplicas == n && st.Replicas == n {
		st.CurrentReplicas, st.CurrentRevision = st.UpdatedReplicas, st.UpdateRevision
	}
	if equality.Semantic.DeepEqual(*st, w.set.Status) {
		return
	}
	fresh := w.set.DeepCopy()
	fresh.Status = *st
	w.Writes = append(w.Writes, plan.UpdateStatus(w.key, fresh, "status"))
}
