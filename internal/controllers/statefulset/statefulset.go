// Package statefulset gives every replica of a StatefulSet a name, an order and storage of its own: pods come up from
// the first ordinal and go down from the last, one after the other (or, Parallel, all at once), and are updated from the
// last down to the partition.
//
// It reads StatefulSets, Pods, PersistentVolumeClaims and ControllerRevisions. It creates, labels, adopts and deletes
// pods; creates claims and sets their owners; keeps revisions; writes the status of StatefulSets. It never deletes a
// claim: the garbage collector does, by the owners that this controller sets.
//
// A plan goes only as far as it can without relying on a write of its own: first the family (adoptions), then the
// revision, then a pod's claims, then the pod. So whatever is refused or lost between two of them, nothing comes before
// what it needs.
package statefulset

import (
	"strconv"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name:    "statefulset-controller",
		Plan:    decide,
		Refused: refused,
		Watches: map[api.Resource]reconcile.Trigger{
			plan.StatefulSets: reconcile.Self,
			plan.Pods:         podChanged,
			plan.Revisions:    dependentChanged,
			plan.VolumeClaims: claimChanged,
		},
		Writes: []string{"statefulsets.apps/status", "pods:metadata.ownerReferences=StatefulSet", "pods{of StatefulSet}:metadata.labels,spec",
			"persistentvolumeclaims:metadata.ownerReferences=StatefulSet or Pod", "controllerrevisions.apps{of StatefulSet}:data,revision,metadata.labels"},
	}
}

// dependentChanged wakes the set that a pod or a revision belongs to, and those that would adopt it.
func dependentChanged(s *view.Snapshot, ev store.Event) []api.Key {
	return plan.Owners(s, ev, kind, plan.StatefulSets, func(set *appsv1.StatefulSet) *metav1.LabelSelector { return set.Spec.Selector })
}

// podChanged wakes the set of a pod; the end of a stranger wakes the set that wants its name.
func podChanged(s *view.Snapshot, ev store.Event) []api.Key {
	keys := dependentChanged(s, ev)
	if ev.Type == store.Delete {
		if parent, ordinal := identity(ev.Record.Key.Name); ordinal >= 0 {
			keys = append(keys, plan.Beside(ev.Record.Key, plan.StatefulSets, parent))
		}
	}
	return keys
}

// claimChanged wakes the set whose claim has come, gone, been marked for deletion or changed hands. Their status, which
// changes most often, is no business of ours.
func claimChanged(s *view.Snapshot, ev store.Event) []api.Key {
	now, before := view.Of[corev1.PersistentVolumeClaim](s, ev.Record), view.Of[corev1.PersistentVolumeClaim](s, ev.Prev)
	if ev.Type == store.Put && before != nil && before.UID == now.UID && (before.DeletionTimestamp == nil) == (now.DeletionTimestamp == nil) &&
		equality.Semantic.DeepEqual(before.OwnerReferences, now.OwnerReferences) {
		return nil
	}
	// The name is template-set-ordinal, and each part may have hyphens in it.
	rest, ordinal := identity(ev.Record.Key.Name)
	var keys []api.Key
	for ordinal >= 0 {
		var ok bool
		if _, rest, ok = strings.Cut(rest, "-"); !ok {
			break
		}
		if key := plan.Beside(ev.Record.Key, plan.StatefulSets, rest); s.Record(key) != nil {
			keys = append(keys, key)
		}
	}
	return keys
}

// identity splits the name of a pod into that of its set and its ordinal, -1 if it has none.
func identity(name string) (parent string, ordinal int) {
	i := strings.LastIndexByte(name, '-')
	if i < 0 {
		return "", -1
	}
	n, err := strconv.ParseInt(name[i+1:], 10, 64) // start and replicas may add up to more than 32 bits
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != name[i+1:] {
		return "", -1
	}
	return name[:i], int(n)
}

func decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	w, err := look(s, key, now)
	if w == nil || err != nil {
		return reconcile.Plan{}, err
	}
	if len(w.Writes) > 0 {
		w.Again = now // first the family, then its business
		return w.Plan, nil
	}
	if ok, err := w.revise(); !ok || err != nil {
		return w.Plan, err
	}
	w.count()
	if w.set.DeletionTimestamp == nil {
		if err := w.act(); err != nil {
			return reconcile.Plan{}, err
		}
		w.forget()
	}
	w.finish()
	return w.Plan, nil
}

// act moves the replicas: those that should be first, then those that should not, then those that should be newer.
func (w *work) act() error {
	ok, err := w.serve()
	if err != nil || !ok {
		return err
	}
	if w.release() && w.scaleDown() {
		w.roll()
	}
	return nil
}
