// Package replicationcontroller keeps as many pods alive as a ReplicationController asks for: it reads one as the
// ReplicaSet that it is in all but its name, and leaves the decisions to package plan/replicas.
//
// It reads ReplicationControllers and Pods. It creates and deletes pods, adopts and releases them, and writes the status
// of ReplicationControllers.
package replicationcontroller

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/replicas"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	k := replicas.Keeper{Owners: replicas.Owners{Resource: plan.ReplicationControllers, Kind: "ReplicationController", Selecting: selecting}, APIVersion: "v1", Get: get, With: with}
	return reconcile.Controller{
		Name:    "replication-controller",
		Plan:    k.Decide,
		Why:     k.Why,
		Refused: k.Refused,
		Watches: map[api.Resource]reconcile.Trigger{plan.ReplicationControllers: reconcile.Self, plan.Pods: k.PodChanged},
		Writes:  []string{"replicationcontrollers/status", "pods:metadata.ownerReferences=ReplicationController"},
	}
}

// get reads a controller as a replica set, which shares its template.
func get(s *view.Snapshot, key api.Key) (plan.Object, *appsv1.ReplicaSet) {
	rc, ok := view.Get[corev1.ReplicationController](s, key)
	if !ok {
		return nil, nil
	}
	rs := &appsv1.ReplicaSet{ObjectMeta: rc.ObjectMeta, Spec: appsv1.ReplicaSetSpec{Replicas: rc.Spec.Replicas, MinReadySeconds: rc.Spec.MinReadySeconds,
		Selector: &metav1.LabelSelector{MatchLabels: rc.Spec.Selector}}}
	if rc.Spec.Template != nil {
		rs.Spec.Template = *rc.Spec.Template
	}
	st := &rc.Status
	rs.Status = appsv1.ReplicaSetStatus{Replicas: st.Replicas, FullyLabeledReplicas: st.FullyLabeledReplicas, ReadyReplicas: st.ReadyReplicas,
		AvailableReplicas: st.AvailableReplicas, ObservedGeneration: st.ObservedGeneration}
	for _, c := range st.Conditions {
		rs.Status.Conditions = append(rs.Status.Conditions, appsv1.ReplicaSetCondition{Type: appsv1.ReplicaSetConditionType(c.Type), Status: c.Status,
			LastTransitionTime: c.LastTransitionTime, Reason: c.Reason, Message: c.Message})
	}
	return rc, rs
}

func selecting(s *view.Snapshot, scope api.Scope, labels map[string]string) (names []string) {
	for rc := range view.List[corev1.ReplicationController](s, scope) {
		if len(rc.Spec.Selector) > 0 && plan.Selects(&metav1.LabelSelector{MatchLabels: rc.Spec.Selector}, labels) {
			names = append(names, rc.Name)
		}
	}
	return names
}

func with(own plan.Object, st appsv1.ReplicaSetStatus) plan.Object {
	rc := own.(*corev1.ReplicationController).DeepCopy()
	rc.Status = corev1.ReplicationControllerStatus{Replicas: st.Replicas, FullyLabeledReplicas: st.FullyLabeledReplicas, ReadyReplicas: st.ReadyReplicas,
		AvailableReplicas: st.AvailableReplicas, ObservedGeneration: st.ObservedGeneration}
	for _, c := range st.Conditions {
		rc.Status.Conditions = append(rc.Status.Conditions, corev1.ReplicationControllerCondition{Type: corev1.ReplicationControllerConditionType(c.Type),
			Status: c.Status, LastTransitionTime: c.LastTransitionTime, Reason: c.Reason, Message: c.Message})
	}
	return rc
}
