package rollout

import (
	"cmp"
	"math"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	intstr "k8s.io/apimachinery/pkg/util/intstr"
)

func rolling(d *appsv1.Deployment) bool {
	return d.Spec.Strategy.Type == appsv1.RollingUpdateDeploymentStrategyType
}

// fenceposts resolves maxSurge (rounded up) and maxUnavailable (rounded down). If both come to nothing, one may be
// unavailable, else nothing could ever move.
func fenceposts(d *appsv1.Deployment) (surge, unavailable int32) {
	if !rolling(d) {
		return 0, 0
	}
	var s, u intstr.IntOrString
	if ru := d.Spec.Strategy.RollingUpdate; ru != nil {
		s, u = *intstr.ValueOrDefault(ru.MaxSurge, s), *intstr.ValueOrDefault(ru.MaxUnavailable, u)
	}
	// Validation has refused what cannot be parsed.
	ns, _ := intstr.GetScaledValueFromIntOrPercent(&s, int(*d.Spec.Replicas), true)
	nu, _ := intstr.GetScaledValueFromIntOrPercent(&u, int(*d.Spec.Replicas), false)
	if ns == 0 && nu == 0 {
		nu = 1
	}
	return int32(ns), int32(nu)
}

func maxSurge(d *appsv1.Deployment) int32 {
	s, _ := fenceposts(d)
	return s
}

func maxUnavailable(d *appsv1.Deployment) int32 {
	if *d.Spec.Replicas == 0 {
		return 0
	}
	_, u := fenceposts(d)
	return min(u, *d.Spec.Replicas)
}

// room is how many replicas the new set may have now.
func (w *work) room() int32 {
	want := *w.d.Spec.Replicas
	if !rolling(w.d) {
		return want
	}
	now := sum(w.sets, wanted)
	most := want + maxSurge(w.d)
	if now >= most {
		return w.fresh.replicas()
	}
	return w.fresh.replicas() + min(most-now, want-w.fresh.replicas())
}

// roll is one step of a rolling update: up with the new, else down with the old.
func (w *work) roll() {
	if w.fresh == nil && !w.create() {
		return
	}
	want := *w.d.Spec.Replicas
	switch n := w.fresh.replicas(); {
	case n > want:
		if w.scale(w.fresh, want, false) {
			return
		}
	case n < want && !w.fresh.created:
		if w.scale(w.fresh, w.room(), false) {
			return
		}
	}
	if w.shrinkOld() {
		return
	}
	if complete(w.d, &w.d.Status) {
		w.cleanUp()
	}
}

// shrinkOld takes replicas from the old sets: first those that are not available anyway, then as many as the new set's
// available ones make up for.
func (w *work) shrinkOld() bool {
	old := active(w.old())
	if len(old) == 0 {
		return false
	}
	least := *w.d.Spec.Replicas - maxUnavailable(w.d)
	unavailableNew := w.fresh.replicas() - available(w.fresh)
	spare := sum(w.sets, wanted) - least - unavailableNew
	if spare <= 0 {
		return false
	}
	moved := false
	for _, s := range old {
		if sick := s.replicas() - available(s); sick > 0 && spare > 0 {
			n := min(spare, sick)
			spare -= n
			moved = w.scale(s, s.replicas()-n, false) || moved
		}
	}
	left := sum(w.sets, kept) - least
	for _, s := range old {
		if left <= 0 {
			break
		}
		n := min(left, s.replicas())
		left -= n
		moved = w.scale(s, s.replicas()-n, false) || moved
	}
	return moved
}

// recreate stops everything old before anything new starts.
func (w *work) recreate() {
	moved := false
	for _, s := range w.old() {
		moved = w.scale(s, 0, false) || moved
	}
	if moved {
		return
	}
	for _, s := range w.old() {
		if s.ReplicaSet.Status.Replicas > 0 || w.Running(s.ReplicaSet) {
			return
		}
	}
	if w.fresh == nil && !w.create() {
		return
	}
	w.scale(w.fresh, *w.d.Spec.Replicas, false)
	if complete(w.d, &w.d.Status) {
		w.cleanUp()
	}
}

// scaling reports whether the deployment's size has changed since the sets were sized.
func (w *work) scaling() bool {
	for _, s := range active(w.sets) {
		if n, ok := number(s.ReplicaSet, DesiredAnnotation); ok && n != *w.d.Spec.Replicas {
			return true
		}
	}
	return false
}

// resize spreads a new size over the sets: in the middle of a rollout in proportion to their sizes, so that the risk stays
// what it was.
func (w *work) resize() {
	want := *w.d.Spec.Replicas
	act := active(w.sets)
	switch {
	case len(w.sets) == 0:
		return
	case len(act) == 0:
		newest := w.fresh
		if newest == nil {
			newest = w.sets[len(w.sets)-1]
		}
		w.scale(newest, want, false)
		return
	case len(act) == 1:
		w.scale(act[0], want, false)
		return
	case w.saturated():
		for _, s := range active(w.old()) {
			w.scale(s, 0, false)
		}
		return
	case !rolling(w.d):
		return
	}
	w.proportional(act)
}

// saturated reports whether the new set is complete and available.
func (w *work) saturated() bool {
	if w.fresh == nil {
		return false
	}
	n, ok := number(w.fresh.ReplicaSet, DesiredAnnotation)
	want := *w.d.Spec.Replicas
	return ok && n == want && w.fresh.replicas() == want && available(w.fresh) == want
}

func (w *work) proportional(sets []*set) {
	allowed := int32(0)
	if want := *w.d.Spec.Replicas; want > 0 {
		allowed = want + maxSurge(w.d)
	}
	add := allowed - sum(sets, wanted)
	// The largest first; of equal ones the newer when growing and the older when shrinking. sets come oldest first.
	if add > 0 {
		slices.Reverse(sets)
	}
	slices.SortStableFunc(sets, func(a, b *set) int { return cmp.Compare(b.replicas(), a.replicas()) })
	sizes := make([]int32, len(sets))
	added := int32(0)
	for i, s := range sets {
		part := w.share(s, add, added)
		sizes[i] = s.replicas() + part
		added += part
	}
	if add != 0 {
		sizes[0] = max(0, sizes[0]+add-added)
	}
	for i, s := range sets {
		w.scale(s, sizes[i], true)
	}
}

// share is the part of add that falls to a set by its size when the deployment was sized last.
func (w *work) share(s *set, add, added int32) int32 {
	if s.replicas() == 0 || add == 0 || add == added {
		return 0
	}
	var part int32
	if *w.d.Spec.Replicas == 0 {
		part = -s.replicas()
	} else {
		before, ok := number(s.ReplicaSet, MaxAnnotation)
		if !ok || before == 0 {
			before = w.d.Status.Replicas
		}
		if before != 0 {
			most := *w.d.Spec.Replicas + maxSurge(w.d)
			part = int32(math.Round(float64(s.replicas())*float64(most)/float64(before))) - s.replicas()
		}
	}
	if add > 0 {
		return min(part, add-added)
	}
	return max(part, add-added)
}
