package nodediff

import (
	"fmt"
	"math/rand/v2"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/cpuset"

	"gantry.dev/gantry/internal/plan/numa"
)

const mi = 1 << 20

// machine is one with parts of equal size, and how its managers are set.
type machine struct {
	cpus      numa.Topology
	nodes     int
	memory    []uint64
	reserved  int
	chosen    cpuset.CPUSet
	options   map[string]string
	policy    string
	scope     string
	closest   bool
	distances [][]uint64
}

func (m *machine) String() string {
	return fmt.Sprintf("%+v", *m)
}

func randomMachine(r *rand.Rand) *machine {
	sockets, threads := 1+r.IntN(2), 1+r.IntN(2)
	m := &machine{nodes: sockets << r.IntN(2), options: map[string]string{}}
	if r.IntN(8) == 0 {
		sockets, m.nodes = 2, 1
	}
	parts := max(sockets, m.nodes)
	cores := (1 + r.IntN(4)) * 2 * parts
	caches := parts << r.IntN(2)
	for t := range threads {
		for c := range cores {
			part := c * parts / cores
			m.cpus = append(m.cpus, numa.CPU{ID: t*cores + c, Core: c, Socket: part * sockets / parts, NUMA: part * m.nodes / parts, Cache: c * caches / cores})
		}
	}
	for a := range m.nodes {
		m.memory = append(m.memory, uint64(1+r.IntN(8))*64*mi)
		m.distances = append(m.distances, make([]uint64, m.nodes))
		for b := range a {
			d := uint64(11 + r.IntN(4)*10)
			m.distances[a][b], m.distances[b][a] = d, d
		}
		m.distances[a][a] = 10
	}
	m.reserved = 1 + r.IntN(2)
	if r.IntN(2) == 0 {
		m.chosen = cpuset.New(r.Perm(len(m.cpus))[:m.reserved]...)
	}
	m.policy = []string{"none", "best-effort", "restricted", "single-numa-node"}[r.IntN(4)]
	m.scope = []string{"container", "pod"}[r.IntN(2)]
	m.closest = r.IntN(2) == 0
	for _, name := range []string{"full-pcpus-only", "distribute-cpus-across-numa", "align-by-socket", "distribute-cpus-across-cores",
		"strict-cpu-reservation", "prefer-align-cpus-by-uncorecache"} {
		if r.IntN(5) == 0 {
			m.options[name] = "true"
		}
	}
	if m.options["full-pcpus-only"] != "" && m.options["distribute-cpus-across-numa"] != "" {
		// Where threads of a core are left over, upstream counts them, gives none of them, and goes on for ever.
		m.reserved, m.chosen = threads, m.wholeCore(0)
	}
	return m
}

func (m *machine) wholeCore(core int) cpuset.CPUSet {
	var ids []int
	for _, c := range m.cpus {
		if c.Core == core {
			ids = append(ids, c.ID)
		}
	}
	return cpuset.New(ids...)
}

// ours is the machine with nothing given out.
func (m *machine) ours() (*numa.Allotter, error) {
	has := func(name string) bool { return m.options[name] == "true" }
	c := &numa.CPUs{Topology: m.cpus, CPUOptions: numa.CPUOptions{
		FullCores: has("full-pcpus-only"), AcrossNodes: has("distribute-cpus-across-numa"), AcrossCores: has("distribute-cpus-across-cores"),
		Sockets: has("align-by-socket"), Strict: has("strict-cpu-reservation"), Caches: has("prefer-align-cpus-by-uncorecache"),
	}}
	if err := c.Check(numa.Policy(m.policy)); err != nil {
		return nil, err
	}
	if c.Reserved = m.chosen; c.Reserved.IsEmpty() {
		var err error
		if c.Reserved, err = c.Reserve(m.reserved); err != nil {
			return nil, err
		}
	}
	all := map[int]numa.Amounts{}
	out := &numa.Allotter{CPUs: c, Policy: numa.Policy(m.policy), WholePods: m.scope == "pod"}
	for id := range m.nodes {
		all[id] = numa.Amounts{"memory": m.memory[id]}
		out.Machine.Nodes = append(out.Machine.Nodes, id)
		if m.closest {
			if out.Machine.Distances == nil {
				out.Machine.Distances = map[int][]uint64{}
			}
			out.Machine.Distances[id] = m.distances[id]
		}
	}
	all[0]["memory"] -= 16 * mi // reserved
	out.Memory = numa.NewMemory(all)
	out.Memory.Reserved = map[int]numa.Amounts{0: {"memory": 16 * mi}}
	return out, nil
}

// randomPod is a guaranteed pod.
func randomPod(r *rand.Rand, name string, m *machine) *corev1.Pod {
	p := &corev1.Pod{}
	p.Name, p.UID = name, types.UID(name)
	c := func(name string) corev1.Container {
		cpu := []string{"500m", "1", "2", "2", fmt.Sprint(1 + r.IntN(len(m.cpus)))}[r.IntN(5)]
		memory := resource.NewQuantity(int64(1+r.IntN(6))*32*mi, resource.BinarySI)
		list := corev1.ResourceList{"cpu": resource.MustParse(cpu), "memory": *memory}
		return corev1.Container{Name: name, Resources: corev1.ResourceRequirements{Requests: list, Limits: list}}
	}
	for i := range max(0, r.IntN(5)-2) {
		init := c(fmt.Sprint("i", i))
		if always := corev1.ContainerRestartPolicyAlways; r.IntN(3) == 0 {
			init.RestartPolicy = &always
		}
		p.Spec.InitContainers = append(p.Spec.InitContainers, init)
	}
	for i := range 1 + r.IntN(2) {
		p.Spec.Containers = append(p.Spec.Containers, c(fmt.Sprint("c", i)))
	}
	return p
}

// words tell of a pod.
func words(p *corev1.Pod) string {
	var out []string
	for _, c := range append(p.Spec.InitContainers, p.Spec.Containers...) {
		q := c.Resources.Requests
		out = append(out, fmt.Sprintf("%s %s cpus %dMi", c.Name, q.Cpu(), q.Memory().Value()/mi))
		if c.RestartPolicy != nil {
			out = append(out, "always")
		}
	}
	return p.Name + ": " + strings.Join(out, ", ")
}

// told is what a pod was given by us.
func told(a *numa.Allotter, p *corev1.Pod) string {
	var out []string
	for _, c := range append(p.Spec.InitContainers, p.Spec.Containers...) {
		g := a.Held(p.UID)[c.Name]
		text := c.Name + " cpus " + g.CPUs.String()
		for _, b := range g.Memory {
			text += fmt.Sprintf(" %s %d on %s", b.Kind, b.Bytes/mi, plus(b.Nodes.Nodes()))
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func plus(nodes []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(nodes), "[]"), " ", "+")
}
