package deschedule

import (
	"cmp"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"

	"gantry.dev/gantry/internal/plan"
)

// Eviction is a pod that should leave its node, and why.
type Eviction struct {
	Pod *corev1.Pod
	// Strategy is upstream's name of the strategy, Reason what it found.
	Strategy, Reason string
}

// run is one pass of a policy over a cluster.
type run struct {
	policy   *Policy
	evictor  *evictor
	strategy string
	w        *World
	perNode  map[string]uint
	perSpace map[string]uint
	total    uint
	budgets  map[*policyv1.PodDisruptionBudget]int32 // what of them is used up
	out      []Eviction
}

// Evictions are the pods that a policy wants to leave now, in order, within its bounds. The picture loses them.
func (p *Policy) Evictions(w *World) []Eviction {
	r := &run{policy: p, w: w, perNode: map[string]uint{}, perSpace: map[string]uint{}, budgets: map[*policyv1.PodDisruptionBudget]int32{}}
	for _, n := range w.Nodes {
		for _, pod := range n.Pods {
			if evictedSince(pod, w.Since) {
				r.count(pod)
			}
		}
	}
	for i := range p.profiles {
		pr := &p.profiles[i]
		r.evictor = pr.evictor
		for _, st := range slices.Concat(pr.sweeps, pr.balances) {
			r.strategy = st.name
			st.find(r, w)
		}
	}
	return r.out
}

// evictedSince reports whether a pod is leaving because somebody has evicted it since a time.
func evictedSince(p *corev1.Pod, t time.Time) bool {
	c := plan.PodCondition(p, corev1.DisruptionTarget)
	return !t.IsZero() && p.DeletionTimestamp != nil && c != nil && c.Reason == "EvictionByEvictionAPI" && !c.LastTransitionTime.Time.Before(t.Truncate(time.Second))
}

func (r *run) count(p *corev1.Pod) {
	r.perNode[p.Spec.NodeName]++
	r.perSpace[p.Namespace]++
	r.total++
}

// Spares says why no profile would evict a pod whatever its strategies find; "" if one would.
func (p *Policy) Spares(w *World, pod *corev1.Pod) (why string) {
	for i := range p.profiles {
		if why = p.profiles[i].evictor.refuses(w, pod); why == "" {
			return ""
		}
	}
	return why
}

// nodes are those that the policy selects and that are ready.
func (r *run) nodes() (out []*Node) {
	for _, n := range r.w.Nodes {
		if r.policy.nodes.matches(n.Labels) && n.ready() {
			out = append(out, n)
		}
	}
	return out
}

func (n *Node) ready() bool {
	for i := range n.Status.Conditions {
		if c := &n.Status.Conditions[i]; c.Type == corev1.NodeReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}

// pods are those of a node that are in a strategy's scope, the least important first: by priority, then quality of service, then age.
func (r *run) pods(n *Node, s scope) (out []*corev1.Pod) {
	for _, p := range n.Pods {
		if s.has(p) && p.DeletionTimestamp == nil {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b *corev1.Pod) int {
		return cmp.Or(cmp.Compare(priorityOf(a), priorityOf(b)), cmp.Compare(quality(a), quality(b)), a.CreationTimestamp.Time.Compare(b.CreationTimestamp.Time))
	})
	return out
}

func quality(p *corev1.Pod) int {
	switch p.Status.QOSClass {
	case corev1.PodQOSBestEffort:
		return 0
	case corev1.PodQOSBurstable:
		return 1
	default:
		return 2
	}
}

// may reports whether a pod may be evicted. What its disruption budget would refuse is not tried.
func (r *run) may(p *corev1.Pod) bool {
	return r.evictor.refuses(r.w, p) == "" && !slices.ContainsFunc(r.w.budgetsOf(p), func(b *policyv1.PodDisruptionBudget) bool {
		return r.budgets[b] >= b.Status.DisruptionsAllowed
	})
}

// evict takes a pod out of the picture and into the list, unless a bound is reached.
func (r *run) evict(p *corev1.Pod, reason string) bool {
	over := func(bound *uint, n uint) bool { return bound != nil && n >= *bound }
	if over(r.policy.MaxTotal, r.total) || over(r.policy.MaxPerNode, r.perNode[p.Spec.NodeName]) || over(r.policy.MaxPerNamespace, r.perSpace[p.Namespace]) {
		return false
	}
	r.count(p)
	for _, b := range r.w.budgetsOf(p) {
		r.budgets[b]++
	}
	r.out = append(r.out, Eviction{Pod: p, Strategy: r.strategy, Reason: reason})
	r.w.drop(p)
	return true
}

// each evicts the pods of all nodes for which a reason is found.
func (r *run) each(s scope, reason func(n *Node, p *corev1.Pod) string) {
	for _, n := range r.nodes() {
		for _, p := range r.pods(n, s) {
			if why := reason(n, p); why != "" && r.may(p) {
				r.evict(p, why)
			}
		}
	}
}

// part is how much of a node is used, in percent.
func (n *Node) part(r corev1.ResourceName) float64 {
	if n.can[r] == 0 {
		return 0
	}
	return 100 * float64(n.used[r]) / float64(n.can[r])
}

// left is what a node has up to a percentage of its capacity.
func (n *Node) left(upTo percents) plan.Amounts {
	out := plan.Amounts{}
	for r, limit := range upTo {
		out[r] = int64(limit/100*float64(n.can[r])) - n.used[r]
	}
	return out
}
