// Package ephemeralvolume makes the claims behind the generic ephemeral volumes of pods: one for each, named after pod and
// volume and owned by the pod, with which it goes.
//
// It reads Pods and PersistentVolumeClaims and creates claims.
package ephemeralvolume

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/storage/ephemeral"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Controller is the row of this controller. Its keys are pods.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name: "ephemeral_volume", // upstream's name, which is the source of its events
		Plan: decide, Refused: refused,
		Watches: map[api.Resource]reconcile.Trigger{plan.Pods: podChanged, storage.Claims: claimGone},
		Writes:  []string{"persistentvolumeclaims{of Pods}:metadata.name"},
	}
}

// podChanged passes over the many pods without such volumes, and all but the first sight of the others: volumes of a pod
// do not change.
func podChanged(s *view.Snapshot, ev store.Event) []api.Key {
	if ev.Type == store.Delete || ev.Prev != nil {
		return nil
	}
	pod := view.Of[corev1.Pod](s, ev.Record)
	for i := range pod.Spec.Volumes {
		if pod.Spec.Volumes[i].Ephemeral != nil {
			return []api.Key{ev.Record.Key}
		}
	}
	return nil
}

// claimGone wakes the pod whose claim was deleted.
func claimGone(s *view.Snapshot, ev store.Event) []api.Key {
	if ev.Type != store.Delete {
		return nil
	}
	if ref := view.ControllerOf(s.Meta(ev.Record)); ref != nil && ref.Kind == "Pod" {
		return []api.Key{plan.Beside(ev.Record.Key, plan.Pods, ref.Name)}
	}
	return nil
}

func decide(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	pod, ok := view.Get[corev1.Pod](s, key)
	if !ok || pod.DeletionTimestamp != nil {
		return p, nil
	}
	for i := range pod.Spec.Volumes {
		v := &pod.Spec.Volumes[i]
		if v.Ephemeral == nil {
			continue
		}
		want := plan.Beside(key, storage.Claims, storage.ClaimOf(pod, v))
		if claim, ok := view.Get[corev1.PersistentVolumeClaim](s, want); ok {
			if err := ephemeral.VolumeIsForPod(pod, claim); err != nil {
				p.Events = append(p.Events, failed(pod, v.Name, err))
			}
			continue
		}
		t := v.Ephemeral.VolumeClaimTemplate.DeepCopy()
		claim := &corev1.PersistentVolumeClaim{Spec: t.Spec, ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: want.Name,
			Labels: t.Labels, Annotations: t.Annotations, OwnerReferences: []metav1.OwnerReference{plan.ControllerRef(pod, "v1", "Pod")}}}
		p.Writes = append(p.Writes, plan.Create(want, claim, "the pod's volume "+v.Name))
	}
	return p, nil
}

func failed(pod *corev1.Pod, volume string, err error) reconcile.Event {
	return reconcile.Event{Object: pod, Warning: true, Reason: "FailedBinding", Message: fmt.Sprintf("ephemeral volume %s: %v", volume, err)}
}

// refused shows on the pod why a claim was not taken.
func refused(s *view.Snapshot, key api.Key, _ time.Time, refusals []reconcile.Refusal) (reconcile.Plan, error) {
	var p reconcile.Plan
	pod, ok := view.Get[corev1.Pod](s, key)
	if !ok {
		return p, nil
	}
	for i := range pod.Spec.Volumes {
		v := &pod.Spec.Volumes[i]
		for _, r := range refusals {
			if v.Ephemeral != nil && r.Write.Key.Name == storage.ClaimOf(pod, v) {
				p.Events = append(p.Events, failed(pod, v.Name, fmt.Errorf("create PVC %s: %w", r.Write.Key.Name, r.Err)))
			}
		}
	}
	return p, nil
}
