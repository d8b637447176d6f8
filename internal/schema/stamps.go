package schema

import (
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/kube-aggregator/pkg/apis/apiregistration"
	"k8s.io/kubernetes/pkg/apis/batch"
	"k8s.io/kubernetes/pkg/apis/core"
)

// Stamp puts our time into an object where upstream's strategy puts the machine's: the registry gets its time from
// outside, so that a simulated one can have its own. It is asked before the strategy sees the (internal) objects, old is nil
// for a create, and what it returns, if not nil, is called after it.
//
// A job gets its labels this way, too.
func (k *Kind) Stamp(obj, old runtime.Object) func(now metav1.Time) {
	if k.stamp == nil {
		return nil
	}
	return k.stamp(obj, old)
}

// stampJob gives a new Job without labels those of its pods, which the strategy has just chosen. Upstream's defaulting does
// that whenever the Job is read; here the stored form is what selectors and metadata are read from.
func stampJob(obj, old runtime.Object) func(metav1.Time) {
	j, ok := obj.(*batch.Job)
	if !ok || old != nil {
		return nil
	}
	return func(metav1.Time) {
		if len(j.Labels) == 0 {
			j.Labels = maps.Clone(j.Spec.Template.Labels)
		}
	}
}

// stampVolume is about the time at which a volume came into its phase.
func stampVolume(obj, old runtime.Object) func(metav1.Time) {
	v, ok := obj.(*core.PersistentVolume)
	if !ok {
		return nil
	}
	o, update := old.(*core.PersistentVolume)
	if update {
		if given := v.Status.LastPhaseTransitionTime; given != nil && !given.Equal(o.Status.LastPhaseTransitionTime) {
			return nil // the client says when
		}
	}
	return func(now metav1.Time) {
		if !update || o.Status.Phase != v.Status.Phase {
			v.Status.LastPhaseTransitionTime = &now
		}
	}
}

// stampAPIService is about the time since when a group that this server answers for itself is available.
func stampAPIService(obj, old runtime.Object) func(metav1.Time) {
	a, ok := obj.(*apiregistration.APIService)
	if !ok || old != nil {
		return nil
	}
	return func(now metav1.Time) {
		for i := range a.Status.Conditions { // a new one has none but what the strategy says
			a.Status.Conditions[i].LastTransitionTime = now
		}
	}
}
