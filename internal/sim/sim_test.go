package sim_test

import (
	"flag"
	"strings"
	"testing"

	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/sim"
)

var (
	seedFlag  = flag.Uint64("seed", 0, "run this seed alone and print its trace")
	seedsFlag = flag.Uint64("seeds", 20, "how many seeds of every story to run")
	fromFlag  = flag.Uint64("from", 1, "the first of them")
	storyFlag = flag.String("story", "", "run this story alone")
)

func law(t testing.TB) *schema.Schema {
	t.Helper()
	l, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Whatever is lost, late, repeated or dies: no invariant is ever broken, and finally every story ends as it does without.
func TestSim(t *testing.T) {
	l := law(t)
	for _, story := range stories() {
		name := story().Name
		if *storyFlag != "" && *storyFlag != name {
			continue
		}
		t.Run(name, func(t *testing.T) {
			calm := sim.Run(sim.Config{Law: l, Scenario: story(), Trace: tracer(t, *seedFlag == 0 && *seedsFlag == 0)})
			if calm.Err != nil {
				t.Fatalf("undisturbed: %v\n%s", calm.Err, strings.Join(calm.Last, "\n"))
			}
			seeds, from := *seedsFlag, *fromFlag
			if *seedFlag != 0 {
				seeds, from = 1, *seedFlag
			}
			for seed := from; seed < from+seeds; seed++ {
				res := sim.Run(sim.Config{Law: l, Seed: seed, Disturbed: true, Scenario: story(), Trace: tracer(t, *seedFlag != 0)})
				report(t, name, calm, res)
			}
		})
	}
}

func tracer(t *testing.T, on bool) func(string) {
	if !on {
		return nil
	}
	return func(line string) { t.Log(line) }
}

func report(t *testing.T, name string, calm, res sim.Result) {
	t.Helper()
	if res.Err == nil {
		if diff := sim.Difference(calm.Final, res.Final); diff != "" {
			t.Errorf("finally: seed %d ends in another state than without faults (%d steps, %d faults, %d crashes); go test ./internal/sim -run TestSim/%s -seed %d\n%s",
				res.Seed, res.Steps, res.Faults, res.Crashes, name, res.Seed, diff)
		}
		return
	}
	t.Errorf("%v; go test ./internal/sim -run TestSim/%s -seed %d\n%s", res.Err, name, res.Seed, strings.Join(res.Last, "\n"))
}
