package attachment

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// attach decides about all attachments of a volume.
func attach(s *view.Snapshot, key api.Key, now time.Time) (p reconcile.Plan) {
	have := map[string]*storagev1.VolumeAttachment{} // by node
	v, _ := view.Get[corev1.PersistentVolume](s, key)
	for va := range view.List[storagev1.VolumeAttachment](s, api.Scope{Resource: attachments, Cluster: key.Cluster}) {
		if ours(va, key.Name, v) {
			have[va.Spec.NodeName] = va
		}
	}
	want := map[string][]*corev1.Pod{}
	if v = attachable(s, key.Cluster, key.Name); v != nil {
		want = users(s, key.Cluster, v)
	}
	for _, node := range slices.Sorted(maps.Keys(have)) {
		settle(&p, s, key.Cluster, have[node], len(want[node]) > 0, now)
	}
	for _, node := range slices.Sorted(maps.Keys(want)) {
		if have[node] != nil {
			continue
		}
		n, ok := view.Get[corev1.Node](s, nodeKey(key.Cluster, node))
		switch {
		case !ok || n.Annotations[managed] == "":
			continue
		case !shared(v) && len(have) > 0:
			elsewhere(&p, v, want, have, node)
			continue
		}
		va := &storagev1.VolumeAttachment{
			ObjectMeta: metav1.ObjectMeta{Name: nameFor(v.Spec.CSI, node)},
			Spec:       storagev1.VolumeAttachmentSpec{Attacher: v.Spec.CSI.Driver, NodeName: node, Source: storagev1.VolumeAttachmentSource{PersistentVolumeName: &v.Name}},
		}
		have[node] = va
		p.Writes = append(p.Writes, plan.Create(plan.KeyOf(key.Cluster, attachments, va), va, "pods on "+node+" need volume "+v.Name))
	}
	return p
}

// ours reports whether an attachment is one that this controller has asked for, of the volume of that name. v is nil if the
// volume is gone.
func ours(va *storagev1.VolumeAttachment, name string, v *corev1.PersistentVolume) bool {
	if pv := va.Spec.Source.PersistentVolumeName; pv == nil || *pv != name {
		return false
	}
	if v == nil || v.Spec.CSI == nil {
		return strings.HasPrefix(va.Name, "csi-")
	}
	return va.Name == nameFor(v.Spec.CSI, va.Spec.NodeName)
}

// settle takes an attachment one step towards what is wanted of it.
func settle(p *reconcile.Plan, s *view.Snapshot, c api.Cluster, va *storagev1.VolumeAttachment, wanted bool, now time.Time) {
	key := plan.KeyOf(c, attachments, va)
	_, marked := va.Annotations[unwanted]
	switch {
	case va.DeletionTimestamp != nil:
		p.Note = "the driver has to detach it from " + va.Spec.NodeName
	case wanted && marked:
		p.Writes = append(p.Writes, plan.Update(key, since(va, time.Time{}), "a pod needs it again"))
	case !wanted && !marked:
		p.Writes = append(p.Writes, plan.Update(key, since(va, now), "no pod on "+va.Spec.NodeName+" needs it"))
	case !wanted:
		name := nameOf(s, c, va)
		node, _ := view.Get[corev1.Node](s, nodeKey(c, va.Spec.NodeName))
		ok, at := leaves(node, va, name, now)
		if !ok {
			p.Again, p.Note = plan.Sooner(p.Again, at), "node "+va.Spec.NodeName+" still uses it"
			return
		}
		listed := func(a corev1.AttachedVolume) bool { return a.Name == name }
		if node != nil && slices.ContainsFunc(node.Status.VolumesAttached, listed) {
			p.Note = "node " + va.Spec.NodeName + " still lists it"
			return
		}
		p.Writes = append(p.Writes, plan.DeleteUnchanged(key, va, "no pod on "+va.Spec.NodeName+" needs it"))
	}
}

// nameOf is how a node calls the volume of an attachment; "" if the volume is gone.
func nameOf(s *view.Snapshot, c api.Cluster, va *storagev1.VolumeAttachment) corev1.UniqueVolumeName {
	if va.Spec.Source.PersistentVolumeName == nil {
		return ""
	}
	v, ok := view.Get[corev1.PersistentVolume](s, volumeKey(c, *va.Spec.Source.PersistentVolumeName))
	if !ok || v.Spec.CSI == nil {
		return ""
	}
	return uniqueName(v.Spec.CSI)
}

// elsewhere tells pods that their volume is attached to another node. A user does not learn the names of pods of other
// namespaces; all users of a claim are of one.
func elsewhere(p *reconcile.Plan, v *corev1.PersistentVolume, want map[string][]*corev1.Pod, have map[string]*storagev1.VolumeAttachment, node string) {
	var names []string
	for other := range have {
		for _, pod := range want[other] {
			names = append(names, pod.Name)
		}
	}
	slices.Sort(names)
	why := "Volume is already exclusively attached to one node and can't be attached to another"
	if len(names) > 0 {
		why = "Volume is already used by pod(s) " + strings.Join(names, ", ")
	}
	p.Note = why
	for _, pod := range want[node] {
		p.Events = append(p.Events, reconcile.Event{Object: pod, Warning: true, Reason: "FailedAttachVolume", Message: fmt.Sprintf("Multi-Attach error for volume %q %s", v.Name, why)})
	}
}

func why(s *view.Snapshot, key api.Key, _ time.Time) string {
	if key.Resource != storage.Volumes {
		return ""
	}
	var out []string
	for va := range view.List[storagev1.VolumeAttachment](s, api.Scope{Resource: attachments, Cluster: key.Cluster}) {
		if pv := va.Spec.Source.PersistentVolumeName; pv != nil && *pv == key.Name {
			state := "waits for " + va.Spec.Attacher + " to attach it to "
			if va.Status.Attached {
				state = "is attached to "
			}
			out = append(out, state+va.Spec.NodeName)
		}
	}
	return strings.Join(out, ", ")
}
