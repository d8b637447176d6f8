package replicas

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan"
)

// Order is what decides between pods that are equally far; the zero Order knows nothing but the pods.
type Order struct {
	// Doubled counts the active pods of the owner's family (all replica sets of one deployment) per node.
	Doubled map[string]int
	// Now makes ages comparable by their order of magnitude only, and the UID decide within one: so that the pods of one
	// start, or of one zone, are not all taken together. Without it the younger goes first.
	Now time.Time
}

// Victims returns the n pods to delete first, in upstream's order.
func Victims(pods []*corev1.Pod, n int, o Order) []*corev1.Pod {
	if n < len(pods) {
		pods = slices.Clone(pods)
		slices.SortStableFunc(pods, o.compare)
		pods = pods[:n]
	}
	return pods
}

// compare orders a before b if a is the better victim.
func (o Order) compare(a, b *corev1.Pod) int {
	aReady, bReady := plan.Ready(a), plan.Ready(b)
	if c := cmp.Or(
		falseFirst(a.Spec.NodeName != "", b.Spec.NodeName != ""),
		cmp.Compare(phaseRank(a), phaseRank(b)),
		falseFirst(aReady, bReady),
		cmp.Compare(deletionCost(a), deletionCost(b)),
		cmp.Compare(o.Doubled[b.Spec.NodeName], o.Doubled[a.Spec.NodeName]),
	); c != 0 {
		return c
	}
	if aReady && bReady {
		if c := o.age(a, b, readySince(a), readySince(b)); c != 0 {
			return c
		}
	}
	return cmp.Or(compareRestarts(a, b), o.age(a, b, a.CreationTimestamp.Time, b.CreationTimestamp.Time),
		cmp.Compare(a.UID, b.UID))
}

// age puts the younger first, by orders of magnitude if the time is known; 0 only if the times are the same.
func (o Order) age(a, b *corev1.Pod, ta, tb time.Time) int {
	if o.Now.IsZero() || ta.IsZero() || tb.IsZero() || ta.Equal(tb) {
		return laterFirst(ta, tb)
	}
	return cmp.Or(cmp.Compare(magnitude(o.Now.Sub(ta)), magnitude(o.Now.Sub(tb))), cmp.Compare(a.UID, b.UID))
}

// magnitude is the logarithm of an age to the base of two; of what is not born yet it is less than all.
func magnitude(age time.Duration) int {
	if age <= 0 {
		return -1
	}
	return int(math.Log2(float64(age)))
}

func falseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// laterFirst puts the younger first, and what has no time yet before everything.
func laterFirst(a, b time.Time) int {
	switch {
	case a.Equal(b):
		return 0
	case a.IsZero():
		return -1
	case b.IsZero():
		return 1
	default:
		return b.Compare(a)
	}
}

func phaseRank(p *corev1.Pod) int {
	switch p.Status.Phase {
	case corev1.PodRunning:
		return 2
	case corev1.PodUnknown:
		return 1
	default:
		return 0
	}
}

func deletionCost(p *corev1.Pod) int32 {
	n, err := strconv.ParseInt(p.Annotations[corev1.PodDeletionCost], 10, 32)
	if err != nil {
		return 0 // absent; validation refuses what is not a number
	}
	return int32(n)
}

func readySince(p *corev1.Pod) time.Time {
	if c := plan.PodCondition(p, corev1.PodReady); c != nil && c.Status == corev1.ConditionTrue {
		return c.LastTransitionTime.Time
	}
	return time.Time{}
}

// compareRestarts puts the pod whose worst container has restarted more often first; sidecars count, and decide first.
func compareRestarts(a, b *corev1.Pod) int {
	ra, sa := maxRestarts(a)
	rb, sb := maxRestarts(b)
	return cmp.Or(cmp.Compare(rb, ra), cmp.Compare(sb, sa))
}

func maxRestarts(p *corev1.Pod) (regular, sidecar int32) {
	for _, c := range p.Status.ContainerStatuses {
		regular = max(regular, c.RestartCount)
	}
	for i, c := range p.Status.InitContainerStatuses {
		if i < len(p.Spec.InitContainers) && p.Spec.InitContainers[i].RestartPolicy != nil {
			sidecar = max(sidecar, c.RestartCount)
		}
	}
	return regular, sidecar
}
