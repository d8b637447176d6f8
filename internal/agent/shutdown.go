package agent

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan/pod"
	"gantry.dev/gantry/internal/plan/settings"
)

// shutdown ends the pods of the node in order before its machine goes down, as kubelet does when logind tells it to. Here
// whoever takes the machine down asks for it (`gantry node shutdown`) and waits.
type shutdown struct {
	a *Agent
	// stir wakes who waits for pods to end.
	stir chan struct{}

	mu   sync.Mutex
	stop context.CancelFunc // of the shutdown under way or done; nil if there is none
	done chan struct{}
}

// Steps if nobody said any: half a minute, the last ten seconds of it for critical pods.
var defaultSteps = [...]settings.ShutdownStep{{Priority: 0, Grace: 20 * time.Second}, {Priority: 2_000_000_000, Grace: 10 * time.Second}}

const shutdownMessage = "Pod was terminated in response to imminent node shutdown."

func newShutdown(a *Agent) *shutdown { return &shutdown{a: a, stir: make(chan struct{}, 1)} }

// Shutdown begins to end all pods, those of low priority first, and returns a channel that is closed when they have ended or
// their time is over. From now on the node is not ready and lets no pod in, until CancelShutdown or another start of the agent.
// A second call answers for the shutdown that is under way. An agent that does not work yet, see Ready, does not know its pods.
func (a *Agent) Shutdown() (<-chan struct{}, error) {
	select {
	case <-a.ready:
	default:
		return nil, errNotReady
	}
	s := a.shutdown
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		return s.done, nil
	}
	var ctx context.Context
	ctx, s.stop = context.WithCancel(a.life)
	s.done = make(chan struct{})
	done := s.done
	a.tally.shutdownBegan.Set(float64(a.cfg.Clock().UnixNano()) / 1e9)
	a.tally.shutdownEnded.Set(0)
	a.events.aboutNode(a.node.uid(), false, "Shutdown", "Shutdown manager detected shutdown event")
	a.node.conditionsChanged()
	a.start(func() {
		defer close(done)
		s.run(ctx)
		a.tally.shutdownEnded.Set(float64(a.cfg.Clock().UnixNano()) / 1e9)
	})
	return done, nil
}

// errNotReady answers for a shutdown that came too early.
var errNotReady = errors.New("the node's agent is being started and cannot end its pods yet")

// errNoShutdown answers for a shutdown that nobody began.
var errNoShutdown = errors.New("the node is not shutting down")

// ShutdownDone is closed when the shutdown that was asked for is complete.
func (a *Agent) ShutdownDone() (<-chan struct{}, error) {
	a.shutdown.mu.Lock()
	defer a.shutdown.mu.Unlock()
	if a.shutdown.stop == nil {
		return nil, errNoShutdown
	}
	return a.shutdown.done, nil
}

// CancelShutdown lets the node take pods again. What has been told to end ends.
func (a *Agent) CancelShutdown() error {
	s := a.shutdown
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop == nil {
		return errNoShutdown
	}
	s.stop()
	s.stop = nil
	a.events.aboutNode(a.node.uid(), false, "Shutdown", "Shutdown manager detected shutdown cancellation")
	a.node.conditionsChanged()
	return nil
}

func (s *shutdown) underway() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stop != nil
}

// admit is the refusal of pods that come while the node goes down.
func (s *shutdown) admit() *pod.Refusal {
	if !s.underway() {
		return nil
	}
	return &pod.Refusal{Reason: "NodeShutdown", Message: "Pod was rejected as the node is shutting down."}
}

// noted tells that something of a pod has ended.
func (s *shutdown) noted() {
	select {
	case s.stir <- struct{}{}:
	default:
	}
}

// run ends group after group.
func (s *shutdown) run(ctx context.Context) {
	steps := s.a.cfg.Settings.Shutdown
	if len(steps) == 0 {
		steps = defaultSteps[:]
	}
	for i, group := range groupByPriority(steps, s.a.active()) {
		if len(group) == 0 {
			continue
		}
		grace := steps[i].Grace
		s.a.log.Info("the node shuts down, pods are told to end", "priority", steps[i].Priority, "pods", len(group), "grace", grace)
		for _, ps := range group {
			s.a.queueAfterChange(ps.uid, ps, func() {
				if ps.evicted == nil {
					ps.evicted = &pod.Refusal{Reason: "Terminated", Message: shutdownMessage, Grace: &grace}
				}
			})
		}
		if !s.await(ctx, group, grace) {
			return
		}
	}
}

// await waits until nothing of these pods is left, or their time is over. It answers false if the shutdown was called off.
func (s *shutdown) await(ctx context.Context, group []*podState, grace time.Duration) bool {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	for slices.ContainsFunc(group, (*podState).holds) {
		select {
		case <-ctx.Done():
			return false
		case <-timer.C:
			return true
		case <-s.stir:
		}
	}
	return true
}

// holds says whether a pod has a sandbox or volumes.
func (ps *podState) holds() bool {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return ps.sandbox != nil || ps.volumes.Present
}

// active are the pods that have not ended.
func (a *Agent) active() (out []*podState) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, ps := range a.pods {
		if _, phase := ps.allotment(); !terminalPhase(phase) || ps.holds() {
			out = append(out, ps)
		}
	}
	return out
}

// groupByPriority sorts pods into the steps, which are sorted by priority: into the last whose priority is not above the pod's,
// or the first.
func groupByPriority(steps []settings.ShutdownStep, pods []*podState) [][]*podState {
	groups := make([][]*podState, len(steps))
	for _, ps := range pods {
		i, found := slices.BinarySearchFunc(steps, priorityOf(ps.current()), func(s settings.ShutdownStep, p int32) int { return cmp.Compare(s.Priority, p) })
		if !found {
			i = max(i-1, 0)
		}
		groups[i] = append(groups[i], ps)
	}
	return groups
}

func priorityOf(p *corev1.Pod) int32 {
	if p.Spec.Priority == nil {
		return 0
	}
	return *p.Spec.Priority
}
