// Package client is the API as a Go interface: what controllers, the scheduler, agents and the command line use to read
// and write objects. There are two implementations: the registry (in process, no encoding on the way) and HTTP
// (package client/rest). Objects are external v1 types (*corev1.Pod); what is handed out is shared and must not be
// changed, what is handed in belongs to the callee.
package client

import (
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
)

// Interface is the seam "anyone → API". Errors are *apierrors.StatusError as an HTTP client would get them.
type Interface interface {
	// Get reads the newest state of an object.
	Get(ctx context.Context, key api.Key) (runtime.Object, error)
	// List reads a consistent snapshot of a scope and its revision, from which Watch goes on without a gap.
	List(ctx context.Context, scope api.Scope, opts ListOptions) ([]runtime.Object, api.Revision, error)
	// Watch follows a scope after a revision. It answers a 410 "Expired" error when that history is gone: List again.
	Watch(ctx context.Context, scope api.Scope, from api.Revision, opts ListOptions) (Watch, error)
	// Apply carries out writes, each atomic and independent of the others, in as few durable steps as possible, and
	// returns one result per write, in order. It returns when all are durable or refused.
	Apply(ctx context.Context, writes []Write) []Result
}

// Waiter is an Interface that can tell which writes may have to wait for more than the store: for webhooks of the
// cluster's users. Who works for many clusters keeps such writes from delaying those of others.
type Waiter interface {
	MayWait(key api.Key) bool
}

// ListOptions narrow a List or Watch. Empty selectors select everything.
type ListOptions struct {
	LabelSelector string
	FieldSelector string // "spec.nodeName=n1"
}

// Watch delivers batches of events in revision order.
type Watch interface {
	// Next waits for events. upTo is the revision up to which the scope is known (a bookmark); events may be empty.
	Next(ctx context.Context) (events []Event, upTo api.Revision, err error)
	Stop()
}

// EventType is ADDED, MODIFIED or DELETED, as seen through the selectors of the watch.
type EventType uint8

// The types of events.
const (
	Added EventType = iota + 1
	Modified
	Deleted
)

// Event is one change. For Deleted, Object is the last state.
type Event struct {
	Type   EventType
	Key    api.Key
	Rev    api.Revision
	Object runtime.Object
}

// Verb says what a Write does.
type Verb uint8

// The verbs of a Write.
const (
	// Create needs Object. Key is taken from it, but for Resource and Cluster.
	Create Verb = iota + 1
	// Update replaces the object; Object's resourceVersion, if set, is a precondition.
	Update
	// Patch needs Patch and PatchType.
	Patch
	// Delete needs Key; see Write.Delete.
	Delete
	// Bind binds the pod Key to the node named in Node (the binding subresource). The pod must not be bound.
	Bind
	// Evict asks for a pod's eviction through the eviction subresource and its budgets.
	Evict
)

// Write is one write as a value: plans are made of these.
type Write struct {
	Verb        Verb
	Key         api.Key
	Subresource string // "", "status", ...
	Object      runtime.Object
	Patch       []byte
	PatchType   types.PatchType
	Node        string // Bind
	Delete      metav1.DeleteOptions
	// Mark, if not nil, is a condition that a pod gets in the write that deletes it. Only the in-process implementation honours it;
	// HTTP refuses a Write that has one.
	Mark *corev1.PodCondition
	// Finalizer, if not nil, is put on the object or taken off it in the same write, which is one of its status or its delete. Only the
	// in-process implementation honours it; HTTP refuses a Write that has one.
	Finalizer *Finalizer
	// Why is a short reason for people: it goes to `gantry explain` and to debug logs.
	Why string
	// Fence lists objects that must be unchanged at commit although this write does not touch them, for example the
	// lease of a leader. Only the in-process implementation honours it; HTTP refuses a Write that has one.
	Fence []Fence
	// Together, if not zero, has all writes of one Apply with the same number happen in one transaction or not at all: the
	// bindings of a gang. Only the in-process implementation honours it; HTTP refuses a Write that has one.
	Together int
	// Brief says that the caller does not look at Result.Object, which may be nil then: most writes of a batch are of interest only
	// if they fail, and what has been encoded need not be decoded for nobody.
	Brief bool
}

// Finalizer is one that a Write puts on, or takes off.
type Finalizer struct {
	Name string
	Off  bool
}

// Change puts the finalizer on an object or takes it off.
func (f *Finalizer) Change(m metav1.Object) {
	has := slices.Contains(m.GetFinalizers(), f.Name)
	switch {
	case f.Off && has:
		m.SetFinalizers(slices.DeleteFunc(slices.Clone(m.GetFinalizers()), func(name string) bool { return name == f.Name }))
	case !f.Off && !has:
		m.SetFinalizers(append(slices.Clip(m.GetFinalizers()), f.Name))
	}
}

// Fence is a read-only precondition of a Write.
type Fence struct {
	Key api.Key
	Rev api.Revision
}

// Result is the outcome of one Write.
type Result struct {
	// Object is the object after the write (before it, for a delete that was final); nil with an error. See Write.Brief.
	Object runtime.Object
	// Rev is the revision of the write, 0 if nothing had to be changed.
	Rev api.Revision
	Err error
}

// Clock tells time; app injects the real one, tests and the simulator their own.
type Clock func() time.Time
