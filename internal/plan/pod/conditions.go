package pod

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// owned are the conditions that the node writes; all others are kept as the API has them.
var owned = [...]corev1.PodConditionType{
	corev1.PodReadyToStartContainers, corev1.PodInitialized, corev1.PodReady, corev1.ContainersReady,
	corev1.PodResizePending, corev1.PodResizeInProgress, corev1.AllContainersRestarting,
}

// conditions sets the node's own conditions and keeps those of others. PodScheduled is the scheduler's, but a pod that
// was created with a node name has none, so it is added if it is missing.
func (d *decider) conditions(st *corev1.PodStatus) {
	var others []corev1.PodCondition
	scheduled := false
	for _, c := range d.Pod.Status.Conditions {
		if slices.Contains(owned[:], c.Type) {
			continue
		}
		if c.Type == corev1.PodScheduled {
			scheduled, c.ObservedGeneration = true, d.Pod.Generation // a node that has the pod says of what generation that is true
		}
		others = append(others, c)
	}
	containersReady := d.containersReady(st)
	st.Conditions = slices.Concat([]corev1.PodCondition{
		d.condition(corev1.PodReadyToStartContainers, truth(d.mayStart())),
		d.condition(corev1.PodInitialized, d.initialized(st)),
		d.condition(corev1.PodReady, d.podReady(st, containersReady)),
		d.condition(corev1.ContainersReady, containersReady),
	}, d.resizeConditions(), others)
	if mayAskForAll(&d.Pod.Spec) {
		st.Conditions = append(st.Conditions, d.condition(corev1.AllContainersRestarting, d.restartingAll(st)))
	}
	if d.Evicted != nil && terminal(st.Phase) { // not before it is true: controllers count on it
		st.Conditions = slices.DeleteFunc(st.Conditions, func(c corev1.PodCondition) bool { return c.Type == corev1.DisruptionTarget })
		st.Conditions = append(st.Conditions, d.condition(corev1.DisruptionTarget, verdict{ok: true, reason: corev1.PodReasonTerminationByKubelet, message: cmp.Or(d.Evicted.Disruption, d.Evicted.Message)}))
	}
	if !scheduled {
		st.Conditions = append(st.Conditions, d.condition(corev1.PodScheduled, truth(true)))
	}
}

// mayStart says whether containers could be started. Kubelet makes the sandbox when the volumes are there, but for images of volumes; here both
// are made side by side, and nobody is to see that.
func (d *decider) mayStart() bool {
	volumes := d.Volumes.Ready || d.Volumes.Pull != nil || len(d.Containers) > 0
	return d.Sandbox != nil && !d.Sandbox.Broken && volumes
}

// verdict is a condition without its type and times.
type verdict struct {
	ok              bool
	reason, message string
}

func truth(ok bool) verdict { return verdict{ok: ok} }

// condition makes a condition of a verdict; the transition time changes only with the status.
func (d *decider) condition(t corev1.PodConditionType, v verdict) corev1.PodCondition {
	c := corev1.PodCondition{
		Type: t, Status: corev1.ConditionFalse, Reason: v.reason, Message: v.message,
		ObservedGeneration: d.Pod.Generation, LastTransitionTime: metav1.Unix(d.Now.Unix(), 0),
	}
	if v.ok {
		c.Status = corev1.ConditionTrue
	}
	for _, list := range [][]corev1.PodCondition{d.Was.Conditions, d.Pod.Status.Conditions} {
		i := slices.IndexFunc(list, func(o corev1.PodCondition) bool { return o.Type == t })
		if i >= 0 {
			if list[i].Status == c.Status {
				c.LastTransitionTime = list[i].LastTransitionTime
			}
			break
		}
	}
	return c
}

func (d *decider) containersReady(st *corev1.PodStatus) verdict {
	switch st.Phase {
	case corev1.PodSucceeded:
		return verdict{reason: "PodCompleted"}
	case corev1.PodFailed:
		return verdict{reason: "PodFailed"}
	}
	var unready []string
	for i, s := range d.inits {
		if s.role == Sidecar && !st.InitContainerStatuses[i].Ready {
			unready = append(unready, s.spec.Name)
		}
	}
	for i, s := range d.mains {
		if !st.ContainerStatuses[i].Ready {
			unready = append(unready, s.spec.Name)
		}
	}
	if len(unready) > 0 {
		return verdict{reason: "ContainersNotReady", message: fmt.Sprintf("containers with unready status: %s", unready)}
	}
	return truth(true)
}

func (d *decider) podReady(st *corev1.PodStatus, containers verdict) verdict {
	if !containers.ok {
		return containers
	}
	var unready []string
	for _, gate := range d.Pod.Spec.ReadinessGates {
		i := slices.IndexFunc(d.Pod.Status.Conditions, func(c corev1.PodCondition) bool { return c.Type == gate.ConditionType })
		switch {
		case i < 0:
			unready = append(unready, fmt.Sprintf("corresponding condition of pod readiness gate %q does not exist.", gate.ConditionType))
		case d.Pod.Status.Conditions[i].Status != corev1.ConditionTrue:
			unready = append(unready, fmt.Sprintf("the status of pod readiness gate %q is not \"True\", but %v", gate.ConditionType, d.Pod.Status.Conditions[i].Status))
		}
	}
	if len(unready) > 0 {
		return verdict{reason: "ReadinessGatesNotReady", message: strings.Join(unready, ", ")}
	}
	return truth(true)
}

// initialized says whether init containers are done. Once it was true it stays so, unless the sandbox is made anew.
func (d *decider) initialized(st *corev1.PodStatus) verdict {
	if st.Phase == corev1.PodSucceeded {
		return verdict{ok: true, reason: "PodCompleted"}
	}
	if d.mainBegun() {
		return truth(true)
	}
	for _, c := range st.ContainerStatuses {
		if c.ContainerID != "" && endOf(&c) != nil {
			return truth(true)
		}
	}
	var incomplete []string
	for i, s := range d.inits {
		c := &st.InitContainerStatuses[i]
		if s.role == Sidecar && !isTrue(c.Started) || s.role == Init && !c.Ready {
			incomplete = append(incomplete, s.spec.Name)
		}
	}
	if len(incomplete) > 0 {
		return verdict{reason: "ContainersNotInitialized", message: fmt.Sprintf("containers with incomplete status: %s", incomplete)}
	}
	return truth(true)
}
