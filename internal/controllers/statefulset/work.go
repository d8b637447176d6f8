package statefulset

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/history"
	"gantry.dev/gantry/internal/plan/replicas"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// work is a plan in the making.
type work struct {
	reconcile.Plan
	s   *view.Snapshot
	key api.Key
	set *appsv1.StatefulSet
	now time.Time

	revs []*appsv1.ControllerRevision // sorted
	// current is the revision that pods below the partition have, update the one that the others should have. They are
	// the same when nothing is being rolled out.
	current, update *appsv1.ControllerRevision

	pods []*corev1.Pod
	// replicas are the places that the set has, in order (see place); condemned the pods without a place, the highest
	// ordinal first.
	replicas  []replica
	condemned []*corev1.Pod

	status appsv1.StatefulSetStatus
}

// replica is one place of the set.
type replica struct {
	ordinal int
	pod     *corev1.Pod // nil if there is none
}

// kind is what its dependents call the set.
const kind = "StatefulSet"

func ref(set *appsv1.StatefulSet) metav1.OwnerReference {
	return plan.ControllerRef(set, "apps/v1", kind)
}

// look gathers the set's family. Its writes are adoptions and releases.
func look(s *view.Snapshot, key api.Key, now time.Time) (*work, error) {
	set, ok := view.Get[appsv1.StatefulSet](s, key)
	if !ok {
		return nil, nil
	}
	sel, err := metav1.LabelSelectorAsSelector(set.Spec.Selector)
	if err != nil {
		return nil, fmt.Errorf("selector of StatefulSet %s: %w", key, err)
	}
	w := &work{s: s, key: key, set: set, now: now}
	w.revs, w.Writes = history.Of(s, key, set, ref(set), sel)
	c := plan.Claim[*corev1.Pod]{Owner: set, OwnerKey: key, Ref: ref(set), Selector: sel, Resource: plan.Pods,
		Belongs: func(p *corev1.Pod) bool {
			parent, ordinal := identity(p.Name)
			return ordinal >= 0 && parent == set.Name
		}}
	for p := range plan.Family[corev1.Pod](s, key, set, plan.Pods) {
		c.Consider(p)
	}
	w.pods = c.Mine
	w.Writes = append(w.Writes, c.Writes...)
	w.place()
	return w, nil
}

// first is the first ordinal.
func first(set *appsv1.StatefulSet) int {
	if set.Spec.Ordinals != nil {
		return int(set.Spec.Ordinals.Start)
	}
	return 0
}

// has reports whether the set has a place of this ordinal.
func (w *work) has(ordinal int) bool {
	return ordinal >= first(w.set) && ordinal < first(w.set)+int(*w.set.Spec.Replicas)
}

// place gives every pod its place, or condemns it. Of the empty places only the first few are listed, one more than a
// plan can fill: a set may ask for two thousand million replicas, and must not cost more than what it has.
func (w *work) place() {
	pods := slices.Clone(w.pods)
	slices.SortFunc(pods, func(a, b *corev1.Pod) int { return cmp.Compare(ordinalOf(a), ordinalOf(b)) })
	next, empty := first(w.set), replicas.Burst+1
	fill := func(end int) {
		for ; next < end && empty > 0; next++ {
			w.replicas = append(w.replicas, replica{ordinal: next})
			empty--
		}
	}
	for _, p := range pods {
		ordinal := ordinalOf(p)
		if !w.has(ordinal) {
			w.condemned = append(w.condemned, p)
			continue
		}
		fill(ordinal)
		w.replicas = append(w.replicas, replica{ordinal, p})
		next = ordinal + 1
	}
	fill(first(w.set) + int(*w.set.Spec.Replicas))
	slices.Reverse(w.condemned)
}

func ordinalOf(p *corev1.Pod) int {
	_, ordinal := identity(p.Name)
	return ordinal
}

func (w *work) monotonic() bool {
	return w.set.Spec.PodManagementPolicy != appsv1.ParallelPodManagement
}

// do adds a write that depends on the set being what was planned for, and what to tell when it has been carried out.
func (w *work) do(wr client.Write, reason, message string) {
	w.Writes = append(w.Writes, plan.Fenced(wr, w.key, w.set))
	if reason != "" {
		w.Events = append(w.Events, reconcile.Event{Object: w.set, Reason: reason, Message: message, Of: len(w.Writes)})
	}
}

// warn tells of something that keeps the set from what it should be.
func (w *work) warn(reason, message string) {
	w.Events = append(w.Events, reconcile.Event{Object: w.set, Warning: true, Reason: reason, Message: message})
}

// wait says what the plan stops for.
func (w *work) wait(format string, args ...any) { w.Note = fmt.Sprintf(format, args...) }

func (w *work) deletePod(p *corev1.Pod, why string) {
	w.do(plan.Delete(plan.Beside(w.key, plan.Pods, p.Name), p, why), "SuccessfulDelete", told("Delete", p.Name, w.set.Name))
}

func told(verb, pod, set string) string {
	return fmt.Sprintf("%s Pod %s in StatefulSet %s successful", verb, pod, set)
}
