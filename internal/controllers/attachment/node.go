package attachment

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// list says on a node what is attached to it, but for what is about to leave.
func list(s *view.Snapshot, key api.Key, now time.Time) (p reconcile.Plan) {
	node, ok := view.Get[corev1.Node](s, key)
	if !ok || node.Annotations[managed] == "" {
		return p
	}
	var want []corev1.AttachedVolume
	var come []*storagev1.VolumeAttachment
	for va := range view.List[storagev1.VolumeAttachment](s, api.Scope{Resource: attachments, Cluster: key.Cluster}) {
		name := nameOf(s, key.Cluster, va)
		if va.Spec.NodeName != node.Name || !va.Status.Attached || va.DeletionTimestamp != nil || name == "" {
			continue
		}
		if _, marked := va.Annotations[unwanted]; marked {
			ok, at := leaves(node, va, name, now)
			if ok {
				continue
			}
			p.Again = plan.Sooner(p.Again, at)
		}
		listed := slices.ContainsFunc(node.Status.VolumesAttached, func(a corev1.AttachedVolume) bool { return a.Name == name })
		if !listed {
			come = append(come, va)
		}
		want = append(want, corev1.AttachedVolume{Name: name})
	}
	slices.SortFunc(want, func(a, b corev1.AttachedVolume) int { return cmp.Compare(a.Name, b.Name) })
	if slices.Equal(want, node.Status.VolumesAttached) {
		return p
	}
	fresh := node.DeepCopy()
	fresh.Status.VolumesAttached = want
	p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "what is attached to the node"))
	for _, va := range come {
		v := *va.Spec.Source.PersistentVolumeName
		for _, pod := range podsOf(s, key.Cluster, va) {
			p.Events = append(p.Events, reconcile.Event{Object: pod, Reason: "SuccessfulAttachVolume", Of: 1,
				Message: fmt.Sprintf("AttachVolume.Attach succeeded for volume %q ", v)})
		}
	}
	return p
}

// podsOf are the pods for which an attachment is.
func podsOf(s *view.Snapshot, c api.Cluster, va *storagev1.VolumeAttachment) []*corev1.Pod {
	if va.Spec.Source.PersistentVolumeName == nil {
		return nil
	}
	v, ok := view.Get[corev1.PersistentVolume](s, volumeKey(c, *va.Spec.Source.PersistentVolumeName))
	if !ok {
		return nil
	}
	return users(s, c, v)[va.Spec.NodeName]
}

// failures tells pods what their driver says of an attempt that failed.
func failures(s *view.Snapshot, ev store.Event) (out []reconcile.Event) {
	if ev.Record.Key.Resource != attachments || ev.Type == store.Delete {
		return nil
	}
	va, was := view.Of[storagev1.VolumeAttachment](s, ev.Record), view.Of[storagev1.VolumeAttachment](s, ev.Prev)
	failed := va.Status.AttachError
	if failed == nil || was != nil && was.Status.AttachError != nil && was.Status.AttachError.Time.Equal(&failed.Time) && was.Status.AttachError.Message == failed.Message {
		return nil
	}
	for _, pod := range podsOf(s, ev.Record.Key.Cluster, va) {
		out = append(out, reconcile.Event{Object: pod, Warning: true, Reason: "FailedAttachVolume",
			Message: fmt.Sprintf("AttachVolume.Attach failed for volume %q : %s", *va.Spec.Source.PersistentVolumeName, failed.Message)})
	}
	return out
}

// volumeChanged wakes volumes of CSI drivers.
func volumeChanged(s *view.Snapshot, ev store.Event) []api.Key {
	if view.Of[corev1.PersistentVolume](s, ev.Record).Spec.CSI == nil {
		return nil
	}
	return []api.Key{ev.Record.Key}
}

func claimChanged(s *view.Snapshot, ev store.Event) []api.Key {
	claim, was := view.Of[corev1.PersistentVolumeClaim](s, ev.Record), view.Of[corev1.PersistentVolumeClaim](s, ev.Prev)
	if ev.Type == store.Put && was != nil && was.UID == claim.UID && was.Spec.VolumeName == claim.Spec.VolumeName {
		return nil
	}
	return volumesOf(s, ev.Record.Key.Cluster, claim)
}

// volumesOf is the key of the volume of a claim, if it is one of a CSI driver.
func volumesOf(s *view.Snapshot, c api.Cluster, claim *corev1.PersistentVolumeClaim) []api.Key {
	if claim.Spec.VolumeName == "" {
		return nil
	}
	key := volumeKey(c, claim.Spec.VolumeName)
	if v, ok := view.Get[corev1.PersistentVolume](s, key); !ok || v.Spec.CSI == nil {
		return nil
	}
	return []api.Key{key}
}

// podChanged wakes the volumes of a pod that comes to a node, ends or goes.
func podChanged(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	m := s.Meta(ev.Record) // most changes are none of ours, and need no decoding to be seen to
	if m.Fields.Get("spec.nodeName") == "" {
		return nil
	}
	if ev.Type == store.Put && ev.Prev != nil {
		was := s.Meta(ev.Prev)
		if was.Fields.Get("spec.nodeName") != "" && was.Fields.Get("status.phase") == m.Fields.Get("status.phase") {
			return nil
		}
	}
	// Nothing is attached to a node that sees to it itself. Whoever hands it over later has all of its pods looked at.
	n, ok := view.Get[corev1.Node](s, nodeKey(ev.Record.Key.Cluster, m.Fields.Get("spec.nodeName")))
	if ok && n.Annotations[managed] == "" && !s.Holds(api.Scope{Resource: attachments, Cluster: ev.Record.Key.Cluster}) {
		return nil
	}
	return podVolumes(s, ev.Record.Key.Cluster, view.Of[corev1.Pod](s, ev.Record))
}

func podVolumes(s *view.Snapshot, c api.Cluster, pod *corev1.Pod) (keys []api.Key) {
	for i := range pod.Spec.Volumes {
		name := storage.ClaimOf(pod, &pod.Spec.Volumes[i])
		if name == "" {
			continue
		}
		claim, ok := view.Get[corev1.PersistentVolumeClaim](s, api.Key{Resource: storage.Claims, Cluster: c, Namespace: pod.Namespace, Name: name})
		if ok {
			keys = append(keys, volumesOf(s, c, claim)...)
		}
	}
	return keys
}

func attachmentChanged(s *view.Snapshot, ev store.Event) []api.Key {
	va, c := view.Of[storagev1.VolumeAttachment](s, ev.Record), ev.Record.Key.Cluster
	keys := []api.Key{nodeKey(c, va.Spec.NodeName)}
	if v := va.Spec.Source.PersistentVolumeName; v != nil {
		keys = append(keys, volumeKey(c, *v))
	}
	return keys
}

// nodeChanged wakes a node and the volumes that are attached to it if something has changed that leaves looks at, and the
// volumes of all its pods if it comes, or comes to be ours to serve.
func nodeChanged(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	node, was, c := view.Of[corev1.Node](s, ev.Record), view.Of[corev1.Node](s, ev.Prev), ev.Record.Key.Cluster
	known := ev.Type == store.Put && was != nil && was.UID == node.UID && was.Annotations[managed] == node.Annotations[managed] &&
		was.Annotations[keeps] == node.Annotations[keeps]
	if known && slices.Equal(was.Status.VolumesInUse, node.Status.VolumesInUse) && slices.Equal(was.Status.VolumesAttached, node.Status.VolumesAttached) &&
		ready(was) == ready(node) && len(was.Spec.Taints) == len(node.Spec.Taints) {
		return nil
	}
	for va := range view.List[storagev1.VolumeAttachment](s, api.Scope{Resource: attachments, Cluster: c}) {
		if v := va.Spec.Source.PersistentVolumeName; v != nil && va.Spec.NodeName == node.Name {
			keys = append(keys, volumeKey(c, *v))
		}
	}
	if len(keys) > 0 || len(node.Status.VolumesAttached) > 0 {
		keys = append(keys, ev.Record.Key)
	}
	if known {
		return keys
	}
	for pod := range view.OnNode[corev1.Pod](s, plan.Pods, c, node.Name) {
		keys = append(keys, podVolumes(s, c, pod)...)
	}
	return keys
}

func driverChanged(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	for v := range view.List[corev1.PersistentVolume](s, api.Scope{Resource: storage.Volumes, Cluster: ev.Record.Key.Cluster}) {
		if v.Spec.CSI != nil && v.Spec.CSI.Driver == ev.Record.Key.Name {
			keys = append(keys, volumeKey(ev.Record.Key.Cluster, v.Name))
		}
	}
	return keys
}

func ready(n *corev1.Node) bool {
	return slices.ContainsFunc(n.Status.Conditions, func(c corev1.NodeCondition) bool {
		return c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue
	})
}
