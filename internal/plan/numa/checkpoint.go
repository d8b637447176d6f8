package numa

import (
	"hash/fnv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/dump"
)

// CPUManagerCheckpoint is kubelet's file cpu_manager_state: who has which CPUs. Names and order of fields are part of its checksum, here and
// in the types below.
type CPUManagerCheckpoint struct {
	PolicyName    string                       `json:"policyName"`
	DefaultCPUSet string                       `json:"defaultCpuSet"`
	Entries       map[string]map[string]string `json:"entries,omitempty"`
	Checksum      Checksum                     `json:"checksum"`
}

// MemoryManagerCheckpoint is kubelet's file memory_manager_state: the memory of the NUMA nodes, and who has which.
type MemoryManagerCheckpoint struct {
	PolicyName   string                     `json:"policyName"`
	MachineState NUMANodeMap                `json:"machineState"`
	Entries      ContainerMemoryAssignments `json:"entries,omitempty"`
	Checksum     Checksum                   `json:"checksum"`
}

// Parts of a MemoryManagerCheckpoint: NUMA nodes by number, and what containers have by pod and name.
type (
	NUMANodeMap                map[int]*NUMANodeState
	ContainerMemoryAssignments map[string]map[string][]MemoryBlock
)

// NUMANodeState is a NUMA node; Cells are the nodes with which it is used together.
type NUMANodeState struct {
	NumberOfAssignments int                                  `json:"numberOfAssignments"`
	MemoryMap           map[corev1.ResourceName]*MemoryTable `json:"memoryMap"`
	Cells               []int                                `json:"cells"`
}

// MemoryTable are bytes of a kind on a node. Reserved are those that containers have.
type MemoryTable struct {
	TotalMemSize   uint64 `json:"total"`
	SystemReserved uint64 `json:"systemReserved"`
	Allocatable    uint64 `json:"allocatable"`
	Reserved       uint64 `json:"reserved"`
	Free           uint64 `json:"free"`
}

// MemoryBlock is a Block.
type MemoryBlock struct {
	NUMAAffinity []int               `json:"numaAffinity"`
	Type         corev1.ResourceName `json:"type"`
	Size         uint64              `json:"size"`
}

// Checksum is FNV-1a of what a dump of the Go value prints, the names of kubelet's types included.
type Checksum uint64

// kubeletTypes are the names that kubelet's types have in a dump, by ours.
var kubeletTypes = strings.NewReplacer("numa.Checksum", "checksum.Checksum", "numa.MemoryBlock", "state.Block", "numa.", "state.")

func sum(checkpoint any) Checksum {
	h := fnv.New32a()
	_, _ = kubeletTypes.WriteString(h, dump.ForHash(checkpoint)) // a hash takes all
	return Checksum(h.Sum32())
}

// CPUCheckpoint tells of the CPUs. Allotters that give none, nil ones too, have kubelet's policy none.
func (a *Allotter) CPUCheckpoint() *CPUManagerCheckpoint {
	c := &CPUManagerCheckpoint{PolicyName: "none", Entries: map[string]map[string]string{}}
	if a != nil && a.CPUs != nil {
		c.PolicyName, c.DefaultCPUSet = "static", a.CPUs.Shared(a.Free()).String()
		for uid, grants := range a.held {
			for name, g := range grants {
				if g.CPUs.IsEmpty() {
					continue
				}
				if c.Entries[string(uid)] == nil {
					c.Entries[string(uid)] = map[string]string{}
				}
				c.Entries[string(uid)][name] = g.CPUs.String()
			}
		}
	}
	c.Checksum = sum(c)
	return c
}

// MemoryCheckpoint tells of the memory. Allotters that give none, nil ones too, have kubelet's policy None.
func (a *Allotter) MemoryCheckpoint() *MemoryManagerCheckpoint {
	c := &MemoryManagerCheckpoint{PolicyName: "None", MachineState: NUMANodeMap{}, Entries: ContainerMemoryAssignments{}}
	if a != nil && a.Memory != nil {
		c.PolicyName, c.MachineState = "Static", a.Memory.state()
		for uid, grants := range a.held {
			for name, g := range grants {
				if len(g.Memory) == 0 {
					continue
				}
				if c.Entries[string(uid)] == nil {
					c.Entries[string(uid)] = map[string][]MemoryBlock{}
				}
				for _, b := range g.Memory {
					c.Entries[string(uid)][name] = append(c.Entries[string(uid)][name], MemoryBlock{b.Nodes.Nodes(), b.Kind, b.Bytes})
				}
			}
		}
	}
	c.Checksum = sum(c)
	return c
}

func (m *Memory) state() NUMANodeMap {
	out := NUMANodeMap{}
	for id, bank := range m.nodes {
		n := &NUMANodeState{NumberOfAssignments: bank.blocks, MemoryMap: map[corev1.ResourceName]*MemoryTable{}, Cells: bank.group.Nodes()}
		huge := uint64(0)
		for kind, allocatable := range m.Allocatable[id] {
			reserved := m.Reserved[id][kind]
			n.MemoryMap[kind] = &MemoryTable{TotalMemSize: allocatable + reserved, SystemReserved: reserved, Allocatable: allocatable, Reserved: bank.given[kind], Free: bank.free[kind]}
			if kind != corev1.ResourceMemory {
				huge += allocatable + reserved
			}
		}
		if t := n.MemoryMap[corev1.ResourceMemory]; t != nil {
			t.TotalMemSize += huge // the kernel counts huge pages as memory
		}
		out[id] = n
	}
	return out
}
