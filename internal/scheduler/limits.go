package scheduler

import (
	"iter"
	"maps"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	csi "k8s.io/csi-translation-lib"
	"k8s.io/csi-translation-lib/plugins"
	"k8s.io/klog/v2"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// NodeVolumeLimits: how many volumes of a driver a node can have attached, as its CSINode says. A volume counts once however
// many pods use it; one that is still attached counts although its pods have gone.

// tooManyVolumes is upstream's.
const tooManyVolumes = "node(s) exceed max volume count"

// attachable is a volume by driver and what the driver calls it.
type attachable struct{ driver, handle string }

// volumesOf are what the volumes of a pod would attach to a node with a CSINode. What cannot be found out does not count.
func volumesOf(s *view.Snapshot, c api.Cluster, p *corev1.Pod, on *storagev1.CSINode, into map[attachable]bool) {
	for i := range p.Spec.Volumes {
		v := &p.Spec.Volumes[i]
		name := storage.ClaimOf(p, v)
		if name == "" {
			if pv := translated(nil, v, p.Namespace, on); pv != nil {
				into[attachable{pv.Driver, pv.VolumeHandle}] = true
			}
			continue
		}
		claim, ok := view.Get[corev1.PersistentVolumeClaim](s, api.Key{Resource: storage.Claims, Cluster: c, Namespace: p.Namespace, Name: name})
		if !ok {
			continue
		}
		if a := attachedBy(s, c, claim, on); a.driver != "" && a.handle != "" {
			into[a] = true
		}
	}
}

// attachedBy is the volume of a claim. One that is still to be made has a name that no driver gives.
func attachedBy(s *view.Snapshot, c api.Cluster, claim *corev1.PersistentVolumeClaim, on *storagev1.CSINode) attachable {
	if claim.Spec.VolumeName != "" {
		if pv, ok := view.Get[corev1.PersistentVolume](s, api.Key{Resource: storage.Volumes, Cluster: c, Name: claim.Spec.VolumeName}); ok {
			src := pv.Spec.CSI
			if src == nil {
				src = translated(pv, nil, claim.Namespace, on)
			}
			if src == nil {
				return attachable{}
			}
			return attachable{src.Driver, src.VolumeHandle}
		}
	}
	class, ok := storage.Class(s, c, claim)
	if !ok {
		return attachable{}
	}
	driver := class.Provisioner
	if csi.New().IsMigratableIntreePluginByName(driver) {
		var err error
		if driver, err = csi.New().GetCSINameFromInTreeName(driver); err != nil || !migrated(on, class.Provisioner) {
			return attachable{}
		}
	}
	return attachable{driver, "\x00" + claim.Namespace + "/" + claim.Name}
}

// translated is the CSI volume that stands for one of the kinds that were once built in; nil if there is none.
func translated(pv *corev1.PersistentVolume, v *corev1.Volume, namespace string, on *storagev1.CSINode) *corev1.CSIPersistentVolumeSource {
	t := csi.New()
	if pv != nil && !t.IsPVMigratable(pv) || v != nil && !t.IsInlineMigratable(v) {
		return nil
	}
	plugin, err := t.GetInTreePluginNameFromSpec(pv, v)
	if err != nil || !migrated(on, plugin) {
		return nil
	}
	if pv != nil {
		pv, err = t.TranslateInTreePVToCSI(klog.Logger{}, pv)
	} else {
		pv, err = t.TranslateInTreeInlineVolumeToCSI(klog.Logger{}, v, namespace)
	}
	if err != nil || pv == nil {
		return nil
	}
	return pv.Spec.CSI
}

// migrated reports whether a driver does the work of a plugin on a node.
func migrated(on *storagev1.CSINode, plugin string) bool {
	switch plugin {
	case plugins.AWSEBSInTreePluginName, plugins.PortworxVolumePluginName, plugins.GCEPDInTreePluginName, plugins.AzureDiskInTreePluginName, plugins.CinderInTreePluginName:
		return on != nil
	}
	return false
}

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

// full says why a node can have no more of a pod's volumes attached, given the pods that are there; "" if it can. unmade are, by
// driver, volumes that are still to be made: they are attached nowhere. Nil has the pod's volumes looked up.
func (c *cluster) full(s *view.Snapshot, p *corev1.Pod, unmade map[string]int, node string, there iter.Seq[*corev1.Pod]) string {
	on, ok := view.Get[storagev1.CSINode](s, api.Key{Resource: storage.Nodes, Cluster: c.id, Name: node})
	if !ok {
		return ""
	}
	limits := limitsOf(on)
	fresh, attached := map[attachable]bool{}, map[attachable]bool{}
	if unmade == nil {
		volumesOf(s, c.id, p, on, fresh)
	}
	if len(limits) == 0 || len(fresh)+len(unmade) == 0 {
		return ""
	}
	for other := range there {
		volumesOf(s, c.id, other, on, attached)
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
	more := maps.Clone(unmade)
	if more == nil {
		more = map[string]int{}
	}
	for v := range fresh {
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
		if delete(c.attachments[va.Spec.NodeName], va.Name); len(c.attachments[va.Spec.NodeName]) == 0 {
			delete(c.attachments, va.Spec.NodeName)
		}
		c.wake(schedule.HelpVolumes)
	} else {
		c.attach(va)
	}
	c.state.RoomChanged(va.Spec.NodeName)
}

// attach keeps an attachment with its node, which does not change.
func (c *cluster) attach(va *storagev1.VolumeAttachment) {
	if c.attachments == nil {
		c.attachments = map[string]map[string]*storagev1.VolumeAttachment{}
	}
	if c.attachments[va.Spec.NodeName] == nil {
		c.attachments[va.Spec.NodeName] = map[string]*storagev1.VolumeAttachment{}
	}
	c.attachments[va.Spec.NodeName][va.Name] = va
}

// attaches reports whether a pod has volumes that may count.
func attaches(p *corev1.Pod) bool {
	for i := range p.Spec.Volumes {
		v := &p.Spec.Volumes[i]
		if v.PersistentVolumeClaim != nil || v.Ephemeral != nil || csi.New().IsInlineMigratable(v) {
			return true
		}
	}
	return false
}

// limited adds to what a pod's volumes mean that nodes take only so many.
func (c *cluster) limited(p *corev1.Pod, n *needs, v *schedule.Volumes) *schedule.Volumes {
	if !c.limits {
		return v
	}
	if v == nil {
		v = &schedule.Volumes{}
	}
	v.Key += " limited"
	unmade := n.unmade(p, c.state)
	if unmade == nil { // which of its volumes are attached where differs from pod to pod
		v.Key += " " + string(p.UID)
	}
	v.Full = func(node *corev1.Node, there iter.Seq[*corev1.Pod]) string {
		return c.full(c.now(), p, unmade, node.Name, there)
	}
	return v
}

// unmade are, by driver, the volumes of a pod if all of them are still to be made by drivers; else nil.
func (n *needs) unmade(p *corev1.Pod, state *schedule.State) map[string]int {
	if n == nil || n.refusal != "" || len(n.bound) > 0 {
		return nil
	}
	out := map[string]int{}
	for _, d := range n.delayed {
		if len(d.free) > 0 || d.node != "" || state.Uses(d.key.Namespace+"/"+d.key.Name) || csi.New().IsMigratableIntreePluginByName(d.class.Provisioner) {
			return nil
		}
		out[d.class.Provisioner]++
	}
	for i := range p.Spec.Volumes {
		if csi.New().IsInlineMigratable(&p.Spec.Volumes[i]) {
			return nil
		}
	}
	return out
}

// takeDriverNode takes in what drivers say of a node.
func (c *cluster) takeDriverNode(s *view.Snapshot, ev *store.Event) {
	if ev.Type == store.Put && len(limitsOf(view.Of[storagev1.CSINode](s, ev.Record))) > 0 {
		c.limits = true
	}
	c.state.RoomChanged(ev.Record.Key.Name)
	c.wake(schedule.HelpVolumes)
}
