package schedulerdiff

import (
	"context"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	fwk "k8s.io/kube-scheduler/framework"
	schedconfig "k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/scheme"
	"k8s.io/kubernetes/pkg/scheduler/backend/cache"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/dynamicresources"
	"k8s.io/kubernetes/pkg/scheduler/framework/runtime"
	"k8s.io/kubernetes/pkg/scheduler/metrics"
)

// peer is upstream's scheduling framework over a world: one with all plugins of a profile, and one per plugin.
type peer struct {
	ctx    context.Context
	close  func() // frameworks run goroutines until then
	world  *world
	lister *lister
	full   framework.Framework
	single map[string]framework.Framework
	// devices are upstream's, in worlds with claims.
	devices *dynamicresources.DefaultDRAManager
}

// lister lets frameworks live longer than a snapshot.
type lister struct{ fwk.SharedLister }

// readConfig reads a KubeSchedulerConfiguration as kube-scheduler does.
func readConfig(t testing.TB, doc string) *schedconfig.KubeSchedulerConfiguration {
	t.Helper()
	obj, _, err := scheme.Codecs.UniversalDecoder().Decode([]byte(doc), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return obj.(*schedconfig.KubeSchedulerConfiguration)
}

// newPeer sets upstream up for a world. doc is the configuration, of which the first profile is used.
func newPeer(t testing.TB, w *world, doc string) *peer {
	t.Helper()
	metrics.Register()
	ctx, cancel := context.WithCancel(context.Background())
	p := &peer{ctx: ctx, close: cancel, world: w, lister: &lister{}, single: map[string]framework.Framework{}}
	p.refresh()
	if len(w.claims) > 0 {
		p.claimed(t, doc)
		return p
	}
	inf := informers.NewSharedInformerFactory(fake.NewClientset(), 0)
	for _, ns := range w.namespaces {
		must(t, inf.Core().V1().Namespaces().Informer().GetIndexer().Add(ns))
	}
	for _, svc := range w.services {
		must(t, inf.Core().V1().Services().Informer().GetIndexer().Add(svc))
	}
	p.frameworks(t, doc, comparedPlugins, runtime.WithInformerFactory(inf), runtime.WithClientSet(fake.NewClientset()))
	return p
}

// frameworks makes a framework with all of the plugins, and one for each.
func (p *peer) frameworks(t testing.TB, doc string, which []string, opts ...runtime.Option) {
	t.Helper()
	opts = append(opts, runtime.WithSnapshotSharedLister(p.lister), runtime.WithPodNominator(nobody{}))
	ctx := p.ctx
	profile := readConfig(t, doc).Profiles[0]
	supported := sets.New(which...)
	plain := *profile.Plugins
	plain.MultiPoint.Enabled = nil
	for _, e := range profile.Plugins.MultiPoint.Enabled {
		if supported.Has(e.Name) || e.Name == "PrioritySort" || e.Name == "DefaultBinder" {
			plain.MultiPoint.Enabled = append(plain.MultiPoint.Enabled, e)
		}
	}
	whole := profile
	whole.Plugins = &plain
	var err error
	if p.full, err = runtime.NewFramework(ctx, plugins.NewInTreeRegistry(), only(&whole), opts...); err != nil {
		t.Fatal(err)
	}
	for _, e := range plain.MultiPoint.Enabled {
		if !supported.Has(e.Name) {
			continue
		}
		one := profile
		one.Plugins = &schedconfig.Plugins{MultiPoint: schedconfig.PluginSet{Enabled: []schedconfig.Plugin{{Name: "PrioritySort"}, {Name: "DefaultBinder"}, {Name: e.Name, Weight: 1}}}}
		if p.single[e.Name], err = runtime.NewFramework(ctx, plugins.NewInTreeRegistry(), only(&one), opts...); err != nil {
			t.Fatal(err)
		}
	}
}

// only is a profile without the settings of plugins that are not enabled, which upstream refuses.
func only(p *schedconfig.KubeSchedulerProfile) *schedconfig.KubeSchedulerProfile {
	out := *p
	out.PluginConfig = nil
	for _, c := range p.PluginConfig {
		for _, e := range p.Plugins.MultiPoint.Enabled {
			if e.Name == c.Name {
				out.PluginConfig = append(out.PluginConfig, c)
			}
		}
	}
	return &out
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refresh takes in where the pods are now.
func (p *peer) refresh() { p.lister.SharedLister = cache.NewSnapshot(p.world.placed, p.world.nodes) }

// judged is what upstream says of a pod: the nodes that take it, and why the others do not.
type judged struct {
	state    fwk.CycleState
	feasible []fwk.NodeInfo
	diag     framework.Diagnosis
	total    int
}

func (p *peer) filter(t testing.TB, f framework.Framework, pod *corev1.Pod) *judged {
	t.Helper()
	nodes, err := p.lister.NodeInfos().List()
	must(t, err)
	j := &judged{state: framework.NewCycleState(), total: len(nodes), diag: framework.Diagnosis{NodeToStatus: framework.NewDefaultNodeToStatus()}}
	narrowed, status, by := f.RunPreFilterPlugins(p.ctx, j.state, pod)
	if !status.IsSuccess() {
		if !status.IsRejected() {
			t.Fatalf("pod %s: %v", pod.Name, status.AsError())
		}
		j.diag.PreFilterMsg = status.Message()
		return j
	}
	if !narrowed.AllNodes() {
		j.diag.NodeToStatus.SetAbsentNodesStatus(fwk.NewStatus(fwk.UnschedulableAndUnresolvable, fmt.Sprintf("node(s) didn't satisfy plugin(s) %v", sets.List(by))))
	}
	for _, n := range nodes {
		if !narrowed.AllNodes() && !narrowed.NodeNames.Has(n.Node().Name) {
			continue
		}
		if status := f.RunFilterPlugins(p.ctx, j.state, pod, n); status.IsSuccess() {
			j.feasible = append(j.feasible, n)
		} else if !status.IsRejected() {
			t.Fatalf("pod %s on %s: %v", pod.Name, n.Node().Name, status.AsError())
		} else {
			j.diag.NodeToStatus.Set(n.Node().Name, status)
		}
	}
	return j
}

// message is what upstream writes into the condition of a pod that no node takes, without what preemption adds.
func (j *judged) message(pod *corev1.Pod) string {
	return strings.TrimSpace((&framework.FitError{Pod: pod, NumAllNodes: j.total, Diagnosis: j.diag}).Error())
}

// names of the nodes that take the pod.
func (j *judged) names() sets.Set[string] {
	out := sets.New[string]()
	for _, n := range j.feasible {
		out.Insert(n.Node().Name)
	}
	return out
}

// score has the framework compare nodes. Without a score from any plugin the map is empty.
func (p *peer) score(t testing.TB, f framework.Framework, pod *corev1.Pod, state fwk.CycleState, nodes []fwk.NodeInfo) map[string]fwk.NodePluginScores {
	t.Helper()
	must(t, f.RunPreScorePlugins(p.ctx, state, pod, nodes).AsError())
	scores, status := f.RunScorePlugins(p.ctx, state, pod, nodes)
	must(t, status.AsError())
	out := map[string]fwk.NodePluginScores{}
	for _, s := range scores {
		out[s.Name] = s
	}
	return out
}
