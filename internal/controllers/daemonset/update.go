package daemonset

import (
	"fmt"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// generationLabel and its annotation are what told new pods from old before there were revisions. Old clients still look
// at them.
const generationLabel = "pod-template-generation"

// generation is the number in the annotation, "" without one.
func generation(ds *appsv1.DaemonSet) string {
	if n, err := strconv.ParseInt(ds.Annotations[appsv1.DeprecatedTemplateGeneration], 10, 64); err == nil {
		return strconv.FormatInt(n, 10)
	}
	return ""
}

// updated reports whether a pod is of the set's template.
func (w *work) updated(p *corev1.Pod) bool {
	g := generation(w.ds)
	return w.hash != "" && p.Labels[hashLabel] == w.hash || g != "" && p.Labels[generationLabel] == g
}

// desired is the number of nodes that should have a pod.
func (w *work) desired() (n int) {
	for _, st := range w.sites {
		if st.fit.run {
			n++
		}
	}
	return n
}

// surgeOf is how many pods more than nodes the update may have, of n nodes.
func (w *work) surgeOf(n int) int {
	r := w.ds.Spec.UpdateStrategy.RollingUpdate
	if w.ds.Spec.UpdateStrategy.Type != appsv1.RollingUpdateDaemonSetStrategyType || r == nil {
		return 0
	}
	return scaled(r.MaxSurge, n)
}

func (w *work) maxSurge() int { return w.surgeOf(w.desired()) }

// maxUnavailable is how many nodes the update may leave without an available pod. If neither this nor the surge allows
// any step, it is one.
func (w *work) maxUnavailable() int {
	n := 0
	if r := w.ds.Spec.UpdateStrategy.RollingUpdate; r != nil {
		n = scaled(r.MaxUnavailable, w.desired())
	}
	if n == 0 && w.maxSurge() == 0 {
		return 1
	}
	return n
}

// scaled is a number or a percentage of n, rounded up.
func scaled(v *intstr.IntOrString, n int) int {
	if v == nil {
		return 0
	}
	k, err := intstr.GetScaledValueFromIntOrPercent(v, n, true)
	if err != nil {
		return 0 // validation lets nothing through that is no number
	}
	return k
}

// pair returns the new and the old pod of a site, not counting those that are being deleted. It reports false if there
// are more of a kind: these are not the update's business.
func (w *work) pair(st *site) (fresh, old *corev1.Pod, ok bool) {
	for _, p := range st.pods {
		if p.DeletionTimestamp != nil {
			continue
		}
		at := &old
		if w.updated(p) {
			at = &fresh
		}
		if *at != nil {
			return nil, nil, false
		}
		*at = p
	}
	return fresh, old, true
}

// concerned reports whether a site takes part in the update: it has pods, or should.
func concerned(st *site) bool { return st.fit.run || len(st.pods) > 0 }

// replace deletes old pods: those that serve nobody at once, of the others so many that no more nodes than allowed are
// without an available pod.
func (w *work) replace() {
	unavailable := 0
	var candidates []*corev1.Pod
	for _, st := range w.sites {
		if !concerned(st) {
			continue
		}
		fresh, old, ok := w.pair(st)
		switch {
		case !ok, (old == nil) == (fresh == nil):
			unavailable++ // it is being changed
		case fresh != nil:
			if !w.available(fresh) {
				unavailable++
			}
		case !w.available(old):
			w.remove = append(w.remove, old)
			unavailable++
		default:
			candidates = append(candidates, old)
		}
	}
	n := min(len(candidates), max(0, w.maxUnavailable()-unavailable))
	w.remove = append(w.remove, candidates[:n]...)
	if n < len(candidates) {
		w.Note = fmt.Sprintf("%d old pods wait: %d nodes are without an available pod, %d may be", len(candidates)-n, unavailable, w.maxUnavailable())
	}
}

// surge creates new pods beside old ones, and deletes an old one when the new one is available. Nodes that should have
// none any more give theirs up only when enough others have an available one.
func (w *work) surge() {
	surging, available := 0, 0
	var leaving []*corev1.Pod
	var candidates []string
	for _, st := range w.sites {
		if !concerned(st) {
			continue
		}
		fresh, old, ok := w.pair(st)
		if !ok {
			surging++ // it is being changed
			continue
		}
		serving := old
		if serving == nil {
			serving = fresh
		}
		serves := serving != nil && w.available(serving)
		if serves {
			available++
		}
		switch {
		case old == nil:
		case fresh != nil:
			if w.available(fresh) {
				w.remove = append(w.remove, old)
			} else {
				surging++
			}
		case !st.fit.run && serves:
			leaving = append(leaving, old)
		case !st.fit.run:
			w.remove = append(w.remove, old)
		case serves:
			candidates = append(candidates, st.name)
		default:
			w.create = append(w.create, st.name)
		}
	}
	w.remove = append(w.remove, leaving[:min(len(leaving), max(0, available-w.desired()))]...)
	n := min(len(candidates), max(0, w.maxSurge()-surging))
	w.create = append(w.create, candidates[:n]...)
	if n < len(candidates) {
		w.Note = fmt.Sprintf("%d old pods wait: %d nodes have a new one that is not available yet, %d may", len(candidates)-n, surging, w.maxSurge())
	}
}
