package registry

import (
	"sync"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// place is a namespace of a cluster.
type place struct {
	cluster   api.Cluster
	namespace string
}

// groups holds the groups of those namespaces in which charged writes are under way. An idle namespace costs nothing.
type groups struct {
	mu sync.Mutex
	at map[place]*group
}

// group is where the charged writes of one namespace meet. Whoever has the turn commits what has gathered, for all.
type group struct {
	users int // under groups.mu

	turn sync.Mutex

	mu    sync.Mutex
	queue []*member
}

// member is one write of a group.
type member struct {
	p *pending
	// res is settled, and done set, by whoever has the turn.
	res  store.Result
	done bool
}

func (m *member) settle(res store.Result) { m.res, m.done = res, true }

func (gs *groups) join(at place, members []*member) *group {
	gs.mu.Lock()
	defer gs.mu.Unlock()
	g := gs.at[at]
	if g == nil {
		g = &group{}
		if gs.at == nil {
			gs.at = map[place]*group{}
		}
		gs.at[at] = g
	}
	g.users++
	g.mu.Lock()
	g.queue = append(g.queue, members...)
	g.mu.Unlock()
	return g
}

func (gs *groups) leave(at place, g *group) {
	gs.mu.Lock()
	defer gs.mu.Unlock()
	if g.users--; g.users == 0 {
		delete(gs.at, at)
	}
}

// take returns the next writes to commit, in the order in which they came.
func (g *group) take() []*member {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.queue), groupWrites)
	batch := g.queue[:n:n]
	g.queue = g.queue[n:]
	return batch
}

// putBack puts writes that must wait before those that came later.
func (g *group) putBack(members []*member) {
	if len(members) == 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.queue = append(members[:len(members):len(members)], g.queue...)
}
