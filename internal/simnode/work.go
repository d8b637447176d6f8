package simnode

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/simpod"
	"gantry.dev/gantry/internal/view"
)

// work looks at all that is dirty in a cluster and writes what follows, in batches.
func (n *Nodes) work(ctx context.Context, c *cluster) {
	if len(c.dirty) == 0 || c.empty() {
		return
	}
	s, now := n.View.Snapshot(), n.Clock()
	var writes []client.Write
	for key := range c.dirty {
		delete(c.dirty, key)
		if w, ok := n.look(s, c, key, now); ok {
			writes = append(writes, w)
		}
		if len(writes) == writeBatch {
			n.apply(ctx, c, writes)
			writes = writes[:0]
			n.beat(ctx, c) // so many writes may take longer than a node may be silent
		}
	}
	if len(writes) > 0 {
		n.apply(ctx, c, writes)
	}
}

// look decides about one pod or node.
func (n *Nodes) look(s *view.Snapshot, c *cluster, key api.Key, now time.Time) (w client.Write, ok bool) {
	if key.Resource == plan.Leases {
		return n.renewOwn(s, c, key, now)
	}
	rec := s.Record(key)
	if rec == nil {
		return w, false
	}
	if key.Resource == plan.Nodes {
		nd := c.nodes[key.Name]
		if nd == nil || rec.Rev < nd.seen {
			return w, false // the state that we wrote is still to come
		}
		return nd.look(key, view.Of[corev1.Node](s, rec), now)
	}
	p := c.pods[key]
	if p == nil || rec.Rev < p.seen {
		return w, false
	}
	obj := view.Of[corev1.Pod](s, rec)
	if p.ip == "" && !obj.Spec.HostNetwork && !plan.Terminated(obj) {
		if p.ip = c.ips.take(); p.ip == "" {
			n.Log.Warn("no addresses are left for simulated pods", "cluster", string(c.id), "network", podNetwork.String())
			n.alarm(p, key, now.Add(retry))
			return w, false
		}
	}
	m := simpod.Next(obj, simpod.Place{HostIP: c.nodes[p.node].ip, PodIP: p.ip}, &n.Course, now)
	if !m.Wake.IsZero() {
		n.alarm(p, key, m.Wake)
	}
	switch {
	case m.Status != nil:
		fresh := *obj // only the status is ours, and nobody changes what is in the rest
		fresh.Status = *m.Status
		return plan.UpdateStatus(key, &fresh, "simulated"), true
	case m.Remove:
		w = plan.Delete(key, obj, "it has ended")
		w.Delete.GracePeriodSeconds = new(int64)
		return w, true
	}
	return w, false
}

// alarm has a pod looked at again.
func (n *Nodes) alarm(p *pod, key api.Key, at time.Time) {
	if p.at.Equal(at) {
		return
	}
	p.at = at
	n.alarms.set(key, at)
}

// apply carries writes out. Who was overtaken is looked at again when the view shows by what.
func (n *Nodes) apply(ctx context.Context, c *cluster, writes []client.Write) {
	for i := range writes {
		writes[i].Brief = true
	}
	for i, res := range n.Client.Apply(ctx, writes) {
		key := writes[i].Key
		switch {
		case res.Err == nil:
			c.wrote(key, res.Rev)
		case apierrors.IsNotFound(res.Err), apierrors.IsConflict(res.Err), ctx.Err() != nil:
		default:
			n.Log.Warn("a simulated node could not write", "object", key.String(), "err", res.Err)
			n.alarms.set(key, n.Clock().Add(retry))
		}
	}
}

// wrote notes the revision of a write of ours.
func (c *cluster) wrote(key api.Key, rev api.Revision) {
	switch key.Resource {
	case plan.Nodes:
		if nd := c.nodes[key.Name]; nd != nil {
			nd.seen = rev
		}
	case plan.Pods:
		if p := c.pods[key]; p != nil {
			p.seen = rev
		}
	}
}

// look keeps a node ready: it is nobody's machine that could fail. What its conditions say else is left alone while it says
// Ready, so that a test may declare pressure.
func (nd *node) look(key api.Key, n *corev1.Node, now time.Time) (w client.Write, ok bool) {
	for _, a := range n.Status.Addresses {
		if a.Type == corev1.NodeInternalIP {
			nd.ip = a.Address
		}
	}
	ready := false
	for i := range n.Status.Conditions {
		if c := &n.Status.Conditions[i]; c.Type == corev1.NodeReady {
			ready = c.Status == corev1.ConditionTrue
		}
	}
	if ready && nd.ip != "" {
		return w, false
	}
	fresh := n.DeepCopy()
	if nd.ip == "" {
		nd.ip = hostIP(key.Name)
		fresh.Status.Addresses = append(fresh.Status.Addresses, corev1.NodeAddress{Type: corev1.NodeInternalIP, Address: nd.ip})
	}
	fresh.Status.Conditions = conditions(metav1.NewTime(now))
	return plan.UpdateStatus(key, fresh, "a simulated node is ready"), true
}
