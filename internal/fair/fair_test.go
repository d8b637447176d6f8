package fair

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gantry.dev/gantry/internal/api"
)

// enter returns a ticket and a pointer that turns true when it is granted.
func enter(g *Gate, c api.Cluster, u string) (*Ticket, *bool) {
	granted := new(bool)
	tk, st := g.Enter(c, u, func() { *granted = true })
	if st == Granted {
		*granted = true
	}
	return tk, granted
}

func TestFloodDoesNotStarve(t *testing.T) {
	g := New(Limits{Seats: 2, PerUser: 10, PerCluster: 20})
	var flood []*Ticket
	for range 5 {
		tk, _ := enter(g, "loud", "a")
		flood = append(flood, tk)
	}
	_, quiet := enter(g, "quiet", "b")
	g.Leave(flood[0])
	if !*quiet {
		t.Error("the quiet cluster's only request is not next")
	}
	_, neighbour := enter(g, "loud", "c")
	g.Leave(flood[1])
	if !*neighbour {
		t.Error("within a cluster the user without a seat is not next")
	}
}

func TestBounds(t *testing.T) {
	g := New(Limits{Seats: 1, PerUser: 2, PerCluster: 3})
	enter(g, "c", "a")
	for i, want := range []Standing{Waiting, Waiting, Refused} {
		if _, st := g.Enter("c", "a", func() {}); st != want {
			t.Errorf("request %d: %d, want %d", i, st, want)
		}
	}
	if _, st := g.Enter("c", "b", func() {}); st != Waiting {
		t.Error("another user finds the first one's queue")
	}
	if _, st := g.Enter("c", "d", func() {}); st != Refused {
		t.Error("the cluster's bound does not hold")
	}
	if _, st := g.Enter("e", "a", func() {}); st != Waiting {
		t.Error("another cluster finds the first one's queue")
	}
}

// TestNeverAndFinally runs random histories: never more seats than there are, never a free seat while somebody waits;
// finally everything is forgotten.
func TestNeverAndFinally(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 1))
		g := New(Limits{Seats: 1 + rng.IntN(4), PerUser: 3, PerCluster: 6})
		type held struct {
			tk      *Ticket
			granted *bool
		}
		var all []held
		check := func() {
			running, waiting := 0, 0
			for _, h := range all {
				if *h.granted {
					running++
				} else {
					waiting++
				}
			}
			if running > g.limits.Seats || waiting > 0 && running < g.limits.Seats {
				t.Fatalf("seed %d: %d run, %d wait, %d seats", seed, running, waiting, g.limits.Seats)
			}
		}
		for range 300 {
			if rng.IntN(2) == 0 {
				tk, granted := enter(g, api.Cluster(fmt.Sprint(rng.IntN(3))), fmt.Sprint(rng.IntN(3)))
				if tk != nil {
					all = append(all, held{tk, granted})
				}
			} else if len(all) > 0 {
				i := rng.IntN(len(all))
				tk := all[i].tk
				all = append(all[:i], all[i+1:]...)
				g.Leave(tk)
			}
			check()
		}
		for len(all) > 0 {
			tk := all[0].tk
			all = all[1:]
			g.Leave(tk)
			check()
		}
		if len(g.clusters) != 0 || len(g.hungry) != 0 || g.free != g.limits.Seats {
			t.Fatalf("seed %d: the empty gate remembers %d clusters, %d hungry, %d free", seed, len(g.clusters), len(g.hungry), g.free)
		}
	}
}

func BenchmarkEnterLeave(b *testing.B) {
	g := New(Limits{Seats: 100, PerUser: 10, PerCluster: 100})
	for b.Loop() {
		tk, _ := g.Enter("host", "someone", nil)
		g.Leave(tk)
	}
}
