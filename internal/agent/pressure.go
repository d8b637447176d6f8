package agent

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/plan/eviction"
	"gantry.dev/gantry/internal/plan/pod"
)

const (
	// pressurePeriod is how often the machine is looked at; kubelet does every ten seconds, and is told by the kernel in between.
	pressurePeriod = 2 * time.Second
	// limitsPeriod is how often the pods are looked at that have limits on what they write, kubelet's housekeeping interval.
	limitsPeriod = 10 * time.Second
	// evictionWait bounds the wait for an evicted pod to end before another one has to go, kubelet's podCleanupTimeout.
	evictionWait = 30 * time.Second
	// defaultTransition is kubelet's evictionPressureTransitionPeriod: a condition stays so long after its cause.
	defaultTransition = 5 * time.Minute
)

// pressure watches what the machine has left, tells of it in the node's conditions, and evicts pods when it is too little.
type pressure struct {
	a          *Agent
	thresholds []eviction.Threshold

	mu sync.Mutex
	// seen is when a condition had a cause last.
	seen map[corev1.NodeConditionType]time.Time

	// The rest belongs to run's goroutine: the pod that was evicted last, and since when it is waited for.
	leaving types.UID
	since   time.Time
	// met is what is short, as told last.
	met   eviction.Signal
	judge eviction.Judge
}

func newPressure(a *Agent) (*pressure, error) {
	p := &pressure{a: a, thresholds: a.cfg.Eviction, seen: map[corev1.NodeConditionType]time.Time{}}
	if p.thresholds == nil {
		p.thresholds = eviction.Defaults()
	}
	say := &a.cfg.Settings
	soft, err := eviction.ParseSoft(say.EvictionSoft, say.EvictionSoftGrace)
	if err != nil {
		return nil, fmt.Errorf("agent: evictionSoft: %w", err)
	}
	p.thresholds = slices.Concat(p.thresholds, soft)
	if err := eviction.SetReclaim(p.thresholds, say.EvictionReclaim); err != nil {
		return nil, fmt.Errorf("agent: %w", err)
	}
	return p, nil
}

// defend adds to what is kept what eviction keeps free, as kubelet does with its hard thresholds.
func (p *pressure) defend(keep, capacity corev1.ResourceList) {
	for signal, name := range map[eviction.Signal]corev1.ResourceName{eviction.Memory: corev1.ResourceMemory, eviction.NodeFS: corev1.ResourceEphemeralStorage} {
		for _, t := range p.thresholds {
			if t.Signal == signal && !t.Soft {
				all := capacity[name]
				q := resource.NewQuantity(t.Limit(all.Value()), resource.BinarySI)
				q.Add(keep[name])
				keep[name] = *q
			}
		}
	}
}

// conditions are those that the node has now, sorted.
func (p *pressure) conditions() (out []corev1.NodeConditionType) {
	now := p.a.cfg.Clock()
	p.mu.Lock()
	defer p.mu.Unlock()
	for c, at := range p.seen {
		if now.Sub(at) < p.a.cfg.PressureTransition {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return out
}

// has says whether the node has a condition.
func (p *pressure) has(c corev1.NodeConditionType) bool { return slices.Contains(p.conditions(), c) }

// run looks until ctx ends.
func (p *pressure) run(ctx context.Context) {
	tick, limits := time.NewTicker(pressurePeriod), time.NewTicker(limitsPeriod)
	defer tick.Stop()
	defer limits.Stop()
	for {
		before := p.conditions()
		short, due := p.judge.Look(p.thresholds, p.a.machineLeft(), p.a.cfg.Clock())
		p.note(short)
		if now := p.conditions(); !slices.Equal(before, now) {
			p.a.log.Info("the conditions of the node change", "before", before, "now", now)
			p.a.node.conditionsChanged()
		}
		if len(due) > 0 {
			p.relieve(ctx, due[0])
		} else {
			p.met = ""
		}
		select {
		case <-ctx.Done():
			return
		case <-limits.C:
			p.enforce(ctx)
		case <-tick.C:
		}
	}
}

// enforce evicts the pods that have written more than they may.
func (p *pressure) enforce(ctx context.Context) {
	for _, u := range p.a.usages(ctx, eviction.NodeFS, eviction.Limited) {
		ps := p.a.podOf(u.Pod.UID)
		if why := eviction.Exceeded(&u); why != "" && ps != nil {
			p.a.tally.evictions.WithLabelValues("ephemeralstorage.limit").Inc()
			p.evict(ps, &pod.Refusal{Reason: eviction.Reason, Message: why})
		}
	}
}

func (p *pressure) note(short []eviction.Shortage) {
	now := p.a.cfg.Clock()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range short {
		p.seen[s.Signal.Condition()] = now
	}
	for c, at := range p.seen {
		if now.Sub(at) >= p.a.cfg.PressureTransition {
			delete(p.seen, c)
		}
	}
}

// relieve makes room: first of what no pod needs, then of one pod at a time.
func (p *pressure) relieve(ctx context.Context, s eviction.Shortage) {
	if p.waiting() {
		return
	}
	if p.met != s.Signal { // once for each time that it becomes short: the API keeps a node from saying very much
		p.met = s.Signal
		p.a.events.aboutNode(p.a.node.uid(), true, "EvictionThresholdMet", "Attempting to reclaim "+s.Signal.Resource())
	}
	if s.Signal.Disk() {
		if freed := p.a.collectImages(); freed > 0 {
			left := eviction.Shortages(p.thresholds, p.a.machineLeft())
			if !slices.ContainsFunc(left, func(o eviction.Shortage) bool { return o.Signal == s.Signal }) {
				return
			}
		}
	}
	for _, u := range eviction.Rank(s.Signal, p.a.usages(ctx, s.Signal, nil)) {
		if ps := p.a.podOf(u.Pod.UID); ps != nil {
			p.a.tally.evictions.WithLabelValues(string(s.Signal)).Inc()
			why := &pod.Refusal{Reason: eviction.Reason, Message: eviction.Message(s, u)}
			if s.Soft {
				why.Grace = &p.a.cfg.Settings.EvictionMaxGrace
			}
			p.evict(ps, why)
			return
		}
	}
	p.a.log.Warn("the node is short of "+s.Signal.Resource()+", and no pod is left that could go", "signal", s.Signal, "available", s.Available)
}

// waiting says whether the last evicted pod is still on its way out.
func (p *pressure) waiting() bool {
	ps := p.a.podOf(p.leaving)
	if ps == nil || p.a.cfg.Clock().Sub(p.since) > evictionWait {
		return false
	}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	// What it held of memory and processes goes with its containers, what it held of the disk with its sandbox.
	return ps.sandbox != nil
}

// evict makes a pod fail.
func (p *pressure) evict(ps *podState, why *pod.Refusal) {
	cur := ps.current()
	p.leaving, p.since = ps.uid, p.a.cfg.Clock()
	p.a.log.Warn("evicting a pod", "pod", cur.Namespace+"/"+cur.Name, "why", why.Message)
	p.a.events.pod(cur, "", true, eviction.Reason, "%s", why.Message)
	p.a.queueAfterChange(ps.uid, ps, func() { ps.evicted = why })
}

// admit is the refusal of a pod while the node is short of something.
func (p *pressure) admit(cur *corev1.Pod) *pod.Refusal {
	if why := eviction.Refused(cur, pod.QOS(cur), p.conditions()); why != "" {
		return &pod.Refusal{Reason: eviction.Reason, Message: why}
	}
	return nil
}

// words are the reason and message of a pressure condition, kubelet's.
func (p *pressure) words(c corev1.NodeConditionType) (status corev1.ConditionStatus, reason, message string) {
	names := map[corev1.NodeConditionType][4]string{
		corev1.NodeMemoryPressure: {"KubeletHasInsufficientMemory", "kubelet has insufficient memory available", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"},
		corev1.NodeDiskPressure:   {"KubeletHasDiskPressure", "kubelet has disk pressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"},
		corev1.NodePIDPressure:    {"KubeletHasInsufficientPID", "kubelet has insufficient PID available", "KubeletHasSufficientPID", "kubelet has sufficient PID available"},
	}[c]
	if p.has(c) {
		return corev1.ConditionTrue, names[0], names[1]
	}
	return corev1.ConditionFalse, names[2], names[3]
}

// usages reads what the pods use that could be evicted and that are wanted; nil wants all. It costs a few file reads for each,
// and for disks a walk, so it is done only when something is short, or for pods with limits.
func (a *Agent) usages(ctx context.Context, s eviction.Signal, wanted func(*corev1.Pod) bool) (out []eviction.Usage) {
	a.mu.Lock()
	all := make([]*podState, 0, len(a.pods))
	for _, ps := range a.pods {
		all = append(all, ps)
	}
	a.mu.Unlock()
	for _, ps := range all {
		if ctx.Err() != nil {
			return nil
		}
		ps.mu.Lock()
		p, runs := ps.pod, ps.sandbox != nil && ps.evicted == nil && !ps.static && !ps.gone && ps.pod.DeletionTimestamp == nil
		names := map[string]string{}
		for id, c := range ps.containers {
			if c.Running {
				names[c.Name] = id
			}
		}
		ps.mu.Unlock()
		if !runs || terminalPhase(p.Status.Phase) || wanted != nil && !wanted(p) {
			continue
		}
		u := eviction.Usage{Pod: p, Containers: map[string]int64{}, Volumes: map[string]int64{}}
		if s.Disk() {
			a.diskUsage(&u, ps.uid, names)
		} else if st, err := a.cfg.Containers.SandboxStats(ctx, string(ps.uid)); err == nil {
			u.Memory, u.PIDs = int64(st.MemoryWorkingSet), int64(st.PIDs)
			for name, id := range names {
				if st, err := a.cfg.Containers.Stats(ctx, id); err == nil {
					u.Containers[name] = int64(st.MemoryWorkingSet)
				}
			}
		}
		out = append(out, u)
	}
	return out
}

func terminalPhase(p corev1.PodPhase) bool { return p == corev1.PodSucceeded || p == corev1.PodFailed }

// ParseEviction reads thresholds as kubelet's flag has them; empty text is nil, which stands for the defaults.
func ParseEviction(text string) ([]eviction.Threshold, error) {
	if text == "" {
		return nil, nil
	}
	t, err := eviction.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("agent: %w", err)
	}
	return t, nil
}
