// Package localvolume is the local provisioner, gantry.dev/local: it makes PersistentVolumes on the disk of the node that
// the scheduler has selected for a claim, and has them grow with their claims. What is behind such a volume is made, grown
// and wiped by its node, which follows the volumes that carry its name.
//
// It reads PersistentVolumeClaims, PersistentVolumes, StorageClasses and Nodes. It creates volumes, raises their capacity,
// writes the conditions of claims that wait for their file system to grow, and says in CSIStorageCapacities how much room nodes
// have left.
package localvolume

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

const (
	// unit is what sizes are rounded up to: whole blocks of any file system.
	unit = 1 << 20
	// least is the smallest volume: a file system with a journal needs about this much.
	least = 4 << 20
)

// Controller is the row of this controller. Its keys are claims.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name: storage.LocalProvisioner,
		Plan: decide,
		Watches: map[api.Resource]reconcile.Trigger{
			storage.Claims: claimChanged, storage.Volumes: volumeChanged, plan.Nodes: nodeChanged,
		},
		Writes: []string{"persistentvolumes{gantry.dev/local}:metadata.annotations,spec.capacity,spec.local,spec.nodeAffinity", "persistentvolumeclaims/status:conditions", "persistentvolumeclaims/status:allocatedResources"},
	}
}

func ours(claim *corev1.PersistentVolumeClaim) bool {
	return claim.Annotations[storage.StorageProvisioner] == storage.LocalProvisioner
}

func claimChanged(s *view.Snapshot, ev store.Event) []api.Key {
	if ev.Type == store.Delete || !ours(view.Of[corev1.PersistentVolumeClaim](s, ev.Record)) {
		return nil
	}
	return []api.Key{ev.Record.Key}
}

func volumeChanged(s *view.Snapshot, ev store.Event) []api.Key {
	v := view.Of[corev1.PersistentVolume](s, ev.Record)
	if !storage.IsLocal(v) || v.Spec.ClaimRef == nil {
		return nil
	}
	return []api.Key{{Resource: storage.Claims, Cluster: ev.Record.Key.Cluster, Namespace: v.Spec.ClaimRef.Namespace, Name: v.Spec.ClaimRef.Name}}
}

// nodeChanged wakes the claims that wait for a node which begins to offer volumes, or is there at last.
func nodeChanged(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	if ev.Type == store.Delete {
		return nil
	}
	n, old := view.Of[corev1.Node](s, ev.Record), view.Of[corev1.Node](s, ev.Prev)
	if old != nil && old.Annotations[storage.LocalDirectory] == n.Annotations[storage.LocalDirectory] {
		return nil
	}
	for c := range view.List[corev1.PersistentVolumeClaim](s, api.Scope{Resource: storage.Claims, Cluster: ev.Record.Key.Cluster}) {
		if ours(c) && c.Spec.VolumeName == "" && c.Annotations[storage.SelectedNode] == n.Name {
			keys = append(keys, plan.KeyOf(ev.Record.Key.Cluster, storage.Claims, c))
		}
	}
	return keys
}

func decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	claim, ok := view.Get[corev1.PersistentVolumeClaim](s, key)
	if !ok || !ours(claim) {
		return p, nil
	}
	if claim.Spec.VolumeName != "" {
		grow(&p, s, key, claim, now)
		return p, nil
	}
	want := api.Key{Resource: storage.Volumes, Cluster: key.Cluster, Name: storage.NameFor(claim)}
	if claim.DeletionTimestamp != nil || s.Record(want) != nil {
		return p, nil
	}
	class, ok := storage.Class(s, key.Cluster, claim)
	if !ok || class.Provisioner != storage.LocalProvisioner {
		return p, nil // the binder says so
	}
	if _, selected := claim.Annotations[storage.SelectedNode]; storage.Delayed(class) && !selected {
		return p, nil // the scheduler has to choose first, or again
	}
	v, err := volumeFor(s, key.Cluster, claim, class)
	if errors.Is(err, errFull) {
		// The scheduler chose before it knew: it chooses again.
		fresh := claim.DeepCopy()
		delete(fresh.Annotations, storage.SelectedNode)
		p.Writes = append(p.Writes, plan.Update(key, fresh, "another node has to be found"))
	}
	if err != nil {
		p.Note = err.Error()
		p.Events = append(p.Events, reconcile.Event{Object: claim, Warning: true, Reason: "ProvisioningFailed",
			Message: fmt.Sprintf("Failed to provision volume with StorageClass %q: %v", class.Name, err)})
		return p, nil
	}
	p.Writes = append(p.Writes, plan.Create(want, v, "a volume for the claim on its node"))
	p.Events = append(p.Events, reconcile.Event{Object: claim, Reason: "ProvisioningSucceeded", Of: 1,
		Message: fmt.Sprintf("Successfully provisioned volume %s using %s", v.Name, storage.LocalProvisioner)})
	return p, nil
}

// errFull says that a node has no room for a volume.
var errFull = errors.New("not enough free storage")

// volumeFor is the volume that a claim gets, or why it gets none.
func volumeFor(s *view.Snapshot, c api.Cluster, claim *corev1.PersistentVolumeClaim, class *storagev1.StorageClass) (*corev1.PersistentVolume, error) {
	if err := possible(claim, class); err != nil {
		return nil, err
	}
	name := claim.Annotations[storage.SelectedNode]
	node, ok := view.Get[corev1.Node](s, api.Key{Resource: plan.Nodes, Cluster: c, Name: name})
	if !ok {
		return nil, fmt.Errorf("node %q does not exist", name)
	}
	dir := node.Annotations[storage.LocalDirectory]
	if dir == "" {
		return nil, fmt.Errorf("node %q does not offer local volumes: it lacks e2fsprogs or loop devices", name)
	}
	if why := validation.IsValidLabelValue(name); len(why) > 0 {
		return nil, fmt.Errorf("node name %q cannot be a label: %v", name, why)
	}
	size := sizeOf(claim)
	if room, counted := left(s, c, node); counted && room < size.Value() {
		return nil, fmt.Errorf("%w: node %q has %s left for volumes, the claim asks for %s", errFull, name, resource.NewQuantity(room, resource.BinarySI), &size)
	}
	policy := corev1.PersistentVolumeReclaimDelete
	if class.ReclaimPolicy != nil {
		policy = *class.ReclaimPolicy
	}
	mode := corev1.PersistentVolumeFilesystem
	if storage.Block(claim.Spec.VolumeMode) {
		mode = corev1.PersistentVolumeBlock
	}
	volume := storage.NameFor(claim)
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: volume, Labels: map[string]string{storage.LocalNode: name},
			Annotations: map[string]string{storage.ProvisionedBy: storage.LocalProvisioner}, Finalizers: []string{storage.LocalFinalizer}},
		Spec: corev1.PersistentVolumeSpec{
			Capacity:    corev1.ResourceList{corev1.ResourceStorage: size},
			AccessModes: claim.Spec.AccessModes, PersistentVolumeReclaimPolicy: policy, StorageClassName: class.Name, VolumeMode: &mode,
			ClaimRef:               &corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID},
			PersistentVolumeSource: corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: path.Join(dir, volume)}},
			NodeAffinity: &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
				MatchExpressions: []corev1.NodeSelectorRequirement{{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn,
					Values: []string{cmp.Or(node.Labels[corev1.LabelHostname], name)}}}}}}},
		},
	}, nil
}

// possible names the field with which a claim or its class asks for what a local volume cannot be.
func possible(claim *corev1.PersistentVolumeClaim, class *storagev1.StorageClass) error {
	foreign := func(m corev1.PersistentVolumeAccessMode) bool {
		return m != corev1.ReadWriteOnce && m != corev1.ReadWriteOncePod
	}
	switch {
	case !storage.Delayed(class):
		return errors.New("volumeBindingMode of the class has to be WaitForFirstConsumer: a local volume lies on the node of its first pod")
	case len(class.MountOptions) > 0:
		return fmt.Errorf("Mount options are not supported by the provisioner but StorageClass %q has mount options %v", class.Name, class.MountOptions)
	case len(class.Parameters) > 0:
		return fmt.Errorf("parameters of the class are not supported: %v", class.Parameters)
	case slices.ContainsFunc(claim.Spec.AccessModes, foreign):
		return fmt.Errorf("spec.accessModes: only ReadWriteOnce and ReadWriteOncePod are supported, the claim has %v", claim.Spec.AccessModes)
	case claim.Spec.Selector != nil:
		return errors.New("spec.selector is not supported")
	case claim.Spec.DataSource != nil || claim.Spec.DataSourceRef != nil:
		return errors.New("spec.dataSource is not supported")
	case claim.Spec.VolumeAttributesClassName != nil && *claim.Spec.VolumeAttributesClassName != "":
		return errors.New("spec.volumeAttributesClassName is not supported")
	}
	return nil
}

// sizeOf is the size of the volume for a claim: what it asks for, in whole units.
func sizeOf(claim *corev1.PersistentVolumeClaim) resource.Quantity {
	n := max(storage.Request(claim), least)
	return *resource.NewQuantity((n+unit-1)/unit*unit, resource.BinarySI)
}
