// Package fair decides whose request runs next: a bounded number of seats, shared max-min fairly between clusters and,
// within a cluster, between users. It is the place of upstream's priority and fairness; it has one level of priority, and
// whoever must never wait (system:masters, watches) does not come here.
//
// It is pure: it starts nothing and waits for nothing. A ticket that has to wait carries the caller's own wake function,
// which is the port to whatever the caller waits with.
package fair

import (
	"container/heap"
	"sync"

	"gantry.dev/gantry/internal/api"
)

// Limits bound a Gate. A request that finds its queue full is refused at once: a client that hears 429 backs off, one
// that waits holds memory.
type Limits struct {
	Seats      int // requests that run at the same time
	PerUser    int // requests of one user that wait
	PerCluster int // requests of one cluster that wait
}

// Standing says what became of a ticket.
type Standing uint8

// A ticket is granted a seat, waits for one, or is refused because its queue is full.
const (
	Granted Standing = iota + 1
	Waiting
	Refused
)

// Gate hands out seats. It is safe for concurrent use.
type Gate struct {
	limits Limits

	mu       sync.Mutex
	free     int
	turn     uint64 // grows with every grant: ties go to who has waited longest for one
	clusters map[api.Cluster]*tenant
	hungry   flows // clusters with waiting tickets
}

// flow is a cluster or a user: the unit between which seats are shared.
type flow struct {
	seats int    // held now
	last  uint64 // turn of the last grant
	index int    // in its heap, -1 if nothing of it waits
	owner any    // the *tenant or *client that this is the flow of
}

type tenant struct {
	flow
	name    api.Cluster
	users   map[string]*client
	hungry  flows
	waiting int
}

type client struct {
	flow
	name  string
	queue []*Ticket
}

// Ticket is one request's claim on a seat.
type Ticket struct {
	tenant   *tenant
	client   *client
	standing Standing
	wake     func()
}

// New makes a gate with all seats free.
func New(l Limits) *Gate {
	return &Gate{limits: l, free: l.Seats, clusters: map[api.Cluster]*tenant{}}
}

// Enter asks for a seat. If the standing is Waiting, wake is called once when the seat is granted; it runs under the
// gate's lock and must only signal. A ticket that was not refused must be given back with Leave.
func (g *Gate) Enter(c api.Cluster, user string, wake func()) (*Ticket, Standing) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.clusters[c]
	if t == nil {
		t = &tenant{name: c, users: map[string]*client{}, flow: flow{index: -1}}
		t.owner = t
		g.clusters[c] = t
	}
	u := t.users[user]
	if u == nil {
		u = &client{name: user, flow: flow{index: -1}}
		u.owner = u
		t.users[user] = u
	}
	tk := &Ticket{tenant: t, client: u, wake: wake}
	switch {
	case g.free > 0:
		// Seats are only free when nobody waits: Leave hands a seat on before it counts it as free.
		g.seat(tk)
	case len(u.queue) >= g.limits.PerUser || t.waiting >= g.limits.PerCluster:
		g.forget(t, u)
		return nil, Refused
	default:
		tk.standing = Waiting
		t.waiting++
		if u.queue = append(u.queue, tk); u.index < 0 {
			heap.Push(&t.hungry, &u.flow)
		}
		if t.index < 0 {
			heap.Push(&g.hungry, &t.flow)
		}
	}
	return tk, tk.standing
}

// Leave gives a seat back, or gives up waiting.
func (g *Gate) Leave(tk *Ticket) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t, u := tk.tenant, tk.client
	switch tk.standing {
	case Granted:
		g.free++
		t.seats--
		u.seats--
		if u.index >= 0 {
			heap.Fix(&t.hungry, u.index)
		}
		if t.index >= 0 {
			heap.Fix(&g.hungry, t.index)
		}
	case Waiting:
		for i, w := range u.queue {
			if w == tk {
				u.queue = append(u.queue[:i], u.queue[i+1:]...)
				break
			}
		}
		g.served(t, u)
	default:
		return
	}
	tk.standing = 0
	g.forget(t, u)
	for g.free > 0 && len(g.hungry) > 0 {
		next := g.hungry[0].owner.(*tenant)
		who := next.hungry[0].owner.(*client)
		w := who.queue[0]
		who.queue = who.queue[1:]
		g.seat(w)
		g.served(next, who)
		w.wake()
	}
}

// seat takes a free seat for a ticket.
func (g *Gate) seat(tk *Ticket) {
	g.free--
	g.turn++
	tk.standing = Granted
	for _, f := range []*flow{&tk.tenant.flow, &tk.client.flow} {
		f.seats++
		f.last = g.turn
	}
}

// served brings the heaps up to date after a ticket left the queue of u.
func (g *Gate) served(t *tenant, u *client) {
	t.waiting--
	if len(u.queue) == 0 {
		heap.Remove(&t.hungry, u.index)
	} else {
		heap.Fix(&t.hungry, u.index)
	}
	if t.waiting == 0 {
		heap.Remove(&g.hungry, t.index)
	} else {
		heap.Fix(&g.hungry, t.index)
	}
}

// forget drops flows that hold and want nothing, so that a gate is as large as what happens now.
func (g *Gate) forget(t *tenant, u *client) {
	if u.seats == 0 && len(u.queue) == 0 {
		delete(t.users, u.name)
	}
	if len(t.users) == 0 {
		delete(g.clusters, t.name)
	}
}

// flows is a heap: fewest seats first, then who was served longest ago.
type flows []*flow

func (h flows) Len() int { return len(h) }
func (h flows) Less(i, j int) bool {
	if h[i].seats != h[j].seats {
		return h[i].seats < h[j].seats
	}
	return h[i].last < h[j].last
}
func (h flows) Swap(i, j int) { h[i], h[j] = h[j], h[i]; h[i].index, h[j].index = i, j }

// Push is heap.Interface's.
func (h *flows) Push(x any) { f := x.(*flow); f.index = len(*h); *h = append(*h, f) }

// Pop is heap.Interface's.
func (h *flows) Pop() any {
	old := *h
	f := old[len(old)-1]
	f.index, old[len(old)-1] = -1, nil
	*h = old[:len(old)-1]
	return f
}
