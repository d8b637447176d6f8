package schedule

import (
	"fmt"

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

// keptAway says why no node will take a pod because of its volumes alone, "" if some may.
func (s *State) keptAway(v *Volumes) string {
	if v == nil {
		return ""
	}
	if s.count == 0 {
		return "" // that there are no nodes is said elsewhere
	}
	if v.Refusal != "" {
		return fmt.Sprintf("0/%d nodes are available: %s.", s.count, v.Refusal)
	}
	for _, claim := range v.Exclusive {
		if s.claims[claim] > 0 {
			return fmt.Sprintf("0/%d nodes are available: %d node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode.", s.count, s.count)
		}
	}
	return ""
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
