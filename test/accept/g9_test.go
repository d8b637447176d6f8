package accept

import (
	"fmt"
	"strings"
	"testing"
)

// G9: upstream's own alpha Workload API, by upstream's switches: Workload and PodGroup are served and validated, their pods are bound
// together or not at all, their condition says what came of them, and a group stays while it has pods.
func TestG9(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16479")
	for flags, word := range map[string]string{
		"--feature-gates=GangScheduling=true":                                       "GangScheduling is enabled, but depends on features that are disabled: [GenericWorkload]",
		"--feature-gates=NoSuchThing=true":                                          "unrecognized feature gate: NoSuchThing",
		"--feature-gates=TopologyAwareWorkloadScheduling=true,GenericWorkload=true": "TopologyAwareWorkloadScheduling",
		"--feature-gates=WorkloadWithJob=true,GenericWorkload=true":                 "WorkloadWithJob needs --runtime-config=scheduling.k8s.io/v1alpha2=true",
		"--runtime-config=apps/v1=false":                                            "apps/v1",
	} {
		if out, err := in.gantry("server", "--listen", in.listen, flags); err == nil {
			t.Fatalf("it started with %s: %s", flags, out)
		} else if err := want(err.Error(), word); err != nil {
			t.Error(err)
		}
	}
	in.start(t, "server", "--listen", in.listen, "--sim-nodes", "2", "--runtime-config", "scheduling.k8s.io/v1alpha2=true", "--feature-gates", "GenericWorkload=true,GangScheduling=true,WorkloadAwarePreemption=true,WorkloadWithJob=true")
	w := worldIn(t, in)
	w.ownNodes(2)
	workload := `{apiVersion: scheduling.k8s.io/v1alpha2, kind: Workload, metadata: {name: train}, spec: {podGroupTemplates: [{name: workers, schedulingPolicy: {gang: {minCount: 5}}}]}}`
	group := func(name string, min int, more string) string {
		return fmt.Sprintf(`{apiVersion: scheduling.k8s.io/v1alpha2, kind: PodGroup, metadata: {name: %s}, spec: {schedulingPolicy: {gang: {minCount: %d}}%s}}`, name, min, more)
	}
	pods := func(w *world, name string, n int, more string) {
		w.Helper()
		for i := range n {
			w.apply(fmt.Sprintf(`{apiVersion: v1, kind: Pod, metadata: {name: %s-%d, labels: {of: %s}}, spec: {schedulingGroup: {podGroupName: %s}, %s nodeSelector: {own: "yes"}, containers: [{name: c, image: i, resources: {requests: {cpu: 1}}}]}}`, name, i, name, name, more))
		}
	}
	placed := func(w *world, of string) int {
		return len(strings.Fields(w.field("pods -l of="+of, ".items[*].spec.nodeName")))
	}
	condition := func(w *world, name, status, reason, message string) {
		w.Helper()
		w.eventually("group "+name+" says "+reason, func() error {
			c := w.field("podgroup/"+name, `.status.conditions[?(@.type=="PodGroupScheduled")]`)
			return want(c, `"status":"`+status+`"`, `"reason":"`+reason+`"`, `"message":"`+message+`"`)
		})
	}
	t.Run("the kinds are validated, and printed as upstream prints them", func(t *testing.T) {
		w := w.sub(t)
		w.creates(group("early", 2, ", podGroupTemplateRef: {workload: {workloadName: train, podGroupTemplateName: workers}}"), `PodGroup rejected: Workload "train" not found`)
		w.apply(workload)
		w.creates(group("early", 2, ", podGroupTemplateRef: {workload: {workloadName: train, podGroupTemplateName: cooks}}"), `PodGroup rejected: PodGroupTemplate "cooks" not found in Workload "train"`)
		w.creates(group("none", 0, ""), "spec.schedulingPolicy.gang.minCount")
		w.apply(group("fine", 2, ", podGroupTemplateRef: {workload: {workloadName: train, podGroupTemplateName: workers}}"))
		if err := want(w.k("get", "podgroup", "fine"), "NAME", "POLICY", "WORKLOAD", "STATUS", "AGE", "fine", "Gang", "train"); err != nil {
			t.Error(err)
		}
		if err := want(w.k("explain", "podgroup.spec.schedulingPolicy.gang.minCount"), "minCount", "integer"); err != nil {
			t.Error(err)
		}
		if got := w.field("podgroup/fine", ".metadata.finalizers[*]"); got != "scheduling.k8s.io/podgroup-protection" {
			t.Errorf("its finalizers are %q", got)
		}
		w.k("delete", "podgroup/fine", "--timeout=30s")
	})
	t.Run("a gang that fits is scheduled", func(t *testing.T) {
		w := w.sub(t)
		pods(w, "first", 5, "")
		w.apply(group("first", 5, "")) // pods wait for their group
		condition(w, "first", "True", "Scheduled", "")
		if n := placed(w, "first"); n != 5 {
			t.Errorf("%d pods of 5 have a node", n)
		}
	})
	t.Run("a gang that does not fit takes nothing and says why", func(t *testing.T) {
		w := w.sub(t)
		w.apply(group("second", 4, ""))
		pods(w, "second", 4, "") // three CPUs are left
		condition(w, "second", "False", "Unschedulable", "pod group is unschedulable")
		w.eventually("reasons of pods", func() error {
			out := w.field("pods -l of=second", `.items[*].status.conditions[?(@.type=="PodScheduled")].message`)
			return want(out, "pod group is unschedulable, waiting for minCount pods from a gang to be scheduled", "2 Insufficient cpu, 2 node(s) didn't match Pod's node affinity/selector.", "2 No preemption victims found for incoming pod")
		})
		if n := placed(w, "second"); n != 0 {
			t.Errorf("%d pods of a gang that does not fit have a node", n)
		}
		out, err := in.gantry("explain", "podgroup/second", "-n", w.ns)
		if err := errorsOr(err, want(out, "0 of its 4 pods have a node", "4 get one together", "pod group is unschedulable")); err != nil {
			t.Error(err)
		}
	})
	t.Run("pods of a group without a gang stand for themselves", func(t *testing.T) {
		w := w.sub(t)
		w.apply(`{apiVersion: scheduling.k8s.io/v1alpha2, kind: PodGroup, metadata: {name: third}, spec: {schedulingPolicy: {basic: {}}}}`)
		pods(w, "third", 5, "")
		w.eventually("three pods in the room that is left", func() error {
			if n := placed(w, "third"); n != 3 {
				return fmt.Errorf("%d have a node", n)
			}
			return nil
		})
		condition(w, "third", "True", "Scheduled", "")
	})
	t.Run("a group takes the place of less important ones as a whole", func(t *testing.T) {
		w := w.sub(t)
		w.k("create", "priorityclass", "urgent", "--value=1000")
		w.creates(group("unknown", 2, ", priorityClassName: nobody"), "no PriorityClass with name nobody was found")
		w.k("delete", "pods", "-l", "of=third", "--wait=true")
		w.apply(group("meek", 2, ", disruptionMode: PodGroup"))
		pods(w, "meek", 2, "")
		condition(w, "meek", "True", "Scheduled", "")
		w.apply(group("bold", 2, ", priorityClassName: urgent")) // one CPU is left
		pods(w, "bold", 2, "")
		condition(w, "bold", "True", "Scheduled", "")
		if got := w.field("podgroup/bold", ".spec.priority"); got != "1000" {
			t.Errorf("the group's priority is %q", got)
		}
		if n := placed(w, "bold"); n != 2 {
			t.Errorf("%d pods of the urgent group have a node", n)
		}
	})
	t.Run("a Job whose pods are of use only together has a group of its own", func(t *testing.T) {
		w := w.sub(t)
		job := func(name string, n int) string {
			return fmt.Sprintf(`{apiVersion: batch/v1, kind: Job, metadata: {name: %s}, spec: {completionMode: Indexed, parallelism: %d, completions: %d, template: {metadata: {annotations: {sim.gantry.dev/run: 2s}},
				spec: {restartPolicy: Never, nodeSelector: {own: "yes"}, containers: [{name: c, image: i, resources: {requests: {cpu: 1}}}]}}}}`, name, n, n)
		}
		w.k("delete", "pods", "--all", "--wait=true")
		w.apply(job("large", 9)) // there is room for eight
		w.eventually("it says why it waits", func() error {
			return want(w.field("podgroups", `.items[*].status.conditions[?(@.type=="PodGroupScheduled")]`), `"status":"False"`)
		})
		w.apply(job("fits", 8))
		w.ready("condition=Complete", "job/fits")
		w.k("delete", "job", "large", "fits", "--cascade=foreground")
		w.eventually("groups and workloads go with their jobs", func() error {
			if left := w.k("get", "podgroups.scheduling.k8s.io,workloads", "-o", "name"); strings.Contains(left, "/fits-") || strings.Contains(left, "/large-") {
				return fmt.Errorf("there are %s", left)
			}
			return nil
		})
	})
	t.Run("a group stays while it has pods", func(t *testing.T) {
		w := w.sub(t)
		w.apply(group("fourth", 2, ""))
		pods(w, "fourth", 1, "")
		w.says("fourth-0", "waiting for minCount pods from a gang to appear in scheduling queue")
		w.k("delete", "podgroup/fourth", "--wait=false")
		out, err := in.gantry("explain", "podgroup/fourth", "-n", w.ns)
		if err := errorsOr(err, want(out, "it is kept until they have ended")); err != nil {
			t.Error(err)
		}
		w.k("delete", "pod/fourth-0")
		w.k("wait", "--for=delete", "podgroup/fourth", "--timeout=30s")
	})
}
