// Package namespace empties namespaces that are being deleted and then lets them go.
//
// It works in phases: pods first, so that nothing runs while what it needs disappears; then everything else; then the
// "kubernetes" finalizer. The namespace's conditions say what is still in the way.
//
// It reads all namespaced resources that the view follows, and APIServices for what extension servers have besides; it writes the
// status and spec.finalizers of Namespaces, and deletes everything else.
package namespace

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

const (
	// sweep bounds the deletes of one plan, so that emptying a large namespace does not hold up the others.
	sweep = 500
	// few objects of a resource are looked at on every change. To look takes a pass over all of a namespace, so that of more only the
	// changes that are wakeEvery revisions apart count, and otherwise the time: lookEvery.
	few       = 100
	wakeEvery = 256
	lookEvery = 2 * time.Second
)

// New is the row of this controller. contents are the namespaced resources to empty a namespace of: all that are built in
// and stored; custom ones come on their own. clear empties it of what extension servers have; nil knows of none.
func New(contents []api.Resource, clear Foreign) reconcile.Controller {
	// Pods are the first phase; the rest in a fixed order.
	rest := slices.DeleteFunc(slices.Clone(contents), func(r api.Resource) bool { return r == plan.Pods || r == plan.Namespaces })
	slices.SortFunc(rest, api.Resource.Compare)
	watches := map[api.Resource]reconcile.Trigger{plan.Namespaces: reconcile.Self, plan.Pods: contentGone, view.Custom: contentGone}
	for _, r := range rest {
		watches[r] = contentGone
	}
	return reconcile.Controller{
		Name: "namespace-controller",
		Why:  why,
		Plan: func(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
			return decide(s, key, now, rest, clear), nil
		},
		Refused: refused,
		Watches: watches,
		Writes:  []string{"namespaces/status", "namespaces/finalize"},
	}
}

// contentGone wakes a namespace that is being deleted when something in it changes, if that may matter now.
func contentGone(s *view.Snapshot, ev store.Event) []api.Key {
	key := plan.Namespace(ev.Record.Key)
	if rec := s.Record(key); rec == nil || s.Meta(rec).DeletionTimestamp == nil {
		return nil
	}
	k := ev.Record.Key
	if ev.Record.Rev%wakeEvery != 0 && s.Count(api.Scope{Resource: k.Resource, Cluster: k.Cluster, Namespace: k.Namespace}) > few {
		return nil
	}
	return []api.Key{key}
}

func decide(s *view.Snapshot, key api.Key, now time.Time, rest []api.Resource, clear Foreign) reconcile.Plan {
	var p reconcile.Plan
	ns, ok := view.Get[corev1.Namespace](s, key)
	if !ok || ns.DeletionTimestamp == nil || len(ns.Spec.Finalizers) == 0 {
		return p
	}
	rest = slices.AppendSeq(slices.Clone(rest), s.CustomIn(key.Cluster))
	left := look(s, key, append([]api.Resource{plan.Pods}, rest...))
	others := sweepAbroad(&p, s, key, &left, clear, now)
	if left.total > few {
		p.Again = plan.Sooner(p.Again, now.Add(lookEvery))
	}
	phase := []api.Resource{plan.Pods}
	if left.count[plan.Pods] == 0 {
		phase = rest
	}
	for _, r := range phase {
		p.Again = plan.Sooner(p.Again, empty(&p, s, key, r, now))
	}
	switch {
	case left.total == 0 && others.done() && slices.Contains(ns.Spec.Finalizers, corev1.FinalizerKubernetes):
		fresh := ns.DeepCopy()
		fresh.Spec.Finalizers = slices.DeleteFunc(fresh.Spec.Finalizers, func(f corev1.FinalizerName) bool { return f == corev1.FinalizerKubernetes })
		p.Writes = append(p.Writes, client.Write{Verb: client.Update, Key: key, Subresource: "finalize", Object: fresh, Why: "empty"})
	case len(p.Writes) == 0: // nothing more to delete: what is left is being waited for, and people want to know
		if st := status(ns, left, &others, now); !equality.Semantic.DeepEqual(st, ns.Status) {
			fresh := ns.DeepCopy()
			fresh.Status = st
			p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "say what is in the way"))
		}
	}
	return p
}

// empty deletes what is not yet being deleted of one resource, up to sweep writes in all.
func empty(p *reconcile.Plan, s *view.Snapshot, key api.Key, r api.Resource, now time.Time) (again time.Time) {
	scope := api.Scope{Resource: r, Cluster: key.Cluster, Namespace: key.Name}
	for rec := range s.Records(scope) {
		m := s.Meta(rec)
		if m.DeletionTimestamp != nil {
			continue
		}
		if len(p.Writes) >= sweep {
			return now
		}
		background := metav1.DeletePropagationBackground
		uid := m.UID
		p.Writes = append(p.Writes, client.Write{Verb: client.Delete, Key: rec.Key, Why: "its namespace is being deleted",
			Delete: metav1.DeleteOptions{PropagationPolicy: &background, Preconditions: &metav1.Preconditions{UID: &uid}}})
	}
	return again
}
