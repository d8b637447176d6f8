package job

import (
	"slices"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// jobEnded wakes the pods of a job that is gone or finished: nobody will count them any more.
func jobEnded(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	rec := ev.Record
	if ev.Type == store.Delete {
		if rec = ev.Prev; rec == nil {
			return nil // its pods are news themselves
		}
	} else if !finished(view.Of[batchv1.Job](s, rec)) {
		return nil
	}
	for p := range view.OwnedBy[corev1.Pod](s, plan.Pods, rec.Key.Cluster, string(s.Meta(rec).UID)) {
		if tracked(p) {
			keys = append(keys, plan.KeyOf(rec.Key.Cluster, plan.Pods, p))
		}
	}
	return keys
}

// podLost wakes a pod that has the finalizer but no job to count it.
func podLost(s *view.Snapshot, ev store.Event) []api.Key {
	if ev.Type == store.Delete {
		return nil
	}
	m := s.Meta(ev.Record)
	if !slices.Contains(m.Finalizers, batchv1.JobTrackingFinalizer) || awaited(s, ev.Record.Key, view.ControllerOf(m)) {
		return nil
	}
	return []api.Key{ev.Record.Key}
}

// awaited reports whether a controller will count a pod: a job that runs, one that somebody else manages, or an owner of
// another kind that knows what it does with our finalizer.
func awaited(s *view.Snapshot, pod api.Key, ref *metav1.OwnerReference) bool {
	if ref == nil {
		return false
	}
	if ref.Kind != "Job" || ref.APIVersion != batchv1.SchemeGroupVersion.String() {
		return true
	}
	job, ok := view.Get[batchv1.Job](s, plan.Beside(pod, plan.Jobs, ref.Name))
	return ok && job.UID == ref.UID && (foreign(job) || !finished(job))
}

// free takes the finalizer from a pod that no job will count.
func free(s *view.Snapshot, key api.Key, _ time.Time) (p reconcile.Plan, err error) {
	pod, ok := view.Get[corev1.Pod](s, key)
	if ok && tracked(pod) && !awaited(s, key, metav1.GetControllerOf(pod)) {
		p.Writes = append(p.Writes, withoutFinalizer(key.Cluster, pod))
	}
	return p, nil
}

func withoutFinalizer(cluster api.Cluster, p *corev1.Pod) client.Write {
	fresh := p.DeepCopy()
	fresh.Finalizers = untracked(p)
	return plan.Update(plan.KeyOf(cluster, plan.Pods, p), fresh, "it is counted, or need not be")
}
