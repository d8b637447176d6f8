package statefulset

import (
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
	n, err := intstr.GetScaledValueFromIntOrPercent(r.MaxUnavailable, len(w.replicas), false)
	if err != nil {
		return 1 // validation lets nothing through that is no number
	}
	return max(1, n)
}

// rollOne updates one pod at a time, each when those above it are available. It does not look below: an old pod that is
// broken does not hold up the update that mends it.
func (w *work) rollOne() {
	for i := len(w.replicas) - 1; i >= partition(w.set); i-- {
		p := w.replicas[i].pod
		if p != nil && !w.updated(p) && p.DeletionTimestamp == nil {
			w.renew(p)
			return
		}
		if w.unavailable(p) {
			w.wait("waiting for pod %s to be available before the next is updated", podName(w.set, w.replicas[i].ordinal))
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
	for i := len(w.replicas) - 1; i >= partition(w.set) && n > 0; i-- {
		if p := w.replicas[i].pod; p != nil && !w.updated(p) && p.DeletionTimestamp == nil {
			w.renew(p)
			n--
		}
	}
}

func (w *work) renew(p *corev1.Pod) {
	w.deletePod(p, "it has an old revision")
	w.status.CurrentReplicas = max(0, w.status.CurrentReplicas-1)
}
