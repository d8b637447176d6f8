package pod

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// This file decides about resizing in place (KEP-1287): whether the node grants what the spec asks for now, and which
// containers have to be brought there.
//
// Three amounts are told apart. *Desired* is what the spec says. *Applied* is what the cgroup of a container has; the status
// remembers it. *Allotted* is what the node has granted: the desired if that fits, else what is applied already.

// Room is what a node has for pods, and what other pods than this one have been allotted of it.
type Room struct {
	Allocatable, Used corev1.ResourceList
	// ExclusiveCPUs, ExclusiveMemory and LimitedSwap say that the node works by these policies, which decide when a container starts and not
	// again: what they have decided about cannot be resized in place.
	ExclusiveCPUs, ExclusiveMemory, LimitedSwap bool
}

// ReasonResizeError is the reason of a PodResizeInProgress condition that does not get on.
const ReasonResizeError = corev1.PodReasonError

// resizable are the resources that can change in place.
var resizable = [...]corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory}

// Resizing says whether a pod's spec asks for other amounts than its containers have been given, so that a decision about
// it needs to know the Room of the node.
func Resizing(p *corev1.Pod, was *corev1.PodStatus) bool {
	pending := func(specs []corev1.Container, statuses []corev1.ContainerStatus) bool {
		for i := range specs {
			j := slices.IndexFunc(statuses, func(s corev1.ContainerStatus) bool { return s.Name == specs[i].Name })
			if j >= 0 && statuses[j].Resources != nil && !sameAmounts(&specs[i].Resources, statuses[j].Resources) {
				return true
			}
		}
		return false
	}
	return pending(p.Spec.InitContainers, was.InitContainerStatuses) || pending(p.Spec.Containers, was.ContainerStatuses) ||
		p.Spec.Resources != nil && was.Resources != nil && !sameAmounts(Whole(p), was.Resources)
}

// allot decides what each container is granted.
func (d *decider) allot() {
	d.plan.Allotted, d.plan.Applied = d.Pod, d.Pod
	if !Resizing(d.Pod, &d.Was) {
		d.findApplied()
		return
	}
	recorded := d.withResources(func(s *slot) *corev1.ResourceRequirements { return s.recorded() }, d.Was.Resources)
	if d.pending = d.Room.refuses(recorded, d.Pod); d.pending != nil {
		d.plan.Allotted = recorded
		for _, s := range slices.Concat(d.inits, d.mains) {
			s.allotted = s.recorded()
		}
	}
	d.findApplied()
}

// findApplied finds out what the cgroups of the running containers have.
func (d *decider) findApplied() {
	differs := false
	for _, s := range slices.Concat(d.inits, d.mains) {
		if s.allotted == nil {
			s.allotted = &s.spec.Resources
		}
		s.applied = s.allotted
		if s.cur == nil || !s.cur.Running {
			continue
		}
		switch {
		case s.cur.Resources != nil:
			s.applied = s.cur.Resources
		case s.was != nil && s.was.Resources != nil && s.was.ContainerID == ContainerIDPrefix+s.cur.ID:
			s.applied = s.was.Resources
		}
		differs = differs || !sameAmounts(s.applied, s.allotted)
	}
	// A pod as a whole has what its cgroup was given, which is what the status says if nobody remembers.
	applied := d.Was.Resources
	if d.Sandbox != nil && d.Sandbox.Resources != nil {
		applied = d.Sandbox.Resources
	}
	if d.Pod.Spec.Resources == nil || d.Sandbox == nil || applied == nil {
		applied = nil
	} else {
		differs = differs || !sameAmounts(applied, Whole(d.plan.Allotted))
	}
	d.plan.Applied = d.plan.Allotted
	if d.resizing = differs; differs {
		d.plan.Applied = d.withResources(func(s *slot) *corev1.ResourceRequirements { return s.applied }, applied)
	}
}

// recorded is what the last status says a container was given: what it was granted before the spec changed.
func (s *slot) recorded() *corev1.ResourceRequirements {
	if s.was != nil && s.was.Resources != nil {
		return s.was.Resources
	}
	return &s.spec.Resources
}

// withResources is the pod with other resources of its containers and, where it has some of its own and whole is not nil, of itself.
func (d *decider) withResources(of func(*slot) *corev1.ResourceRequirements, whole *corev1.ResourceRequirements) *corev1.Pod {
	p := *d.Pod
	if own := p.Spec.Resources; own != nil && whole != nil {
		r := own.DeepCopy()
		for _, name := range resizable {
			for _, l := range []struct{ to, from corev1.ResourceList }{{r.Requests, whole.Requests}, {r.Limits, whole.Limits}} {
				if q, ok := l.from[name]; ok && l.to != nil {
					q = q.DeepCopy()
					q.Sub(p.Spec.Overhead[name])
					l.to[name] = q
				}
			}
		}
		p.Spec.Resources = r
	}
	set := func(list []corev1.Container, slots []*slot) []corev1.Container {
		list = slices.Clone(list)
		for i, s := range slots {
			list[i].Resources.Requests, list[i].Resources.Limits = of(s).Requests, of(s).Limits
		}
		return list
	}
	p.Spec.InitContainers, p.Spec.Containers = set(p.Spec.InitContainers, d.inits), set(p.Spec.Containers, d.mains)
	return &p
}

// refuses says why the node does not grant what a pod wants beyond what it has; nil grants it.
func (r *Room) refuses(has, wants *corev1.Pod) *verdict {
	if r == nil {
		return nil
	}
	if why := r.settled(has, wants); why != "" {
		return &verdict{ok: true, reason: corev1.PodReasonInfeasible, message: why}
	}
	for _, name := range resizable {
		had, want := Requests(has, name), Requests(wants, name)
		if want.Cmp(had) <= 0 {
			continue
		}
		all, used := r.Allocatable[name], r.Used[name]
		if want.Cmp(all) > 0 {
			return &verdict{ok: true, reason: corev1.PodReasonInfeasible, message: fmt.Sprintf("Node didn't have enough capacity: %s, requested: %d, capacity: %d",
				name, amount(name, want), amount(name, all))}
		}
		free := all.DeepCopy()
		free.Sub(used)
		if want.Cmp(free) > 0 {
			return &verdict{ok: true, reason: corev1.PodReasonDeferred, message: fmt.Sprintf("Node didn't have enough resource: %s, requested: %d, used: %d, capacity: %d",
				name, amount(name, want), amount(name, used), amount(name, all))}
		}
	}
	return nil
}

// settled says, in kubelet's words, what of a resize a policy of the node has decided about already, or nothing.
func (r *Room) settled(has, wants *corev1.Pod) string {
	differs := func(name corev1.ResourceName, of func(old, c *corev1.Container) bool) bool {
		for _, l := range []struct{ old, new []corev1.Container }{{has.Spec.InitContainers, wants.Spec.InitContainers}, {has.Spec.Containers, wants.Spec.Containers}} {
			for i := range l.new {
				before, after := l.old[i].Resources.Requests[name], l.new[i].Resources.Requests[name]
				if before.Cmp(after) != 0 && of(&l.old[i], &l.new[i]) {
					return true
				}
			}
		}
		return false
	}
	all := func(*corev1.Container, *corev1.Container) bool { return true }
	guaranteed := QOS(wants) == corev1.PodQOSGuaranteed
	switch {
	case r.LimitedSwap && differs(corev1.ResourceMemory, func(old, c *corev1.Container) bool {
		restarts := slices.Contains(c.ResizePolicy, corev1.ContainerResizePolicy{ResourceName: corev1.ResourceMemory, RestartPolicy: corev1.RestartContainer})
		return !restarts && (swaps(has, old) || swaps(wants, c))
	}):
		return "In-place resize of containers with swap is not supported."
	case guaranteed && r.ExclusiveCPUs && differs(corev1.ResourceCPU, all):
		return `Resize is infeasible for Guaranteed Pods alongside CPU Manager policy "static"`
	case guaranteed && r.ExclusiveMemory && differs(corev1.ResourceMemory, all):
		return `Resize is infeasible for Guaranteed Pods alongside Memory Manager policy "Static"`
	}
	return ""
}

// amount is a quantity as kubelet's messages count it.
func amount(name corev1.ResourceName, q resource.Quantity) int64 {
	if name == corev1.ResourceCPU {
		return q.MilliValue()
	}
	return q.Value()
}

// restartsToResize says whether a running container has to be restarted to get what it was granted: its resizePolicy wants
// that for a resource that changes.
func (s *slot) restartsToResize() bool {
	for _, p := range s.spec.ResizePolicy {
		if p.RestartPolicy == corev1.RestartContainer && !sameAmount(s.applied, s.allotted, p.ResourceName) {
			return true
		}
	}
	return false
}

// resize asks for the cgroups to be changed of containers that go on running.
func (d *decider) resize() {
	if !d.resizing || !d.retry(d.ResizeFailure) {
		return
	}
	if !sameAmounts(Whole(d.plan.Applied), Whole(d.plan.Allotted)) && d.Pod.Spec.Resources != nil {
		d.do(Action{Verb: Resize})
		return
	}
	for _, s := range slices.Concat(d.inits, d.mains) {
		if s.cur != nil && s.cur.Running && s.cur.Stop == nil && !s.restartsToResize() && !sameAmounts(s.applied, s.allotted) {
			d.do(Action{Verb: Resize})
			return
		}
	}
}

// wholeStatus writes down what the pod as a whole has been given and granted.
func (d *decider) wholeStatus(st *corev1.PodStatus) {
	st.Resources, st.AllocatedResources = Whole(d.plan.Applied), Whole(d.plan.Allotted).Requests
}

// resizeConditions tells of a resize that is not over.
func (d *decider) resizeConditions() (out []corev1.PodCondition) {
	if terminal(d.Pod.Status.Phase) || d.plan.Stopping {
		return nil
	}
	if d.pending != nil {
		out = append(out, d.condition(corev1.PodResizePending, *d.pending))
	}
	if d.resizing {
		v := truth(true)
		if f := d.ResizeFailure; f != nil {
			v.reason, v.message = ReasonResizeError, f.Message
		}
		out = append(out, d.condition(corev1.PodResizeInProgress, v))
	}
	return out
}

// resourceStatus writes down what a container has been given and granted.
func (s *slot) resourceStatus(st *corev1.ContainerStatus) {
	st.Resources = s.applied.DeepCopy()
	st.Resources.Claims = nil
	st.AllocatedResources = s.allotted.Requests.DeepCopy()
}

// SameAmounts says whether two forms of a container have the same resources that can change in place.
func SameAmounts(a, b *corev1.Container) bool { return sameAmounts(&a.Resources, &b.Resources) }

// sameAmounts compares what can be resized.
func sameAmounts(a, b *corev1.ResourceRequirements) bool {
	for _, name := range resizable {
		if !sameAmount(a, b, name) {
			return false
		}
	}
	return true
}

func sameAmount(a, b *corev1.ResourceRequirements, name corev1.ResourceName) bool {
	same := func(a, b corev1.ResourceList) bool {
		x, y := a[name], b[name]
		return x.Cmp(y) == 0
	}
	return same(a.Requests, b.Requests) && same(a.Limits, b.Limits)
}
