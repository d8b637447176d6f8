package agent

import (
	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan/eviction"
	"gantry.dev/gantry/internal/plan/pod"
)

// preempt makes room for a critical pod that was refused for want of it: others have to go, within their own grace periods. It answers
// with the refusal that stays.
func (a *Agent) preempt(p *corev1.Pod, static bool, refusal *pod.Refusal) *pod.Refusal {
	if !static && !eviction.Critical(p) {
		return refusal
	}
	want, room := demandOf(p), roomOf(a.node.allocatable())
	short := a.taken.short(p.UID, want, room)
	var others []eviction.Tenant
	states := map[string]*podState{}
	for _, ps := range a.active() {
		ps.mu.Lock()
		other, static, leaves := ps.pod, ps.static, ps.evicted != nil || ps.refused != nil
		ps.mu.Unlock()
		if ps.uid == p.UID || leaves {
			continue
		}
		asks := demandOf(other)
		others = append(others, eviction.Tenant{Pod: other, Static: static, QOS: pod.QOS(other), Asks: asks[:]})
		states[string(ps.uid)] = ps
	}
	victims, err := eviction.Preempt(p, static, others, short[:])
	if err != nil {
		a.log.Warn("no room can be made for a critical pod", "pod", p.Namespace+"/"+p.Name, "err", err)
		return &pod.Refusal{Reason: "UnexpectedAdmissionError", Message: "Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to preempt: " + err.Error()}
	}
	for _, v := range victims {
		grace := pod.Grace(v.Pod)
		a.log.Info("a pod makes room for a critical one", "pod", v.Pod.Namespace+"/"+v.Pod.Name, "for", p.Namespace+"/"+p.Name)
		a.events.pod(v.Pod, "", true, eviction.ReasonPreempted, "%s", eviction.MessagePreempted)
		a.tally.preempted(short)
		ps := states[string(v.Pod.UID)]
		a.queueAfterChange(ps.uid, ps, func() {
			if ps.evicted == nil {
				ps.evicted = &pod.Refusal{Reason: eviction.ReasonPreempted, Message: eviction.MessagePreempted, Disruption: eviction.DisruptionPreempted, Grace: &grace}
			}
		})
	}
	a.taken.hold(p.UID, want)
	return nil
}
