package sim_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/sim"
	"gantry.dev/gantry/internal/store"
)

// handover is three schedulers that take turns: a leader is deposed in the middle of a batch, and what it had decided arrives after
// the next one has given the room to others. There are always more pods than room, so that both decide about the same places.
func handover() sim.Scenario {
	low, high := keyOf(plan.Deployments, "low"), keyOf(plan.Deployments, "high")
	return sim.Scenario{Name: "handover", Schedulers: 3, Beat: beat, Rest: rest, Never: []func(*sim.World) error{noOvercommit},
		Script: func(s *sim.Script) {
			s.Ready(api.Host)
			s.Node(api.Host, "n1", nil)
			s.Node(api.Host, "n2", nil)
			s.Apply(api.Host, "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 1000, preemptionPolicy: Never}")
			work := func(name, cpu, more string) {
				s.Apply(api.Host, fmt.Sprintf(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: %s}, spec: {replicas: 0, progressDeadlineSeconds: 36000, selector: {matchLabels: {app: %s}},
					template: {metadata: {labels: {app: %s}, annotations: {sim.gantry.dev/stop: 2s}}, spec: {%s containers: [{name: c, image: i, resources: {requests: {cpu: %s}}}]}}}}`, name, name, name, more, cpu))
			}
			work("low", "1", "")
			work("high", "2", "priorityClassName: high,")
			sizes := func(l, h int32) {
				sim.Edit(s, fmt.Sprint(l, " of low"), low, func(d *appsv1.Deployment) { d.Spec.Replicas = &l })
				sim.Edit(s, fmt.Sprint(h, " of high"), high, func(d *appsv1.Deployment) { d.Spec.Replicas = &h })
			}
			for wave := range int32(4) {
				sizes(14, 7)
				s.Until("no room is left", func(w *sim.World) bool { return placed(w) >= 14 })
				sizes(8+wave, 2)
				s.Complete(low)
				s.Complete(high)
				sizes(0, 0)
				s.Complete(low)
				s.Complete(high)
			}
			sizes(9, 3)
			s.Complete(low)
			s.Complete(high)
		}}
}

// placed is how much CPU the pods of handover have.
func placed(w *sim.World) (cpu int64) {
	for _, p := range w.Pods(api.Host, "default") {
		if p.Spec.NodeName != "" && p.DeletionTimestamp == nil {
			cpu += p.Spec.Containers[0].Resources.Requests.Cpu().Value()
		}
	}
	return cpu
}

// binders is a scheduler and somebody else who binds its pods through the API, to a node where it puts none. A pod is bound once, whoever
// was first, and all are.
func binders() sim.Scenario {
	web := keyOf(plan.Deployments, "web")
	return sim.Scenario{Name: "binders", Beat: beat, Rest: rest, Never: []func(*sim.World) error{noOvercommit},
		Script: func(s *sim.Script) {
			s.Ready(api.Host)
			for _, n := range []string{"n1", "n2", "n3"} {
				s.Node(api.Host, n, nil)
			}
			cordon(s, "n3", true)
			for wave := range 4 {
				s.Apply(api.Host, deployment("web", 0, "", "{metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i, resources: {requests: {cpu: 1}}}]}}"))
				size := int32(16 + wave)
				sim.Edit(s, fmt.Sprint("scale to ", size), web, func(d *appsv1.Deployment) { d.Spec.Replicas = &size })
				s.Repeat("somebody else binds", time.Millisecond, func(w *sim.World) (bool, error) {
					pods := w.Pods(api.Host, "default")
					room := 8 // what is on its way out takes some
					for _, p := range pods {
						if p.Spec.NodeName == "n3" {
							room--
						}
					}
					live := slices.DeleteFunc(pods, func(p *corev1.Pod) bool { return p.DeletionTimestamp != nil })
					for _, p := range slices.Backward(live) {
						if unplaced(p) && room > 0 {
							w.Try(client.Write{Verb: client.Bind, Key: plan.KeyOf(api.Host, plan.Pods, p), Node: "n3"})
							return false, nil
						}
					}
					return int32(len(live)) == size && !slices.ContainsFunc(live, unplaced), nil
				})
				s.Complete(web)
				none := int32(0)
				sim.Edit(s, "scale to none", web, func(d *appsv1.Deployment) { d.Spec.Replicas = &none })
				s.Complete(web)
			}
		}}
}

// unfenced writes as if nobody could be deposed.
type unfenced struct{ client.Interface }

func (u unfenced) Apply(ctx context.Context, writes []client.Write) []client.Result {
	writes = slices.Clone(writes)
	for i := range writes {
		if writes[i].Verb == client.Bind {
			writes[i].Fence = nil
		}
	}
	return u.Interface.Apply(ctx, writes)
}

// carefree writes pods whatever has become of them.
func carefree(t *store.Txn) {
	if !slices.ContainsFunc(t.Ops, func(o store.Op) bool { return o.Key.Resource != plan.Pods }) {
		t.Guards = nil
	}
}

func unplaced(p *corev1.Pod) bool { return p.Spec.NodeName == "" }
