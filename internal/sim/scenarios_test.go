package sim_test

import (
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/sim"
)

// stories are all scenarios, by name. A story is made anew for every run: its acts may share variables.
func stories() []func() sim.Scenario {
	return []func() sim.Scenario{rollout, drain, nodeLoss, namespaceGone, jobs, cron, ordinals, daemons, cascades, quotas, tenants, gangs, lending, handover, binders}
}

const (
	beat = 20 * time.Second
	rest = 12 * time.Minute // longer than the longest back-off
)

var inDefault = api.Scope{Cluster: api.Host, Namespace: "default"} //nolint:gochecknoglobals // never changed

func keyOf(r api.Resource, name string) api.Key { return in(api.Host, r, "default", name) }

func in(c api.Cluster, r api.Resource, ns, name string) api.Key {
	return api.Key{Resource: r, Cluster: c, Namespace: ns, Name: name}
}

// template is a pod template with the label app=name, and annotations for simulated pods.
func template(name, image, spec string, notes ...string) string {
	for i, n := range notes {
		k, v, _ := strings.Cut(n, "=")
		notes[i] = fmt.Sprintf("sim.gantry.dev/%s: %q", k, v)
	}
	if spec != "" {
		spec += ", "
	}
	return fmt.Sprintf("{metadata: {labels: {app: %s}, annotations: {%s}}, spec: {%scontainers: [{name: c, image: %s}]}}", name, strings.Join(notes, ", "), spec, image)
}

func deployment(name string, replicas int, more, template string) string {
	return fmt.Sprintf("{apiVersion: apps/v1, kind: Deployment, metadata: {name: %s}, spec: {replicas: %d, selector: {matchLabels: {app: %s}}, %s template: %s}}", name, replicas, name, more, template)
}

// rollout rolls, scales and rolls back, under a service and without ever being short of pods.
func rollout() sim.Scenario {
	least := 0
	web := keyOf(plan.Deployments, "web")
	return sim.Scenario{Name: "rollout", Beat: beat, Rest: rest,
		Never: []func(*sim.World) error{
			sim.Sized(web, 8),
			func(w *sim.World) error { return sim.Available(inDefault, "web", least)(w) },
		},
		Script: func(s *sim.Script) {
			demand := func(n int) { s.Do(fmt.Sprint("demand ", n), func(*sim.World) error { least = n; return nil }) }
			image := func(v string) {
				sim.Edit(s, "image "+v, web, func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = v })
			}
			size := func(n int32) {
				sim.Edit(s, fmt.Sprint("scale to ", n), web, func(d *appsv1.Deployment) { d.Spec.Replicas = &n })
			}
			s.Ready(api.Host)
			s.Node(api.Host, "n1", nil)
			s.Node(api.Host, "n2", nil)
			s.Apply(api.Host, "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}",
				deployment("web", 4, "strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}, minReadySeconds: 2,", template("web", "web:1", "", "ready=3s", "stop=4s")))
			s.Complete(web)
			demand(3)
			image("web:2")
			s.Complete(web)
			size(7)
			s.Complete(web)
			demand(6)
			image("web:3")
			s.Until("half way", func(w *sim.World) bool {
				for _, rs := range sim.List[appsv1.ReplicaSet](w, api.Scope{Resource: plan.ReplicaSets, Cluster: api.Host}) {
					if rs.Spec.Template.Spec.Containers[0].Image == "web:3" && rs.Status.Replicas > 0 {
						return true
					}
				}
				return false
			})
			image("web:1")
			s.Complete(web)
			demand(3)
			size(4)
			s.Complete(web)
			image("web:2")
			s.Complete(web)
		},
	}
}

// drain empties nodes under a budget.
func drain() sim.Scenario {
	web := keyOf(plan.Deployments, "web")
	return sim.Scenario{Name: "drain", Beat: beat, Rest: rest, Never: []func(*sim.World) error{sim.Bounded(inDefault, "web", 7)},
		Script: func(s *sim.Script) {
			s.Ready(api.Host)
			for _, n := range []string{"n1", "n2", "n3"} {
				s.Node(api.Host, n, nil)
			}
			s.Apply(api.Host, "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web}, spec: {minAvailable: 4, selector: {matchLabels: {app: web}}}}",
				deployment("web", 5, "", strings.Replace(template("web", "web:1", "", "ready=5s", "stop=3s"), "image: web:1", "image: web:1, resources: {requests: {cpu: 2}}", 1)))
			s.Complete(web)
			for _, n := range []string{"n1", "n2"} {
				cordon(s, n, true)
				empty(s, n)
				s.Complete(web)
				cordon(s, n, false)
			}
			s.Complete(web)
		}}
}

func cordon(s *sim.Script, node string, off bool) {
	sim.Edit(s, fmt.Sprintf("cordon %s: %t", node, off), in(api.Host, plan.Nodes, "", node), func(n *corev1.Node) { n.Spec.Unschedulable = off })
}

// empty evicts what is on a node, again and again, as kubectl drain does.
func empty(s *sim.Script, node string) {
	s.Repeat("drain "+node, 5*time.Second, func(w *sim.World) (bool, error) {
		left := 0
		for _, p := range w.Pods(api.Host, "") {
			if p.Spec.NodeName != node {
				continue
			}
			left++
			if p.DeletionTimestamp == nil {
				w.Try(client.Write{Verb: client.Evict, Key: plan.KeyOf(api.Host, plan.Pods, p)}) // a refusal is the budget's
			}
		}
		return left == 0, nil
	})
}

// nodeLoss cuts a node off until its pods are evicted by its taint, and brings it back.
func nodeLoss() sim.Scenario {
	web, db := keyOf(plan.Deployments, "web"), keyOf(plan.StatefulSets, "db")
	return sim.Scenario{Name: "nodeloss", Beat: 10 * time.Second, Rest: rest, Never: []func(*sim.World) error{sim.Bounded(inDefault, "web", 6)},
		Script: func(s *sim.Script) {
			s.Ready(api.Host)
			for _, n := range []string{"n1", "n2", "n3", "n4"} {
				s.Node(api.Host, n, nil)
			}
			s.Apply(api.Host, deployment("web", 5, "", template("web", "web:1", "", "stop=2s")),
				"{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {replicas: 4, serviceName: db, podManagementPolicy: Parallel, selector: {matchLabels: {app: db}}, template: "+
					template("db", "db:1", "topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: db}}}]")+"}}")
			s.Complete(web)
			s.Until("db is ready", full(db, 4))
			s.CutOff(api.Host, "n1")
			s.Wait(8 * time.Minute) // not heard of for 40 seconds, tolerated for 300
			s.Until("web is elsewhere", func(w *sim.World) bool {
				ready := 0
				for _, p := range w.Pods(api.Host, "default") {
					if p.Labels["app"] == "web" && plan.Ready(p) && p.Spec.NodeName != "n1" {
						ready++
					}
				}
				return ready == 5
			})
			s.Reconnect(api.Host, "n1")
			s.Complete(web)
			s.Until("db is whole", full(db, 4))
		}}
}

func full(key api.Key, n int32) func(*sim.World) bool {
	return func(w *sim.World) bool {
		s, ok := sim.Get[appsv1.StatefulSet](w, key)
		return ok && s.Status.ObservedGeneration >= s.Generation && s.Status.ReadyReplicas == n && s.Status.Replicas == n && s.Status.UpdatedReplicas == n &&
			s.Status.CurrentRevision == s.Status.UpdateRevision
	}
}

// namespaceGone deletes a namespace with everything in it, which something holds up for a while.
func namespaceGone() sim.Scenario {
	shop, web := in(api.Host, plan.Namespaces, "", "shop"), keyOf(plan.Deployments, "web")
	held := in(api.Host, plan.ConfigMaps, "shop", "held")
	return sim.Scenario{Name: "namespace", Beat: beat, Rest: rest, Script: func(s *sim.Script) {
		s.Ready(api.Host, "shop")
		s.Node(api.Host, "n1", nil)
		s.Apply(api.Host, deployment("web", 2, "", template("web", "web:1", "")))
		inShop := func(doc string) string { return strings.Replace(doc, "metadata: {", "metadata: {namespace: shop, ", 1) }
		s.Apply(api.Host, inShop(deployment("web", 3, "", template("web", "web:1", "", "stop=3s"))),
			inShop("{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}"),
			inShop("{apiVersion: v1, kind: ConfigMap, metadata: {name: held, finalizers: [example.org/hold]}}"),
			inShop("{apiVersion: batch/v1, kind: Job, metadata: {name: work}, spec: {completions: 2, template: "+template("work", "work:1", "restartPolicy: Never", "run=30s")+"}}"))
		s.Complete(web)
		s.Until("pods in shop", func(w *sim.World) bool { return len(w.Pods(api.Host, "shop")) >= 4 })
		s.Delete(shop, "")
		s.Until("only what is held is left", func(w *sim.World) bool {
			n, ok := sim.Get[corev1.Namespace](w, shop)
			return ok && len(w.Pods(api.Host, "shop")) == 0 && hasCondition(n, corev1.NamespaceFinalizersRemaining)
		})
		sim.Edit(s, "let go", held, func(c *corev1.ConfigMap) { c.Finalizers = nil })
		s.Gone(shop)
		s.Do("nothing is left", func(w *sim.World) error {
			if left := w.In(api.Host, "shop"); len(left) > 0 {
				return fmt.Errorf("finally: left behind: %v", left)
			}
			return nil
		})
	}}
}

func hasCondition(n *corev1.Namespace, t corev1.NamespaceConditionType) bool {
	for _, c := range n.Status.Conditions {
		if c.Type == t && c.Status == corev1.ConditionTrue {
			return true
		}
	}
	return false
}

// jobs run to their ends, good and bad.
func jobs() sim.Scenario {
	return sim.Scenario{Name: "jobs", Beat: beat, Rest: 20 * time.Minute, Script: func(s *sim.Script) {
		s.Ready(api.Host)
		s.Node(api.Host, "n1", nil)
		s.Node(api.Host, "n2", nil)
		job := func(name, spec, tmpl string) {
			s.Apply(api.Host, fmt.Sprintf("{apiVersion: batch/v1, kind: Job, metadata: {name: %s}, spec: {%s, template: %s}}", name, spec, tmpl))
		}
		never := "restartPolicy: Never"
		job("plain", "completions: 6, parallelism: 3", template("plain", "i", never, "run=7s"))
		job("indexed", "completionMode: Indexed, completions: 6, parallelism: 4, backoffLimitPerIndex: 3", template("indexed", "i", never, "run=5s", "exit=0,1:3/2,4:9/1"))
		job("partial", "completionMode: Indexed, completions: 5, parallelism: 2, backoffLimitPerIndex: 1, maxFailedIndexes: 5", template("partial", "i", never, "run=5s", "exit=0,2:1,3:42"))
		job("policy", "completionMode: Indexed, completions: 4, parallelism: 4, backoffLimitPerIndex: 2, podFailurePolicy: {rules: [{action: FailIndex, onExitCodes: {operator: In, values: [42]}}]}",
			template("policy", "i", never, "run=5s", "exit=0,2:42"))
		job("hopeless", "completions: 1, backoffLimit: 0", template("hopeless", "i", never, "run=3s", "exit=1"))
		job("paused", "completions: 3, parallelism: 1, suspend: true", template("paused", "i", never, "run=4s"))
		s.Until("the end of plain", ended("plain", batchv1.JobComplete))
		s.Until("the end of indexed", ended("indexed", batchv1.JobComplete))
		s.Until("the end of hopeless", ended("hopeless", batchv1.JobFailed))
		off := false
		sim.Edit(s, "resume", keyOf(plan.Jobs, "paused"), func(j *batchv1.Job) { j.Spec.Suspend = &off })
		s.Until("the end of partial", ended("partial", batchv1.JobFailed))
		s.Until("the end of policy", ended("policy", batchv1.JobFailed))
		s.Until("the end of paused", ended("paused", batchv1.JobComplete))
	}}
}

func ended(name string, how batchv1.JobConditionType) func(*sim.World) bool {
	return func(w *sim.World) bool {
		j, ok := sim.Get[batchv1.Job](w, keyOf(plan.Jobs, name))
		if !ok {
			return false
		}
		end, _ := plan.JobEnd(j)
		return end == how
	}
}
