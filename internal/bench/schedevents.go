package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// eventWorkloads are those about pods that wait for what happens to others: how soon does who can be helped learn of it, and what does it
// cost that the others do not have to. Upstream has changes come at 100 a second; here they come as fast as the client makes them.
func eventWorkloads() []Workload {
	return []Workload{
		{Name: "EventHandlingPodAdd", About: "pods that wait for the company of others, or for the balance that others bring", Nodes: 2, Pods: 2000, script: podsCome,
			nodes: []nodeSeries{{100, roomyNode("node", "4", "32Gi", nil)}}, spaces: []string{"podtopologyspread", "interpodaffinity"}},
		{Name: "EventHandlingPodDelete", About: "pods that wait for ports, room, volumes or distance, until others are deleted", Nodes: 50, Pods: 500 * 4, script: podsGo,
			nodes: []nodeSeries{{100, perfNode}}, spaces: []string{"blocker", "blockeraffinity", "waiting"}},
		{Name: "EventHandlingPodUpdate", About: "pods that wait for a toleration, a gate, for others' labels, or for others to shrink", Nodes: 1, Pods: 1000 * 3, script: podsChange,
			nodes: []nodeSeries{{0, roomyNode("full", "4", "32Gi", nil)}}, lone: true, spaces: []string{"blocker", "waiting"}},
		{Name: "EventHandlingNodeAdd", About: "pods that wait for a node with room, a label, or a taint that they tolerate", Nodes: 100, Pods: 1000, script: nodesCome, spaces: []string{"waiting"},
			nodes: []nodeSeries{{0, roomyNode("full", "0.1", "100Mi", nil)}}, lone: true},
		{Name: "EventHandlingNodeUpdate", About: "pods that wait for nodes to be uncordoned, to grow, to get a label or lose a taint", Nodes: 100, Pods: 1000, script: nodesChange,
			nodes: []nodeSeries{{100, roomyNode("n", "0.1", "100Mi", func(n *corev1.Node) {
				n.Spec.Taints = []corev1.Taint{{Key: "closed", Effect: corev1.TaintEffectNoSchedule}}
			})}}, spaces: []string{"waiting"}},
		{Name: "SchedulingDeletedPodsWithFinalizers", About: "plain pods, after pods were deleted that finalizers keep", Nodes: 5000, Init: 5000, Pods: 5000, script: pastFinalizers,
			nodes: []nodeSeries{{100, perfNode}}, spaces: []string{"deleted", "measured"}},
	}
}

// roomyNode is a node for many small pods.
func roomyNode(prefix, cpu, mem string, edit func(*corev1.Node)) func(int) *corev1.Node {
	return func(i int) *corev1.Node {
		n := sizedNode(fmt.Sprintf("%s-%d", prefix, i), cpu, mem, "90000")
		if edit != nil {
			edit(n)
		}
		return n
	}
}

// release creates pods, waits until the scheduler has looked at each, and measures from what frees them on.
func (r *serverRun) release(ctx context.Context, pods []*corev1.Pod, free func() error) error {
	w, err := r.c.watchTried(ctx)
	if err != nil {
		return err
	}
	defer w.stop()
	if err := r.addPods(ctx, pods); err != nil {
		return err
	}
	if err := w.awaitAll(ctx, pods); err != nil {
		return err
	}
	return r.time(ctx, pods, free)
}

// edited changes each of the pods.
func edited(pods []*corev1.Pod, edit func(i int, p *corev1.Pod)) []*corev1.Pod {
	for i, p := range pods {
		edit(i, p)
	}
	return pods
}

func seriesOf(ns string, f form) podSeries { return podSeries{form: f, namespaces: []string{ns}} }

// required is a term about the pods of one label in one namespace, by host.
func required(key, value, ns string) []corev1.PodAffinityTerm {
	return []corev1.PodAffinityTerm{{LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{key: value}}, TopologyKey: hostKey, Namespaces: []string{ns}}}
}

func near(key, value, ns string) func(int, *corev1.Pod) {
	return func(_ int, p *corev1.Pod) {
		affinity(p).PodAffinity = &corev1.PodAffinity{RequiredDuringSchedulingIgnoredDuringExecution: required(key, value, ns)}
	}
}

func far(key, value, ns string) func(int, *corev1.Pod) {
	return func(_ int, p *corev1.Pod) {
		affinity(p).PodAntiAffinity = &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: required(key, value, ns)}
	}
}

// podsCome: half of the pods must not be on the node of the green one and must be spread, so that they wait until others balance them; half
// wait each for one of its own.
func podsCome(ctx context.Context, r *serverRun) error {
	n := r.load.podCount / 2
	const spreading, affine = "podtopologyspread", "interpodaffinity"
	if err := r.settle(ctx, seriesOf(spreading, shape("", "", labelled("color", "green"))).make("green-", 1)); err != nil {
		return err
	}
	yellow := func(i int) string { return fmt.Sprintf("yellow-%d", i) }
	waits := seriesOf(spreading, shape("", "", spreads("topology", "blue", hostKey, 1, true, false), far("color", "green", spreading))).make("waits-", n)
	waits = append(waits, edited(seriesOf(affine, shape("", "")).make("waits-", n), func(i int, p *corev1.Pod) { near("color", yellow(i), affine)(i, p) })...)
	return r.release(ctx, waits, func() error {
		helpers := seriesOf(spreading, shape("", "", near("color", "green", spreading), func(_ int, p *corev1.Pod) {
			p.Labels = map[string]string{"topology": "blue", "color": "green"}
		})).make("helps-", n)
		helpers = append(helpers, edited(seriesOf(affine, shape("", "")).make("helps-", n), func(i int, p *corev1.Pod) { p.Labels = map[string]string{"color": yellow(i)} })...)
		return r.addPods(ctx, helpers)
	})
}

// podsGo: every node is full of pods with a host port, most of its memory and a volume each; a quarter of the pods waits for ports, one for
// memory, one for distance and one for volumes.
func podsGo(ctx context.Context, r *serverRun) error {
	n, each := r.load.podCount/4, 10
	blockers := min(n, r.load.nodeCount*each)
	port := func(i int) func(int, *corev1.Pod) {
		return func(_ int, p *corev1.Pod) {
			p.Spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: int32(8000 + i), HostPort: int32(8000 + i)}}
		}
	}
	if err := r.limitVolumes(ctx, int32(each), ""); err != nil {
		return err
	}
	if err := r.volumes(ctx, "blocker", blockers, corev1.ReadOnlyMany, ofDriver); err != nil {
		return err
	}
	if err := r.volumes(ctx, "waiting", n, corev1.ReadOnlyMany, ofDriver); err != nil {
		return err
	}
	full := seriesOf("blocker", claiming(shape("350m", "3Gi", labelled("color", "green"), prompt))).make("blocks-", blockers)
	if err := r.settle(ctx, edited(full, func(i int, p *corev1.Pod) { port(i/r.load.nodeCount)(i, p) })); err != nil {
		return err
	}
	waits := slices.Concat(
		edited(seriesOf("waiting", shape("", "")).make("port-", n), func(i int, p *corev1.Pod) { port(i/r.load.nodeCount)(i, p) }),
		seriesOf("waiting", shape("200m", "3Gi")).make("room-", n),
		seriesOf("waiting", shape("", "", far("color", "green", "blocker"))).make("far-", n),
		seriesOf("waiting", claiming(shape("", ""))).make("volume-", n))
	return r.release(ctx, waits, func() error { return r.removePods(ctx, full) })
}

// podsChange: a third of the pods tolerates nothing until it is changed, a third is gated, and a third is kept apart from pods by a
// label that those lose.
func podsChange(ctx context.Context, r *serverRun) error {
	n := r.load.podCount / 3
	blockers := seriesOf("blocker", shape("", "")).make("blocks-", n)
	green := func(i int) string { return fmt.Sprintf("green-%d", i) }
	if err := r.settle(ctx, edited(blockers, func(i int, p *corev1.Pod) { p.Labels = map[string]string{"color": green(i)} })); err != nil {
		return err
	}
	if err := r.addNodes(ctx, 1, roomyNode("cordoned", "4", "32Gi", func(n *corev1.Node) { n.Spec.Unschedulable = true; n.Labels["cordoned"] = "yes" })); err != nil {
		return err
	}
	apart := edited(seriesOf("waiting", shape("", "")).make("apart-", n), func(i int, p *corev1.Pod) { far("color", green(i), "blocker")(i, p) })
	gates := seriesOf("waiting", shape("", "", gated)).make("gated-", n)
	intolerant := seriesOf("waiting", shape("", "", func(_ int, p *corev1.Pod) { p.Spec.NodeSelector = map[string]string{"cordoned": "yes"} })).make("cordon-", n)
	return r.release(ctx, slices.Concat(apart, gates, intolerant), func() error {
		if err := r.patchPods(ctx, blockers, "", func(int) string { return `{"metadata":{"labels":{"color":null}}}` }); err != nil {
			return err
		}
		if err := r.patchPods(ctx, gates, "", func(int) string {
			return `{"spec":{"schedulingGates":[{"$patch":"delete","name":"test.k8s.io/hold"}]}}`
		}); err != nil {
			return err
		}
		return r.patchPods(ctx, intolerant, "", func(int) string {
			return `{"spec":{"tolerations":[{"key":"node.kubernetes.io/unschedulable","operator":"Exists","effect":"NoSchedule"}]}}`
		})
	})
}

// kindsOfWaiting are pods that want room, a label, or a taint that they tolerate, in equal parts.
func kindsOfWaiting(n int) []*corev1.Pod {
	label := func(_ int, p *corev1.Pod) { p.Spec.NodeSelector = map[string]string{"affinity": "allow"} }
	bears := func(_ int, p *corev1.Pod) {
		p.Spec.Tolerations = []corev1.Toleration{{Key: "toleration", Operator: corev1.TolerationOpExists}}
		p.Spec.NodeSelector = map[string]string{"tainted": "yes"}
	}
	var out []*corev1.Pod
	for k, f := range []form{shape("200m", "200Mi"), shape("", "", label), shape("", "", bears)} {
		out = append(out, seriesOf("waiting", f).make(fmt.Sprintf("waits-%d-", k), (n+2-k)/3)...)
	}
	return out
}

// nodesCome has the pods wait on a node that is too small, until nodes come with what they want.
func nodesCome(ctx context.Context, r *serverRun) error {
	const nodes = 100
	return r.release(ctx, kindsOfWaiting(r.load.podCount), func() error {
		return r.addNodes(ctx, nodes, func(i int) *corev1.Node {
			return roomyNode("new", "4", "32Gi", func(n *corev1.Node) {
				switch i % 3 {
				case 1:
					n.Labels["affinity"] = "allow"
				case 2:
					n.Labels["tainted"] = "yes"
					n.Spec.Taints = []corev1.Taint{{Key: "toleration", Effect: corev1.TaintEffectNoSchedule}}
				}
			})(i)
		})
	})
}

// nodesChange has the pods wait on nodes that are closed, until those are changed.
func nodesChange(ctx context.Context, r *serverRun) error {
	nodes := r.load.makeNodes()
	return r.release(ctx, kindsOfWaiting(r.load.podCount), func() error {
		return r.each(ctx, len(nodes), func(ctx context.Context, w, i int) error {
			path := "/api/v1/nodes/" + nodes[i].Name
			if err := r.patch(ctx, w, path+"/status", `{"status":{"capacity":{"cpu":"4","memory":"32Gi"},"allocatable":{"cpu":"4","memory":"32Gi"}}}`); err != nil {
				return err
			}
			return r.patch(ctx, w, path, []string{
				`{"spec":{"taints":null}}`,
				`{"metadata":{"labels":{"affinity":"allow"}},"spec":{"taints":null}}`,
				`{"metadata":{"labels":{"tainted":"yes"}},"spec":{"taints":[{"key":"toleration","effect":"NoSchedule"}]}}`}[i%3])
		})
	})
}

// pastFinalizers measures plain pods beside pods that were deleted before they had nodes, and stay.
func pastFinalizers(ctx context.Context, r *serverRun) error {
	kept := seriesOf("deleted", shape("", "", func(_ int, p *corev1.Pod) { p.Finalizers = []string{"test.k8s.io/finalizer"} })).make("kept-", r.load.initCount)
	if err := r.addPods(ctx, kept); err != nil {
		return err
	}
	if err := r.removePods(ctx, kept); err != nil {
		return err
	}
	pods := seriesOf("measured", shape("", "")).make("measured-", r.load.podCount)
	err := r.time(ctx, pods, func() error { return r.addPods(ctx, pods) })
	return errors.Join(err, r.patchPods(ctx, kept, "", func(int) string { return `{"metadata":{"finalizers":null}}` }))
}
