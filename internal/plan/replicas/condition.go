package replicas

import (
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Failure returns the ReplicaFailure condition, or nil.
func Failure(st *appsv1.ReplicaSetStatus) *appsv1.ReplicaSetCondition {
	for i := range st.Conditions {
		if st.Conditions[i].Type == appsv1.ReplicaSetReplicaFailure {
			return &st.Conditions[i]
		}
	}
	return nil
}

// SetFailure says that pods could not be created or deleted. A standing condition with the same reason stays as it is.
func SetFailure(st *appsv1.ReplicaSetStatus, reason, message string, now time.Time) {
	if c := Failure(st); c != nil && c.Reason == reason {
		return
	}
	ClearFailure(st)
	st.Conditions = append(st.Conditions, appsv1.ReplicaSetCondition{Type: appsv1.ReplicaSetReplicaFailure, Status: corev1.ConditionTrue,
		LastTransitionTime: metav1.NewTime(now), Reason: reason, Message: message})
}

// ClearFailure removes the condition.
func ClearFailure(st *appsv1.ReplicaSetStatus) {
	st.Conditions = slices.DeleteFunc(st.Conditions, func(c appsv1.ReplicaSetCondition) bool { return c.Type == appsv1.ReplicaSetReplicaFailure })
}

// Batch bounds the creates of the next plan. After a failure it starts slowly: one, then as many as have come since.
func Batch(st *appsv1.ReplicaSetStatus, active []*corev1.Pod) int {
	c := Failure(st)
	if c == nil {
		return Burst
	}
	since := 0
	for _, p := range active {
		if !p.CreationTimestamp.Time.Before(c.LastTransitionTime.Time) {
			since++
		}
	}
	return min(Burst, max(1, since))
}
