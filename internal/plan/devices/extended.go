package devices

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/component-helpers/resource"
)

// Extended resources that a device class stands for: where a node does not offer the resource itself, the pod gets devices
// of the class there, by a claim that the scheduler makes for it.

// extendedOf are the amounts of the extended resources of a pod that devices stand for.
func (w *World) extendedOf(p *corev1.Pod) map[corev1.ResourceName]int64 {
	if len(w.offered) == 0 || !asksForMore(p) {
		return nil
	}
	var out map[corev1.ResourceName]int64
	for name, q := range resource.PodRequests(p, resource.PodResourcesOptions{}) {
		if w.offered[name] == nil || q.IsZero() {
			continue
		}
		if out == nil {
			out = map[corev1.ResourceName]int64{}
		}
		out[name] = q.Value()
	}
	return out
}

// asksForMore reports whether a container asks for other resources than all nodes have.
func asksForMore(p *corev1.Pod) bool {
	more := func(containers []corev1.Container) bool {
		for i := range containers {
			for name := range containers[i].Resources.Requests {
				switch name {
				case corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage:
				default:
					return true
				}
			}
		}
		return false
	}
	return more(p.Spec.Containers) || more(p.Spec.InitContainers)
}

// extendedClaim finds the claim that was made for the extended resources of a pod before, else the likeness of one to be
// made: without a name, and known by flyingID.
func (w *World) extendedClaim(p *corev1.Pod) (claim *resourceapi.ResourceClaim, made bool) {
	if c := w.claims[w.made[p.UID]]; c != nil {
		return c, true
	}
	return &resourceapi.ResourceClaim{ObjectMeta: metav1.ObjectMeta{Namespace: p.Namespace, GenerateName: p.Name + "-extended-resources-", UID: flyingID(p),
		OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "Pod", Name: p.Name, UID: p.UID, Controller: new(true)}},
		Annotations:     map[string]string{resourceapi.ExtendedResourceClaimAnnotation: "true"},
		Finalizers:      []string{resourceapi.Finalizer}}}, false
}

// flyingID is what the claim for a pod's extended resources is held by until it exists.
func flyingID(p *corev1.Pod) types.UID { return "extended/" + p.UID }

// madeForPod is the pod whose extended resources a claim was made for.
func madeForPod(c *resourceapi.ResourceClaim) (pod types.UID, ok bool) {
	ref := metav1.GetControllerOfNoCopy(c)
	if ref == nil || c.Annotations[resourceapi.ExtendedResourceClaimAnnotation] != "true" {
		return "", false
	}
	return ref.UID, true
}

// container is one container of a pod with its place in init containers and containers together.
type container struct {
	*corev1.Container
	at     int
	passes bool // it ends before those behind it begin
}

func containersOf(p *corev1.Pod) (out []container) {
	for i := range p.Spec.InitContainers {
		c := &p.Spec.InitContainers[i]
		sidecar := c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways
		out = append(out, container{c, i, !sidecar})
	}
	for i := range p.Spec.Containers {
		out = append(out, container{&p.Spec.Containers[i], len(out), false})
	}
	return out
}

// asks is how much of a resource a container asks for, and the name of the request that it makes for it: by the places of
// container and resource, which are upstream's and part of the API.
func (c *container) asks(name corev1.ResourceName) (n int64, request string) {
	q := c.Resources.Requests[name]
	n, ok := q.AsInt64()
	if !ok || n == 0 {
		return 0, ""
	}
	at := slices.Index(slices.Sorted(maps.Keys(c.Resources.Requests)), name)
	return n, fmt.Sprintf("container-%d-request-%d", c.at, at)
}

func ask(name, class string, n int64) resourceapi.DeviceRequest {
	return resourceapi.DeviceRequest{Name: name, Exactly: &resourceapi.ExactDeviceRequest{DeviceClassName: class,
		AllocationMode: resourceapi.DeviceAllocationModeExactCount, Count: n}}
}

// requests are the device requests for the extended resources that a node does not offer itself, and which container uses
// which of them. Containers that run side by side have requests of their own; an init container that passes uses those of
// the containers after it, and all that pass share the largest request for what lacks.
func (w *World) requests(p *corev1.Pod, wanted []corev1.ResourceName) (reqs []resourceapi.DeviceRequest, uses []corev1.ContainerExtendedResourceRequest) {
	containers := containersOf(p)
	for _, name := range wanted {
		class := w.offered[name].Name
		use := func(c *container, request string) corev1.ContainerExtendedResourceRequest {
			return corev1.ContainerExtendedResourceRequest{ContainerName: c.Name, ResourceName: string(name), RequestName: request}
		}
		own := make([]resourceapi.DeviceRequest, len(containers)) // of those that stay; without a name for none
		for i := range containers {
			if n, request := containers[i].asks(name); n > 0 && !containers[i].passes {
				own[i] = ask(request, class, n)
				uses = append(uses, use(&containers[i], request))
			}
		}
		var extra resourceapi.DeviceRequest // the largest of those that pass
		var passing []corev1.ContainerExtendedResourceRequest
		var lacking []int // places in passing that name a request for what lacks
		for i := range containers {
			n, request := containers[i].asks(name)
			if n == 0 || !containers[i].passes {
				continue
			}
			for _, later := range own[i:] {
				if later.Name != "" && n > 0 {
					n -= later.Exactly.Count
					passing = append(passing, use(&containers[i], later.Name))
				}
			}
			if n <= 0 {
				continue
			}
			lacking = append(lacking, len(passing))
			passing = append(passing, use(&containers[i], request))
			if extra.Name == "" || extra.Exactly.Count < n {
				extra = ask(request, class, n)
			}
		}
		for _, k := range lacking {
			passing[k].RequestName = extra.Name
		}
		uses = append(uses, passing...)
		reqs = append(reqs, slices.DeleteFunc(append(own, extra), func(r resourceapi.DeviceRequest) bool { return r.Name == "" })...)
	}
	slices.SortFunc(reqs, func(a, b resourceapi.DeviceRequest) int { return cmp.Compare(a.Name, b.Name) })
	return reqs, uses
}
