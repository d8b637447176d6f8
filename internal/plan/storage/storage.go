// Package storage is what the binder of volumes, the scheduler and the node agent have to agree on: which claims a pod
// has, which volume fits a claim, when a claim is bound, and the words of the local provisioner. It is pure.
package storage

import (
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/storage/ephemeral"
	"k8s.io/component-helpers/storage/volume"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/view"
)

// The resources of storage. They are constants in all but grammar.
var (
	Claims  = api.Resource{Name: "persistentvolumeclaims"}
	Volumes = api.Resource{Name: "persistentvolumes"}
	Classes = api.Resource{Group: "storage.k8s.io", Name: "storageclasses"}
	// Nodes are what drivers say of nodes, Drivers what is true of them everywhere, Capacities how much they have left.
	Nodes       = api.Resource{Group: "storage.k8s.io", Name: "csinodes"}
	Drivers     = api.Resource{Group: "storage.k8s.io", Name: "csidrivers"}
	Capacities  = api.Resource{Group: "storage.k8s.io", Name: "csistoragecapacities"}
	Attachments = api.Resource{Group: "storage.k8s.io", Name: "volumeattachments"}
)

// Annotations with which binder, provisioners and scheduler speak to each other; upstream's.
const (
	BindCompleted         = volume.AnnBindCompleted
	BoundByController     = volume.AnnBoundByController
	SelectedNode          = volume.AnnSelectedNode
	ProvisionedBy         = volume.AnnDynamicallyProvisioned
	StorageProvisioner    = volume.AnnStorageProvisioner
	OldStorageProvisioner = volume.AnnBetaStorageProvisioner
	NoProvisioner         = volume.NotSupportedProvisioner
)

// Managed is the annotation of nodes whose volumes the control plane attaches (controllers/attachment); upstream's.
const Managed = "volumes.kubernetes.io/controller-managed-attach-detach"

// ClaimOf is the name of the claim behind a volume of a pod, "" if there is none. An ephemeral volume's claim is named
// after pod and volume.
func ClaimOf(pod *corev1.Pod, v *corev1.Volume) string {
	switch {
	case v.PersistentVolumeClaim != nil:
		return v.PersistentVolumeClaim.ClaimName
	case v.Ephemeral != nil:
		return ephemeral.VolumeClaimName(pod, v)
	}
	return ""
}

// ClassName is the storage class that a claim asks for, "" for none.
func ClassName(claim *corev1.PersistentVolumeClaim) string {
	return volume.GetPersistentVolumeClaimClass(claim)
}

// Class finds the storage class of a claim.
func Class(s *view.Snapshot, c api.Cluster, claim *corev1.PersistentVolumeClaim) (*storagev1.StorageClass, bool) {
	name := ClassName(claim)
	if name == "" {
		return nil, false
	}
	return view.Get[storagev1.StorageClass](s, api.Key{Resource: Classes, Cluster: c, Name: name})
}

// Delayed reports whether the claims of a class are bound only when a pod that uses them is scheduled.
func Delayed(class *storagev1.StorageClass) bool {
	return class != nil && class.VolumeBindingMode != nil && *class.VolumeBindingMode == storagev1.VolumeBindingWaitForFirstConsumer
}

// Bound reports whether both sides of a claim's binding are written.
func Bound(claim *corev1.PersistentVolumeClaim) bool {
	return claim.Spec.VolumeName != "" && metav1.HasAnnotation(claim.ObjectMeta, BindCompleted)
}

// Request is the size that a claim asks for, in bytes.
func Request(claim *corev1.PersistentVolumeClaim) int64 {
	return claim.Spec.Resources.Requests.Storage().Value()
}

// Exclusive reports whether only one pod may use a claim at a time.
func Exclusive(claim *corev1.PersistentVolumeClaim) bool {
	return len(claim.Spec.AccessModes) == 1 && claim.Spec.AccessModes[0] == corev1.ReadWriteOncePod
}

// Block reports whether volumes of a mode are raw devices.
func Block(mode *corev1.PersistentVolumeMode) bool {
	return mode != nil && *mode == corev1.PersistentVolumeBlock
}

// NameFor is the name of the volume that a provisioner makes for a claim: upstream's, so that a repetition finds it.
func NameFor(claim *corev1.PersistentVolumeClaim) string { return "pvc-" + string(claim.UID) }
