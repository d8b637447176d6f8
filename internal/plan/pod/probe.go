package pod

import corev1 "k8s.io/api/core/v1"

// probes lists the probes that should run: of containers that run and are not being stopped, the startup probe until it
// has passed, the others from then on. In a pod that ends only readiness is still asked for, as kubelet does.
func (d *decider) probes() {
	for _, s := range d.slots() {
		c := s.cur
		if c == nil || !c.Running || s.role == Init || s.role == Ephemeral {
			continue
		}
		want := func(kind ProbeKind, p *corev1.Probe) {
			if p != nil {
				d.plan.Probes = append(d.plan.Probes, ProbeTarget{Container: c.Name, ID: c.ID, Kind: kind, Probe: p})
			}
		}
		dying := c.Stop != nil || d.plan.Stopping
		if !d.started(s) {
			if !dying {
				want(Startup, s.spec.StartupProbe)
			}
			continue
		}
		if !dying {
			want(Liveness, s.spec.LivenessProbe)
		}
		want(Readiness, s.spec.ReadinessProbe)
	}
}

// ProbeCount turns single results of a probe into its outcome.
type ProbeCount struct {
	Outcome Outcome
	// Streak counts equal results in a row; Last is what they were.
	Streak int32
	Last   bool
}

// NewProbeCount is the state of a probe before its first result: alive, but not ready and not started.
func NewProbeCount(kind ProbeKind) ProbeCount {
	if kind == Liveness {
		return ProbeCount{Outcome: Healthy}
	}
	return ProbeCount{}
}

// Add counts one result in. A result changes the outcome when it has come as often in a row as the threshold says.
func (c ProbeCount) Add(ok bool, p *corev1.Probe) ProbeCount {
	if ok == c.Last && c.Streak > 0 {
		c.Streak++
	} else {
		c.Last, c.Streak = ok, 1
	}
	switch {
	case ok && c.Streak >= max(p.SuccessThreshold, 1):
		c.Outcome = Healthy
	case !ok && c.Streak >= max(p.FailureThreshold, 1):
		c.Outcome = Unhealthy
	}
	return c
}
