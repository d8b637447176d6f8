package schedule

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
)

// together runs all parts at the same time.
func together(parts int, do func(part int)) {
	var wg sync.WaitGroup
	for part := range parts {
		wg.Go(func() { do(part) })
	}
	wg.Wait()
}

// Decisions do not depend on how many parts passes over the nodes are made in.
func TestPartsAreOnePass(t *testing.T) {
	for seed := range uint64(30) {
		var states []*State
		for _, parts := range []int{1, 2, 3, 100} {
			s := NewState(nil)
			s.UseCores(parts, together)
			s.wide = 1
			states = append(states, s)
		}
		r := rand.New(rand.NewPCG(seed, 11))
		for i := range 1 + r.IntN(40) {
			n := mkNode(fmt.Sprintf("n%d", i), fmt.Sprint(1+r.IntN(8)), "8Gi", 20)
			n.Labels["zone"] = fmt.Sprint(r.IntN(3))
			n.Spec.Unschedulable = r.IntN(9) == 0
			for _, s := range states {
				s.SetNode(n)
			}
		}
		for range 8 {
			var in []Pod
			for _, p := range randomPods(r, 12) {
				if r.IntN(2) == 0 { // of a size of its own
					p = mkPod(p.Name, fmt.Sprintf("%dm", 50+r.IntN(900)), fmt.Sprintf("%dMi", 1+r.IntN(900)))
				}
				in = append(in, Pod{Pod: p})
			}
			var want []Binding
			for k, s := range states {
				got, _ := s.Assign(slices.Clone(in))
				if k == 0 {
					want = got
				} else if !slices.Equal(got, want) {
					t.Fatalf("seed %d: in %d parts %v, in one %v", seed, s.parts, got, want)
				}
			}
		}
	}
}

// A pod of a class that is new, on one core and on all.
func BenchmarkNewClass(b *testing.B) {
	for _, kind := range []string{"amounts", "form"} { // a pass for the best node; one more for what the nodes are
		for _, nodes := range []int{2000, 5000, 10000, 20000, 50000} {
			for _, parts := range []int{1, runtime.GOMAXPROCS(0)} {
				b.Run(fmt.Sprintf("%s/nodes=%d/cores=%d", kind, nodes, parts), func(b *testing.B) {
					s := NewState(nil)
					s.UseCores(parts, together)
					s.wide = 1
					r := rand.New(rand.NewPCG(1, 1))
					for i := range nodes {
						n := mkNode(fmt.Sprintf("n%d", i), fmt.Sprint(16<<r.IntN(2)), "64Gi", 110)
						n.Labels["zone"] = fmt.Sprint(i % 10)
						s.SetNode(n)
					}
					n := 0
					for b.Loop() {
						n++
						p := mkPod(fmt.Sprintf("p%d", n), fmt.Sprintf("%dm", 100+n%3000), fmt.Sprintf("%dMi", 1+n/3000%64))
						if kind == "form" {
							p.Spec.Containers[0].Image = fmt.Sprintf("image%d:1", n)
							p.Spec.NodeSelector = map[string]string{"zone": fmt.Sprint(n % 10)}
						}
						if bound, _ := s.Assign([]Pod{{Pod: p}}); len(bound) != 1 {
							b.Fatal("no place")
						}
						s.RemovePod(p.UID)
					}
				})
			}
		}
	}
}
