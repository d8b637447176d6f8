package accept

import (
	"fmt"
	"strings"
	"testing"
)

// F6: what looks into controllers, and what they clean up: explanations of all kinds, the graph, metrics, hints, owners and
// namespaces.
func TestF6(t *testing.T) {
	w := newWorld(t)
	for _, v := range []verb{
		{"explain", explained}, {"metrics", controllerMetrics}, {"hints", hinted}, {"cascades", cascades}, {"namespace with all kinds", wholeNamespace},
	} {
		t.Run(v.name, func(t *testing.T) { v.test(w.sub(t)) })
	}
}

// kinds is one object of each kind that has a controller of its own.
const kinds = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 1
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {terminationGracePeriodSeconds: 0, containers: [{name: c, image: "busybox:1", command: [/bin/busybox, sleep, "100000"]}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: each}
spec:
  selector: {matchLabels: {app: each}}
  template:
    metadata: {labels: {app: each}}
    spec: {terminationGracePeriodSeconds: 0, containers: [{name: c, image: "busybox:1", command: [/bin/busybox, sleep, "100000"]}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "busybox:1", command: [/bin/busybox, "true"]}]}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: yearly}
spec: {schedule: "0 0 1 1 *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "busybox:1"}]}}}}}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: old}
spec:
  replicas: 0
  selector: {app: old}
  template: {metadata: {labels: {app: old}}, spec: {containers: [{name: c, image: "busybox:1"}]}}
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {selector: {app: each}, ports: [{port: 80}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: limit}
spec: {hard: {configmaps: "20"}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: nowhere}
spec: {accessModes: [ReadWriteOnce], storageClassName: "", resources: {requests: {storage: 1Gi}}}
---
`

// explained: every kind with a controller says what would come next, and why.
func explained(w *world) {
	w.apply(deployed("web", busybox, "replicas: 1") + kinds)
	w.rolled("deployment/web")
	w.ready("condition=Complete", "job/once")
	w.rolled("daemonset/each")
	node := w.field("nodes", ".items[0].metadata.name")
	set := w.field("replicasets -l app=web", ".items[0].metadata.name")
	for object, words := range map[string][]string{
		"deployment/web":            {"deployment-controller: all 1 replicas are updated and available"},
		"replicaset/" + set:         {"controlled by Deployment web", "has 1 of 1 pods, 1 ready", "goes when none of its owners is left: Deployment web"},
		"statefulset/db":            {"statefulset-controller:"},
		"daemonset/each":            {"1 nodes should run a pod, 1 do, 1 available"},
		"job/once":                  {"job-controller:"},
		"cronjob/yearly":            {`schedule "0 0 1 1 *", last run never yet`, "looks again at"},
		"replicationcontroller/old": {"has 0 of 0 pods"},
		"service/front":             {"1 endpoints in 1 slices, 1 ready"},
		"pdb/web":                   {"1 of 1 expected pods are healthy, 1 have to be: 0 may be evicted now"},
		"resourcequota/limit":       {"used: configmaps 1 of 20"},
		"pvc/nowhere":               {"no persistent volumes available for this claim and no storage class is set"},
		"node/" + node:              {"node-lifecycle-controller: ready;"},
	} {
		w.eventually("what explain says of "+object, func() error {
			out, err := w.gantry("explain", object, "-n", w.ns)
			if err != nil {
				return err
			}
			return want(out, words...)
		})
	}
	if _, err := w.gantry("explain", "deployment/nosuch", "-n", w.ns); err == nil || !strings.Contains(err.Error(), `"nosuch" not found`) {
		w.Errorf("an object that is not there: %v", err)
	}
}

// controllerMetrics: what dashboards of kube-controller-manager read.
func controllerMetrics(w *world) {
	var found []string // what matters, so that a failure can be read
	for line := range strings.Lines(w.k("get", "--raw", "/metrics")) {
		if strings.HasPrefix(line, "workqueue_") && !strings.Contains(line, "le=\"1") || strings.HasPrefix(line, "job_") || strings.HasPrefix(line, "endpoint_slice_") {
			found = append(found, line)
		}
	}
	if err := want(strings.Join(found, ""), `workqueue_adds_total{name="deployment-controller"}`, `workqueue_depth{name="job-controller"}`,
		`workqueue_queue_duration_seconds_bucket{name="replicaset-controller"`, `workqueue_work_duration_seconds_count{name="node-lifecycle-controller"}`,
		`workqueue_retries_total`, `workqueue_unfinished_work_seconds{name="garbage-collector-controller"}`,
		`job_controller_jobs_finished_total{completion_mode="NonIndexed",reason="",result="succeeded"}`, `endpoint_slice_controller_changes{operation="create"}`); err != nil {
		w.Error(err)
	}
}

// hinted: a service that prefers the same node has hints for it, and answers.
func hinted(w *world) {
	w.k("patch", "service", "front", "--type=merge", "-p", `{"spec":{"trafficDistribution":"PreferSameNode"}}`)
	node := w.field("nodes", ".items[0].metadata.name")
	w.eventually("a hint", func() error {
		return want(w.field("endpointslices -l kubernetes.io/service-name=front", ".items[*].endpoints[*].hints.forNodes[*].name"), node)
	})
	w.k("patch", "service", "front", "--type=json", "-p", `[{"op":"remove","path":"/spec/trafficDistribution"}]`)
	w.eventually("no hint", func() error {
		if got := w.field("endpointslices -l kubernetes.io/service-name=front", ".items[*].endpoints[*].hints"); got != "" {
			return fmt.Errorf("still %s", got)
		}
		return nil
	})
}

// cascades: orphan, background and foreground deletion, as kubectl asks for them.
func cascades(w *world) {
	pods := func(app string) string { return w.k("get", "pods,replicasets", "-l", "app="+app, "-o", "name") }
	w.apply(deployed("a", busybox, "replicas: 1"))
	w.rolled("deployment/a")
	w.k("delete", "deployment", "a", "--cascade=orphan")
	if got := pods("a"); strings.Count(got, "\n") != 1 {
		w.Errorf("after orphaning there are %q", got)
	}
	w.eventually("a set without owner", func() error {
		if got := w.field("replicasets -l app=a", ".items[*].metadata.ownerReferences"); got != "" {
			return fmt.Errorf("owned by %s", got)
		}
		return nil
	})
	w.k("delete", "replicasets", "-l", "app=a", "--cascade=foreground", "--wait", "--timeout=60s")
	if got := pods("a"); got != "" {
		w.Errorf("after foreground deletion there are %q", got)
	}
	w.apply(deployed("b", busybox, "replicas: 1"))
	w.rolled("deployment/b")
	w.k("delete", "deployment", "b")
	w.eventually("nothing is left", func() error {
		if got := pods("b"); got != "" {
			return fmt.Errorf("left: %q", got)
		}
		return nil
	})
}

// wholeNamespace: a namespace with objects of all kinds goes as a whole.
func wholeNamespace(w *world) {
	ns := w.ns + "-whole"
	w.k("create", "namespace", ns)
	if _, err := w.tryKubectl(deployed("web", busybox, "replicas: 1")+kinds, "-n", ns, "apply", "-f", "-"); err != nil {
		w.Fatal(err)
	}
	if _, err := w.tryKubectl("", "-n", ns, "rollout", "status", "deployment/web", "--timeout=60s"); err != nil {
		w.Fatal(err)
	}
	w.k("delete", "namespace", ns, "--timeout=90s")
	if out, err := w.try("get", "namespace", ns); err == nil {
		w.Errorf("it is still there: %s", out)
	}
}
