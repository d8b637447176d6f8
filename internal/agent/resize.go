package agent

import (
	"context"
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/plan/pod"
)

// room is what the node has for one pod: its allocatable resources, and what the other pods have been granted of them.
func (a *Agent) room(uid types.UID) *pod.Room {
	say := &a.cfg.Settings
	r := &pod.Room{
		Allocatable: a.node.allocatable(), Used: corev1.ResourceList{},
		ExclusiveCPUs: say.ExclusiveCPUs, ExclusiveMemory: say.ExclusiveMemory, LimitedSwap: say.LimitedSwap,
	}
	a.mu.Lock()
	others := make([]*podState, 0, len(a.pods))
	for _, ps := range a.pods {
		if ps.uid != uid {
			others = append(others, ps)
		}
	}
	a.mu.Unlock()
	var cpu, memory resource.Quantity
	for _, ps := range others {
		p, phase := ps.allotment()
		if terminalPhase(phase) {
			continue
		}
		cpu.Add(pod.Requests(p, corev1.ResourceCPU))
		memory.Add(pod.Requests(p, corev1.ResourceMemory))
	}
	r.Used[corev1.ResourceCPU], r.Used[corev1.ResourceMemory] = cpu, memory
	return r
}

// allotment is the pod with the resources that it was granted, and the phase that was decided last.
func (ps *podState) allotment() (*corev1.Pod, corev1.PodPhase) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if ps.allotted != nil {
		return ps.allotted, ps.was.Phase
	}
	return ps.pod, ps.was.Phase
}

// resize gives the cgroups of a pod and of its running containers what they were granted. The pod's own limits are wide
// enough for both the old and the new figures in between: the kernel refuses a quota beyond that of the cgroup above.
func (a *Agent) resize(ctx context.Context, ps *podState, plan *pod.Plan) {
	err := a.resizeCgroups(ctx, ps, plan)
	if ctx.Err() != nil {
		return
	}
	var failure *pod.Failure
	ps.change(func() {
		if err == nil {
			ps.worked("resize")
		} else {
			failure = &pod.Failure{Reason: pod.ReasonResizeError, Message: err.Error(), RetryAt: a.cfg.Clock().Add(ps.failed("resize"))}
		}
		ps.resizeFailure = failure
	})
	if failure != nil {
		a.events.pod(ps.current(), "", true, "ResizeError", "Pod resize error: %s", summaryOf(plan.Allotted, failure.Message))
	}
}

func (a *Agent) resizeCgroups(ctx context.Context, ps *podState, plan *pod.Plan) error {
	id := string(ps.uid)
	now, then := pod.PodLimits(plan.Applied), pod.PodLimits(plan.Allotted)
	if err := a.cfg.Containers.UpdateSandbox(ctx, id, a.podLimited(plan.Allotted, now.Or(then))); err != nil {
		return fmt.Errorf("widening the limits of the pod: %w", err)
	}
	ps.mu.Lock()
	running := map[string]string{}
	for _, c := range ps.containers {
		if c.Running && c.Stop == nil {
			running[c.Name] = c.ID
		}
	}
	ps.mu.Unlock()
	for name, id := range running {
		c, had := specOf(plan.Allotted, name), specOf(plan.Applied, name)
		if c == nil || had == nil {
			continue
		}
		limits := pod.ContainerLimits(plan.Allotted, c.Resources)
		if pod.SameAmounts(c, had) && limits == pod.ContainerLimits(plan.Applied, had.Resources) {
			continue
		}
		if err := a.cfg.Containers.Update(ctx, id, a.limited(plan.Allotted, c, limits)); err != nil {
			return fmt.Errorf("changing the limits of container %s: %w", name, err)
		}
		r := c.Resources.DeepCopy()
		ps.change(func() {
			if have := ps.containers[id]; have != nil {
				have.Resources = r
			}
		})
	}
	if err := a.cfg.Containers.UpdateSandbox(ctx, id, a.podLimited(plan.Allotted, then)); err != nil {
		return fmt.Errorf("changing the limits of the pod: %w", err)
	}
	whole := pod.Whole(plan.Allotted)
	ps.change(func() {
		if ps.sandbox != nil {
			ps.sandbox.Resources = whole
		}
	})
	return nil
}

// tellResize records the events of a resize, when its conditions come and go.
func (a *Agent) tellResize(p *corev1.Pod, was, now *corev1.PodStatus) {
	before, after := conditionOf(was, corev1.PodResizePending), conditionOf(now, corev1.PodResizePending)
	if after != nil && (before == nil || before.Reason != after.Reason || before.ObservedGeneration != after.ObservedGeneration) {
		a.events.pod(p, "", true, "Resize"+after.Reason, "Pod resize %s: %s", after.Reason, summaryOf(p, after.Message))
	}
	before, after = conditionOf(was, corev1.PodResizeInProgress), conditionOf(now, corev1.PodResizeInProgress)
	switch {
	case before == nil && after != nil:
		a.events.pod(p, "", false, "ResizeStarted", "Pod resize started: %s", summaryOf(p, ""))
	case before != nil && after == nil && now.Phase == corev1.PodRunning:
		a.events.pod(p, "", false, "ResizeCompleted", "Pod resize completed: %s", summaryOf(p, ""))
	}
}

func conditionOf(st *corev1.PodStatus, t corev1.PodConditionType) *corev1.PodCondition {
	for i := range st.Conditions {
		if st.Conditions[i].Type == t {
			return &st.Conditions[i]
		}
	}
	return nil
}

// summaryOf is the JSON of a pod's resources in kubelet's events of resizes.
func summaryOf(p *corev1.Pod, failure string) string {
	type container struct {
		Name      string                      `json:"name"`
		Resources corev1.ResourceRequirements `json:"resources"`
	}
	var sum struct {
		InitContainers []container `json:"initContainers,omitempty"`
		Containers     []container `json:"containers,omitempty"`
		Generation     int64       `json:"generation"`
		Error          string      `json:"error,omitempty"`
	}
	for _, c := range p.Spec.InitContainers {
		sum.InitContainers = append(sum.InitContainers, container{c.Name, c.Resources})
	}
	for _, c := range p.Spec.Containers {
		sum.Containers = append(sum.Containers, container{c.Name, c.Resources})
	}
	sum.Generation, sum.Error = p.Generation, failure
	b, err := json.Marshal(sum)
	if err != nil {
		return failure
	}
	return string(b)
}

// freed has pods looked at again whose resize waits for room, when a pod has ended, gone, or got smaller.
func (a *Agent) freed() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for uid := range a.deferred {
		a.queue.Add(uid)
	}
}

// noteDeferred remembers which pods wait for room. Most never do, and cost no lock.
func (a *Agent) noteDeferred(uid types.UID, was, now *corev1.PodStatus) {
	c := conditionOf(now, corev1.PodResizePending)
	if c == nil && conditionOf(was, corev1.PodResizePending) == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if c != nil && c.Reason == corev1.PodReasonDeferred {
		a.deferred[uid] = true
	} else {
		delete(a.deferred, uid)
	}
}
