package scheduler

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	extenderv1 "k8s.io/kube-scheduler/extender/v1"

	"gantry.dev/gantry/internal/driver/extender"
	"gantry.dev/gantry/internal/plan/schedule"
)

// Extenders are asked beside the scheduler: a pod that is their business is put aside with the nodes that all filters take, and
// decided when they have answered. What has changed since is looked at again then.

// maxConsults bounds the pods that extenders are asked about at once, for all clusters; others wait for their turn.
const maxConsults = 16

// perPoint is what a point of an extender (from 0 to 10) is worth among the scores of plugins (from 0 to 100).
const perPoint = 100 / extenderv1.MaxExtenderPriority

// consult is a pod that extenders are asked about.
type consult struct {
	c      *cluster
	w      *waiting
	pod    *corev1.Pod // as it was then
	nodes  []*corev1.Node
	offers map[string]schedule.Offer
	ask    []*extender.Extender
}

// interested are the extenders whose business a pod is.
func (s *Scheduler) interested(p *corev1.Pod) (out []*extender.Extender) {
	for _, e := range s.Extenders {
		if e.Interested(p) {
			out = append(out, e)
		}
	}
	return out
}

// consulted puts a pod aside whose extenders have to be asked, and reports whether it did. A pod that no node takes and for which
// nobody can leave needs no asking.
func (s *Scheduler) consulted(ctx context.Context, c *cluster, w *waiting, p *schedule.Pod) bool {
	if w.asked != nil {
		p.Asked, w.asked = w.asked, nil
		return false
	}
	if len(s.Extenders) == 0 {
		return false
	}
	ask := slices.DeleteFunc(s.interested(w.pod), func(e *extender.Extender) bool { return !e.Judges() })
	if len(ask) == 0 {
		return false
	}
	nodes, offers := c.state.Fitting(p)
	if len(nodes) == 0 && (len(offers) == 0 || !slices.ContainsFunc(ask, (*extender.Extender).Preempts)) {
		return false
	}
	if snap := c.now(); c.keep != nil { // they are told all
		nodes, offers = c.wholeNodes(snap, nodes), c.wholeOffers(snap, offers)
	}
	c.consulting[w.key] = w
	s.mu.Lock()
	s.away++
	s.consults = append(s.consults, &consult{c, w, w.pod, nodes, offers, ask})
	s.mu.Unlock()
	s.askNext(ctx)
	return true
}

// awaitGangs takes out of a batch the pods of gangs of which extenders are being asked about a member: they sleep until all have
// been answered, as a gang is decided as a whole.
func (c *cluster) awaitGangs(pods []schedule.Pod, byUID map[string]*waiting) []schedule.Pod {
	if len(c.consulting) == 0 || len(c.squads) == 0 {
		return pods
	}
	return slices.DeleteFunc(pods, func(p schedule.Pod) bool {
		w := byUID[string(p.UID)]
		if p.Gang == nil || !c.consults(c.groupOf(w)) {
			return false
		}
		w.asked = p.Asked
		c.refused.add(w)
		return true
	})
}

// consults says whether extenders are being asked about a pod of a squad.
func (c *cluster) consults(sq *squad) bool {
	if sq == nil || len(c.consulting) == 0 {
		return false
	}
	for key := range sq.waiting {
		if c.consulting[key] != nil {
			return true
		}
	}
	return false
}

// roused has a gang decided of which the last pod has been asked about.
func (c *cluster) roused(w *waiting) {
	if sq := c.gangOf(w); sq != nil && !c.consults(sq) {
		c.rally(sq)
	}
}

// askNext begins with as many of the waiting questions as may be open at once.
func (s *Scheduler) askNext(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.consults) > 0 && s.asking < maxConsults {
		q := s.consults[0]
		s.consults = s.consults[1:]
		s.asking++
		s.waits.Go(func() {
			asked, err := q.answer(ctx)
			s.mu.Lock()
			s.asking--
			s.settled = append(s.settled, func() { s.answered(ctx, q, asked, err) })
			s.mu.Unlock()
			s.rouse()
			s.askNext(ctx)
		})
	}
}

// answered has the pod decided with what has been said, unless it is gone or another one by now.
func (s *Scheduler) answered(ctx context.Context, q *consult, asked *schedule.Asked, err error) {
	c, w := q.c, q.w
	defer c.roused(w)
	if c.consulting[w.key] != w {
		return
	}
	delete(c.consulting, w.key)
	if err == nil {
		w.asked = asked
		c.pending[w.key] = w
		return
	}
	d := s.newDecision(ctx)
	r := schedule.Refusal{Pod: w.pod, Message: err.Error(), Failed: true, Plugins: []string{schedule.Extender}}
	s.meters.turnedDown(w, &r, d.began, d.began)
	s.refuse(d, c, w, r, s.Clock())
	c.retry(w, s.Clock()) // whether it will answer next time, nothing in the cluster tells
	s.carryOut(ctx, c, d)
}

// answer asks the extenders: each has the nodes that those before it will have, then all say how good the rest are.
func (q *consult) answer(ctx context.Context) (*schedule.Asked, error) {
	out := &schedule.Asked{Nodes: map[string]int64{}, Failed: map[string]string{}, Final: map[string]string{}}
	left := q.nodes
	for _, e := range q.ask {
		if len(left) == 0 {
			break
		}
		kept, failed, final, err := e.Filter(ctx, q.pod, left)
		if err != nil {
			if e.Ignorable() {
				continue
			}
			return nil, err
		}
		maps.Copy(out.Failed, failed)
		maps.Copy(out.Final, final)
		left = kept
	}
	for _, n := range left {
		out.Nodes[n.Name] = 0
	}
	q.score(ctx, out, left)
	if len(q.nodes) > 0 {
		return out, nil
	}
	return out, q.haggle(ctx, out)
}

// score adds what extenders think of nodes, which are asked side by side. One that does not answer has no opinion.
func (q *consult) score(ctx context.Context, out *schedule.Asked, nodes []*corev1.Node) {
	if len(nodes) == 0 {
		return
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, e := range q.ask {
		all.Go(func() {
			scores, err := e.Prioritize(ctx, q.pod, nodes)
			if err != nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			for node, points := range scores {
				if _, ok := out.Nodes[node]; ok {
					out.Nodes[node] += points * perPoint
				}
			}
		})
	}
	all.Wait()
}

// haggle asks extenders who may leave where.
func (q *consult) haggle(ctx context.Context, out *schedule.Asked) error {
	offers := map[string]*extenderv1.Victims{}
	for node, o := range q.offers {
		offers[node] = &extenderv1.Victims{Pods: o.Victims, NumPDBViolations: o.Violations}
	}
	for _, e := range q.ask {
		if !e.Preempts() || len(offers) == 0 {
			continue
		}
		said, err := e.Preempt(ctx, q.pod, offers)
		if err != nil {
			if e.Ignorable() {
				continue
			}
			return err
		}
		left := map[string]*extenderv1.Victims{}
		for node, meta := range said {
			if left[node], err = q.victims(e, node, meta, offers); err != nil {
				return err
			}
		}
		offers = left
	}
	out.Victims = map[string][]*corev1.Pod{}
	for node, v := range offers {
		out.Victims[node] = v.Pods
	}
	return nil
}

// victims are the pods that an extender means: of those that were offered.
func (q *consult) victims(e *extender.Extender, node string, meta *extenderv1.MetaVictims, offers map[string]*extenderv1.Victims) (*extenderv1.Victims, error) {
	offered := offers[node]
	if offered == nil || meta == nil || len(meta.Pods) == 0 {
		return nil, fmt.Errorf("extender %s: expected at least one victim pod on a node that was offered, not on node %q", e.Name(), node)
	}
	out := &extenderv1.Victims{NumPDBViolations: meta.NumPDBViolations}
	for _, m := range meta.Pods {
		at := slices.IndexFunc(offered.Pods, func(p *corev1.Pod) bool { return p.UID == types.UID(m.UID) })
		if at < 0 {
			return nil, fmt.Errorf("extender: %v claims to preempt pod (UID: %v) on node: %v, but the pod is not found on that node", e.Name(), m.UID, node)
		}
		out.Pods = append(out.Pods, offered.Pods[at])
	}
	return out, nil
}

// binder is the extender that binds a pod, nil if we do.
func (s *Scheduler) binder(p *corev1.Pod) *extender.Extender {
	for _, e := range s.Extenders {
		if e.Binds() && e.Interested(p) {
			return e
		}
	}
	return nil
}

// bindBy has an extender bind a pod, which keeps its place until the view shows that it is bound, or the extender says that it
// will not be.
func (s *Scheduler) bindBy(e *extender.Extender, c *cluster, b schedule.Binding, w *waiting) {
	r := &reserved{w: w, node: b.Node, until: s.Clock().Add(c.profile(w.pod).VolumeWait), booking: true}
	c.reserved[w.key] = r
	s.mu.Lock()
	s.away++
	s.mu.Unlock()
	s.waits.Go(func() {
		err := e.Bind(context.Background(), b.Pod, b.Node) // it has a timeout
		s.mu.Lock()
		s.settled = append(s.settled, func() {
			if err == nil || c.reserved[w.key] != r {
				return
			}
			s.Log.Warn("binding refused by extender", "pod", w.key.String(), "node", b.Node, "err", err)
			c.release(w.key)
			c.later(w, s.Clock())
		})
		s.mu.Unlock()
		s.rouse()
	})
}
