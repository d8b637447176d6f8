// Package replicaset keeps as many pods alive as a ReplicaSet asks for.
//
// It reads ReplicaSets and Pods. It creates and deletes pods, adopts and releases them, and writes the status of
// ReplicaSets. It does not restart, place or evict anything.
//
// Planning twice never overshoots: every create is fenced by the revision of the ReplicaSet that asked for it, and pods
// have names that a repeat of the same plan would choose again. The decisions are package plan/replicas's.
package replicaset

import (
	appsv1 "k8s.io/api/apps/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/replicas"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	k := replicas.Keeper{Owners: replicas.Owners{Resource: plan.ReplicaSets, Kind: "ReplicaSet", Selecting: selecting}, APIVersion: "apps/v1", Get: get, With: with}
	return reconcile.Controller{
		Name:    "replicaset-controller",
		Plan:    k.Decide,
		Why:     k.Why,
		Refused: k.Refused,
		Watches: map[api.Resource]reconcile.Trigger{plan.ReplicaSets: reconcile.Self, plan.Pods: k.PodChanged},
		Writes:  []string{"replicasets.apps/status", "pods:metadata.ownerReferences=ReplicaSet"},
	}
}

func get(s *view.Snapshot, key api.Key) (plan.Object, *appsv1.ReplicaSet) {
	rs, ok := view.Get[appsv1.ReplicaSet](s, key)
	if !ok {
		return nil, nil
	}
	return rs, rs
}

func selecting(s *view.Snapshot, scope api.Scope, labels map[string]string) (names []string) {
	for rs := range view.List[appsv1.ReplicaSet](s, scope) {
		if plan.Selects(rs.Spec.Selector, labels) {
			names = append(names, rs.Name)
		}
	}
	return names
}

func with(own plan.Object, st appsv1.ReplicaSetStatus) plan.Object {
	rs := own.(*appsv1.ReplicaSet).DeepCopy()
	rs.Status = st
	return rs
}
