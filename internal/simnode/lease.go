package simnode

import (
	"context"
	"hash/fnv"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view"
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
	key := leaseKey(id, leaseName)
	var old *coordinationv1.Lease
	obj, err := n.Client.Get(ctx, key)
	switch {
	case err == nil:
		old = obj.(*coordinationv1.Lease)
	case !apierrors.IsNotFound(err):
		return err
	}
	return n.Client.Apply(ctx, []client.Write{renewal(key, old, holder, now)})[0].Err
}

func leaseKey(id api.Cluster, name string) api.Key {
	return api.Key{Resource: plan.Leases, Cluster: id, Namespace: corev1.NamespaceNodeLease, Name: name}
}

// renewal is the write that renews a lease, or makes it if there is none.
func renewal(key api.Key, old *coordinationv1.Lease, who string, now time.Time) client.Write {
	at, seconds := metav1.NewMicroTime(now), int32(leaseSeconds)
	spec := coordinationv1.LeaseSpec{HolderIdentity: &who, LeaseDurationSeconds: &seconds, RenewTime: &at}
	if old == nil {
		return plan.Create(key, &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}, Spec: spec}, "a simulated node lives")
	}
	fresh := *old // only the spec is ours, and nobody changes what is in the rest
	fresh.Spec = spec
	return plan.Update(key, &fresh, "a simulated node lives")
}

// renewOwn renews the lease of a node that has one of its own, and sees to the next time. Renewals fall on whole seconds, so that
// those of one second are one batch; the first is made at once, the second at the node's place in the period.
func (n *Nodes) renewOwn(s *view.Snapshot, c *cluster, key api.Key, now time.Time) (w client.Write, ok bool) {
	nd := c.nodes[key.Name]
	node := s.Record(api.Key{Resource: plan.Nodes, Cluster: c.id, Name: key.Name})
	if nd == nil || node == nil || now.Before(nd.due) { // gone, or come back before its last alarm
		return w, false
	}
	old, there := view.Get[coordinationv1.Lease](s, key)
	nd.due = now.Add(leaseRenew).Truncate(time.Second)
	if !there {
		nd.due = now.Add(placeIn(leaseRenew, key.Name)).Truncate(time.Second)
	}
	n.alarms.set(key, nd.due)
	w = renewal(key, old, key.Name, now)
	if !there { // it goes with its node
		w.Object.(*coordinationv1.Lease).OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "Node", Name: key.Name, UID: s.Meta(node).UID}}
	}
	return w, true
}

// placeIn spreads names over a period.
func placeIn(period time.Duration, name string) time.Duration {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // a hash never fails
	return time.Second + time.Duration(h.Sum32())%period
}
