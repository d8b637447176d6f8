package simpod

import (
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/plan"
)

// Back-off of restarts: kubelet's.
const (
	firstBackoff = 10 * time.Second
	lastBackoff  = 5 * time.Minute
)

// backoff is the delay before a container starts again that was restarted n times already.
func backoff(n int32) time.Duration {
	if n == 0 {
		return 0
	}
	return min(lastBackoff, firstBackoff<<min(n-1, 10))
}

// status is the pod's status as it is, with its addresses.
func (l *life) status() *corev1.PodStatus {
	st := l.Status.DeepCopy()
	st.ObservedGeneration = l.Generation
	if l.at.HostIP != "" {
		st.HostIP, st.HostIPs = l.at.HostIP, []corev1.HostIP{{IP: l.at.HostIP}}
	}
	ip := l.at.PodIP
	if l.Spec.HostNetwork {
		ip = l.at.HostIP
	}
	if st.PodIP == "" && ip != "" {
		st.PodIP, st.PodIPs = ip, []corev1.PodIP{{IP: ip}}
	}
	if st.Phase == "" {
		st.Phase = corev1.PodPending
	}
	return st
}

// run gives every container the state of one that has just started; those that ran before are counted as restarted.
func (l *life) run(st *corev1.PodStatus) {
	running := corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(l.now)}}
	st.InitContainerStatuses = l.each(l.Spec.InitContainers, st.InitContainerStatuses, func(c *corev1.Container, s *corev1.ContainerStatus) {
		if sidecar(c) {
			restart(s, running)
		} else if s.State.Terminated == nil {
			s.State = corev1.ContainerState{Terminated: l.ended(0, metav1.NewTime(l.now))}
			s.Ready = true
		}
	})
	st.ContainerStatuses = l.each(l.Spec.Containers, st.ContainerStatuses, func(_ *corev1.Container, s *corev1.ContainerStatus) { restart(s, running) })
}

func restart(s *corev1.ContainerStatus, running corev1.ContainerState) {
	if s.LastTerminationState.Terminated != nil && s.State.Waiting != nil {
		s.RestartCount++
	}
	yes := true
	s.State, s.Started = running, &yes
}

// end gives every container that has not ended the state of one that ends now.
func (l *life) end(st *corev1.PodStatus, code int32) {
	stop := func(_ *corev1.Container, s *corev1.ContainerStatus) {
		since := metav1.NewTime(l.now)
		switch {
		case s.State.Terminated != nil:
			return
		case s.State.Running != nil:
			since = s.State.Running.StartedAt
		}
		no := false
		s.State, s.Ready, s.Started = corev1.ContainerState{Terminated: l.ended(code, since)}, false, &no
	}
	if st.StartTime == nil { // nothing has run
		return
	}
	st.InitContainerStatuses = l.each(l.Spec.InitContainers, st.InitContainerStatuses, stop)
	st.ContainerStatuses = l.each(l.Spec.Containers, st.ContainerStatuses, stop)
}

// crash gives every container the state of one that ends now and waits to be started again, at the time returned.
func (l *life) crash(st *corev1.PodStatus, code int32) (again time.Time) {
	wait := backoff(l.restarts())
	st.ContainerStatuses = l.each(l.Spec.Containers, st.ContainerStatuses, func(c *corev1.Container, s *corev1.ContainerStatus) {
		no := false
		s.LastTerminationState = corev1.ContainerState{Terminated: l.ended(code, metav1.NewTime(startedAt(&l.Status)))}
		s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff",
			Message: fmt.Sprintf("back-off %s restarting failed container=%s pod=%s_%s(%s)", wait, c.Name, l.Name, l.Namespace, l.UID)}}
		s.Ready, s.Started = false, &no
	})
	return l.now.Add(wait)
}

// each returns the statuses of containers, made where there are none, as edit leaves them.
func (l *life) each(cs []corev1.Container, was []corev1.ContainerStatus, edit func(*corev1.Container, *corev1.ContainerStatus)) (out []corev1.ContainerStatus) {
	for i := range cs {
		c := &cs[i]
		s := corev1.ContainerStatus{Name: c.Name, Image: c.Image, ImageID: "sim://" + c.Image, ContainerID: fmt.Sprintf("sim://%s/%s", l.UID, c.Name)}
		if j := slices.IndexFunc(was, func(s corev1.ContainerStatus) bool { return s.Name == c.Name }); j >= 0 {
			s = was[j]
		}
		edit(c, &s)
		out = append(out, s)
	}
	return out
}

func (l *life) ended(code int32, since metav1.Time) *corev1.ContainerStateTerminated {
	reason := "Completed"
	if code != 0 {
		reason = "Error"
	}
	return &corev1.ContainerStateTerminated{ExitCode: code, Reason: reason, StartedAt: since, FinishedAt: metav1.NewTime(l.now)}
}

func sidecar(c *corev1.Container) bool {
	return c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways
}

// state tells since when the containers run, or when they ended and wait to be started again.
func (l *life) state() (since time.Time, ended bool) {
	for i := range l.Status.ContainerStatuses {
		s := &l.Status.ContainerStatuses[i]
		switch {
		case s.State.Running != nil:
			return s.State.Running.StartedAt.Time, false
		case s.State.Waiting != nil && s.LastTerminationState.Terminated != nil:
			return s.LastTerminationState.Terminated.FinishedAt.Time, true
		}
	}
	return l.Status.StartTime.Time, false
}

func startedAt(st *corev1.PodStatus) time.Time {
	for i := range st.ContainerStatuses {
		if r := st.ContainerStatuses[i].State.Running; r != nil {
			return r.StartedAt.Time
		}
	}
	return st.StartTime.Time
}

func (l *life) restarts() int32 {
	if len(l.Status.ContainerStatuses) == 0 {
		return 0
	}
	return l.Status.ContainerStatuses[0].RestartCount
}

func (l *life) restartsAfter(code int32) bool {
	return l.Spec.RestartPolicy == corev1.RestartPolicyAlways || l.Spec.RestartPolicy == corev1.RestartPolicyOnFailure && code != 0
}

// sameStatus compares what was with what is to be.
func sameStatus(a, b *corev1.PodStatus) bool { return equality.Semantic.DeepEqual(a, b) }

// conditions writes the node's conditions as the containers have them; those of others stay.
func (l *life) conditions(st *corev1.PodStatus, ready bool) {
	started := st.StartTime != nil
	reason := map[corev1.PodPhase]string{corev1.PodSucceeded: "PodCompleted", corev1.PodFailed: "PodFailed"}[st.Phase]
	over := reason != ""
	ready = ready && started && !over
	if !ready && !over {
		reason = "ContainersNotReady"
	}
	for i := range st.ContainerStatuses {
		st.ContainerStatuses[i].Ready = ready
	}
	set := func(t corev1.PodConditionType, ok bool, reason string) {
		c := corev1.PodCondition{Type: t, Status: corev1.ConditionFalse, Reason: reason, ObservedGeneration: l.Generation}
		if ok {
			c.Status = corev1.ConditionTrue
		}
		plan.SetPodCondition(st, c, l.now)
	}
	completed := ""
	if st.Phase == corev1.PodSucceeded {
		completed = reason
	}
	set(corev1.PodReadyToStartContainers, started && !over, "")
	set(corev1.PodInitialized, started, completed)
	set(corev1.ContainersReady, ready, reason)
	gates := ready && !slices.ContainsFunc(l.Spec.ReadinessGates, func(g corev1.PodReadinessGate) bool {
		c := plan.PodCondition(l.Pod, g.ConditionType)
		return c == nil || c.Status != corev1.ConditionTrue
	})
	if ready && !gates {
		reason = "ReadinessGatesNotReady"
	}
	set(corev1.PodReady, gates, reason)
	if plan.PodCondition(l.Pod, corev1.PodScheduled) == nil { // created with a node name
		set(corev1.PodScheduled, true, "")
	}
}
