package agent

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
)

// nodeEvents tells of a node's conditions as kubelet does: when one has changed, and all when the node starts.
type nodeEvents struct {
	a *Agent
	// begun: that the node starts was told, with all conditions.
	begun bool
	// cordoned is what was told last; rebooted, that the reboot was.
	cordoned, rebooted bool
}

// conditionEvents are the reasons of the events, when a condition becomes true and when it becomes false.
var conditionEvents = map[corev1.NodeConditionType][2]string{
	corev1.NodeMemoryPressure: {"NodeHasInsufficientMemory", "NodeHasSufficientMemory"},
	corev1.NodeDiskPressure:   {"NodeHasDiskPressure", "NodeHasNoDiskPressure"},
	corev1.NodePIDPressure:    {"NodeHasInsufficientPID", "NodeHasSufficientPID"},
	corev1.NodeReady:          {"NodeReady", "NodeNotReady"},
}

// begin tells of a node that starts.
func (e *nodeEvents) begin(now *corev1.NodeStatus) {
	e.begun = true
	e.a.events.aboutNode(e.a.node.uid(), false, "Starting", "Starting kubelet.")
	e.tell(&corev1.Node{}, now)
}

// tell records what differs between the node as it was and its status to come.
func (e *nodeEvents) tell(old *corev1.Node, now *corev1.NodeStatus) {
	if !e.begun {
		return
	}
	was := map[corev1.NodeConditionType]corev1.ConditionStatus{}
	for _, c := range old.Status.Conditions {
		was[c.Type] = c.Status
	}
	for _, c := range now.Conditions {
		if reasons, ok := conditionEvents[c.Type]; ok && was[c.Type] != c.Status {
			reason := reasons[1]
			if c.Status == corev1.ConditionTrue {
				reason = reasons[0]
			}
			e.status(reason)
		}
	}
}

// seen records what others, or a reboot, have changed of the node.
func (e *nodeEvents) seen(old *corev1.Node, now *corev1.NodeStatus) {
	if id := now.NodeInfo.BootID; old.Status.NodeInfo.BootID != "" && old.Status.NodeInfo.BootID != id && !e.rebooted {
		e.rebooted = true
		e.a.events.aboutNode(e.a.node.uid(), true, "Rebooted", fmt.Sprintf("Node %s has been rebooted, boot id: %s", e.a.cfg.NodeName, id))
	}
	if old.Spec.Unschedulable == e.cordoned {
		return
	}
	e.cordoned = old.Spec.Unschedulable
	if e.cordoned {
		e.status("NodeNotSchedulable")
	} else {
		e.status("NodeSchedulable")
	}
}

func (e *nodeEvents) status(reason string) {
	e.a.events.aboutNode(e.a.node.uid(), false, reason, fmt.Sprintf("Node %s status is now: %s", e.a.cfg.NodeName, reason))
}
