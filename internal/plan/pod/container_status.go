package pod

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ContainerIDPrefix is the runtime's part of status.containerStatuses[].containerID.
const ContainerIDPrefix = "gantry://"

// containerStatus makes the status of one container.
func (d *decider) containerStatus(s *slot) corev1.ContainerStatus {
	st := corev1.ContainerStatus{Name: s.spec.Name, Image: s.spec.Image, VolumeMounts: mountStatuses(s.spec)}
	if s.was != nil {
		st.RestartCount, st.ImageID, st.ContainerID, st.User = s.was.RestartCount, s.was.ImageID, s.was.ContainerID, s.was.User
	}
	if c := s.cur; c != nil {
		st.RestartCount, st.ImageID, st.ContainerID, st.User = int32(c.Attempt), c.ImageID, ContainerIDPrefix+c.ID, c.User
		st.Image = c.Image
	}
	d.containerState(s, &st)
	started := d.started(s)
	st.Started = &started
	switch {
	case s.role == Init:
		st.Ready = st.State.Terminated != nil && st.State.Terminated.ExitCode == 0
	case s.role == Ephemeral:
		st.Ready, st.Started = false, nil
	default:
		st.Ready = d.ready(s)
	}
	if s.role != Ephemeral && (s.cur != nil || s.was != nil && s.was.Resources != nil) {
		s.resourceStatus(&st)
	}
	return st
}

// containerState sets state and last state.
func (d *decider) containerState(s *slot, st *corev1.ContainerStatus) {
	var last *corev1.ContainerStateTerminated
	switch {
	case s.prev != nil && !s.prev.Running:
		last = s.prev.Terminated()
	case s.was != nil && s.cur != nil && s.was.ContainerID != st.ContainerID && s.was.State.Terminated != nil:
		last = s.was.State.Terminated
	case s.was != nil:
		last = s.was.LastTerminationState.Terminated
	}
	if d.restarting && s.role != Ephemeral && s.cur != nil {
		st.State.Waiting, st.LastTerminationState = s.waiting, s.cutOff()
		return
	}
	var now *corev1.ContainerStateTerminated
	switch {
	case s.cur == nil:
		now = s.lastSeen()
	case s.cur.Running:
		st.State.Running = &corev1.ContainerStateRunning{StartedAt: apiTime(s.cur.StartedAt)}
	default:
		now = s.cur.Terminated()
	}
	switch {
	case st.State.Running != nil:
	case now == nil:
		st.State.Waiting = d.waitingState(s)
	case s.waiting != nil || s.cur == nil && !d.plan.Stopping && !d.ended(s), s.cur.replaced() && !d.over():
		// It is to be started again: what it was is its last state.
		st.State.Waiting, last = d.waitingState(s), now
	default:
		st.State.Terminated = now
	}
	if last != nil && last != st.State.Terminated {
		st.LastTerminationState.Terminated = last
	}
}

// waitingState is why a container waits, with kubelet's words when nothing special holds it up.
func (d *decider) waitingState(s *slot) *corev1.ContainerStateWaiting {
	switch {
	case s.waiting != nil:
		return s.waiting
	case len(d.inits) > 0 && s.role != Ephemeral:
		return &corev1.ContainerStateWaiting{Reason: reasonInitializing}
	}
	return &corev1.ContainerStateWaiting{Reason: reasonCreating}
}

// Terminated is the end of an instance in the words of the API.
func (c *Container) Terminated() *corev1.ContainerStateTerminated {
	t := &corev1.ContainerStateTerminated{
		ExitCode: c.code(), Signal: 0, Reason: "Error", Message: c.Message,
		StartedAt: apiTime(c.StartedAt), FinishedAt: apiTime(c.FinishedAt), ContainerID: ContainerIDPrefix + c.ID,
	}
	switch {
	case c.NotStarted:
		t.Reason = reasonStartError
	case c.OOMKilled:
		t.Reason = "OOMKilled"
	case c.Lost:
		t.Reason = reasonUnknown
		if t.Message == "" {
			t.Message = "The container ended while nobody watched it, so its exit code is not known"
		}
	case c.ExitCode == 0:
		t.Reason = "Completed"
	}
	return t
}

// started says whether a container runs, its postStart hook is over and, if it has a startup probe, it has passed that.
func (d *decider) started(s *slot) bool {
	if s.cur == nil || !s.cur.Running || s.cur.PostStart == Underway || s.cur.PostStart == Failed {
		return false
	}
	return s.spec.StartupProbe == nil || d.Probes[s.cur.ID].Startup == Healthy
}

func (d *decider) ready(s *slot) bool {
	return d.started(s) && (s.spec.ReadinessProbe == nil || d.Probes[s.cur.ID].Readiness == Healthy)
}

// mountStatuses tells how volumes are mounted.
func mountStatuses(c *corev1.Container) []corev1.VolumeMountStatus {
	var out []corev1.VolumeMountStatus
	for _, m := range c.VolumeMounts {
		st := corev1.VolumeMountStatus{Name: m.Name, MountPath: m.MountPath, ReadOnly: m.ReadOnly}
		if m.ReadOnly {
			mode := corev1.RecursiveReadOnlyDisabled
			if m.RecursiveReadOnly != nil && *m.RecursiveReadOnly != corev1.RecursiveReadOnlyDisabled {
				mode = corev1.RecursiveReadOnlyEnabled
			}
			st.RecursiveReadOnly = &mode
		}
		out = append(out, st)
	}
	return out
}

// apiTime is a time as the API keeps it, in whole seconds, so that a status compares equal to what was read back.
func apiTime(t interface{ Unix() int64 }) metav1.Time { return metav1.Unix(t.Unix(), 0) }
