package localvolume

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Space is the row of the controller that says how much room nodes have left for volumes, as CSIStorageCapacity: by these the
// scheduler passes over nodes that are full. Its keys are Nodes.
//
// A volume is never larger than the room that its node has for all of them. Beyond that volumes are sparse files and most are
// far from full, so a node promises more than it has, up to a bound (ADR 11).
func Space() reconcile.Controller {
	return reconcile.Controller{
		Name: "local-volume-space",
		Plan: func(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) { return space(s, key), nil },
		Watches: map[api.Resource]reconcile.Trigger{
			plan.Nodes: offerChanged, storage.Volumes: sizeChanged, storage.Classes: classChanged,
			storage.Capacities: capacityChanged,
		},
		Writes: []string{"csistoragecapacities.storage.k8s.io{of " + storage.LocalProvisioner + "}:capacity,storageClassName,nodeTopology,metadata.labels,metadata.ownerReferences=Node"},
	}
}

// offerChanged wakes a node that comes, or offers something else.
func offerChanged(s *view.Snapshot, ev store.Event) []api.Key {
	n, old := view.Of[corev1.Node](s, ev.Record), view.Of[corev1.Node](s, ev.Prev)
	if ev.Type == store.Put && old != nil && old.UID == n.UID && hostname(old) == hostname(n) &&
		old.Annotations[storage.LocalDirectory] == n.Annotations[storage.LocalDirectory] &&
		old.Annotations[storage.LocalCapacity] == n.Annotations[storage.LocalCapacity] {
		return nil
	}
	return []api.Key{ev.Record.Key}
}

func sizeChanged(s *view.Snapshot, ev store.Event) []api.Key {
	v, old := view.Of[corev1.PersistentVolume](s, ev.Record), view.Of[corev1.PersistentVolume](s, ev.Prev)
	node := v.Labels[storage.LocalNode]
	if node == "" || !storage.IsLocal(v) {
		return nil
	}
	if ev.Type == store.Put && old != nil && old.Spec.Capacity.Storage().Cmp(*v.Spec.Capacity.Storage()) == 0 {
		return nil
	}
	return []api.Key{{Resource: plan.Nodes, Cluster: ev.Record.Key.Cluster, Name: node}}
}

// classChanged wakes all nodes: each has an object per class.
func classChanged(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	if view.Of[storagev1.StorageClass](s, ev.Record).Provisioner != storage.LocalProvisioner {
		return nil
	}
	for n := range view.List[corev1.Node](s, api.Scope{Resource: plan.Nodes, Cluster: ev.Record.Key.Cluster}) {
		if n.Annotations[storage.LocalDirectory] != "" {
			keys = append(keys, plan.KeyOf(ev.Record.Key.Cluster, plan.Nodes, n))
		}
	}
	return keys
}

// capacityChanged wakes the node of an object of ours that somebody has changed or taken away.
func capacityChanged(s *view.Snapshot, ev store.Event) []api.Key {
	node := view.Of[storagev1.CSIStorageCapacity](s, ev.Record).Labels[storage.LocalNode]
	if node == "" {
		return nil
	}
	return []api.Key{{Resource: plan.Nodes, Cluster: ev.Record.Key.Cluster, Name: node}}
}

func hostname(n *corev1.Node) string { return cmp.Or(n.Labels[corev1.LabelHostname], n.Name) }

// overcommit is how many times its room a node promises: enough for the charts of a laptop, which ask for much and use little.
const overcommit = 4

// left is how large a volume a node can promise. A node that does not say how much room it has is not counted.
func left(s *view.Snapshot, c api.Cluster, node *corev1.Node) (bytes int64, counted bool) {
	total, err := strconv.ParseInt(node.Annotations[storage.LocalCapacity], 10, 64)
	if err != nil {
		return 0, false
	}
	bytes = overcommit * total
	for v := range view.List[corev1.PersistentVolume](s, api.Scope{Resource: storage.Volumes, Cluster: c}) {
		if storage.IsLocal(v) && v.Labels[storage.LocalNode] == node.Name {
			bytes -= v.Spec.Capacity.Storage().Value()
		}
	}
	return max(0, min(bytes, total)), true
}

// unlimited is what a node has that does not say how much it has.
const unlimited = 1 << 60

func space(s *view.Snapshot, key api.Key) (p reconcile.Plan) {
	node, ok := view.Get[corev1.Node](s, key)
	if !ok || node.Annotations[storage.LocalDirectory] == "" {
		return p // what a node had goes with it, as it owns it
	}
	bytes, counted := left(s, key.Cluster, node)
	if !counted {
		bytes = unlimited
	}
	amount := resource.NewQuantity(bytes, resource.BinarySI)
	for class := range view.List[storagev1.StorageClass](s, api.Scope{Resource: storage.Classes, Cluster: key.Cluster}) {
		if class.Provisioner != storage.LocalProvisioner {
			continue
		}
		want := &storagev1.CSIStorageCapacity{
			ObjectMeta: metav1.ObjectMeta{Name: spaceName(class.Name, node.Name), Namespace: metav1.NamespaceSystem, Labels: map[string]string{storage.LocalNode: node.Name},
				OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "Node", Name: node.Name, UID: node.UID}}},
			StorageClassName: class.Name, Capacity: amount,
			NodeTopology: &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelHostname: hostname(node)}},
		}
		wkey := plan.KeyOf(key.Cluster, storage.Capacities, want)
		have, ok := view.Get[storagev1.CSIStorageCapacity](s, wkey)
		switch {
		case !ok:
			p.Writes = append(p.Writes, plan.Create(wkey, want, "room for volumes of "+node.Name))
		case have.Labels[storage.LocalNode] != node.Name || have.Capacity == nil || have.Capacity.Cmp(*amount) != 0:
			fresh := have.DeepCopy()
			fresh.Labels, fresh.OwnerReferences, fresh.Capacity = want.Labels, want.OwnerReferences, amount
			p.Writes = append(p.Writes, plan.Update(wkey, fresh, "room for volumes of "+node.Name))
		}
	}
	p.Note = fmt.Sprintf("%s left for volumes", amount)
	return p
}

// spaceName is the name of the object about a class on a node; both names can be as long as names are.
func spaceName(class, node string) string {
	sum := sha256.Sum256([]byte(class + "/" + node))
	return "local-" + hex.EncodeToString(sum[:8])
}
