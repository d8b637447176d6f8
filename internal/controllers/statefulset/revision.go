package statefulset

import (
	"bytes"
	"maps"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/history"
	"gantry.dev/gantry/internal/view"
)

// revise finds the current and the update revision. If the set's template is new it writes a revision of it, and reports
// false: pods are made when it is there.
func (w *work) revise() (bool, error) {
	patch, err := history.Patch(&w.set.Spec.Template)
	if err != nil {
		return false, err
	}
	w.update = w.find(patch)
	if w.update == nil {
		if w.set.DeletionTimestamp != nil {
			return false, nil // its past may be gone already: nothing true can be said any more
		}
		if w.update = w.record(patch); w.update == nil {
			return false, nil
		}
	}
	w.current = w.update
	for _, rev := range w.revs {
		if rev.Name == w.set.Status.CurrentRevision {
			w.current = rev
			break
		}
	}
	return true, nil
}

// find returns the revision of the set's template. An old one that is the newest again (a rollback) gets the next number.
func (w *work) find(patch []byte) *appsv1.ControllerRevision {
	if len(w.revs) == 0 {
		return nil
	}
	newest := w.revs[len(w.revs)-1]
	for i := len(w.revs) - 1; i >= 0; i-- {
		rev := w.revs[i]
		if !history.Holds(rev, patch) {
			continue
		}
		if rev != newest && w.set.DeletionTimestamp == nil {
			fresh := rev.DeepCopy()
			fresh.Revision = history.Next(w.revs)
			w.do(plan.Update(plan.Beside(w.key, plan.Revisions, rev.Name), fresh, "an old template is the newest again"), "", "")
		}
		return rev
	}
	if history.Means(newest, patch) {
		return newest
	}
	return nil
}

// record writes a new revision. A name that is taken by other data is a collision: it is counted in the status, and
// the next name tried. One that is taken by the same data, left from an earlier set of this name, will do.
func (w *work) record(patch []byte) *appsv1.ControllerRevision {
	var collisions int32
	if n := w.set.Status.CollisionCount; n != nil {
		collisions = *n
	}
	rev := &appsv1.ControllerRevision{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.set.Namespace, Labels: maps.Clone(w.set.Spec.Template.Labels),
			Annotations: maps.Clone(w.set.Annotations), OwnerReferences: []metav1.OwnerReference{ref(w.set)}},
		Data:     runtime.RawExtension{Raw: patch},
		Revision: history.Next(w.revs),
	}
	if rev.Labels == nil {
		rev.Labels = map[string]string{}
	}
	was := collisions
	for {
		hash := history.DataHash(patch, collisions)
		rev.Name, rev.Labels[history.HashLabel] = history.Name(w.set.Name, hash), hash
		other, taken := view.Get[appsv1.ControllerRevision](w.s, plan.Beside(w.key, plan.Revisions, rev.Name))
		if taken && bytes.Equal(other.Data.Raw, patch) {
			return other
		}
		if !taken {
			break
		}
		collisions++
	}
	w.do(plan.Create(plan.Beside(w.key, plan.Revisions, rev.Name), rev, "new template"), "", "")
	if collisions != was {
		fresh := w.set.DeepCopy()
		fresh.Status.CollisionCount = &collisions
		w.Writes = append(w.Writes, plan.UpdateStatus(w.key, fresh, "names were taken"))
	}
	return nil
}

// forget deletes revisions beyond the limit that no pod lives in.
func (w *work) forget() {
	live := map[string]bool{w.current.Name: true, w.update.Name: true}
	for _, p := range w.pods {
		live[p.Labels[appsv1.StatefulSetRevisionLabel]] = true
	}
	for _, rev := range history.Surplus(w.revs, int(*w.set.Spec.RevisionHistoryLimit), func(rev *appsv1.ControllerRevision) bool { return live[rev.Name] }) {
		w.do(plan.Delete(plan.Beside(w.key, plan.Revisions, rev.Name), rev, "beyond revisionHistoryLimit"), "", "")
	}
}
