package plan

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Terminated reports whether the pod has reached its end: no container of it will ever run again.
func Terminated(p *corev1.Pod) bool {
	return p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
}

// Active reports whether the pod counts as a replica: neither at its end nor being deleted.
func Active(p *corev1.Pod) bool { return !Terminated(p) && p.DeletionTimestamp == nil }

// PodCondition returns the condition of that type, or nil. It points into the pod.
func PodCondition(p *corev1.Pod, t corev1.PodConditionType) *corev1.PodCondition {
	for i := range p.Status.Conditions {
		if p.Status.Conditions[i].Type == t {
			return &p.Status.Conditions[i]
		}
	}
	return nil
}

// Ready reports whether the pod's Ready condition is true.
func Ready(p *corev1.Pod) bool {
	c := PodCondition(p, corev1.PodReady)
	return c != nil && c.Status == corev1.ConditionTrue
}

// Available reports whether the pod has been ready for minReady at the time now. If it is ready but not for so long, at
// is the time when it will be available.
func Available(p *corev1.Pod, minReady time.Duration, now time.Time) (ok bool, at time.Time) {
	c := PodCondition(p, corev1.PodReady)
	if c == nil || c.Status != corev1.ConditionTrue {
		return false, time.Time{}
	}
	if minReady == 0 {
		return true, time.Time{}
	}
	if c.LastTransitionTime.IsZero() {
		return false, time.Time{}
	}
	if at = c.LastTransitionTime.Add(minReady); at.After(now) {
		return false, at
	}
	return true, time.Time{}
}

// SetPodCondition sets a condition and reports whether anything changed. The transition time moves only with the
// status.
func SetPodCondition(st *corev1.PodStatus, c corev1.PodCondition, now time.Time) bool {
	for i := range st.Conditions {
		old := &st.Conditions[i]
		if old.Type != c.Type {
			continue
		}
		c.LastTransitionTime = old.LastTransitionTime
		if old.Status != c.Status {
			c.LastTransitionTime = metav1.NewTime(now)
		}
		c.LastProbeTime = old.LastProbeTime
		if *old == c {
			return false
		}
		*old = c
		return true
	}
	c.LastTransitionTime = metav1.NewTime(now)
	st.Conditions = append(st.Conditions, c)
	return true
}

// Sooner returns the earlier of two times of which either may be zero, meaning never.
func Sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
