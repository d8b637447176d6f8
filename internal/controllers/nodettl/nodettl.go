// Package nodettl writes on every node for how many seconds it may keep secrets and config maps that it has read before it
// asks again: the more nodes a cluster has, the longer (upstream's ttl controller). Gantry's own nodes watch and need no such
// advice; kubelets that join take it.
//
// It reads Nodes and writes their annotation node.alpha.kubernetes.io/ttl.
package nodettl

import (
	"math"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// step is one size of clusters. Neighbours overlap, so that a cluster on the border does not go to and fro.
type step struct{ least, most, seconds int }

// steps are upstream's.
func steps() []step {
	return []step{{0, 100, 0}, {90, 500, 15}, {450, 1000, 30}, {900, 2000, 60}, {1800, math.MaxInt, 300}}
}

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name:    "ttl-controller",
		Plan:    decide,
		Watches: map[api.Resource]reconcile.Trigger{plan.Nodes: reconcile.Self},
		Writes:  []string{"nodes:metadata.annotations[" + corev1.ObjectTTLAnnotationKey + "]"},
	}
}

// decide tells one node. As upstream does, a node that is there already learns that its cluster has grown or shrunk when it is
// next heard of: kubelets write their status every few minutes, and a cluster that crosses a border does not rewrite all
// of its nodes at once.
func decide(s *view.Snapshot, key api.Key, _ time.Time) (p reconcile.Plan, err error) {
	rec := s.Record(key)
	if rec == nil || s.Meta(rec).Labels[plan.NodeClassLabel] == plan.SimClass { // nobody on a simulated node reads anything
		return p, nil
	}
	n := view.Of[corev1.Node](s, rec)
	all := api.Scope{Resource: plan.Nodes, Cluster: key.Cluster}
	count := s.Count(all)
	said, ok := told(n)
	if !ok {
		for first := range view.List[corev1.Node](s, all) { // a new node joins the step that the others are on
			said, _ = told(first)
			break
		}
	}
	want := strconv.Itoa(secondsFor(count, said))
	if n.Annotations[corev1.ObjectTTLAnnotationKey] == want {
		return p, nil
	}
	fresh := n.DeepCopy()
	metav1.SetMetaDataAnnotation(&fresh.ObjectMeta, corev1.ObjectTTLAnnotationKey, want)
	p.Writes = append(p.Writes, plan.Update(key, fresh, "the cluster has "+strconv.Itoa(count)+" nodes"))
	return p, nil
}

// told is what a node has been told, if it is a number.
func told(n *corev1.Node) (seconds int, ok bool) {
	seconds, err := strconv.Atoi(n.Annotations[corev1.ObjectTTLAnnotationKey])
	return seconds, err == nil
}

// secondsFor is what nodes of a cluster of some size are told. said is what they were told before, or any other number: the
// step that it belongs to is left only where its borders are crossed.
func secondsFor(nodes, said int) int {
	all := steps()
	at := 0
	for i, st := range all {
		if st.seconds == said {
			at = i
		}
	}
	for nodes > all[at].most {
		at++
	}
	for nodes < all[at].least {
		at--
	}
	return all[at].seconds
}
