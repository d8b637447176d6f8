package schedule

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// The kept tolls must say what a state says that has just been built: over a random history of preemptors and departures.
func TestTollsAreKeptUpToDate(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 4))
		s := NewState(nil)
		var nodes []*corev1.Node // in order: of equals the first is taken
		for i := range 6 {
			n := mkNode(fmt.Sprintf("n%d", i), "2", "8Gi", 10)
			nodes = append(nodes, n)
			s.SetNode(n)
		}
		placed := map[string]*corev1.Pod{}
		prioritized := func(name string, milli int, prio int32) *corev1.Pod {
			p := mkPod(name, fmt.Sprintf("%dm", milli), "64Mi")
			p.Spec.Priority = &prio
			return p
		}
		for i := range 12 {
			p := prioritized(fmt.Sprintf("low%d", i), 1000, int32(r.IntN(3)))
			if b, _ := s.Assign([]Pod{{Pod: p}}); len(b) == 1 {
				p = p.DeepCopy()
				p.Spec.NodeName = b[0].Node
				placed[p.Name] = p
				s.SetPod(p)
			}
		}
		for step := range 25 {
			p := prioritized(fmt.Sprintf("high%d", step), 1500, 10)
			fresh := NewState(nil)
			for _, n := range nodes {
				fresh.SetNode(n)
			}
			for _, q := range placed {
				fresh.SetPod(q)
			}
			_, want := fresh.Assign([]Pod{{Pod: p}})
			_, got := s.Assign([]Pod{{Pod: p}})
			s.Nominate(p, "") // what is compared are the pods on the nodes, not who waits for one
			if len(got) != len(want) {
				t.Fatalf("seed %d step %d: refused %v, from scratch %v", seed, step, got, want)
			}
			if len(got) == 0 { // it found room
				s.RemovePod(p.UID)
			} else if a, b := got[0], want[0]; a.Nominated != b.Nominated || !slices.Equal(namesOf(a.Victims), namesOf(b.Victims)) || a.Message != b.Message {
				t.Fatalf("seed %d step %d: %s %v %q, from scratch %s %v %q", seed, step, a.Nominated, namesOf(a.Victims), a.Message, b.Nominated, namesOf(b.Victims), b.Message)
			}
			for name, q := range placed { // one goes now and then, and one comes
				if r.IntN(3) == 0 {
					s.RemovePod(q.UID)
					delete(placed, name)
				}
				break
			}
			q := prioritized(fmt.Sprintf("new%d", step), 500, int32(r.IntN(12)))
			q.Spec.NodeName = fmt.Sprintf("n%d", r.IntN(6))
			placed[q.Name] = q
			s.SetPod(q)
		}
	}
}

func namesOf(pods []*corev1.Pod) (out []string) {
	for _, p := range pods {
		out = append(out, p.Name)
	}
	slices.Sort(out)
	return out
}
