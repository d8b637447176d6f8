package scheduler

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	schedulingv1alpha2 "k8s.io/api/scheduling/v1alpha2"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Gangs: the pods of a group are decided in one step and bound in one transaction, so a gang that does not fit takes nothing, and
// two gangs cannot each hold what the other needs. Room is kept for a gang only while pods leave for it or volumes are made for
// it, and never for longer than its timeout.

// squad is a group of pods as the scheduler knows it.
type squad struct {
	key   api.Key // of the PodGroup
	group gang.Group
	known bool   // the PodGroup exists
	wrong string // why it cannot be read
	// waiting are pods without a node that are ours to decide; placed those that have one, or have done their work.
	waiting map[api.Key]types.UID
	placed  map[types.UID]api.Key
	// since is when the gang began to keep room that it does not use yet; zero if it keeps none.
	since time.Time
	// said is the condition of the PodGroup that was last written; see tellGroups.
	said string
	// free says that pods need not wait for the PodGroup: one of upstream's where gangs are off.
	free bool
}

// gangUp notes which group a pod is in, as it is now.
func (c *cluster) gangUp(key api.Key, p *corev1.Pod, gone bool) {
	gk, ok := gang.Of(c.id, p)
	if !ok {
		return
	}
	sq := c.squad(gk)
	_, ours := c.profiles[p.Spec.SchedulerName]
	was := sq.waiting[key]
	delete(sq.waiting, key)
	delete(sq.placed, p.UID)
	switch {
	case gone || p.Status.Phase == corev1.PodFailed:
	case p.Spec.NodeName != "":
		sq.placed[p.UID] = key
	case ours && p.DeletionTimestamp == nil && len(p.Spec.SchedulingGates) == 0 && !plan.Terminated(p):
		if sq.waiting[key] = p.UID; was != p.UID {
			c.rally(sq)
		}
	}
	c.disband(sq)
}

func (c *cluster) squad(key api.Key) *squad {
	sq := c.squads[key]
	if sq == nil {
		if c.squads == nil {
			c.squads = map[api.Key]*squad{}
		}
		sq = &squad{key: key, free: key.Resource == gang.Native && !c.gangGate, waiting: map[api.Key]types.UID{}, placed: map[types.UID]api.Key{}}
		c.squads[key] = sq
	}
	return sq
}

// disband forgets a squad of which nothing is left.
func (c *cluster) disband(sq *squad) {
	if !sq.known && len(sq.waiting)+len(sq.placed) == 0 {
		delete(c.squads, sq.key)
	}
}

// rally has the refused pods of a squad decided again.
func (c *cluster) rally(sq *squad) {
	for key := range sq.waiting {
		if w := c.refused.get(key); w != nil {
			c.refused.remove(key)
			c.pending[key] = w
		}
	}
}

// takeGroup takes in a PodGroup as it is now.
func (c *cluster) takeGroup(s *view.Snapshot, ev *store.Event) {
	sq := c.squad(ev.Record.Key)
	old, was, before := sq.group, sq.known, sq.wrong
	sq.group, sq.known, sq.wrong = gang.Group{}, ev.Type != store.Delete, ""
	if !sq.known {
		sq.said = ""
	} else {
		if ev.Record.Key.Resource == gang.Native {
			sq.group = gang.DemandsOf(view.Of[schedulingv1alpha2.PodGroup](s, ev.Record), c.gangGate)
		} else if g, err := gang.Parse(view.Of[unstructured.Unstructured](s, ev.Record)); err != nil {
			sq.wrong = err.Error()
		} else {
			sq.group = g.Demands()
		}
	}
	if was != sq.known || before != sq.wrong || old.Min != sq.group.Min || old.Timeout != sq.group.Timeout || len(old.Resources)+len(sq.group.Resources) > 0 {
		c.rally(sq)
	}
	c.disband(sq)
}

// groupOf is the squad of a waiting pod, nil for a pod of its own.
func (c *cluster) groupOf(w *waiting) *squad {
	if len(c.squads) == 0 {
		return nil
	}
	key, ok := gang.Of(c.id, w.pod)
	if !ok {
		return nil
	}
	return c.squads[key]
}

// holds says why no pod of a squad can be decided yet, "" if all of them can.
func (sq *squad) holds() string {
	name := sq.key.Name
	switch {
	case sq.wrong != "":
		return sq.wrong
	case sq.free:
		return ""
	case !sq.known && sq.key.Resource == gang.Native:
		return fmt.Sprintf("waiting for pods's pod group %q to appear in scheduling queue", name)
	case !sq.known:
		return fmt.Sprintf("PodGroup %q not found", name)
	case len(sq.waiting)+len(sq.placed) >= sq.group.Min:
		return ""
	case sq.key.Resource == gang.Native:
		return "waiting for minCount pods from a gang to appear in scheduling queue"
	default:
		return fmt.Sprintf("pod group %s/%s cannot find enough sibling pods, current pods number: %d, minMember of group: %d", sq.key.Namespace, name, len(sq.waiting)+len(sq.placed), sq.group.Min)
	}
}

// complete adds to a batch the other pods of its gangs, whatever they wait for, as a gang is decided as a whole; a gang of which
// one pod must not be tried yet goes back.
func (c *cluster) complete(batch []*waiting, now time.Time) []*waiting {
	if len(c.squads) == 0 {
		return batch
	}
	seen := map[*squad]bool{} // false for those that have to wait
	var out []*waiting
	for _, w := range batch {
		sq := c.groupOf(w)
		if sq == nil || sq.group.Min == 0 && sq.holds() == "" {
			out = append(out, w)
			continue
		}
		if _, ok := seen[sq]; ok {
			continue
		}
		all := c.allOf(sq, batch)
		if c.consults(sq) { // it is roused when all have been asked about
			seen[sq] = false
			for _, m := range all {
				delete(c.pending, m.key)
				c.refused.add(m)
			}
			continue
		}
		after := slices.MaxFunc(all, func(a, b *waiting) int { return a.after.Compare(b.after) }).after
		seen[sq] = !after.After(now)
		for _, m := range all {
			if seen[sq] {
				delete(c.pending, m.key)
				c.refused.remove(m.key)
				out = append(out, m)
			} else {
				m.after = after
				c.refused.remove(m.key)
				c.pending[m.key] = m
			}
		}
	}
	return out
}

// allOf are the waiting pods of a squad, those of a batch among them: by priority, then age.
func (c *cluster) allOf(sq *squad, batch []*waiting) (all []*waiting) {
	for _, w := range batch {
		if sq.waiting[w.key] == w.pod.UID && c.groupOf(w) == sq {
			all = append(all, w)
		}
	}
	for key := range sq.waiting {
		if w := cmp.Or(c.pending[key], c.refused.get(key)); w != nil {
			all = append(all, w)
		}
	}
	slices.SortFunc(all, before)
	return all
}

// gangs are the gangs of a batch, as the brain wants them. held are the pods whose gang cannot be decided, and why.
func (c *cluster) gangs(batch []*waiting) (of map[*waiting]*schedule.Gang, held map[*waiting]string) {
	of, held = map[*waiting]*schedule.Gang{}, map[*waiting]string{}
	if len(c.squads) == 0 {
		return of, held
	}
	made := map[*squad]*schedule.Gang{}
	for _, w := range batch {
		sq := c.groupOf(w)
		if sq == nil {
			continue
		}
		if why := sq.holds(); why != "" {
			held[w] = why
			continue
		}
		if sq.group.Min == 0 {
			continue
		}
		if made[sq] == nil {
			made[sq] = &schedule.Gang{Name: sq.key.Namespace + "/" + sq.key.Name, Need: sq.group.Min - len(sq.placed), Native: sq.key.Resource == gang.Native}
			if len(sq.placed) == 0 {
				made[sq].Resources = sq.group.Resources
			}
		}
		of[w] = made[sq]
	}
	return of, held
}

// keeps notes that room is kept for a squad from now on, or that none is any more.
func (sq *squad) keeps(room bool, now time.Time) {
	switch {
	case !room:
		sq.since = time.Time{}
	case sq.since.IsZero():
		sq.since = now
	}
}

// until is when a squad must give up the room that it keeps; zero if it keeps none.
func (sq *squad) until() time.Time {
	if sq.since.IsZero() {
		return time.Time{}
	}
	return sq.since.Add(sq.group.Timeout)
}

// expire has squads give up the room that they have kept for too long. They are tried again when others have had a turn.
func (s *Scheduler) expire(d *decision, c *cluster, now time.Time) {
	for _, key := range slices.SortedFunc(maps.Keys(c.squads), api.Key.Compare) {
		sq := c.squads[key]
		if sq.since.IsZero() || sq.until().After(now) {
			continue
		}
		sq.since = time.Time{}
		for _, w := range c.squadPods(sq) {
			c.release(w.key)
			c.state.Nominate(w.pod, "")
			c.refused.remove(w.key)
			w.after = now.Add(lastRetry)
			c.pending[w.key] = w
			if w.pod.Status.NominatedNodeName == "" {
				continue
			}
			fresh := w.pod.DeepCopy()
			fresh.Status.NominatedNodeName = ""
			d.add(plan.UpdateStatus(w.key, fresh, "the pod group's timeout"), func(client.Result) {}) // if it is not written, the next refusal is
		}
		c.wake(schedule.HelpRoom | schedule.HelpQuota)
	}
}

// squadPods are all waiting pods of a squad, wherever they are kept.
func (c *cluster) squadPods(sq *squad) (out []*waiting) {
	for key := range sq.waiting {
		if r := c.reserved[key]; r != nil {
			out = append(out, r.w)
		} else if w := cmp.Or(c.pending[key], c.refused.get(key)); w != nil {
			out = append(out, w)
		}
	}
	slices.SortFunc(out, before)
	return out
}
