package accept

import (
	"fmt"
	"strings"
	"testing"
)

// F1: Deployments, ReplicaSets and budgets with real pods, in the words that users see.
func TestF1(t *testing.T) {
	w := newWorld(t)
	for _, v := range []verb{
		{"history, undo, pause", deploymentHistory}, {"deadline", deploymentDeadline}, {"deletion cost", deletionCost}, {"budget by percent of any controller", budgetOfSet},
	} {
		t.Run(v.name, func(t *testing.T) { v.test(w.sub(t)) })
	}
}

// deployed is a Deployment whose pods idle; spec is further fields of it, a line each.
func deployed(name, image string, spec ...string) string {
	return fmt.Sprintf(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: %[1]s}
spec:
  selector: {matchLabels: {app: %[1]s}}
  %[3]s
  template:
    metadata: {labels: {app: %[1]s}}
    spec: {terminationGracePeriodSeconds: 0, containers: [{name: c, image: %[2]q, command: [/bin/busybox, sleep, "100000"], env: [{name: V, value: "1"}]}]}
---
`, name, image, strings.Join(spec, "\n  "))
}

func deploymentHistory(w *world) {
	w.set("deployment", "web", deployed("web", busybox, "replicas: 2"))
	w.rolled("deployment/web")
	w.k("set", "env", "deployment/web", "V=2")
	w.rolled("deployment/web")
	if err := want(w.k("rollout", "history", "deployment/web"), "1 ", "2 "); err != nil {
		w.Error(err)
	}
	w.k("rollout", "undo", "deployment/web")
	w.rolled("deployment/web")
	for path, wanted := range map[string]string{
		`.metadata.annotations.deployment\.kubernetes\.io/revision`: "3", ".spec.template.spec.containers[0].env[0].value": "1",
		`.status.conditions[?(@.type=="Progressing")].reason`: "NewReplicaSetAvailable", `.status.conditions[?(@.type=="Available")].reason`: "MinimumReplicasAvailable",
	} {
		if got := w.field("deployment/web", path); got != wanted {
			w.Errorf("%s is %q, want %q", path, got, wanted)
		}
	}
	if got := w.k("get", "replicasets", "-l", "app=web", "-o", `jsonpath={.items[*].metadata.annotations.deployment\.kubernetes\.io/revision-history}`); strings.TrimSpace(got) != "1" {
		w.Errorf("the set that came back was revision %q before, want 1", got)
	}
	w.k("rollout", "pause", "deployment/web")
	w.k("set", "env", "deployment/web", "V=4")
	w.eventually("paused", func() error {
		return want(w.field("deployment/web", `.status.conditions[?(@.type=="Progressing")].reason`)+w.field("deployment/web", ".status.observedGeneration"), "DeploymentPaused", w.field("deployment/web", ".metadata.generation"))
	})
	if n := len(strings.Fields(w.k("get", "replicasets", "-l", "app=web", "-o", "name"))); n != 2 {
		w.Errorf("%d sets while paused, want 2", n)
	}
	w.k("rollout", "resume", "deployment/web")
	w.rolled("deployment/web")
}

func deploymentDeadline(w *world) {
	w.set("deployment", "late", deployed("late", "nobody.local/nothing:1", "replicas: 1", "progressDeadlineSeconds: 3"))
	w.eventually("the deadline", func() error {
		return want(w.field("deployment/late", `.status.conditions[?(@.type=="Progressing")]`), "ProgressDeadlineExceeded", "has timed out progressing.")
	})
	w.refused([]string{"exceeded its progress deadline"}, "rollout", "status", "deployment/late", "--timeout=20s")
}

// deletionCost: of three equal pods the cheapest goes.
func deletionCost(w *world) {
	w.set("deployment", "cost", deployed("cost", busybox, "replicas: 3"))
	w.rolled("deployment/cost")
	pods := strings.Fields(w.k("get", "pods", "-l", "app=cost", "-o", "jsonpath={.items[*].metadata.name}"))
	w.k("annotate", "pod", pods[1], "controller.kubernetes.io/pod-deletion-cost=-10")
	w.k("scale", "deployment/cost", "--replicas=2")
	w.eventually("two pods", func() error {
		left := strings.Fields(w.k("get", "pods", "-l", "app=cost", "-o", "jsonpath={.items[*].metadata.name}"))
		return want(fmt.Sprint(len(left), strings.Join(left, " ")), "2", pods[0], pods[2])
	})
}

// budgetOfSet: a percentage is one of what the StatefulSet wants, and an eviction beyond it is a 429.
func budgetOfSet(w *world) {
	w.set("statefulset", "shards", workload("StatefulSet", "shards", "", "replicas: 2", "serviceName: shards", "podManagementPolicy: Parallel"))
	w.apply("apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: shards}\nspec: {maxUnavailable: \"50%\", selector: {matchLabels: {app: shards}}}\n")
	w.eventually("room for one", func() error {
		return want(w.field("pdb/shards", ".status"), `"expectedPods":2`, `"disruptionsAllowed":`)
	})
	w.k("patch", "pdb", "shards", "--type=merge", "-p", `{"spec":{"maxUnavailable":0}}`)
	w.eventually("room for none", func() error {
		return want(w.field("pdb/shards", ".status"), `"disruptionsAllowed":0`, `"desiredHealthy":2`)
	})
	w.eventually("all are healthy", func() error { return want(w.field("pdb/shards", ".status"), `"currentHealthy":2`) })
	a := w.call("POST", "/api/v1/namespaces/"+w.ns+"/pods/shards-0/eviction", `{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"shards-0"}}`)
	if err := want(fmt.Sprint(a), "429", "Cannot evict pod as it would violate the pod's disruption budget.", "The disruption budget shards needs 2 healthy pods and has 2 currently"); err != nil {
		w.Error(err)
	}
}
