// Package nodediff compares plan/numa with kubelet's own managers of CPUs, memory and topology, which it imports, on random machines
// with random pods that come and go: who is let in, in which words the others are refused, and what everybody gets.
//
//	go test ./test/nodediff -run Diff -args -seeds 10000 -first 1
package nodediff

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/plan/numa"
)

var (
	seeds = flag.Uint64("seeds", 400, "random machines to compare")
	first = flag.Uint64("first", 1, "the first seed")
)

// podsPerMachine is enough to fill most machines several times.
const podsPerMachine = 14

func TestDiff(t *testing.T) {
	met := map[string]int{}
	for seed := *first; seed < *first+*seeds; seed++ {
		r := rand.New(rand.NewPCG(seed, 0))
		m := randomMachine(r)
		theirs, err := newUpstream(m)
		ours, ourErr := m.ours()
		if (err != nil) != (ourErr != nil) {
			t.Fatalf("seed %d: %s: kubelet says %v, we say %v", seed, m, err, ourErr)
		}
		if err != nil {
			continue
		}
		var story []string
		var running []string
		for i := range podsPerMachine {
			if len(running) > 0 && r.IntN(3) == 0 {
				at := r.IntN(len(running))
				ours.Release(types.UID(running[at]))
				theirs.release(running[at])
				story = append(story, running[at]+" ends")
				running = slices.Delete(running, at, at+1)
			}
			p := randomPod(r, fmt.Sprint("p", i), m)
			story = append(story, words(p))
			want := theirs.admit(p)
			got := "in"
			if why := ours.Admit(numa.Asks(p, true)); why != nil {
				got = why.Reason + ": " + why.Message
			} else {
				running = append(running, p.Name)
			}
			met[strings.SplitN(want, ":", 2)[0]]++
			if got == "in" && want == "in" {
				got, want = told(ours, p), theirs.told(p)
				if strings.Contains(want, "+") {
					met["several nodes"]++
				}
			}
			if err := sameFiles(ours, theirs); err != nil {
				t.Fatalf("seed %d: %s\n%s\n%v", seed, m, strings.Join(story, "\n"), err)
			}
			if got != want {
				t.Fatalf("seed %d: %s\n%s\nwe      %s\nkubelet %s", seed, m, strings.Join(story, "\n"), got, want)
			}
		}
	}
	if *seeds < 100 {
		return // too few to meet everything
	}
	for _, outcome := range []string{"in", "TopologyAffinityError", "SMTAlignmentError", "UnexpectedAdmissionError", "several nodes"} {
		if met[outcome] == 0 {
			t.Errorf("no pod met %s: %v", outcome, met)
		}
	}
	t.Log(met)
}
