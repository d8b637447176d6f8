package agent

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/cpuset"

	"gantry.dev/gantry/internal/driver/dra"
	"gantry.dev/gantry/internal/plan/numa"
)

// ContainerResources is what a container has for its own.
type ContainerResources struct {
	Name string
	CPUs cpuset.CPUSet
	// Memory is that of NUMA nodes, without what other containers of the pod have taken over.
	Memory []numa.Block
	// Devices are by resource.
	Devices map[string][]string
	Claims  []ClaimResources
}

// ClaimResources are the devices of one claim that a container has.
type ClaimResources struct {
	Name    string
	Devices []dra.Prepared
}

// claimsOf are the claims of a container, as far as they are prepared.
func (a *Agent) claimsOf(p *corev1.Pod, c *corev1.Container) (out []ClaimResources) {
	if a.cfg.DRA == nil {
		return nil
	}
	names, _ := wantedRequests(p, c)
	for _, name := range names {
		if devices, err := a.cfg.DRA.Devices(p.Namespace, name, ""); err == nil { // kubelet tells all of the claim
			out = append(out, ClaimResources{Name: name, Devices: devices})
		}
	}
	return out
}

// ResourcesOf are what the containers of a pod have for their own: sidecars, which go on, and main containers.
func (a *Agent) ResourcesOf(p *corev1.Pod) (out []ContainerResources) {
	own := a.allot.of(p.UID)
	add := func(c *corev1.Container) {
		r := ContainerResources{Name: c.Name, CPUs: own[c.Name].CPUs, Memory: own[c.Name].Memory, Claims: a.claimsOf(p, c)}
		if a.cfg.Devices != nil {
			r.Devices = a.cfg.Devices.Held(string(p.UID), c.Name)
		}
		out = append(out, r)
	}
	for i := range p.Spec.InitContainers {
		if c := &p.Spec.InitContainers[i]; c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			add(c)
		}
	}
	for i := range p.Spec.Containers {
		add(&p.Spec.Containers[i])
	}
	return out
}

// OwnCPUs are all that containers could have for their own, none without the static policy.
func (a *Agent) OwnCPUs() cpuset.CPUSet {
	if a.allot == nil || a.allot.allot.CPUs == nil {
		return cpuset.New()
	}
	return a.allot.allot.CPUs.Given()
}

// OwnMemory is all that containers could have for their own, a block for each NUMA node and kind; none without the static policy.
func (a *Agent) OwnMemory() (out []numa.Block) {
	if a.allot == nil || a.allot.allot.Memory == nil {
		return nil
	}
	all := a.allot.allot.Memory.Allocatable
	for _, node := range slices.Sorted(maps.Keys(all)) {
		for _, kind := range slices.Sorted(maps.Keys(all[node])) {
			if n := all[node][kind]; n > 0 {
				out = append(out, numa.Block{Nodes: numa.Of(node), Kind: kind, Bytes: n})
			}
		}
	}
	return out
}

// PlacesOf are the NUMA nodes of the devices of a resource, by device; none for devices that lie anywhere.
func (a *Agent) PlacesOf(resource string) map[string][]int {
	if a.cfg.Devices == nil {
		return nil
	}
	at, _, _, _ := a.cfg.Devices.Places(resource, "", nil)
	return at
}

// Devices are those of all plugins, by resource.
func (a *Agent) Devices() map[string][]string {
	if a.cfg.Devices == nil {
		return nil
	}
	return a.cfg.Devices.Allocatable()
}

// podOfContainer is the pod that an instance belongs to, as its name says; nil if it is gone.
func (a *Agent) podOfContainer(id string) *podState {
	uid, _, _ := strings.Cut(id, "_")
	return a.podOf(types.UID(uid))
}
