package storage

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/storage/volume"
)

// Match finds the volume for a claim: one that is bound to it already, else the smallest available one that is large
// enough, of those with the fewest access modes beyond what is asked. With a node, only volumes that the node can reach
// count, and none of taken; without, delayed says that unbound volumes are the scheduler's to give.
func Match(claim *corev1.PersistentVolumeClaim, volumes []*corev1.PersistentVolume, node *corev1.Node, taken map[string]*corev1.PersistentVolume, delayed bool) (*corev1.PersistentVolume, error) {
	byModes := map[int][]*corev1.PersistentVolume{}
	var counts []int
	for _, v := range volumes {
		if !volume.CheckAccessModes(claim, v) {
			continue
		}
		n := len(v.Spec.AccessModes)
		if byModes[n] == nil {
			counts = append(counts, n)
		}
		byModes[n] = append(byModes[n], v)
	}
	slices.Sort(counts)
	for _, n := range counts {
		v, err := volume.FindMatchingVolume(claim, byModes[n], node, taken, delayed, true)
		if v != nil || err != nil {
			return v, err
		}
	}
	return nil, nil
}

// Satisfies says what keeps a volume from being what a claim asks for, in upstream's words; nil if nothing does.
func Satisfies(v *corev1.PersistentVolume, claim *corev1.PersistentVolumeClaim) error {
	vac := func(name *string) string {
		if name == nil {
			return ""
		}
		return *name
	}
	switch {
	case v.DeletionTimestamp != nil:
		return fmt.Errorf("the volume is marked for deletion %q", v.Name)
	case v.Spec.Capacity.Storage().Value() < Request(claim):
		return fmt.Errorf("requested PV is too small")
	case volume.GetPersistentVolumeClass(v) != ClassName(claim):
		return fmt.Errorf("storageClassName does not match")
	case vac(v.Spec.VolumeAttributesClassName) != vac(claim.Spec.VolumeAttributesClassName):
		return fmt.Errorf("volumeAttributesClassName does not match")
	case volume.CheckVolumeModeMismatches(&claim.Spec, &v.Spec):
		return fmt.Errorf("incompatible volumeMode")
	case !volume.CheckAccessModes(claim, v):
		return fmt.Errorf("incompatible accessMode")
	}
	return nil
}

// IsBoundTo reports whether a volume is bound to a claim, or reserved for it by name.
func IsBoundTo(v *corev1.PersistentVolume, claim *corev1.PersistentVolumeClaim) bool {
	return volume.IsVolumeBoundToClaim(v, claim)
}

// BindTo returns the volume bound to a claim; changed is false if it is already.
func BindTo(v *corev1.PersistentVolume, claim *corev1.PersistentVolumeClaim) (bound *corev1.PersistentVolume, changed bool, err error) {
	return volume.GetBindVolumeToClaim(v, claim)
}

// Reaches reports whether pods on a node can use a volume.
func Reaches(v *corev1.PersistentVolume, node *corev1.Node) bool {
	return volume.CheckNodeAffinity(v, node.Labels) == nil
}
