package scheduler

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/component-helpers/storage/ephemeral"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/view"
)

// Reasons why a node will not do for a pod's volumes, in upstream's words where it has some.
const (
	elsewhere     = "node(s) didn't match PersistentVolume's node affinity"
	nothingToBind = "node(s) didn't find available persistent volumes to bind"
	otherZone     = "node(s) had no available volume zone"
	noLocal       = "node(s) didn't offer volumes of " + storage.LocalProvisioner
	noSpace       = "node(s) did not have enough free storage"
)

// delayed is a claim that is bound when its pod is scheduled.
type delayed struct {
	key   api.Key
	claim *corev1.PersistentVolumeClaim
	class *storagev1.StorageClass
	// node has been selected for the claim already; "" if none has.
	node string
	// free are the volumes of its class that nobody has.
	free []*corev1.PersistentVolume
	// tracked says that the provisioner tells how much it has left: capacities, of the class.
	tracked    bool
	capacities []*storagev1.CSIStorageCapacity
}

// needs is what the claims of a pod mean for its scheduling. It keeps objects, not the snapshot that they came from.
type needs struct {
	bound   []*corev1.PersistentVolume
	delayed []delayed
	refusal string
	alone   []string
}

// claimsOf is needsOf as the profile of the pod has it: where VolumeBinding is off, claims are not bound, and only say where their
// volumes are. made are claims that do not exist yet and are made for the pod, by name.
func (c *cluster) claimsOf(s *view.Snapshot, key api.Key, p *corev1.Pod, made map[string]*corev1.PersistentVolumeClaim) *needs {
	n := needsOf(s, key, p, c.chosen, made)
	if n != nil && !c.profile(p).Asks(schedule.VolumeBinding) {
		n.delayed, n.refusal = nil, ""
	}
	return n
}

// needsOf gathers what the claims of a pod need; nil for a pod without any. chosen are nodes selected for claims by writes
// that the view does not show yet.
func needsOf(s *view.Snapshot, key api.Key, p *corev1.Pod, chosen map[api.Key]string, made map[string]*corev1.PersistentVolumeClaim) *needs {
	var n *needs
	var unbound, gone string
	for i := range p.Spec.Volumes {
		v := &p.Spec.Volumes[i]
		name := storage.ClaimOf(p, v)
		if name == "" {
			continue
		}
		if n == nil {
			n = &needs{}
		} else if slices.ContainsFunc(p.Spec.Volumes[:i], func(o corev1.Volume) bool { return storage.ClaimOf(p, &o) == name }) {
			continue // it is mounted twice, and needed once
		}
		ckey := plan.Beside(key, storage.Claims, name)
		claim, ok := view.Get[corev1.PersistentVolumeClaim](s, ckey)
		if draft := made[name]; !ok && draft != nil {
			claim, ok = draft, true
		}
		if why := unusable(p, v, name, claim, ok); why != "" {
			n.refusal = why
			return n
		}
		if storage.Exclusive(claim) {
			n.alone = append(n.alone, key.Namespace+"/"+name)
		}
		if storage.Bound(claim) {
			pv, ok := view.Get[corev1.PersistentVolume](s, api.Key{Resource: storage.Volumes, Cluster: key.Cluster, Name: claim.Spec.VolumeName})
			if ok {
				n.bound = append(n.bound, pv)
			} else if gone == "" {
				gone = fmt.Sprintf("persistentvolume %q not found", claim.Spec.VolumeName)
			}
			continue
		}
		class, _ := storage.Class(s, key.Cluster, claim)
		if made[name] != nil && class != nil && !storage.Delayed(class) {
			continue // it will be bound before the pod is scheduled, to a volume that is not known yet
		}
		if claim.Spec.VolumeName != "" || !storage.Delayed(class) {
			unbound = "pod has unbound immediate PersistentVolumeClaims"
			continue
		}
		d := delayed{key: ckey, claim: claim, class: class, node: claim.Annotations[storage.SelectedNode]}
		if node, ok := chosen[ckey]; ok {
			d.node = node
		}
		for pv := range view.List[corev1.PersistentVolume](s, api.Scope{Resource: storage.Volumes, Cluster: key.Cluster}) {
			if pv.Spec.StorageClassName == class.Name && (pv.Spec.ClaimRef == nil || storage.IsBoundTo(pv, claim)) {
				d.free = append(d.free, pv)
			}
		}
		d.track(s, key.Cluster)
		n.delayed = append(n.delayed, d)
	}
	if n != nil {
		n.refusal = cmp.Or(unbound, gone) // of several, what upstream finds first
		// The small ones first, so that they do not take the volumes of the large ones.
		slices.SortStableFunc(n.delayed, func(a, b delayed) int { return cmp.Compare(storage.Request(a.claim), storage.Request(b.claim)) })
	}
	return n
}

// track finds what the provisioner says of the space that it has left.
func (d *delayed) track(s *view.Snapshot, c api.Cluster) {
	// Our own provisioner tells as soon as there are nodes; its name is none that a CSIDriver can have.
	ours := d.class.Provisioner == storage.LocalProvisioner
	if !ours {
		driver, ok := view.Get[storagev1.CSIDriver](s, api.Key{Resource: storage.Drivers, Cluster: c, Name: d.class.Provisioner})
		if !ok || driver.Spec.StorageCapacity == nil || !*driver.Spec.StorageCapacity {
			return
		}
	}
	for have := range view.List[storagev1.CSIStorageCapacity](s, api.Scope{Resource: storage.Capacities, Cluster: c}) {
		if have.StorageClassName == d.class.Name {
			d.capacities = append(d.capacities, have)
		}
	}
	d.tracked = !ours || len(d.capacities) > 0
}

// spaceOn reports whether the provisioner has space for the claim that a node can use.
func (d *delayed) spaceOn(node *corev1.Node) bool {
	if _, asks := d.claim.Spec.Resources.Requests[corev1.ResourceStorage]; !d.tracked || !asks {
		return true
	}
	return slices.ContainsFunc(d.capacities, func(have *storagev1.CSIStorageCapacity) bool {
		most := cmp.Or(have.MaximumVolumeSize, have.Capacity)
		if most == nil || most.Value() < storage.Request(d.claim) || have.NodeTopology == nil {
			return false
		}
		sel, err := metav1.LabelSelectorAsSelector(have.NodeTopology)
		return err == nil && sel.Matches(labels.Set(node.Labels))
	})
}

// unusable says why a pod cannot have a claim wherever it goes, in upstream's words.
func unusable(p *corev1.Pod, v *corev1.Volume, name string, claim *corev1.PersistentVolumeClaim, ok bool) string {
	switch {
	case !ok && v.Ephemeral != nil:
		return fmt.Sprintf("waiting for ephemeral volume controller to create the persistentvolumeclaim %q", name)
	case !ok:
		return fmt.Sprintf("persistentvolumeclaim %q not found", name)
	case claim.Status.Phase == corev1.ClaimLost:
		return fmt.Sprintf("persistentvolumeclaim %q bound to non-existent persistentvolume %q", name, claim.Spec.VolumeName)
	case claim.DeletionTimestamp != nil:
		return fmt.Sprintf("persistentvolumeclaim %q is being deleted", name)
	case v.Ephemeral != nil:
		if err := ephemeral.VolumeIsForPod(p, claim); err != nil {
			return err.Error()
		}
	}
	return ""
}

// volumes are the needs in the form that the brain reads.
func (n *needs) volumes() *schedule.Volumes {
	if n == nil {
		return nil
	}
	var key strings.Builder
	for _, pv := range n.bound {
		if pv.Spec.NodeAffinity != nil || len(pv.Labels) > 0 { // else it is to be had from everywhere, as others are
			fmt.Fprintf(&key, "%s@%s ", pv.UID, pv.ResourceVersion)
		}
	}
	for _, d := range n.delayed {
		fmt.Fprintf(&key, "%s@%s %s ", d.class.UID, d.class.ResourceVersion, d.node)
		if d.tracked {
			fmt.Fprintf(&key, "%d of ", storage.Request(d.claim))
			for _, have := range d.capacities {
				fmt.Fprintf(&key, "%s@%s ", have.UID, have.ResourceVersion)
			}
		}
		if len(d.free) == 0 {
			continue // then nothing depends on the claim itself, and its siblings share what is found out
		}
		fmt.Fprintf(&key, "%s@%s ", d.claim.UID, d.claim.ResourceVersion)
		for _, pv := range d.free {
			fmt.Fprintf(&key, "%s@%s ", pv.UID, pv.ResourceVersion)
		}
	}
	return &schedule.Volumes{Key: key.String(), Refusal: n.refusal, Exclusive: n.alone, Zone: n.zone, Wants: n.wants,
		Check: func(node *corev1.Node) []string {
			_, why := n.choose(node, nil)
			if no := n.pledged(node); no != "" { // it is said before what keeps others from being made
				why = append(slices.DeleteFunc(why, func(r string) bool { return r != elsewhere }), no)
			}
			return why
		}}
}

// wants tells people which volumes a node must be able to have.
func (n *needs) wants() string {
	var out []string
	for _, pv := range n.bound {
		out = append(out, "volume "+pv.Name)
	}
	for i := range n.delayed {
		d := &n.delayed[i]
		q := d.claim.Spec.Resources.Requests[corev1.ResourceStorage]
		text := fmt.Sprintf("a volume of class %s for claim %s (%s, %s)", d.class.Name, d.claim.Name, q.String(), accessModes(d.claim))
		if d.node != "" {
			text += ", which node " + d.node + " has been selected for"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func accessModes(c *corev1.PersistentVolumeClaim) string {
	var out []string
	for _, m := range c.Spec.AccessModes {
		out = append(out, string(m))
	}
	return strings.Join(out, " ")
}

// choice is what to do for a claim once its node is known: bind it to pv, or with nil have a volume made.
type choice struct {
	delayed
	pv *corev1.PersistentVolume
}

// choose decides for every claim on a node, or says why the node will not do. taken are volumes that others get.
func (n *needs) choose(node *corev1.Node, taken map[string]*corev1.PersistentVolume) (choices []choice, why []string) {
	if slices.ContainsFunc(n.bound, func(pv *corev1.PersistentVolume) bool { return !storage.Reaches(pv, node) }) {
		why = append(why, elsewhere)
	}
	mine := map[string]*corev1.PersistentVolume{}
	maps.Copy(mine, taken)
	var wanting []choice // by the provisioner, once all others have their volumes
	for _, d := range n.delayed {
		if d.node != "" {
			if d.node != node.Name { // somebody is at work on it for another node
				return nil, append(why, nothingToBind)
			}
			continue
		}
		pv, err := storage.Match(d.claim, d.free, node, mine, true)
		if err != nil {
			return nil, append(why, nothingToBind)
		}
		if pv != nil {
			mine[pv.Name] = pv
			choices = append(choices, choice{d, pv})
			continue
		}
		wanting = append(wanting, choice{d, nil})
	}
	for _, ch := range wanting {
		if no := ch.provisionable(node); no != "" {
			return nil, append(why, no)
		}
	}
	return append(choices, wanting...), why
}

// pledged says why a node that has been selected for claims will not do after all: a volume cannot be made there.
func (n *needs) pledged(node *corev1.Node) (why string) {
	for i := range n.delayed {
		switch d := &n.delayed[i]; {
		case d.node == "":
		case d.node != node.Name:
			return "" // it will not do in any case
		case why == "":
			why = d.provisionable(node)
		}
	}
	return why
}

// zone says why a bound volume cannot be used from a node, by the labels of both.
func (n *needs) zone(node *corev1.Node) string {
	if slices.ContainsFunc(n.bound, func(pv *corev1.PersistentVolume) bool { return !sameZone(pv, node) }) {
		return otherZone
	}
	return ""
}

// provisionable says why no volume can be made for the claim on a node.
func (d *delayed) provisionable(node *corev1.Node) string {
	switch class := d.class; {
	case class.Provisioner == "" || class.Provisioner == storage.NoProvisioner || !inTopology(class.AllowedTopologies, node.Labels):
		return nothingToBind
	case class.Provisioner == storage.LocalProvisioner && node.Annotations[storage.LocalDirectory] == "":
		return noLocal
	case !d.spaceOn(node):
		return noSpace
	}
	return ""
}

// inTopology reports whether a node's labels match one of the terms, all of its expressions. No terms match everything.
func inTopology(terms []corev1.TopologySelectorTerm, labels map[string]string) bool {
	matches := func(t corev1.TopologySelectorTerm) bool {
		for _, e := range t.MatchLabelExpressions {
			if v, ok := labels[e.Key]; !ok || !slices.Contains(e.Values, v) {
				return false
			}
		}
		return len(t.MatchLabelExpressions) > 0
	}
	return len(terms) == 0 || slices.ContainsFunc(terms, matches)
}

// sameZone compares the zone and region labels of a volume, which may name several, with those of a node.
func sameZone(pv *corev1.PersistentVolume, node *corev1.Node) bool {
	for _, label := range [][2]string{{corev1.LabelTopologyZone, corev1.LabelFailureDomainBetaZone}, {corev1.LabelTopologyRegion, corev1.LabelFailureDomainBetaRegion}} {
		for _, name := range label {
			zones, ok := pv.Labels[name]
			if !ok {
				continue
			}
			at, ok := node.Labels[name]
			if !ok {
				at, ok = node.Labels[label[0]]
			}
			if !ok || !slices.Contains(strings.Split(zones, "__"), at) {
				return false
			}
		}
	}
	return true
}
