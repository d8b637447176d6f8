package apiserver

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/fair"
)

// Concurrency bounds requests that are served at the same time, as upstream's options of these names do.
type Concurrency struct {
	// ReadOnly (--max-requests-inflight) and Mutating (--max-mutating-requests-inflight) together are the seats that
	// priority and fairness shares. Without it each is a bound of its own, and zero is none.
	ReadOnly, Mutating int
	// Unqueued switches priority and fairness off (--enable-priority-and-fairness=false): what is too much is refused.
	Unqueued bool
}

// DefaultConcurrency is upstream's.
func DefaultConcurrency() Concurrency { return Concurrency{ReadOnly: 400, Mutating: 200} }

// Check says what is wrong with bounds that somebody has given.
func (c Concurrency) Check() error {
	switch {
	case c.ReadOnly < 0:
		return fmt.Errorf("--max-requests-inflight can not be negative value")
	case c.Mutating < 0:
		return fmt.Errorf("--max-mutating-requests-inflight can not be negative value")
	case !c.Unqueued && c.ReadOnly+c.Mutating == 0:
		return fmt.Errorf("--max-requests-inflight and --max-mutating-requests-inflight sum to 0: priority and fairness needs a positive limit to share")
	}
	return nil
}

// crowdedSeats are what one cluster takes for each processor while others are about, see fair.Options: few enough that a request of
// another finds a processor soon, many enough that writes which wait for the disk are still written together.
const crowdedSeats = 16

// tooMany refuses a request that finds no seat; the client is to come again after so many seconds.
type tooMany int

func (t tooMany) Error() string { return "Too many requests, please try again later." }

// answer is upstream's, in plain text.
func (t tooMany) answer(w http.ResponseWriter) {
	w.Header()["Retry-After"] = []string{strconv.Itoa(int(t))}
	http.Error(w, t.Error(), http.StatusTooManyRequests)
}

// The headers that tell what a request was taken for, in their canonical form.
const (
	levelHeader  = "X-Kubernetes-Pf-Prioritylevel-Uid"
	schemaHeader = "X-Kubernetes-Pf-Flowschema-Uid"
)

// tickets are used again: a request that finds a seat allocates none.
var tickets = sync.Pool{New: func() any { return new(fair.Ticket) }}

// enter waits for the request's turn. Streams take no seats, but for watches, which take them until they have begun.
func (s *Server) enter(c *call) error {
	if c.streams() && c.verb != "watch" {
		return nil
	}
	if s.gate == nil {
		return s.enterInFlight(c)
	}
	t := tickets.Get().(*fair.Ticket)
	t.Request = fair.Request{User: c.user.GetName(), Groups: c.user.GetGroups(), Verb: c.verb, Resource: c.resource, Subresource: c.subresource,
		Group: c.group, Version: c.version, Namespace: c.namespace, Name: c.name, Path: c.path}
	if c.isResource() && c.isCollection() {
		t.Request.Name = c.sole()
	}
	s.gate.Classify(t, c.cluster, c.began)
	h := c.w.Header()
	h[levelHeader], h[schemaHeader] = t.Headers()
	switch s.gate.Enter(t, s.width(c, t), c.verb == "watch", c.began) {
	case fair.Waiting:
		if err := s.await(c, t); err != nil {
			return err
		}
	case fair.Refused:
		return s.refused(c, t)
	}
	c.ticket = t
	if c.verb == "watch" {
		s.noteWatch(c, 1)
	}
	return nil
}

// refused gives a ticket up whose request is sent away.
func (s *Server) refused(c *call, t *fair.Ticket) error {
	after := s.refusals.Note(c.cluster, t.Level(), time.Now())
	*t = fair.Ticket{}
	tickets.Put(t)
	return tooMany(after)
}

// await waits for a ticket's seats: a quarter of the time that the request has, as upstream.
func (s *Server) await(c *call, t *fair.Ticket) error {
	limit := requestTimeout
	if d, err := c.timeLimit(); err == nil && c.verb != "watch" { // of a stream it may be no duration, and nobody reads it
		limit = d
	}
	late := time.NewTimer(limit/4 - time.Since(c.began))
	defer late.Stop()
	select {
	case <-t.Granted():
	case <-late.C:
		if s.gate.GiveUp(t, time.Now()) {
			return s.refused(c, t)
		}
	case <-c.r.Context().Done():
		if s.gate.GiveUp(t, time.Now()) {
			return context.Canceled // nobody hears; the ticket is the collector's
		}
	}
	c.waited = time.Since(c.began)
	return nil
}

// gone ends what enter has begun.
func (s *Server) gone(c *call) {
	s.leave(c)
	if c.watching {
		s.noteWatch(c, -1)
	}
}

// leave gives the request's seats back, once. A watch does so when it has begun.
func (s *Server) leave(c *call) {
	if c.inFlight != nil {
		c.inFlight.Leave()
		c.inFlight = nil
	}
	t := c.ticket
	if t == nil {
		return
	}
	c.ticket = nil
	linger := s.gate.Leave(t, time.Now())
	if linger <= 0 {
		*t = fair.Ticket{}
		tickets.Put(t)
		return
	}
	time.AfterFunc(linger, func() {
		s.gate.Release(t, time.Now())
		*t = fair.Ticket{}
		tickets.Put(t)
	})
}

// enterInFlight is what is left without priority and fairness, as upstream: two bounds, and administrators pass.
func (s *Server) enterInFlight(c *call) error {
	if c.verb == "watch" {
		return nil
	}
	f := s.readOnly
	if mutating(c.verb) == "mutating" {
		f = s.mutating
	}
	if !f.Enter() {
		if slices.Contains(c.user.GetGroups(), user.SystemPrivilegedGroup) {
			return nil
		}
		return tooMany(1)
	}
	c.inFlight = f
	return nil
}
