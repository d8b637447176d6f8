package bench

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	testDriver = "test-driver.cdi.k8s.io"
	// testClass is a class of all devices of the driver, testTemplate what claims are made from.
	testClass, testTemplate = "test-class", "test-claim-template"
	// readyDevices is the label of nodes that have the driver.
	readyDevices = "node-with-dra"
)

// deviceWorkloads are those about dynamic resource allocation.
func deviceWorkloads() []Workload {
	one := func(edit func(*resourceapi.DeviceRequest)) *resourceapi.DeviceClaim {
		q := resourceapi.DeviceRequest{Name: "req-0", Exactly: &resourceapi.ExactDeviceRequest{DeviceClassName: testClass}}
		if edit != nil {
			edit(&q)
		}
		return &resourceapi.DeviceClaim{Requests: []resourceapi.DeviceRequest{q}}
	}
	tolerant := one(func(q *resourceapi.DeviceRequest) {
		q.Exactly.Tolerations = []resourceapi.DeviceToleration{{Key: "example.com/taint", Operator: resourceapi.DeviceTolerationOpExists}}
	})
	either := one(func(q *resourceapi.DeviceRequest) {
		q.Exactly, q.FirstAvailable = nil, []resourceapi.DeviceSubRequest{{Name: "sub-0", DeviceClassName: "no-devices-class"}, {Name: "sub-1", DeviceClassName: testClass}}
	})
	pair := one(func(q *resourceapi.DeviceRequest) { q.Exactly.Count = 2 })
	attr := resourceapi.FullyQualifiedName("dra.example.com/slice")
	pair.Constraints = []resourceapi.DeviceConstraint{{Requests: []string{"req-0"}, MatchAttribute: &attr}}
	seven := one(func(q *resourceapi.DeviceRequest) { q.Exactly.Count = 7 })
	room := func(name string) resourceapi.DeviceRequest {
		return resourceapi.DeviceRequest{Name: name, Exactly: &resourceapi.ExactDeviceRequest{DeviceClassName: testClass,
			Capacity: &resourceapi.CapacityRequirements{Requests: map[resourceapi.QualifiedName]resource.Quantity{"memory": resource.MustParse("40Gi")}}}}
	}
	memory := &resourceapi.DeviceClaim{Requests: []resourceapi.DeviceRequest{room("req-0"), room("req-1")}}
	steady := func(taken int) deviceLoad { return deviceLoad{each: 10, taken: taken, claim: one(nil), steady: true} }

	list := []Workload{
		{Name: "PublishResourceSlices", About: "a slice of ten devices for each node; the figures are of slices, not pods", Nodes: 5000, Pods: 5000, script: publishSlices},
		{Name: "SchedulingWithResourceClaimTemplate", About: "a device for each pod, by a claim from a template", Nodes: 500, Init: 2500, Pods: 2500, Peer: 56, script: deviceLoad{each: 10, claim: one(nil)}.run},
		{Name: "SchedulingWithResourceClaim", About: "a device for five pods each, by a claim that they share", Nodes: 500, Init: 2500, Pods: 2500, script: deviceLoad{each: 2, claim: one(nil), sharing: 5}.run},
		{Name: "SteadyStateClusterResourceClaimTemplate_empty", About: "ten pods with a device at a time come and go, on free nodes", Nodes: 500, Pods: 1000, Peer: 64, script: steady(0).run},
		{Name: "SteadyStateClusterResourceClaimTemplate_half", About: "ten pods with a device at a time come and go, half of the devices taken", Nodes: 500, Pods: 1000, Peer: 70, script: steady(2500).run},
		{Name: "SteadyStateClusterResourceClaimTemplate_full", About: "ten pods with a device at a time come and go, all but ten devices taken", Nodes: 500, Pods: 1000, Peer: 60, script: steady(4990).run},
		{Name: "DeviceTaintToleration", About: "a device for each pod, all tainted and tolerated", Nodes: 500, Init: 2500, Pods: 2500, script: deviceLoad{each: 10, claim: tolerant, tainted: true}.run},
		{Name: "FirstAvailable", About: "a device for each pod, of the second of two classes: the first has none", Nodes: 500, Init: 2500, Pods: 2500, script: deviceLoad{each: 10, claim: either}.run},
		{Name: "Partitionable", About: "two matching parts of a device for each pod, the rest of it taken", Nodes: 100, Pods: 1000, script: deviceLoad{claim: pair, slices: partitions, taken: 2000, part: true, steady: true}.run},
		{Name: "PartitionableBacktracking", About: "seven of eight parts of a device, of which the first is too large", Nodes: 2, Pods: 1, script: deviceLoad{claim: seven, slices: unevenPartitions, pools: 1}.run},
		{Name: "ConsumableCapacity", About: "two shares of one device's capacity for each pod", Nodes: 100, Pods: 1000, script: deviceLoad{claim: memory, slices: shareable, steady: true}.run},
		{Name: "ExtendedResource", About: "a device for each pod, by an extended resource that a class of its own offers", Nodes: 1, Pods: 10, script: deviceLoad{each: 10, classes: 10, extended: "example.com/gpu-%d"}.run},
		{Name: "ExtendedResource_25Classes", About: "a device for each pod, by one of 25 extended resources", Nodes: 500, Init: 2500, Pods: 2500, script: deviceLoad{each: 10, classes: 25, extended: "example.com/gpu-%d"}.run},
		{Name: "ExtendedResource_50Classes", About: "a device for each pod, by one of 50 extended resources", Nodes: 500, Init: 2500, Pods: 2500, script: deviceLoad{each: 10, classes: 50, extended: "example.com/gpu-%d"}.run},
		{Name: "ImplicitExtendedResource_25Classes", About: "a device for each pod, by the resource that each of 25 classes is by itself", Nodes: 500, Init: 2500, Pods: 2500, script: deviceLoad{each: 10, classes: 25, implicit: true}.run},
		{Name: "ExtendedResourceScoring", About: "a device for each pod, by an extended resource that all of 20 classes offer", Nodes: 500, Pods: 5000, script: deviceLoad{each: 20, classes: 20, extended: "example.com/gpu"}.run},
	}
	for i := range list {
		list[i].nodes = []nodeSeries{{100, deviceReady}}
		list[i].spaces = []string{"init", "test"}
	}
	return list
}

func deviceReady(i int) *corev1.Node {
	n := perfNode(i)
	n.Labels[readyDevices] = "true"
	return n
}

// deviceLoad is pods with claims for devices.
type deviceLoad struct {
	// each is how many devices a node has; slices makes pools (2,000 if not set, fewer with fewer nodes) that all nodes reach instead.
	each   int
	slices func(i int) []*resourceapi.ResourceSlice
	pools  int
	// claim is what a pod claims. classes are device classes instead whose extended resource pods ask for, under a name of their own or
	// the implicit one.
	claim    *resourceapi.DeviceClaim
	classes  int
	extended string
	implicit bool
	// taken are devices that have been allocated before; part says that they are the first of each pool.
	taken int
	part  bool
	// sharing is how many pods share a claim; 0 makes one for each from a template. steady has pods go as soon as they are bound.
	sharing         int
	steady, tainted bool
}

func (l deviceLoad) run(ctx context.Context, r *serverRun) error {
	if err := l.publish(ctx, r); err != nil {
		return err
	}
	if err := l.offer(ctx, r); err != nil {
		return err
	}
	if err := l.take(ctx, r); err != nil {
		return err
	}
	before, err := l.pods(ctx, r, "init", r.load.initCount)
	if err != nil {
		return err
	}
	if err := r.settle(ctx, before); err != nil {
		return err
	}
	measured, err := l.pods(ctx, r, "test", r.load.podCount)
	if err != nil {
		return err
	}
	if l.steady {
		return r.steadily(ctx, measured)
	}
	return r.time(ctx, measured, func() error { return r.addPods(ctx, measured) })
}

// steadily measures pods of which ten are there at a time: as soon as one is bound it goes and the next one comes.
func (r *serverRun) steadily(ctx context.Context, pods []*corev1.Pod) error {
	const atOnce = 10
	m := r.begin(pods)
	done := make(chan error, atOnce)
	for w := range atOnce {
		go func() {
			for i := w; i < len(pods); i += atOnce {
				m.sent[i] = time.Now()
				one := pods[i : i+1]
				if err := r.pod(ctx, w, pods[i]); err != nil {
					done <- err
					return
				}
				if err := r.bound.awaitAll(ctx, one); err != nil {
					done <- err
					return
				}
				if err := r.removePods(ctx, one); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range atOnce {
		if err := <-done; err != nil {
			return err
		}
	}
	return r.finish(m)
}

const (
	slicesPath  = "/apis/resource.k8s.io/v1/resourceslices"
	classesPath = "/apis/resource.k8s.io/v1/deviceclasses"
)

func claimsPath(ns string) string {
	return "/apis/resource.k8s.io/v1/namespaces/" + ns + "/resourceclaims"
}

// publish makes the slices of the devices that there are.
func (l deviceLoad) publish(ctx context.Context, r *serverRun) error {
	if l.slices == nil {
		nodes := r.load.makeNodes()
		return create(ctx, r, slicesPath, len(nodes), func(i int) *resourceapi.ResourceSlice { return nodeSlice(nodes[i].Name, l.each, l.tainted) })
	}
	return r.each(ctx, l.poolCount(r.load), func(ctx context.Context, w, i int) error {
		for _, s := range l.slices(i) {
			if err := r.post(ctx, w, slicesPath, s, true); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l deviceLoad) poolCount(load schedLoad) int {
	if l.pools > 0 {
		return l.pools
	}
	return load.share(2000)
}

// offer makes the device classes.
func (l deviceLoad) offer(ctx context.Context, r *serverRun) error {
	class := func(name, driver string) *resourceapi.DeviceClass {
		return &resourceapi.DeviceClass{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: resourceapi.DeviceClassSpec{Selectors: []resourceapi.DeviceSelector{
			{CEL: &resourceapi.CELDeviceSelector{Expression: fmt.Sprintf("device.driver == %q", driver)}}}}}
	}
	if l.classes == 0 {
		if err := r.post(ctx, 0, classesPath, class("no-devices-class", "no-such-driver.cdi.k8s.io"), true); err != nil {
			return err
		}
		return r.post(ctx, 0, classesPath, class(testClass, testDriver), true)
	}
	return create(ctx, r, classesPath, l.classes, func(i int) *resourceapi.DeviceClass {
		c := class(fmt.Sprintf("%s-%d", testClass, i), testDriver)
		if name := l.resource(i); !l.implicit {
			c.Spec.ExtendedResourceName = &name
		}
		return c
	})
}

// resource is the extended resource that stands for class i.
func (l deviceLoad) resource(i int) string {
	switch {
	case l.implicit:
		return fmt.Sprintf("%s%s-%d", resourceapi.ResourceDeviceClassPrefix, testClass, i)
	case l.extended == "example.com/gpu":
		return l.extended
	default:
		return fmt.Sprintf(l.extended, i)
	}
}

// pods makes the pods of a namespace, and what they claim.
func (l deviceLoad) pods(ctx context.Context, r *serverRun, ns string, n int) ([]*corev1.Pod, error) {
	pods := seriesOf(ns, shape("", "")).make(ns+"-", n)
	if l.classes > 0 {
		return edited(pods, func(i int, p *corev1.Pod) {
			list := corev1.ResourceList{corev1.ResourceName(l.resource(i % l.classes)): resource.MustParse("1")}
			p.Spec.Containers[0].Resources = corev1.ResourceRequirements{Requests: list, Limits: list}
		}), nil
	}
	edited(pods, func(i int, p *corev1.Pod) {
		name := testTemplate
		claim := corev1.PodResourceClaim{Name: "resource", ResourceClaimTemplateName: &name}
		if l.sharing > 0 {
			name = fmt.Sprintf("claim-%d", i/l.sharing)
			claim.ResourceClaimTemplateName, claim.ResourceClaimName = nil, &name
		}
		p.Spec.ResourceClaims = []corev1.PodResourceClaim{claim}
		p.Spec.Containers[0].Resources.Claims = []corev1.ResourceClaim{{Name: "resource"}}
	})
	spec := resourceapi.ResourceClaimSpec{Devices: *l.claim}
	if l.sharing > 0 {
		return pods, create(ctx, r, claimsPath(ns), (n+l.sharing-1)/l.sharing, func(i int) *resourceapi.ResourceClaim {
			return &resourceapi.ResourceClaim{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("claim-%d", i)}, Spec: spec}
		})
	}
	return pods, r.post(ctx, 0, "/apis/resource.k8s.io/v1/namespaces/"+ns+"/resourceclaimtemplates",
		&resourceapi.ResourceClaimTemplate{ObjectMeta: metav1.ObjectMeta{Name: testTemplate}, Spec: resourceapi.ResourceClaimTemplateSpec{Spec: spec}}, false)
}

// take makes claims that have their devices already.
func (l deviceLoad) take(ctx context.Context, r *serverRun) error {
	return r.each(ctx, r.load.share(l.taken), func(ctx context.Context, w, i int) error {
		device, on := resourceapi.DeviceRequestAllocationResult{Request: "req-0", Driver: testDriver, Pool: poolName(i), Device: "device-2-counters-1"}, anyNode()
		if !l.part {
			node := perfNode(i / l.each).Name
			device.Pool, device.Device = node, deviceName(i%l.each)
			on = byField(node)
		}
		claim := &resourceapi.ResourceClaim{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("taken-%d", i)}, Spec: resourceapi.ResourceClaimSpec{Devices: resourceapi.DeviceClaim{
			Requests: []resourceapi.DeviceRequest{{Name: "req-0", Exactly: &resourceapi.ExactDeviceRequest{DeviceClassName: testClass}}}}}}
		if err := r.post(ctx, w, claimsPath("init"), claim, false); err != nil {
			return err
		}
		return r.status(ctx, w, claimsPath("init")+"/"+claim.Name, resourceapi.ResourceClaimStatus{Allocation: &resourceapi.AllocationResult{
			Devices: resourceapi.DeviceAllocationResult{Results: []resourceapi.DeviceRequestAllocationResult{device}}, NodeSelector: on}})
	})
}

// publishSlices measures how fast slices are taken in.
func publishSlices(ctx context.Context, r *serverRun) error {
	nodes := r.load.makeNodes()
	o, err := load{count: len(nodes), limit: placeLimit, servers: r.servers}.run(ctx, func(ctx context.Context, w, i int) error {
		return r.post(ctx, w, slicesPath, nodeSlice(nodes[i].Name, 10, false), true)
	})
	if err != nil {
		return err
	}
	params := r.load.params("end-to-end")
	r.add("pods_per_s", float64(o.n)/o.elapsed.Seconds(), "slices/s", params)
	r.add("p50_ms", millis(quantile(o.took, 0.5)), "ms", params)
	r.add("p99_ms", millis(quantile(o.took, 0.99)), "ms", params)
	if r.servers.known() {
		r.add("cpu_ms_per_pod", millis(o.cpu)/float64(o.n), "ms", params)
	}
	return nil
}
