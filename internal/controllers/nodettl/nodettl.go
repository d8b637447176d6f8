// Package nodettl writes on every node for how many seconds it may keep secrets and config maps that it has read before it
// asks again: the more nodes a cluster has, the longer (upstream's ttl controller). Gantry's own nodes watch and need no such
// advice; kubelets that join take it.
//
// It reads Nodes and writes their annotation node.alpha.kubernetes.io/ttl. One key stands for all nodes of a cluster.
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
	"gantry.dev/gantry/internal/store"
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
		Watches: map[api.Resource]reconcile.Trigger{plan.Nodes: changed},
		Writes:  []string{"nodes:metadata.annotations[" + corev1.ObjectTTLAnnotationKey + "]"},
	}
}

// changed wakes the cluster when a node comes, goes, or says something else than before.
func changed(s *view.Snapshot, ev store.Event) []api.Key {
	if ev.Type == store.Put && ev.Prev != nil {
		was, is := view.Of[corev1.Node](s, ev.Prev), view.Of[corev1.Node](s, ev.Record)
		if was.UID == is.UID && was.Annotations[corev1.ObjectTTLAnnotationKey] == is.Annotations[corev1.ObjectTTLAnnotationKey] {
			return nil
		}
	}
	return []api.Key{{Resource: plan.Nodes, Cluster: ev.Record.Key.Cluster}}
}

func decide(s *view.Snapshot, key api.Key, _ time.Time) (p reconcile.Plan, err error) {
	var nodes []*corev1.Node
	said := -1
	for n := range view.List[corev1.Node](s, api.Scope{Resource: plan.Nodes, Cluster: key.Cluster}) {
		nodes = append(nodes, n)
		if v, err := strconv.Atoi(n.Annotations[corev1.ObjectTTLAnnotationKey]); err == nil {
			said = max(said, v)
		}
	}
	want := strconv.Itoa(secondsFor(len(nodes), said))
	for _, n := range nodes {
		if n.Annotations[corev1.ObjectTTLAnnotationKey] == want {
			continue
		}
		fresh := n.DeepCopy()
		metav1.SetMetaDataAnnotation(&fresh.ObjectMeta, corev1.ObjectTTLAnnotationKey, want)
		p.Writes = append(p.Writes, plan.Update(plan.KeyOf(key.Cluster, plan.Nodes, n), fresh, "the cluster has "+strconv.Itoa(len(nodes))+" nodes"))
	}
	return p, nil
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
