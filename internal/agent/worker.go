package agent

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/plan/pod"
)

// maxRounds bounds how long a worker stays with one pod before others get their turn.
const maxRounds = 32

// worker carries out what pods need, one pod at a time; the queue gives a pod to one worker only.
func (a *Agent) worker(ctx context.Context) {
	for {
		uid, shutdown := a.queue.Get()
		if shutdown {
			return
		}
		if ps := a.podOf(uid); ps != nil && ctx.Err() == nil {
			begun := time.Now()
			a.process(ctx, ps)
			a.tally.worked.WithLabelValues("sync").Observe(time.Since(begun).Seconds())
		}
		a.queue.Done(uid)
	}
}

// process decides and acts until there is nothing to do now.
func (a *Agent) process(ctx context.Context, ps *podState) {
	for range maxRounds {
		plan := a.decide(ps)
		if a.settled(ps, plan) {
			return
		}
		for _, act := range plan.Actions {
			if ctx.Err() != nil {
				return
			}
			if act.Verb == pod.Resize {
				a.resize(ctx, ps, &plan)
			} else if err := a.do(ctx, ps, act); err != nil {
				a.stumble(ctx, ps, act, err)
				return
			}
		}
		ps.change(func() { ps.worked("step") })
	}
	a.queue.Add(ps.uid)
}

// decide makes the plan and passes on what others have to know of it: status, probes, events.
func (a *Agent) decide(ps *podState) pod.Plan {
	in := ps.input(a.hostIPs(), a.cfg.Clock())
	in.BackoffMax = a.cfg.Settings.RestartMax
	if pod.Resizing(in.Pod, &in.Was) {
		in.Room = a.room(ps.uid)
	}
	plan := pod.Decide(in)
	a.deviceHealth(in.Pod, &plan.Status)
	a.stopSignals(in.Pod, &in.Was, &plan.Status)
	had, _ := ps.allotment()
	ps.change(func() { ps.was, ps.allotted = plan.Status, plan.Allotted })
	a.tellBackoff(in.Pod, in.Was, plan.Status)
	a.tellDeadline(ps, in.Pod, &plan)
	a.tellResize(in.Pod, &in.Was, &plan.Status)
	a.noteDeferred(ps.uid, &in.Was, &plan.Status)
	if had.Generation != plan.Allotted.Generation || in.Was.Phase != plan.Status.Phase {
		a.freed()
	}
	if in.Gone || terminalPhase(plan.Status.Phase) {
		a.taken.release(ps.uid)
		a.allot.release(ps.uid)
	}
	if plan.Stopping {
		a.shutdown.noted()
	}
	a.status.submit(ps, plan.Status)
	a.prober.set(ps, plan.Probes)
	a.plane.pod(ps.uid, in.Pod, plan.Status)
	if plan.Stopping {
		ps.giveUp()
	}
	return plan
}

// settled ends the work on a pod for now: nothing is to be done, or it is gone for good.
func (a *Agent) settled(ps *podState, plan pod.Plan) bool {
	if plan.Clean && len(plan.Actions) == 0 {
		ps.mu.Lock()
		gone := ps.gone
		ps.mu.Unlock()
		if gone {
			a.forget(ps)
		}
		return true
	}
	refreshed := a.refreshVolumes(ps, plan.Stopping)
	if len(plan.Actions) > 0 {
		return false
	}
	a.wakeAt(ps.uid, plan.Wake)
	a.wakeAt(ps.uid, refreshed)
	return true
}

// stumble notes that a step failed which has no failure state of its own, and tries again later.
func (a *Agent) stumble(ctx context.Context, ps *podState, act pod.Action, err error) {
	if ctx.Err() != nil {
		return
	}
	var delay time.Duration
	ps.change(func() { delay = ps.failed("step") })
	p := ps.current()
	a.log.Warn("a step for a pod failed", "pod", p.Namespace+"/"+p.Name, "step", act.String(), "retry", delay, "err", err)
	switch act.Verb {
	case pod.Kill, pod.Signal, pod.RemoveSandbox, pod.CleanVolumes:
		a.events.pod(p, "", true, "FailedKillPod", "error killing pod: %v", err)
	}
	a.queue.AddAfter(ps.uid, delay)
}

// do carries out one action. An error is a failure that the plan does not show; other failures become part of the
// pod's state.
func (a *Agent) do(ctx context.Context, ps *podState, act pod.Action) error {
	switch act.Verb {
	case pod.PrepareVolumes:
		return a.timed(ps, "volumes", "", func() error { a.prepareVolumes(ctx, ps); return nil })
	case pod.CreateSandbox:
		a.createSandbox(ctx, ps)
	case pod.RemoveSandbox:
		return a.removeSandbox(ctx, ps, act)
	case pod.CleanVolumes:
		if err := a.unprepareClaims(ctx, ps.uid); err != nil {
			return err
		}
		return a.cleanVolumes(ps)
	case pod.Pull:
		return a.timed(ps, "look for image", act.Container, func() error { a.pulls.pull(ps, act); return nil })
	case pod.Start:
		a.startContainer(ctx, ps, act)
	case pod.BeginStop:
		a.beginStop(ps, act)
	case pod.PreStop:
		a.runPreStop(ps, act)
	case pod.Signal:
		return a.signal(ctx, ps, act)
	case pod.Kill:
		return a.kill(ctx, ps, act)
	case pod.Remove:
		return a.removeContainer(ctx, ps, act.ID)
	case pod.DeletePod:
		return a.deletePod(ctx, ps)
	}
	return nil
}

// tellBackoff records the events that go with waiting for another attempt, when it begins.
func (a *Agent) tellBackoff(p *corev1.Pod, was, now corev1.PodStatus) {
	tell := func(old, cur []corev1.ContainerStatus) {
		for _, c := range cur {
			if c.State.Waiting == nil {
				continue
			}
			reason, before := c.State.Waiting.Reason, ""
			for _, o := range old {
				if o.Name == c.Name && o.State.Waiting != nil {
					before = o.State.Waiting.Reason
				}
			}
			if reason == before {
				continue
			}
			switch reason {
			case "CrashLoopBackOff":
				a.events.pod(p, c.Name, true, "BackOff", "Back-off restarting failed container %s in pod %s", c.Name, pod.FullName(p))
			case "ImagePullBackOff":
				a.events.pod(p, c.Name, false, "BackOff", "%s", pod.PullBackOff(c.State.Waiting.Message))
				a.events.pod(p, c.Name, true, "Failed", "Error: ImagePullBackOff")
			}
		}
	}
	tell(was.InitContainerStatuses, now.InitContainerStatuses)
	tell(was.ContainerStatuses, now.ContainerStatuses)
}

// tellDeadline records the event of a pod that has run for longer than it may, when that is found.
func (a *Agent) tellDeadline(ps *podState, p *corev1.Pod, plan *pod.Plan) {
	if plan.End == nil || plan.End.Reason != pod.ReasonDeadline {
		return
	}
	told := false
	ps.change(func() { told, ps.overdue = ps.overdue, true })
	if !told {
		a.events.pod(p, "", false, plan.End.Reason, "%s", plan.End.Message)
	}
}

// queueAfterChange changes a pod's state from outside of its worker and has it looked at.
func (a *Agent) queueAfterChange(uid types.UID, ps *podState, f func()) {
	ps.change(f)
	a.queue.Add(uid)
}
