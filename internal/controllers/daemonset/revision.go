package daemonset

import (
	"maps"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/history"
	"gantry.dev/gantry/internal/view"
)

// hashLabel ties pods to their revision.
const hashLabel = appsv1.DefaultDaemonSetUniqueLabelKey

// revise finds the revision of the set's template, or writes one. It reports whether pods can be planned now.
func (w *work) revise() (bool, error) {
	patch, err := history.Patch(&w.ds.Spec.Template)
	if err != nil {
		return false, err
	}
	if w.label() {
		return false, nil
	}
	var same []*appsv1.ControllerRevision
	for _, rev := range w.revs {
		if history.Holds(rev, patch) {
			same = append(same, rev)
		} else {
			w.old = append(w.old, rev)
		}
	}
	if n := len(w.revs); len(same) == 0 && n > 0 && history.Means(w.revs[n-1], patch) {
		same, w.old = w.revs[n-1:], w.old[:n-1]
	}
	next := history.Next(w.old)
	if len(same) == 0 {
		return w.record(patch, next)
	}
	w.current = same[len(same)-1]
	w.hash = w.current.Labels[hashLabel]
	if len(same) > 1 {
		w.merge(same[:len(same)-1])
		return false, nil
	}
	if w.current.Revision < next { // a rollback
		fresh := w.current.DeepCopy()
		fresh.Revision = next
		w.do(plan.Update(w.revision(fresh), fresh, "an old template is the newest again"), "", "")
		return false, nil
	}
	w.failures = readFailures(w.current)
	return true, nil
}

func (w *work) revision(rev *appsv1.ControllerRevision) api.Key {
	return plan.Beside(w.key, plan.Revisions, rev.Name)
}

// label gives revisions that somebody took the hash from their name as hash. It reports whether there were any.
func (w *work) label() bool {
	any := false
	for _, rev := range w.revs {
		if _, ok := rev.Labels[hashLabel]; ok {
			continue
		}
		fresh := rev.DeepCopy()
		if fresh.Labels == nil {
			fresh.Labels = map[string]string{}
		}
		fresh.Labels[hashLabel] = rev.Name
		w.do(plan.Update(w.revision(rev), fresh, "it has no hash"), "", "")
		any = true
	}
	return any
}

// record writes a new revision. A name that is taken by other data is a collision: it is counted in the status, and the
// next plan tries another. One that is taken by the same data, left from an earlier set of this name, will do.
func (w *work) record(patch []byte, next int64) (bool, error) {
	hash := history.TemplateHash(&w.ds.Spec.Template, w.ds.Status.CollisionCount)
	rev := &appsv1.ControllerRevision{
		ObjectMeta: metav1.ObjectMeta{Name: history.Name(w.ds.Name, hash), Namespace: w.ds.Namespace, Labels: maps.Clone(w.ds.Spec.Template.Labels),
			Annotations: maps.Clone(w.ds.Annotations), OwnerReferences: []metav1.OwnerReference{ref(w.ds)}},
		Data:     runtime.RawExtension{Raw: patch},
		Revision: next,
	}
	if rev.Labels == nil {
		rev.Labels = map[string]string{}
	}
	rev.Labels[hashLabel] = hash
	other, taken := view.Get[appsv1.ControllerRevision](w.s, w.revision(rev))
	switch {
	case !taken:
		w.do(plan.Create(w.revision(rev), rev, "new template"), "", "")
		return false, nil
	case history.Holds(other, patch) && other.Labels[hashLabel] != "":
		w.current, w.hash = other, other.Labels[hashLabel]
		return true, nil
	}
	var n int32
	if c := w.ds.Status.CollisionCount; c != nil {
		n = *c
	}
	n++
	fresh := w.ds.DeepCopy()
	fresh.Status.CollisionCount = &n
	w.Writes = append(w.Writes, plan.UpdateStatus(w.key, fresh, "the name "+rev.Name+" is taken"))
	return false, nil
}

// merge ends a state in which several revisions hold the set's template: their pods become the newest's, and when none is
// left, they go.
func (w *work) merge(twins []*appsv1.ControllerRevision) {
	for _, p := range w.pods {
		if p.Labels[hashLabel] != w.hash {
			fresh := p.DeepCopy()
			if fresh.Labels == nil {
				fresh.Labels = map[string]string{}
			}
			fresh.Labels[hashLabel] = w.hash
			w.do(plan.Update(plan.Beside(w.key, plan.Pods, p.Name), fresh, "its revision has a twin"), "", "")
		}
	}
	if len(w.Writes) > 0 {
		return
	}
	for _, rev := range twins {
		w.do(plan.Delete(w.revision(rev), rev, "it is a twin of "+w.current.Name), "", "")
	}
}

// forget deletes revisions beyond the limit that no pod lives in.
func (w *work) forget() {
	live := map[string]bool{}
	for _, p := range w.pods {
		if h := p.Labels[hashLabel]; h != "" {
			live[h] = true
		}
	}
	surplus := len(w.old) - int(*w.ds.Spec.RevisionHistoryLimit)
	for _, rev := range w.old {
		if surplus <= 0 {
			return
		}
		if live[rev.Labels[hashLabel]] {
			continue // it counts as kept
		}
		w.do(plan.Delete(w.revision(rev), rev, "beyond revisionHistoryLimit"), "", "")
		surplus--
	}
}
