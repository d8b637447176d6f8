package cpus

import (
	"errors"
	"testing"

	"k8s.io/utils/cpuset"
)

// two sockets that are NUMA nodes, of two cores each, with two threads: 0 and 4 are of one core.
func machine() Topology {
	var t Topology
	for id := range 8 {
		core := id % 4
		t = append(t, CPU{ID: id, Core: core, Socket: core / 2, NUMA: core / 2})
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
		policy      Policy
		free, reuse string
		n           int
		want, err   string
	}{
		"a whole core":                         {free: "0-7", n: 2, want: "0,4"},
		"a thread of a core that is broken up": {free: "1-7", n: 1, want: "4"},
		"a whole node":                         {free: "0-7", n: 4, want: "0-1,4-5"},
		"a node and a core":                    {free: "0-7", n: 6, want: "0-2,4-6"},
		"cores of the fuller node first":       {free: "1-3,5-7", n: 2, want: "1,5"},
		"not what is reserved":                 {policy: Policy{Reserved: cpuset.New(0, 4)}, free: "0-7", n: 2, want: "1,5"},
		"too many":                             {free: "0-1", n: 3, err: "UnexpectedAdmissionError"},
		"half a core":                          {policy: Policy{FullCores: true}, free: "0-7", n: 1, err: "SMTAlignmentError"},
		"full cores only":                      {policy: Policy{FullCores: true}, free: "0-2,5", n: 2, want: "1,5"},
		"one node":                             {policy: Policy{Locality: "single-numa-node"}, free: "1-3,5-7", n: 3, want: "2-3,6"},
		"no node has so many":                  {policy: Policy{Locality: "single-numa-node"}, free: "1-2,5-6", n: 3, err: "TopologyAffinityError"},
		"it can be had on one":                 {policy: Policy{Locality: "restricted"}, free: "1-2,5-6", n: 3, err: "TopologyAffinityError"},
		"it cannot be had on one":              {policy: Policy{Locality: "restricted"}, free: "0-7", n: 5, want: "0-2,4-5"},
		"as well as can be":                    {policy: Policy{Locality: "best-effort"}, free: "1-2,5-6", n: 3, want: "1-2,5"},
		"those of a container before it":       {free: "4-7", reuse: "1,2", n: 2, want: "1-2"},
		"and more":                             {free: "4-7", reuse: "1", n: 2, want: "1,4"},
	} {
		c.policy.Topology = machine()
		got, err := c.policy.Take(set(t, c.free), set(t, c.reuse), c.n)
		var refused *Refusal
		if errors.As(err, &refused) && refused.Reason != c.err || (err != nil) != (c.err != "") {
			t.Errorf("%s: %v, want %q", name, err, c.err)
		}
		if got.String() != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if got := machine().Reserve(1); got.String() != "0" {
		t.Errorf("reserved %s", got)
	}
}
