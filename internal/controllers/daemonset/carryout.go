package daemonset

import (
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/replicas"
)

// burst bounds the creates and the deletes of one plan: a set may have thousands of nodes. It is upstream's figure.
const burst = 250

// carryOut turns what was decided into writes.
func (w *work) carryOut() {
	if w.failures.changed {
		// Before the deletes that it counts: a death in between makes us more patient, not less.
		if rev, err := w.failures.note(w.current); err == nil {
			w.do(plan.Update(w.revision(rev), rev, "a pod failed"), "", "")
		}
	}
	n := min(len(w.create), replicas.Start(len(w.pods), burst))
	taken := func(name string) bool { return w.s.Record(plan.Beside(w.key, plan.Pods, name)) != nil }
	for i, name := range replicas.Names(w.ds.Name, w.ds.UID, plan.Rev(w.ds), n, taken) {
		pod := replicas.Pod(&w.ds.Spec.Template, w.ds.Namespace, name, ref(w.ds))
		pod.GenerateName = replicas.Prefix(w.ds.Name)
		pod.Spec.Tolerations = tolerations(&pod.Spec)
		if pod.Labels == nil {
			pod.Labels = map[string]string{}
		}
		pod.Labels[hashLabel] = w.hash
		if g := generation(w.ds); g != "" {
			pod.Labels[generationLabel] = g
		}
		aim(&pod.Spec, w.create[i])
		w.do(plan.Create(plan.Beside(w.key, plan.Pods, name), pod, "node "+w.create[i]+" has none"), "SuccessfulCreate", "Created pod: "+name)
	}
	for _, p := range w.remove[:min(len(w.remove), burst)] {
		w.do(plan.Delete(plan.Beside(w.key, plan.Pods, p.Name), p, "node "+target(p)+" should not have it"), "SuccessfulDelete", "Deleted pod: "+p.Name)
	}
}

// finish writes the status.
func (w *work) finish() {
	st := appsv1.DaemonSetStatus{ObservedGeneration: w.ds.Generation, CollisionCount: w.ds.Status.CollisionCount, Conditions: w.ds.Status.Conditions}
	for _, s := range w.sites {
		switch {
		case s.node == nil:
		case !s.fit.run:
			if len(s.pods) > 0 {
				st.NumberMisscheduled++
			}
		default:
			st.DesiredNumberScheduled++
			if len(s.pods) == 0 {
				continue
			}
			st.CurrentNumberScheduled++
			p := s.pods[0]
			if plan.Ready(p) {
				st.NumberReady++
				if w.available(p) {
					st.NumberAvailable++
				}
			}
			if w.updated(p) {
				st.UpdatedNumberScheduled++
			}
		}
	}
	st.NumberUnavailable = st.DesiredNumberScheduled - st.NumberAvailable
	if equality.Semantic.DeepEqual(st, w.ds.Status) {
		return
	}
	fresh := w.ds.DeepCopy()
	fresh.Status = st
	w.Writes = append(w.Writes, plan.UpdateStatus(w.key, fresh, "status"))
}
