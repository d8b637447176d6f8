package volumebinder

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/storage/volume"

	"gantry.dev/gantry/internal/admit"
	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

func (b *binder) decideClaim() error {
	claim, ok := view.Get[corev1.PersistentVolumeClaim](b.s, b.key)
	if !ok {
		return nil
	}
	if metav1.HasAnnotation(claim.ObjectMeta, storage.BindCompleted) {
		return b.bound(claim)
	}
	if claim.Spec.VolumeName != "" {
		return b.wanted(claim)
	}
	return b.unbound(claim)
}

// unbound looks for a volume for a claim that takes any.
func (b *binder) unbound(claim *corev1.PersistentVolumeClaim) error {
	class, _ := storage.Class(b.s, b.key.Cluster, claim)
	delayed := storage.Delayed(class)
	v, err := b.find(claim, delayed)
	if err != nil {
		return fmt.Errorf("error finding PV for claim %q: %w", claim.Namespace+"/"+claim.Name, err)
	}
	if v != nil {
		return b.bind(v, claim)
	}
	if b.giveClass(claim) {
		return nil
	}
	_, selected := claim.Annotations[storage.SelectedNode]
	switch {
	case delayed && !selected:
		b.waits(claim)
	case storage.ClassName(claim) != "":
		if b.provision(claim, class) {
			return nil
		}
	default:
		b.tell(claim, false, "FailedBinding", "no persistent volumes available for this claim and no storage class is set")
	}
	b.claimStatus(claim, corev1.ClaimPending, nil)
	return nil
}

// find looks for the volume that was made for the claim, then for any that fits.
func (b *binder) find(claim *corev1.PersistentVolumeClaim, delayed bool) (*corev1.PersistentVolume, error) {
	if v, ok := view.Get[corev1.PersistentVolume](b.s, volumeKey(b.key.Cluster, storage.NameFor(claim))); ok && storage.IsBoundTo(v, claim) {
		return storage.Match(claim, []*corev1.PersistentVolume{v}, nil, nil, delayed)
	}
	// Only a volume that is reserved for the claim, or a free one of its class, can be had.
	candidates := slices.AppendSeq(slices.Collect(view.VolumesOf(b.s, b.key.Cluster, claim.Namespace, claim.Name)),
		view.FreeVolumes(b.s, b.key.Cluster, storage.ClassName(claim)))
	return storage.Match(claim, candidates, nil, nil, delayed)
}

// giveClass gives a claim that has no class the default one, which may have come after the claim.
func (b *binder) giveClass(claim *corev1.PersistentVolumeClaim) bool {
	if volume.PersistentVolumeClaimHasClass(claim) {
		return false
	}
	classes := slices.Collect(view.List[storagev1.StorageClass](b.s, api.Scope{Resource: storage.Classes, Cluster: b.key.Cluster}))
	class, ok := admit.DefaultStorageClass(classes)
	if !ok {
		return false
	}
	fresh := claim.DeepCopy()
	fresh.Spec.StorageClassName = &class.Name
	b.write(plan.Update(b.key, fresh, "the default storage class"))
	return true
}

// waits says for whom a claim waits that is bound with its first pod.
func (b *binder) waits(claim *corev1.PersistentVolumeClaim) {
	var pods []string
	for pod := range view.List[corev1.Pod](b.s, plan.Around(b.key, plan.Pods)) {
		uses := func(v corev1.Volume) bool { return storage.ClaimOf(pod, &v) == claim.Name }
		if pod.Spec.NodeName == "" && !plan.Terminated(pod) && slices.ContainsFunc(pod.Spec.Volumes, uses) {
			pods = append(pods, pod.Name)
		}
	}
	switch len(pods) {
	case 0:
		b.tell(claim, false, "WaitForFirstConsumer", "waiting for first consumer to be created before binding")
	case 1:
		b.tell(claim, false, "WaitForPodScheduled", "waiting for pod "+pods[0]+" to be scheduled")
	default:
		b.tell(claim, false, "WaitForPodScheduled", "waiting for pods "+strings.Join(pods, ",")+" to be scheduled")
	}
}

// provision asks the provisioner of the class for a volume. It reports whether it wrote the claim.
func (b *binder) provision(claim *corev1.PersistentVolumeClaim, class *storagev1.StorageClass) bool {
	switch {
	case class == nil:
		b.tell(claim, true, "ProvisioningFailed", fmt.Sprintf("storageclass.storage.k8s.io %q not found", storage.ClassName(claim)))
		return false
	case strings.HasPrefix(class.Provisioner, "kubernetes.io/"):
		b.tell(claim, true, "ProvisioningFailed", "no volume plugin matched name: "+class.Provisioner)
		return false
	}
	if class.Provisioner != storage.LocalProvisioner {
		b.tell(claim, false, "ExternalProvisioning", fmt.Sprintf("Waiting for a volume to be created either by the external provisioner '%s' "+
			"or manually by the system administrator. If volume creation is delayed, please verify that "+
			"the provisioner is running and correctly registered.", class.Provisioner))
	}
	if claim.Annotations[storage.StorageProvisioner] == class.Provisioner {
		return false
	}
	fresh := claim.DeepCopy()
	metav1.SetMetaDataAnnotation(&fresh.ObjectMeta, storage.OldStorageProvisioner, class.Provisioner)
	metav1.SetMetaDataAnnotation(&fresh.ObjectMeta, storage.StorageProvisioner, class.Provisioner)
	b.write(plan.Update(b.key, fresh, "ask "+class.Provisioner+" for a volume"))
	return true
}

// wanted handles a claim that names its volume but is not bound to it yet.
func (b *binder) wanted(claim *corev1.PersistentVolumeClaim) error {
	v, ok := view.Get[corev1.PersistentVolume](b.s, volumeKey(b.key.Cluster, claim.Spec.VolumeName))
	switch {
	case !ok:
		b.plan.Note = "volume " + claim.Spec.VolumeName + " does not exist"
	case v.Spec.ClaimRef == nil:
		err := storage.Satisfies(v, claim)
		if err == nil {
			return b.bind(v, claim)
		}
		b.tell(claim, true, "VolumeMismatch", fmt.Sprintf("Cannot bind to requested volume %q: %s", v.Name, err))
	case storage.IsBoundTo(v, claim):
		return b.bind(v, claim)
	default:
		b.tell(claim, true, "FailedBinding", fmt.Sprintf("volume %q already bound to a different claim.", v.Name))
	}
	b.claimStatus(claim, corev1.ClaimPending, nil)
	return nil
}

// bound keeps a claim bound that has been, or calls it lost.
func (b *binder) bound(claim *corev1.PersistentVolumeClaim) error {
	lost := func(reason, message string) error {
		if claim.Status.Phase != corev1.ClaimLost {
			b.claimStatus(claim, corev1.ClaimLost, nil)
			b.tell(claim, true, reason, message)
		}
		return nil
	}
	if claim.Spec.VolumeName == "" {
		return lost("ClaimLost", "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!")
	}
	v, ok := view.Get[corev1.PersistentVolume](b.s, volumeKey(b.key.Cluster, claim.Spec.VolumeName))
	switch {
	case !ok:
		return lost("ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!")
	case v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID == claim.UID:
		b.outgrown(claim, v)
		return b.bind(v, claim)
	}
	return lost("ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly")
}

// outgrown says of a claim that wants more than it has that somebody else has to see to it. Local volumes have a
// controller of their own.
func (b *binder) outgrown(claim *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) {
	if claim.Status.Phase == corev1.ClaimBound && storage.Request(claim) > claim.Status.Capacity.Storage().Value() && !storage.IsLocal(v) {
		b.tell(claim, v.Spec.CSI == nil, "ExternalExpanding", "waiting for an external controller to expand this PVC")
	}
}

// bind takes the next step towards a complete binding: the volume, then the claim, then what it says of itself.
func (b *binder) bind(v *corev1.PersistentVolume, claim *corev1.PersistentVolumeClaim) error {
	taken, changed, err := storage.BindTo(v, claim)
	if err != nil {
		return err
	}
	if changed {
		b.write(plan.Update(volumeKey(b.key.Cluster, v.Name), taken, "bind to claim "+claim.Namespace+"/"+claim.Name))
		return nil
	}
	fresh := claim.DeepCopy()
	changed = !metav1.HasAnnotation(fresh.ObjectMeta, storage.BindCompleted)
	metav1.SetMetaDataAnnotation(&fresh.ObjectMeta, storage.BindCompleted, "yes")
	if fresh.Spec.VolumeName != v.Name {
		changed = true
		fresh.Spec.VolumeName = v.Name
		metav1.SetMetaDataAnnotation(&fresh.ObjectMeta, storage.BoundByController, "yes")
	}
	if changed {
		b.write(plan.Update(b.key, fresh, "bind to volume "+v.Name))
		return nil
	}
	b.claimStatus(claim, corev1.ClaimBound, v)
	return nil
}

// claimStatus writes a claim's phase, and what it has of its volume.
func (b *binder) claimStatus(claim *corev1.PersistentVolumeClaim, phase corev1.PersistentVolumeClaimPhase, v *corev1.PersistentVolume) {
	fresh := claim.DeepCopy()
	st := &fresh.Status
	st.Phase = phase
	changed := claim.Status.Phase != phase
	if v == nil {
		changed = changed || st.AccessModes != nil || st.Capacity != nil || st.CurrentVolumeAttributesClassName != nil
		st.AccessModes, st.Capacity, st.CurrentVolumeAttributesClassName = nil, nil, nil
	} else {
		changed = changed || !slices.Equal(st.AccessModes, v.Spec.AccessModes)
		st.AccessModes = v.Spec.AccessModes
		// Only with the binding: later a claim may well have less than its volume, whose file system is still to grow.
		if claim.Status.Phase != phase {
			st.Capacity = v.Spec.Capacity
		}
		if claim.Status.Phase == corev1.ClaimPending {
			st.CurrentVolumeAttributesClassName = v.Spec.VolumeAttributesClassName
		}
	}
	if changed {
		b.write(plan.UpdateStatus(b.key, fresh, "the claim is "+string(phase)))
	}
}

func (b *binder) tell(obj plan.Object, warning bool, reason, message string) {
	b.plan.Events = append(b.plan.Events, reconcile.Event{Object: obj, Warning: warning, Reason: reason, Message: message})
	b.plan.Note = message
}
