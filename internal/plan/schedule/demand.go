package schedule

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	apiresource "k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/component-helpers/resource"
)

// demand is what a pod takes from a node.
type demand struct {
	amounts []want
	// seem is what a placed pod is counted as where nodes are compared, score what a pending one adds: with an assumed amount
	// for containers that request nothing. They differ for pods with resources of their own, which upstream's score passes over.
	seemCPU, seemMem   int64
	scoreCPU, scoreMem int64
	ports              []hostPort
}

// of is how much of a resource the pod asks for.
func (d *demand) of(row int) int64 {
	for _, w := range d.amounts {
		if w.resource == row {
			return w.n
		}
	}
	return 0
}

type want struct {
	resource int
	n        int64
	// delegated says that nodes which do not offer the resource give devices for it: another filter asks for them.
	delegated bool
}

type hostPort struct {
	ip       string // "" for all addresses
	protocol corev1.Protocol
	port     int32
}

// conflicts reports whether two host ports cannot be on one node.
func (p hostPort) conflicts(o hostPort) bool {
	return p.port == o.port && p.protocol == o.protocol && (p.ip == "" || o.ip == "" || p.ip == o.ip)
}

// assumed is never changed; upstream's library wants a list.
var assumed = corev1.ResourceList{
	corev1.ResourceCPU:    *apiresource.NewMilliQuantity(assumedMilliCPU, apiresource.DecimalSI),
	corev1.ResourceMemory: *apiresource.NewQuantity(assumedMemory, apiresource.BinarySI),
}

// demandOf adds up a pod: containers, init containers and sidecars as they overlap in time, the pod's own resources, overhead,
// resizes.
func (s *State) demandOf(p *corev1.Pod) demand {
	d, ok := s.demandOfOne(p)
	if !ok {
		d = s.demandOfMany(p)
	}
	d.amounts = append(d.amounts, want{resource: resPods, n: 1})
	slices.SortFunc(d.amounts, func(a, b want) int { return a.resource - b.resource })
	for i := range p.Spec.Containers {
		d.ports = appendPorts(d.ports, &p.Spec.Containers[i])
	}
	for i := range p.Spec.InitContainers { // of the init containers, only sidecars keep their ports
		if r := p.Spec.InitContainers[i].RestartPolicy; r != nil && *r == corev1.ContainerRestartPolicyAlways {
			d.ports = appendPorts(d.ports, &p.Spec.InitContainers[i])
		}
	}
	return d
}

// demandOfOne is what demandOfMany finds for a pending pod of one container and nothing else that takes resources, which most are: there is
// nothing to add up.
func (s *State) demandOfOne(p *corev1.Pod) (d demand, ok bool) {
	if p.Spec.NodeName != "" || len(p.Spec.Containers) != 1 || len(p.Spec.InitContainers) > 0 || p.Spec.Resources != nil || p.Spec.Overhead != nil {
		return d, false
	}
	d.seemCPU, d.seemMem = assumedMilliCPU, assumedMemory
	requests := p.Spec.Containers[0].Resources.Requests
	d.amounts = make([]want, 0, len(requests)+1)
	for name, q := range requests {
		n := amount(name, q)
		if n != 0 {
			d.amounts = append(d.amounts, want{resource: s.resource(name), n: n})
		}
		switch name {
		case corev1.ResourceCPU:
			d.seemCPU = n
		case corev1.ResourceMemory:
			d.seemMem = n
		}
	}
	d.scoreCPU, d.scoreMem = d.seemCPU, d.seemMem
	return d, true
}

// demandOfMany is the resources of demandOf.
func (s *State) demandOfMany(p *corev1.Pod) demand {
	var d demand
	placed := p.Spec.NodeName != ""
	opts := resource.PodResourcesOptions{UseStatusResources: placed, InPlacePodLevelResourcesVerticalScalingEnabled: placed}
	requests := resource.PodRequests(p, opts)
	for name, q := range requests {
		if n := amount(name, q); n != 0 {
			d.amounts = append(d.amounts, want{resource: s.resource(name), n: n})
		}
	}
	opts.NonMissingContainerRequests = assumed
	whole := resource.IsPodLevelRequestsSet(p)
	if whole {
		opts.NonMissingContainerRequests = corev1.ResourceList{}
		for name, q := range assumed {
			if _, ok := requests[name]; !ok {
				opts.NonMissingContainerRequests[name] = q
			}
		}
	}
	seem := resource.PodRequests(p, opts)
	d.seemCPU, d.seemMem = seem.Cpu().MilliValue(), seem.Memory().Value()
	d.scoreCPU, d.scoreMem = d.seemCPU, d.seemMem
	if whole {
		parts := resource.PodRequests(p, resource.PodResourcesOptions{NonMissingContainerRequests: assumed, SkipPodLevelResources: true})
		d.scoreCPU, d.scoreMem = parts.Cpu().MilliValue(), parts.Memory().Value()
	}
	return d
}

func appendPorts(ports []hostPort, c *corev1.Container) []hostPort {
	for _, cp := range c.Ports {
		if cp.HostPort <= 0 {
			continue
		}
		hp := hostPort{ip: cp.HostIP, protocol: cp.Protocol, port: cp.HostPort}
		if hp.ip == "0.0.0.0" || hp.ip == "::" {
			hp.ip = ""
		}
		if hp.protocol == "" {
			hp.protocol = corev1.ProtocolTCP
		}
		ports = append(ports, hp)
	}
	return ports
}

// amount is a quantity in the unit that a column counts in: millicores for CPU, else whole units.
func amount(name corev1.ResourceName, q apiresource.Quantity) int64 {
	if name == corev1.ResourceCPU {
		return q.MilliValue()
	}
	return q.Value()
}

// carry adds (or with sign -1 takes away) a demand to a node.
func (s *State) carry(i int, d *demand, sign int64) {
	for _, w := range d.amounts {
		s.used[w.resource].add(i, sign*w.n)
		s.roomChanged(i, w.resource)
	}
	s.seemCPU[i] += sign * d.seemCPU
	s.seemMem[i] += sign * d.seemMem
	for _, p := range d.ports {
		if s.nodes[i].ports[p] += int(sign); s.nodes[i].ports[p] == 0 {
			delete(s.nodes[i].ports, p)
		}
	}
}

func (s *State) portsFree(i int, d *demand) bool {
	for _, p := range d.ports {
		for o := range s.nodes[i].ports {
			if p.conflicts(o) {
				return false
			}
		}
	}
	return true
}
