// Package store is the memory of Gantry: ordered, versioned bytes with watch. It knows no Kubernetes.
//
// A Store keeps one Record per key, gives every change a revision of its own, makes a batch of small transactions
// durable in one step and lets readers follow the changes. Engines live in sub-packages (disk: Pebble); storetest is
// the conformance suite that every engine passes.
package store

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"gantry.dev/gantry/internal/api"
)

// Record is one object at one revision. Records are immutable and shared by all readers; nobody may change Body.
type Record struct {
	Key api.Key
	// Rev is the revision that wrote this record.
	Rev api.Revision
	// Created is the revision at which the key last came into being.
	Created api.Revision
	// Body is the stored form of the object, opaque to the store.
	Body []byte
	// Memo is a slot for what readers derive from Body (decoded metadata, other encodings). The store never looks
	// into it; a writer may fill it through Op.Memo. It is not durable.
	Memo atomic.Value
}

// Op writes or deletes one key. A key appears at most once among the ops of a Txn. Deleting an absent key is a conflict
// (a ConflictError with Guard.Rev zero and no Current), with or without a guard on it.
type Op struct {
	Key    api.Key
	Delete bool
	// Body is owned by the store once Commit is called. Ignored for a delete, except that a non-nil Body of a delete
	// is the last state that watchers see in the DELETED event.
	Body []byte
	// Memo, if not nil, becomes the record's Memo.
	Memo any
}

// Guard is a precondition on a key, which need not be written by the transaction.
type Guard struct {
	Key api.Key
	// Rev is the revision that the key must have; zero means that the key must be absent.
	Rev api.Revision
}

// Txn is a small atomic transaction: all guards hold and all ops happen, or nothing happens. Guards see the ops of
// earlier transactions of the same batch.
type Txn struct {
	Guards []Guard
	Ops    []Op
}

// Result is the outcome of one Txn.
type Result struct {
	// Records holds, per op, the written record; for a delete the tombstone record whose Rev is the delete's revision
	// and whose Body is the last state. Empty if Err is set.
	Records []*Record
	// Err is nil, a *ConflictError, a context error, or ErrClosed. With any error, none of the ops has happened,
	// except with ErrUnknown.
	Err error
}

// ConflictError says which guard failed and what the key holds now.
type ConflictError struct {
	Guard   Guard
	Current *Record // nil if the key is absent
}

func (e *ConflictError) Error() string {
	if e.Guard.Rev == 0 && e.Current == nil {
		return fmt.Sprintf("store: %s is absent, a delete wants it present", e.Guard.Key)
	}
	cur := "absent"
	if e.Current != nil {
		cur = fmt.Sprintf("at revision %d", e.Current.Rev)
	}
	want := "absent"
	if e.Guard.Rev != 0 {
		want = fmt.Sprintf("at revision %d", e.Guard.Rev)
	}
	return fmt.Sprintf("store: %s is %s, want %s", e.Guard.Key, cur, want)
}

var (
	// ErrClosed is returned after Close, or after a failed sync has stopped the engine.
	ErrClosed = errors.New("store: closed")
	// ErrCompacted is returned for a revision that is older than the history kept. API servers answer 410 Gone.
	ErrCompacted = errors.New("store: revision has been compacted")
	// ErrFuture is returned for a revision that has not been committed yet.
	ErrFuture = errors.New("store: revision is in the future")
	// ErrFull is returned when the disk has no room for the commit; nothing was written.
	ErrFull = errors.New("store: no space left for a commit")
	// ErrTooLarge is returned for a transaction beyond the engine's bound on bytes.
	ErrTooLarge = errors.New("store: transaction too large")
	// ErrUnknown is returned where the engine cannot say whether the transaction happened (a sync failed); the
	// process must end.
	ErrUnknown = errors.New("store: outcome unknown")
)

// EventType says what a commit did to a key.
type EventType uint8

// The event types. A Put with Prev == nil created the key.
const (
	Put EventType = iota + 1
	Delete
)

// Event is one change. Record is the state after a Put, and for a Delete the tombstone (Rev is the revision of the
// delete, Body the last state). Prev is the record that was there before, nil if none.
type Event struct {
	Type   EventType
	Record *Record
	Prev   *Record
}

// Range asks for records in key order.
type Range struct {
	Scope api.Scope
	// After, if its Name is not empty, resumes behind this key (exclusive): the place of a continue token.
	After api.Key
	// Limit bounds the number of records; zero means no bound.
	Limit int
	// Rev reads at this revision; zero reads the newest committed state.
	Rev api.Revision
}

// Page is the answer to a Range.
type Page struct {
	Records []*Record
	// Rev is the revision of the snapshot: every change up to it is in, none after it is.
	Rev api.Revision
	// More says that Limit cut the answer; Remaining counts the records left out.
	More      bool
	Remaining int
}

// Store is the seam between the registry and an engine. All methods are safe for concurrent use.
type Store interface {
	// Commit applies the transactions in order, in one durable step, and returns one Result each. When it returns,
	// successful transactions are on disk and visible to Get, Range and Watch of any goroutine. ctx bounds only the
	// wait for a place in the queue: a transaction that was taken is carried out.
	Commit(ctx context.Context, txns []Txn) []Result
	// Get returns the newest record of the key, or nil.
	Get(key api.Key) *Record
	// Range reads a consistent snapshot. It answers ErrCompacted or ErrFuture for a revision that it cannot serve.
	Range(r Range) (Page, error)
	// Watch follows the changes of a scope after revision from (exclusive). It answers ErrCompacted if history after
	// from is gone, and ErrFuture if from has not been committed. Every engine also takes the zero Scope: all resources
	// of all clusters in exact revision order, from one bounded ring of its own; in-process views follow the store
	// with it, so its Next must return events and upTo together for the whole store (no event up to upTo is missing).
	Watch(scope api.Scope, from api.Revision) (Watcher, error)
	// Revision is the newest committed revision.
	Revision() api.Revision
	// Changed tells cheaply whether a collection (one resource in one cluster) is the same as at an earlier call: it is,
	// if the answer is. Zero means that the collection is empty; else it is at most Revision.
	Changed(res api.Resource, c api.Cluster) api.Revision
	// Compact forgets history up to and including rev: older reads and resumptions answer ErrCompacted.
	Compact(rev api.Revision) error
	// Close syncs and releases everything. Watchers end with ErrClosed.
	Close() error
}

// Watcher is a cursor into shared history: it holds no queue of its own and costs the writer nothing.
type Watcher interface {
	// Next waits until there is something to report and returns the events in revision order, together with the
	// revision up to which the scope is now known (a bookmark; it may be newer than the last event). The slice is the
	// caller's until the next call. It answers ErrCompacted when the watcher has fallen behind the kept history,
	// ErrClosed, or the context's error. With the context's error, upTo is valid as well: a quiet watcher calls Next
	// with a deadline to learn how far its scope is known to be unchanged.
	Next(ctx context.Context) (events []Event, upTo api.Revision, err error)
	// Stop releases the cursor. Further calls of Next answer ErrClosed.
	Stop()
}
