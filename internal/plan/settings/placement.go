package settings

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/cpuset"

	kubelet "k8s.io/kubelet/config/v1beta1"

	"gantry.dev/gantry/internal/schema"
)

// TopologyPolicy is kubelet's topology manager: how CPUs, memory and devices of containers have to lie together.
type TopologyPolicy struct {
	Policy Topology
	// WholePods places all containers of a pod together (topologyManagerScope pod).
	WholePods bool
	// Closest prefers, of sets of NUMA nodes of one size, the one whose nodes are nearest to each other.
	Closest bool
	// MaxNodes is the number of NUMA nodes of a machine from which on a policy is refused: all sets of them are looked at.
	MaxNodes int
}

// Topology is kubelet's topologyManagerPolicy.
type Topology string

// The policies: whether the NUMA nodes that suit all are taken if there are, or have to be.
const (
	TopologyNone       Topology = "none"
	TopologyBestEffort Topology = "best-effort"
	TopologyRestricted Topology = "restricted"
	TopologySingle     Topology = "single-numa-node"
)

// leastMaxNodes is kubelet's bound of NUMA nodes, which can only be made larger.
const leastMaxNodes = 8

// cpuOptions are those of the static policy; two of them are alpha, and have to be let in by a gate.
var cpuOptions = map[string]bool{
	"full-pcpus-only": false, "strict-cpu-reservation": false, "prefer-align-cpus-by-uncorecache": false, "distribute-cpus-across-numa": false,
	"align-by-socket": true, "distribute-cpus-across-cores": true,
}

const alphaOptions = "CPUManagerPolicyAlphaOptions"

// StopSignalGate is the gate of stop signals of containers (alpha). What the API takes of them is the server's to say.
const StopSignalGate = "ContainerStopSignals"

func (n *Node) cpus(c *kubelet.KubeletConfiguration) error {
	n.ReservedCPUs = c.ReservedSystemCPUs
	if _, err := cpuset.Parse(n.ReservedCPUs); err != nil {
		return fmt.Errorf("reservedSystemCPUs: want a list like 0-3,8, got %q", n.ReservedCPUs)
	}
	switch c.CPUManagerPolicy {
	case "", "none":
	case "static":
		n.ExclusiveCPUs = true
		if reserved := n.Reserved[corev1.ResourceCPU]; n.ReservedCPUs == "" && reserved.IsZero() {
			return fmt.Errorf("cpuManagerPolicy: static needs CPU kept for the machine: say systemReserved[cpu], kubeReserved[cpu] or reservedSystemCPUs")
		}
	default:
		return fmt.Errorf("cpuManagerPolicy: want none or static, got %q", c.CPUManagerPolicy)
	}
	for name, value := range c.CPUManagerPolicyOptions {
		alpha, known := cpuOptions[name]
		if !known {
			return fmt.Errorf("cpuManagerPolicyOptions[%s]: unknown CPU Manager Policy option", name)
		}
		if alpha && !c.FeatureGates[alphaOptions] {
			return fmt.Errorf("cpuManagerPolicyOptions[%s]: an alpha option: say featureGates[%s]", name, alphaOptions)
		}
		on, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("cpuManagerPolicyOptions[%s]: want true or false, got %q", name, value)
		}
		if on {
			n.CPUOptions = append(n.CPUOptions, name)
		}
	}
	if len(n.CPUOptions) > 0 && !n.ExclusiveCPUs {
		return fmt.Errorf("cpuManagerPolicyOptions: cpuManagerPolicy %q has no options: say static", cmp.Or(c.CPUManagerPolicy, "none"))
	}
	slices.Sort(n.CPUOptions)
	return n.duration("cpuManagerReconcilePeriod", c.CPUManagerReconcilePeriod.Duration, &n.CPUReconcile)
}

// gates refuses feature gates that decide nothing here, unless they are set to what they are in this release.
func (n *Node) gates(c *kubelet.KubeletConfiguration) error {
	for _, name := range slices.Sorted(maps.Keys(c.FeatureGates)) {
		switch name {
		case alphaOptions:
			continue
		case StopSignalGate:
			n.StopSignals = c.FeatureGates[name]
			continue
		}
		on, ok := schema.Released(name)
		switch {
		case !ok:
			return fmt.Errorf("featureGates[%s]: Kubernetes has no such gate", name)
		case c.FeatureGates[name] != on:
			return fmt.Errorf("featureGates[%s]: this node has no such switch: it is as released, %t", name, on)
		}
	}
	return nil
}

func (n *Node) machineLogs(c *kubelet.KubeletConfiguration) error {
	n.NoLogs = c.EnableSystemLogHandler != nil && !*c.EnableSystemLogHandler
	n.LogQueries = c.EnableSystemLogQuery != nil && *c.EnableSystemLogQuery
	if n.NoLogs && n.LogQueries {
		return fmt.Errorf("enableSystemLogQuery: enableSystemLogHandler is required for it")
	}
	return nil
}

func (n *Node) memory(c *kubelet.KubeletConfiguration) error {
	switch c.MemoryManagerPolicy {
	case "", kubelet.NoneMemoryManagerPolicy:
	case kubelet.StaticMemoryManagerPolicy:
		n.ExclusiveMemory = true
	default:
		return fmt.Errorf("memoryManagerPolicy: want None or Static, got %q", c.MemoryManagerPolicy)
	}
	n.ReservedMemory = c.ReservedMemory
	memory, seen := false, map[string]bool{}
	for i, r := range c.ReservedMemory {
		for name, q := range r.Limits {
			at := fmt.Sprintf("reservedMemory[%d].limits[%s]", i, name)
			switch key := fmt.Sprint(r.NumaNode, name); {
			case name != corev1.ResourceMemory && !strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix):
				return fmt.Errorf("%s: want memory or hugepages-<size>", at)
			case q.Sign() <= 0:
				return fmt.Errorf("%s: reserved memory may not be zero, got %s", at, q.String())
			case seen[key]:
				return fmt.Errorf("%s: NUMA node %d has it already", at, r.NumaNode)
			default:
				seen[key] = true
			}
			memory = memory || name == corev1.ResourceMemory
		}
	}
	if n.ExclusiveMemory && !memory {
		return fmt.Errorf("memoryManagerPolicy: Static needs memory kept for the machine: say reservedMemory")
	}
	return nil
}

func (n *Node) topology(c *kubelet.KubeletConfiguration) error {
	t := TopologyPolicy{Policy: cmp.Or(Topology(c.TopologyManagerPolicy), TopologyNone), MaxNodes: leastMaxNodes}
	if !slices.Contains([]Topology{TopologyNone, TopologyBestEffort, TopologyRestricted, TopologySingle}, t.Policy) {
		return fmt.Errorf("topologyManagerPolicy: want none, best-effort, restricted or single-numa-node, got %q", c.TopologyManagerPolicy)
	}
	switch c.TopologyManagerScope {
	case "", kubelet.ContainerTopologyManagerScope:
	case kubelet.PodTopologyManagerScope:
		t.WholePods = true
	default:
		return fmt.Errorf("topologyManagerScope: want container or pod, got %q", c.TopologyManagerScope)
	}
	for name, value := range c.TopologyManagerPolicyOptions {
		var err error
		switch name {
		case "prefer-closest-numa-nodes":
			t.Closest, err = strconv.ParseBool(value)
		case "max-allowable-numa-nodes":
			if t.MaxNodes, err = strconv.Atoi(value); err == nil && t.MaxNodes < leastMaxNodes {
				err = fmt.Errorf("less than %d", leastMaxNodes)
			}
		default:
			return fmt.Errorf("topologyManagerPolicyOptions[%s]: unknown Topology Manager Policy option", name)
		}
		if err != nil {
			return fmt.Errorf("topologyManagerPolicyOptions[%s]: %q: %w", name, value, err)
		}
	}
	n.Topology = t
	return nil
}

func (n *Node) swap(c *kubelet.KubeletConfiguration) error {
	switch c.MemorySwap.SwapBehavior {
	case "", "NoSwap":
	case "LimitedSwap":
		n.LimitedSwap = true
	default:
		return fmt.Errorf("memorySwap.swapBehavior: want NoSwap or LimitedSwap, got %q", c.MemorySwap.SwapBehavior)
	}
	if c.FailSwapOn != nil && *c.FailSwapOn {
		return fmt.Errorf("failSwapOn: this node runs on machines with swap, and gives pods none of it unless memorySwap says so; leave it out, or say false")
	}
	return nil
}
