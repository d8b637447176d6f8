package statefulset

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func (w *work) updated(p *corev1.Pod) bool {
	return p.Labels[appsv1.StatefulSetRevisionLabel] == w.update.Name
}

// roll deletes pods of another revision than the newest, from the last place down to the partition: they come back new.
func (w *work) roll() {
	if w.set.Spec.UpdateStrategy.Type == appsv1.OnDeleteStatefulSetStrategyType {
		return
	}
	if n := w.maxUnavailable(); n > 1 {
		w.rollMany(n)
	} else {
		w.rollOne()
	}
}

// maxUnavailable is how many replicas the rollout may do without; a percentage is of replicas, rounded down, but at
// least one.
func (w *work) maxUnavailable() int {
	r := w.set.Spec.UpdateStrategy.RollingUpdate
	if r == nil || r.MaxUnavailable == nil {
		return 1
	}
	n, err := intstr.GetScaledValueFromIntOrPercent(r.MaxUnavailable, int(*w.set.Spec.Replicas), false)
	if err != nil {
		return 1 // validation lets nothing through that is no number
	}
	return max(1, n)
}

// rollOne updates one pod at a time, each when those above it are available. It does not look below: an old pod that is
// broken does not hold up the update that mends it.
func (w *work) rollOne() {
	for _, r := range slices.Backward(w.replicas) {
		p := r.pod
		if w.held(r.ordinal) {
			return
		}
		if p != nil && !w.updated(p) && p.DeletionTimestamp == nil {
			w.renew(p)
			return
		}
		if w.unavailable(p) {
			w.wait("waiting for pod %s to be available before the next is updated", podName(w.set, r.ordinal))
			return
		}
	}
}

// rollMany updates so many pods that at most n replicas of the set are unavailable.
func (w *work) rollMany(n int) {
	for _, r := range w.replicas {
		if w.unavailable(r.pod) {
			n--
		}
	}
	for _, r := range slices.Backward(w.replicas) {
		if n <= 0 || w.held(r.ordinal) {
			return
		}
		if p := r.pod; p != nil && !w.updated(p) && p.DeletionTimestamp == nil {
			w.renew(p)
			n--
		}
	}
}

// held reports whether the partition keeps a place at the current revision.
func (w *work) held(ordinal int) bool { return ordinal < first(w.set)+partition(w.set) }

func (w *work) renew(p *corev1.Pod) {
	w.deletePod(p, "it has an old revision")
	w.status.CurrentReplicas = max(0, w.status.CurrentReplicas-1)
}
