package agent

import (
	"context"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

// renew tells that the node lives, by its Lease in kube-node-lease. A failure is tried again with the next renewal: the
// lease outlives three of them.
func (k *nodeKeeper) renew(ctx context.Context) {
	cfg := &k.a.cfg
	key := api.Key{Resource: leaseResource, Cluster: cfg.Cluster, Namespace: corev1.NamespaceNodeLease, Name: cfg.NodeName}
	seconds := int32(leaseDuration.Seconds())
	now := metav1.NewMicroTime(cfg.Clock())
	var w client.Write
	obj, err := cfg.Client.Get(ctx, key)
	switch lease, ok := obj.(*coordinationv1.Lease); {
	case err == nil && ok:
		lease = lease.DeepCopy()
		lease.Spec.HolderIdentity, lease.Spec.LeaseDurationSeconds, lease.Spec.RenewTime = &cfg.NodeName, &seconds, &now
		w = client.Write{Verb: client.Update, Key: key, Object: lease, Why: "the node lives"}
	case apierrors.IsNotFound(err):
		lease = &coordinationv1.Lease{
			ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name},
			Spec:       coordinationv1.LeaseSpec{HolderIdentity: &cfg.NodeName, LeaseDurationSeconds: &seconds, RenewTime: &now},
		}
		if n := k.get(); n != nil {
			lease.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "Node", Name: n.Name, UID: n.UID}}
		}
		w = client.Write{Verb: client.Create, Key: key, Object: lease, Why: "the node lives"}
	default:
		k.a.log.Warn("reading the node's lease", "err", err)
		return
	}
	if res := cfg.Client.Apply(ctx, []client.Write{w})[0]; res.Err != nil && ctx.Err() == nil {
		k.a.log.Warn("renewing the node's lease", "err", res.Err)
	}
}
