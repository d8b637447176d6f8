// Package volumebinder brings claims and volumes together, as upstream's persistentvolume controller does: it finds a volume
// for each claim that is not delayed until a pod is scheduled, or asks the class's provisioner for one, binds both sides,
// notices when one side is lost, and reclaims volumes whose claim is gone.
//
// It reads PersistentVolumeClaims, PersistentVolumes, StorageClasses and Pods. It writes the spec.claimRef and phase of
// volumes and the spec.volumeName, phase and capacity of claims, one object per plan: the volume first, which nobody else
// can have then, the rest when the view shows it. A crash between two of these writes leaves nothing that the next plan
// does not carry on from.
package volumebinder

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Controller is the row of this controller. Its keys are claims and volumes.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name: "persistentvolume-controller",
		Plan: func(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
			b := binder{s: s, key: key}
			var err error
			if key.Resource == storage.Claims {
				err = b.decideClaim()
			} else {
				b.decideVolume()
			}
			return b.plan, err
		},
		Watches: map[api.Resource]reconcile.Trigger{
			storage.Claims: claimChanged, storage.Volumes: volumeChanged, storage.Classes: classChanged, plan.Pods: podChanged,
		},
		Writes: []string{
			"persistentvolumeclaims:spec.volumeName", "persistentvolumeclaims:spec.storageClassName", "persistentvolumeclaims/status:phase",
			"persistentvolumes:spec.claimRef", "persistentvolumes/status",
		},
	}
}

// binder decides for one key.
type binder struct {
	s    *view.Snapshot
	key  api.Key
	plan reconcile.Plan
}

func claimKey(c api.Cluster, ref *corev1.ObjectReference) api.Key {
	return api.Key{Resource: storage.Claims, Cluster: c, Namespace: ref.Namespace, Name: ref.Name}
}

func volumeKey(c api.Cluster, name string) api.Key {
	return api.Key{Resource: storage.Volumes, Cluster: c, Name: name}
}

// claimChanged wakes the claim, and where its end of a binding has changed, all volumes that have their eye on it.
func claimChanged(s *view.Snapshot, ev store.Event) []api.Key {
	key := ev.Record.Key
	claim, old := view.Of[corev1.PersistentVolumeClaim](s, ev.Record), view.Of[corev1.PersistentVolumeClaim](s, ev.Prev)
	keys := []api.Key{key}
	if ev.Type != store.Delete && old != nil && old.UID == claim.UID && old.Spec.VolumeName == claim.Spec.VolumeName {
		return keys
	}
	for v := range view.VolumesOf(s, key.Cluster, key.Namespace, key.Name) {
		keys = append(keys, volumeKey(key.Cluster, v.Name))
	}
	return keys
}

// volumeChanged wakes the volume, its claim, and if it may be had, all claims that might want it.
func volumeChanged(s *view.Snapshot, ev store.Event) []api.Key {
	key := ev.Record.Key
	keys := []api.Key{key}
	v, old := view.Of[corev1.PersistentVolume](s, ev.Record), view.Of[corev1.PersistentVolume](s, ev.Prev)
	for _, o := range []*corev1.PersistentVolume{v, old} {
		if o != nil && o.Spec.ClaimRef != nil {
			keys = append(keys, claimKey(key.Cluster, o.Spec.ClaimRef))
		}
	}
	if ref := v.Spec.ClaimRef; ref != nil && ref.UID != "" && ev.Type != store.Delete {
		return keys
	}
	for c := range view.ClaimsOn(s, key.Cluster, key.Name) {
		keys = append(keys, plan.KeyOf(key.Cluster, storage.Claims, c))
	}
	for c := range view.OpenClaims(s, key.Cluster, v.Spec.StorageClassName) {
		keys = append(keys, plan.KeyOf(key.Cluster, storage.Claims, c))
	}
	return keys
}

// classChanged wakes the claims without a volume that have the class, or none.
func classChanged(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	key := ev.Record.Key
	if ev.Type == store.Delete {
		return nil
	}
	for _, class := range []string{"", key.Name} {
		for c := range view.OpenClaims(s, key.Cluster, class) {
			keys = append(keys, plan.KeyOf(key.Cluster, storage.Claims, c))
		}
	}
	return keys
}

// podChanged wakes the waiting claims of a new pod: they can say for whom they wait.
func podChanged(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	if ev.Prev != nil || ev.Type == store.Delete || !s.Holds(plan.Around(ev.Record.Key, storage.Claims)) {
		return nil
	}
	pod := view.Of[corev1.Pod](s, ev.Record)
	for i := range pod.Spec.Volumes {
		name := storage.ClaimOf(pod, &pod.Spec.Volumes[i])
		if name == "" {
			continue
		}
		key := plan.Beside(ev.Record.Key, storage.Claims, name)
		if c, ok := view.Get[corev1.PersistentVolumeClaim](s, key); ok && c.Spec.VolumeName == "" {
			keys = append(keys, key)
		}
	}
	return keys
}
