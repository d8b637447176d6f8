package accept

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/resource"
)

// H6: pods are resized in place: cgroups change under processes that go on running, and what does not fit waits.
func TestH6(t *testing.T) {
	w := newWorld(t)
	const idle = "trap 'exit 0' TERM; while :; do /bin/busybox sleep 1000 & wait; done"
	w.apply(pod("grow", busybox, idle, "resources: {requests: {cpu: 100m, memory: 32Mi}, limits: {cpu: 200m, memory: 64Mi}}, "+
		"resizePolicy: [{resourceName: memory, restartPolicy: RestartContainer}]", "restartPolicy: Always"))
	w.ready("condition=Ready", "pod/grow")
	resize := func(resources string) string {
		return w.k("patch", "pod", "grow", "--subresource", "resize", "--type", "strategic", "-p", fmt.Sprintf(`{"spec":{"containers":[{"name":"c","resources":%s}]}}`, resources))
	}
	limit := func() string { // what the kernel enforces, as the node reads it
		return w.k("get", "--raw", "/api/v1/nodes/"+w.field("nodes", ".items[0].metadata.name")+"/proxy/metrics/cadvisor")
	}
	status := func(path string) string { return w.field("pod/grow", ".status.containerStatuses[0]"+path) }
	kernel := func(mib int) error {
		for line := range strings.Lines(limit()) {
			if strings.HasPrefix(line, `container_spec_memory_limit_bytes{container="c"`) && strings.Contains(line, `pod="grow"`) {
				return want(line, fmt.Sprintf("} %v", float64(mib<<20)))
			}
		}
		return fmt.Errorf("the container has no limit")
	}
	w.eventually("64Mi", func() error { return kernel(64) })

	resize(`{"requests":{"cpu":"150m"},"limits":{"cpu":"300m"}}`)
	w.eventually("CPU grows", func() error {
		return want(status(".resources.limits.cpu")+" "+status(".allocatedResources.cpu"), "300m 150m")
	})
	if err := want(status(".restartCount"), "0"); err != nil {
		t.Errorf("it was restarted for CPU, which its policy does not want: %v", err)
	}
	w.eventually("events", func() error {
		return want(w.k("get", "events", "--field-selector", "involvedObject.name=grow", "-o", "jsonpath={.items[*].reason}"), "ResizeStarted", "ResizeCompleted")
	})

	resize(`{"requests":{"memory":"48Mi"},"limits":{"memory":"96Mi"}}`)
	w.eventually("memory grows by a restart", func() error { return want(status(".resources.limits.memory")+" "+status(".restartCount"), "96Mi 1") })
	w.eventually("96Mi", func() error { return kernel(96) })

	w.refused([]string{"node didn't have enough allocatable resources: cpu, requested: 1000000"}, "patch", "pod", "grow", "--subresource", "resize", "-p",
		`{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"1000"},"limits":{"cpu":"1000"}}}]}}`)

	all, err := resource.ParseQuantity(w.field("nodes", ".items[0].status.allocatable.cpu"))
	if err != nil {
		t.Fatal(err)
	}
	most := fmt.Sprintf("%dm", all.MilliValue()*6/10)
	w.apply(pod("other", busybox, idle, "resources: {requests: {cpu: "+most+"}}", ""))
	w.ready("condition=Ready", "pod/other")
	resize(`{"requests":{"cpu":"` + most + `"},"limits":{"cpu":"` + most + `"}}`)
	pending := `.status.conditions[?(@.type=="PodResizePending")]`
	w.eventually("what others have is not granted", func() error {
		return want(w.field("pod/grow", pending+".reason")+" "+w.field("pod/grow", pending+".message"), "Deferred Node didn't have enough resource: cpu")
	})
	if err := want(status(".resources.limits.cpu")+" "+status(".allocatedResources.cpu"), "300m 150m"); err != nil {
		t.Error(err)
	}
	w.k("delete", "pod", "other")
	w.eventually("it is granted when they are gone", func() error { return want(status(".resources.limits.cpu"), most) })
}
