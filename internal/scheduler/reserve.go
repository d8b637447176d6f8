package scheduler

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/view"
)

// reserved is a pod that has its place, which the brain counts as taken, and waits for its volumes.
type reserved struct {
	w     *waiting
	node  string
	until time.Time
	// stale says that a claim or volume has changed since the pod was looked at.
	stale bool
	// squad, if not nil, is the gang that has its places as a whole or not at all. lost and ready are what was found of this
	// pod when it was last looked at.
	squad       *squad
	lost, ready bool
	// booking says that what its claims for devices get is being written, devices that these have to become ready.
	booking, devices bool
}

// claimStirs has the pods looked at that wait for claims, after something about claims or volumes has changed.
func (c *cluster) claimStirs() {
	for _, r := range c.reserved {
		r.stale = true
	}
	c.wake(schedule.HelpVolumes)
}

// release gives up the place of a pod that waits for its volumes.
func (c *cluster) release(key api.Key) {
	if r := c.reserved[key]; r != nil {
		delete(c.reserved, key)
		c.state.RemovePod(r.w.pod.UID)
	}
}

// arrived takes the reserved pods whose volumes are all there; those whose node has been given up for a claim, or that have
// waited too long, are pending again. A gang arrives when all of it has.
func (c *cluster) arrived(s *view.Snapshot, now time.Time) (ready []*reserved) {
	for key, r := range c.reserved {
		if late := !r.until.After(now); r.stale || late {
			r.stale = false
			r.look(c, s, key, late, now)
		}
	}
	fates := c.fates()
	for key, r := range c.reserved {
		lost, all := r.lost, r.ready
		if r.squad != nil {
			lost, all = fates[r.squad].lost, fates[r.squad].ready
		}
		switch {
		case lost:
			c.release(key)
			c.later(r.w, now)
		case all:
			delete(c.reserved, key)
			ready = append(ready, r)
		}
	}
	slices.SortFunc(ready, func(a, b *reserved) int { return a.w.key.Compare(b.w.key) })
	return ready
}

// look finds out whether the pod still can have its place, and whether its devices and volumes are there.
func (r *reserved) look(c *cluster, s *view.Snapshot, key api.Key, late bool, now time.Time) {
	r.lost, r.ready = late, false
	if late || r.booking {
		return
	}
	if devs := c.deviceNeeds(r.w.pod, now); r.devices && devs != nil {
		ok, err := devs.Ready()
		if r.lost = err != nil; !ok {
			return
		}
	}
	n := c.claimsOf(s, key, r.w.pod, nil)
	node, ok := view.Get[corev1.Node](s, api.Key{Resource: plan.Nodes, Cluster: key.Cluster, Name: r.node})
	if r.lost = !ok || n != nil && n.refusal != ""; r.lost {
		return
	}
	if r.ready = n == nil; r.ready {
		r.lost = r.squad == nil && !r.devices // only pods of gangs wait without claims
		return
	}
	_, why := n.choose(node, nil)
	away := func(d delayed) bool { return d.node == "" && !reservedVolume(d) }
	r.lost = len(why) > 0 || slices.ContainsFunc(n.delayed, away)
	r.ready = len(n.delayed) == 0
}

// reservedVolume reports whether a volume has been bound to the claim, whose own side is still to be written.
func reservedVolume(d delayed) bool {
	return slices.ContainsFunc(d.free, func(pv *corev1.PersistentVolume) bool { return pv.Spec.ClaimRef != nil })
}

// reserve writes what the claims of a pod need on the node that was decided for it, and keeps its place there.
func (s *Scheduler) reserve(d *decision, c *cluster, b schedule.Binding, w *waiting, n *needs, now time.Time) {
	again := func() { // the world is not what the decision was made on
		c.state.RemovePod(b.Pod.UID)
		c.later(w, now)
	}
	node, ok := view.Get[corev1.Node](s.View.Snapshot(), api.Key{Resource: plan.Nodes, Cluster: c.id, Name: b.Node})
	if !ok {
		again()
		return
	}
	for i := range n.delayed { // a pod decided a moment ago may have the same claims
		if at, ok := c.chosen[n.delayed[i].key]; ok {
			n.delayed[i].node = at
		}
	}
	choices, why := n.choose(node, d.taken)
	if len(why) > 0 {
		again()
		return
	}
	r := &reserved{w: w, node: b.Node, until: now.Add(c.profile(w.pod).VolumeWait), stale: true, squad: c.gangOf(w)}
	c.reserved[w.key] = r
	for _, ch := range choices {
		write, err := ch.write(c.id, b.Node)
		if err != nil {
			c.release(w.key)
			c.later(w, now)
			return
		}
		c.chosen[ch.key] = b.Node
		if ch.pv != nil {
			d.taken[ch.pv.Name] = ch.pv
		}
		d.add(write, func(res client.Result) {
			if res.Err == nil {
				return
			}
			delete(c.chosen, ch.key)
			if c.reserved[w.key] == r {
				c.release(w.key)
				c.later(w, s.Clock())
			}
		})
	}
}

// write is the write that carries a choice out: the volume is bound to the claim, or the claim says for which node a volume
// is to be made.
func (ch *choice) write(c api.Cluster, node string) (client.Write, error) {
	if ch.pv == nil {
		fresh := ch.claim.DeepCopy()
		metav1.SetMetaDataAnnotation(&fresh.ObjectMeta, storage.SelectedNode, node)
		return plan.Update(ch.key, fresh, "a volume on node "+node), nil
	}
	bound, _, err := storage.BindTo(ch.pv, ch.claim)
	if err != nil {
		return client.Write{}, err
	}
	return plan.Update(plan.KeyOf(c, storage.Volumes, bound), bound, "bind to claim "+ch.key.Namespace+"/"+ch.key.Name), nil
}
