package bench

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Workload is one named load of a scheduler: nodes, pods that are there before, pods whose placing is measured, and what
// goes on meanwhile. Those of upstream's scheduler_perf have upstream's names and sizes.
type Workload struct {
	Name  string
	About string
	// Nodes, Init and Pods are upstream's sizes of its largest measured case.
	Nodes, Init, Pods int
	// Peer is the number of pods a second that upstream's own CI demands of that case; 0 without one.
	Peer float64

	nodes  []nodeSeries
	before []podSeries
	main   podSeries
	// meanwhile is what happens while pods are measured: one for every Each of them.
	meanwhile []disturbance
	// compared workloads are measured twice in one run, without and with what goes on meanwhile: p99_times is how many times as
	// long a pod takes then.
	compared bool
	// labels are those of all namespaces.
	labels map[string]string
	// service selects the measured pods, so that they are spread by default.
	service map[string]string
	// lone workloads have one node, whatever --nodes says.
	lone bool
	// packed places pods on the fullest nodes, as the profile for packing does.
	packed bool
	// script is what a load consists of that is more than pods that come; it needs a server, where it finds spaces, its namespaces.
	script script
	spaces []string
}

// nodeSeries is a part of the nodes: of hundred.
type nodeSeries struct {
	percent int
	form    func(i int) *corev1.Node
}

// podSeries is pods of one form. Of those before, each has a share of Init.
type podSeries struct {
	form       form
	namespaces []string // pod i is in the i-th, going round
	// parts is how many times Init there are; 0 for one.
	parts int
	// waits says that these pods are not to be placed.
	waits bool
}

// disturbance is what happens once for every so many measured pods.
type disturbance struct {
	each int
	pod  form // created, and never fits
	node bool // a node comes, and goes again at the next turn
	gone bool // one of the pods of before goes
}

var devops = map[string]string{"team": "devops"} // never changed

func numberedNamespaces(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s-%d", prefix, i)
	}
	return out
}

// Workloads lists all of them.
func Workloads() []Workload {
	all := func(f func(int) *corev1.Node) []nodeSeries { return []nodeSeries{{100, f}} }
	in := func(ns string, f form) podSeries { return podSeries{form: f, namespaces: []string{ns}} }
	plain := in("sched-0", defaultPod())
	zone1 := all(zoned("zone1"))
	moons := all(zoned("moon-1", "moon-2", "moon-3"))
	default_ := all(perfNode)
	low, high := shape("900m", "500Mi", priority(0), prompt), shape("3", "500Mi", priority(10))
	huge := shape("9", "500Mi", priority(10))
	pair := func(w wish) ([]podSeries, podSeries) {
		f := defaultPod(w.edit)
		return []podSeries{in("sched-0", f)}, in("sched-1", f)
	}
	social := func(name, about string, nodes []nodeSeries, n, init, pods int, peer float64, w wish) Workload {
		b, m := pair(w)
		return Workload{Name: name, About: about, Nodes: n, Init: init, Pods: pods, Peer: peer, nodes: nodes, before: b, main: m}
	}
	byTeam := func(name, about string, nodes []nodeSeries, n, init, pods int, peer float64, w wish) Workload {
		w.devops = true
		f := defaultPod(w.edit)
		return Workload{Name: name, About: about, Nodes: n, Init: init, Pods: pods, Peer: peer, nodes: nodes, labels: devops,
			before: []podSeries{{form: f, namespaces: numberedNamespaces("init-ns", 100)}}, main: in("measure-ns-0", f)}
	}
	antiGreen := wish{colour: "green", topology: hostKey, anti: true}
	nearBlue := wish{colour: "blue", topology: zoneKey}
	return append([]Workload{
		{Name: "SchedulingBasic", About: "pods that ask for CPU and memory only", Nodes: 5000, Init: 1000, Pods: 10000, Peer: 270, nodes: default_, before: []podSeries{plain}, main: plain},
		{Name: "SchedulingDaemonset", About: "pods for one node that they name by its field", Nodes: 15000, Pods: 30000, Peer: 390,
			nodes: []nodeSeries{{0, bigNode}, {100, perfNode}}, main: in("sched-0", shape("", "", toNode(onlyNode)))},
		{Name: "SchedulingNodeAffinity", About: "required node affinity", Nodes: 5000, Init: 5000, Pods: 10000, Peer: 220, nodes: zone1,
			before: []podSeries{in("sched-0", defaultPod(inZones("zone1", "zone2")))}, main: in("sched-0", defaultPod(inZones("zone1", "zone2")))},
		social("SchedulingPodAntiAffinity", "required anti-affinity by host", default_, 5000, 1000, 2000, 60, antiGreen),
		{Name: "SchedulingPodMatchingAntiAffinity", About: "pods that others keep out of their hosts", Nodes: 5000, Init: 1000, Pods: 5000, Peer: 600, nodes: default_,
			before: []podSeries{in("sched-0", defaultPod(antiGreen.edit))}, main: in("sched-1", defaultPod(labelled("color", "green")))},
		social("SchedulingPodAffinity", "required affinity by zone", zone1, 5000, 5000, 5000, 35, nearBlue),
		social("SchedulingPreferredPodAffinity", "preferred affinity by host", default_, 5000, 5000, 5000, 90, wish{colour: "red", topology: hostKey, preferred: true}),
		social("SchedulingPreferredPodAntiAffinity", "preferred anti-affinity by host", default_, 5000, 5000, 5000, 90, wish{colour: "yellow", topology: hostKey, anti: true, preferred: true}),
		byTeam("SchedulingRequiredPodAntiAffinityWithNSSelector", "required anti-affinity by host, to 100 namespaces by label", default_, 6000, 4000, 2000, 24, antiGreen),
		byTeam("SchedulingPreferredAntiAffinityWithNSSelector", "preferred anti-affinity by host, to 100 namespaces by label", default_, 5000, 4000, 2000, 55, wish{colour: "green", topology: hostKey, anti: true, preferred: true}),
		byTeam("SchedulingRequiredPodAffinityWithNSSelector", "required affinity by zone, to 100 namespaces by label", zone1, 5000, 5000, 2000, 35, nearBlue),
		byTeam("SchedulingPreferredAffinityWithNSSelector", "preferred affinity by host, to 100 namespaces by label", default_, 5000, 5000, 5000, 90, wish{colour: "red", topology: hostKey, preferred: true}),
		{Name: "MixedSchedulingBasePod", About: "plain pods among pods of every kind of affinity", Nodes: 5000, Init: 2000, Pods: 5000, Peer: 140, nodes: zone1,
			before: []podSeries{plain, in("sched-0", defaultPod(nearBlue.edit)), in("sched-0", defaultPod(antiGreen.edit)),
				in("sched-0", defaultPod(wish{colour: "red", topology: hostKey, preferred: true}.edit)),
				in("sched-0", defaultPod(wish{colour: "yellow", topology: hostKey, anti: true, preferred: true}.edit))}, main: in("default", defaultPod())},
		{Name: "TopologySpreading", About: "spread over three zones, required", Nodes: 5000, Init: 5000, Pods: 5000, Peer: 85, nodes: moons,
			before: []podSeries{plain}, main: in("sched-1", defaultPod(spreads("color", "blue", zoneKey, 5, true, false)))},
		{Name: "PreferredTopologySpreading", About: "spread over three zones, preferred", Nodes: 5000, Init: 5000, Pods: 5000, Peer: 125, nodes: moons,
			before: []podSeries{plain}, main: in("sched-1", defaultPod(spreads("color", "blue", zoneKey, 5, false, false)))},
		{Name: "DefaultTopologySpreading", About: "pods of a Service, spread over hosts and zones by default", Nodes: 5000, Init: 5000, Pods: 10000, nodes: moons,
			before: []podSeries{plain}, main: in("service-ns", shape("", "", labelled("app", "scheduler-perf"))), service: map[string]string{"app": "scheduler-perf"}},
		{Name: "SchedulingWithNodeInclusionPolicy", About: "spread over hosts, a fifth of the nodes tainted and not counted", Nodes: 5000, Pods: 4000, Peer: 68,
			nodes: []nodeSeries{{80, perfNode}, {20, taintedNode}}, main: in("sched-0", defaultPod(spreads("foo", "bar", hostKey, 1, true, true)))},
		{Name: "PreemptionBasic", About: "every pod has to evict three of lower priority", Nodes: 5000, Init: 20000, Pods: 5000, nodes: default_,
			before: []podSeries{in("sched-0", low)}, main: in("sched-1", high)},
		{Name: "PreemptionAsync", About: "small pods that fit, among others that evict", Nodes: 5000, Init: 20000, Pods: 5000, Peer: 160, nodes: default_,
			before: []podSeries{in("sched-0", low)}, main: plain, meanwhile: []disturbance{{each: 32, pod: high}}},
		{Name: "Unschedulable", About: "pods that fit, among others of higher priority that fit nowhere", Nodes: 5000, Init: 100, Pods: 10000, Peer: 170, nodes: default_,
			before: []podSeries{plain}, main: plain, meanwhile: []disturbance{{each: 34, pod: huge}}},
		{Name: "SchedulingWithMixedChurn", About: "nodes come and go, pods come that fit nowhere", Nodes: 5000, Pods: 10000, Peer: 265, nodes: default_, main: plain,
			meanwhile: []disturbance{{each: 265, pod: huge}, {each: 265, node: true}}},
		{Name: "SchedulingWhileGated", About: "10,000 gated pods wait while others go", Nodes: 1, Init: 10000, Pods: 20000, Peer: 130, nodes: all(bigNode), lone: true,
			before: []podSeries{{form: shape("", "", gated), namespaces: []string{"sched-0"}, waits: true}, {form: shape("", "", prompt), namespaces: []string{"sched-1"}, parts: 2}},
			main:   in("sched-2", shape("", "")), meanwhile: []disturbance{{each: 3, gone: true}}},
		{Name: "SchedulingGatedPodsWithPodAffinityImpactForThroughput", About: "10,000 gated pods with affinity wait", Nodes: 1, Init: 10000, Pods: 20000, Peer: 110, nodes: all(bigNode), lone: true,
			before: []podSeries{{form: shape("", "", gated, wish{colour: "blue", topology: hostKey}.edit), namespaces: []string{"sched-0"}, waits: true}},
			main:   in("sched-1", shape("", "", labelled("app", "scheduler-perf")))},
		{Name: "SchedulingWithExtendedResource", About: "every pod wants a device that one node has", Nodes: 5000, Pods: 5000,
			nodes: all(deviceNode), main: in("test", shape("", "", extended))},
		{Name: "NodeDeclaredFeaturesEnabled", About: "pods with resources of their own, on nodes that declare a hundred features", Nodes: 5000, Init: 5000, Pods: 5000, nodes: all(declaring),
			before: []podSeries{in("init", shape("", "", whole))}, main: in("test", shape("", "", whole))},
		{Name: "SchedulingSecrets", About: "plain pods with a volume that does not matter", Nodes: 5000, Init: 1000, Pods: 10000, Peer: 260, nodes: default_,
			before: []podSeries{in("sched-0", defaultPod(mounts("secret")))}, main: in("sched-0", defaultPod(mounts("secret")))},
	}, slices.Concat(volumeWorkloads(), deviceWorkloads(), eventWorkloads(), mixes())...)
}

func deviceNode(i int) *corev1.Node {
	n := perfNode(i)
	for name, q := range extendedAmount(i) {
		n.Status.Allocatable[name] = q
	}
	return n
}

func extendedAmount(i int) corev1.ResourceList {
	p := shape("", "", extended)(i)
	return p.Spec.Containers[0].Resources.Requests
}

// FindWorkload finds a workload by its name; letter case and upstream's prefix "Scheduling" may be left out.
func FindWorkload(name string) (Workload, error) {
	plain := func(s string) string { return strings.TrimPrefix(strings.ToLower(s), "scheduling") }
	all := Workloads()
	if i := slices.IndexFunc(all, func(w Workload) bool { return plain(w.Name) == plain(name) }); i >= 0 {
		return all[i], nil
	}
	return Workload{}, fmt.Errorf("there is no workload %q; `gantry bench sched --list` names them", name)
}
