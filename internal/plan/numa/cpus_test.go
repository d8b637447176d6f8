package numa

import (
	"errors"
	"strings"
	"testing"

	"k8s.io/utils/cpuset"
)

// two sockets that are NUMA nodes, of two cores each, with two threads: 0 and 4 are of one core.
func machine() Topology {
	var t Topology
	for id := range 8 {
		core := id % 4
		t = append(t, CPU{ID: id, Core: core, Socket: core / 2, NUMA: core / 2, Cache: core / 2})
	}
	return t
}

func set(t *testing.T, text string) cpuset.CPUSet {
	t.Helper()
	s, err := cpuset.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTake(t *testing.T) {
	for name, c := range map[string]struct {
		cpus        CPUs
		free, again string
		n           int
		near        Mask
		want, err   string
	}{
		"a whole core":                         {free: "0-7", n: 2, want: "0,4"},
		"a thread of a core that is broken up": {free: "1-7", n: 1, want: "4"},
		"a whole node":                         {free: "0-7", n: 4, want: "0-1,4-5"},
		"a node and a core":                    {free: "0-7", n: 6, want: "0-2,4-6"},
		"cores of the fuller node first":       {free: "1-3,5-7", n: 2, want: "1,5"},
		"not what is reserved":                 {cpus: CPUs{Reserved: cpuset.New(0, 4)}, free: "0-7", n: 2, want: "1,5"},
		"too many":                             {free: "0-1", n: 3, err: "not enough cpus available to satisfy request: requested=3, available=2"},
		"half a core":                          {cpus: CPUs{CPUOptions: CPUOptions{FullCores: true}}, free: "0-7", n: 1, err: "not multiple cpus per core = 2"},
		"full cores only":                      {cpus: CPUs{CPUOptions: CPUOptions{FullCores: true}}, free: "0-2,4-5", n: 2, want: "0,4"},
		"no core is left": {cpus: CPUs{Reserved: cpuset.New(0, 4), CPUOptions: CPUOptions{FullCores: true}}, free: "0,4", n: 2,
			err: "not enough free physical CPUs: available physical CPUs = 0"},
		"near":                           {free: "1-3,5-7", n: 3, near: Of(1), want: "2-3,6"},
		"near, and more":                 {free: "1-2,5-6", n: 3, near: Of(1), want: "1-2,6"},
		"of both nodes":                  {cpus: CPUs{CPUOptions: CPUOptions{AcrossNodes: true}}, free: "0-7", n: 6, want: "0-4,6"},
		"of both nodes, the same number": {cpus: CPUs{CPUOptions: CPUOptions{AcrossNodes: true}}, free: "0-3,5-7", n: 4, want: "2-3,6-7"},
		"of both nodes alike":            {cpus: CPUs{CPUOptions: CPUOptions{AcrossNodes: true}}, free: "0-2,4-6", n: 5, want: "0-2,4,6"},
		"by number":                      {cpus: CPUs{CPUOptions: CPUOptions{AcrossCores: true}}, free: "0-7", n: 2, want: "0-1"},
	} {
		c.cpus.Topology = machine()
		got, err := c.cpus.Take(set(t, c.free), set(t, c.again), c.n, c.near)
		if (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v, want %q", name, err, c.err)
		}
		var refused *Refusal
		if errors.As(err, &refused) && refused.Reason != "SMTAlignmentError" {
			t.Errorf("%s: reason %s", name, refused.Reason)
		}
		if got.String() != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	got, err := (&CPUs{Topology: machine()}).Reserve(1)
	if err != nil || got.String() != "0" {
		t.Errorf("reserved %s, %v", got, err)
	}
}
