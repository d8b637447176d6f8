package accept

import (
	"fmt"
	"strings"
	"testing"
)

// G4: pods of a group start together or not at all, by the PodGroup of the coscheduling plugin.
func TestG4(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16470")
	in.start(t, "server", "--listen", in.listen, "--sim-nodes", "2")
	w := worldIn(t, in)
	w.ownNodes(2)
	w.definitions("podgroups.scheduling.x-k8s.io")
	w.k("create", "priorityclass", "high", "--value=1000")
	group := func(w *world, name string, min, pods int, more string) {
		w.apply(fmt.Sprintf(`{apiVersion: scheduling.x-k8s.io/v1alpha1, kind: PodGroup, metadata: {name: %s}, spec: {minMember: %d, scheduleTimeoutSeconds: 5}}`, name, min))
		w.apply(fmt.Sprintf(`{apiVersion: batch/v1, kind: Job, metadata: {name: %s}, spec: {parallelism: %d, completions: %d, template: {metadata: {labels: {scheduling.x-k8s.io/pod-group: %s}, annotations: {sim.gantry.dev/run: 1h}},
			spec: {%s restartPolicy: Never, nodeSelector: {own: "yes"}, containers: [{name: c, image: i, resources: {requests: {cpu: 1}}}]}}}}`, name, pods, pods, name, more))
	}
	nodes := func(w *world, job string) int {
		return len(strings.Fields(w.field("pods -l job-name="+job, ".items[*].spec.nodeName")))
	}
	phase := func(w *world, name, want string) {
		w.Helper()
		w.eventually("group "+name+" is "+want, func() error {
			if got := w.field("podgroup/"+name, ".status.phase"); got != want {
				return fmt.Errorf("it is %q", got)
			}
			return nil
		})
	}
	t.Run("a group that fits runs", func(t *testing.T) {
		w := w.sub(t)
		group(w, "first", 5, 5, "")
		phase(w, "first", "Running")
		if n := nodes(w, "first"); n != 5 {
			t.Errorf("%d pods of 5 have a node", n)
		}
	})
	t.Run("a group that does not fit takes nothing and says why", func(t *testing.T) {
		w := w.sub(t)
		group(w, "second", 4, 4, "") // three CPUs are left
		w.eventually("a reason", func() error {
			out := w.field("pods -l job-name=second", `.items[*].status.conditions[?(@.type=="PodScheduled")].message`)
			return want(out, "pod group "+w.ns+"/second: 4 of its pods have to find a node together, 3 did", "Insufficient cpu")
		})
		w.apply(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: singles}, spec: {replicas: 3, selector: {matchLabels: {app: singles}}, template: {metadata: {labels: {app: singles}},
			spec: {nodeSelector: {own: "yes"}, containers: [{name: c, image: i, resources: {requests: {cpu: 1}}}]}}}}`)
		w.k("rollout", "status", "deployment/singles", "--timeout=60s") // in the room that the gang does not hold
		if n := nodes(w, "second"); n != 0 {
			t.Errorf("%d pods of a gang that does not fit have a node", n)
		}
		phase(w, "second", "Scheduling")
		w.k("delete", "deployment/singles", "--cascade=foreground", "--wait=true")
	})
	t.Run("a group that is incomplete waits", func(t *testing.T) {
		w := w.sub(t)
		group(w, "third", 3, 2, "")
		w.eventually("a reason", func() error {
			return want(w.field("pods -l job-name=third", `.items[*].status.conditions[?(@.type=="PodScheduled")].message`), "cannot find enough sibling pods, current pods number: 2, minMember of group: 3")
		})
		phase(w, "third", "Pending")
		w.k("delete", "job/third", "--wait=true")
	})
	t.Run("a group drives out what is less important, as a whole", func(t *testing.T) {
		w := w.sub(t)
		group(w, "urgent", 6, 6, "priorityClassName: high,")
		phase(w, "urgent", "Running")
		if n := nodes(w, "urgent"); n != 6 {
			t.Errorf("%d pods of 6 have a node", n)
		}
		if n := nodes(w, "second"); n != 0 {
			t.Errorf("%d pods of the group that never fitted have a node", n)
		}
	})
	t.Run("when room comes, the next group runs", func(t *testing.T) {
		w := w.sub(t)
		w.k("delete", "job/urgent", "job/first", "--wait=true")
		phase(w, "second", "Running")
	})
	t.Run("a group that is not there is waited for", func(t *testing.T) {
		w := w.sub(t)
		w.apply(`{apiVersion: v1, kind: Pod, metadata: {name: lost, labels: {scheduling.x-k8s.io/pod-group: nobody}}, spec: {containers: [{name: c, image: i}]}}`)
		w.eventually("a reason", func() error {
			return want(w.field("pod/lost", `.status.conditions[?(@.type=="PodScheduled")].message`), `PodGroup "nobody" not found`)
		})
		w.apply(`{apiVersion: scheduling.x-k8s.io/v1alpha1, kind: PodGroup, metadata: {name: nobody}, spec: {minMember: 1}}`)
		w.ready("condition=Ready", "pod/lost")
	})
	t.Run("bad groups are refused by name of the field", func(t *testing.T) {
		w := w.sub(t)
		bad := w.file("bad.yaml", `{apiVersion: scheduling.x-k8s.io/v1alpha1, kind: PodGroup, metadata: {name: bad}, spec: {minMember: 0}}`)
		w.refused([]string{"spec.minMember"}, "apply", "-f", bad)
	})
}

// ownNodes gives a world nodes of its own: simulated ones with four CPUs each, which pods choose by the label own.
func (w *world) ownNodes(n int) {
	w.Helper()
	for i := range n {
		w.apply(fmt.Sprintf(`{apiVersion: v1, kind: Node, metadata: {name: own-%d, labels: {gantry.dev/node-class: sim, own: "yes", kubernetes.io/hostname: own-%d}}, status: {capacity: {cpu: "4", memory: 64Gi, pods: "100"}}}`, i, i))
	}
	w.eventually("nodes are ready", func() error {
		if got := strings.Count(w.field("nodes -l own=yes", ".items[*].status.conditions[?(@.type==\"Ready\")].status"), "True"); got != n {
			return fmt.Errorf("%d of %d", got, n)
		}
		return nil
	})
}

// definitions applies definitions that the binary prints, and waits until they are served.
func (w *world) definitions(names ...string) {
	w.Helper()
	out, err := run(w.Context(), "", binary(), append([]string{"definitions"}, names...)...)
	if err != nil {
		w.Fatal(err)
	}
	for _, doc := range strings.Split(out, "---\n") {
		w.apply(doc)
	}
	for _, name := range names {
		w.ready("condition=Established", "crd/"+name)
	}
}
