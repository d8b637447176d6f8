package scheduler_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/devices"
)

// add creates an object from its YAML.
func add[T any, P interface {
	*T
	runtime.Object
	metav1.Object
}](h *house, r api.Resource, doc string) P {
	h.t.Helper()
	obj := P(new(T))
	if err := yaml.UnmarshalStrict([]byte(doc), obj); err != nil {
		h.t.Fatal(err)
	}
	h.write(plan.Create(plan.KeyOf(api.Host, r, obj), obj.DeepCopyObject(), ""))
	return obj
}

func slice(node, pool, devs string) string {
	return "{metadata: {name: " + pool + "}, spec: {driver: gpu.example.com, nodeName: " + node + ", pool: {name: " + pool + ", generation: 1, resourceSliceCount: 1}, devices: " + devs + "}}"
}

func claimFor(name, cel string) string {
	return "{metadata: {name: " + name + ", namespace: default}, spec: {devices: {requests: [{name: r, exactly: {deviceClassName: gpu, selectors: [{cel: {expression: '" + cel + "'}}]}}]}}}"
}

func podWith(name, claims string) string {
	return "{metadata: {name: " + name + ", namespace: default}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: c, image: i}], resourceClaims: " + claims + "}}"
}

func (h *house) claim(name string) *resourceapi.ResourceClaim {
	h.t.Helper()
	obj, err := h.c.Get(h.ctx, api.Key{Resource: devices.Claims, Cluster: api.Host, Namespace: "default", Name: name})
	if err != nil {
		h.t.Fatal(err)
	}
	return obj.(*resourceapi.ResourceClaim)
}

// bound waits until a pod has a node, and refused until it is said why it has none.
func (h *house) bound(name string) (node string) {
	h.t.Helper()
	h.until(func(pods []*corev1.Pod) bool {
		for _, p := range pods {
			if p.Name == name {
				node = p.Spec.NodeName
			}
		}
		return node != ""
	})
	return node
}

func (h *house) refused(name string) (why string) {
	h.t.Helper()
	h.until(func(pods []*corev1.Pod) bool {
		for _, p := range pods {
			if c := plan.PodCondition(p, corev1.PodScheduled); p.Name == name && c != nil && c.Status == corev1.ConditionFalse {
				why = c.Message
			}
		}
		return why != ""
	})
	return why
}

// A pod goes where the device is that its claim selects; another that wants the same waits for it, and gets it when the claim is
// given back.
func TestDevices(t *testing.T) {
	h := newHouse(t)
	h.node("a", "4")
	h.node("b", "4")
	add[resourceapi.DeviceClass](h, devices.Classes, `{metadata: {name: gpu}, spec: {selectors: [{cel: {expression: 'device.driver == "gpu.example.com"'}}]}}`)
	add[resourceapi.ResourceSlice](h, devices.Slices, slice("a", "pa", `[{name: g0, attributes: {size: {string: small}}}]`))
	add[resourceapi.ResourceSlice](h, devices.Slices, slice("b", "pb", `[{name: g1, attributes: {size: {string: big}}}]`))
	const big = `device.attributes["gpu.example.com"].size == "big"`
	add[resourceapi.ResourceClaim](h, devices.Claims, claimFor("c1", big))
	add[corev1.Pod](h, plan.Pods, podWith("p1", "[{name: d, resourceClaimName: c1}]"))
	if on := h.bound("p1"); on != "b" {
		t.Fatalf("p1 is on %q, want b", on)
	}
	c := h.claim("c1")
	if a := c.Status.Allocation; a == nil || len(a.Devices.Results) != 1 || a.Devices.Results[0].Device != "g1" || a.AllocationTimestamp == nil {
		t.Errorf("allocation of c1: %v", c.Status.Allocation)
	}
	if r := c.Status.ReservedFor; len(r) != 1 || r[0].Name != "p1" || r[0].Resource != "pods" {
		t.Errorf("c1 is reserved for %v", r)
	}
	if len(c.Finalizers) != 1 || c.Finalizers[0] != resourceapi.Finalizer {
		t.Errorf("finalizers of c1: %v", c.Finalizers)
	}

	add[resourceapi.ResourceClaim](h, devices.Claims, claimFor("c2", big))
	add[corev1.Pod](h, plan.Pods, podWith("p2", "[{name: d, resourceClaimName: c2}]"))
	const want = "0/2 nodes are available: 2 cannot allocate all claims. still not schedulable, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
	if got := h.refused("p2"); got != want {
		t.Errorf("p2: %s\nwant %s", got, want)
	}
	h.write(plan.UpdateStatus(plan.KeyOf(api.Host, devices.Claims, c), devices.Freed(c), ""))
	if on := h.bound("p2"); on != "b" {
		t.Errorf("p2 is on %q, want b", on)
	}
}

// What is wrong with claims is said, and no pod is bound by it.
func TestDevicesRefused(t *testing.T) {
	h := newHouse(t)
	h.node("a", "4")
	add[resourceapi.DeviceClass](h, devices.Classes, `{metadata: {name: gpu}, spec: {}}`)
	add[resourceapi.ResourceSlice](h, devices.Slices, slice("a", "pa", `[{name: g0}]`))
	add[resourceapi.ResourceClaim](h, devices.Claims, claimFor("wrong", `device.attributes["gpu.example.com"].none == "big"`))
	add[resourceapi.ResourceClaim](h, devices.Claims, strings.Replace(claimFor("classless", "true"), "deviceClassName: gpu", "deviceClassName: none", 1))
	for name, want := range map[string]string{
		"missing":   `0/1 nodes are available: could not find ResourceClaim "default/missing".`,
		"classless": "0/1 nodes are available: request r: device class none does not exist.",
		"wrong":     `running "DynamicResources" filter plugin: claim default/wrong: selector #0: CEL runtime error: no such key: none`,
	} {
		add[corev1.Pod](h, plan.Pods, podWith("p-"+name, "[{name: d, resourceClaimName: "+name+"}]"))
		if got := h.refused("p-" + name); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s\nwant %s", name, got, want)
		}
	}
	// A pod whose claim is made from a template waits without a word until it is there.
	add[corev1.Pod](h, plan.Pods, podWith("p-later", "[{name: d, resourceClaimTemplateName: t}]"))
	add[resourceapi.DeviceClass](h, devices.Classes, `{metadata: {name: none}, spec: {}}`)
	if on := h.bound("p-classless"); on != "a" {
		t.Errorf("p-classless is on %q", on)
	}
}

// Two pods of a batch that share a claim both get there, one after the other.
func TestSharedClaim(t *testing.T) {
	h := newIdleHouse(t)
	for _, n := range []string{"a", "b", "c"} {
		h.node(n, "4")
	}
	add[resourceapi.DeviceClass](h, devices.Classes, `{metadata: {name: gpu}, spec: {}}`)
	add[resourceapi.ResourceSlice](h, devices.Slices, slice("b", "pb", `[{name: g0}]`))
	add[resourceapi.ResourceClaim](h, devices.Claims, claimFor("c", "true"))
	for _, p := range []string{"p1", "p2", "p3"} {
		add[corev1.Pod](h, plan.Pods, podWith(p, "[{name: d, resourceClaimName: c}]"))
	}
	h.begin(func(c client.Interface) client.Interface { return c })
	for _, p := range []string{"p1", "p2", "p3"} {
		if on := h.bound(p); on != "b" {
			t.Errorf("%s is on %q, want b", p, on)
		}
	}
	if n := len(h.claim("c").Status.ReservedFor); n != 3 {
		t.Errorf("reserved for %d pods, want 3", n)
	}
}

// An extended resource that a class stands for is devices on nodes that do not offer it themselves.
func TestExtendedResource(t *testing.T) {
	h := newHouse(t)
	h.node("a", "4")
	h.node("b", "4")
	add[resourceapi.DeviceClass](h, devices.Classes, `{metadata: {name: gpu}, spec: {extendedResourceName: example.com/gpu}}`)
	add[resourceapi.ResourceSlice](h, devices.Slices, slice("b", "pb", `[{name: g0}, {name: g1}, {name: g2}]`))
	add[corev1.Pod](h, plan.Pods, `{metadata: {name: p, namespace: default}, spec: {initContainers: [{name: i, image: i, resources: {requests: {example.com/gpu: 3}, limits: {example.com/gpu: 3}}}],
		containers: [{name: c, image: i, resources: {requests: {example.com/gpu: 1}, limits: {example.com/gpu: 1}}}]}}`)
	if on := h.bound("p"); on != "b" {
		t.Fatalf("p is on %q, want b", on)
	}
	obj, err := h.c.Get(h.ctx, podKey("p"))
	if err != nil {
		t.Fatal(err)
	}
	st := obj.(*corev1.Pod).Status.ExtendedResourceClaimStatus
	if st == nil || len(st.RequestMappings) != 3 {
		t.Fatalf("status of the claim: %+v", st)
	}
	c := h.claim(st.ResourceClaimName)
	if !strings.HasPrefix(c.Name, "p-extended-resources-") || len(c.Status.Allocation.Devices.Results) != 3 || len(c.Status.ReservedFor) != 1 || len(c.Spec.Devices.Requests) != 2 {
		t.Errorf("claim %s: %+v", c.Name, c)
	}
}

// A pod that was refused for want of extended resources is tried again when classes come that stand for them.
func TestExtendedResourceOfAClassThatComes(t *testing.T) {
	h := newHouse(t)
	h.node("a", "4")
	add[resourceapi.ResourceSlice](h, devices.Slices, slice("a", "pa", `[{name: g0}, {name: g1}]`))
	add[corev1.Pod](h, plan.Pods, `{metadata: {name: p, namespace: default}, spec: {containers: [{name: c, image: i, resources: {requests: {example.com/gpu: 1, example.com/fpga: 1}, limits: {example.com/gpu: 1, example.com/fpga: 1}}}]}}`)
	h.refused("p")
	for _, name := range []string{"gpu", "fpga"} {
		add[resourceapi.DeviceClass](h, devices.Classes, `{metadata: {name: `+name+`}, spec: {extendedResourceName: example.com/`+name+`}}`)
	}
	if on := h.bound("p"); on != "a" {
		t.Errorf("p is on %q, want a", on)
	}
}
