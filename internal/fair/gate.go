package fair

import (
	"sync"
	"sync/atomic"
	"time"

	"gantry.dev/gantry/internal/api"
)

// Options of a Gate.
type Options struct {
	// Seats is the concurrency limit of the server, positive: how many seats the clusters share. Each cluster's levels
	// divide as many among them as if it were alone.
	Seats int
	// Crowded is the most that one cluster takes while another is about; zero is no such bound. Seats that only a few
	// processors serve are a queue by another name, in which the clusters of a process are not told apart.
	Crowded int
}

// Gate hands out the seats of a server. It is safe for concurrent use.
type Gate struct {
	src  Source
	opts Options

	dir      sync.RWMutex
	clusters map[api.Cluster]*cluster

	// mu guards all that follows, and all of clusters and their levels that is not said to be otherwise. It is held for
	// a fraction of a microsecond.
	mu     sync.Mutex
	seats  int    // taken, without those of the host's exempt requests
	turn   uint64 // counts grants: ties go to who has waited longest for one
	hungry hungry
	// latest is who asked last, and other who did before them.
	latest, other visit
}

// visit is when a cluster last asked for seats.
type visit struct {
	by *cluster
	at time.Time
}

// aboutTime is how long a cluster counts as being about after a request: longer than between the requests of a client
// that works, shorter than a person notices.
const aboutTime = time.Second

// cluster is a cluster's part of the gate.
type cluster struct {
	name    api.Cluster
	config  atomic.Pointer[config]
	loading sync.Mutex // held while a configuration is read

	levels []*level
	pairs  map[pairKey]*pair
	// total is the sum of the levels' nominal limits, committed that of what each holds or can count on.
	total, committed int
	// seats are those that count at the gate; waiting are tickets.
	seats, waiting int
	// starved says that the ticket whose turn it is waits for seats that other levels have borrowed or could: nobody may
	// borrow before it has them.
	starved bool
	turn    uint64
	index   int // among the hungry, -1 if it is not
}

// New makes a gate with all seats free.
func New(src Source, o Options) *Gate {
	return &Gate{src: src, opts: o, clusters: map[api.Cluster]*cluster{}}
}

// maxClusters bounds the clusters that are remembered; those at rest beyond it lose their counters.
const maxClusters = 16384

// cluster finds a cluster's part; it is made at its first request.
func (g *Gate) cluster(name api.Cluster) *cluster {
	g.dir.RLock()
	c := g.clusters[name]
	g.dir.RUnlock()
	if c != nil {
		return c
	}
	g.dir.Lock()
	defer g.dir.Unlock()
	if c = g.clusters[name]; c != nil {
		return c
	}
	if len(g.clusters) >= maxClusters {
		g.forget()
	}
	c = &cluster{name: name, index: -1, pairs: map[pairKey]*pair{}}
	g.clusters[name] = c
	return c
}

// forget drops the clusters in which nothing waits or runs. A ticket that was classified in one keeps it alive for itself.
func (g *Gate) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for name, c := range g.clusters {
		if c.idle() {
			delete(g.clusters, name)
		}
	}
}

func (c *cluster) idle() bool {
	for _, l := range c.levels {
		if !l.idle() {
			return false
		}
	}
	return true
}

func (l *level) idle() bool { return l.seats == 0 && l.waiting == 0 && l.running.n == 0 }

// Classify finds out which level and flow a request is of, by the configuration that its cluster has now.
func (g *Gate) Classify(t *Ticket, name api.Cluster, now time.Time) {
	c := g.cluster(name)
	cfg := g.current(c, now)
	t.cluster = c
	t.schema, t.flow = cfg.classify(&t.Request)
	t.level, t.pair = t.schema.level, t.schema.pair
}

// current is a cluster's configuration. One caller compiles what has changed; the others go by the old one meanwhile.
func (g *Gate) current(c *cluster, now time.Time) *config {
	cfg, want := c.config.Load(), g.src.Version(c.name)
	if cfg != nil && (cfg.version == want || !c.loading.TryLock()) {
		return cfg
	}
	if cfg == nil {
		c.loading.Lock()
		if cfg = c.config.Load(); cfg != nil {
			c.loading.Unlock()
			return cfg
		}
	}
	defer c.loading.Unlock()
	cfg = compile(g.src.Objects(c.name))
	g.apply(c, cfg, now)
	return cfg
}

// Seats is the server's concurrency limit.
func (g *Gate) Seats() int { return g.opts.Seats }
