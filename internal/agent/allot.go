package agent

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/cpuset"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/host"
	"gantry.dev/gantry/internal/plan/numa"
	"gantry.dev/gantry/internal/plan/pod"
	"gantry.dev/gantry/internal/plan/settings"
)

const (
	// cpuPeriod is how often containers are looked at that run on CPUs which are no longer for all, kubelet's
	// cpuManagerReconcilePeriod; a change is looked at at once.
	cpuPeriod = 10 * time.Second
	// labelAllotted holds what a pod's containers have for their own, as JSON by name, at its sandbox.
	labelAllotted = "gantry.dev/allotted"
)

// allotKeeper gives guaranteed containers CPUs and memory for their own (kubelet's static policies), places them with their devices
// (its topology manager), and keeps all others off their CPUs.
type allotKeeper struct {
	a    *Agent
	wake chan struct{}

	mu    sync.Mutex
	allot numa.Allotter
	// applied are the shared CPUs that a container that runs was given last, by ID.
	applied map[string]string

	files stateFiles // run's
}

// newAllotKeeper is nil unless the settings ask for it.
func newAllotKeeper(a *Agent, say *settings.Node) (*allotKeeper, error) {
	policy := cmp.Or(say.Topology.Policy, settings.TopologyNone)
	if !say.ExclusiveCPUs && !say.ExclusiveMemory && policy == settings.TopologyNone {
		return nil, nil
	}
	k := &allotKeeper{a: a, wake: make(chan struct{}, 1), applied: map[string]string{}, files: stateFiles{}}
	k.allot = numa.Allotter{Policy: numa.Policy(policy), WholePods: say.Topology.WholePods}
	nodes, err := host.NUMANodes()
	if err != nil {
		return nil, fmt.Errorf("agent: topologyManagerPolicy %s: %w", policy, err)
	}
	if most := say.Topology.MaxNodes; policy != settings.TopologyNone && len(nodes) > most {
		return nil, fmt.Errorf("agent: topologyManagerPolicy %s: the machine has %d NUMA nodes, max-allowable-numa-nodes is %d", policy, len(nodes), most)
	}
	if say.Topology.Closest {
		k.allot.Machine.Distances = map[int][]uint64{}
	}
	for _, n := range nodes {
		k.allot.Machine.Nodes = append(k.allot.Machine.Nodes, n.ID)
		if say.Topology.Closest {
			if len(n.Distances) != len(nodes) {
				return nil, fmt.Errorf("agent: prefer-closest-numa-nodes: the machine does not tell how far its NUMA nodes are from each other")
			}
			k.allot.Machine.Distances[n.ID] = n.Distances
		}
	}
	if say.ExclusiveCPUs {
		if k.allot.CPUs, err = exclusiveCPUs(say); err != nil {
			return nil, err
		}
	}
	if say.ExclusiveMemory {
		if k.allot.Memory, err = exclusiveMemory(say, nodes); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// exclusiveCPUs are the machine's CPUs without those that are kept.
func exclusiveCPUs(say *settings.Node) (*numa.CPUs, error) {
	list, err := host.CPUs()
	if err != nil {
		return nil, fmt.Errorf("agent: cpuManagerPolicy static: %w", err)
	}
	has := func(option string) bool { return slices.Contains(say.CPUOptions, option) }
	c := &numa.CPUs{CPUOptions: numa.CPUOptions{
		FullCores: has("full-pcpus-only"), AcrossNodes: has("distribute-cpus-across-numa"), AcrossCores: has("distribute-cpus-across-cores"),
		Sockets: has("align-by-socket"), Strict: has("strict-cpu-reservation"), Caches: has("prefer-align-cpus-by-uncorecache"),
	}}
	for _, cpu := range list {
		c.Topology = append(c.Topology, numa.CPU(cpu))
	}
	if err := c.Check(numa.Policy(say.Topology.Policy)); err != nil {
		return nil, fmt.Errorf("agent: cpuManagerPolicyOptions: %w", err)
	}
	if say.ReservedCPUs != "" {
		if c.Reserved, err = cpuset.Parse(say.ReservedCPUs); err != nil {
			return nil, fmt.Errorf("agent: reservedSystemCPUs: %w", err)
		}
	} else {
		q := say.Reserved[corev1.ResourceCPU]
		if c.Reserved, err = c.Reserve(int(q.Value())); err != nil { // rounded up
			return nil, fmt.Errorf("agent: reserving %s CPUs for the machine: %w", q.String(), err)
		}
	}
	if all := c.Topology.All(); c.Reserved.IsEmpty() || !c.Reserved.IsSubsetOf(all) {
		return nil, fmt.Errorf("agent: reservedSystemCPUs: %q is not of the machine's CPUs %s", c.Reserved, all)
	}
	return c, nil
}

// exclusiveMemory is the memory of the machine's NUMA nodes without what is kept.
func exclusiveMemory(say *settings.Node, nodes []host.NUMANode) (*numa.Memory, error) {
	all, reserved := map[int]numa.Amounts{}, map[int]numa.Amounts{}
	for _, n := range nodes {
		left := numa.Amounts{corev1.ResourceMemory: n.Memory}
		for size, bytes := range n.HugePages {
			left[pod.HugePageName(size)] = bytes
			left[corev1.ResourceMemory] -= min(bytes, left[corev1.ResourceMemory])
		}
		all[n.ID] = left
	}
	for i, r := range say.ReservedMemory {
		left, ok := all[int(r.NumaNode)]
		if !ok {
			return nil, fmt.Errorf("agent: reservedMemory[%d]: the machine has no NUMA node %d", i, r.NumaNode)
		}
		for kind, q := range r.Limits {
			if n := uint64(q.Value()); left[kind] < n {
				return nil, fmt.Errorf("agent: reservedMemory[%d].limits[%s]: NUMA node %d has %d bytes of it, not %d", i, kind, r.NumaNode, left[kind], n)
			}
			left[kind] -= uint64(q.Value())
			if reserved[int(r.NumaNode)] == nil {
				reserved[int(r.NumaNode)] = numa.Amounts{}
			}
			reserved[int(r.NumaNode)][kind] += uint64(q.Value())
		}
	}
	m := numa.NewMemory(all)
	m.Reserved = reserved
	return m, nil
}

// checkReserved refuses reservedMemory that does not add up to what is taken off what pods can have, as kubelet does: pods would be
// promised memory that is on no node.
func (k *allotKeeper) checkReserved(kept corev1.ResourceList) error {
	if k == nil || k.allot.Memory == nil {
		return nil
	}
	sums := map[corev1.ResourceName]resource.Quantity{}
	for _, r := range k.a.cfg.Settings.ReservedMemory {
		for kind, q := range r.Limits {
			q.Add(sums[kind])
			sums[kind] = q
		}
	}
	if _, said := sums[corev1.ResourceMemory]; !said {
		sums[corev1.ResourceMemory] = resource.Quantity{}
	}
	for _, kind := range slices.Sorted(maps.Keys(sums)) {
		sum, want := sums[kind], kept[kind]
		if sum.Cmp(want) != 0 {
			return fmt.Errorf("agent: reservedMemory: the total amount %q of type %q is not equal to the value %q determined by Node Allocatable feature"+
				" (kubeReserved, systemReserved and the hard eviction threshold together)", sum.String(), kind, want.String())
		}
	}
	return nil
}

// admit gives a pod's containers what they have for their own, or says why it cannot have it.
func (k *allotKeeper) admit(p *corev1.Pod) *pod.Refusal {
	if k == nil {
		return nil
	}
	asks := numa.Asks(p, pod.QOS(p) == corev1.PodQOSGuaranteed)
	if m := k.a.cfg.Devices; m != nil {
		asks.Devices = func(resource string, before []string) *numa.Devices {
			at, free, again, known := m.Places(resource, string(p.UID), before)
			if !known {
				return nil
			}
			return &numa.Devices{At: at, Free: free, Again: again}
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if why := k.allot.Admit(asks); why != nil {
		return &pod.Refusal{Reason: why.Reason, Message: why.Message}
	}
	k.stir()
	return nil
}

func (k *allotKeeper) stir() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// release takes back what a pod has.
func (k *allotKeeper) release(uid types.UID) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.allot.Held(uid)) > 0 {
		k.allot.Release(uid)
		k.stir()
	}
}

// allotted is a numa.Grant as it is written at a sandbox.
type allotted struct {
	CPUs   string       `json:"cpus,omitempty"`
	Memory []numa.Block `json:"memory,omitempty"`
	Near   numa.Mask    `json:"near,omitempty"`
}

// restore notes what a pod was given before the agent was started.
func (k *allotKeeper) restore(uid types.UID, label string) {
	if k == nil || label == "" {
		return
	}
	var texts map[string]allotted
	if err := json.Unmarshal([]byte(label), &texts); err != nil {
		k.a.log.Warn("what a pod has for its own cannot be read", "pod", uid, "err", err)
		return
	}
	grants := map[string]numa.Grant{}
	for name, t := range texts {
		set, err := cpuset.Parse(t.CPUs)
		if err != nil {
			k.a.log.Warn("the CPUs of a container cannot be read", "pod", uid, "container", name, "err", err)
		}
		grants[name] = numa.Grant{CPUs: set, Memory: t.Memory, Near: t.Near}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.allot.Restore(uid, grants)
}

// label is what restore reads; empty if the pod has nothing for its own.
func (k *allotKeeper) label(uid types.UID) string {
	grants := k.of(uid)
	if len(grants) == 0 {
		return ""
	}
	texts := map[string]allotted{}
	for name, g := range grants {
		texts[name] = allotted{g.CPUs.String(), g.Memory, g.Near}
	}
	b, err := json.Marshal(texts)
	if err != nil {
		return "" // strings and numbers can be encoded
	}
	return string(b)
}

// of is what containers of a pod have for their own.
func (k *allotKeeper) of(uid types.UID) map[string]numa.Grant {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return maps.Clone(k.allot.Held(uid))
}

// ownCPUs says whether a container of a pod has CPUs for its own.
func (k *allotKeeper) ownCPUs(uid types.UID) bool {
	for _, g := range k.of(uid) {
		if !g.CPUs.IsEmpty() {
			return true
		}
	}
	return false
}

// near are the NUMA nodes on which the devices of a container should lie.
func (k *allotKeeper) near(uid types.UID, name string) []int { return k.of(uid)[name].Near.Nodes() }

// place sets the CPUs and the memory of a container that starts. One that has CPUs for its own is bound by them and by no quota.
func (k *allotKeeper) place(uid types.UID, name string, spec *container.Spec) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	g := k.allot.Held(uid)[name]
	var at numa.Mask
	for _, b := range g.Memory {
		at |= b.Nodes
	}
	if at != 0 {
		spec.Resources.CPUSetMems = cpuset.New(at.Nodes()...).String()
	}
	switch {
	case k.allot.CPUs == nil:
	case !g.CPUs.IsEmpty():
		spec.Resources.CPUSetCPUs, spec.Resources.CPUQuota, spec.Resources.CPUPeriod = g.CPUs.String(), 0, 0
	default:
		spec.Resources.CPUSetCPUs = k.allot.CPUs.Shared(k.allot.Free()).String()
		k.applied[spec.ID] = spec.Resources.CPUSetCPUs
	}
}

// run keeps those that share on the CPUs that are for all, and kubelet's files of it true, until ctx ends.
func (k *allotKeeper) run(ctx context.Context) {
	tick := time.NewTicker(cmp.Or(k.a.cfg.Settings.CPUReconcile, cpuPeriod))
	defer tick.Stop()
	for {
		if k.allot.CPUs != nil {
			k.reconcile(ctx)
		}
		if err := k.writeFiles(k.a.cfg.DataDir); err != nil {
			k.a.log.Warn("the files of kubelet's managers are not up to date", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-k.wake:
		case <-tick.C:
		}
	}
}

func (k *allotKeeper) reconcile(ctx context.Context) {
	a := k.a
	a.mu.Lock()
	all := make([]*podState, 0, len(a.pods))
	for _, ps := range a.pods {
		all = append(all, ps)
	}
	a.mu.Unlock()
	k.mu.Lock()
	shared := k.allot.CPUs.Shared(k.allot.Free()).String()
	k.mu.Unlock()
	seen := map[string]bool{}
	for _, ps := range all {
		own := k.of(ps.uid)
		granted, _ := ps.allotment()
		ps.mu.Lock()
		running := map[string]string{}
		for id, c := range ps.containers {
			if c.Running && own[c.Name].CPUs.IsEmpty() {
				running[id] = c.Name
			}
		}
		ps.mu.Unlock()
		for id, name := range running {
			seen[id] = true
			k.mu.Lock()
			same := k.applied[id] == shared
			k.mu.Unlock()
			c := specOf(granted, name)
			if same || c == nil {
				continue
			}
			r := a.limited(granted, c, pod.ContainerLimits(granted, c.Resources))
			r.CPUSetCPUs = shared
			if err := a.cfg.Containers.Update(ctx, id, r); err != nil {
				if !errors.Is(err, container.ErrNotRunning) && !errors.Is(err, container.ErrNotFound) && ctx.Err() == nil {
					a.log.Warn("moving a container to the CPUs that are for all", "container", id, "cpus", shared, "err", err)
				}
				continue
			}
			k.mu.Lock()
			k.applied[id] = shared
			k.mu.Unlock()
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	maps.DeleteFunc(k.applied, func(id, _ string) bool { return !seen[id] && a.podOfContainer(id) == nil })
}

// reserved is how many CPUs are kept for the machine, if that is counted in whole CPUs.
func (k *allotKeeper) reserved() (int, bool) {
	if k == nil || k.allot.CPUs == nil {
		return 0, false
	}
	return k.allot.CPUs.Reserved.Size(), true
}
