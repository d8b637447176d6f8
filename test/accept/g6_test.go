package accept

import (
	"fmt"
	"strings"
	"testing"
)

// G6: simulated nodes carry pods through their lives without containers, and the scheduler can be measured.
func TestG6(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16466")
	in.start(t, "server", "--listen", in.listen, "--sim-nodes", "30")
	t.Run("the nodes are ready", func(t *testing.T) {
		w := worldIn(t, in)
		w.eventually("30 nodes", func() error {
			if n := strings.Count(w.field("nodes", ".items[*].status.conditions[?(@.type==\"Ready\")].status"), "True"); n != 30 {
				return fmt.Errorf("%d nodes are ready", n)
			}
			return nil
		})
	})
	t.Run("deployments are rolled out and spread and removed", func(t *testing.T) {
		w := worldIn(t, in)
		w.k("create", "deployment", "web", "--image=registry.example/web:1", "--replicas=60")
		w.k("rollout", "status", "deployment/web", "--timeout=60s")
		used := map[string]int{}
		for _, n := range strings.Fields(w.field("pods -l app=web", ".items[*].spec.nodeName")) {
			used[n]++
		}
		for n, pods := range used {
			if pods != 2 {
				t.Errorf("%d pods on %s, want them spread evenly", pods, n)
			}
		}
		w.refused([]string{"is simulated"}, "logs", "deployment/web")
		w.k("set", "image", "deployment/web", "web=registry.example/web:2")
		w.k("rollout", "status", "deployment/web", "--timeout=60s")
		w.k("scale", "deployment/web", "--replicas=0")
		w.eventually("no pods", func() error {
			if left := strings.Fields(w.field("pods -l app=web", ".items[*].metadata.name")); len(left) > 0 {
				return fmt.Errorf("%d pods are left", len(left))
			}
			return nil
		})
	})
	t.Run("annotations say how a life goes", func(t *testing.T) {
		w := worldIn(t, in)
		w.apply(`{apiVersion: batch/v1, kind: Job, metadata: {name: once}, spec: {completions: 5, parallelism: 5, template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}`)
		w.ready("condition=Complete", "job/once")
		w.apply(`{apiVersion: batch/v1, kind: Job, metadata: {name: never}, spec: {backoffLimit: 0, template: {metadata: {annotations: {sim.gantry.dev/exit: "3"}}, spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}`)
		w.ready("condition=Failed", "job/never")
	})
	t.Run("nodes of users are simulated by their label", func(t *testing.T) {
		w := worldIn(t, in)
		w.apply(`{apiVersion: v1, kind: Node, metadata: {name: mine, labels: {gantry.dev/node-class: sim, disk: fast}}, status: {capacity: {cpu: "2", memory: 4Gi, pods: "5"}}}`)
		w.apply(`{apiVersion: v1, kind: Pod, metadata: {name: fast}, spec: {nodeSelector: {disk: fast}, containers: [{name: c, image: i}]}}`)
		w.ready("condition=Ready", "pod/fast")
		if got := w.field("pod/fast", ".spec.nodeName"); got != "mine" {
			t.Errorf("the pod is on %s", got)
		}
	})
	t.Run("a NodePool of class sim has the nodes that it asks for", func(t *testing.T) {
		w := worldIn(t, in)
		w.definitions("nodepools.karpenter.sh")
		pool := func(replicas, more string) string {
			return `{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: big}, spec: {` + replicas + ` limits: {cpu: 160}, template: {metadata: {annotations: {sim.gantry.dev/capacity: "cpu=32,memory=128Gi"}},
				spec: {nodeClassRef: {group: gantry.dev, kind: NodeClass, name: sim}, taints: [{key: pool, value: big, effect: NoSchedule}],
				requirements: [{key: topology.kubernetes.io/zone, operator: In, values: [za, zb]}` + more + `]}}}}`
		}
		w.apply(pool("replicas: 4,", ""))
		w.ready("condition=Ready", "nodepool/big")
		count := func(n, message string) {
			w.Helper()
			w.eventually(n+" nodes", func() error {
				got := fmt.Sprint(len(strings.Fields(w.field("nodes -l karpenter.sh/nodepool=big", ".items[*].metadata.name"))), " ", w.field("nodepool/big", ".status.conditions[0].message"))
				if got != n+" "+message {
					return fmt.Errorf("%s", got)
				}
				return nil
			})
		}
		count("4", "4 of 4 nodes")
		w.apply(simPod("huge", "30", "tolerations: [{key: pool, operator: Exists}], nodeSelector: {topology.kubernetes.io/zone: zb},"))
		w.ready("condition=Ready", "pod/huge")
		w.k("delete", "node", "big-000001")
		count("4", "4 of 4 nodes") // made anew
		w.k("scale", "nodepool", "big", "--replicas=9")
		count("5", "5 of 9 nodes; spec.limits.cpu allows 5")
		w.k("scale", "nodepool", "big", "--replicas=1")
		count("1", "1 of 1 nodes")
		w.apply(pool("replicas: 1,", ", {key: memory, operator: Gt, values: ['1']}"))
		w.eventually("the pool says what is wrong", func() error {
			return want(w.field("nodepool/big", ".status.conditions[0]"), `"status":"False"`, `spec.template.spec.requirements[1].operator: Unsupported value`)
		})
		w.k("delete", "nodepool", "big")
		w.eventually("its nodes go with it", func() error {
			if left := w.field("nodes -l karpenter.sh/nodepool=big", ".items[*].metadata.name"); left != "" {
				return fmt.Errorf("there are %s", left)
			}
			return nil
		})
	})
	t.Run("bench sched", func(t *testing.T) {
		out, err := run(t.Context(), "", binary(), "bench", "sched", "--list")
		if err := errorsOr(err, want(out, "SchedulingBasic", "TopologySpreading", "PreemptionBasic", "BorgMix")); err != nil {
			t.Fatal(err)
		}
		metrics := []string{"pods_per_s", "p50_ms", "p99_ms", "cpu_ms_per_pod"}
		benchLines(t, "sched", metrics, "--workload", "SchedulingBasic", "--nodes", "50", "--pods", "100")
		benchLines(t, "sched", metrics, "--workload", "SchedulingPodAffinity", "--nodes", "20", "--pods", "300", "--end-to-end", "--dir", t.TempDir())
		for _, wrong := range [][]string{{"--workload", "Nonsense"}, {"--all", "--workload", "SchedulingBasic"}, {"--workload", "SchedulingBasic", "--table", "--json"}, {"--all", "--limit", "0s"}, {}} {
			if out, err := run(t.Context(), "", binary(), append([]string{"bench", "sched"}, wrong...)...); err == nil {
				t.Errorf("%v was measured: %s", wrong, out)
			}
		}
		out, err = run(t.Context(), "", binary(), "bench", "sched", "--workload", "SchedulingBasic", "--nodes", "50", "--pods", "100", "--table")
		if err := errorsOr(err, want(out, "| workload | measured |", "| SchedulingBasic | alone | 50, 10, 100 |")); err != nil {
			t.Error(err)
		}
	})
	t.Run("bench sched with a server", func(t *testing.T) { // each workload that needs one, small
		out, err := run(t.Context(), "", binary(), "bench", "sched", "--list")
		if err != nil {
			t.Fatal(err)
		}
		sizes := map[string][]string{ // those that say nothing in five pods on five nodes
			"EventHandlingPodAdd":       {"--pods", "8"},
			"EventHandlingPodDelete":    {"--nodes", "2", "--pods", "80"}, // ten others hold each node
			"EventHandlingPodUpdate":    {"--pods", "6"},
			"PartitionableBacktracking": {"--pods", "1"}, // one pod takes all there is
		}
		n := 0
		for line := range strings.Lines(out) {
			f := strings.Fields(line)
			if len(f) < 6 || f[5] != "server" {
				continue
			}
			n++
			size := sizes[f[0]]
			if size == nil {
				size = []string{"--nodes", "5", "--pods", "5"}
			}
			t.Run(f[0], func(t *testing.T) {
				benchLines(t, "sched", []string{"pods_per_s", "p50_ms", "p99_ms", "cpu_ms_per_pod"}, append(size, "--workload", f[0], "--limit", "1m", "--dir", t.TempDir())...)
			})
		}
		if n < 20 {
			t.Errorf("%d workloads need a server by --list:\n%s", n, out)
		}
	})
}
