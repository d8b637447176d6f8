package schedule

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Volumes is what a pod's claims mean for its place: upstream's filters VolumeRestrictions, VolumeBinding and VolumeZone. What
// is true of claims and volumes is found by the caller, who has them at hand.
type Volumes struct {
	// Key is the same for pods whose claims let them go to the same nodes.
	Key string
	// Refusal, if not empty, says why no node at all will do.
	Refusal string
	// Check says why a node will not do, "" if it will. It must answer the same for the same Key and node.
	Check func(*corev1.Node) string
	// Exclusive are claims, as namespace/name, that only one pod at a time may use.
	Exclusive []string
}

// keptAway says why no node will take a pod because of its claims alone, "" if some may.
func (s *State) keptAway(p *Pod) (why string) {
	if s.count == 0 {
		return "" // that there are no nodes is said elsewhere
	}
	if p.Volumes != nil {
		why = p.Volumes.Refusal
	}
	if p.Devices != nil && why == "" {
		why = p.Devices.Refusal()
	}
	if why == "" {
		return ""
	}
	return fmt.Sprintf("0/%d nodes are available: %s.", s.count, why)
}

// claimsInUse reports whether a claim that only one pod may use has its pod.
func (s *State) claimsInUse(v *Volumes) bool {
	return v != nil && slices.ContainsFunc(v.Exclusive, func(claim string) bool { return s.claims[claim] > 0 })
}

// otherZone is what VolumeZone says in Volumes.Check; all else there is VolumeBinding's.
const otherZone = "node(s) had no available volume zone"

func volumeFilter(why string) filter {
	if why == otherZone {
		return filterZone
	}
	return filterBinding
}

// disksOf are the volumes of a pod that not every other pod on a node may use as well.
func disksOf(p *corev1.Pod) (out []*corev1.Volume) {
	for i := range p.Spec.Volumes {
		v := &p.Spec.Volumes[i]
		if v.GCEPersistentDisk != nil || v.AWSElasticBlockStore != nil || v.RBD != nil || v.ISCSI != nil {
			out = append(out, v)
		}
	}
	return out
}

// diskTaken reports whether a pod on the node uses a disk in a way that conflicts with the class.
func (s *State) diskTaken(c *class, i int) bool {
	for _, pl := range s.nodes[i].pods {
		if c.sharesDisk(pl.pod) {
			return true
		}
	}
	return false
}

func (c *class) sharesDisk(p *corev1.Pod) bool {
	theirs := disksOf(p)
	return slices.ContainsFunc(c.disks, func(v *corev1.Volume) bool {
		return slices.ContainsFunc(theirs, func(o *corev1.Volume) bool { return disksConflict(v, o) })
	})
}

// disksConflict reports whether two volumes are one disk that does not bear both uses.
func disksConflict(a, b *corev1.Volume) bool {
	switch {
	case a.GCEPersistentDisk != nil && b.GCEPersistentDisk != nil:
		x, y := a.GCEPersistentDisk, b.GCEPersistentDisk
		return x.PDName == y.PDName && !(x.ReadOnly && y.ReadOnly)
	case a.AWSElasticBlockStore != nil && b.AWSElasticBlockStore != nil:
		return a.AWSElasticBlockStore.VolumeID == b.AWSElasticBlockStore.VolumeID
	case a.ISCSI != nil && b.ISCSI != nil:
		return a.ISCSI.IQN == b.ISCSI.IQN && !(a.ISCSI.ReadOnly && b.ISCSI.ReadOnly)
	case a.RBD != nil && b.RBD != nil:
		x, y := a.RBD, b.RBD
		monitors := slices.ContainsFunc(x.CephMonitors, func(m string) bool { return slices.Contains(y.CephMonitors, m) })
		return monitors && x.RBDPool == y.RBDPool && x.RBDImage == y.RBDImage && !(x.ReadOnly && y.ReadOnly)
	}
	return false
}

// useClaims counts the claims of a placed pod in, or with sign -1 out.
func (s *State) useClaims(p *corev1.Pod, sign int) {
	for i := range p.Spec.Volumes {
		src := p.Spec.Volumes[i].PersistentVolumeClaim
		if src == nil {
			continue
		}
		key := p.Namespace + "/" + src.ClaimName
		if s.claims[key] += sign; s.claims[key] == 0 {
			delete(s.claims, key)
		}
	}
}
