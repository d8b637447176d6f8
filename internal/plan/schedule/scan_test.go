package schedule

import (
	"fmt"
	"math/rand/v2"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// A scan finds the node that the columns of the class would, ties included, whatever the profile, while nodes come, go and fill up.
func TestScanFindsWhatColumnsFind(t *testing.T) {
	var profiles []*Profile
	for _, edit := range []func(*Profile){
		func(*Profile) {},
		func(p *Profile) { p.Fit.Strategy = MostAllocated },
		func(p *Profile) { p.Fit.Strategy = MostAllocated; delete(p.Weights, BalancedAllocation) },
		func(p *Profile) { p.Weights[NodeResourcesFit], p.Weights[BalancedAllocation] = 3, 2 },
		func(p *Profile) {
			p.Fit.Resources = []ResourceWeight{{corev1.ResourceCPU, 2}, {corev1.ResourceMemory, 1}}
		},
		func(p *Profile) { p.Off = []string{NodeResourcesFit} },
		func(p *Profile) { p.Weights[NodeCost] = 2 },
		func(p *Profile) {
			p.Fit.Strategy, p.Fit.Shape = RequestedToCapacityRatio, []ShapePoint{{0, 0}, {60, 100}, {100, 20}}
		},
	} {
		p := DefaultProfile()
		p.Name = fmt.Sprint(len(profiles))
		edit(p)
		p, err := p.Compile()
		if err != nil {
			t.Fatal(err)
		}
		profiles = append(profiles, p)
	}
	scans := 0
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 7))
		s := NewState(nil)
		node := func(i int) {
			n := mkNode(fmt.Sprintf("n%d", i), fmt.Sprint(4*(1+r.IntN(3))), []string{"16Gi", "31Gi", "0"}[r.IntN(3)], 50)
			n.Status.Images = []corev1.ContainerImage{{Names: []string{"big:1"}, SizeBytes: 800 << 20}}[:r.IntN(2)]
			n.Annotations = map[string]string{Price: fmt.Sprint(r.IntN(3))}
			n.Spec.Unschedulable = r.IntN(6) == 0
			if r.IntN(3) == 0 {
				n.Status.Allocatable["foo.com/bar"] = resource.MustParse("2")
			}
			s.SetNode(n)
		}
		for i := range 30 {
			node(i)
		}
		for k := range 150 {
			p := mkPod(fmt.Sprintf("p%d", k), fmt.Sprintf("%dm", 10*r.IntN(150)), fmt.Sprintf("%dMi", 16*r.IntN(100)))
			switch r.IntN(8) {
			case 0:
				p.Spec.Containers[0].Resources.Requests = nil
			case 1:
				p.Spec.Containers[0].Image = "big:1"
			case 2:
				p.Spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 80, HostPort: int32(8000 + r.IntN(2))}}
			case 3:
				p.Spec.Containers[0].Resources.Requests["foo.com/bar"] = resource.MustParse("1")
			case 4:
				node(r.IntN(40))
			case 5:
				s.RemoveNode(fmt.Sprintf("n%d", r.IntN(40)))
			}
			pod := &Pod{Pod: p, Profile: profiles[r.IntN(len(profiles))]}
			c := s.classOf(pod)
			if !s.passing(pod, c) {
				continue
			}
			scans++
			found, ok := s.scan(c)
			if !ok {
				t.Fatal("it cannot tell")
			}
			s.UseCores(2+k%3, together)
			s.wide = 1
			if again, _ := s.scan(c); again != found {
				t.Fatalf("seed %d, pod %d: %d parts found node %d, one found %d", seed, k, s.parts, again, found)
			}
			s.UseCores(1, together)
			s.refresh(c)
			if best := s.best(c); best != found {
				t.Fatalf("seed %d, pod %d, profile %s: a scan found node %d, the columns %d", seed, k, pod.Profile.Name, found, best)
			}
			if found >= 0 {
				s.turn = found + 1
				s.sit(pod, c, found)
			}
		}
	}
	if scans < 3000 {
		t.Errorf("only %d scans", scans)
	}
}

// Classes that come again soon get columns, and those that do not, none.
func TestColumnsForThoseThatComeAgain(t *testing.T) {
	s := NewState(nil)
	for i := range 100 {
		s.SetNode(mkNode(fmt.Sprintf("n%d", i), "32", "64Gi", 110))
	}
	n := 0
	place := func(milli int) {
		n++
		if b, _ := s.Assign([]Pod{{Pod: mkPod(fmt.Sprintf("p%d", n), fmt.Sprintf("%dm", milli), "1Mi")}}); len(b) != 1 {
			t.Fatal("no place")
		}
	}
	built := func() (n int) {
		for _, c := range s.classes {
			if c.base != nil {
				n++
			}
		}
		return n
	}
	for i := range 50 {
		place(10 + i)
	}
	if n := built(); n != 0 {
		t.Errorf("%d classes of 50 that came once have columns", n)
	}
	place(59)
	if n := built(); n != 1 {
		t.Errorf("%d classes have columns after one has come again", n)
	}
}

func TestColumn(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var c column
	want := map[int]int64{}
	for k := range 3000 {
		i := r.IntN(50 + k)
		n := int64(r.IntN(3))
		c.set(i, n)
		want[i] = n
		c.add(i, 1)
		want[i]++
	}
	if c.few != nil {
		t.Error("many nodes have it, and it is kept as if few had")
	}
	var sum, sums int64
	for i, n := range want {
		if c.at(i) != n {
			t.Fatalf("%d: %d, want %d", i, c.at(i), n)
		}
		sum += n
	}
	for n := range c.values() {
		sums += n
	}
	if sum != sums || c.at(1e6) != 0 {
		t.Errorf("sum %d, want %d", sums, sum)
	}
}

// Nodes that come and go under new names do not pile up.
func TestPlacesOfNodesAreUsedAgain(t *testing.T) {
	s := NewState(nil)
	s.SetNode(mkNode("stays", "1", "1Gi", 10))
	for i := range 200 {
		name := fmt.Sprintf("n%d", i)
		s.SetNode(mkNode(name, "8", "8Gi", 10))
		p := mkPod(fmt.Sprintf("p%d", i), "2", "1Gi")
		b, r := s.Assign([]Pod{{Pod: p}})
		if len(b) != 1 || b[0].Node != name {
			t.Fatalf("%v %v", b, r)
		}
		s.RemoveNode(name)
		if _, ok := s.Where(p.UID); !ok {
			t.Fatal("the pod went with its node")
		}
		s.RemovePod(p.UID)
	}
	if n := len(s.nodes); n > 3 {
		t.Errorf("%d places for 2 nodes", n)
	}
}
