package numa

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/cpuset"
)

const gi = 1 << 30

// node has two NUMA nodes of four CPUs and 4Gi each; CPU 0 is reserved.
func node(policy Policy, pods bool) *Allotter {
	return &Allotter{
		Machine: Machine{Nodes: []int{0, 1}}, Policy: policy, WholePods: pods,
		CPUs:   &CPUs{Topology: machine(), Reserved: cpuset.New(0)},
		Memory: NewMemory(map[int]Amounts{0: {"memory": 4 * gi}, 1: {"memory": 4 * gi}}),
	}
}

func wants(name string, cpus, gib int) Container {
	return Container{Name: name, CPUs: cpus, Memory: Amounts{"memory": uint64(gib) * gi}}
}

func inits(c Container) Container {
	c.Init, c.Ends = true, true
	return c
}

// tell are the grants of a pod as text.
func tell(a *Allotter, uid types.UID, names ...string) string {
	var out []string
	for _, name := range names {
		g := a.Held(uid)[name]
		text := name + " " + g.CPUs.String()
		for _, b := range g.Memory {
			text += fmt.Sprintf(" %v:%d", b.Nodes.Nodes(), b.Bytes/gi)
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func TestAdmit(t *testing.T) {
	for name, c := range map[string]struct {
		a          *Allotter
		containers []Container
		want, err  string
	}{
		"CPUs and memory on one node":      {node(Single, false), []Container{wants("a", 4, 2)}, "a 2-3,6-7 [1]:2", ""},
		"too many for one":                 {node(Single, false), []Container{wants("a", 5, 2)}, "", "TopologyAffinityError"},
		"too much memory for one":          {node(Restricted, false), []Container{wants("a", 2, 5)}, "", "TopologyAffinityError"},
		"memory of both":                   {node(BestEffort, false), []Container{wants("a", 5, 5)}, "a 2-4,6-7 [0 1]:5", ""},
		"a container each on its own":      {node(Single, false), []Container{wants("a", 3, 3), wants("b", 3, 3)}, "a 1,4-5 [0]:3, b 2-3,6 [1]:3", ""},
		"all of a pod on one":              {node(Single, true), []Container{wants("a", 3, 2), wants("b", 3, 2)}, "", "TopologyAffinityError"},
		"all of a pod on the other":        {node(Single, true), []Container{wants("a", 2, 2), wants("b", 2, 2)}, "a 2,6 [1]:2, b 3,7 [1]:2", ""},
		"what an init container leaves":    {node(Single, false), []Container{inits(wants("a", 2, 3)), wants("b", 2, 4)}, "a 1,5 [0]:0, b 1,5 [0]:4", ""},
		"nobody asked for a place":         {node(None, false), []Container{wants("a", 1, 2)}, "a 4 [0]:2", ""},
		"more memory than there is":        {node(None, false), []Container{wants("a", 1, 9)}, "", "UnexpectedAdmissionError"},
		"more CPUs than there are":         {node(None, false), []Container{wants("a", 8, 1)}, "", "UnexpectedAdmissionError"},
		"who shares is placed by no CPUs":  {node(Single, false), []Container{wants("a", 0, 1)}, "a  [0]:1", ""},
		"who asks for nothing has nothing": {node(Single, false), []Container{{Name: "a"}}, "a ", ""},
	} {
		refused := c.a.Admit(&Pod{UID: "p", Containers: c.containers})
		if (refused != nil) != (c.err != "") || refused != nil && refused.Reason != c.err {
			t.Errorf("%s: %v, want %q", name, refused, c.err)
			continue
		}
		var names []string
		for _, c := range c.containers {
			names = append(names, c.Name)
		}
		if got := tell(c.a, "p", names...); refused == nil && got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		c.a.Release("p")
		if free, all := c.a.Free().String(), c.a.Memory.Free(0)["memory"]+c.a.Memory.Free(1)["memory"]; free != "0-7" || all != 8*gi {
			t.Errorf("%s: after it CPUs %s and %d bytes are left", name, free, all)
		}
	}
}

// What a pod has is known after a restart.
func TestRestore(t *testing.T) {
	a := node(Single, false)
	if refused := a.Admit(&Pod{UID: "p", Containers: []Container{wants("a", 4, 3)}}); refused != nil {
		t.Fatal(refused)
	}
	b := node(Single, false)
	b.Restore("p", a.Held("p"))
	if got := b.Memory.Free(1)["memory"]; got != gi || b.Free().String() != "0-1,4-5" {
		t.Errorf("%d bytes and CPUs %s are left", got, b.Free())
	}
	if refused := b.Admit(&Pod{UID: "q", Containers: []Container{wants("a", 4, 1)}}); refused == nil {
		t.Error("its CPUs were given twice")
	}
}

// Devices say where a container goes; those that lie nowhere do not.
func TestDevices(t *testing.T) {
	gpus := &Devices{At: map[string][]int{"a": {0}, "b": {1}, "c": {1}}, Free: []string{"a", "b", "c"}}
	m := Machine{Nodes: []int{0, 1}}
	if got := fmt.Sprint(gpus.Hints(&m, 2)); got != "[{2 true} {3 false}]" {
		t.Errorf("hints %s", got)
	}
	if got := gpus.Hints(&m, 4); got == nil || len(got) != 0 {
		t.Errorf("hints for more than there are: %v", got)
	}
	if got := (&Devices{At: map[string][]int{"a": nil}, Free: []string{"a"}}).Hints(&m, 1); got != nil {
		t.Errorf("hints for devices anywhere: %v", got)
	}
	a := node(Single, false)
	p := &Pod{UID: "p", Containers: []Container{{Name: "a", CPUs: 2, Devices: map[string]int{"gpu": 2}}}, Devices: func(string, []string) *Devices { return gpus }}
	if refused := a.Admit(p); refused != nil || tell(a, "p", "a") != "a 2,6" || a.Held("p")["a"].Near != Of(1) {
		t.Errorf("%v, %+v", refused, a.Held("p"))
	}
}

func TestClosest(t *testing.T) {
	m := Machine{Nodes: []int{0, 1, 2}, Distances: map[int][]uint64{0: {10, 30, 20}, 1: {30, 10, 20}, 2: {20, 20, 10}}}
	hints := []Hints{{"cpu": {{Of(0, 1), true}, {Of(0, 2), true}}}}
	if got, _ := m.Merge(BestEffort, hints); got.Nodes != Of(0, 2) {
		t.Errorf("nodes %v", got.Nodes.Nodes())
	}
	m.Distances = nil
	if got, _ := m.Merge(BestEffort, hints); got.Nodes != Of(0, 1) {
		t.Errorf("without distances nodes %v", got.Nodes.Nodes())
	}
}
