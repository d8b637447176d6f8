package registry

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/store"
)

// Writes that happen together (client.Write.Together) are prepared one by one and committed as one transaction with the guards of
// all. If one is refused, none is written.

// maxTogether bounds the writes of one transaction, well below what the store takes: a larger gang is refused as a whole.
const maxTogether = 4096

// joints are the groups of one Apply, in the order in which they were first named.
type joints struct {
	list []*joint
	bad  map[int]*partError // groups with a write that is refused before anything is prepared
}

// joint is one group. Its attempt notes where in the transaction each write is.
type joint struct {
	number  int
	members []int // indices of the writes
	keys    []api.Key
	tries   []attempt
	parts   []part
}

// part is a member's place in the transaction, or the record of one that had nothing to write.
type part struct {
	op  int
	rec *store.Record
	p   *pending
}

// partError is why a member of a group is refused.
type partError struct {
	member int
	key    api.Key
	error
}

func (e *partError) Unwrap() error { return e.error }

func (js *joints) add(w *client.Write, write int, a attempt) {
	number := w.Together
	i := slices.IndexFunc(js.list, func(j *joint) bool { return j.number == number })
	if i < 0 {
		i = len(js.list)
		js.list = append(js.list, &joint{number: number})
	}
	js.list[i].members = append(js.list[i].members, write)
	js.list[i].keys = append(js.list[i].keys, w.Key)
	js.list[i].tries = append(js.list[i].tries, a)
}

// spoil notes that a write of a group cannot even be attempted.
func (js *joints) spoil(w *client.Write, write int, err error) {
	number := w.Together
	if number == 0 {
		return
	}
	if js.bad == nil {
		js.bad = map[int]*partError{}
	}
	js.bad[number] = &partError{member: write, key: w.Key, error: err}
}

// attempts are one for each group that can be attempted; the results of the others go to out.
func (js *joints) attempts(out []client.Result) (list []attempt) {
	js.list = slices.DeleteFunc(js.list, func(j *joint) bool {
		bad := js.bad[j.number]
		for _, i := range j.members {
			switch {
			case bad != nil:
				out[i].Err = besides(bad)
			case len(j.members) > maxTogether:
				out[i].Err = apierrors.NewBadRequest(fmt.Sprintf("%d writes shall happen together, at most %d can", len(j.members), maxTogether))
			}
		}
		return bad != nil || len(j.members) > maxTogether
	})
	for _, j := range js.list {
		list = append(list, j.prepare)
	}
	return list
}

// besides is the error of a write that is not at fault.
func besides(of *partError) error {
	return apierrors.NewConflict(groupResource(of.key.Resource), of.key.Name, fmt.Errorf("not written, because another write of its group was refused: %w", of.error))
}

func (j *joint) prepare() (*pending, error) {
	all := &pending{settled: true}
	j.parts = j.parts[:0]
	for i, try := range j.tries {
		p, err := try()
		if err != nil {
			return nil, &partError{member: j.members[i], key: j.keys[i], error: err}
		}
		if p.change != nil { // quotas are charged per write; nothing that happens together is counted by one
			return nil, &partError{member: j.members[i], key: p.key, error: apierrors.NewBadRequest(fmt.Sprintf("%s is counted by a quota and cannot be written together with others", p.key))}
		}
		if p.settled {
			j.parts = append(j.parts, part{op: -1, rec: p.rec, p: p})
			continue
		}
		if all.settled {
			all.key, all.settled = p.key, false
		}
		j.parts = append(j.parts, part{op: len(all.txn.Ops) + p.op, p: p})
		all.txn.Ops = append(all.txn.Ops, p.txn.Ops...)
		all.txn.Guards = append(all.txn.Guards, p.txn.Guards...)
	}
	return all, nil
}

// outcomes tells what came of each member, by the index of its write.
func (j *joint) outcomes(d done) iter.Seq2[int, done] {
	return func(yield func(int, done) bool) {
		var of *partError
		at := errors.As(d.err, &of)
		for k, i := range j.members {
			one := done{err: d.err}
			switch {
			case at && of.member == i:
				one.err = of.error
			case at:
				one.err = besides(of)
			case d.err == nil && j.parts[k].op < 0:
				one.Rec = j.parts[k].rec
			case d.err == nil:
				p, rec := j.parts[k].p, d.records[j.parts[k].op]
				one.Outcome = Outcome{Rec: rec, Fresh: p.fresh, Created: p.created, Deleted: p.deleted, Rev: rec.Rev}
			}
			if !yield(i, one) {
				return
			}
		}
	}
}
