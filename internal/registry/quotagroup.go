package registry

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// Writes that quotas count are committed in groups, one per namespace at a time: the quotas are read once, each write of
// the group is charged against what the earlier ones leave, and objects and quotas are written in one transaction. So
// used is never less than what there is, and nothing is charged for a write that failed. While a group is being synced
// the next one gathers.

const (
	// groupWrites and groupBytes bound a group, and with it the transaction: well below the store's bound.
	groupWrites = 512
	groupBytes  = 8 << 20
)

// commit writes prepared transactions: those that are charged through the groups of their namespaces, the others as
// they are. It returns one result each.
func (r *Registry) commit(ctx context.Context, ready []*pending, txns []store.Txn) []store.Result {
	var charged map[place][]int
	var places []place // in the order of the first write
	for i, p := range ready {
		if p.change != nil {
			if charged == nil {
				charged = map[place][]int{}
			}
			at := place{p.key.Cluster, p.key.Namespace}
			if charged[at] == nil {
				places = append(places, at)
			}
			charged[at] = append(charged[at], i)
		}
	}
	if len(charged) == 0 {
		return r.Store.Commit(ctx, txns)
	}
	out := make([]store.Result, len(ready))
	var plain []store.Txn
	var who []int
	for i, p := range ready {
		if p.change == nil {
			plain, who = append(plain, txns[i]), append(who, i)
		}
	}
	if len(plain) > 0 {
		for j, res := range r.Store.Commit(ctx, plain) {
			out[who[j]] = res
		}
	}
	for _, at := range places {
		indices := charged[at]
		members := make([]*member, len(indices))
		for j, i := range indices {
			members[j] = &member{p: ready[i]}
		}
		r.commitCharged(ctx, at, members)
		for j, i := range indices {
			out[i] = members[j].res
		}
	}
	return out
}

// commitCharged returns when all members are settled, by us or by others.
func (r *Registry) commitCharged(ctx context.Context, at place, members []*member) {
	g := r.groups.join(at, members)
	defer r.groups.leave(at, g)
	ctx = context.WithoutCancel(ctx) // we write for others, too
	g.turn.Lock()
	defer g.turn.Unlock()
	for !allDone(members) {
		g.putBack(r.guardedGroup(ctx, at, g.take()))
	}
}

// guardedGroup turns a panic of upstream's code on a hostile object into an error of the writes of one group: the turn
// must go on.
func (r *Registry) guardedGroup(ctx context.Context, at place, batch []*member) (later []*member) {
	defer func() {
		if v := recover(); v != nil {
			later = nil
			for _, m := range batch {
				if !m.done {
					m.settle(store.Result{Err: apierrors.NewInternalError(fmt.Errorf("charging the quotas of namespace %s panicked: %v", at.namespace, v))})
				}
			}
		}
	}()
	return r.commitGroup(ctx, at, batch)
}

func allDone(members []*member) bool {
	for _, m := range members {
		if !m.done {
			return false
		}
	}
	return true
}

// commitGroup settles the members of a batch, but for those that it returns: they must wait for the next one.
func (r *Registry) commitGroup(ctx context.Context, at place, batch []*member) (later []*member) {
	for round := 0; len(batch) > 0; round++ {
		t := &tally{place: at}
		var taken []*member
		accounts, err := r.countedQuotas(at)
		t.accounts = accounts
		for _, m := range batch {
			switch {
			case err != nil:
				m.settle(store.Result{Err: err})
			case m.done:
			default:
				if lost := r.overtaken(&m.p.txn); lost != nil {
					m.settle(store.Result{Err: lost})
				} else if !t.fits(&m.p.txn) {
					later = append(later, m)
				} else if refusal := t.charge(m.p); refusal != nil {
					m.settle(store.Result{Err: refusal})
				} else {
					t.add(&m.p.txn)
					taken = append(taken, m)
				}
			}
		}
		if len(taken) == 0 {
			return later
		}
		if err := t.close(r.Law); err != nil {
			settleAll(taken, store.Result{Err: err})
			return later
		}
		res := r.Store.Commit(ctx, []store.Txn{t.txn})[0]
		var lost *store.ConflictError
		switch {
		case res.Err == nil:
			from := 0
			for _, m := range taken {
				n := len(m.p.txn.Ops)
				m.settle(store.Result{Records: res.Records[from : from+n : from+n]})
				from += n
			}
			return later
		case errors.As(res.Err, &lost) && round < maxRounds+len(batch): // each round loses a member or another write won
			batch = taken
		default:
			settleAll(taken, res)
			return later
		}
	}
	return later
}

func settleAll(members []*member, res store.Result) {
	for _, m := range members {
		m.settle(res)
	}
}

// overtaken tells whether something that a transaction relies on has changed.
func (r *Registry) overtaken(t *store.Txn) error {
	for _, g := range t.Guards {
		rec := r.Store.Get(g.Key)
		if rev := revisionOf(rec); rev != g.Rev {
			return &store.ConflictError{Guard: g, Current: rec}
		}
	}
	return nil
}

func revisionOf(rec *store.Record) api.Revision {
	if rec == nil {
		return 0
	}
	return rec.Rev
}

// countedQuotas reads the quotas of a namespace, and counts those whose status is not about their spec.
func (r *Registry) countedQuotas(at place) ([]account, error) {
	accounts, err := r.quotasOf(at.cluster, at.namespace)
	if err != nil {
		return nil, err
	}
	for i := range accounts {
		if !schema.IsCounted(accounts[i].quota) {
			if err := r.recount(&accounts[i], at.cluster, at.namespace); err != nil {
				return nil, err
			}
		}
	}
	return accounts, nil
}
