package scheduler

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/fairshare"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Fair shares: the order in which pods of equal priority are tried, the bounds of elastic quotas, and what a quota takes back from
// those who have borrowed of it (plan/fairshare, ADR 18).

// takeQuota takes in an ElasticQuota as it is now. One that cannot be read is none; its controller says so.
func (c *cluster) takeQuota(s *view.Snapshot, ev *store.Event) {
	var q *fairshare.Quota
	if ev.Type == store.Put {
		q, _, _ = fairshare.Parse(view.Of[unstructured.Unstructured](s, ev.Record))
	}
	old := c.quotas[ev.Record.Key]
	if q == nil && old == nil || q != nil && old != nil && q.Same(old) {
		return
	}
	if c.quotas == nil {
		c.quotas = map[api.Key]*fairshare.Quota{}
	}
	if c.quotas[ev.Record.Key] = q; q == nil {
		delete(c.quotas, ev.Record.Key)
	}
	c.shapeQuotas()
	c.wake(schedule.HelpQuota | schedule.HelpRoom)
}

// learnQuotas takes in the quotas that a snapshot has.
func (c *cluster) learnQuotas(s *view.Snapshot) {
	for obj := range view.List[unstructured.Unstructured](s, api.Scope{Resource: fairshare.Quotas, Cluster: c.id}) {
		if q, _, _ := fairshare.Parse(obj); q != nil {
			if c.quotas == nil {
				c.quotas = map[api.Key]*fairshare.Quota{}
			}
			c.quotas[plan.KeyOf(c.id, fairshare.Quotas, obj)] = q
		}
	}
	if len(c.quotas) > 0 {
		c.shapeQuotas()
	}
}

func (c *cluster) shapeQuotas() {
	c.shape = fairshare.New(slices.Collect(maps.Values(c.quotas)), nil, func(string) plan.Amounts { return nil })
	c.state.SetQueues(c.shape.QueueOf)
}

// queueOf is the queue of a pod.
func (c *cluster) queueOf(p *corev1.Pod) string {
	if c.shape == nil {
		return p.Namespace
	}
	return c.shape.QueueOf(p)
}

// tree is who uses how much now.
func (c *cluster) tree() *fairshare.Tree {
	return fairshare.New(slices.Collect(maps.Values(c.quotas)), c.state.Capacity(), c.state.Used)
}

// asks is what a waiting pod would take.
func (c *cluster) asks(w *waiting) plan.Amounts {
	if w.askOf != w.pod {
		w.askOf, w.ask = w.pod, c.state.Ask(w.pod)
	}
	return w.ask
}

// fairly takes the first of the waiting pods, which are sorted: those of one priority by fair shares of their queues, those of one
// queue in their order.
func (c *cluster) fairly(all []*waiting, limit int) []*waiting {
	alone := func(list []*waiting) bool {
		return len(list) == 0 || !slices.ContainsFunc(list, func(w *waiting) bool { return c.queueOf(w.pod) != c.queueOf(list[0].pod) })
	}
	if alone(all) {
		return all[:min(len(all), limit)]
	}
	t := c.tree()
	out := make([]*waiting, 0, min(len(all), limit))
	for len(all) > 0 && len(out) < limit {
		n := len(all)
		if i := slices.IndexFunc(all, func(w *waiting) bool { return priority(w.pod) != priority(all[0].pod) }); i > 0 {
			n = i
		}
		lines := map[string][]*waiting{}
		for _, w := range all[:n] {
			q := c.queueOf(w.pod)
			lines[q] = append(lines[q], w)
		}
		out = append(out, fairshare.Turns(t, lines, c.asks, c.state.Used, limit-len(out))...)
		all = all[n:]
	}
	return out
}

// shares is what quotas have to say about the pods of a batch.
type shares struct {
	c *cluster
	// tree has what the batch takes so far, before has not.
	tree, before *fairshare.Tree
	// held are the placed pods, listed when somebody wants to take one.
	held []fairshare.Holding
}

// shares returns nil in clusters without quotas.
func (c *cluster) shares(batch []*waiting) *shares {
	if len(c.quotas) == 0 {
		return nil
	}
	s := &shares{c: c, tree: c.tree(), before: c.tree()}
	for _, w := range batch {
		if q := c.queueOf(w.pod); s.tree.Has(q) && c.state.Nominated(w.pod.UID) {
			s.tree.Give(q, c.asks(w)) // it is asked about anew
			s.before.Give(q, c.asks(w))
		}
	}
	return s
}

// admit holds the pods of a batch, in their order, against the bounds of their quotas and says which pods they may drive out. A gang
// that needs more pods than its quota lets through is held as a whole.
func (s *shares) admit(batch []*waiting, gangs map[*waiting]*schedule.Gang, held map[*waiting]string) map[*waiting]func(*corev1.Pod) bool {
	may := map[*waiting]func(*corev1.Pod) bool{}
	done := map[*schedule.Gang]bool{}
	for i, w := range batch {
		g := gangs[w]
		if held[w] != "" || done[g] && g != nil {
			continue
		}
		unit := []*waiting{w}
		if g != nil {
			done[g] = true
			unit = slices.DeleteFunc(slices.Clone(batch[i:]), func(o *waiting) bool { return gangs[o] != g })
		}
		s.admitUnit(unit, g, held, may)
	}
	return may
}

func (s *shares) admitUnit(unit []*waiting, g *schedule.Gang, held map[*waiting]string, may map[*waiting]func(*corev1.Pod) bool) {
	queue, sum := s.c.queueOf(unit[0].pod), plan.Amounts{}
	if !s.tree.Has(queue) {
		return
	}
	var in []*waiting
	why := ""
	for _, w := range unit {
		ask := s.c.asks(w)
		if over := s.tree.Over(queue, added(sum, ask)); over != "" {
			held[w], why = over, over
			continue
		}
		sum.Add(ask, 1)
		in = append(in, w)
	}
	if g != nil && len(in) < g.Need {
		for _, w := range in {
			held[w] = why
		}
		return
	}
	entitled := s.tree.Guaranteed(queue, sum)
	var back map[string]bool
	for _, w := range in {
		may[w] = func(victim *corev1.Pod) bool {
			from := s.c.queueOf(victim)
			if from == queue || !s.tree.Has(from) {
				return priority(victim) < priority(w.pod)
			}
			if entitled && back == nil {
				back = s.before.Reclaimable(queue, sum, s.holdings())
			}
			return back[string(victim.UID)]
		}
	}
	s.tree.Take(queue, sum)
}

func added(a, b plan.Amounts) plan.Amounts {
	out := maps.Clone(a)
	out.Add(b, 1)
	return out
}

// holdings lists the placed pods.
func (s *shares) holdings() []fairshare.Holding {
	if s.held == nil {
		s.held = []fairshare.Holding{}
		for p, queue := range s.c.state.Placed() {
			if !s.tree.Has(queue) {
				continue
			}
			h := fairshare.Holding{ID: string(p.UID), Queue: queue, Priority: priority(p), Uses: s.c.state.Ask(p)}
			if p.Status.StartTime != nil {
				h.Since = p.Status.StartTime.UnixNano()
			} else {
				h.Since = p.CreationTimestamp.UnixNano()
			}
			s.held = append(s.held, h)
		}
	}
	return s.held
}
