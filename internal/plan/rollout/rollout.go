// Package rollout is the arithmetic of a Deployment: which ReplicaSet is the new one, how many replicas each may have at
// this moment, which revisions are kept, and what the status says. It has upstream's rules and is pure; package
// controllers/deployment turns a Step into writes.
package rollout

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Input is all that a step depends on.
type Input struct {
	Deployment *appsv1.Deployment
	// Sets are the ReplicaSets that it controls.
	Sets []*appsv1.ReplicaSet
	// Taken reports whether a ReplicaSet of that name exists, ours or not.
	Taken func(name string) bool
	// Running reports whether a ReplicaSet has pods that have not ended, also those being deleted.
	Running func(*appsv1.ReplicaSet) bool
	Now     time.Time
}

// Step is what to do next.
type Step struct {
	Create *appsv1.ReplicaSet
	Update []*appsv1.ReplicaSet // changed copies
	Delete []*appsv1.ReplicaSet
	// Status and Annotations are those that the Deployment should have.
	Status      appsv1.DeploymentStatus
	Annotations map[string]string
	// Scaled tells people what changed size, with the name of the set that it is about.
	Scaled []Scaled
	// Again is when the progress has to be looked at without any change.
	Again time.Time
}

// Scaled is one change of size.
type Scaled struct{ Name, Text string }

// work is a step in the making.
type work struct {
	Input
	Step
	d     *appsv1.Deployment
	sets  []*set // all, in the order of their creation
	fresh *set   // the new one, nil if there is none yet
}

// set is a ReplicaSet with the changes so far.
type set struct {
	*appsv1.ReplicaSet
	changed bool
	created bool
}

// touch makes the set's object ours to change.
func (s *set) touch() {
	if !s.changed && !s.created {
		s.ReplicaSet = s.DeepCopy()
	}
	s.changed = true
}

func (s *set) replicas() int32 { return *s.Spec.Replicas }

// Plan decides the next step.
func Plan(in Input) Step {
	w := &work{Input: in, d: in.Deployment}
	w.Status = *w.d.Status.DeepCopy()
	w.Annotations = w.d.Annotations
	for _, rs := range in.Sets {
		w.sets = append(w.sets, &set{ReplicaSet: rs})
	}
	slices.SortStableFunc(w.sets, func(a, b *set) int {
		return cmp.Or(a.CreationTimestamp.Time.Compare(b.CreationTimestamp.Time), strings.Compare(a.Name, b.Name))
	})
	w.fresh = w.find()
	switch {
	case w.d.DeletionTimestamp != nil:
		w.count()
	default:
		w.pauseConditions()
		w.syncFresh()
		switch {
		case w.d.Spec.Paused || w.scaling():
			w.resize()
			if w.d.Spec.Paused {
				w.cleanUp()
			}
			w.count()
		case w.d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType:
			w.recreate()
			w.progress()
		default:
			w.roll()
			w.progress()
		}
	}
	return w.done()
}

func (w *work) done() Step {
	for _, s := range w.sets {
		switch {
		case s.created:
			w.Create = s.ReplicaSet
		case s.changed:
			w.Update = append(w.Update, s.ReplicaSet)
		}
	}
	return w.Step
}

// old are all sets but the new one, oldest first.
func (w *work) old() []*set {
	return slices.DeleteFunc(slices.Clone(w.sets), func(s *set) bool { return s == w.fresh })
}

func active(sets []*set) []*set {
	return slices.DeleteFunc(slices.Clone(sets), func(s *set) bool { return s.replicas() == 0 })
}

func sum(sets []*set, of func(*set) int32) (n int32) {
	for _, s := range sets {
		n += of(s)
	}
	return n
}

func wanted(s *set) int32    { return s.replicas() }
func available(s *set) int32 { return s.ReplicaSet.Status.AvailableReplicas }

// kept counts the available replicas that a set is to keep. Its status may still count some that it was told to give up:
// who relies on those a second time is short of pods (upstream can be; package sim found it).
func kept(s *set) int32 { return min(available(s), s.replicas()) }

// scale changes the size of a set, and with force brings its annotations up to date even if the size stays. It reports
// whether the size changed.
func (w *work) scale(s *set, n int32, force bool) bool {
	if !force && s.replicas() == n {
		return false
	}
	desired, most := *w.d.Spec.Replicas, *w.d.Spec.Replicas+maxSurge(w.d)
	was := s.replicas()
	if was == n && !replicaAnnotationsDiffer(s.ReplicaSet, desired, most) {
		return false
	}
	s.touch()
	s.Spec.Replicas = &n
	setReplicaAnnotations(s.ReplicaSet, desired, most)
	if was == n {
		return false
	}
	w.tell(s.Name, was, n)
	return true
}

func (w *work) tell(name string, from, to int32) {
	way := "up"
	if to < from {
		way = "down"
	}
	w.Scaled = append(w.Scaled, Scaled{name, fmt.Sprintf("Scaled %s replica set %s from %d to %d", way, name, from, to)})
}

// controllerRef makes the deployment the controller of a new set.
func controllerRef(d *appsv1.Deployment) metav1.OwnerReference {
	return *metav1.NewControllerRef(d, appsv1.SchemeGroupVersion.WithKind("Deployment"))
}
