package schedule

import (
	"iter"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/plan"
)

// Accounts: what the placed pods of each queue use, kept current as they come and go. Room that is kept for a pod counts as used.

// SetQueues says in whose account pods are; without it, in that of their namespace. It recounts.
func (s *State) SetQueues(of func(*corev1.Pod) string) {
	s.queueOf, s.accounts = of, map[string]*account{}
	for _, pl := range s.pods {
		s.charge(pl)
	}
}

// account is a queue's: amounts by resource row.
type account struct {
	used []int64
	pods int
}

// charge counts a placed pod in its queue's account.
func (s *State) charge(pl *placed) {
	pl.queue = pl.pod.Namespace
	if s.queueOf != nil {
		pl.queue = s.queueOf(pl.pod)
	}
	a := s.accounts[pl.queue]
	if a == nil {
		a = &account{}
		s.accounts[pl.queue] = a
	}
	a.pods++
	a.add(&pl.demand, 1)
}

// discharge takes it out again.
func (s *State) discharge(pl *placed) {
	a := s.accounts[pl.queue]
	a.add(&pl.demand, -1)
	if a.pods--; a.pods == 0 {
		delete(s.accounts, pl.queue)
	}
}

func (a *account) add(d *demand, sign int64) {
	for _, w := range d.amounts {
		for len(a.used) <= w.resource {
			a.used = append(a.used, 0)
		}
		a.used[w.resource] += sign * w.n
	}
}

// Used is what the placed pods of a queue use, with the room that is kept for pods of it.
func (s *State) Used(queue string) plan.Amounts {
	out := plan.Amounts{}
	if a := s.accounts[queue]; a != nil {
		for r, n := range a.used {
			if n != 0 {
				out[s.names[r]] = n
			}
		}
	}
	return out
}

// Nominated reports whether room is kept for a pod.
func (s *State) Nominated(id types.UID) bool { return s.nominees[id] != nil }

// Capacity is what all nodes have together.
func (s *State) Capacity() plan.Amounts {
	out := make(plan.Amounts, len(s.names))
	for r, name := range s.names {
		var sum int64
		for n := range s.alloc[r].values() {
			sum += n
		}
		out[name] = sum
	}
	return out
}

// Ask is what a pod takes of a node.
func (s *State) Ask(p *corev1.Pod) plan.Amounts {
	d := s.demandOf(p)
	out := make(plan.Amounts, len(d.amounts))
	for _, w := range d.amounts {
		out[s.names[w.resource]] = w.n
	}
	return out
}

// Placed ranges over the placed pods and the queues that they are counted in, in no particular order.
func (s *State) Placed() iter.Seq2[*corev1.Pod, string] {
	return func(yield func(*corev1.Pod, string) bool) {
		for _, pl := range s.pods {
			if !pl.nominee && !yield(pl.pod, pl.queue) {
				return
			}
		}
	}
}
