package sim_test

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/fairshare"
	"gantry.dev/gantry/internal/sim"
)

// lending is two tenants with a guarantee of half the cluster each: one borrows what the other leaves idle, gives it back when it is
// wanted, and borrows it again.
func lending() sim.Scenario {
	a, b := in(api.Host, plan.Deployments, "a", "a"), in(api.Host, plan.Deployments, "b", "b")
	return sim.Scenario{Name: "lending", Beat: beat, Rest: rest, Loose: []string{"pods:status", "elasticquotas:status"},
		Never: []func(*sim.World) error{noOvercommit, atMost("b", 8)},
		Script: func(s *sim.Script) {
			s.Ready(api.Host, "a", "b")
			s.Node(api.Host, "n1", nil)
			s.Node(api.Host, "n2", nil)
			s.Apply(api.Host, fairshare.Definition)
			s.Defined(api.Host, fairshare.Quotas.String())
			for _, ns := range []string{"a", "b"} {
				most := map[string]string{"a": "", "b": ", max: {cpu: 8}"}[ns]
				s.Apply(api.Host, fmt.Sprintf("{apiVersion: scheduling.x-k8s.io/v1alpha1, kind: ElasticQuota, metadata: {name: q, namespace: %s}, spec: {min: {cpu: 8}%s}}", ns, most))
			}
			work := func(name string, n int) {
				s.Apply(api.Host, fmt.Sprintf(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: %s, namespace: %s}, spec: {replicas: %d, progressDeadlineSeconds: 36000, selector: {matchLabels: {app: %s}},
					template: {metadata: {labels: {app: %s}, annotations: {sim.gantry.dev/stop: 5s}}, spec: {containers: [{name: c, image: i, resources: {requests: {cpu: 1}}}]}}}}`, name, name, n, name, name))
			}
			work("a", 16)
			s.Complete(a)
			work("b", 12)
			s.Until("b has what it is guaranteed", func(w *sim.World) bool { return len(running(w, "b")) == 8 && len(running(w, "a")) == 8 })
			none := int32(0)
			sim.Edit(s, "b goes", b, func(d *appsv1.Deployment) { d.Spec.Replicas = &none })
			s.Complete(a)
			s.Complete(b)
		}}
}

func running(w *sim.World, ns string) (out []*corev1.Pod) {
	for _, p := range w.Pods(api.Host, "") {
		if p.Namespace == ns && p.Spec.NodeName != "" && plan.Active(p) {
			out = append(out, p)
		}
	}
	return out
}

// atMost: a tenant never has more pods with a node than its quota's maximum.
func atMost(ns string, n int) func(*sim.World) error {
	return func(w *sim.World) error {
		count := 0
		for _, p := range w.Pods(api.Host, "") {
			if p.Namespace == ns && p.Spec.NodeName != "" && !plan.Terminated(p) {
				count++
			}
		}
		if count > n {
			return fmt.Errorf("%d pods of tenant %s have a node, at most %d may", count, ns, n)
		}
		return nil
	}
}
