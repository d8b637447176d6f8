package scheduler

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// NodeVolumeLimits: how many volumes of a driver a node can have attached, as its CSINode says. A volume counts once however
// many pods use it; one that is still attached counts although its pods have gone.

// tooManyVolumes is upstream's.
const tooManyVolumes = "node(s) exceed max volume count"

// limitsOf are how many volumes of which drivers a node can have.
func limitsOf(on *storagev1.CSINode) map[string]int {
	out := map[string]int{}
	for i := range on.Spec.Drivers {
		if a := on.Spec.Drivers[i].Allocatable; a != nil && a.Count != nil {
			out[on.Spec.Drivers[i].Name] = int(*a.Count)
		}
	}
	return out
}

// cargo is what a pod would attach to its node.
type cargo struct {
	fresh map[string]int      // by driver, volumes that nobody else uses and that are attached nowhere
	known map[attachable]bool // others
}

// cargoOf finds out what a pod would attach. Most volumes are one pod's and attached nowhere, and pods with as many of a driver share
// what is found out for one of them. common are claims that other pods use which are decided together with it.
func (c *cluster) cargoOf(s *view.Snapshot, p *corev1.Pod, n *needs, common map[api.Key]int) *cargo {
	out := &cargo{fresh: map[string]int{}, known: map[attachable]bool{}}
	var seen []string
	for i := range p.Spec.Volumes {
		v := &p.Spec.Volumes[i]
		name := storage.ClaimOf(p, v)
		if name == "" {
			if a := translated(nil, v, p.Namespace); a.driver != "" {
				out.known[a] = true
			}
			continue
		}
		if slices.Contains(seen, name) {
			continue
		}
		seen = append(seen, name)
		key := api.Key{Resource: storage.Claims, Cluster: c.id, Namespace: p.Namespace, Name: name}
		claim, ok := view.Get[corev1.PersistentVolumeClaim](s, key)
		if !ok {
			if k := n.unmade(key); k >= 0 {
				out.fresh[n.delayed[k].class.Provisioner]++
			}
			continue
		}
		a := c.attachedBy(s, claim)
		switch {
		case a.driver == "" || a.handle == "":
		case c.inline, common[key] > 1, c.state.Uses(key.Namespace + "/" + name), v.Ephemeral == nil && metav1.GetControllerOfNoCopy(claim) != nil, // another's, which does not count as used
			claim.Spec.VolumeName != "" && (c.handles.shared(a) || c.attachedTimes[claim.Spec.VolumeName] > 0):
			out.known[a] = true
		default:
			out.fresh[a.driver]++
		}
	}
	return out
}

// unmade is the place in delayed of a claim; -1 if it is not there.
func (n *needs) unmade(claim api.Key) int {
	if n == nil {
		return -1
	}
	return slices.IndexFunc(n.delayed, func(d delayed) bool { return d.key == claim })
}

// key spells it out.
func (g *cargo) key() string {
	var b strings.Builder
	b.WriteString(" limited")
	for _, driver := range slices.Sorted(maps.Keys(g.fresh)) {
		fmt.Fprintf(&b, " %d of %s", g.fresh[driver], driver)
	}
	for _, a := range slices.SortedFunc(maps.Keys(g.known), attachable.compare) {
		fmt.Fprintf(&b, " %q of %s", a.handle, a.driver)
	}
	return b.String()
}

// commonClaims counts the pods of a batch that use each claim.
func commonClaims(batch []*waiting) map[api.Key]int {
	out := map[api.Key]int{}
	for _, w := range batch {
		for i := range w.pod.Spec.Volumes {
			if name := storage.ClaimOf(w.pod, &w.pod.Spec.Volumes[i]); name != "" {
				out[plan.Beside(w.key, storage.Claims, name)]++
			}
		}
	}
	return out
}

// full says why a node can attach no more, given the pods that are there; "" if it can.
func (c *cluster) full(s *view.Snapshot, g *cargo, node string, there iter.Seq[*corev1.Pod]) string {
	if len(g.fresh)+len(g.known) == 0 {
		return ""
	}
	on, ok := view.Get[storagev1.CSINode](s, api.Key{Resource: storage.Nodes, Cluster: c.id, Name: node})
	if !ok {
		return ""
	}
	limits := limitsOf(on)
	if len(limits) == 0 {
		return ""
	}
	attached := map[attachable]bool{}
	for other := range there {
		c.volumesOf(s, other, attached)
	}
	count := map[string]int{}
	for v := range attached {
		count[v.driver]++
	}
	for v := range c.attachedTo(s, node) {
		if !attached[v] {
			count[v.driver]++
		}
	}
	more := maps.Clone(g.fresh)
	for v := range g.known {
		if !attached[v] {
			more[v.driver]++
		}
	}
	for driver, n := range more {
		if most, limited := limits[driver]; limited && count[driver]+n > most {
			return tooManyVolumes
		}
	}
	return ""
}

// attachedTo are the volumes that are attached to a node, or about to be.
func (c *cluster) attachedTo(s *view.Snapshot, node string) map[attachable]bool {
	if len(c.attachments[node]) == 0 {
		return nil
	}
	out := map[attachable]bool{}
	for _, va := range c.attachments[node] {
		if va.Spec.Attacher == "" || va.Spec.Source.PersistentVolumeName == nil {
			continue
		}
		pv, ok := view.Get[corev1.PersistentVolume](s, api.Key{Resource: storage.Volumes, Cluster: c.id, Name: *va.Spec.Source.PersistentVolumeName})
		if ok && pv.Spec.CSI != nil {
			out[attachable{va.Spec.Attacher, pv.Spec.CSI.VolumeHandle}] = true
		}
	}
	return out
}

// takeAttachment keeps the attachments of each node at hand.
func (c *cluster) takeAttachment(s *view.Snapshot, ev *store.Event) {
	va := view.Of[storagev1.VolumeAttachment](s, ev.Record)
	if ev.Type == store.Delete {
		c.detach(va)
		c.wake(schedule.HelpVolumes)
	} else {
		c.attach(va)
	}
	c.state.RoomChanged(va.Spec.NodeName)
}

// attach keeps an attachment with its node, which does not change.
func (c *cluster) attach(va *storagev1.VolumeAttachment) {
	if c.attachments == nil {
		c.attachments, c.attachedTimes = map[string]map[string]*storagev1.VolumeAttachment{}, map[string]int{}
	}
	if c.attachments[va.Spec.NodeName] == nil {
		c.attachments[va.Spec.NodeName] = map[string]*storagev1.VolumeAttachment{}
	}
	if pv := va.Spec.Source.PersistentVolumeName; pv != nil && c.attachments[va.Spec.NodeName][va.Name] == nil {
		c.attachedTimes[*pv]++
	}
	c.attachments[va.Spec.NodeName][va.Name] = va
}

// detach forgets an attachment.
func (c *cluster) detach(va *storagev1.VolumeAttachment) {
	if c.attachments[va.Spec.NodeName][va.Name] == nil {
		return
	}
	if pv := va.Spec.Source.PersistentVolumeName; pv != nil {
		if c.attachedTimes[*pv]--; c.attachedTimes[*pv] == 0 {
			delete(c.attachedTimes, *pv)
		}
	}
	if delete(c.attachments[va.Spec.NodeName], va.Name); len(c.attachments[va.Spec.NodeName]) == 0 {
		delete(c.attachments, va.Spec.NodeName)
	}
}

// limited adds to what a pod's volumes mean that nodes take only so many.
func (c *cluster) limited(p *corev1.Pod, n *needs, v *schedule.Volumes, common map[api.Key]int) *schedule.Volumes {
	if !c.limits {
		return v
	}
	if v == nil {
		v = &schedule.Volumes{}
	}
	c.inline = c.inline || inlined(p)
	cargo := c.cargoOf(c.now(), p, n, common)
	v.Key += cargo.key()
	v.Full = func(node *corev1.Node, there iter.Seq[*corev1.Pod]) string {
		return c.full(c.now(), cargo, node.Name, there)
	}
	return v
}

// takeDriverNode takes in what drivers say of a node.
func (c *cluster) takeDriverNode(s *view.Snapshot, ev *store.Event) {
	if ev.Type == store.Put && !c.limits && len(limitsOf(view.Of[storagev1.CSINode](s, ev.Record))) > 0 {
		c.limit(s)
	}
	c.state.RoomChanged(ev.Record.Key.Name)
	c.wake(schedule.HelpVolumes)
}

// limit begins to count volumes.
func (c *cluster) limit(s *view.Snapshot) {
	c.limits, c.handles = true, newHandles(s, c.id)
	c.inline = slices.ContainsFunc(slices.Collect(view.List[corev1.Pod](s, api.Scope{Resource: plan.Pods, Cluster: c.id})), inlined)
}

// takeVolume takes in what a volume attaches, where that counts.
func (c *cluster) takeVolume(pv *corev1.PersistentVolume, gone bool) {
	switch {
	case !c.limits:
	case gone:
		c.handles.remove(pv.Name)
	default:
		c.handles.set(pv)
	}
}
