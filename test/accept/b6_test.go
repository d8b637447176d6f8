package accept

import (
	"strings"
	"testing"
)

func podWith(name, spec string) string {
	return `{apiVersion: v1, kind: Pod, metadata: {name: ` + name + `}, spec: {terminationGracePeriodSeconds: 1, ` + spec + ` containers: [{name: c, image: "busybox:1", command: [/bin/busybox, sleep, "100000"], CONTAINER}]}}`
}

// B6: what the scheduler goes by, and that it says why.
func TestB6(t *testing.T) {
	w := newWorld(t)
	node := w.field("nodes", ".items[0].metadata.name")
	in := func(manifest, container string) { w.apply(strings.ReplaceAll(manifest, "CONTAINER", container)) }

	refused := map[string]struct{ spec, container, why string }{
		"memory":   {"", `resources: {requests: {memory: 900Ti}}`, "Insufficient memory"},
		"cpu":      {"", `resources: {requests: {cpu: "9000"}}`, "Insufficient cpu"},
		"selector": {"nodeSelector: {disk: none},", "", "didn't match Pod's node affinity/selector"},
		"affinity": {"affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [moon]}]}]}}},", "", "didn't match Pod's node affinity/selector"},
	}
	for name, c := range refused {
		t.Run(name, func(t *testing.T) {
			in(podWith(name, c.spec), c.container)
			w.eventually("the refusal on the pod", func() error {
				return want(w.field("pod/"+name, `.status.conditions[?(@.type=="PodScheduled")].message`), "0/1 nodes are available", c.why)
			})
			w.eventually("the event", func() error {
				return want(w.k("get", "events", "--field-selector=involvedObject.name="+name+",reason=FailedScheduling", "-o", "jsonpath={.items[*].message}"), c.why)
			})
			out, err := w.gantry("explain", "pod/"+name, "-n", w.ns)
			if err != nil || want(out, c.why) != nil {
				t.Errorf("explain says %q, %v", out, err)
			}
		})
	}
	t.Run("a label lets a waiting pod in", func(t *testing.T) {
		w.k("label", "node", node, "disk=none")
		t.Cleanup(func() { w.k("label", "node", node, "disk-") })
		w.ready("condition=Ready", "pod/selector")
	})
	t.Run("host ports", func(t *testing.T) {
		in(podWith("first", ""), `ports: [{containerPort: 80, hostPort: 18080}]`)
		w.ready("condition=Ready", "pod/first")
		in(podWith("second", ""), `ports: [{containerPort: 80, hostPort: 18080}]`)
		w.eventually("the refusal", func() error {
			return want(w.field("pod/second", `.status.conditions[?(@.type=="PodScheduled")].message`), "didn't have free ports")
		})
		w.k("delete", "pod", "first", "--timeout=60s")
		w.ready("condition=Ready", "pod/second")
	})
	t.Run("taints", func(t *testing.T) {
		w.k("taint", "node", node, "room=closed:NoSchedule")
		closed := true
		open := func() {
			if closed {
				w.k("taint", "node", node, "room-")
				closed = false
			}
		}
		t.Cleanup(open)
		in(podWith("guest", ""), "")
		in(podWith("resident", "tolerations: [{key: room, operator: Exists}],"), "")
		w.ready("condition=Ready", "pod/resident")
		w.eventually("the refusal", func() error {
			return want(w.field("pod/guest", `.status.conditions[?(@.type=="PodScheduled")].message`), "untolerated taint")
		})
		open()
		w.ready("condition=Ready", "pod/guest")
	})
}
