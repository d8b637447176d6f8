package schedule

import (
	"math/rand/v2"
	"testing"
)

// A node that is hopeless for a pod does not become feasible when all pods are gone.
func TestHopelessIsNeverFeasible(t *testing.T) {
	hopeless := 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 2))
		town := newTown(r)
		for _, p := range randomPods(r, 20) {
			p.Spec.NodeName = ""
			p.Spec.NodeSelector = map[string]string{"zone": []string{"0", "1", "nowhere"}[r.IntN(3)]}
			s := NewState(nil)
			for _, n := range town.nodes {
				s.SetNode(n)
			}
			fits := map[string]bool{}
			for _, name := range s.feasible(p) {
				fits[name] = true
			}
			for _, n := range town.nodes {
				if Hopeless(p, n, nil) {
					hopeless++
					if fits[n.Name] {
						t.Fatalf("seed %d: node %s takes pod %s, of which it is said that it never does", seed, n.Name, p.Name)
					}
				}
			}
		}
	}
	if hopeless == 0 {
		t.Error("nothing was hopeless")
	}
}
