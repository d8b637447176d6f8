package scheduler

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	csi "k8s.io/csi-translation-lib"
	"k8s.io/csi-translation-lib/plugins"
	"k8s.io/klog/v2"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/view"
)

// attachable is a volume by driver and what the driver calls it. The volumes of plugins that were once built in are those of the
// drivers that do their work on every node that has a CSINode.
type attachable struct{ driver, handle string }

func (a attachable) compare(b attachable) int {
	return cmp.Or(cmp.Compare(a.driver, b.driver), cmp.Compare(a.handle, b.handle))
}

// volumesOf are what the volumes of a pod would attach to a node with a CSINode. What cannot be found out does not count.
func (c *cluster) volumesOf(s *view.Snapshot, p *corev1.Pod, into map[attachable]bool) {
	for i := range p.Spec.Volumes {
		v := &p.Spec.Volumes[i]
		name := storage.ClaimOf(p, v)
		if name == "" {
			if a := translated(nil, v, p.Namespace); a.driver != "" {
				into[a] = true
			}
			continue
		}
		claim, ok := view.Get[corev1.PersistentVolumeClaim](s, api.Key{Resource: storage.Claims, Cluster: c.id, Namespace: p.Namespace, Name: name})
		if !ok {
			continue
		}
		if a := c.attachedBy(s, claim); a.driver != "" && a.handle != "" {
			into[a] = true
		}
	}
}

// attachedBy is the volume of a claim. One that is still to be made has a name that no driver gives.
func (c *cluster) attachedBy(s *view.Snapshot, claim *corev1.PersistentVolumeClaim) attachable {
	if name := claim.Spec.VolumeName; name != "" {
		if a, ok := c.handles.get(name); ok {
			return a
		}
		if pv, ok := view.Get[corev1.PersistentVolume](s, api.Key{Resource: storage.Volumes, Cluster: c.id, Name: name}); ok {
			return attachableOf(pv)
		}
	}
	class, ok := storage.Class(s, c.id, claim)
	if !ok {
		return attachable{}
	}
	driver := class.Provisioner
	if csi.New().IsMigratableIntreePluginByName(driver) {
		var err error
		if driver, err = csi.New().GetCSINameFromInTreeName(driver); err != nil || !migrated(class.Provisioner) {
			return attachable{}
		}
	}
	return attachable{driver, "\x00" + claim.Namespace + "/" + claim.Name}
}

// attachableOf is what a volume attaches; nothing if it is not a driver's.
func attachableOf(pv *corev1.PersistentVolume) attachable {
	if src := pv.Spec.CSI; src != nil {
		return attachable{src.Driver, src.VolumeHandle}
	}
	return translated(pv, nil, "")
}

// translated is the volume of a driver that stands for one of the kinds that were once built in: of pv, or of v in a pod of a namespace.
func translated(pv *corev1.PersistentVolume, v *corev1.Volume, namespace string) attachable {
	t := csi.New()
	if pv != nil && !t.IsPVMigratable(pv) || v != nil && !t.IsInlineMigratable(v) {
		return attachable{}
	}
	plugin, err := t.GetInTreePluginNameFromSpec(pv, v)
	if err != nil || !migrated(plugin) {
		return attachable{}
	}
	if pv != nil {
		pv, err = t.TranslateInTreePVToCSI(klog.Logger{}, pv)
	} else {
		pv, err = t.TranslateInTreeInlineVolumeToCSI(klog.Logger{}, v, namespace)
	}
	if err != nil || pv == nil || pv.Spec.CSI == nil {
		return attachable{}
	}
	return attachable{pv.Spec.CSI.Driver, pv.Spec.CSI.VolumeHandle}
}

// migrated reports whether a driver does the work of a plugin.
func migrated(plugin string) bool {
	switch plugin {
	case plugins.AWSEBSInTreePluginName, plugins.PortworxVolumePluginName, plugins.GCEPDInTreePluginName, plugins.AzureDiskInTreePluginName, plugins.CinderInTreePluginName:
		return true
	}
	return false
}

// inlined reports whether a pod names a volume itself, without a claim, that a driver attaches.
func inlined(p *corev1.Pod) bool {
	return slices.ContainsFunc(p.Spec.Volumes, func(v corev1.Volume) bool { return csi.New().IsInlineMigratable(&v) })
}

// attaches reports whether a pod has volumes that may count.
func attaches(p *corev1.Pod) bool {
	return inlined(p) || slices.ContainsFunc(p.Spec.Volumes, func(v corev1.Volume) bool { return v.PersistentVolumeClaim != nil || v.Ephemeral != nil })
}

// handles are what the volumes of a cluster attach. Two of them may be one and the same to their driver. Nil knows none.
type handles struct {
	of    map[string]attachable // by the name of the volume; it is not there if it attaches nothing
	times map[attachable]int    // how many volumes are that
}

func newHandles(s *view.Snapshot, c api.Cluster) *handles {
	h := &handles{of: map[string]attachable{}, times: map[attachable]int{}}
	for pv := range view.List[corev1.PersistentVolume](s, api.Scope{Resource: storage.Volumes, Cluster: c}) {
		h.set(pv)
	}
	return h
}

func (h *handles) get(volume string) (attachable, bool) {
	if h == nil {
		return attachable{}, false
	}
	a, ok := h.of[volume]
	return a, ok
}

func (h *handles) set(pv *corev1.PersistentVolume) {
	h.remove(pv.Name)
	if a := attachableOf(pv); a.driver != "" {
		h.of[pv.Name] = a
		h.times[a]++
	}
}

func (h *handles) remove(volume string) {
	a, ok := h.of[volume]
	if !ok {
		return
	}
	delete(h.of, volume)
	if h.times[a]--; h.times[a] == 0 {
		delete(h.times, a)
	}
}

// shared reports whether more than one volume is that to the driver.
func (h *handles) shared(a attachable) bool { return h == nil || h.times[a] > 1 }
