package daemonset

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/history"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// kind is what its dependents call the set.
const kind = "DaemonSet"

// work is a plan in the making.
type work struct {
	reconcile.Plan
	s   *view.Snapshot
	key api.Key
	ds  *appsv1.DaemonSet
	now time.Time

	pods []*corev1.Pod
	revs []*appsv1.ControllerRevision // sorted
	// current is the revision of the set's template, old are the others; hash is what current's pods are labelled with.
	current *appsv1.ControllerRevision
	old     []*appsv1.ControllerRevision
	hash    string

	// sites are all nodes and all other places that pods of the set name, in order of their names.
	sites []*site

	failures failures
	// create and remove are what the plan decides to do.
	create []string // names of nodes
	remove []*corev1.Pod
}

// site is a node, or what a pod takes for one.
type site struct {
	name string
	node *corev1.Node // nil if there is no such node
	fit  fit
	pods []*corev1.Pod // not those that have ended and are being deleted: nothing is to be done about them any more
}

func ref(ds *appsv1.DaemonSet) metav1.OwnerReference { return plan.ControllerRef(ds, "apps/v1", kind) }

// look gathers the set's family. Its writes are adoptions and releases.
func look(s *view.Snapshot, key api.Key, ds *appsv1.DaemonSet, now time.Time) (*work, error) {
	sel, err := metav1.LabelSelectorAsSelector(ds.Spec.Selector)
	if err != nil {
		return nil, fmt.Errorf("selector of DaemonSet %s: %w", key, err)
	}
	w := &work{s: s, key: key, ds: ds, now: now}
	w.revs, w.Writes = history.Of(s, key, ds, ref(ds), sel)
	c := plan.Claim[*corev1.Pod]{Owner: ds, OwnerKey: key, Ref: ref(ds), Selector: sel, Resource: plan.Pods}
	for p := range plan.Family[corev1.Pod](s, key, ds, plan.Pods) {
		c.Consider(p)
	}
	w.pods = c.Mine
	w.Writes = append(w.Writes, c.Writes...)
	return w, nil
}

// survey sorts the pods by their nodes.
func (w *work) survey() {
	fits := newFitness(w.ds)
	at := map[string]*site{}
	for n := range view.List[corev1.Node](w.s, api.Scope{Resource: plan.Nodes, Cluster: w.key.Cluster}) {
		st := &site{name: n.Name, node: n, fit: fits.node(n)}
		at[n.Name] = st
		w.sites = append(w.sites, st)
	}
	for _, p := range w.pods {
		name := target(p)
		if name == "" || plan.Terminated(p) && p.DeletionTimestamp != nil {
			continue
		}
		st := at[name]
		if st == nil {
			st = &site{name: name}
			at[name] = st
			w.sites = append(w.sites, st)
		}
		st.pods = append(st.pods, p)
	}
	slices.SortFunc(w.sites, func(a, b *site) int { return strings.Compare(a.name, b.name) })
	for _, st := range w.sites {
		oldestFirst(st.pods)
	}
}

// oldestFirst orders pods: bound ones first, then by age.
func oldestFirst(pods []*corev1.Pod) {
	slices.SortStableFunc(pods, func(a, b *corev1.Pod) int {
		if x, y := a.Spec.NodeName != "", b.Spec.NodeName != ""; x != y {
			if x {
				return -1
			}
			return 1
		}
		return cmp.Or(a.CreationTimestamp.Time.Compare(b.CreationTimestamp.Time), strings.Compare(a.Name, b.Name))
	})
}

// available reports whether a pod has been ready for long enough, and asks to be planned again when it will have been.
func (w *work) available(p *corev1.Pod) bool {
	ok, at := plan.Available(p, time.Duration(w.ds.Spec.MinReadySeconds)*time.Second, w.now)
	w.Again = plan.Sooner(w.Again, at)
	return ok
}

// do adds a write that depends on the set being what was planned for, and what to tell when it has been carried out.
func (w *work) do(wr client.Write, reason, message string) {
	w.Writes = append(w.Writes, plan.Fenced(wr, w.key, w.ds))
	if reason != "" {
		w.Events = append(w.Events, reconcile.Event{Object: w.ds, Reason: reason, Message: message, Of: len(w.Writes)})
	}
}
