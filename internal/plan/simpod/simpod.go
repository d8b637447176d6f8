// Package simpod is the life of a pod on a simulated node: no container runs, but its status changes as if kubelet wrote
// it. It is one pure function of what the API says, so a simulated node keeps no state and can be killed at any time.
//
// Whoever simulates a node (package sim on a virtual clock, `gantry server --sim-nodes` on the real one) calls Next for
// each pod of the node whenever the pod changes and at the time that the last answer named:
//
//	m := simpod.Next(pod, simpod.Place{HostIP: "10.0.0.7", PodIP: address}, &course, now)
//	// write m.Status to the status subresource if it is not nil; then, if m.Remove, delete the pod with grace period 0
//	// and its UID as precondition; ask again at m.Wake if that is not zero.
//
// Both writes may be lost or repeated: the next call finds what is missing. Times are those in the object, which the API
// keeps in whole seconds, so spans below a second are as good as none.
//
// All containers of a pod share its fate. A Course says how the lives of pods go, the annotations of a pod say otherwise;
// see Course.
package simpod

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/plan"
)

// Place is what a pod gets from its node.
type Place struct {
	HostIP string
	// PodIP is the address of the pod if it has none in its status; whoever simulates the node gives no address to two.
	PodIP string
}

// Move is what a simulated node does about a pod.
type Move struct {
	// Status is to be written, nil if it is as it should be. It is the caller's.
	Status *corev1.PodStatus
	// Remove says that the pod has stopped (when Status is written) and is to be deleted with grace period 0.
	Remove bool
	// Wake is when to ask again if the pod does not change before; zero if only a change can matter.
	Wake time.Time
}

// invalid is the reason of pods whose annotations cannot be read.
const invalid = "SimulationInvalid"

// stopped is the exit code of containers that end because their pod is deleted: ended by SIGTERM.
const stopped = 143

// Next decides what the node of a pod does next. The pod is not changed.
func Next(p *corev1.Pod, at Place, c *Course, now time.Time) Move {
	if p.Spec.NodeName == "" {
		return Move{}
	}
	now = now.Truncate(time.Second)
	l := &life{Pod: p, at: at, now: now}
	if p.DeletionTimestamp != nil {
		return l.leave(c)
	}
	if plan.Terminated(p) {
		return Move{}
	}
	way, err := c.of(p)
	if err != nil {
		return l.fail(invalid, err.Error())
	}
	l.way = way
	if p.Status.StartTime == nil {
		if begin := l.bound().Add(way.start); begin.After(now) {
			return Move{Wake: begin}
		}
		return l.begin()
	}
	if d := p.Spec.ActiveDeadlineSeconds; d != nil {
		end := p.Status.StartTime.Add(time.Duration(*d) * time.Second)
		if !end.After(now) {
			return l.fail("DeadlineExceeded", "Pod was active on the node longer than the specified deadline")
		}
		m := l.goOn()
		m.Wake = plan.Sooner(m.Wake, end)
		return m
	}
	return l.goOn()
}

// life is one pod at one time.
type life struct {
	*corev1.Pod
	at  Place
	way way
	now time.Time
}

// bound is when the pod came to its node.
func (l *life) bound() time.Time {
	if c := plan.PodCondition(l.Pod, corev1.PodScheduled); c != nil && c.Status == corev1.ConditionTrue {
		return c.LastTransitionTime.Time
	}
	return l.CreationTimestamp.Time
}

// leave stops a pod that is being deleted.
func (l *life) leave(c *Course) Move {
	removed := l.DeletionGracePeriodSeconds == nil || *l.DeletionGracePeriodSeconds == 0 // what holds it is not the node
	if plan.Terminated(l.Pod) {
		return Move{Remove: !removed}
	}
	if way, err := c.of(l.Pod); err == nil && !removed && l.Status.StartTime != nil {
		asked := l.DeletionTimestamp.Add(-time.Duration(*l.DeletionGracePeriodSeconds) * time.Second)
		end := asked.Add(way.stop)
		if end.After(l.DeletionTimestamp.Time) {
			end = l.DeletionTimestamp.Time
		}
		if end.After(l.now) {
			return Move{Wake: end}
		}
	}
	st := l.status()
	l.end(st, stopped)
	st.Phase = corev1.PodFailed
	l.conditions(st, false)
	return Move{Status: st, Remove: !removed}
}

// fail ends a pod for a reason of its own.
func (l *life) fail(reason, message string) Move {
	st := l.status()
	l.end(st, stopped)
	st.Phase, st.Reason, st.Message = corev1.PodFailed, reason, message
	l.conditions(st, false)
	return Move{Status: st}
}

// begin starts a pod.
func (l *life) begin() Move {
	st := l.status()
	start := metav1.NewTime(l.now)
	st.StartTime = &start
	st.Phase = corev1.PodRunning
	l.run(st)
	return l.settle(st)
}

// goOn is for a pod that has started: it becomes ready, ends, or starts again.
func (l *life) goOn() Move {
	since, ended := l.state()
	if ended {
		again := since.Add(backoff(l.restarts()))
		if again.After(l.now) {
			return Move{Wake: again}
		}
		st := l.status()
		l.run(st)
		return l.settle(st)
	}
	if !l.way.ends || since.Add(l.way.run).After(l.now) {
		m := l.settle(l.status())
		if l.way.ends {
			m.Wake = plan.Sooner(m.Wake, since.Add(l.way.run))
		}
		return m
	}
	code := l.way.code
	st := l.status()
	if l.restartsAfter(code) {
		again := l.crash(st, code)
		l.conditions(st, false)
		return Move{Status: st, Wake: again}
	}
	l.end(st, code)
	st.Phase = corev1.PodSucceeded
	if code != 0 {
		st.Phase = corev1.PodFailed
	}
	l.conditions(st, false)
	return Move{Status: st}
}

// settle decides whether containers that run are ready, and writes nothing if nothing changes by that.
func (l *life) settle(st *corev1.PodStatus) Move {
	since := startedAt(st)
	ready := since.Add(l.way.ready)
	l.conditions(st, !ready.After(l.now))
	var m Move
	if !sameStatus(&l.Status, st) {
		m.Status = st
	}
	if ready.After(l.now) {
		m.Wake = ready
	}
	if l.way.ends {
		m.Wake = plan.Sooner(m.Wake, since.Add(l.way.run))
	}
	return m
}
