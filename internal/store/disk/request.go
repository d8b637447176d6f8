package disk

import (
	"fmt"
	"strings"
	"sync/atomic"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// request is one call of Commit or Compact on its way through the pipeline.
type request struct {
	txns    []store.Txn
	compact api.Revision // not zero: a Compact; txns is empty
	bytes   int

	// state moves once: from queued to taken (by the assembler; the request is carried out) or to withdrawn (by the
	// caller; the assembler skips it).
	state atomic.Int32
	// results is filled by the assembler and read by the caller after done.
	results []store.Result
	done    chan struct{}
}

const (
	queued int32 = iota
	taken
	withdrawn
)

func (r *request) take() bool     { return r.state.CompareAndSwap(queued, taken) }
func (r *request) withdraw() bool { return r.state.CompareAndSwap(queued, withdrawn) }

// fail answers the same error for every transaction; results is left alone, since the assembler may be filling it.
func (r *request) fail(err error) []store.Result {
	results := make([]store.Result, max(len(r.txns), 1))
	for i := range results {
		results[i].Err = err
	}
	return results
}

// newRequest sizes the transactions and refuses, with one result each, what the assembler must not see.
func newRequest(txns []store.Txn) (*request, error) {
	r := &request{txns: txns, done: make(chan struct{}), results: make([]store.Result, len(txns))}
	for i := range txns {
		n, err := checkTxn(&txns[i])
		if err != nil {
			r.results[i].Err = err
			continue
		}
		r.bytes += n
	}
	if r.bytes > commitBytes {
		return r, fmt.Errorf("%w: %d bytes in one commit, at most %d", store.ErrTooLarge, r.bytes, commitBytes)
	}
	return r, nil
}

// manyOps is the number of ops from which repeated keys are looked for with a map.
const manyOps = 16

func checkTxn(t *store.Txn) (bytes int, err error) {
	var seen map[api.Key]bool
	if len(t.Ops) > manyOps {
		seen = make(map[api.Key]bool, len(t.Ops))
	}
	for i := range t.Ops {
		op := &t.Ops[i]
		if op.Key.Cluster == api.AllClusters || op.Key.Resource.Name == "" || op.Key.Name == "" {
			return 0, fmt.Errorf("store: commit of %s: a key needs a cluster, a resource and a name", op.Key)
		}
		if hasNUL(op.Key) {
			return 0, fmt.Errorf("store: commit of %q: a cluster or resource must not hold a NUL", op.Key.String())
		}
		repeated := seen[op.Key]
		if seen == nil {
			for j := range t.Ops[:i] {
				repeated = repeated || t.Ops[j].Key == op.Key
			}
		} else {
			seen[op.Key] = true
		}
		if repeated {
			return 0, fmt.Errorf("store: commit of %s: the key appears twice in one transaction", op.Key)
		}
		bytes += eventOverhead + len(op.Body)
	}
	if bytes > txnBytes {
		return 0, fmt.Errorf("%w: %d bytes in a transaction that begins with %s, at most %d",
			store.ErrTooLarge, bytes, t.Ops[0].Key, txnBytes)
	}
	return bytes, nil
}

// hasNUL looks for the byte that separates the parts of a table's key on disk.
func hasNUL(k api.Key) bool {
	return strings.IndexByte(k.Resource.Group, 0) >= 0 || strings.IndexByte(k.Resource.Name, 0) >= 0 ||
		strings.IndexByte(string(k.Cluster), 0) >= 0
}
