package gang

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Phase is how far a coscheduling group has come; the plugin's words.
type Phase string

// The phases.
const (
	// Pending: there are not enough pods.
	Pending Phase = "Pending"
	// Scheduling: there are enough pods, and too few of them run.
	Scheduling Phase = "Scheduling"
	// Running: enough pods run or have succeeded.
	Running Phase = "Running"
	// Finished: enough pods have succeeded. It is final.
	Finished Phase = "Finished"
	// Failed: enough pods have come to run, and some have failed. It is final.
	Failed Phase = "Failed"
)

// Ended reports whether a phase is final.
func (p Phase) Ended() bool { return p == Finished || p == Failed }

// Next is the status of a group with these pods, by the rules of the plugin's controller.
func (g *PodGroup) Next(pods []*corev1.Pod, now time.Time) Status {
	st := g.Status
	if st.Phase.Ended() {
		return st
	}
	st.Running, st.Succeeded, st.Failed = 0, 0, 0
	for _, p := range pods {
		switch p.Status.Phase {
		case corev1.PodRunning:
			st.Running++
		case corev1.PodSucceeded:
			st.Succeeded++
		case corev1.PodFailed:
			st.Failed++
		}
	}
	need := g.Spec.MinMember
	switch {
	case int32(len(pods)) < need || len(pods) == 0:
		st.Phase = Pending
	case st.Succeeded >= need:
		st.Phase = Finished
	case st.Failed > 0 && st.Failed+st.Running+st.Succeeded >= need:
		st.Phase = Failed
	case st.Running+st.Succeeded >= need:
		st.Phase = Running
	default:
		st.Phase = Scheduling
	}
	if st.Phase != Pending {
		st.OccupiedBy = ownersOf(pods[0])
		if st.ScheduleStartTime == nil {
			at := metav1.NewTime(now.Truncate(time.Second))
			st.ScheduleStartTime = &at
		}
	}
	return st
}

// ownersOf names a pod's owners.
func ownersOf(p *corev1.Pod) string {
	var names []string
	for _, ref := range p.OwnerReferences {
		names = append(names, p.Namespace+"/"+ref.Name)
	}
	slices.Sort(names)
	return strings.Join(names, ",")
}
