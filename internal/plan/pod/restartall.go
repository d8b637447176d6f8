package pod

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// This file is about the rule that restarts all containers of a pod when one ends with a certain code (KEP-5532): all are killed
// and removed, the one that asked for it last, and the pod begins anew, with its init containers, in the same sandbox with
// the same volumes.

const (
	reasonRestartingAll  = "RestartingAllContainers"
	messageRestartingAll = "The container is removed because RestartAllContainers in place"
)

// asksForAll says whether a container ended in a way for which a rule restarts all.
func (s *slot) asksForAll() bool {
	if s.cur == nil || s.cur.Running {
		return false
	}
	rule := ruleFor(s.spec, s.cur.code())
	return rule != nil && rule.Action == corev1.ContainerRestartRuleActionRestartAllContainers
}

// mayAskForAll says whether a pod has such a rule.
func mayAskForAll(spec *corev1.PodSpec) bool {
	for _, list := range [][]corev1.Container{spec.InitContainers, spec.Containers} {
		for i := range list {
			if slices.ContainsFunc(list[i].RestartPolicyRules, func(r corev1.ContainerRestartRule) bool {
				return r.Action == corev1.ContainerRestartRuleActionRestartAllContainers
			}) {
				return true
			}
		}
	}
	return false
}

// restartAll removes all instances if a container asks for it. Whoever asked is removed last: until then it asks again after a step
// that failed.
func (d *decider) restartAll() bool {
	slots := slices.Concat(d.inits, d.mains)
	if d.restarting = slices.ContainsFunc(slots, (*slot).asksForAll); !d.restarting {
		return false
	}
	var sources []Action
	for _, s := range slices.Backward(slots) {
		for _, c := range []*Container{s.cur, s.prev} {
			if c == nil {
				continue
			}
			act := Action{Verb: Remove, Container: s.spec.Name, ID: c.ID}
			if c == s.cur && s.asksForAll() {
				sources = append(sources, act)
			} else {
				d.do(act)
			}
		}
		if s.cur != nil {
			s.wait(reasonRestartingAll, messageRestartingAll)
		}
	}
	for _, act := range sources {
		d.do(act)
	}
	return true
}

// cutOff is the state of a container that is removed for it: it waits, and what it was is its last state.
func (s *slot) cutOff() corev1.ContainerState {
	if !s.cur.Running {
		return corev1.ContainerState{Terminated: s.cur.Terminated()}
	}
	return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
		ExitCode: lostExitCode, Reason: reasonRestartingAll, Message: messageRestartingAll,
		StartedAt: apiTime(s.cur.StartedAt), ContainerID: ContainerIDPrefix + s.cur.ID,
	}}
}

// final says whether a container that ended so is not started again.
func (d *decider) final(s *slot, end *corev1.ContainerStateTerminated) bool {
	if s.cur.replaced() && !d.over() {
		return false
	}
	return end.Reason != reasonRestartingAll && !d.restarts(s, end.ExitCode)
}

// restartingAll is the verdict of the condition that tells of it.
func (d *decider) restartingAll(st *corev1.PodStatus) verdict {
	switch {
	case st.Phase == corev1.PodSucceeded:
		return verdict{reason: "PodCompleted"}
	case st.Phase == corev1.PodFailed:
		return verdict{reason: "PodFailed"}
	case d.restarting:
		return verdict{ok: true, reason: "RestartAllContainersStarted", message: "container exited with restart policy rule"}
	}
	return verdict{}
}
