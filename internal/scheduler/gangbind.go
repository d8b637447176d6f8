package scheduler

import (
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/view"
)

// gangOf is the squad of a waiting pod if it is a gang, nil for others.
func (c *cluster) gangOf(w *waiting) *squad {
	if sq := c.groupOf(w); sq != nil && sq.group.Min > 0 {
		return sq
	}
	return nil
}

// bindGangs binds each gang in one transaction. If a pod of it has to wait for volumes or devices, all of it keeps its places meanwhile.
func (s *Scheduler) bindGangs(d *decision, c *cluster, whole map[*squad][]schedule.Binding, byUID map[string]*waiting, wants map[string]*needs, now time.Time) {
	for _, sq := range slices.SortedFunc(maps.Keys(whole), func(a, b *squad) int { return a.key.Compare(b.key) }) {
		late := slices.ContainsFunc(whole[sq], func(b schedule.Binding) bool {
			n := wants[string(b.Pod.UID)]
			return n != nil && len(n.delayed) > 0 || d.booked[b.Pod.UID] != nil
		})
		sq.keeps(late, now)
		d.gangs++
		for _, b := range whole[sq] {
			w, n := byUID[string(b.Pod.UID)], wants[string(b.Pod.UID)]
			switch {
			case !late:
				s.bind(d, c, b, w, d.gangs)
			case d.booked[b.Pod.UID] != nil:
				s.book(d, c, b, w, d.booked[b.Pod.UID], n, now)
			case n != nil && len(n.delayed) > 0:
				s.reserve(d, c, b, w, n, now)
			default:
				c.reserved[w.key] = &reserved{w: w, node: b.Node, until: now.Add(c.profile(w.pod).VolumeWait), stale: true, squad: sq}
			}
		}
	}
}

// bindReady binds the pods whose volumes have come, those of a gang together.
func (s *Scheduler) bindReady(d *decision, c *cluster, ready []*reserved) {
	numbers := map[*squad]int{}
	for _, r := range ready {
		n := 0
		if r.squad != nil {
			if numbers[r.squad] == 0 {
				d.gangs++
				numbers[r.squad] = d.gangs
				r.squad.since = time.Time{}
			}
			n = numbers[r.squad]
		}
		s.bind(d, c, schedule.Binding{Pod: r.w.pod, Node: r.node}, r.w, n)
	}
}

// keepRoom notes for which of the refused gangs room is kept.
func (s *Scheduler) keepRoom(c *cluster, refusals []schedule.Refusal, byUID map[string]*waiting, now time.Time) {
	if len(c.squads) == 0 {
		return
	}
	kept := map[*squad]bool{}
	for _, r := range refusals {
		if sq := c.gangOf(byUID[string(r.Pod.UID)]); sq != nil {
			kept[sq] = kept[sq] || r.Nominated != ""
		}
	}
	for sq, room := range kept {
		sq.keeps(room, now)
	}
}

// fate is what becomes of the reserved pods of a gang.
type fate struct {
	n           int
	lost, ready bool
}

// fates finds for each gang with reserved pods whether it is complete and all of it has arrived.
func (c *cluster) fates() map[*squad]*fate {
	out := map[*squad]*fate{}
	for _, r := range c.reserved {
		if r.squad == nil {
			continue
		}
		f := out[r.squad]
		if f == nil {
			f = &fate{ready: true}
			out[r.squad] = f
		}
		f.n++
		f.lost = f.lost || r.lost
		f.ready = f.ready && r.ready
	}
	for sq, f := range out {
		f.lost = f.lost || f.n+len(sq.placed) < sq.group.Min
	}
	return out
}

// mayTake says for whom others leave by the priority of their group; nil is by that of the pod.
func (c *cluster) mayTake(w *waiting) func(victim *corev1.Pod) bool {
	sq := c.gangOf(w)
	if sq == nil || sq.group.Priority == nil {
		return nil
	}
	return func(victim *corev1.Pod) bool {
		if key, ok := gang.Of(c.id, victim); ok && key == sq.key {
			return false // one of its own
		}
		return c.rank(victim) < *sq.group.Priority
	}
}

// rank is the priority at which a pod may be asked to leave: that of its group if all of it leaves.
func (c *cluster) rank(victim *corev1.Pod) int32 {
	if key, ok := gang.Of(c.id, victim); ok {
		if sq := c.squads[key]; sq != nil && sq.group.Whole && sq.group.Priority != nil {
			return *sq.group.Priority
		}
	}
	return priority(victim)
}

// companions adds to pods that have to leave those of their groups that leave as a whole.
func (c *cluster) companions(snap *view.Snapshot, victims []*corev1.Pod) []*corev1.Pod {
	if len(c.squads) == 0 {
		return victims
	}
	out, seen := slices.Clone(victims), map[types.UID]bool{}
	for _, v := range victims {
		seen[v.UID] = true
	}
	for _, v := range victims {
		gk, ok := gang.Of(c.id, v)
		if sq := c.squads[gk]; !ok || sq == nil || !sq.group.Whole {
			continue
		}
		for uid, key := range c.squads[gk].placed {
			if p, ok := view.Get[corev1.Pod](snap, key); ok && p.UID == uid && !seen[uid] && !plan.Terminated(p) {
				seen[uid] = true
				out = append(out, p)
			}
		}
	}
	slices.SortFunc(out[len(victims):], func(a, b *corev1.Pod) int {
		return plan.KeyOf(c.id, plan.Pods, a).Compare(plan.KeyOf(c.id, plan.Pods, b))
	})
	return out
}
