package bench

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The slices of the workloads about devices: on one node each, or pools that all nodes reach.

func deviceName(i int) string { return fmt.Sprintf("instance-%02d", i) }

func poolName(i int) string { return fmt.Sprintf("pool-%d", i) }

func nodeSlice(node string, devices int, tainted bool) *resourceapi.ResourceSlice {
	s := &resourceapi.ResourceSlice{ObjectMeta: metav1.ObjectMeta{Name: node},
		Spec: resourceapi.ResourceSliceSpec{Driver: testDriver, NodeName: &node, Pool: resourceapi.ResourcePool{Name: node, ResourceSliceCount: 1}}}
	for i := range devices {
		d := resourceapi.Device{Name: deviceName(i)}
		if tainted {
			d.Taints = []resourceapi.DeviceTaint{{Key: "example.com/taint", Value: "tainted", Effect: resourceapi.DeviceTaintEffectNoSchedule}}
		}
		s.Spec.Devices = append(s.Spec.Devices, d)
	}
	return s
}

func selecting(r corev1.NodeSelectorRequirement, field bool) *corev1.NodeSelector {
	term := corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{r}}
	if field {
		term = corev1.NodeSelectorTerm{MatchFields: term.MatchExpressions}
	}
	return &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{term}}
}

// anyNode selects the nodes that have the driver.
func anyNode() *corev1.NodeSelector {
	return selecting(corev1.NodeSelectorRequirement{Key: readyDevices, Operator: corev1.NodeSelectorOpIn, Values: []string{"true"}}, false)
}

func byField(node string) *corev1.NodeSelector {
	return selecting(corev1.NodeSelectorRequirement{Key: metav1.ObjectNameField, Operator: corev1.NodeSelectorOpIn, Values: []string{node}}, true)
}

// poolSlice is one of the slices of a pool that all nodes with the driver reach.
func poolSlice(i int, what string, of int64) *resourceapi.ResourceSlice {
	return &resourceapi.ResourceSlice{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-%s", poolName(i), what)},
		Spec: resourceapi.ResourceSliceSpec{Driver: testDriver, NodeSelector: anyNode(), Pool: resourceapi.ResourcePool{Name: poolName(i), Generation: 1, ResourceSliceCount: of}}}
}

func counters(amount string, names ...string) map[string]resourceapi.Counter {
	out := map[string]resourceapi.Counter{}
	for _, name := range names {
		out[name] = resourceapi.Counter{Value: resource.MustParse(amount)}
	}
	return out
}

// partitions is a device of four counters, to be had as two halves or four quarters.
func partitions(i int) []*resourceapi.ResourceSlice {
	sets, parts := poolSlice(i, "counters", 2), poolSlice(i, "devices", 2)
	all := []string{"counter1", "counter2", "counter3", "counter4"}
	sets.Spec.SharedCounters = []resourceapi.CounterSet{{Name: "counter-set", Counters: counters("1", all...)}}
	slice := int64(i)
	add := func(name string, of ...string) {
		parts.Spec.Devices = append(parts.Spec.Devices, resourceapi.Device{Name: name,
			Attributes:       map[resourceapi.QualifiedName]resourceapi.DeviceAttribute{"dra.example.com/slice": {IntValue: &slice}},
			Capacity:         map[resourceapi.QualifiedName]resourceapi.DeviceCapacity{"counters": {Value: *resource.NewQuantity(int64(len(of)), resource.DecimalSI)}},
			ConsumesCounters: []resourceapi.DeviceCounterConsumption{{CounterSet: "counter-set", Counters: counters("1", of...)}}})
	}
	add("device-2-counters-1", all[:2]...)
	add("device-2-counters-2", all[2:]...)
	for k := range all {
		add(fmt.Sprintf("device-1-counter-%d", k+1), all[k])
	}
	return []*resourceapi.ResourceSlice{sets, parts}
}

// unevenPartitions is a device of eight parts, the first of which takes the memory of two.
func unevenPartitions(i int) []*resourceapi.ResourceSlice {
	sets, parts := poolSlice(i, "counters", 2), poolSlice(i, "devices", 2)
	var cpus []string
	for k := range 8 {
		cpu, mem := fmt.Sprintf("cpu%d", k+1), "10Gi"
		if k == 0 {
			mem = "20Gi"
		}
		cpus = append(cpus, cpu)
		parts.Spec.Devices = append(parts.Spec.Devices, resourceapi.Device{Name: fmt.Sprintf("device-%d", k+1), ConsumesCounters: []resourceapi.DeviceCounterConsumption{
			{CounterSet: "cpu", Counters: counters("1", cpu)}, {CounterSet: "mem", Counters: counters(mem, "mem")}}})
	}
	sets.Spec.SharedCounters = []resourceapi.CounterSet{{Name: "cpu", Counters: counters("1", cpus...)}, {Name: "mem", Counters: counters("70Gi", "mem")}}
	return []*resourceapi.ResourceSlice{sets, parts}
}

// shareable is a device whose memory is given away piece by piece.
func shareable(i int) []*resourceapi.ResourceSlice {
	s := poolSlice(i, "device", 1)
	least := resource.MustParse("1Gi")
	yes := true
	s.Spec.Devices = []resourceapi.Device{{Name: "shareable-device", AllowMultipleAllocations: &yes, Capacity: map[resourceapi.QualifiedName]resourceapi.DeviceCapacity{
		"memory": {Value: resource.MustParse("80Gi"), RequestPolicy: &resourceapi.CapacityRequestPolicy{Default: &least, ValidRange: &resourceapi.CapacityRequestPolicyRange{Min: &least}}}}}}
	return []*resourceapi.ResourceSlice{s}
}
