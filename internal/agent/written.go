package agent

import (
	"context"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan/eviction"
	"gantry.dev/gantry/internal/plan/pod"
)

// writtenPeriod is how often pods are measured that may write only so much, kubelet's monitoring interval.
const writtenPeriod = 10 * time.Second

// boundWriters evicts pods that have written more than their limits of ephemeral storage or of an emptyDir, until ctx ends. Only
// pods with such limits are measured, as that walks through all that they have written.
func (p *pressure) boundWriters(ctx context.Context) {
	tick := time.NewTicker(writtenPeriod)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		p.a.mu.Lock()
		var bounded []*podState
		for _, ps := range p.a.pods {
			if eviction.Bounded(ps.current()) {
				bounded = append(bounded, ps)
			}
		}
		p.a.mu.Unlock()
		for _, ps := range bounded {
			if ctx.Err() != nil {
				return
			}
			p.boundWriter(ps)
		}
	}
}

func (p *pressure) boundWriter(ps *podState) {
	cur, names, runs := ps.evictable()
	if !runs {
		return
	}
	s, message := eviction.OverLimit(cur, p.a.written(cur, names))
	if message == "" {
		return
	}
	p.a.tally.evictions.WithLabelValues(string(s)).Inc()
	p.a.log.Warn("evicting a pod", "pod", cur.Namespace+"/"+cur.Name, "why", message)
	p.a.events.pod(cur, "", true, eviction.Reason, "%s", message)
	p.a.queueAfterChange(ps.uid, ps, func() { ps.evicted = &pod.Refusal{Reason: eviction.Reason, Message: message} })
}

// evictable is the pod with the IDs of its running containers by name; runs is false if it has ended, is about to, or is not to be
// evicted.
func (ps *podState) evictable() (p *corev1.Pod, names map[string]string, runs bool) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	names = map[string]string{}
	for id, c := range ps.containers {
		if c.Running {
			names[c.Name] = id
		}
	}
	p = ps.pod
	return p, names, ps.sandbox != nil && ps.evicted == nil && !ps.static && !ps.gone && p.DeletionTimestamp == nil && !terminalPhase(ps.was.Phase)
}

// written measures what a pod has written.
func (a *Agent) written(p *corev1.Pod, containers map[string]string) eviction.Written {
	w := eviction.Written{Containers: map[string]int64{}, Volumes: map[string]int64{}}
	for name, id := range containers {
		size, _ := tree(filepath.Join(a.cfg.DataDir, "containers", id))
		logs, _ := tree(filepath.Join(a.logDir(p), name))
		w.Containers[name] = size + logs
		w.Total += size + logs
	}
	for i := range p.Spec.Volumes {
		v := &p.Spec.Volumes[i]
		if v.EmptyDir == nil {
			continue
		}
		size, _ := tree(a.volumePath(p, v))
		w.Volumes[v.Name] = size
		if v.EmptyDir.Medium != corev1.StorageMediumMemory {
			w.Total += size
		}
	}
	return w
}
