package rollout

import (
	"fmt"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// hasDeadline reports whether progress is judged; the largest number stands for never.
func hasDeadline(d *appsv1.Deployment) bool {
	return d.Spec.ProgressDeadlineSeconds != nil && *d.Spec.ProgressDeadlineSeconds != 1<<31-1
}

func (w *work) get(t appsv1.DeploymentConditionType) *appsv1.DeploymentCondition {
	for i := range w.Status.Conditions {
		if w.Status.Conditions[i].Type == t {
			return &w.Status.Conditions[i]
		}
	}
	return nil
}

func (w *work) drop(t appsv1.DeploymentConditionType) {
	w.Status.Conditions = slices.DeleteFunc(w.Status.Conditions, func(c appsv1.DeploymentCondition) bool { return c.Type == t })
}

// condition sets a condition; one with the same status and reason stays as it is.
func (w *work) condition(t appsv1.DeploymentConditionType, status corev1.ConditionStatus, reason, message string) {
	now := metav1.NewTime(w.Now)
	w.set(appsv1.DeploymentCondition{Type: t, Status: status, Reason: reason, Message: message, LastUpdateTime: now, LastTransitionTime: now})
}

func (w *work) set(c appsv1.DeploymentCondition) {
	if old := w.get(c.Type); old != nil {
		if old.Status == c.Status && old.Reason == c.Reason {
			return
		}
		if old.Status == c.Status {
			c.LastTransitionTime = old.LastTransitionTime
		}
	}
	w.drop(c.Type)
	w.Status.Conditions = append(w.Status.Conditions, c)
}

// pauseConditions stops the clock of the deadline while the deployment is paused.
func (w *work) pauseConditions() {
	if !hasDeadline(w.d) {
		return
	}
	c := w.get(appsv1.DeploymentProgressing)
	if c != nil && c.Reason == "ProgressDeadlineExceeded" {
		return // a failure that was reported stays
	}
	paused := c != nil && c.Reason == "DeploymentPaused"
	switch {
	case w.d.Spec.Paused && !paused:
		w.condition(appsv1.DeploymentProgressing, corev1.ConditionUnknown, "DeploymentPaused", "Deployment is paused")
	case !w.d.Spec.Paused && paused:
		w.condition(appsv1.DeploymentProgressing, corev1.ConditionUnknown, "DeploymentResumed", "Deployment is resumed")
	}
}

// count fills the status with what the sets say.
func (w *work) count() {
	st := &w.Status
	st.ObservedGeneration = w.d.Generation
	st.Replicas, st.ReadyReplicas, st.AvailableReplicas, st.UpdatedReplicas = 0, 0, 0, 0
	var terminating int32
	known := true
	for _, s := range w.sets {
		rs := &s.ReplicaSet.Status
		st.Replicas += rs.Replicas
		st.ReadyReplicas += rs.ReadyReplicas
		st.AvailableReplicas += rs.AvailableReplicas
		if rs.TerminatingReplicas != nil {
			terminating += *rs.TerminatingReplicas
		} else {
			known = false
		}
	}
	st.TerminatingReplicas = nil
	if known {
		st.TerminatingReplicas = &terminating
	}
	if w.fresh != nil {
		st.UpdatedReplicas = w.fresh.ReplicaSet.Status.Replicas
	}
	st.UnavailableReplicas = max(0, sum(w.sets, wanted)-st.AvailableReplicas)
	if st.AvailableReplicas >= *w.d.Spec.Replicas-maxUnavailable(w.d) {
		w.condition(appsv1.DeploymentAvailable, corev1.ConditionTrue, "MinimumReplicasAvailable", "Deployment has minimum availability.")
	} else {
		w.condition(appsv1.DeploymentAvailable, corev1.ConditionFalse, "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
	}
}

// complete reports whether all replicas are new and available and none is old.
func complete(d *appsv1.Deployment, st *appsv1.DeploymentStatus) bool {
	n := *d.Spec.Replicas
	return st.UpdatedReplicas == n && st.Replicas == n && st.AvailableReplicas == n && st.ObservedGeneration >= d.Generation
}

// progressed reports whether the rollout has come closer to its end since the status was written.
func progressed(old, now *appsv1.DeploymentStatus) bool {
	return now.UpdatedReplicas > old.UpdatedReplicas || now.Replicas-now.UpdatedReplicas < old.Replicas-old.UpdatedReplicas ||
		now.ReadyReplicas > old.ReadyReplicas || now.AvailableReplicas > old.AvailableReplicas
}

// progress judges the rollout after a step.
func (w *work) progress() {
	w.count()
	if !hasDeadline(w.d) {
		w.drop(appsv1.DeploymentProgressing)
	}
	what := fmt.Sprintf("Deployment %q", w.d.Name)
	if w.fresh != nil {
		what = fmt.Sprintf("ReplicaSet %q", w.fresh.Name)
	}
	c := w.get(appsv1.DeploymentProgressing)
	done := w.Status.Replicas == w.Status.UpdatedReplicas && c != nil && c.Reason == "NewReplicaSetAvailable"
	if hasDeadline(w.d) && !done {
		switch {
		case complete(w.d, &w.Status):
			w.condition(appsv1.DeploymentProgressing, corev1.ConditionTrue, "NewReplicaSetAvailable", what+" has successfully progressed.")
		case progressed(&w.d.Status, &w.Status):
			// The same reason again, but with a new update time: the deadline counts from the last progress.
			now := metav1.NewTime(w.Now)
			fresh := appsv1.DeploymentCondition{Type: appsv1.DeploymentProgressing, Status: corev1.ConditionTrue, Reason: "ReplicaSetUpdated",
				Message: what + " is progressing.", LastUpdateTime: now, LastTransitionTime: now}
			if c != nil && c.Status == corev1.ConditionTrue {
				fresh.LastTransitionTime = c.LastTransitionTime
			}
			w.drop(appsv1.DeploymentProgressing)
			w.set(fresh)
		case c != nil && c.Reason != "NewReplicaSetAvailable" && c.Reason != "ProgressDeadlineExceeded":
			if at := w.deadline(c); w.Now.Before(at) {
				w.Again = at
			} else {
				w.condition(appsv1.DeploymentProgressing, corev1.ConditionFalse, "ProgressDeadlineExceeded", what+" has timed out progressing.")
			}
		}
		if c := w.get(appsv1.DeploymentProgressing); c != nil && w.Again.IsZero() && !complete(w.d, &w.Status) && c.Reason != "ProgressDeadlineExceeded" {
			w.Again = w.deadline(c)
		}
	}
	w.failures()
}

func (w *work) deadline(c *appsv1.DeploymentCondition) time.Time {
	return c.LastUpdateTime.Add(time.Duration(*w.d.Spec.ProgressDeadlineSeconds) * time.Second)
}

// failures passes a ReplicaFailure of the sets on, the new one's first.
func (w *work) failures() {
	order := w.sets
	if w.fresh != nil {
		order = append([]*set{w.fresh}, w.old()...)
	}
	for _, s := range order {
		for _, c := range s.ReplicaSet.Status.Conditions {
			if c.Type == appsv1.ReplicaSetReplicaFailure {
				w.set(appsv1.DeploymentCondition{Type: appsv1.DeploymentReplicaFailure, Status: c.Status, Reason: c.Reason, Message: c.Message,
					LastUpdateTime: c.LastTransitionTime, LastTransitionTime: c.LastTransitionTime})
				return
			}
		}
	}
	w.drop(appsv1.DeploymentReplicaFailure)
}

// CreateFailed says in a status that the new set could not be created. It reports whether there was anything to say.
func CreateFailed(st *appsv1.DeploymentStatus, d *appsv1.Deployment, message string, now time.Time) bool {
	if !hasDeadline(d) {
		return false
	}
	w := &work{Input: Input{Now: now}, Step: Step{Status: *st}}
	w.condition(appsv1.DeploymentProgressing, corev1.ConditionFalse, "ReplicaSetCreateError", message)
	*st = w.Status
	return true
}
