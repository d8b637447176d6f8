package sim_test

import (
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/controllers/nodelifecycle"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/sim"
)

// cron lets two days go by.
func cron() sim.Scenario {
	calm := nodelifecycle.Defaults()
	calm.Grace, calm.StartupGrace = 30*time.Hour, 30*time.Hour
	return sim.Scenario{Name: "cron", Beat: 8 * time.Hour, Lifecycle: &calm, Rest: 10 * time.Minute,
		Never: []func(*sim.World) error{oneAtATime("strict")},
		Script: func(s *sim.Script) {
			s.Ready(api.Host)
			s.Node(api.Host, "n1", nil)
			cj := func(name, spec, tmpl string) {
				s.Apply(api.Host, fmt.Sprintf("{apiVersion: batch/v1, kind: CronJob, metadata: {name: %s}, spec: {%s, jobTemplate: {spec: {template: %s}}}}", name, spec, tmpl))
			}
			cj("often", `schedule: "0 */3 * * *", successfulJobsHistoryLimit: 2`, template("often", "i", "restartPolicy: Never", "run=90s"))
			cj("strict", `schedule: "30 */4 * * *", concurrencyPolicy: Forbid`, template("strict", "i", "restartPolicy: Never", "run=5h"))
			cj("replace", `schedule: "15 */6 * * *", concurrencyPolicy: Replace, failedJobsHistoryLimit: 1`, template("replace", "i", "restartPolicy: Never", "run=7h", "stop=2s"))
			cj("berlin", `schedule: "0 4 * * *", timeZone: Europe/Berlin`, template("berlin", "i", "restartPolicy: OnFailure", "run=1s"))
			s.Wait(49 * time.Hour)
		}}
}

// oneAtATime is the promise of concurrencyPolicy Forbid.
func oneAtATime(cronjob string) func(*sim.World) error {
	return func(w *sim.World) error {
		n := 0
		for _, j := range sim.List[batchv1.Job](w, api.Scope{Resource: plan.Jobs, Cluster: api.Host}) {
			if ref := metav1.GetControllerOf(j); ref == nil || ref.Name != cronjob {
				continue
			}
			if end, _ := plan.JobEnd(j); end == "" && j.DeletionTimestamp == nil {
				n++
			}
		}
		if n > 1 {
			return fmt.Errorf("%d jobs of %s run at once", n, cronjob)
		}
		return nil
	}
}

// ordinals is a stateful set with claims that scales and rolls.
func ordinals() sim.Scenario {
	db := keyOf(plan.StatefulSets, "db")
	// The volumes are alike: which of them a claim has depends on who came first.
	alike := []string{"persistentvolumes:spec", "persistentvolumes:status", "persistentvolumes:metadata.annotations", "persistentvolumeclaims:spec.volumeName"}
	return sim.Scenario{Name: "ordinals", Beat: beat, Rest: rest, Loose: alike, Script: func(s *sim.Script) {
		s.Ready(api.Host)
		s.Node(api.Host, "n1", nil)
		s.Node(api.Host, "n2", nil)
		for i := range 6 {
			s.Apply(api.Host, fmt.Sprintf("{apiVersion: v1, kind: PersistentVolume, metadata: {name: v%d}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: Retain, hostPath: {path: /v}}}", i))
		}
		s.Apply(api.Host, `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {replicas: 3, serviceName: db, selector: {matchLabels: {app: db}},
			persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain, whenScaled: Delete},
			volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], storageClassName: "", resources: {requests: {storage: 1Gi}}}}],
			template: `+template("db", "db:1", "", "ready=2s", "stop=3s")+"}}")
		s.Until("db has 3", full(db, 3))
		sim.Edit(s, "roll", db, func(d *appsv1.StatefulSet) { d.Spec.Template.Spec.Containers[0].Image = "db:2" })
		s.Until("db is new", full(db, 3))
		one, three := int32(1), int32(3)
		sim.Edit(s, "scale to 1", db, func(d *appsv1.StatefulSet) { d.Spec.Replicas = &one })
		s.Until("db has 1", full(db, 1))
		s.Until("claims are gone", func(w *sim.World) bool {
			return len(sim.List[corev1.PersistentVolumeClaim](w, api.Scope{Resource: plan.VolumeClaims, Cluster: api.Host})) == 1
		})
		sim.Edit(s, "scale to 3", db, func(d *appsv1.StatefulSet) { d.Spec.Replicas = &three })
		s.Until("db has 3 again", full(db, 3))
		sim.Edit(s, "roll again", db, func(d *appsv1.StatefulSet) { d.Spec.Template.Spec.Containers[0].Image = "db:3" })
		s.Until("db is newer", full(db, 3))
	}}
}

// daemons follow nodes that come and go.
func daemons() sim.Scenario {
	ds := keyOf(plan.DaemonSets, "agent")
	everywhere := func(n int32) func(*sim.World) bool {
		return func(w *sim.World) bool {
			d, ok := sim.Get[appsv1.DaemonSet](w, ds)
			return ok && d.Status.ObservedGeneration >= d.Generation && d.Status.DesiredNumberScheduled == n && d.Status.NumberAvailable == n && d.Status.UpdatedNumberScheduled == n &&
				d.Status.NumberMisscheduled == 0
		}
	}
	return sim.Scenario{Name: "daemons", Beat: beat, Rest: rest, Script: func(s *sim.Script) {
		s.Ready(api.Host)
		s.Node(api.Host, "n1", nil)
		s.Apply(api.Host, "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: agent}, spec: {selector: {matchLabels: {app: agent}}, template: "+
			template("agent", "agent:1", "nodeSelector: {role: worker}", "ready=1s", "stop=1s")+"}}")
		s.Node(api.Host, "n2", map[string]string{"role": "worker"})
		s.Node(api.Host, "n3", map[string]string{"role": "worker"})
		s.Until("two", everywhere(2))
		sim.Edit(s, "n1 works too", in(api.Host, plan.Nodes, "", "n1"), func(n *corev1.Node) { n.Labels["role"] = "worker" })
		s.Until("three", everywhere(3))
		s.Destroy(api.Host, "n2")
		s.Until("two are left", everywhere(2))
		sim.Edit(s, "roll", ds, func(d *appsv1.DaemonSet) { d.Spec.Template.Spec.Containers[0].Image = "agent:2" })
		s.Until("two are new", everywhere(2))
		s.Node(api.Host, "n2", map[string]string{"role": "worker"})
		sim.Edit(s, "n1 is no worker", in(api.Host, plan.Nodes, "", "n1"), func(n *corev1.Node) { delete(n.Labels, "role") })
		s.Until("n2 and n3", everywhere(2))
	}}
}

// cascades deletes owners in all ways.
func cascades() sim.Scenario {
	a, b, c := keyOf(plan.Deployments, "a"), keyOf(plan.Deployments, "b"), keyOf(plan.Deployments, "c")
	return sim.Scenario{Name: "cascades", Beat: beat, Rest: rest, Script: func(s *sim.Script) {
		s.Ready(api.Host)
		s.Node(api.Host, "n1", nil)
		for _, k := range []api.Key{a, b, c} {
			s.Apply(api.Host, deployment(k.Name, 2, "", template(k.Name, "i", "", "stop=2s")))
		}
		s.Complete(a)
		s.Complete(b)
		s.Complete(c)
		// A chain of owners, one of which nobody has ever seen.
		s.Apply(api.Host, "{apiVersion: v1, kind: ConfigMap, metadata: {name: top}}")
		s.Do("a chain", func(w *sim.World) error {
			owner, _ := sim.Get[corev1.ConfigMap](w, keyOf(plan.ConfigMaps, "top"))
			for _, name := range []string{"middle", "bottom"} {
				next := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name,
					OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: owner.Name, UID: owner.UID}}}}
				w.Try(plan.Create(keyOf(plan.ConfigMaps, name), next, ""))
				owner, _ = sim.Get[corev1.ConfigMap](w, keyOf(plan.ConfigMaps, name))
				if owner == nil {
					return nil // the process has died: once more
				}
			}
			stray := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "stray",
				OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: "nobody", UID: "gone-long-ago"}}}}
			w.Try(plan.Create(keyOf(plan.ConfigMaps, "stray"), stray, ""))
			return nil
		})
		s.Delete(a, metav1.DeletePropagationForeground)
		s.Delete(b, metav1.DeletePropagationBackground)
		s.Delete(c, metav1.DeletePropagationOrphan)
		s.Delete(keyOf(plan.ConfigMaps, "top"), "")
		for _, k := range []api.Key{a, b, c, keyOf(plan.ConfigMaps, "top"), keyOf(plan.ConfigMaps, "middle"), keyOf(plan.ConfigMaps, "bottom"), keyOf(plan.ConfigMaps, "stray")} {
			s.Gone(k)
		}
		s.Until("the pods of c alone are left", func(w *sim.World) bool {
			for _, p := range w.Pods(api.Host, "default") {
				if p.Labels["app"] != "c" {
					return false
				}
			}
			return len(w.Pods(api.Host, "default")) == 2
		})
		// A deployment that fits adopts what was orphaned.
		s.Apply(api.Host, deployment("c", 2, "", template("c", "i", "", "stop=2s")))
		s.Complete(c)
	}}
}

// quotas are contended for.
func quotas() sim.Scenario {
	quota := in(api.Host, api.Resource{Name: "resourcequotas"}, "default", "q")
	a, b := keyOf(plan.Deployments, "a"), keyOf(plan.Deployments, "b")
	return sim.Scenario{Name: "quotas", Beat: beat, Rest: rest, Never: []func(*sim.World) error{withinQuota},
		Script: func(s *sim.Script) {
			s.Ready(api.Host)
			s.Node(api.Host, "n1", nil)
			s.Apply(api.Host, `{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {pods: "5", configmaps: "3"}}}`)
			s.Until("the quota is counted", func(w *sim.World) bool {
				q, ok := sim.Get[corev1.ResourceQuota](w, quota)
				return ok && len(q.Status.Hard) == 2
			})
			s.Apply(api.Host, deployment("a", 4, "", template("a", "i", "", "stop=2s")), deployment("b", 4, "", template("b", "i", "", "stop=2s")))
			s.Until("it is used up", func(w *sim.World) bool { return len(w.Pods(api.Host, "default")) == 5 })
			s.Wait(3 * time.Minute)
			sim.Edit(s, "more", quota, func(q *corev1.ResourceQuota) { q.Spec.Hard[corev1.ResourcePods] = resource.MustParse("9") })
			s.Complete(a)
			s.Complete(b)
			s.Delete(b, metav1.DeletePropagationBackground)
			s.Gone(b)
			s.Until("four are left", func(w *sim.World) bool { return len(w.Pods(api.Host, "default")) == 4 })
		}}
}

func withinQuota(w *sim.World) error {
	for _, q := range sim.List[corev1.ResourceQuota](w, api.Scope{Resource: api.Resource{Name: "resourcequotas"}, Cluster: api.Host}) {
		hard, ok := q.Status.Hard[corev1.ResourcePods]
		if !ok {
			continue
		}
		pods := 0
		for _, p := range w.Pods(api.Host, q.Namespace) {
			if !plan.Terminated(p) {
				pods++
			}
		}
		used := q.Status.Used[corev1.ResourcePods]
		if int64(pods) > hard.Value() {
			return fmt.Errorf("%d pods, the quota allows %d", pods, hard.Value())
		}
		if int64(pods) > used.Value() {
			return fmt.Errorf("%d pods, the quota counts %d", pods, used.Value())
		}
	}
	return nil
}

// tenants are two clusters that use the same names for everything.
func tenants() sim.Scenario {
	const a, b api.Cluster = "a", "b"
	return sim.Scenario{Name: "tenants", Beat: beat, Rest: rest, Script: func(s *sim.Script) {
		for _, c := range []api.Cluster{a, b} {
			s.Ready(c)
			s.Node(c, "n1", map[string]string{sim.Tenant: string(c)})
		}
		web := func(c api.Cluster) api.Key { return in(c, plan.Deployments, "default", "web") }
		size := map[api.Cluster]int{a: 3, b: 2}
		for _, c := range []api.Cluster{a, b} {
			s.Apply(c, fmt.Sprintf("{apiVersion: v1, kind: Service, metadata: {name: web, labels: {%s: %s}}, spec: {clusterIP: 10.43.0.77, selector: {app: web}, ports: [{port: 80}]}}", sim.Tenant, c),
				fmt.Sprintf("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, labels: {%s: %s}}, spec: {replicas: %d, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web, %s: %s}}, spec: {containers: [{name: c, image: i}]}}}}",
					sim.Tenant, c, size[c], sim.Tenant, c))
		}
		s.Complete(web(a))
		s.Complete(web(b))
		sim.Edit(s, "roll a", web(a), func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = "j" })
		s.Complete(web(a))
		s.Delete(web(b), metav1.DeletePropagationForeground)
		s.Gone(web(b))
		s.Until("b has no pods, a has all", func(w *sim.World) bool { return len(w.Pods(b, "")) == 0 && len(w.Pods(a, "")) == 3 })
		s.Delete(in(b, plan.Nodes, "", "n1"), "")
		s.Wait(time.Minute)
	}}
}
