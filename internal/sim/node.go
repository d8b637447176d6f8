package sim

import (
	"context"
	"fmt"
	"maps"
	"slices"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
)

// capacity is what every node has.
func capacity() corev1.ResourceList {
	return corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("8"), corev1.ResourceMemory: resource.MustParse("16Gi"),
		corev1.ResourceEphemeralStorage: resource.MustParse("100Gi"), corev1.ResourcePods: resource.MustParse("110")}
}

// Node adds a node to a cluster.
func (sc *Script) Node(c api.Cluster, name string, labels map[string]string) {
	sc.Do("node "+name, func(w *World) error {
		s := w.sim
		if slices.ContainsFunc(s.agents, func(a *agent) bool { return a.cluster == c && a.name == name }) {
			return nil
		}
		s.agents = append(s.agents, &agent{sim: s, cluster: c, name: name, number: w.sim.node(), labels: labels, beat: s.now,
			running: map[types.UID]*corev1.Pod{}, address: map[types.UID]string{}})
		return nil
	})
	key := api.Key{Resource: plan.Nodes, Cluster: c, Name: name}
	sc.Until("node "+name+" is ready", func(w *World) bool {
		n, ok := Get[corev1.Node](w, key)
		return ok && nodeReady(n) && len(n.Spec.Taints) == 0
	})
}

// node numbers nodes: their addresses come from that, so none comes again.
func (s *Sim) node() int {
	s.nodes++
	return s.nodes
}

func nodeReady(n *corev1.Node) bool {
	return slices.ContainsFunc(n.Status.Conditions, func(c corev1.NodeCondition) bool {
		return c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue
	})
}

// CutOff takes a node from the network; Reconnect brings it back.
func (sc *Script) CutOff(c api.Cluster, name string) { sc.node(c, name, true) }

// Reconnect ends CutOff.
func (sc *Script) Reconnect(c api.Cluster, name string) { sc.node(c, name, false) }

// Destroy takes a node away for good: the machine with all that runs on it, then the Node.
func (sc *Script) Destroy(c api.Cluster, name string) {
	sc.Do("destroy "+name, func(w *World) error {
		w.sim.agents = slices.DeleteFunc(w.sim.agents, func(a *agent) bool { return a.cluster == c && a.name == name })
		return nil
	})
	sc.Delete(api.Key{Resource: plan.Nodes, Cluster: c, Name: name}, "")
}

// live gives a sign of life: the lease, and the Node if it is not as it should be.
func (a *agent) live() {
	s := a.sim
	a.beat = s.now.Add(s.cfg.Scenario.Beat)
	if err := a.sign(); err != nil {
		a.beat = s.now.Add(retry)
	}
}

func (a *agent) sign() error {
	s, w := a.sim, a.sim.world
	s.tell("%s gives a sign of life", a.name)
	do := func(wr client.Write) error { return a.api().Apply(context.Background(), []client.Write{wr})[0].Err }
	key := api.Key{Resource: plan.Nodes, Cluster: a.cluster, Name: a.name}
	n, ok := Get[corev1.Node](w, key)
	if !ok {
		if a.registered {
			return nil // somebody deleted it; kubelet does not make it anew
		}
		labels := map[string]string{corev1.LabelHostname: a.name, corev1.LabelOSStable: "linux"}
		maps.Copy(labels, a.labels)
		if err := do(plan.Create(key, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: a.name, Labels: labels}}, "")); err != nil {
			return err
		}
		n, _ = Get[corev1.Node](w, key)
	}
	a.registered = true
	if !nodeReady(n) {
		n = n.DeepCopy()
		n.Status.Capacity, n.Status.Allocatable = capacity(), capacity()
		n.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady",
			LastHeartbeatTime: metav1.NewTime(s.now), LastTransitionTime: metav1.NewTime(s.now)}}
		if err := do(plan.UpdateStatus(key, n, "")); err != nil {
			return err
		}
	}
	at, holder := metav1.NewMicroTime(s.now), a.name
	lkey := api.Key{Resource: plan.Leases, Cluster: a.cluster, Namespace: corev1.NamespaceNodeLease, Name: a.name}
	l, ok := Get[coordinationv1.Lease](w, lkey)
	if !ok {
		return do(plan.Create(lkey, &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: a.name, Namespace: lkey.Namespace},
			Spec: coordinationv1.LeaseSpec{HolderIdentity: &holder, RenewTime: &at}}, ""))
	}
	l = l.DeepCopy()
	l.Spec.RenewTime = &at
	return do(plan.Update(lkey, l, ""))
}

func (sc *Script) node(c api.Cluster, name string, off bool) {
	sc.Do(fmt.Sprintf("node %s is off: %t", name, off), func(w *World) error {
		for _, a := range w.sim.agents {
			if a.cluster == c && a.name == name {
				a.off = off
				if !off {
					a.beat, a.registered = w.sim.now, false
				}
				return nil
			}
		}
		return fmt.Errorf("there is no node %s", name)
	})
}
