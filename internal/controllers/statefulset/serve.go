package statefulset

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/replicas"
)

func (w *work) minReady() time.Duration {
	return time.Duration(w.set.Spec.MinReadySeconds) * time.Second
}

func ready(p *corev1.Pod) bool { return p.Status.Phase == corev1.PodRunning && plan.Ready(p) }

// available reports whether a pod has been ready for long enough, and asks to be planned again when it will have been.
func (w *work) available(p *corev1.Pod) bool {
	ok, at := plan.Available(p, w.minReady(), w.now)
	w.Again = plan.Sooner(w.Again, at)
	return ok
}

// unavailable reports whether a replica counts against the rollout's limit.
func (w *work) unavailable(p *corev1.Pod) bool {
	return p == nil || p.DeletionTimestamp != nil || !w.available(p)
}

// serve sees to the places of the set in order. It reports whether all is well enough to go on to scaling down: ordered,
// when all pods are available; parallel, when nothing stands in the way.
func (w *work) serve() (bool, error) {
	room := replicas.Start(len(w.pods), replicas.Burst)
	blocked := false
	for i := range w.replicas {
		r := &w.replicas[i]
		p := r.pod
		switch {
		case p == nil:
			if room == 0 {
				w.wait("more pods are created when these are taken")
				return false, nil
			}
			room--
			ok, err := w.create(r.ordinal)
			if err != nil || w.monotonic() {
				return false, err
			}
			blocked = blocked || !ok
			continue
		case plan.Terminated(p):
			// Its end says nothing about the set's wish to have it: whoever runs it ends pods with any exit code.
			if p.DeletionTimestamp == nil {
				w.deletePod(p, "it has ended: made anew when it is gone")
			}
			if w.monotonic() {
				w.wait("waiting for pod %s, which has ended, to be gone", p.Name)
				return false, nil
			}
			continue
		case p.Status.Phase == "" || p.Status.Phase == corev1.PodPending:
			if !w.claims(p, r.ordinal) {
				blocked = true
				if w.monotonic() {
					return false, nil
				}
				continue
			}
		}
		if w.monotonic() && !w.settled(p) {
			return false, nil
		}
		w.keep(p, r.ordinal)
	}
	return !blocked, nil
}

// settled reports whether the next pod may be looked at.
func (w *work) settled(p *corev1.Pod) bool {
	switch {
	case p.DeletionTimestamp != nil:
		w.wait("waiting for pod %s to terminate", p.Name)
	case !ready(p):
		w.wait("waiting for pod %s to be running and ready", p.Name)
	case !w.available(p):
		w.wait("waiting for pod %s to be available", p.Name)
	default:
		return true
	}
	return false
}

// keep brings a pod's labels, volumes and claims to what the set says, should somebody have changed them.
func (w *work) keep(p *corev1.Pod, ordinal int) {
	own := w.own(p, ordinal)
	for _, wr := range own {
		w.do(wr, "", "")
	}
	if fresh := corrected(w.set, p, ordinal); fresh != nil && w.claims(p, ordinal) {
		w.do(plan.Update(plan.Beside(w.key, plan.Pods, p.Name), fresh, "give it its identity again"), "SuccessfulUpdate", told("Update", p.Name, w.set.Name))
	} else if len(own) > 0 {
		last := w.Writes[len(w.Writes)-1]
		w.Writes = w.Writes[:len(w.Writes)-1]
		w.do(last, "SuccessfulUpdate", told("Update", p.Name, w.set.Name))
	}
}

// scaleDown deletes condemned pods, ordered: the highest, when all below are available. It reports whether none is left
// to delete or to wait for.
func (w *work) scaleDown() bool {
	// Of several that are unavailable the lowest may go first: were it to wait for itself, nothing would ever go.
	var sick *corev1.Pod
	for _, p := range w.condemned {
		if w.unavailable(p) {
			sick = p
		}
	}
	left := replicas.Burst
	for _, p := range w.condemned {
		switch {
		case p.DeletionTimestamp != nil:
			if w.monotonic() {
				w.wait("waiting for pod %s to terminate before the next is scaled down", p.Name)
				return false
			}
			continue
		case w.monotonic() && p != sick && w.unavailable(p):
			w.wait("waiting for pod %s to be available before %s is scaled down", sick.Name, p.Name)
			return false
		case left == 0:
			return false
		}
		left--
		w.deletePod(p, "the set has fewer replicas")
		if w.monotonic() {
			return false
		}
	}
	return true
}
