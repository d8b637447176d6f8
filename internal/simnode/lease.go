package simnode

import (
	"context"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
)

const (
	// leaseName is the Lease by which all simulated nodes of a cluster tell that they live: one write for all, where 50,000
	// leases would be 5,000 writes a second. Package nodelifecycle knows it.
	leaseName = plan.SimLease
	// leaseRenew and leaseSeconds are kubelet's.
	leaseRenew   = 10 * time.Second
	leaseSeconds = 40
	holder       = "gantry-simulator"
)

// lease is when the lease of a cluster is to be renewed.
type lease struct{ due time.Time }

// beat renews the lease of a cluster if it is due, and says when it is next.
func (n *Nodes) beat(ctx context.Context, c *cluster) time.Time {
	if c.empty() {
		return time.Time{}
	}
	now := n.Clock()
	if now.Before(c.lease.due) {
		return c.lease.due
	}
	c.lease.due = now.Add(leaseRenew)
	if err := n.renew(ctx, c.id, now); err != nil && ctx.Err() == nil {
		n.Log.Warn("the lease of the simulated nodes was not renewed", "cluster", string(c.id), "err", err)
	}
	return c.lease.due
}

func (n *Nodes) renew(ctx context.Context, id api.Cluster, now time.Time) error {
	key := api.Key{Resource: plan.Leases, Cluster: id, Namespace: corev1.NamespaceNodeLease, Name: leaseName}
	at, who, seconds := metav1.NewMicroTime(now), holder, int32(leaseSeconds)
	obj, err := n.Client.Get(ctx, key)
	w := client.Write{Verb: client.Update, Key: key}
	switch {
	case apierrors.IsNotFound(err):
		w.Verb = client.Create
		w.Object = &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name},
			Spec: coordinationv1.LeaseSpec{HolderIdentity: &who, LeaseDurationSeconds: &seconds, RenewTime: &at}}
	case err != nil:
		return err
	default:
		l := obj.(*coordinationv1.Lease).DeepCopy()
		l.Spec.HolderIdentity, l.Spec.LeaseDurationSeconds, l.Spec.RenewTime = &who, &seconds, &at
		w.Object = l
	}
	return n.Client.Apply(ctx, []client.Write{w})[0].Err
}
