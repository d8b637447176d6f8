package pod

import (
	"cmp"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// ReasonDeadline is that of a pod that was active for longer than its activeDeadlineSeconds.
const ReasonDeadline = "DeadlineExceeded"

// Role is the part that a container plays in its pod.
type Role uint8

// The roles. A Sidecar is an init container with restartPolicy Always.
const (
	Main Role = iota
	Init
	Sidecar
	Ephemeral
)

// slot is one container of the spec with what there is of it.
type slot struct {
	spec *corev1.Container
	role Role
	// cur is the newest instance, prev the one before; either may be nil.
	cur, prev *Container
	// was is its last status, nil if there is none.
	was *corev1.ContainerStatus
	// waiting is why it is not started now although it should run; set while deciding.
	waiting *corev1.ContainerStateWaiting
	// allotted is what the node has granted it, applied what its cgroup has, see resize.go.
	allotted, applied *corev1.ResourceRequirements
}

// decider is the state of one decision.
type decider struct {
	Input
	inits, mains, ephemerals []*slot
	// strays are instances that no slot needs any more.
	strays []*Container
	// end is why the pod fails although its containers may be well.
	end *Refusal
	// pending is why the node does not grant what the spec asks for; resizing, that a cgroup has something else than granted.
	pending  *verdict
	resizing bool
	// restarting: all instances are removed, because one ended in a way that a rule is for.
	restarting bool
	plan       Plan
}

// Decide makes the plan for a pod.
func Decide(in Input) Plan {
	d := &decider{Input: in}
	d.sort()
	d.allot()
	d.end = d.forcedEnd()
	d.plan.End = d.end
	if d.plan.Stopping = d.ending(); d.plan.Stopping {
		d.terminate()
	} else {
		d.advance()
	}
	d.removeStrays()
	d.plan.Status = d.status()
	d.probes()
	d.finish()
	return d.plan
}

// sort finds the instances of every container of the spec.
func (d *decider) sort() {
	byName := map[string][]*Container{}
	for i := range d.Containers {
		c := &d.Containers[i]
		byName[c.Name] = append(byName[c.Name], c)
	}
	take := func(c *corev1.Container, role Role, was []corev1.ContainerStatus) *slot {
		s := &slot{spec: c, role: role}
		own := byName[c.Name]
		delete(byName, c.Name)
		slices.SortFunc(own, func(a, b *Container) int { return cmp.Compare(b.Attempt, a.Attempt) })
		if len(own) > 0 {
			s.cur = own[0]
		}
		if len(own) > 1 {
			s.prev = own[1]
			d.strays = append(d.strays, own[2:]...)
		}
		if i := slices.IndexFunc(was, func(w corev1.ContainerStatus) bool { return w.Name == c.Name }); i >= 0 {
			s.was = &was[i]
		}
		return s
	}
	spec := &d.Pod.Spec
	for i := range spec.InitContainers {
		c := &spec.InitContainers[i]
		role := Init
		if isSidecar(c) {
			role = Sidecar
		}
		d.inits = append(d.inits, take(c, role, d.Was.InitContainerStatuses))
	}
	for i := range spec.Containers {
		d.mains = append(d.mains, take(&spec.Containers[i], Main, d.Was.ContainerStatuses))
	}
	for i := range spec.EphemeralContainers {
		c := (*corev1.Container)(&spec.EphemeralContainers[i].EphemeralContainerCommon)
		d.ephemerals = append(d.ephemerals, take(c, Ephemeral, d.Was.EphemeralContainerStatuses))
	}
	for _, own := range byName {
		d.strays = append(d.strays, own...)
	}
	slices.SortFunc(d.strays, func(a, b *Container) int { return cmp.Compare(a.ID, b.ID) })
}

// forcedEnd is why the pod fails, apart from what its containers did.
func (d *decider) forcedEnd() *Refusal {
	switch {
	case d.Refused != nil:
		return d.Refused
	case d.Evicted != nil:
		return d.Evicted
	}
	deadline := d.Pod.Spec.ActiveDeadlineSeconds
	if deadline == nil || d.Was.StartTime == nil || terminal(d.Pod.Status.Phase) {
		return nil
	}
	due := d.Was.StartTime.Add(time.Duration(*deadline) * time.Second)
	if d.Now.Before(due) {
		d.wake(due)
		return nil
	}
	return &Refusal{Reason: ReasonDeadline, Message: "Pod was active on the node longer than the specified deadline"}
}

// ending says whether the pod is on its way out, by whomever.
func (d *decider) ending() bool {
	return d.Gone || d.Pod.DeletionTimestamp != nil || d.end != nil || terminal(d.Pod.Status.Phase) ||
		terminal(d.Was.Phase) || d.finished()
}

// over says whether the pod ends for a reason that is not its containers'.
func (d *decider) over() bool { return d.Gone || d.Pod.DeletionTimestamp != nil || d.end != nil }

// finished says whether nothing is left that the spec wants to run: every main container ended for good, or an init
// container failed for good.
func (d *decider) finished() bool {
	for _, s := range d.inits {
		if s.role == Init && s.cur != nil && !s.cur.Running && s.cur.code() != 0 && !d.restarts(s, s.cur.code()) {
			return true
		}
	}
	return !slices.ContainsFunc(d.mains, func(s *slot) bool { return !d.ended(s) })
}

// ended says whether a container has ended for good. Of one whose instance is gone the last status tells.
func (d *decider) ended(s *slot) bool {
	if s.cur != nil {
		return !s.cur.Running && !s.cur.replaced() && !d.restarts(s, s.cur.code())
	}
	t := s.lastSeen()
	return t != nil && s.was.State.Waiting == nil && d.final(s, t)
}

// lastSeen is how the last instance ended, when there is no instance now: as its status said, or unknown if it was said
// to run. It is nil for a container that has never run.
func (s *slot) lastSeen() *corev1.ContainerStateTerminated {
	switch {
	case s.was == nil:
		return nil
	case s.was.State.Terminated != nil:
		return s.was.State.Terminated
	case s.was.State.Running != nil:
		return &corev1.ContainerStateTerminated{
			ExitCode: lostExitCode, Reason: reasonUnknown, StartedAt: s.was.State.Running.StartedAt, ContainerID: s.was.ContainerID,
			Message: "The container could not be located when the pod was restarted or deleted. It used to be Running",
		}
	}
	return s.was.LastTerminationState.Terminated
}

func (d *decider) restarts(s *slot, code int32) bool {
	return restarts(&d.Pod.Spec, s.spec, s.role, code)
}

// code is the exit code as restart policies see it: an end that nobody saw is a failure.
func (c *Container) code() int32 {
	if c.Lost && c.ExitCode == 0 {
		return lostExitCode
	}
	return c.ExitCode
}

// slots are all containers in the order in which they start.
func (d *decider) slots() []*slot { return slices.Concat(d.inits, d.mains, d.ephemerals) }

func (d *decider) running() bool {
	return slices.ContainsFunc(d.Containers, func(c Container) bool { return c.Running })
}

func (d *decider) do(a Action) { d.plan.Actions = append(d.plan.Actions, a) }

// wake asks to be called again at t.
func (d *decider) wake(t time.Time) {
	if d.plan.Wake.IsZero() || t.Before(d.plan.Wake) {
		d.plan.Wake = t
	}
}

// retry says whether the attempt after f is due, and asks to be woken if it is not.
func (d *decider) retry(f *Failure) bool {
	if f == nil || !d.Now.Before(f.RetryAt) {
		return true
	}
	d.wake(f.RetryAt)
	return false
}

// removeStrays gives up instances that neither status nor logs need: older than the one before the newest. One that
// runs is ended with it.
func (d *decider) removeStrays() {
	for _, c := range d.strays {
		d.do(Action{Verb: Remove, Container: c.Name, ID: c.ID})
	}
}

func terminal(p corev1.PodPhase) bool { return p == corev1.PodSucceeded || p == corev1.PodFailed }
