package volumebinder

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/storage/volume"

	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/view"
)

func (b *binder) write(w client.Write) { b.plan.Writes = append(b.plan.Writes, w) }

func (b *binder) decideVolume() {
	v, ok := view.Get[corev1.PersistentVolume](b.s, b.key)
	if !ok {
		return
	}
	if v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID == "" { // free, or reserved for a claim that has not come
		b.phase(v, corev1.VolumeAvailable, "")
		return
	}
	claim, ok := view.Get[corev1.PersistentVolumeClaim](b.s, claimKey(b.key.Cluster, v.Spec.ClaimRef))
	switch {
	case !ok || claim.UID != v.Spec.ClaimRef.UID:
		b.release(v)
	case claim.Spec.VolumeName == "":
		if volume.CheckVolumeModeMismatches(&claim.Spec, &v.Spec) {
			b.tell(v, true, "VolumeMismatch", fmt.Sprintf("Cannot bind PersistentVolume to requested PersistentVolumeClaim %q due to incompatible volumeMode.", claim.Name))
			b.tell(claim, true, "VolumeMismatch", fmt.Sprintf("Cannot bind PersistentVolume %q to requested PersistentVolumeClaim due to incompatible volumeMode.", v.Name))
		}
		b.plan.Note = "the claim is about to be bound"
	case claim.Spec.VolumeName == v.Name:
		b.phase(v, corev1.VolumeBound, "")
	case metav1.HasAnnotation(v.ObjectMeta, storage.ProvisionedBy) && v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete:
		b.release(v) // made for a claim that has found another
	default:
		b.unbind(v)
	}
}

// unbind takes a binding back that did not come to be; what a user has reserved stays reserved.
func (b *binder) unbind(v *corev1.PersistentVolume) {
	fresh := v.DeepCopy()
	if metav1.HasAnnotation(fresh.ObjectMeta, storage.BoundByController) {
		fresh.Spec.ClaimRef = nil
		delete(fresh.Annotations, storage.BoundByController)
	} else {
		fresh.Spec.ClaimRef.UID = ""
	}
	b.write(plan.Update(b.key, fresh, "the claim is bound to another volume"))
}

// release handles a volume whose claim is gone: first it says so, then its policy is carried out.
func (b *binder) release(v *corev1.PersistentVolume) {
	if v.Status.Phase != corev1.VolumeReleased && v.Status.Phase != corev1.VolumeFailed {
		b.phase(v, corev1.VolumeReleased, "")
		return
	}
	switch policy := v.Spec.PersistentVolumeReclaimPolicy; policy {
	case corev1.PersistentVolumeReclaimRetain:
		b.plan.Note = "the claim is gone, the volume is retained"
	case corev1.PersistentVolumeReclaimRecycle:
		b.fail(v, "VolumeFailedRecycle", "No recycler plugin found for the volume!")
	case corev1.PersistentVolumeReclaimDelete:
		b.remove(v)
	default:
		b.fail(v, "VolumeUnknownReclaimPolicy", "Volume has unrecognized PersistentVolumeReclaimPolicy")
	}
}

// remove deletes a volume that is ours; its node wipes it before it is gone. Those of other provisioners are theirs.
func (b *binder) remove(v *corev1.PersistentVolume) {
	by := v.Annotations[storage.ProvisionedBy]
	switch {
	case storage.IsLocal(v):
		if v.DeletionTimestamp == nil {
			b.write(plan.Delete(b.key, v, "the claim is gone"))
		} else {
			b.plan.Note = "its node has to wipe it"
		}
	case by != "" && !strings.HasPrefix(by, "kubernetes.io/") || v.Spec.CSI != nil:
		b.plan.Note = "the provisioner has to delete it"
	default:
		b.fail(v, "VolumeFailedDelete", fmt.Sprintf("error getting deleter volume plugin for volume %q: no deletable volume plugin matched", v.Name))
	}
}

func (b *binder) phase(v *corev1.PersistentVolume, phase corev1.PersistentVolumePhase, message string) bool {
	if v.Status.Phase == phase {
		return false
	}
	fresh := v.DeepCopy()
	fresh.Status.Phase, fresh.Status.Message = phase, message
	b.write(plan.UpdateStatus(b.key, fresh, "the volume is "+string(phase)))
	return true
}

// fail says, once, that a volume cannot be reclaimed.
func (b *binder) fail(v *corev1.PersistentVolume, reason, message string) {
	if b.phase(v, corev1.VolumeFailed, message) {
		b.tell(v, true, reason, message)
	}
	b.plan.Note = message
}
