package localvolume

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// grow raises the capacity of a volume to what its claim asks for, which tells the node to make it so, then says on the
// claim that its file system has yet to follow. The node takes that back when it has.
func grow(p *reconcile.Plan, s *view.Snapshot, key api.Key, claim *corev1.PersistentVolumeClaim, now time.Time) {
	vkey := api.Key{Resource: storage.Volumes, Cluster: key.Cluster, Name: claim.Spec.VolumeName}
	v, ok := view.Get[corev1.PersistentVolume](s, vkey)
	if !ok || !storage.IsLocal(v) || v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != claim.UID || claim.Status.Phase != corev1.ClaimBound {
		return
	}
	if have := v.Spec.Capacity.Storage(); have.Value() < storage.Request(claim) {
		fresh := v.DeepCopy()
		fresh.Spec.Capacity[corev1.ResourceStorage] = sizeOf(claim)
		p.Writes = append(p.Writes, plan.Update(vkey, fresh, "the claim has grown"))
		return
	}
	size := v.Spec.Capacity[corev1.ResourceStorage]
	pending := claim.Status.AllocatedResourceStatuses[corev1.ResourceStorage] == corev1.PersistentVolumeClaimNodeResizePending
	allocated := claim.Status.AllocatedResources[corev1.ResourceStorage]
	if claim.Status.Capacity.Storage().Cmp(size) >= 0 || pending && allocated.Cmp(size) == 0 {
		return
	}
	fresh := claim.DeepCopy()
	fresh.Status.AllocatedResources = corev1.ResourceList{corev1.ResourceStorage: size}
	fresh.Status.AllocatedResourceStatuses = map[corev1.ResourceName]corev1.ClaimResourceStatus{corev1.ResourceStorage: corev1.PersistentVolumeClaimNodeResizePending}
	const waits = corev1.PersistentVolumeClaimFileSystemResizePending
	if !slices.ContainsFunc(fresh.Status.Conditions, func(c corev1.PersistentVolumeClaimCondition) bool { return c.Type == waits }) {
		fresh.Status.Conditions = append(fresh.Status.Conditions, corev1.PersistentVolumeClaimCondition{Type: waits, Status: corev1.ConditionTrue,
			LastTransitionTime: metav1.NewTime(now), Message: "Waiting for user to (re-)start a pod to finish file system resize of volume on node."})
	}
	p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "the file system has to grow"))
	p.Events = append(p.Events, reconcile.Event{Object: claim, Reason: "FileSystemResizeRequired", Message: "Require file system resize of volume on node", Of: 1})
}
