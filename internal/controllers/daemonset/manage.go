package daemonset

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
)

// man decides for each site by itself: a pod where one should be, none where none may stay, dead ones away.
func (w *work) man() {
	for _, st := range w.sites {
		switch {
		case st.node == nil:
			// Nobody else can delete what was never bound: its node, which it waits for, does not exist.
			for _, p := range st.pods {
				if p.Spec.NodeName == "" && p.DeletionTimestamp == nil {
					w.remove = append(w.remove, p)
				}
			}
		case !st.fit.stay:
			for _, p := range st.pods {
				if p.DeletionTimestamp == nil {
					w.remove = append(w.remove, p)
				}
			}
		case len(st.pods) == 0:
			if st.fit.run {
				w.create = append(w.create, st.name)
			}
		default:
			w.tend(st)
		}
	}
}

// tend looks after a site that has pods and may have them.
func (w *work) tend(st *site) {
	var living []*corev1.Pod
	for _, p := range st.pods {
		switch {
		case p.DeletionTimestamp != nil:
		case p.Status.Phase == corev1.PodFailed:
			w.bury(st, p)
		case p.Status.Phase == corev1.PodSucceeded:
			w.tell(false, "SucceededDaemonPod", fmt.Sprintf("Found succeeded daemon pod %s/%s on node %s, will try to delete it", p.Namespace, p.Name, st.name))
			w.remove = append(w.remove, p)
		default:
			living = append(living, p)
		}
	}
	if w.surgeOf(1) == 0 {
		if len(living) > 1 {
			w.remove = append(w.remove, living[1:]...)
		}
		return
	}
	if len(living) == 0 && st.fit.run {
		w.create = append(w.create, st.name) // beside the one that is on its way out
		return
	}
	w.couple(living)
}

// couple allows two pods of a node only for the time that the new one needs to become available, and the old one is fit
// to serve meanwhile. living are the oldest first.
func (w *work) couple(living []*corev1.Pod) {
	var fresh, old *corev1.Pod
	for _, p := range living {
		switch isNew := p.Labels[hashLabel] == w.hash; {
		case isNew && fresh == nil:
			fresh = p
		case !isNew && old == nil:
			old = p
		default:
			w.remove = append(w.remove, p)
		}
	}
	if fresh != nil && old != nil && (!plan.Ready(old) || w.available(fresh)) {
		w.remove = append(w.remove, old)
	}
}

// bury deletes a failed pod, so that another takes its place. Each time that this happens on a node again, the next is
// longer in coming: a node that rejects the pod would otherwise be asked without end.
func (w *work) bury(st *site, p *corev1.Pod) {
	if at := w.failures.patience(st.name, w.now); at.After(w.now) {
		w.Again = plan.Sooner(w.Again, at)
		w.Note = fmt.Sprintf("failed pod %s stays until %s: pods fail again and again on node %s", p.Name, at.UTC().Format(time.RFC3339), st.name)
		return
	}
	w.failures.count(st.name, w.now)
	w.tell(true, "FailedDaemonPod", fmt.Sprintf("Found failed daemon pod %s/%s on node %s, will try to kill it", p.Namespace, p.Name, st.name))
	w.remove = append(w.remove, p)
}

func (w *work) tell(warning bool, reason, message string) {
	w.Events = append(w.Events, reconcile.Event{Object: w.ds, Warning: warning, Reason: reason, Message: message})
}
