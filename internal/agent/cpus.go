package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/cpuset"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/host"
	"gantry.dev/gantry/internal/plan/cpus"
	"gantry.dev/gantry/internal/plan/pod"
	"gantry.dev/gantry/internal/plan/settings"
)

const (
	// cpuPeriod is how often containers are looked at that run on CPUs which are no longer for all, kubelet's
	// cpuManagerReconcilePeriod; a change is looked at at once.
	cpuPeriod = 10 * time.Second
	// labelCPUs holds the CPUs of a pod's containers, as JSON by name, at its sandbox.
	labelCPUs = "gantry.dev/cpus"
)

// cpuKeeper gives guaranteed containers that ask for whole CPUs some for their own (kubelet's static policy), and keeps all others
// off them.
type cpuKeeper struct {
	a      *Agent
	policy cpus.Policy
	wake   chan struct{}

	mu   sync.Mutex
	held map[types.UID]map[string]cpuset.CPUSet
	// applied are the shared CPUs that a container that runs was given last, by ID.
	applied map[string]string
}

// newCPUKeeper is nil unless the settings ask for it.
func newCPUKeeper(a *Agent, say *settings.Node) (*cpuKeeper, error) {
	if !say.ExclusiveCPUs {
		return nil, nil
	}
	list, err := host.CPUs()
	if err != nil {
		return nil, fmt.Errorf("agent: cpuManagerPolicy static: %w", err)
	}
	k := &cpuKeeper{a: a, wake: make(chan struct{}, 1), held: map[types.UID]map[string]cpuset.CPUSet{}, applied: map[string]string{}}
	k.policy = cpus.Policy{FullCores: say.FullCoresOnly, Locality: string(say.Topology)}
	for _, c := range list {
		k.policy.Topology = append(k.policy.Topology, cpus.CPU(c))
	}
	if say.ReservedCPUs != "" {
		if k.policy.Reserved, err = cpuset.Parse(say.ReservedCPUs); err != nil {
			return nil, fmt.Errorf("agent: reservedSystemCPUs: %w", err)
		}
	} else {
		q := say.Reserved[corev1.ResourceCPU]
		k.policy.Reserved = k.policy.Topology.Reserve(int(q.Value())) // rounded up
	}
	if all := k.policy.Topology.All(); k.policy.Reserved.IsEmpty() || !k.policy.Reserved.IsSubsetOf(all) {
		return nil, fmt.Errorf("agent: reservedSystemCPUs: %q is not of the machine's CPUs %s", k.policy.Reserved, all)
	}
	return k, nil
}

// wholeCPUs is how many CPUs a container has for its own; 0 if it shares.
func wholeCPUs(p *corev1.Pod, c *corev1.Container) int {
	if p.Spec.Resources != nil || pod.QOS(p) != corev1.PodQOSGuaranteed {
		return 0
	}
	q := c.Resources.Requests[corev1.ResourceCPU]
	if q.MilliValue()%1000 != 0 {
		return 0
	}
	return int(q.Value())
}

// admit gives a pod's containers their CPUs, or says why it cannot have them. Init containers that end give theirs to those that
// come after them.
func (k *cpuKeeper) admit(p *corev1.Pod) *pod.Refusal {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, known := k.held[p.UID]; known {
		return nil
	}
	got, reuse, free := map[string]cpuset.CPUSet{}, cpuset.New(), k.free()
	give := func(c *corev1.Container, ends bool) error {
		n := wholeCPUs(p, c)
		if n == 0 {
			return nil
		}
		set, err := k.policy.Take(free, reuse, n)
		if err != nil {
			return err
		}
		got[c.Name], free = set, free.Difference(set)
		if ends {
			reuse = reuse.Union(set)
		} else {
			reuse = reuse.Difference(set)
		}
		return nil
	}
	var err error
	for i := range p.Spec.InitContainers {
		c := &p.Spec.InitContainers[i]
		err = errors.Join(err, give(c, c.RestartPolicy == nil || *c.RestartPolicy != corev1.ContainerRestartPolicyAlways))
	}
	for i := range p.Spec.Containers {
		err = errors.Join(err, give(&p.Spec.Containers[i], false))
	}
	var why *cpus.Refusal
	if errors.As(err, &why) {
		return &pod.Refusal{Reason: why.Reason, Message: why.Message}
	}
	if len(got) > 0 {
		k.held[p.UID] = got
		k.stir()
	}
	return nil
}

// free are the CPUs that nobody has for his own. Call under the lock.
func (k *cpuKeeper) free() cpuset.CPUSet {
	free := k.policy.Topology.All()
	for _, containers := range k.held {
		for _, set := range containers {
			free = free.Difference(set)
		}
	}
	return free
}

func (k *cpuKeeper) stir() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// release takes the CPUs of a pod back.
func (k *cpuKeeper) release(uid types.UID) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, held := k.held[uid]; held {
		delete(k.held, uid)
		k.stir()
	}
}

// restore notes what a pod was given before the agent was started.
func (k *cpuKeeper) restore(uid types.UID, label string) {
	if k == nil || label == "" {
		return
	}
	var texts map[string]string
	if err := json.Unmarshal([]byte(label), &texts); err != nil {
		k.a.log.Warn("the CPUs of a pod cannot be read", "pod", uid, "err", err)
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held[uid] = map[string]cpuset.CPUSet{}
	for name, text := range texts {
		if set, err := cpuset.Parse(text); err == nil {
			k.held[uid][name] = set
		}
	}
}

// label is what restore reads; empty if the pod shares.
func (k *cpuKeeper) label(uid types.UID) string {
	sets := k.of(uid)
	if len(sets) == 0 {
		return ""
	}
	texts := map[string]string{}
	for name, set := range sets {
		texts[name] = set.String()
	}
	b, err := json.Marshal(texts)
	if err != nil {
		return "" // strings can be encoded
	}
	return string(b)
}

// of are the CPUs that containers of a pod have for their own.
func (k *cpuKeeper) of(uid types.UID) map[string]cpuset.CPUSet {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return maps.Clone(k.held[uid])
}

// place sets the CPUs of a container that starts. One that has its own is bound by them and by no quota.
func (k *cpuKeeper) place(uid types.UID, name string, spec *container.Spec) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if set, ok := k.held[uid][name]; ok {
		spec.Resources.CPUSetCPUs, spec.Resources.CPUQuota, spec.Resources.CPUPeriod = set.String(), 0, 0
		return
	}
	spec.Resources.CPUSetCPUs = k.free().String()
	k.applied[spec.ID] = spec.Resources.CPUSetCPUs
}

// run keeps those that share on the CPUs that are for all, until ctx ends.
func (k *cpuKeeper) run(ctx context.Context) {
	tick := time.NewTicker(cpuPeriod)
	defer tick.Stop()
	for {
		k.reconcile(ctx)
		select {
		case <-ctx.Done():
			return
		case <-k.wake:
		case <-tick.C:
		}
	}
}

func (k *cpuKeeper) reconcile(ctx context.Context) {
	a := k.a
	a.mu.Lock()
	all := make([]*podState, 0, len(a.pods))
	for _, ps := range a.pods {
		all = append(all, ps)
	}
	a.mu.Unlock()
	k.mu.Lock()
	shared := k.free().String()
	k.mu.Unlock()
	seen := map[string]bool{}
	for _, ps := range all {
		own := k.of(ps.uid)
		granted, _ := ps.allotment()
		ps.mu.Lock()
		running := map[string]string{}
		for id, c := range ps.containers {
			if _, exclusive := own[c.Name]; c.Running && !exclusive {
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
			r := resources(pod.ContainerLimits(granted, c.Resources), 0)
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

// reserved is how many CPUs are kept for the machine.
func (k *cpuKeeper) reserved() int { return k.policy.Reserved.Size() }
