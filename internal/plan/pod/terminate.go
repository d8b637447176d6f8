package pod

import (
	"fmt"
	"time"
)

const (
	// LastGrace is what a container gets to end by itself after its signal, even if hooks or the containers before it
	// have used up the grace period, or there was none: kubelet's minimumGracePeriodInSeconds.
	LastGrace = 2 * time.Second
	// leastGrace is what hooks get of a pod that is to end at once; kubelet's pod workers never pass on less.
	leastGrace = time.Second
	// killAgain is when a kill that had no effect is repeated.
	killAgain = 10 * time.Second
	// evictionGrace is what a pod gets when the node runs out of something, kubelet's immediateEvictionGracePeriodSeconds.
	evictionGrace = time.Second
)

// terminate ends a pod: containers first, then, when the API knows how they ended, all the rest.
func (d *decider) terminate() {
	if d.running() {
		for _, s := range d.slots() {
			if s.cur != nil && s.cur.Running {
				d.endOne(s)
			}
		}
		return
	}
	// An evicted pod gives back what it holds at once: on a full disk that may be what the API needs to take its status.
	if !d.recorded() && !(d.Evicted != nil && terminal(d.Was.Phase)) {
		return
	}
	if d.Sandbox != nil || len(d.Containers) > 0 {
		d.strays = nil
		d.do(Action{Verb: RemoveSandbox})
		return
	}
	if d.Volumes.Present {
		d.do(Action{Verb: CleanVolumes})
	}
}

// recorded says whether the API knows how the pod ended, or does not want to know.
func (d *decider) recorded() bool { return d.Gone || terminal(d.Pod.Status.Phase) }

// finish ends the life of a pod of which nothing is left.
func (d *decider) finish() {
	if !d.plan.Stopping || len(d.plan.Actions) > 0 || d.running() || !d.recorded() {
		return
	}
	d.plan.Clean = true
	if !d.Gone && d.Pod.DeletionTimestamp != nil {
		d.do(Action{Verb: DeletePod})
	}
}

// endOne begins or goes on to stop one container of a pod that ends.
func (d *decider) endOne(s *slot) {
	grace := d.endGrace()
	if s.cur.Stop == nil {
		d.do(Action{Verb: BeginStop, Container: s.spec.Name, ID: s.cur.ID, Grace: grace, Message: fmt.Sprintf("Stopping container %s", s.spec.Name)})
		return
	}
	if grace < s.cur.Stop.Grace {
		// A second delete with less grace, an eviction, or the node that goes down shortens what is under way.
		d.do(Action{Verb: BeginStop, Container: s.spec.Name, ID: s.cur.ID, Grace: grace, Message: fmt.Sprintf("Stopping container %s", s.spec.Name)})
		return
	}
	d.stop(s, d.turn(s))
}

// endGrace is the time that the containers of an ending pod get: what the API says, or the pod, and no more than the node has for it.
func (d *decider) endGrace() time.Duration {
	grace := Grace(d.Pod)
	if g := d.Pod.DeletionGracePeriodSeconds; g != nil {
		grace = time.Duration(*g) * time.Second
	}
	if d.Forced {
		grace = 0
	}
	if d.Evicted != nil {
		limit := evictionGrace
		if d.Evicted.Grace != nil {
			limit = *d.Evicted.Grace
		}
		grace = min(grace, limit)
	}
	return max(grace, leastGrace)
}

// Begin notes that an instance is to end within grace from now on. What is under way already only becomes shorter.
func (s *Stop) Begin(now time.Time, grace time.Duration) {
	if !s.Since.IsZero() {
		grace = min(grace, s.Since.Add(s.Grace).Sub(now))
	}
	s.Since, s.Grace = now, grace
}

// turn says whether a container may be told to end: sidecars only after all that may need them, which is the other
// containers and the sidecars that were started after them.
func (d *decider) turn(s *slot) bool {
	if s.role != Sidecar {
		return true
	}
	after := false
	for _, o := range d.inits {
		if o.cur != nil && o.cur.Running && (after || o.role == Init) {
			return false
		}
		after = after || o == s
	}
	for _, o := range d.mains {
		if o.cur != nil && o.cur.Running {
			return false
		}
	}
	return true
}

// stop goes one step on in stopping an instance: preStop hook, signal when it is its turn, kill when its time is over. A hook, or
// those before it, that use up the time do not hold it up further: then it gets its signal, whosever turn it is.
func (d *decider) stop(s *slot, turn bool) {
	c, st := s.cur, s.cur.Stop
	act := func(v Verb) { d.do(Action{Verb: v, Container: c.Name, ID: c.ID}) }
	deadline := st.Since.Add(st.Grace)
	if !st.Signalled.IsZero() {
		if least := st.Signalled.Add(LastGrace); least.After(deadline) {
			deadline = least
		}
	}
	switch late := !d.Now.Before(deadline); {
	case !st.Killed.IsZero():
		if again := st.Killed.Add(killAgain); d.Now.Before(again) {
			d.wake(again)
		} else {
			act(Kill)
		}
	case late && !st.Signalled.IsZero():
		act(Kill)
	case late:
		act(Signal)
	case st.PreStop == NotRun && s.spec.Lifecycle != nil && s.spec.Lifecycle.PreStop != nil:
		d.wake(deadline)
		act(PreStop)
	case st.PreStop != Underway && st.Signalled.IsZero() && turn:
		act(Signal)
	default:
		d.wake(deadline)
	}
}
