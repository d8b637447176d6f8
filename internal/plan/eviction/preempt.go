package eviction

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// ReasonPreempted and MessagePreempted are what a pod fails with that made room for a critical one, and DisruptionPreempted is the message
// of its condition DisruptionTarget.
const (
	ReasonPreempted     = "Preempting"
	MessagePreempted    = "Preempted in order to admit critical pod"
	DisruptionPreempted = "Pod was preempted by Kubelet to accommodate a critical pod."
)

// Tenant is a pod of the node, as preemption looks at it.
type Tenant struct {
	Pod    *corev1.Pod
	Static bool
	QOS    corev1.PodQOSClass
	// Asks are its requests, in the order of the shortages.
	Asks []int64
}

// Preempt chooses the pods that make room for a critical pod, kubelet's way: as little as possible of better classes of service first, and
// in a class the pods that come nearest to what is short. short is what is missing of each resource.
func Preempt(p *corev1.Pod, static bool, others []Tenant, short []int64) ([]Tenant, error) {
	classes := map[corev1.PodQOSClass][]Tenant{}
	var all []Tenant
	for _, o := range others {
		if preemptable(p, static, &o) {
			classes[o.QOS], all = append(classes[o.QOS], o), append(all, o)
		}
	}
	if left := without(short, all); !met(left) {
		return nil, fmt.Errorf("no set of running pods found to reclaim resources: %v", left)
	}
	best, burstable := classes[corev1.PodQOSBestEffort], classes[corev1.PodQOSBurstable]
	guaranteed := nearest(classes[corev1.PodQOSGuaranteed], without(short, slices.Concat(best, burstable)))
	burstable = nearest(burstable, without(short, slices.Concat(best, guaranteed)))
	best = nearest(best, without(short, slices.Concat(burstable, guaranteed)))
	return slices.Concat(best, burstable, guaranteed), nil
}

func preemptable(p *corev1.Pod, static bool, o *Tenant) bool {
	if (static || Critical(p)) && !o.Static && !Critical(o.Pod) {
		return true
	}
	return p.Spec.Priority != nil && o.Pod.Spec.Priority != nil && *p.Spec.Priority > *o.Pod.Spec.Priority
}

// without is what is still short when pods have gone.
func without(short []int64, gone []Tenant) []int64 {
	left := slices.Clone(short)
	for _, t := range gone {
		for i := range left {
			left[i] = max(left[i]-t.Asks[i], 0)
		}
	}
	return left
}

func met(short []int64) bool {
	return !slices.ContainsFunc(short, func(n int64) bool { return n > 0 })
}

// nearest takes pods until nothing is short, each time the one after which the least is.
func nearest(from []Tenant, short []int64) (out []Tenant) {
	from = slices.Clone(from)
	for !met(short) && len(from) > 0 {
		at := 0
		for i := range from {
			nearer := cmp.Or(cmp.Compare(distance(short, &from[i]), distance(short, &from[at])), slices.Compare(from[i].Asks, from[at].Asks))
			if nearer < 0 {
				at = i
			}
		}
		short = without(short, from[at:at+1])
		out, from = append(out, from[at]), slices.Delete(from, at, at+1)
	}
	return out
}

// distance is how much of what is short a pod would leave short, each resource by its share.
func distance(short []int64, t *Tenant) (sum float64) {
	for i, want := range short {
		if rest := want - t.Asks[i]; want > 0 && rest > 0 {
			sum += math.Pow(float64(rest)/float64(want), 2)
		}
	}
	return sum
}
