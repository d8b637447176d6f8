package storage

import (
	corev1 "k8s.io/api/core/v1"
)

// The words of the built-in provisioner of volumes on a node's own disk. The control plane makes the PersistentVolume, the
// node makes, grows and wipes what is behind it; they speak through these.
const (
	// LocalProvisioner is the name of the provisioner, LocalClass the storage class that every cluster begins with.
	LocalProvisioner = "gantry.dev/local"
	LocalClass       = "local"
	// LocalDirectory is an annotation of nodes that can hold such volumes: where they lie on the node.
	LocalDirectory = "gantry.dev/local-volumes"
	// LocalCapacity is an annotation of such nodes: how many bytes there are for volumes, those that it has included.
	LocalCapacity = "gantry.dev/local-volumes-capacity"
	// LocalNode is a label of such volumes: the node that has them. A node follows the volumes with its name.
	LocalNode = "gantry.dev/local-volumes-node"
	// LocalMade is an annotation that the node puts on a volume once the file behind it exists: from then on a missing file
	// is lost data, not a volume to be made.
	LocalMade = "gantry.dev/local-volume-made"
	// LocalFinalizer holds such a volume until its node has wiped it.
	LocalFinalizer = "gantry.dev/local-volume"
)

// IsLocal reports whether a volume is one of the local provisioner's.
func IsLocal(v *corev1.PersistentVolume) bool {
	return v.Annotations[ProvisionedBy] == LocalProvisioner && v.Spec.Local != nil
}
