package pod

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func amounts(cpu, memory string) corev1.ResourceList {
	return corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(memory)}
}

// resized is a pod of one running container with 100m and 100Mi whose spec now asks for other amounts.
func resized(t *testing.T, cpu, memory string, change ...func(*node)) *node {
	t.Helper()
	p := &corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "web:1",
		Resources: corev1.ResourceRequirements{Requests: amounts("100m", "100Mi"), Limits: amounts("100m", "100Mi")}}}}}
	n := newNode(t, p)
	n.settle()
	n.log = nil
	n.in.Room = &Room{Allocatable: amounts("1", "1Gi"), Used: amounts("500m", "500Mi")}
	for _, f := range change {
		f(n)
	}
	n.in.Pod = n.in.Pod.DeepCopy()
	n.in.Pod.Generation++
	c := &n.in.Pod.Spec.Containers[0]
	c.Resources = corev1.ResourceRequirements{Requests: amounts(cpu, memory), Limits: amounts(cpu, memory)}
	return n
}

func (n *node) condition(t corev1.PodConditionType) string {
	for _, c := range n.in.Pod.Status.Conditions {
		if c.Type == t {
			return strings.TrimSpace(string(c.Status) + " " + c.Reason + " " + c.Message)
		}
	}
	return ""
}

func (n *node) amounts() string {
	st := n.in.Pod.Status.ContainerStatuses[0]
	return st.Resources.Limits.Cpu().String() + "/" + st.Resources.Limits.Memory().String() + " of " + st.AllocatedResources.Cpu().String() + "/" + st.AllocatedResources.Memory().String()
}

func TestResize(t *testing.T) {
	restart := func(n *node) {
		n.in.Pod.Spec.Containers[0].ResizePolicy = []corev1.ContainerResizePolicy{{ResourceName: corev1.ResourceMemory, RestartPolicy: corev1.RestartContainer}}
	}
	for _, c := range []struct {
		name, cpu, memory string
		change            func(*node)
		did, amounts      string
		pending, underway string
	}{
		{"grows", "200m", "200Mi", nil, "resize", "200m/200Mi of 200m/200Mi", "", ""},
		{"shrinks", "50m", "100Mi", nil, "resize", "50m/100Mi of 50m/100Mi", "", ""},
		{"more than there is now", "600m", "100Mi", nil, "", "100m/100Mi of 100m/100Mi",
			"True Deferred Node didn't have enough resource: cpu, requested: 600, used: 500, capacity: 1000", ""},
		{"more than the node has", "100m", "2Gi", nil, "", "100m/100Mi of 100m/100Mi",
			"True Infeasible Node didn't have enough capacity: memory, requested: 2147483648, capacity: 1073741824", ""},
		{"smaller although others overuse the node", "50m", "100Mi", func(n *node) { n.in.Room.Used = amounts("2", "2Gi") }, "resize", "50m/100Mi of 50m/100Mi", "", ""},
		{"the policy restarts for what changes", "100m", "200Mi", restart,
			"begin-stop c grace=30s (Container c resize requires restart)", "100m/100Mi of 100m/200Mi", "", "True"},
		{"the policy does not restart for what stays", "200m", "100Mi", restart, "resize", "200m/100Mi of 200m/100Mi", "", ""},
		{"the kernel refuses", "100m", "50Mi", func(n *node) { n.badResize = "device or resource busy" }, "resize", "100m/100Mi of 100m/50Mi", "", "True Error device or resource busy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			change := c.change
			if change == nil {
				change = func(*node) {}
			}
			n := resized(t, c.cpu, c.memory, change)
			n.settle()
			var did string
			if len(n.log) > 0 {
				did = strings.TrimPrefix(n.log[0], n.clock()+" ")
			}
			if did != c.did {
				t.Errorf("did %q, want %q", did, c.did)
			}
			if got := n.amounts(); got != c.amounts {
				t.Errorf("has %s, want %s", got, c.amounts)
			}
			if got := n.condition(corev1.PodResizePending); got != c.pending {
				t.Errorf("pending: %q, want %q", got, c.pending)
			}
			if got := n.condition(corev1.PodResizeInProgress); got != c.underway {
				t.Errorf("in progress: %q, want %q", got, c.underway)
			}
		})
	}
}

// What a policy of the node decides about when a container starts is not resized in place.
func TestResizeBesidePolicies(t *testing.T) {
	policy := func(r Room) func(*node) {
		return func(n *node) { r.Allocatable, r.Used = n.in.Room.Allocatable, n.in.Room.Used; n.in.Room = &r }
	}
	burstable := func(n *node) {
		policy(Room{LimitedSwap: true})(n)
		n.in.Pod.Spec.Containers[0].Resources.Limits = amounts("1", "500Mi")
	}
	for _, c := range []struct {
		name, cpu, memory string
		change            func(*node)
		burst             bool
		pending           string
	}{
		{"exclusive CPUs", "200m", "100Mi", policy(Room{ExclusiveCPUs: true}), false, `True Infeasible Resize is infeasible for Guaranteed Pods alongside CPU Manager policy "static"`},
		{"fewer exclusive CPUs", "50m", "100Mi", policy(Room{ExclusiveCPUs: true}), false, `True Infeasible Resize is infeasible for Guaranteed Pods alongside CPU Manager policy "static"`},
		{"memory beside exclusive CPUs", "100m", "200Mi", policy(Room{ExclusiveCPUs: true}), false, ""},
		{"exclusive memory", "100m", "200Mi", policy(Room{ExclusiveMemory: true}), false, `True Infeasible Resize is infeasible for Guaranteed Pods alongside Memory Manager policy "Static"`},
		{"no pod that has CPUs of its own", "200m", "100Mi", policy(Room{ExclusiveCPUs: true}), true, ""},
		{"swap, guaranteed", "100m", "200Mi", policy(Room{LimitedSwap: true}), false, ""},
		{"swap", "100m", "200Mi", burstable, true, "True Infeasible In-place resize of containers with swap is not supported."},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := resized(t, c.cpu, c.memory, c.change)
			if c.burst {
				n.in.Pod.Spec.Containers[0].Resources.Limits = amounts("1", "500Mi")
			}
			n.settle()
			if got := n.condition(corev1.PodResizePending); got != c.pending {
				t.Errorf("pending: %q, want %q", got, c.pending)
			}
		})
	}
}

// A container that is restarted for its resize has its new resources from the start.
func TestResizeByRestart(t *testing.T) {
	n := resized(t, "100m", "200Mi", func(n *node) {
		n.in.Pod.Spec.Containers[0].ResizePolicy = []corev1.ContainerResizePolicy{{ResourceName: corev1.ResourceMemory, RestartPolicy: corev1.RestartContainer}}
	})
	n.settle()
	n.end(n.find("c"), 0)
	n.settle()
	if got := n.amounts(); got != "100m/200Mi of 100m/200Mi" || n.condition(corev1.PodResizeInProgress) != "" || n.find("c").Attempt != 1 {
		t.Errorf("has %s, in progress %q, attempt %d", got, n.condition(corev1.PodResizeInProgress), n.find("c").Attempt)
	}
}

// A resize that waits is granted when there is room.
func TestResizeWaits(t *testing.T) {
	n := resized(t, "600m", "100Mi")
	n.settle()
	if n.condition(corev1.PodResizePending) == "" {
		t.Fatal("it was granted without room")
	}
	n.in.Room = &Room{Allocatable: amounts("1", "1Gi"), Used: amounts("100m", "500Mi")}
	n.settle()
	if got := n.amounts(); got != "600m/100Mi of 600m/100Mi" || n.condition(corev1.PodResizePending) != "" {
		t.Errorf("has %s, pending %q", got, n.condition(corev1.PodResizePending))
	}
}

// A pod with resources of its own is resized as a whole: what it asks for, what it has, and what it may not have are told apart.
func TestResizeWhole(t *testing.T) {
	of := func(cpu, memory string) *corev1.ResourceRequirements {
		return &corev1.ResourceRequirements{Requests: amounts(cpu, memory), Limits: amounts(cpu, memory)}
	}
	p := &corev1.Pod{Spec: corev1.PodSpec{Resources: of("200m", "200Mi"), Containers: []corev1.Container{{Name: "c", Image: "web:1"}}}}
	n := newNode(t, p)
	n.settle()
	whole := func() string {
		st := &n.in.Pod.Status
		return st.Resources.Limits.Cpu().String() + " of " + st.AllocatedResources.Cpu().String()
	}
	if got := whole(); got != "200m of 200m" {
		t.Errorf("it begins with %s", got)
	}
	n.in.Room = &Room{Allocatable: amounts("1", "1Gi"), Used: amounts("500m", "500Mi")}
	ask := func(cpu string) {
		n.in.Pod = n.in.Pod.DeepCopy()
		n.in.Pod.Generation++
		n.in.Pod.Spec.Resources = of(cpu, "200Mi")
	}
	ask("600m")
	n.settle()
	if got := whole(); got != "200m of 200m" || !strings.HasPrefix(n.condition(corev1.PodResizePending), "True Deferred") {
		t.Errorf("without room it has %s, pending %q", got, n.condition(corev1.PodResizePending))
	}
	ask("400m")
	n.log = nil
	n.settle()
	if len(n.log) == 0 || !strings.HasSuffix(n.log[0], "resize") {
		t.Errorf("did %q", n.log)
	}
	if got := whole(); got != "400m of 400m" || n.condition(corev1.PodResizePending) != "" || n.condition(corev1.PodResizeInProgress) != "" {
		t.Errorf("with room it has %s, pending %q, underway %q", got, n.condition(corev1.PodResizePending), n.condition(corev1.PodResizeInProgress))
	}
	if l := ContainerLimits(n.in.Pod, n.in.Pod.Spec.Containers[0].Resources); l.CPUQuota != 40_000 || l.Memory != 200<<20 {
		t.Errorf("a container without limits has %+v", l)
	}
}
