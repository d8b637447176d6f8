// Package attachment has volumes of CSI drivers attached to the nodes of their pods and detached when the last is gone, as
// upstream's attach/detach controller does. It only asks: it makes and deletes VolumeAttachments, which the driver's attacher
// carries out and answers in their status.
//
// It reads PersistentVolumes, their claims, Pods, Nodes, CSIDrivers and VolumeAttachments. It writes VolumeAttachments and
// status.volumesAttached of nodes.
//
// A volume's key decides about all of its attachments at once, so that a volume for one node is never asked for on two. A
// node's key says on the node what is attached: a node mounts only that. So a volume leaves in steps, each of which another
// plan can carry on from: the attachment is marked as unwanted (with the time), the node stops using it and ceases to list it,
// and then the attachment is deleted.
package attachment

import (
	"crypto/sha256"
	"fmt"
	"slices"
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

var (
	attachments = api.Resource{Group: "storage.k8s.io", Name: "volumeattachments"}
	drivers     = api.Resource{Group: "storage.k8s.io", Name: "csidrivers"}
)

const (
	// managed is the annotation of nodes whose volumes the control plane attaches; others do it themselves.
	managed = storage.Managed
	// keeps is the annotation of nodes that keep the volumes of pods that have ended. Upstream's.
	keeps = "volumes.kubernetes.io/keep-terminated-pod-volumes"
	// unwanted is the annotation of an attachment that no pod needs any more: since when.
	unwanted = "gantry.dev/unwanted-since"
	// patience is how long a node that is not ready may keep a volume that it says to use, or a node that is gone one that it
	// may use. Upstream's.
	patience = 6 * time.Minute
)

// Controller is the row of this controller. Its keys are PersistentVolumes and Nodes.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name: "attachdetach-controller",
		Plan: func(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
			if key.Resource == plan.Nodes {
				return list(s, key, now), nil
			}
			return attach(s, key, now), nil
		},
		Watches: map[api.Resource]reconcile.Trigger{
			storage.Volumes: volumeChanged, storage.Claims: claimChanged, plan.Pods: podChanged,
			plan.Nodes: nodeChanged, drivers: driverChanged, attachments: attachmentChanged,
		},
		Tells:  failures,
		Why:    why,
		Writes: []string{"volumeattachments.storage.k8s.io:spec,metadata.annotations[" + unwanted + "]", "nodes/status:volumesAttached"},
	}
}

func nodeKey(c api.Cluster, name string) api.Key {
	return api.Key{Resource: plan.Nodes, Cluster: c, Name: name}
}

func volumeKey(c api.Cluster, name string) api.Key {
	return api.Key{Resource: storage.Volumes, Cluster: c, Name: name}
}

// nameFor is the name of the attachment of a volume to a node; upstream's, so that a repetition finds it.
func nameFor(csi *corev1.CSIPersistentVolumeSource, node string) string {
	return fmt.Sprintf("csi-%x", sha256.Sum256([]byte(csi.VolumeHandle+csi.Driver+node)))
}

// uniqueName is how nodes call a volume.
func uniqueName(csi *corev1.CSIPersistentVolumeSource) corev1.UniqueVolumeName {
	return corev1.UniqueVolumeName("kubernetes.io/csi/" + csi.Driver + "^" + csi.VolumeHandle)
}

// attachable returns a volume if it is one that has to be attached. A driver that says nothing of itself wants it so.
func attachable(s *view.Snapshot, c api.Cluster, name string) *corev1.PersistentVolume {
	v, ok := view.Get[corev1.PersistentVolume](s, volumeKey(c, name))
	if !ok || v.Spec.CSI == nil {
		return nil
	}
	d, ok := view.Get[storagev1.CSIDriver](s, api.Key{Resource: drivers, Cluster: c, Name: v.Spec.CSI.Driver})
	if ok && d.Spec.AttachRequired != nil && !*d.Spec.AttachRequired {
		return nil
	}
	return v
}

// shared reports whether a volume may be attached to several nodes.
func shared(v *corev1.PersistentVolume) bool {
	return slices.ContainsFunc(v.Spec.AccessModes, func(m corev1.PersistentVolumeAccessMode) bool {
		return m == corev1.ReadWriteMany || m == corev1.ReadOnlyMany
	})
}

// users are the pods that need a volume, by node.
func users(s *view.Snapshot, c api.Cluster, v *corev1.PersistentVolume) map[string][]*corev1.Pod {
	ref := v.Spec.ClaimRef
	if ref == nil {
		return nil
	}
	claim, ok := view.Get[corev1.PersistentVolumeClaim](s, api.Key{Resource: storage.Claims, Cluster: c, Namespace: ref.Namespace, Name: ref.Name})
	if !ok || claim.UID != ref.UID || claim.Spec.VolumeName != v.Name {
		return nil
	}
	out := map[string][]*corev1.Pod{}
	for pod := range view.List[corev1.Pod](s, api.Scope{Resource: plan.Pods, Cluster: c, Namespace: ref.Namespace}) {
		uses := func(v corev1.Volume) bool { return storage.ClaimOf(pod, &v) == claim.Name }
		if pod.Spec.NodeName == "" || !slices.ContainsFunc(pod.Spec.Volumes, uses) {
			continue
		}
		if plan.Terminated(pod) {
			n, _ := view.Get[corev1.Node](s, nodeKey(c, pod.Spec.NodeName))
			if n == nil || n.Annotations[keeps] != "true" {
				continue
			}
		}
		out[pod.Spec.NodeName] = append(out[pod.Spec.NodeName], pod)
	}
	return out
}

// leaves reports whether an attachment that is unwanted may go now: its node does not use it, or cannot be waited for any
// longer. If it may not yet, at is when that can be, the zero time for as soon as the node says so.
func leaves(node *corev1.Node, va *storagev1.VolumeAttachment, name corev1.UniqueVolumeName, now time.Time) (ok bool, at time.Time) {
	if node != nil {
		out := func(t corev1.Taint) bool { return t.Key == corev1.TaintNodeOutOfService }
		if !slices.Contains(node.Status.VolumesInUse, name) || slices.ContainsFunc(node.Spec.Taints, out) {
			return true, time.Time{}
		}
		if ready(node) {
			return false, time.Time{}
		}
	}
	since, err := time.Parse(time.RFC3339, va.Annotations[unwanted])
	if err != nil {
		since = now // somebody has written over it: count anew
	}
	at = since.Add(patience)
	return !now.Before(at), at
}

// since marks an attachment as unwanted, or as wanted again with the zero time.
func since(va *storagev1.VolumeAttachment, at time.Time) *storagev1.VolumeAttachment {
	fresh := va.DeepCopy()
	if at.IsZero() {
		delete(fresh.Annotations, unwanted)
	} else {
		metav1.SetMetaDataAnnotation(&fresh.ObjectMeta, unwanted, at.UTC().Format(time.RFC3339))
	}
	return fresh
}
