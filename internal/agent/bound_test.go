package agent

import (
	"reflect"
	"testing"
	"testing/synctest"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/plan/pod"
	"gantry.dev/gantry/internal/plan/settings"
)

// All pods are kept within what is not reserved where the settings say so, and let go where they do not any more.
func TestPodsAreBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.settings = settings.Node{BoundPods: true, Reserved: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("64Mi"), corev1.ResourceCPU: resource.MustParse("500m")}}
		w.begin()
		has := w.agent.node.capacity()
		memory, cpu := has[corev1.ResourceMemory], has[corev1.ResourceCPU]
		memory.Sub(resource.MustParse("64Mi"))
		cpu.Sub(resource.MustParse("500m"))
		if got := w.run.Bound(); got.MemoryBytes != memory.Value() || got.CPUShares != pod.CPUShares(cpu) {
			t.Errorf("bound to %+v, want %s of memory and %s of CPU", got, memory.String(), cpu.String())
		}
		w.stop()
		w.settings = settings.Node{}
		w.begin()
		if got := w.run.Bound(); !reflect.DeepEqual(got, container.Resources{}) {
			t.Errorf("still bound to %+v", got)
		}
		w.stop()
	})
}
