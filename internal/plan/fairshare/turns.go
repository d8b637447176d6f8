package fairshare

import (
	"cmp"
	"container/heap"
	"maps"
	"slices"

	"gantry.dev/gantry/internal/plan"
)

// Turns takes up to limit items out of the lines of queues, one after the other: at each level of the tree it is the turn of
// whoever is furthest below its guarantee, then of whoever has the smallest dominant share for its weight. What is taken counts as
// used. used tells what namespaces without a quota use.
func Turns[T any](t *Tree, lines map[string][]T, demand func(T) plan.Amounts, used func(string) plan.Amounts, limit int) []T {
	root := &lane[T]{node: t.root}
	lanes := map[*node]*lane[T]{t.root: root}
	var at func(n *node) *lane[T]
	at = func(n *node) *lane[T] {
		l := lanes[n]
		if l == nil {
			l = &lane[T]{node: n}
			lanes[n] = l
			up := at(n.parent)
			up.kids = append(up.kids, l)
		}
		return l
	}
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		if len(lines[name]) > 0 {
			at(t.queue(name, used)).line = lines[name]
		}
	}
	root.arrange(t)
	var out []T
	for len(out) < limit && !root.empty() {
		out = append(out, root.next(t, demand))
	}
	return out
}

// lane is a node with something waiting in it or below it.
type lane[T any] struct {
	node *node
	line []T
	kids []*lane[T] // a heap by rank
	rank rank
}

// rank is how much a node has had: less goes first.
type rank struct {
	borrowing bool // it has all that it is guaranteed
	share     float64
}

func (a rank) compare(b rank) int {
	switch {
	case a.borrowing == b.borrowing:
		return cmp.Compare(a.share, b.share)
	case b.borrowing:
		return -1
	default:
		return 1
	}
}

// rank of a node: how far its guarantee is used up, or its dominant share of the cluster for its weight.
func (t *Tree) rank(n *node) rank {
	weight := 1.0
	if n.quota != nil {
		weight = float64(n.quota.Weight)
		if part := largest(n.used, n.quota.Min); len(n.quota.Min) > 0 && part < 1 {
			return rank{share: part}
		}
	}
	return rank{borrowing: true, share: largest(n.used, t.total) / weight}
}

// largest is the largest part that used is of whole, of any resource that whole has.
func largest(used, whole plan.Amounts) (part float64) {
	for r, all := range whole {
		if all > 0 {
			part = max(part, float64(used[r])/float64(all))
		}
	}
	return part
}

func (l *lane[T]) arrange(t *Tree) {
	for _, k := range l.kids {
		k.rank = t.rank(k.node)
		k.arrange(t)
	}
	heap.Init(l)
}

func (l *lane[T]) empty() bool { return len(l.line) == 0 && len(l.kids) == 0 }

// next takes the next item. A lane's own line comes before those below it: a quota with children has one only by mistake.
func (l *lane[T]) next(t *Tree, demand func(T) plan.Amounts) T {
	if len(l.line) > 0 {
		x := l.line[0]
		l.line = l.line[1:]
		l.node.take(demand(x), 1)
		return x
	}
	k := l.kids[0]
	x := k.next(t, demand)
	if k.empty() {
		heap.Pop(l)
	} else {
		k.rank = t.rank(k.node)
		heap.Fix(l, 0)
	}
	return x
}

// Len, Less, Swap, Push and Pop implement heap.Interface.
func (l *lane[T]) Len() int { return len(l.kids) }

// Less implements heap.Interface.
func (l *lane[T]) Less(i, j int) bool {
	return cmp.Or(l.kids[i].rank.compare(l.kids[j].rank), cmp.Compare(l.kids[i].node.name, l.kids[j].node.name)) < 0
}

// Swap implements heap.Interface.
func (l *lane[T]) Swap(i, j int) { l.kids[i], l.kids[j] = l.kids[j], l.kids[i] }

// Push implements heap.Interface.
func (l *lane[T]) Push(x any) { l.kids = append(l.kids, x.(*lane[T])) }

// Pop implements heap.Interface.
func (l *lane[T]) Pop() any {
	last := l.kids[len(l.kids)-1]
	l.kids = l.kids[:len(l.kids)-1]
	return last
}
