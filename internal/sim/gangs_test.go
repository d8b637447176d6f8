package sim_test

import (
	"fmt"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/sim"
)

// gangs are jobs whose pods run together or not at all, on two nodes that cannot hold all of them; one can never run, and one
// drives others out.
func gangs() sim.Scenario {
	// Pods of the job that is driven out are made anew, so that their number at any time says nothing.
	sizes := map[string]int{"a": 10, "b": 10, "c": 6, "never": 17, "first": 12}
	return sim.Scenario{Name: "gangs", Beat: beat, Rest: 20 * time.Minute, // a job that was driven out waits up to ten minutes
		Never: []func(*sim.World) error{wholeGangs(sizes), noOvercommit},
		Loose: []string{"jobs:status", "pods:status"},
		Script: func(s *sim.Script) {
			s.Ready(api.Host)
			s.Node(api.Host, "n1", nil)
			s.Node(api.Host, "n2", nil)
			s.Apply(api.Host, gang.Definition)
			s.Defined(api.Host, gang.Groups.String())
			s.Apply(api.Host, "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 1000}")
			group := func(name, more string) {
				s.Apply(api.Host, fmt.Sprintf("{apiVersion: scheduling.x-k8s.io/v1alpha1, kind: PodGroup, metadata: {name: %s}, spec: {minMember: %d, scheduleTimeoutSeconds: 20}}", name, sizes[name]),
					fmt.Sprintf(`{apiVersion: batch/v1, kind: Job, metadata: {name: %s}, spec: {parallelism: %d, completions: %d, backoffLimit: 100, template: {metadata: {labels: {%s: %s}, annotations: {sim.gantry.dev/run: 90s, sim.gantry.dev/stop: 5s}},
						spec: {%s restartPolicy: Never, containers: [{name: c, image: i, resources: {requests: {cpu: 1}}}]}}}}`, name, sizes[name], sizes[name], gang.Label, name, more))
			}
			group("never", "")
			group("a", "")
			group("b", "")
			group("c", "")
			done := func(names ...string) {
				for _, n := range names {
					s.Until("job "+n+" is complete", func(w *sim.World) bool {
						j, ok := sim.Get[batchv1.Job](w, keyOf(plan.Jobs, n))
						return ok && int(j.Status.Succeeded) == sizes[n]
					})
				}
			}
			done("a", "b", "c")
			s.Apply(api.Host, "{apiVersion: batch/v1, kind: Job, metadata: {name: low}, spec: {parallelism: 12, completions: 12, backoffLimit: 100, template: {metadata: {annotations: {sim.gantry.dev/run: 300s, sim.gantry.dev/stop: 5s}}, spec: {restartPolicy: Never, containers: [{name: c, image: i, resources: {requests: {cpu: 1}}}]}}}}")
			s.Until("low runs", func(w *sim.World) bool { return len(bound(w, "low")) >= 12 })
			group("first", "priorityClassName: high,")
			done("first")
			s.Delete(keyOf(plan.Jobs, "low"), metav1.DeletePropagationForeground)
			s.Delete(keyOf(plan.Jobs, "never"), metav1.DeletePropagationForeground)
			s.Gone(keyOf(plan.Jobs, "low"))
			s.Gone(keyOf(plan.Jobs, "never"))
			s.Wait(time.Minute)
		}}
}

// bound are the pods of a job that have a node.
func bound(w *sim.World, job string) (out []*corev1.Pod) {
	for _, p := range w.Pods(api.Host, "") {
		if ref := metav1.GetControllerOf(p); ref != nil && ref.Name == job && p.Spec.NodeName != "" {
			out = append(out, p)
		}
	}
	return out
}

// wholeGangs: of each gang none has a node, or as many as it needs.
func wholeGangs(sizes map[string]int) func(*sim.World) error {
	return func(w *sim.World) error {
		for name, min := range sizes {
			if n := len(bound(w, name)); n > 0 && n < min {
				return fmt.Errorf("%d of at least %d pods of gang %s have a node", n, min, name)
			}
		}
		return nil
	}
}

// noOvercommit: what runs on a node fits there.
func noOvercommit(w *sim.World) error {
	used := map[string]int64{}
	for _, p := range w.Pods(api.Host, "") {
		if p.Spec.NodeName != "" && !plan.Terminated(p) {
			used[p.Spec.NodeName] += p.Spec.Containers[0].Resources.Requests.Cpu().MilliValue()
		}
	}
	for node, n := range used {
		if n > 8000 {
			return fmt.Errorf("%dm of 8000m CPU of node %s are given away", n, node)
		}
	}
	return nil
}
