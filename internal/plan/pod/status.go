package pod

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// status makes the complete status from what was observed and decided.
func (d *decider) status() corev1.PodStatus {
	if st := d.refused(); st != nil {
		return *st
	}
	was := &d.Was
	st := corev1.PodStatus{
		ObservedGeneration: d.Pod.Generation,
		StartTime:          d.startTime(),
		QOSClass:           was.QOSClass,
		HostIP:             was.HostIP,
		HostIPs:            was.HostIPs,
		PodIP:              was.PodIP,
		PodIPs:             was.PodIPs,
	}
	d.keepOthers(&st)
	if st.QOSClass == "" {
		st.QOSClass = QOS(d.Pod)
	}
	for _, s := range d.inits {
		st.InitContainerStatuses = append(st.InitContainerStatuses, d.containerStatus(s))
	}
	for _, s := range d.mains {
		st.ContainerStatuses = append(st.ContainerStatuses, d.containerStatus(s))
	}
	for _, s := range d.ephemerals {
		st.EphemeralContainerStatuses = append(st.EphemeralContainerStatuses, d.containerStatus(s))
	}
	d.addresses(&st)
	d.wholeStatus(&st)
	d.phase(&st)
	d.conditions(&st)
	if terminal(st.Phase) && d.plan.Stopping && !d.running() {
		d.closeStatuses(&st)
	}
	return st
}

// refused is the status of a pod that the node did not let in, nil for others. It tells of no containers: there have never been any, and
// kubectl would show their state instead of the reason.
func (d *decider) refused() *corev1.PodStatus {
	if len(d.Containers)+len(d.Was.ContainerStatuses)+len(d.Was.InitContainerStatuses) > 0 {
		return nil
	}
	have := &d.Pod.Status
	if terminal(have.Phase) {
		return have.DeepCopy()
	}
	if d.Refused == nil {
		return nil
	}
	st := &corev1.PodStatus{
		ObservedGeneration: d.Pod.Generation, Phase: corev1.PodFailed, Reason: d.Refused.Reason, Message: d.Refused.Message,
		QOSClass: QOS(d.Pod), StartTime: d.startTime(),
	}
	d.keepOthers(st)
	for _, c := range have.Conditions {
		if !slices.Contains(owned[:], c.Type) {
			st.Conditions = append(st.Conditions, c)
		}
	}
	return st
}

// keepOthers takes over what others write, and the API refuses a node to change.
func (d *decider) keepOthers(st *corev1.PodStatus) {
	have := &d.Pod.Status
	st.NominatedNodeName, st.Resize = have.NominatedNodeName, have.Resize
	st.ResourceClaimStatuses, st.ExtendedResourceClaimStatus = have.ResourceClaimStatuses, have.ExtendedResourceClaimStatus
	st.NodeAllocatableResourceClaimStatuses = have.NodeAllocatableResourceClaimStatuses
}

// startTime is when the node took note of the pod.
func (d *decider) startTime() *metav1.Time {
	if d.Was.StartTime != nil {
		return d.Was.StartTime
	}
	// The API keeps seconds; so does what it is compared with.
	now := metav1.NewTime(d.Now).Rfc3339Copy()
	return &now
}

// addresses fills in host and pod addresses. A pod keeps its address in the status after it has ended.
func (d *decider) addresses(st *corev1.PodStatus) {
	if len(d.HostIPs) > 0 {
		st.HostIP = d.HostIPs[0]
		st.HostIPs = nil
		for _, ip := range d.HostIPs {
			st.HostIPs = append(st.HostIPs, corev1.HostIP{IP: ip})
		}
	}
	if d.Sandbox == nil {
		return
	}
	ips := d.Sandbox.IPs
	if d.Pod.Spec.HostNetwork {
		ips = d.HostIPs
	}
	if len(ips) == 0 {
		return
	}
	st.PodIP, st.PodIPs = ips[0], nil
	for _, ip := range ips {
		st.PodIPs = append(st.PodIPs, corev1.PodIP{IP: ip})
	}
}

// annotationSource tells where a pod that is not the API's comes from.
const annotationSource = "kubernetes.io/config.source"

// phase sets phase, reason and message. A terminal phase is shown only when no container runs any more, and never left.
func (d *decider) phase(st *corev1.PodStatus) {
	was := &d.Was
	st.Reason, st.Message = was.Reason, was.Message
	switch {
	case terminal(d.Pod.Status.Phase):
		st.Phase, st.Reason, st.Message = d.Pod.Status.Phase, d.Pod.Status.Reason, d.Pod.Status.Message
		return
	case terminal(was.Phase):
		st.Phase = was.Phase
		return
	}
	st.Phase = d.livePhase(st)
	switch {
	case d.running() && (terminal(st.Phase) || d.end != nil):
		// The end is near, but not there: as it was, or running.
		if terminal(st.Phase) {
			st.Phase = cmp.Or(was.Phase, corev1.PodRunning)
		}
	case d.end != nil && d.end == d.Evicted && succeeded(st.ContainerStatuses) && d.Pod.Annotations[annotationSource] == "":
		// It was asked to go and went well: as kubelet has it, that is success, and DisruptionTarget alone tells why. Of a static pod, whose
		// end it does not judge, the verdict stays.
		st.Phase = corev1.PodSucceeded
	case d.end != nil:
		st.Phase, st.Reason, st.Message = corev1.PodFailed, d.end.Reason, d.end.Message
	case d.plan.Stopping && !terminal(st.Phase) && !d.running():
		// A pod that is deleted before its containers have ended by themselves has failed, unless all succeeded.
		st.Phase = corev1.PodFailed
		if succeeded(st.ContainerStatuses) {
			st.Phase = corev1.PodSucceeded
		}
	}
}

// livePhase is the phase as the containers alone make it.
func (d *decider) livePhase(st *corev1.PodStatus) corev1.PodPhase {
	begun := d.mainBegun()
	initPending, sidecarPending := false, false
	running, waiting, ended, forGood := 0, 0, 0, 0
	for i, s := range d.inits {
		c := &st.InitContainerStatuses[i]
		end := endOf(c)
		switch {
		case s.role == Sidecar:
			if c.State.Running != nil {
				running++
			}
			if c.State.Running != nil && !isTrue(c.Started) || c.State.Waiting != nil && end == nil {
				sidecarPending = true
			}
		case c.State.Running != nil || end == nil:
			initPending = true
		case end.ExitCode != 0 && d.final(s, end):
			return corev1.PodFailed
		case end.ExitCode != 0:
			initPending = true
		}
	}
	for i, s := range d.mains {
		c := &st.ContainerStatuses[i]
		switch end := endOf(c); {
		case c.State.Running != nil:
			running++
		case end == nil:
			waiting++
		default:
			ended++
			if d.final(s, end) {
				forGood++
			}
		}
	}
	switch {
	case initPending && !begun && ended == 0, sidecarPending && !begun && ended == 0, waiting > 0:
		return corev1.PodPending
	case running > 0 || ended != forGood:
		return corev1.PodRunning
	case succeeded(st.ContainerStatuses):
		return corev1.PodSucceeded
	}
	return corev1.PodFailed
}

// endOf is how a container that does not run ended last, nil if it never ran.
func endOf(c *corev1.ContainerStatus) *corev1.ContainerStateTerminated {
	switch {
	case c.State.Terminated != nil:
		return c.State.Terminated
	case c.State.Waiting != nil:
		return c.LastTerminationState.Terminated
	}
	return nil
}

// succeeded says whether all containers have ended with code 0.
func succeeded(cs []corev1.ContainerStatus) bool {
	return !slices.ContainsFunc(cs, func(c corev1.ContainerStatus) bool {
		return c.State.Terminated == nil || c.State.Terminated.ExitCode != 0
	})
}

// closeStatuses gives the containers of a pod that has ended a terminated state: none that began may be shown waiting for
// ever. Those whose turn never came stay waiting, as kubelet leaves them (TerminatePod).
func (d *decider) closeStatuses(st *corev1.PodStatus) {
	if d.initialized(st).ok {
		closeAll(st.ContainerStatuses)
	}
	tried := min(1, len(st.InitContainerStatuses))
	for i, c := range st.InitContainerStatuses {
		if c.State.Waiting == nil || c.LastTerminationState.Terminated != nil {
			tried = i + 1
		}
	}
	closeAll(st.InitContainerStatuses[:tried])
	closeAll(st.EphemeralContainerStatuses)
}

func closeAll(list []corev1.ContainerStatus) {
	for i := range list {
		c := &list[i]
		if c.State.Terminated != nil {
			continue
		}
		end := c.LastTerminationState.Terminated
		if end == nil {
			end = &corev1.ContainerStateTerminated{
				Reason: reasonUnknown, ExitCode: lostExitCode,
				Message: "The container could not be located when the pod was terminated",
			}
		} else {
			c.LastTerminationState = corev1.ContainerState{}
		}
		c.State = corev1.ContainerState{Terminated: end}
		c.Ready = false
		if c.Started == nil {
			c.Started = new(bool)
		}
	}
}

func isTrue(b *bool) bool { return b != nil && *b }
