package nodediff

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/go-logr/logr"
	cadvisor "github.com/google/cadvisor/info/v1"
	corev1 "k8s.io/api/core/v1"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/kubelet/cm/cpumanager"
	cpustate "k8s.io/kubernetes/pkg/kubelet/cm/cpumanager/state"
	"k8s.io/kubernetes/pkg/kubelet/cm/cpumanager/topology"
	"k8s.io/kubernetes/pkg/kubelet/cm/memorymanager"
	memorystate "k8s.io/kubernetes/pkg/kubelet/cm/memorymanager/state"
	"k8s.io/kubernetes/pkg/kubelet/cm/topologymanager"
	"k8s.io/kubernetes/pkg/kubelet/lifecycle"
)

func TestMain(m *testing.M) {
	// Two options of the static policy are behind it.
	if err := utilfeature.DefaultMutableFeatureGate.Set("CPUManagerPolicyAlphaOptions=true"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	klog.SetLogger(logr.Discard())
	os.Exit(m.Run())
}

// upstream are kubelet's managers of one machine.
type upstream struct {
	topology topologymanager.Manager
	cpus     cpumanager.Policy
	cpuState cpustate.State
	memory   memorymanager.Policy
	memState memorystate.State
	names    map[string][]string
}

func newUpstream(m *machine) (*upstream, error) {
	info := &cadvisor.MachineInfo{NumCores: len(m.cpus)}
	for id := range m.nodes {
		info.Topology = append(info.Topology, cadvisor.Node{Id: id, Memory: m.memory[id], Distances: m.distances[id]})
	}
	options := map[string]string{}
	if m.closest {
		options["prefer-closest-numa-nodes"] = "true"
	}
	u := &upstream{cpuState: cpustate.NewMemoryState(logr.Discard()), memState: memorystate.NewMemoryState(logr.Discard()), names: map[string][]string{}}
	var err error
	if u.topology, err = topologymanager.NewManager(info.Topology, m.policy, m.scope, options); err != nil {
		return nil, err
	}
	cores, sockets, caches := map[int]bool{}, map[int]bool{}, map[int]bool{}
	topo := &topology.CPUTopology{NumCPUs: len(m.cpus), NumNUMANodes: m.nodes, CPUDetails: topology.CPUDetails{}}
	for _, c := range m.cpus {
		topo.CPUDetails[c.ID] = topology.CPUInfo{NUMANodeID: c.NUMA, SocketID: c.Socket, CoreID: c.Core, UncoreCacheID: c.Cache}
		cores[c.Core], sockets[c.Socket], caches[c.Cache] = true, true, true
	}
	topo.NumCores, topo.NumSockets, topo.NumUncoreCache = len(cores), len(sockets), len(caches)
	if u.cpus, err = cpumanager.NewStaticPolicy(logr.Discard(), topo, m.reserved, m.chosen, u.topology, m.options); err != nil {
		return nil, err
	}
	if err := u.cpus.Start(logr.Discard(), u.cpuState); err != nil {
		return nil, err
	}
	reserved := map[int]map[corev1.ResourceName]uint64{0: {corev1.ResourceMemory: 16 * mi}}
	if u.memory, err = memorymanager.NewPolicyStatic(logr.Discard(), info, reserved, u.topology); err != nil {
		return nil, err
	}
	if err := u.memory.Start(logr.Discard(), u.memState); err != nil {
		return nil, err
	}
	u.topology.AddHintProvider(logr.Discard(), cpuProvider{u})
	u.topology.AddHintProvider(logr.Discard(), memoryProvider{u})
	return u, nil
}

// admit asks for a pod; one that is refused has nothing, as after kubelet has cleared it away.
func (u *upstream) admit(p *corev1.Pod) string {
	for _, c := range append(p.Spec.InitContainers, p.Spec.Containers...) {
		u.names[p.Name] = append(u.names[p.Name], c.Name)
	}
	res := u.topology.Admit(&lifecycle.PodAdmitAttributes{Pod: p})
	if res.Admit {
		return "in"
	}
	u.release(p.Name)
	return res.Reason + ": " + res.Message
}

func (u *upstream) release(pod string) {
	for _, name := range u.names[pod] {
		_ = u.cpus.RemoveContainer(logr.Discard(), u.cpuState, pod, name)
		u.memory.RemoveContainer(logr.Discard(), u.memState, pod, name)
	}
	delete(u.names, pod)
}

// told is what a pod was given by kubelet.
func (u *upstream) told(p *corev1.Pod) string {
	var out []string
	for _, name := range u.names[p.Name] {
		set, _ := u.cpuState.GetCPUSet(p.Name, name)
		text := name + " cpus " + set.String()
		for _, b := range u.memState.GetMemoryBlocks(p.Name, name) {
			text += fmt.Sprintf(" %s %d on %s", b.Type, b.Size/mi, plus(b.NUMAAffinity))
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

type hints = map[string][]topologymanager.TopologyHint

type cpuProvider struct{ u *upstream }

func (p cpuProvider) GetTopologyHints(pod *corev1.Pod, c *corev1.Container) hints {
	return p.u.cpus.GetTopologyHints(logr.Discard(), p.u.cpuState, pod, c)
}

func (p cpuProvider) GetPodTopologyHints(pod *corev1.Pod) hints {
	return p.u.cpus.GetPodTopologyHints(logr.Discard(), p.u.cpuState, pod)
}

func (p cpuProvider) AllocatePod(pod *corev1.Pod) error {
	return p.u.cpus.AllocatePod(logr.Discard(), p.u.cpuState, pod)
}

func (p cpuProvider) Allocate(pod *corev1.Pod, c *corev1.Container) error {
	return p.u.cpus.Allocate(logr.Discard(), p.u.cpuState, pod, c)
}

type memoryProvider struct{ u *upstream }

func (p memoryProvider) GetTopologyHints(pod *corev1.Pod, c *corev1.Container) hints {
	return p.u.memory.GetTopologyHints(logr.Discard(), p.u.memState, pod, c)
}

func (p memoryProvider) GetPodTopologyHints(pod *corev1.Pod) hints {
	return p.u.memory.GetPodTopologyHints(logr.Discard(), p.u.memState, pod)
}

func (p memoryProvider) AllocatePod(pod *corev1.Pod) error {
	return p.u.memory.AllocatePod(logr.Discard(), p.u.memState, pod)
}

func (p memoryProvider) Allocate(pod *corev1.Pod, c *corev1.Container) error {
	return p.u.memory.Allocate(logr.Discard(), p.u.memState, pod, c)
}
