package scheduler

import "time"

// Backoff is how long a pod waits after its first attempt, and at most; the pause doubles with each attempt. Upstream's
// podInitialBackoffSeconds and podMaxBackoffSeconds.
//
// A pod that was refused rests: while it does, others go first, and with nobody else to decide it has its turn all the same (upstream's
// backoffQ with SchedulerPopFromBackoffQ). Zero has nobody rest: to look again at a class of pods that was refused costs little here,
// and it is done only after a change that may help. A pod whose binding failed is not tried before its pause is over.
type Backoff struct{ Initial, Max time.Duration }

const (
	// firstRetry and lastRetry bound the pauses of a pod whose binding the API refused, if no others are set.
	firstRetry = 10 * time.Millisecond
	lastRetry  = 10 * time.Second
	// maxDoublings keeps a shift within a number.
	maxDoublings = 62
	// restWindow is what upstream's backoffQ takes as one time: pods whose rest ends within it are tried in the usual order.
	restWindow = time.Second
)

// pause is how long a pod waits whose binding failed, and so many times before.
func (b Backoff) pause(before int) time.Duration {
	if b == (Backoff{}) {
		b = Backoff{Initial: firstRetry, Max: lastRetry}
	}
	n := min(before, maxDoublings)
	if b.Initial > b.Max>>n {
		return b.Max
	}
	return b.Initial << n
}

// rest has a pod rest that was just refused.
func (c *cluster) rest(w *waiting, now time.Time) {
	if c.backoff == (Backoff{}) {
		return
	}
	w.rests = now.Add(c.backoff.pause(w.refusals)).Truncate(restWindow).Add(restWindow) // all of the window
	w.refusals++
}

// rested are those of the pods to decide that do not rest; if all do, those that have done so for longest.
func (c *cluster) rested(pods []*waiting, now time.Time) []*waiting {
	if c.backoff == (Backoff{}) {
		return pods
	}
	var awake, resting []*waiting
	var first time.Time
	for _, w := range pods {
		switch {
		case !w.rests.After(now):
			awake = append(awake, w)
		case first.IsZero() || w.rests.Before(first):
			first, resting = w.rests, []*waiting{w}
		case w.rests.Equal(first):
			resting = append(resting, w)
		}
	}
	if len(awake) > 0 {
		return awake
	}
	return resting
}
