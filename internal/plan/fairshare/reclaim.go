package fairshare

import (
	"cmp"
	"slices"
	"strings"

	"gantry.dev/gantry/internal/plan"
)

// Holding is a placed pod of a queue.
type Holding struct {
	// ID is the pod's own.
	ID, Queue string
	Priority  int32
	// Since is when it began; the youngest gives back first.
	Since int64
	Uses  plan.Amounts
}

// Reclaimable are the pods that a queue may have back for so much more of its own: pods of other quotas, which have borrowed, while
// the queue stays within its guarantee. Where the two branches of the tree meet, the queue's branch must be within its minimum
// and the other one above. Of a branch only so many pods are named as it has borrowed: the least important and youngest.
// Pods without a quota are not touched.
func (t *Tree) Reclaimable(queue string, more plan.Amounts, held []Holding) map[string]bool {
	me := t.quotas[queue]
	if me == nil {
		return nil
	}
	order := slices.Clone(held)
	slices.SortFunc(order, func(a, b Holding) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(b.Since, a.Since), strings.Compare(a.ID, b.ID))
	})
	given := map[*node]plan.Amounts{}
	out := map[string]bool{}
	for i := range order {
		h := &order[i]
		leaf := t.quotas[h.Queue]
		if leaf == nil || leaf == me || !t.owes(leaf, me, more, h.Uses, given) {
			continue
		}
		out[h.ID] = true
		for n := leaf; n != nil; n = n.parent {
			if given[n] == nil {
				given[n] = plan.Amounts{}
			}
			given[n].Add(h.Uses, 1)
		}
	}
	return out
}

// owes reports whether a pod of a leaf, which uses so much, is borrowed from me.
func (t *Tree) owes(leaf, me *node, more, uses plan.Amounts, given map[*node]plan.Amounts) bool {
	mine := map[*node]*node{} // by ancestor, the child of it that leads to me
	for n := me; n.parent != nil; n = n.parent {
		mine[n.parent] = n
	}
	for n := leaf; n.parent != nil; n = n.parent {
		if !n.borrows(uses, given[n]) {
			return false
		}
		if own := mine[n.parent]; own != nil {
			return own.within(more)
		}
	}
	return false
}
