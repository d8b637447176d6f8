package eviction

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/resource"
)

// Limited says whether a pod has a limit on what it writes that no kernel enforces: who looks at pods can leave out the others.
func Limited(p *corev1.Pod) bool {
	_, all := resource.PodLimits(p, resource.PodResourcesOptions{})[corev1.ResourceEphemeralStorage]
	return all || slices.ContainsFunc(p.Spec.Volumes, func(v corev1.Volume) bool { return sizeLimited(&v) })
}

func sizeLimited(v *corev1.Volume) bool {
	return v.EmptyDir != nil && v.EmptyDir.Medium == corev1.StorageMediumDefault && v.EmptyDir.SizeLimit != nil && v.EmptyDir.SizeLimit.Sign() > 0
}

// Exceeded is why a pod has to go for what it has written, in kubelet's words (localStorageEviction), "" if it may stay: one of
// its emptyDirs, all of it, or a container is over its limit.
func Exceeded(u *Usage) string {
	if Critical(u.Pod) {
		return ""
	}
	for _, v := range u.Pod.Spec.Volumes {
		if sizeLimited(&v) && u.Volumes[v.Name] > v.EmptyDir.SizeLimit.Value() {
			return fmt.Sprintf("Usage of EmptyDir volume %q exceeds the limit %q. ", v.Name, v.EmptyDir.SizeLimit)
		}
	}
	limit, limited := resource.PodLimits(u.Pod, resource.PodResourcesOptions{})[corev1.ResourceEphemeralStorage]
	if limited && u.Disk > limit.Value() {
		return fmt.Sprintf("Pod ephemeral local storage usage exceeds the total limit of containers %s. ", &limit)
	}
	for _, c := range u.Pod.Spec.Containers {
		if limit := c.Resources.Limits.StorageEphemeral(); !limit.IsZero() && u.Containers[c.Name] > limit.Value() {
			return fmt.Sprintf("Container %s exceeded its local ephemeral storage limit %q. ", c.Name, limit)
		}
	}
	return ""
}
