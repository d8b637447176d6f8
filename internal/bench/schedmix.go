package bench

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"gantry.dev/gantry/internal/plan/schedule"
)

// mixes are synthetic loads in the shape of published traces. They are not the traces: only the proportions below are
// taken over, from the papers that describe them.
func mixes() []Workload {
	list := []Workload{
		{Name: "AlibabaMix", About: "long-running services of 1-16 CPUs beside short batch pods on 64 and 96 CPU machines (after the 2018 Alibaba cluster trace)", Nodes: 4000, Pods: 60000,
			nodes: []nodeSeries{{75, machine("ali-a", "96", "512Gi")}, {25, machine("ali-b", "64", "256Gi")}},
			main:  podSeries{form: alibabaPod, namespaces: numberedNamespaces("team", 40)}},
		{Name: "BorgMix", About: "a heavy-tailed mix of tiny and large pods in three tiers of priority on machines of three sizes (after the 2019 Borg trace)", Nodes: 5000, Pods: 60000,
			nodes: []nodeSeries{{53, machine("borg-a", "32", "128Gi")}, {31, machine("borg-b", "32", "64Gi")}, {16, machine("borg-c", "64", "256Gi")}},
			main:  podSeries{form: borgPod, namespaces: numberedNamespaces("cell", 20)}},
	}
	for _, w := range list[:2] {
		w.Name, w.About, w.packed = w.Name+"Packed", "the same, packed on as few nodes as possible", true
		list = append(list, w)
	}
	return append(list, floods()...)
}

// packingProfile fills nodes one after the other: what docs/scheduling.md recommends for it.
func packingProfile() (*schedule.Profile, error) {
	p := schedule.DefaultProfile()
	p.Weights = map[string]int64{schedule.TaintToleration: 3, schedule.NodeAffinity: 2, schedule.InterPodAffinity: 2, schedule.NodeResourcesFit: 5}
	p.Fit.Strategy = schedule.MostAllocated
	return p.Compile()
}

func machine(prefix, cpu, mem string) func(int) *corev1.Node {
	return func(i int) *corev1.Node {
		n := sizedNode(fmt.Sprintf("%s-%05d", prefix, i), cpu, mem, "250")
		n.Labels[zoneKey] = "zone-" + strconv.Itoa(i%3)
		return n
	}
}

// lot is the chance of pod i of a mix: the same in every run.
func lot(mix uint64, i int) *rand.Rand { return rand.New(rand.NewPCG(mix, uint64(i))) } //nolint:gosec // a load, not a secret

func sized(milli, mib int64) form {
	return shape(strconv.FormatInt(milli, 10)+"m", strconv.FormatInt(mib, 10)+"Mi")
}

// alibabaPod: a third are containers of services, which reserve 4 CPUs most of the time and 1 to 16 else; the rest are
// batch pods of half a CPU or one, with little memory.
func alibabaPod(i int) *corev1.Pod {
	r := lot(1, i)
	if r.IntN(100) < 34 {
		cpu := []int64{1000, 2000, 4000, 4000, 4000, 4000, 8000, 16000}[r.IntN(8)]
		p := sized(cpu, cpu*2)(i)
		n := int32(1000)
		p.Spec.Priority = &n
		p.Labels = map[string]string{"app": "svc-" + strconv.Itoa(r.IntN(200))}
		return p
	}
	cpu := []int64{500, 500, 1000}[r.IntN(3)]
	return sized(cpu, []int64{256, 512, 1024, 2048}[r.IntN(4)])(i)
}

// borgPod: requests over three orders of magnitude, most of them small; production, mid and best-effort tiers.
func borgPod(i int) *corev1.Pod {
	r := lot(2, i)
	size := r.ExpFloat64() // few large ones
	cpu := min(16000, max(10, int64(size*600)))
	cpu -= cpu % 10
	mib := max(16, min(65536, int64(size*r.ExpFloat64()*1500)))
	mib -= mib % 16
	p := sized(cpu, mib)(i)
	var n int32
	switch t := r.IntN(100); {
	case t < 35:
		n = 200
	case t < 60:
		n = 115
	}
	p.Spec.Priority = &n
	if r.IntN(50) == 0 {
		p.Spec.Containers[0].Resources.Requests[corev1.ResourceEphemeralStorage] = resource.MustParse("0")
	}
	return p
}
