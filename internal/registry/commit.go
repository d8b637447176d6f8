package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/admit"
	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// maxRounds bounds how often one write is prepared anew because something that it relied on had changed. Every round
// that is lost means that another write won, so the system as a whole moves on.
const maxRounds = 32

// pending is a prepared write.
type pending struct {
	key api.Key
	txn store.Txn
	// op is the index of the op of txn that writes the object itself.
	op int
	// rec is the answer for writes that change nothing and for dry runs; with settled set nothing is committed.
	rec     *store.Record
	settled bool
	// fresh is the typed object that was encoded.
	fresh   runtime.Object
	created bool
	deleted bool
	// rigid makes a lost race on the object itself an error of the caller, who named a resourceVersion.
	rigid    bool
	warnings []string
	// change is what quotas count of the write, nil if none counts it.
	change *admit.Change
	// onLost words the error of a rigid write whose object has changed.
	onLost func(current *store.Record) error
}

// attempt prepares one write on the newest state.
type attempt func() (*pending, error)

// done is an Outcome or an error.
type done struct {
	Outcome
	err error
	// records are those of all ops of the transaction.
	records []*store.Record
}

// run carries out attempts: all that are ready are committed in one call, the overtaken ones are prepared again. width is
// how many of them may be prepared at the same time.
func (r *Registry) run(ctx context.Context, width int, attempts []attempt) []done {
	out := make([]done, len(attempts))
	todo := make([]int, len(attempts))
	for i := range todo {
		todo[i] = i
	}
	for round := 0; len(todo) > 0; round++ {
		var txns []store.Txn
		var ready []*pending
		var who []int
		prepared := r.prepare(width, todo, attempts)
		for n, i := range todo {
			p, err := prepared[n].p, prepared[n].err
			if err != nil {
				var w *warned
				if errors.As(err, &w) {
					out[i].Warnings, err = w.warnings, w.error
				}
				out[i].err = err
				continue
			}
			if p.settled {
				out[i].Outcome = Outcome{Rec: p.rec, Fresh: p.fresh, Created: p.created, Deleted: p.deleted, Warnings: p.warnings}
				continue
			}
			txns, ready, who = append(txns, p.txn), append(ready, p), append(who, i)
		}
		todo = todo[:0]
		if len(txns) == 0 {
			break
		}
		for j, res := range r.commit(ctx, ready, txns) {
			i, p := who[j], ready[j]
			out[i].Warnings = p.warnings
			var lost *store.ConflictError
			switch {
			case res.Err == nil:
				rec := res.Records[p.op]
				out[i].Outcome = Outcome{Rec: rec, Fresh: p.fresh, Created: p.created, Deleted: p.deleted, Rev: rec.Rev, Warnings: p.warnings}
				out[i].records = res.Records
			case errors.As(res.Err, &lost) && lost.Guard.Key == p.key && p.rigid:
				out[i].err = p.onLost(lost.Current)
			case errors.As(res.Err, &lost) && round < maxRounds:
				todo = append(todo, i)
			default:
				out[i].err = commitError(p.key, res.Err)
			}
		}
	}
	return out
}

// guarded prepares an attempt and turns a panic of upstream's code on hostile input into an error of this one request.
func (r *Registry) guarded(a attempt) (p *pending, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = apierrors.NewInternalError(fmt.Errorf("preparing the write panicked: %v", v))
		}
	}()
	return a()
}

func (r *Registry) one(ctx context.Context, a attempt) (Outcome, error) {
	d := r.run(ctx, 1, []attempt{a})[0]
	return d.Outcome, d.err
}

func commitError(key api.Key, err error) error {
	var lost *store.ConflictError
	var status *apierrors.StatusError
	switch {
	case errors.As(err, &status): // a quota's refusal
		return status
	case errors.As(err, &lost):
		return apierrors.NewConflict(groupResource(key.Resource), key.Name, fmt.Errorf("the object is changing faster than it can be written, last seen: %w", err))
	case errors.Is(err, store.ErrFull):
		return &apierrors.StatusError{ErrStatus: statusFull(err)}
	case errors.Is(err, store.ErrTooLarge):
		return apierrors.NewRequestEntityTooLargeError(err.Error())
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return apierrors.NewTimeoutError(fmt.Sprintf("the write of %s was given up while it waited: %v", key, err), 1)
	case errors.Is(err, store.ErrClosed):
		return apierrors.NewServiceUnavailable("the store is shut down: " + err.Error())
	default:
		return apierrors.NewInternalError(fmt.Errorf("committing %s: %w", key, err))
	}
}

// guard adds a precondition unless the same one is there already.
func (p *pending) guard(key api.Key, rev api.Revision) {
	if !slices.ContainsFunc(p.txn.Guards, func(g store.Guard) bool { return g.Key == key }) {
		p.txn.Guards = append(p.txn.Guards, store.Guard{Key: key, Rev: rev})
	}
}
