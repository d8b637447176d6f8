// Package sim runs a whole cluster in one goroutine, on one virtual clock, from one seed: the disk engine on a file system
// in memory, registry, view, all controllers of the server, the scheduler, and simulated nodes (package plan/simpod). What
// happens next is drawn: the view takes in some of what is new, the runner sorts, plans or carries out, the scheduler
// decides, an agent looks or acts, a user acts, time passes. A step may also be disturbed: a write is lost before or after
// it happened, news comes late, twice or with a gap, a process dies, between two transactions of one commit too.
//
// After every commit the invariants of package-wide rules are checked (never.go). When the user's script is over the
// faults end, the cluster comes to rest, and its state must be that of a run without faults (finally.go).
//
// The same seed gives the same run, to the byte: everything that is written goes into a hash (Result.Hash).
package sim

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"gantry.dev/gantry/internal/controllers/nodelifecycle"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// Config is what is simulated.
type Config struct {
	Law *schema.Schema
	// Seed decides everything that is left to chance.
	Seed uint64
	// Disturbed runs have faults; the others are what they are compared with.
	Disturbed bool
	// Scenario is what the users and the nodes do.
	Scenario Scenario
	// Trace, if not nil, is given every step as one line.
	Trace func(line string)
	// Bugs are put into the product to see whether they are found.
	Bugs Bugs
}

// Scenario is a story to be simulated.
type Scenario struct {
	Name string
	// Script is the story: it calls the methods of Script.
	Script func(*Script)
	// Never are invariants of this story alone, checked after each commit: the first that is broken ends the run.
	Never []func(*World) error
	// Rest is how long the cluster is watched after the script; it must be longer than all that is still to come.
	Rest time.Duration
	// Beat is the time between two signs of life of a node; Lifecycle, if set, takes the place of the defaults.
	Beat      time.Duration
	Lifecycle *nodelifecycle.Config
	// Schedulers is how many there are; 0 is one.
	Schedulers int
	// Loose are the parts of the final state that differ from run to run for good reason, named "Kind:field.path".
	Loose []string
}

// Bugs are deliberate: the proof that the simulator can fail.
type Bugs struct {
	// Controllers changes the table of controllers, Client what they and the scheduler write through, Txn what is committed.
	Controllers func([]reconcile.Controller) []reconcile.Controller
	Client      func(Client) Client
	Txn         func(*store.Txn)
	// LandEarly has the runner plan keys again before the view shows what it wrote for them.
	LandEarly bool
	// LoseAck has a store that acknowledges before it is durable: each crash loses the last commit.
	LoseAck bool
	// DropNews has one in so many events never reach the view.
	DropNews int
}

// Result is how a run ended.
type Result struct {
	Seed uint64
	// Err says what went wrong, nil if nothing did.
	Err error
	// Final is the state at the end, normalised: one line per object, sorted.
	Final []string
	// Hash is of everything that was done and written.
	Hash uint64
	// Steps, Commits, Faults and Crashes count; Lasted is the virtual time.
	Steps, Commits, Faults, Crashes int
	// Elections counts the leaders among several schedulers.
	Elections int
	Lasted    time.Duration
	// Last are the last steps of the trace.
	Last []string
	// Idle lists what the controllers wait for at the end, and what they did in the time of rest.
	Idle Idle
}

// Epoch is when every simulation begins.
var Epoch = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

const (
	// maxSteps bounds a run: a cluster that is not at rest by then never will be.
	maxSteps = 200_000
	// lastSteps are kept for people.
	lastSteps = 60
)

// Sim is a run.
type Sim struct {
	cfg  Config
	rng  *rand.Rand
	now  time.Time
	ctx  context.Context
	mood mood

	disk   *disk
	plane  *plane
	world  *World
	agents []*agent
	script *Script

	// who takes the step at hand; nested says that it is one within another's.
	who    any
	nested bool
	// faulty says that faults still happen.
	faulty bool
	over   time.Time // when the script ended and faults with it
	err    error
	hash   uint64
	last   []string
	res    Result
	ids    uint64
	nodes  int
}

// Run simulates.
func Run(cfg Config) Result {
	s := &Sim{cfg: cfg, rng: rand.New(rand.NewPCG(cfg.Seed, 1)), now: Epoch, ctx: context.Background(), faulty: cfg.Disturbed, hash: fnv.New64a().Sum64()}
	s.mood = calm
	if cfg.Disturbed {
		s.mood = newMood(s.rng)
		if cfg.Scenario.Schedulers > 1 {
			s.mood.elect = 1 << s.rng.IntN(5)
		}
	}
	s.world = newWorld(s)
	s.script = &Script{sim: s}
	cfg.Scenario.Script(s.script)
	if err := s.boot(); err != nil {
		s.fail(err)
	} else {
		s.loop()
	}
	s.res.Seed, s.res.Err, s.res.Hash, s.res.Last, s.res.Lasted = cfg.Seed, s.err, s.hash, s.last, s.now.Sub(Epoch)
	if s.err == nil {
		s.res.Final, s.res.Err = s.world.final()
	}
	s.shut()
	return s.res
}

func (s *Sim) fail(err error) {
	if s.err == nil {
		s.err = fmt.Errorf("seed %d, step %d, %s: %w", s.cfg.Seed, s.res.Steps, s.now.Sub(Epoch), err)
	}
}

// tell writes a line of the trace.
func (s *Sim) tell(format string, args ...any) {
	line := fmt.Sprintf("%6d %10s  ", s.res.Steps, s.now.Sub(Epoch).Truncate(time.Millisecond)) + fmt.Sprintf(format, args...)
	s.note([]byte(line))
	if s.cfg.Trace != nil {
		s.cfg.Trace(line)
	}
	if len(s.last) >= lastSteps {
		s.last = slices.Delete(s.last, 0, 1)
	}
	s.last = append(s.last, line)
}

// note takes bytes into the hash of the run.
func (s *Sim) note(b []byte) {
	const prime = 1099511628211 // FNV-1a
	for _, c := range b {
		s.hash = (s.hash ^ uint64(c)) * prime
	}
}

func (s *Sim) clock() time.Time { return s.now }

// chance is true with a probability of one in n; never for n = 0.
func (s *Sim) chance(n int) bool { return n > 0 && s.rng.IntN(n) == 0 }

// id numbers everything that needs an identity.
func (s *Sim) id() uint64 {
	s.ids++
	return s.ids
}
