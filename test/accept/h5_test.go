package accept

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// H5: what nodes and pods use, by kubectl top and the names that dashboards are built on.
func TestH5(t *testing.T) {
	w := newWorld(t)
	w.apply(pod("busy", "busybox:1", "while :; do :; done", "resources: {limits: {cpu: 200m, memory: 64Mi}}", ""))
	w.apply(pod("idle", "busybox:1", "trap 'exit 0' TERM; while :; do /bin/busybox sleep 1000 & wait; done", "", ""))
	w.ready("condition=Ready", "pod/busy", "pod/idle")

	w.eventually("kubectl top pods tells the busy from the idle", func() error {
		out := w.k("top", "pods", "--no-headers")
		busy, idle := milli(out, "busy"), milli(out, "idle")
		if busy < 20 || idle < 0 || idle >= busy { // how much the busy one gets depends on what else the machine does
			return fmt.Errorf("busy %dm, idle %dm in:\n%s", busy, idle, out)
		}
		return nil
	})
	node := w.k("top", "node", "--no-headers")
	if f := strings.Fields(node); len(f) < 5 || !strings.HasSuffix(f[1], "m") || !strings.HasSuffix(f[3], "Mi") {
		t.Errorf("kubectl top node: %s", node)
	}
	raw := w.k("get", "--raw", "/apis/metrics.k8s.io/v1beta1/namespaces/"+w.ns+"/pods/busy")
	for _, part := range []string{`"kind":"PodMetrics"`, `"apiVersion":"metrics.k8s.io/v1beta1"`, `"window":"`, `"name":"c"`, `"memory":"`} {
		if err := want(raw, part); err != nil {
			t.Error(err)
		}
	}
	w.refused([]string{`pods.metrics.k8s.io "none" not found`}, "top", "pod", "none")

	w.k("create", "serviceaccount", "reader")
	w.k("create", "rolebinding", "reader", "--clusterrole=view", "--serviceaccount="+w.ns+":reader")
	w.eventually("a viewer may see it", func() error {
		return want(w.k("auth", "can-i", "list", "pods.metrics.k8s.io", "--as=system:serviceaccount:"+w.ns+":reader"), "yes")
	})

	names := w.k("get", "--raw", "/api/v1/nodes/"+w.field("nodes", ".items[0].metadata.name")+"/proxy/metrics/cadvisor")
	if err := want(names, "container_cpu_usage_seconds_total{", "container_memory_working_set_bytes{", "container_network_receive_bytes_total{",
		"container_spec_memory_limit_bytes{", "machine_cpu_cores{"); err != nil {
		t.Error(err)
	}
}

// milli reads the CPU column of kubectl top for a pod; -1 if it is not there.
func milli(top, pod string) int {
	for line := range strings.Lines(top) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == pod {
			if n, err := strconv.Atoi(strings.TrimSuffix(f[1], "m")); err == nil {
				return n
			}
		}
	}
	return -1
}
