package accept

import (
	"strings"
	"testing"
)

// G2: pods of higher priority have others leave, as few and as unimportant as possible, with their grace periods; budgets
// are respected where that is possible, and nobody takes the room meanwhile.
func TestG2(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16472")
	in.start(t, "server", "--listen", in.listen)
	w := worldIn(t, in)
	w.apply(strings.Join([]string{simNode("n1", "4", "row: one", ""), simNode("n2", "4", "row: one", ""),
		`{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: low}, value: 10}`,
		`{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 1000}`,
		`{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: polite}, value: 1000, preemptionPolicy: Never}`,
		`{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: kept}, spec: {minAvailable: 1, selector: {matchLabels: {app: kept}}}}`}, "\n---\n"))
	w.apply(simPod("kept", "4", "priorityClassName: low,"))
	w.onNode("kept")
	w.apply(simPod("cheap", "3", "priorityClassName: low,"))
	w.apply(simPod("small", "1", "priorityClassName: low,"))
	there := w.onNode("cheap")
	w.onNode("small")
	w.ready("condition=Ready", "pod/kept", "pod/cheap", "pod/small")

	w.apply(simPod("waits", "2", "priorityClassName: polite,"))
	w.says("waits", "0/2 nodes are available: 2 Insufficient cpu.", "preemption: not eligible due to preemptionPolicy=Never.")

	w.apply(simPod("boss", "3", "priorityClassName: high,"))
	if got := w.onNode("boss"); got != there {
		t.Errorf("it is on %s, where a budget is violated; want %s", got, there)
	}
	w.eventually("the victim is gone", func() error {
		return want(w.field("pods", ".items[*].metadata.name"), "boss kept small waits")
	})
	w.eventually("the events say so", func() error {
		return want(w.k("get", "events", "-o", "jsonpath={range .items[*]}{.involvedObject.name} {.reason} {.message}{'\\n'}{end}"), "cheap Preempted Preempted by pod ", " on node "+there)
	})
}
