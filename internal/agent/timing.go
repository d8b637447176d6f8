package agent

import (
	"sync"
	"time"

	"gantry.dev/gantry/internal/driver/image"
)

// Step is one part of the start of a pod on this node.
type Step struct {
	// Name says what was done, Container for which container; the latter is empty for the pod as a whole.
	Name      string    `json:"name"`
	Container string    `json:"container,omitempty"`
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
	// Failed says why it failed; empty if it did not.
	Failed string `json:"failed,omitempty"`
}

// Timing is how the start of a pod went: from the moment when the agent first saw it until the API knew that it runs.
type Timing struct {
	Seen time.Time `json:"seen"`
	// Running is when the API had taken the first status that says so; zero until then.
	Running time.Time `json:"running,omitzero"`
	Steps   []Step    `json:"steps"`
	// Pulls are those of images that the pod waits for now.
	Pulls []image.Progress `json:"pulls,omitempty"`
}

// maxSteps bounds what is kept of a pod that does not get running: attempts repeat for ever.
const maxSteps = 64

// timing records a Timing. What happens after the first Running is not recorded: restarts have events.
type timing struct {
	mu sync.Mutex
	t  Timing
}

func newTiming(now time.Time) *timing { return &timing{t: Timing{Seen: now}} }

// step notes one that has ended now.
func (t *timing) step(s Step) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.t.Running.IsZero() && len(t.t.Steps) < maxSteps {
		t.t.Steps = append(t.t.Steps, s)
	}
}

// running notes that the API knows that the pod runs, and answers how long that took since the pod was seen; first is false if it
// was known before.
func (t *timing) running(now time.Time) (took time.Duration, first bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.t.Running.IsZero() {
		return 0, false
	}
	t.t.Running = now
	return now.Sub(t.t.Seen), true
}

// Timing tells how the start of a pod went, or goes.
func (a *Agent) Timing(namespace, name string) (Timing, error) {
	ps, err := a.find(namespace, name)
	if err != nil {
		return Timing{}, err
	}
	pulls := a.pullsOf(ps)
	ps.timing.mu.Lock()
	defer ps.timing.mu.Unlock()
	t := ps.timing.t
	t.Steps, t.Pulls = append([]Step{}, t.Steps...), pulls
	return t, nil
}

// timed runs a part of a pod's start and notes how long it took.
func (a *Agent) timed(ps *podState, name, container string, do func() error) error {
	from := a.cfg.Clock()
	err := do()
	s := Step{Name: name, Container: container, From: from, To: a.cfg.Clock()}
	if err != nil {
		s.Failed = err.Error()
	}
	ps.timing.step(s)
	return err
}
