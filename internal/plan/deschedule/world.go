package deschedule

import (
	"cmp"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/component-helpers/resource"
	schedcorev1 "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"k8s.io/klog/v2"

	"gantry.dev/gantry/internal/plan"
)

// World is the cluster as the strategies see it: its nodes, and the pods on each that have not been chosen for eviction.
type World struct {
	Now time.Time
	// Since is when the run began: pods that have been evicted since then count against the policy's bounds. Zero counts none.
	Since time.Time
	Nodes []*Node // sorted by name
	// Priorities are the values of the priority classes.
	Priorities map[string]int32
	Budgets    []*policyv1.PodDisruptionBudget
	owned      map[types.UID]int // pods by owner
}

// Node is a node with its pods.
type Node struct {
	*corev1.Node
	Pods []*corev1.Pod // by namespace and name
	used plan.Amounts
	can  plan.Amounts
}

// NewWorld makes the picture of a cluster. The objects are not changed.
func NewWorld(now time.Time, nodes []*corev1.Node, pods []*corev1.Pod) *World {
	w := &World{Now: now, Priorities: map[string]int32{}, owned: map[types.UID]int{}}
	by := map[string]*Node{}
	for _, n := range nodes {
		node := &Node{Node: n, used: plan.Amounts{}, can: plan.AmountsOf(n.Status.Allocatable)}
		by[n.Name] = node
		w.Nodes = append(w.Nodes, node)
	}
	slices.SortFunc(w.Nodes, func(a, b *Node) int { return cmp.Compare(a.Name, b.Name) })
	for _, p := range pods {
		if ref := metav1.GetControllerOfNoCopy(p); ref != nil && !plan.Terminated(p) {
			w.owned[ref.UID]++
		}
		if n := by[p.Spec.NodeName]; n != nil {
			n.Pods = append(n.Pods, p)
			if !plan.Terminated(p) {
				n.used.Add(requests(p), 1)
			}
		}
	}
	for _, n := range w.Nodes {
		slices.SortFunc(n.Pods, func(a, b *corev1.Pod) int {
			return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
		})
	}
	return w
}

// requests is what a pod takes of a node, itself among it.
func requests(p *corev1.Pod) plan.Amounts {
	a := plan.AmountsOf(resource.PodRequests(p, resource.PodResourcesOptions{UseStatusResources: true}))
	a[corev1.ResourcePods]++
	return a
}

// node finds a node by name, nil if there is none.
func (w *World) node(name string) *Node {
	i, ok := slices.BinarySearchFunc(w.Nodes, name, func(n *Node, name string) int { return cmp.Compare(n.Name, name) })
	if !ok {
		return nil
	}
	return w.Nodes[i]
}

// drop takes a pod out of the picture.
func (w *World) drop(p *corev1.Pod) {
	n := w.node(p.Spec.NodeName)
	n.Pods = slices.DeleteFunc(slices.Clone(n.Pods), func(o *corev1.Pod) bool { return o.UID == p.UID })
	if !plan.Terminated(p) {
		n.used.Add(requests(p), -1)
	}
}

// replicas is how many pods a pod's controller has.
func (w *World) replicas(p *corev1.Pod) int {
	ref := metav1.GetControllerOfNoCopy(p)
	if ref == nil {
		return 1
	}
	return w.owned[ref.UID]
}

// fitsElsewhere reports whether a node other than the pod's own could take it.
func (w *World) fitsElsewhere(p *corev1.Pod, nodes selector) bool {
	return slices.ContainsFunc(w.Nodes, func(n *Node) bool {
		return n.Name != p.Spec.NodeName && nodes.matches(n.Labels) && n.takes(p) && n.roomFor(p)
	})
}

// takes reports whether a node accepts pods, and this one by its affinity and the node's taints.
func (n *Node) takes(p *corev1.Pod) bool {
	if n.Spec.Unschedulable || !n.wanted(p) {
		return false
	}
	return !slices.ContainsFunc(n.Spec.Taints, func(t corev1.Taint) bool {
		return t.Effect != corev1.TaintEffectPreferNoSchedule && !tolerates(p, &t)
	})
}

func tolerates(p *corev1.Pod, t *corev1.Taint) bool {
	return schedcorev1.TolerationsTolerateTaint(klog.Logger{}, p.Spec.Tolerations, t, false)
}

// wanted reports whether a node is one that the pod's node selector and required affinity demand.
func (n *Node) wanted(p *corev1.Pod) bool {
	ok, err := nodeaffinity.GetRequiredNodeAffinity(p).Match(n.Node)
	return ok && err == nil
}

// roomFor reports whether a pod's requests fit beside what is there.
func (n *Node) roomFor(p *corev1.Pod) bool {
	for r, want := range requests(p) {
		if want > 0 && n.used[r]+want > n.can[r] {
			return false
		}
	}
	return true
}
