package numa

import (
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/cpuset"
)

// Refusal is why a pod cannot have what it asks for: a reason in kubelet's words and a message.
type Refusal struct{ Reason, Message string }

// Error makes a Refusal an error.
func (r *Refusal) Error() string { return r.Message }

// Allotter gives containers CPUs and memory for their own, where these and their devices lie together as the policy wants it. It is
// the state of one node; callers take turns.
type Allotter struct {
	Machine Machine
	Policy  Policy
	// WholePods places the containers of a pod together (topologyManagerScope pod).
	WholePods bool
	// CPUs and Memory are nil where nobody gets any for its own.
	CPUs   *CPUs
	Memory *Memory
	// Counts are what came of all that was asked for.
	Counts Counts
	held   map[types.UID]map[string]Grant
}

// Container is what one asks for that can be placed. CPUs is zero for one that shares them, Memory empty for one that is not placed.
type Container struct {
	Name string
	// Ends says that it has ended when the containers after it start: an init container that is no sidecar. Init says that it is
	// either.
	Init, Ends bool
	CPUs       int
	Memory     Amounts
	// Devices are numbers by resource.
	Devices map[string]int
}

// Pod is one that asks for a place. Containers are in the order in which they start.
type Pod struct {
	UID        types.UID
	Containers []Container
	// Devices tells of those of a resource; nil if the machine has none. before are the containers of the pod whose devices can be
	// used again.
	Devices func(resource string, before []string) *Devices
}

// Grant is what a container has. Near are the nodes that were chosen for it, none for anywhere.
type Grant struct {
	CPUs   cpuset.CPUSet
	Memory []Block
	Near   Mask
}

// Held are the grants of a pod, by container; it is not to be changed.
func (a *Allotter) Held(uid types.UID) map[string]Grant { return a.held[uid] }

// Restore notes what a pod has.
func (a *Allotter) Restore(uid types.UID, grants map[string]Grant) {
	if a.held == nil {
		a.held = map[types.UID]map[string]Grant{}
	}
	a.Release(uid)
	a.held[uid] = grants
	for _, g := range grants {
		for _, b := range g.Memory {
			if a.Memory != nil {
				a.Memory.Hold(b)
			}
		}
	}
}

// Release takes back what a pod has.
func (a *Allotter) Release(uid types.UID) {
	for _, g := range a.held[uid] {
		for _, b := range g.Memory {
			if a.Memory != nil {
				a.Memory.Release(b)
			}
		}
	}
	delete(a.held, uid)
}

// Free are the CPUs that nobody has for his own.
func (a *Allotter) Free() cpuset.CPUSet {
	if a.CPUs == nil {
		return cpuset.New()
	}
	free := a.CPUs.Topology.All()
	for _, grants := range a.held {
		for _, g := range grants {
			free = free.Difference(g.CPUs)
		}
	}
	return free
}

// Admit gives a pod what it asks for, or nothing and says why. A pod that has been given something keeps it.
func (a *Allotter) Admit(p *Pod) *Refusal {
	if _, known := a.held[p.UID]; known {
		return nil
	}
	at := attempt{a: a, p: p, grants: map[string]Grant{}, free: a.Free(), cpusAgain: cpuset.New(), memoryAgain: Reuse{}}
	err := at.all()
	a.Counts.admitted(a, err)
	var why *Refusal
	switch {
	case errors.As(err, &why):
	case err != nil:
		why = &Refusal{"UnexpectedAdmissionError", fmt.Sprintf("Allocate failed due to %v, which is unexpected", err)}
	}
	if why != nil {
		at.giveBack()
		return why
	}
	if a.held == nil {
		a.held = map[types.UID]map[string]Grant{}
	}
	if len(at.grants) > 0 {
		a.held[p.UID] = at.grants
	}
	return nil
}

// attempt is one pod on its way in.
type attempt struct {
	a      *Allotter
	p      *Pod
	grants map[string]Grant
	free   cpuset.CPUSet
	// cpusAgain and memoryAgain are left by containers that end.
	cpusAgain   cpuset.CPUSet
	memoryAgain Reuse
	before      []string
}

func (t *attempt) all() error {
	var near Hint
	if t.a.Policy != None && t.a.WholePods {
		whole := t.p.whole()
		var err error
		if near, err = t.merge(&whole); err != nil {
			return err
		}
	}
	for i := range t.p.Containers {
		c := &t.p.Containers[i]
		if t.a.Policy != None && !t.a.WholePods {
			var err error
			if near, err = t.merge(c); err != nil {
				return err
			}
		}
		if err := t.give(c, near); err != nil {
			return err
		}
		if t.a.Policy == Single && !t.a.WholePods {
			t.a.Counts.ContainersTogether.Kept++
		}
		if c.Ends {
			t.before = append(t.before, c.Name)
		}
	}
	return nil
}

// merge chooses the nodes for what a container, or all of a pod, asks for.
func (t *attempt) merge(c *Container) (Hint, error) {
	var cpus, memory Hints
	if t.a.CPUs != nil && c.CPUs > 0 {
		cpus = Hints{"cpu": t.a.CPUs.Hints(t.free, t.cpusAgain, c.CPUs)}
	}
	if t.a.Memory != nil && len(c.Memory) > 0 {
		memory = t.a.Memory.Hints(c.Memory, t.memoryAgain)
		if len(memory[firstKind(c.Memory)]) == 0 {
			memory = nil // no nodes suit: kubelet lets the memory manager say so
		}
	}
	devices := Hints{}
	for resource, n := range c.Devices {
		if d := t.devices(resource); d != nil {
			devices[resource] = d.Hints(&t.a.Machine, n)
		}
	}
	hint, ok := t.a.Machine.Merge(t.a.Policy, []Hints{cpus, memory, devices})
	if !ok {
		t.a.Counts.apart(t.a)
		return Hint{}, &Refusal{"TopologyAffinityError", "Resources cannot be allocated with Topology locality"}
	}
	return hint, nil
}

func (t *attempt) devices(resource string) *Devices {
	if t.p.Devices == nil {
		return nil
	}
	return t.p.Devices(resource, t.before)
}

// give takes what a container asks for.
func (t *attempt) give(c *Container, near Hint) error {
	g := Grant{CPUs: cpuset.New(), Near: near.Nodes}
	if t.a.CPUs != nil && c.CPUs > 0 {
		got, err := t.a.CPUs.Take(t.free, t.cpusAgain, c.CPUs, near.Nodes)
		t.a.Counts.tookCPUs(t.a.CPUs, got, err)
		if err != nil {
			return err
		}
		g.CPUs, t.free = got, t.free.Difference(got)
		if c.Ends {
			t.cpusAgain = t.cpusAgain.Union(got)
		} else {
			t.cpusAgain = t.cpusAgain.Difference(got)
		}
	}
	if t.a.Memory != nil && len(c.Memory) > 0 {
		blocks, err := t.a.Memory.Take(c.Memory, t.memoryAgain, near)
		t.a.Counts.Memory.count(err == nil)
		if err != nil {
			return err
		}
		g.Memory = blocks
		t.takenAgain(c, blocks)
	}
	if !g.CPUs.IsEmpty() || len(g.Memory) > 0 || g.Near != 0 && len(c.Devices) > 0 {
		t.grants[c.Name] = g
	}
	return nil
}

// takenAgain notes what a container leaves for those after it, or has taken of that. What is taken again belongs to the one that took
// it last, so that the blocks of a pod add up to what it has.
func (t *attempt) takenAgain(c *Container, blocks []Block) {
	for _, b := range blocks {
		again := t.memoryAgain[b.Nodes]
		if c.Ends {
			if again == nil {
				again = Amounts{}
				t.memoryAgain[b.Nodes] = again
			}
			again[b.Kind] = max(again[b.Kind], b.Bytes)
		} else if again != nil {
			again[b.Kind] -= min(again[b.Kind], b.Bytes)
		}
		t.shrinkInits(c, b)
	}
}

// shrinkInits takes a block off what the init containers before a container have on the same nodes.
func (t *attempt) shrinkInits(c *Container, b Block) {
	for _, init := range t.p.Containers {
		if init.Name == c.Name || b.Bytes == 0 {
			return
		}
		if !init.Ends {
			continue
		}
		has := t.grants[init.Name].Memory
		for i := range has {
			if has[i].Kind == b.Kind && has[i].Nodes == b.Nodes {
				part := min(has[i].Bytes, b.Bytes)
				has[i].Bytes -= part
				b.Bytes -= part
			}
		}
	}
}

// giveBack undoes an attempt.
func (t *attempt) giveBack() {
	for _, g := range t.grants {
		for _, b := range g.Memory {
			t.a.Memory.Release(b)
		}
	}
}

func firstKind(a Amounts) (first string) {
	for kind := range a {
		if first == "" || string(kind) < first {
			first = string(kind)
		}
	}
	return first
}
