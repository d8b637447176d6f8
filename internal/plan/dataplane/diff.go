package dataplane

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
)

// Change is one step towards the desired state: an element to add or to delete. To change a value is to delete and to
// add.
type Change struct {
	Delete bool
	Element
}

// String is one line of a golden.
func (c Change) String() string {
	if c.Delete {
		return "- " + c.Element.String()
	}
	return "+ " + c.Element.String()
}

// Actual is what was found in the kernel.
type Actual []Element

// Diff compares what was found with what is wanted, element by element. It is for the start and for doubt; a Ledger
// knows the difference between two desired states without looking at what both share.
func Diff(have Actual, want Desired) []Change {
	missing := make(map[Element]bool)
	for _, r := range want.Rules {
		for e := range r.Elements() {
			missing[e] = true
		}
	}
	var changes []Change
	for _, e := range have {
		if missing[e] {
			delete(missing, e)
		} else {
			changes = append(changes, Change{Delete: true, Element: e})
		}
	}
	for e := range missing {
		changes = append(changes, Change{Element: e})
	}
	return inOrder(changes)
}

// inOrder sorts changes so that nothing refers to what is not there: first deletions, frontends before endpoints, then
// additions, endpoints before frontends. Within a transaction this does not matter, between two it does.
func inOrder(changes []Change) []Change {
	slices.SortFunc(changes, func(a, b Change) int {
		bySet := cmp.Compare(a.Set, b.Set)
		if a.Delete != b.Delete {
			if a.Delete {
				return -1
			}
			return 1
		}
		if a.Delete {
			bySet = -bySet
		}
		return cmp.Or(bySet, a.Addr.Compare(b.Addr), cmp.Compare(a.Port, b.Port), cmp.Compare(a.Protocol, b.Protocol),
			cmp.Compare(a.Group, b.Group), cmp.Compare(a.Index, b.Index), a.Source.Compare(b.Source))
	})
	return changes
}

// Ledger is the memory of what was applied. It is a value of its owner without locks.
type Ledger struct {
	applied []*Rules
	// hairpins counts the owners of each, the only element that may have several.
	hairpins map[netip.Addr]int
}

// NewLedger remembers that want is applied.
func NewLedger(want Desired) *Ledger {
	l := &Ledger{hairpins: make(map[netip.Addr]int)}
	for _, r := range want.Rules {
		for _, h := range r.Hairpins {
			l.hairpins[h]++
		}
	}
	l.applied = want.Rules
	return l
}

// Advance notes that want is applied and returns what had to be done for that. If that fails, the ledger is wrong and
// has to be made again from what is observed. Owners whose rules are the same pointer are not looked at.
func (l *Ledger) Advance(want Desired) []Change {
	t := &tally{ledger: l, net: make(map[Element]int)}
	before, after := l.applied, want.Rules
	for len(before) > 0 || len(after) > 0 {
		switch {
		case len(before) > 0 && len(after) > 0 && before[0] == after[0]:
			before, after = before[1:], after[1:]
		case len(after) == 0 || len(before) > 0 && strings.Compare(before[0].Owner, after[0].Owner) < 0:
			t.remove(before[0])
			before = before[1:]
		case len(before) == 0 || strings.Compare(before[0].Owner, after[0].Owner) > 0:
			t.add(after[0])
			after = after[1:]
		default:
			t.remove(before[0])
			t.add(after[0])
			before, after = before[1:], after[1:]
		}
	}
	l.applied = want.Rules
	return t.changes()
}

// tally sums up what comes and goes, so that an element that moves from one owner to another is no change.
type tally struct {
	ledger *Ledger
	net    map[Element]int
}

func (t *tally) add(r *Rules)    { t.count(r, 1) }
func (t *tally) remove(r *Rules) { t.count(r, -1) }

func (t *tally) count(r *Rules, n int) {
	for e := range r.Elements() {
		t.net[e] += n
	}
}

func (t *tally) changes() []Change {
	var changes []Change
	for e, n := range t.net {
		if n == 0 {
			continue
		}
		if e.Set == Hairpins {
			before := t.ledger.hairpins[e.Addr]
			after := before + n
			if t.ledger.hairpins[e.Addr] = after; after == 0 {
				delete(t.ledger.hairpins, e.Addr)
			}
			if before > 0 && after > 0 {
				continue
			}
		}
		changes = append(changes, Change{Delete: n < 0, Element: e})
	}
	return inOrder(changes)
}
