package view

import (
	"iter"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/component-helpers/storage/volume"

	"gantry.dev/gantry/internal/api"
)

// The resources of volumes, whose places in a binding are indexed: who binds must not look at all of them.
var (
	volumes = api.Resource{Name: "persistentvolumes"}
	claims  = api.Resource{Name: "persistentvolumeclaims"}
)

// bindable reports whether a resource takes part in bindings; only these pay for the index.
func bindable(r api.Resource) bool { return r == volumes || r == claims }

// bond is the value under which a volume or claim is found in the index byBond: by the other end of its binding, or by its
// class while there is none.
func bond(obj runtime.Object) string {
	switch o := obj.(type) {
	case *corev1.PersistentVolume:
		if ref := o.Spec.ClaimRef; ref != nil {
			return "claim " + ref.Namespace + "/" + ref.Name
		}
		return "class " + volume.GetPersistentVolumeClass(o)
	case *corev1.PersistentVolumeClaim:
		if o.Spec.VolumeName != "" {
			return "volume " + o.Spec.VolumeName
		}
		return "class " + volume.GetPersistentVolumeClaimClass(o)
	}
	return ""
}

// VolumesOf ranges over the volumes that are bound to a claim or reserved for it, by name.
func VolumesOf(s *Snapshot, c api.Cluster, namespace, claim string) iter.Seq[*corev1.PersistentVolume] {
	return objects[corev1.PersistentVolume](s, volumes, s.byIndex(volumes, c, byBond, "claim "+namespace+"/"+claim))
}

// FreeVolumes ranges over the volumes of a class (which may be "") that are for no claim.
func FreeVolumes(s *Snapshot, c api.Cluster, class string) iter.Seq[*corev1.PersistentVolume] {
	return objects[corev1.PersistentVolume](s, volumes, s.byIndex(volumes, c, byBond, "class "+class))
}

// ClaimsOn ranges over the claims that name a volume.
func ClaimsOn(s *Snapshot, c api.Cluster, volume string) iter.Seq[*corev1.PersistentVolumeClaim] {
	return objects[corev1.PersistentVolumeClaim](s, claims, s.byIndex(claims, c, byBond, "volume "+volume))
}

// OpenClaims ranges over the claims of a class (which may be "") that name no volume.
func OpenClaims(s *Snapshot, c api.Cluster, class string) iter.Seq[*corev1.PersistentVolumeClaim] {
	return objects[corev1.PersistentVolumeClaim](s, claims, s.byIndex(claims, c, byBond, "class "+class))
}
