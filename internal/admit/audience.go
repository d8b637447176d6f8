package admit

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"

	"gantry.dev/gantry/internal/api"
)

// allowedAudience wants a node to ask only for audiences that its pod asks for: in a projected token, through the CSI
// driver of one of its volumes, or because an administrator has allowed the node this audience. Upstream also looks
// through in-tree volumes to the driver that has taken their place; those need a migrated cloud volume, which we have not.
func allowedAudience(w *Write, audiences []string, pod *corev1.Pod) error {
	audience := ""
	switch len(audiences) {
	case 0:
	case 1:
		audience = audiences[0]
	default:
		return fmt.Errorf("node may only request 0 or 1 audiences")
	}
	for i := range pod.Spec.Volumes {
		if asksFor(w, pod, &pod.Spec.Volumes[i], audience) {
			return nil
		}
	}
	// The audience stands for the resource here: that is how RBAC rules name it.
	if w.May(w.GetUserInfo(), "request-serviceaccounts-token-audience", api.Resource{Name: audience}, w.GetNamespace(), w.GetName()) {
		return nil
	}
	return fmt.Errorf("audience %q not found in pod spec volume, %s is not authorized to request tokens for this audience", audience, w.GetUserInfo().GetName())
}

func asksFor(l Lookup, pod *corev1.Pod, v *corev1.Volume, audience string) bool {
	driver := ""
	switch {
	case v.Projected != nil:
		for i := range v.Projected.Sources {
			if t := v.Projected.Sources[i].ServiceAccountToken; t != nil && t.Audience == audience {
				return true
			}
		}
	case v.Ephemeral != nil && v.Ephemeral.VolumeClaimTemplate != nil:
		driver = driverOf(l, pod.Namespace, pod.Name+"-"+v.Name)
	case v.PersistentVolumeClaim != nil:
		driver = driverOf(l, pod.Namespace, v.PersistentVolumeClaim.ClaimName)
	case v.CSI != nil:
		driver = v.CSI.Driver
	}
	if driver == "" {
		return false
	}
	d, ok := get[*storagev1.CSIDriver](l, csiDrivers, "", driver)
	if !ok {
		return false
	}
	for i := range d.Spec.TokenRequests {
		if d.Spec.TokenRequests[i].Audience == audience {
			return true
		}
	}
	return false
}

// driverOf is the CSI driver behind a claim, "" if there is none.
func driverOf(l Lookup, namespace, claim string) string {
	c, ok := get[*corev1.PersistentVolumeClaim](l, claims, namespace, claim)
	if !ok {
		return ""
	}
	v, ok := get[*corev1.PersistentVolume](l, volumes, "", c.Spec.VolumeName)
	if !ok || v.Spec.CSI == nil {
		return ""
	}
	return v.Spec.CSI.Driver
}
