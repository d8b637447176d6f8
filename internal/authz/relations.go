package authz

import (
	"iter"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Relations is what the node authorizer has to know of a cluster. The graph of who needs what is not kept: it is read
// off the pods of the one node that asks, which an index has at hand.
type Relations interface {
	// PodsOn ranges over the pods that are bound to a node.
	PodsOn(node string) iter.Seq[*corev1.Pod]
	// Claim returns a PersistentVolumeClaim, Volume a PersistentVolume, nil if there is none.
	Claim(namespace, name string) *corev1.PersistentVolumeClaim
	Volume(name string) *corev1.PersistentVolume
	// AttachedTo is the node that a VolumeAttachment is for, SliceOf the one that a ResourceSlice describes; "" if there
	// is none.
	AttachedTo(attachment string) string
	SliceOf(slice string) string
}

// target is a kind of object that a pod may need.
type target uint8

const (
	toPod target = iota + 1
	toSecret
	toConfigMap
	toServiceAccount
	toClaim
	toVolume
	toResourceClaim
)

// relates reports whether a pod on the node needs the object.
func relates(rel Relations, node string, t target, namespace, name string) bool {
	for pod := range rel.PodsOn(node) {
		// Volumes have no namespace, and their secrets may lie in another one than the pod.
		if pod.Namespace != namespace && t != toVolume && t != toSecret {
			continue
		}
		if needs(rel, pod, t, namespace, name) {
			return true
		}
	}
	return false
}

func needs(rel Relations, pod *corev1.Pod, t target, namespace, name string) bool {
	if t == toPod {
		return pod.Name == name
	}
	// A mirror pod is written by the node itself: it must never grant the node anything.
	if _, mirror := pod.Annotations[corev1.MirrorPodAnnotationKey]; mirror {
		return false
	}
	switch t {
	case toServiceAccount:
		return pod.Spec.ServiceAccountName == name
	case toConfigMap:
		return needsConfigMap(pod, name)
	case toSecret:
		return pod.Namespace == namespace && needsSecret(pod, name) || volumeNeedsSecret(rel, pod, namespace, name)
	case toClaim:
		return slices.Contains(claimsOf(pod), name)
	case toVolume:
		return slices.ContainsFunc(volumesOf(rel, pod), func(v *corev1.PersistentVolume) bool { return v.Name == name })
	case toResourceClaim:
		return needsResourceClaim(pod, name)
	}
	return false
}

func claimsOf(pod *corev1.Pod) (names []string) {
	for _, v := range pod.Spec.Volumes {
		switch {
		case v.PersistentVolumeClaim != nil:
			names = append(names, v.PersistentVolumeClaim.ClaimName)
		case v.Ephemeral != nil:
			names = append(names, pod.Name+"-"+v.Name)
		}
	}
	return names
}

func volumesOf(rel Relations, pod *corev1.Pod) (out []*corev1.PersistentVolume) {
	for _, name := range claimsOf(pod) {
		claim := rel.Claim(pod.Namespace, name)
		if claim == nil || claim.Spec.VolumeName == "" {
			continue
		}
		// The volume must agree that it is bound to this claim, or a claim could point at another's volume.
		v := rel.Volume(claim.Spec.VolumeName)
		if v != nil && v.Spec.ClaimRef != nil && v.Spec.ClaimRef.Namespace == claim.Namespace && v.Spec.ClaimRef.Name == claim.Name {
			out = append(out, v)
		}
	}
	return out
}

// volumeNeedsSecret follows pod → claim → volume → the secrets with which a node mounts it.
func volumeNeedsSecret(rel Relations, pod *corev1.Pod, namespace, name string) bool {
	for _, v := range volumesOf(rel, pod) {
		for _, ref := range nodeSecrets(v) {
			if ref != nil && ref.Namespace == namespace && ref.Name == name {
				return true
			}
		}
	}
	return false
}

// nodeSecrets are the secrets of a volume that nodes read. Those that only controllers need, to attach or to grow it,
// are not among them.
func nodeSecrets(v *corev1.PersistentVolume) []*corev1.SecretReference {
	// Some sources mean the claim's namespace where they name none.
	ours := func(ref *corev1.SecretReference) []*corev1.SecretReference {
		if ref != nil && ref.Namespace == "" && v.Spec.ClaimRef != nil {
			ref = &corev1.SecretReference{Namespace: v.Spec.ClaimRef.Namespace, Name: ref.Name}
		}
		return []*corev1.SecretReference{ref}
	}
	switch s := &v.Spec.PersistentVolumeSource; {
	case s.AzureFile != nil:
		ref := &corev1.SecretReference{Name: s.AzureFile.SecretName}
		if s.AzureFile.SecretNamespace != nil {
			ref.Namespace = *s.AzureFile.SecretNamespace
		}
		return ours(ref)
	case s.CephFS != nil:
		return ours(s.CephFS.SecretRef)
	case s.Cinder != nil:
		return []*corev1.SecretReference{s.Cinder.SecretRef}
	case s.FlexVolume != nil:
		return ours(s.FlexVolume.SecretRef)
	case s.RBD != nil:
		return ours(s.RBD.SecretRef)
	case s.ScaleIO != nil:
		return ours(s.ScaleIO.SecretRef)
	case s.ISCSI != nil:
		return ours(s.ISCSI.SecretRef)
	case s.StorageOS != nil && s.StorageOS.SecretRef != nil:
		return []*corev1.SecretReference{{Namespace: s.StorageOS.SecretRef.Namespace, Name: s.StorageOS.SecretRef.Name}}
	case s.CSI != nil:
		return []*corev1.SecretReference{s.CSI.NodePublishSecretRef, s.CSI.NodeStageSecretRef, s.CSI.NodeExpandSecretRef}
	}
	return nil
}

func needsResourceClaim(pod *corev1.Pod, name string) bool {
	if s := pod.Status.ExtendedResourceClaimStatus; s != nil && s.ResourceClaimName == name {
		return true
	}
	for _, c := range pod.Spec.ResourceClaims {
		if c.ResourceClaimName != nil && *c.ResourceClaimName == name {
			return true
		}
	}
	for _, s := range pod.Status.ResourceClaimStatuses {
		if s.ResourceClaimName != nil && *s.ResourceClaimName == name {
			return true
		}
	}
	return false
}
