package schedule

import (
	"cmp"
	"fmt"
	"iter"
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
	// Check says why the volumes cannot be bound or used on a node, nothing if they can; Zone, why those that are bound are in
	// another place. Both must answer the same for the same Key and node.
	Check func(*corev1.Node) []string
	Zone  func(*corev1.Node) string
	// Full, if not nil, says why a node can have no more volumes attached, given the pods that are there; "" if it can.
	Full func(node *corev1.Node, there iter.Seq[*corev1.Pod]) string
	// Wants, if not nil, tells people which volumes a node must be able to have.
	Wants func() string
	// Exclusive are claims, as namespace/name, that only one pod at a time may use.
	Exclusive []string
}

// keptAway says why no node will take a pod because of its claims alone, "" if some may.
func (s *State) keptAway(p *Pod) string {
	why := p.keptAway()
	if why == "" || s.count == 0 { // that there are no nodes is said elsewhere
		return ""
	}
	return fmt.Sprintf("0/%d nodes are available: %s.", s.count, why)
}

// keptAway says why no node at all takes the pod.
func (p *Pod) keptAway() (why string) {
	on := &cmp.Or(p.Profile, defaultProfile).compiled.on
	if p.Volumes != nil && on[filterBinding] {
		why = p.Volumes.Refusal
	}
	if p.Devices != nil && on[filterDevices] && why == "" {
		why = p.Devices.Refusal()
	}
	return why
}

// claimsInUse reports whether a claim that only one pod may use has its pod.
func (s *State) claimsInUse(v *Volumes) bool {
	return v != nil && slices.ContainsFunc(v.Exclusive, func(claim string) bool { return s.claims[claim] > 0 })
}

// reachable reports whether a node can use the class's volumes, whatever is on it.
func (f *form) reachable(n *corev1.Node) bool {
	on, v := &f.profile.compiled.on, f.volumes
	return v == nil || !(on[filterBinding] && v.Check != nil && len(v.Check(n)) > 0) && !(on[filterZone] && v.Zone != nil && v.Zone(n) != "")
}

// full says why a node can have no more volumes attached; gone are pods of it that are to be passed over.
func (s *State) full(c *class, i int, gone map[uid]*placed) string {
	if c.volumes == nil || c.volumes.Full == nil || s.nodes[i].obj == nil {
		return ""
	}
	return c.volumes.Full(s.nodes[i].obj, func(yield func(*corev1.Pod) bool) {
		for id, pl := range s.nodes[i].pods {
			if gone[id] == nil && !yield(pl.pod) {
				return
			}
		}
	})
}

// RoomChanged says that a node has more or less room for volumes.
func (s *State) RoomChanged(node string) {
	if i, ok := s.byName[node]; ok {
		s.changed(i, false)
	}
}

// Uses reports whether a placed pod uses a claim, given as namespace/name.
func (s *State) Uses(claim string) bool { return s.claims[claim] > 0 }

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
