package accept

import (
	"fmt"
	"strings"
	"testing"
)

// simNode is a simulated node. more are fields of its spec.
func simNode(name, cpu, labels, more string) string {
	return fmt.Sprintf(`{apiVersion: v1, kind: Node, metadata: {name: %s, labels: {gantry.dev/node-class: sim, kubernetes.io/hostname: %s, %s}}, spec: {%s}, status: {capacity: {cpu: "%s", memory: 16Gi, pods: "20"}}}`,
		name, name, labels, more, cpu)
}

// simPod is a pod for a simulated node. spec are further fields.
func simPod(name, cpu, spec string) string {
	return fmt.Sprintf(`{apiVersion: v1, kind: Pod, metadata: {name: %s, labels: {app: %s}}, spec: {%s containers: [{name: c, image: i, resources: {requests: {cpu: "%s"}}}]}}`, name, name, spec, cpu)
}

// onNode waits until a pod is bound, and returns its node.
func (w *world) onNode(pod string) (node string) {
	w.Helper()
	w.eventually(pod+" has a node", func() error {
		if node = w.field("pod/"+pod, ".spec.nodeName"); node == "" {
			return fmt.Errorf("it has none: %s", w.field("pod/"+pod, ".status.conditions[*].message"))
		}
		return nil
	})
	return node
}

// says waits until the scheduler has said something of a pod.
func (w *world) says(pod string, words ...string) {
	w.Helper()
	w.eventually("the refusal of "+pod, func() error {
		return want(w.field("pod/"+pod, `.status.conditions[?(@.type=="PodScheduled")].message`), words...)
	})
}

// G1: pods go where kube-scheduler would put them, and are told in its words why they go nowhere.
func TestG1(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16471")
	in.start(t, "server", "--listen", in.listen)
	w := worldIn(t, in)
	w.apply(strings.Join([]string{simNode("a1", "4", "zone: a, disk: ssd", ""), simNode("a2", "4", "zone: a", ""), simNode("b1", "4", "zone: b", ""),
		simNode("db", "8", "zone: c", "taints: [{key: for, value: db, effect: NoSchedule}]"), simNode("shut", "8", "zone: c", "unschedulable: true")}, "\n---\n"))
	for _, tc := range []struct{ name, cpu, spec, want string }{
		{"selector", "1", "nodeSelector: {disk: ssd},", "a1"},
		{"toleration", "6", "tolerations: [{key: for, operator: Equal, value: db}],", "db"},
		{"cordoned", "6", "tolerations: [{key: node.kubernetes.io/unschedulable, operator: Exists}], nodeSelector: {kubernetes.io/hostname: shut},", "shut"},
		{"near", "100m", "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: selector}}}]}},", "a1"},
		{"apart", "100m", "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone, labelSelector: {matchLabels: {app: selector}}}]}},", "b1"},
		{"field", "100m", "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [a2]}]}]}}},", "a2"},
	} {
		w.apply(simPod(tc.name, tc.cpu, tc.spec))
		if got := w.onNode(tc.name); got != tc.want {
			t.Errorf("%s is on %s, want %s", tc.name, got, tc.want)
		}
	}
	w.apply(simPod("gated", "100m", "schedulingGates: [{name: example.com/wait}],"))
	w.says("gated", "Scheduling is blocked due to non-empty scheduling gates")
	w.k("patch", "pod", "gated", "--type=json", `-p=[{"op":"remove","path":"/spec/schedulingGates"}]`)
	w.onNode("gated")
	w.apply(simPod("large", "5", ""))
	w.says("large", "0/5 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, 3 Insufficient cpu.",
		"preemption: 0/5 nodes are available: 5 Preemption is not helpful for scheduling.")

	t.Run("G5 explain says what would help", func(t *testing.T) {
		out, err := in.gantry("explain", "pod/large", "-n", w.ns)
		if err := errorsOr(err, want(out, "3 node(s) refused by NodeResourcesFit: Insufficient cpu (a1, a2, b1)", "would help: cpu: wants 5, most free",
			"refused by TaintToleration", "tolerate or remove for=db:NoSchedule", "refused by NodeUnschedulable", "uncordon one of them")); err != nil {
			t.Error(err)
		}
	})
	w.apply(simNode("big", "16", "zone: d", ""))
	if got := w.onNode("large"); got != "big" {
		t.Errorf("the large pod is on %s", got)
	}
}
