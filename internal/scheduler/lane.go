package scheduler

import (
	"container/heap"
	"slices"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/plan/schedule"
)

// lane is where doubtful pods wait for their turn: those of each source in the usual order, and the sources in rotation, so that none of
// them waits for the flood of another. The zero value is empty.
type lane struct {
	byKey   map[api.Key]*waiting
	lines   map[schedule.Source]*line
	sources []schedule.Source // of lines
	next    int               // whose turn it is
}

// line is a heap of pods, the first of them at the top. Those that are not in lane.byKey any more have gone.
type line []*waiting

func (l line) Len() int           { return len(l) }
func (l line) Less(i, j int) bool { return before(l[i], l[j]) < 0 }
func (l line) Swap(i, j int)      { l[i], l[j] = l[j], l[i] }
func (l *line) Push(x any)        { *l = append(*l, x.(*waiting)) } //nolint:forcetypeassert // heap.Push of a waiting
func (l *line) Pop() any {
	last := len(*l) - 1
	w := (*l)[last]
	(*l)[last] = nil
	*l = (*l)[:last]
	return w
}

func (l *lane) get(key api.Key) *waiting { return l.byKey[key] }

func (l *lane) len() int { return len(l.byKey) }

func (l *lane) add(w *waiting) {
	if l.byKey == nil {
		l.byKey, l.lines = map[api.Key]*waiting{}, map[schedule.Source]*line{}
	}
	from := schedule.SourceOf(w.pod)
	if l.lines[from] == nil {
		l.lines[from] = &line{}
		l.sources = append(l.sources, from)
	}
	l.byKey[w.key] = w
	heap.Push(l.lines[from], w)
}

// remove takes a pod away, if it is there.
func (l *lane) remove(key api.Key) {
	if delete(l.byKey, key); len(l.byKey) == 0 {
		*l = lane{}
	}
}

// take takes up to n pods away, of the sources whose turn it is.
func (l *lane) take(n int) (out []*waiting) {
	for len(l.sources) > 0 && len(out) < n {
		l.next %= len(l.sources)
		from := l.sources[l.next]
		out = append(out, l.first(from, n-len(out))...)
		if l.lines[from].Len() == 0 {
			delete(l.lines, from)
			l.sources = slices.Delete(l.sources, l.next, l.next+1)
		} else {
			l.next++
		}
	}
	slices.SortFunc(out, before)
	return out
}

// first takes up to n pods of a source away.
func (l *lane) first(from schedule.Source, n int) (out []*waiting) {
	for q := l.lines[from]; q.Len() > 0 && len(out) < n; {
		w := heap.Pop(q).(*waiting) //nolint:forcetypeassert // nothing else is in it
		if l.byKey[w.key] == w {
			delete(l.byKey, w.key)
			out = append(out, w)
		}
	}
	return out
}

// cleared takes the pods away of the sources that are not in doubt any more.
func (l *lane) cleared(d *schedule.Doubts) (out []*waiting) {
	l.sources = slices.DeleteFunc(l.sources, func(from schedule.Source) bool {
		if d.Of(from) {
			return false
		}
		out = append(out, l.first(from, l.lines[from].Len())...)
		delete(l.lines, from)
		return true
	})
	return out
}

// doubtful reports whether a pod is to wait for the turn of those that will probably be refused. A pod that room is kept for is not, nor
// is one of a group, which goes with the others of it, or one whose attempt goes on.
func (c *cluster) doubtful(w *waiting) bool {
	if !c.doubts.Of(schedule.SourceOf(w.pod)) || w.asked != nil || w.pod.Status.NominatedNodeName != "" || c.state.Nominated(w.pod.UID) {
		return false
	}
	_, grouped := gang.Of(c.id, w.pod)
	return !grouped
}

// awaitTurn has a pod that has come, or is not what it was, wait for its turn: with the others, or with the doubtful, of which the others
// do not see anything then, however many they are.
func (c *cluster) awaitTurn(w *waiting) {
	if !w.rests.After(c.at) && c.doubtful(w) {
		c.lane.add(w)
		return
	}
	c.pending[w.key] = w
}

// assign lets the brain decide about pods of a batch. Those that turn out to be doubtful meanwhile join the others in the lane.
func (c *cluster) assign(pods []schedule.Pod, byUID map[string]*waiting, doubtful bool) (bindings []schedule.Binding, refusals []schedule.Refusal) {
	if doubtful {
		return c.state.AssignDoubtful(pods, &c.doubts)
	}
	bindings, refusals, later := c.state.AssignSure(pods, &c.doubts)
	for _, p := range later {
		w := byUID[string(p.UID)]
		w.tries-- // no attempt
		c.lane.add(w)
	}
	return bindings, refusals
}
