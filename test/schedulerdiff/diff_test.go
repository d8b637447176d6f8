// Package schedulerdiff compares the decisions of plan/schedule with kube-scheduler's own plugins, which it imports, on random
// clusters: plugin by plugin the nodes that take a pod and their scores, then the whole pipeline's choice and words.
//
//	go test ./test/schedulerdiff -run Diff -seeds 10000 -first 1
package schedulerdiff

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/sets"

	schedconfig "k8s.io/kubernetes/pkg/scheduler/apis/config"

	"gantry.dev/gantry/internal/plan/schedule"
)

var (
	seeds = flag.Int("seeds", 150, "random clusters to compare")
	first = flag.Uint64("first", 1, "the first seed")
)

// comparedPlugins are those that exist on both sides and need nothing but nodes, pods, namespaces and services.
var comparedPlugins = []string{"NodeUnschedulable", "NodeName", "TaintToleration", "NodeAffinity", "NodePorts", "NodeResourcesFit", "VolumeRestrictions",
	"PodTopologySpread", "InterPodAffinity", "NodeResourcesBalancedAllocation", "ImageLocality", "NodeDeclaredFeatures"}

const defaults = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"

func TestDiff(t *testing.T) {
	seen := sightings{}
	for seed := *first; seed < *first+uint64(*seeds); seed++ {
		if problems := compare(t, seed, defaults, nil, seen); len(problems) > 0 {
			t.Errorf("seed %d:\n%s", seed, strings.Join(problems, "\n"))
			if seed > *first+20 {
				return
			}
		}
	}
	seen.complete(t)
}

// compare decides over random pods in a random cluster on both sides: upstream by the configuration doc, we by profile. seen, which may
// be nil, notes what was met.
func compare(t testing.TB, seed uint64, doc string, profile *schedule.Profile, seen sightings) (problems []string) {
	t.Helper()
	w := newWorld(seed)
	seen.world(w)
	peer := newPeer(t, w, doc)
	defer peer.close()
	ours := schedule.NewState(func(name string) labels.Set {
		for _, ns := range w.namespaces {
			if ns.Name == name {
				return ns.Labels
			}
		}
		return nil
	})
	ours.SetBudgets(func() []*policyv1.PodDisruptionBudget { return w.budgets })
	for _, n := range w.nodes {
		ours.SetNode(n)
	}
	for _, p := range w.placed {
		ours.SetPod(p)
	}
	for i := range 12 {
		pod := w.pod(fmt.Sprintf("new%d", i), 0.6)
		note := func(format string, args ...any) {
			problems = append(problems, fmt.Sprintf("  %s: ", pod.Name)+fmt.Sprintf(format, args...))
		}
		seen.pod(pod, "waiting")
		in := schedule.Pod{Pod: pod, Siblings: w.siblings(pod), Profile: profile}
		findings := map[string]schedule.Finding{}
		for _, f := range ours.Inspect(&in) {
			seen.finding(&f)
			findings[f.Node] = f
		}
		peer.refresh()
		whole := peer.filter(t, peer.full, pod)
		for _, plugin := range slices.Sorted(maps.Keys(peer.single)) {
			comparePlugin(t, peer, plugin, pod, whole, findings, note)
		}
		compareWhole(t, peer, pod, whole, findings, note)

		bindings, refusals := ours.Assign([]schedule.Pod{in})
		if len(bindings) == 1 {
			if best := bestOf(t, peer, pod, whole); !best.Has(bindings[0].Node) {
				note("we choose %s, upstream one of %v", bindings[0].Node, sets.List(best))
			}
			bound := pod.DeepCopy()
			bound.Spec.NodeName = bindings[0].Node
			bound.Status.StartTime = ptr(metav1.Unix(int64(2000+i), 0))
			w.placed = append(w.placed, bound)
			ours.SetPod(bound)
			continue
		}
		said, _, _ := strings.Cut(refusals[0].Message, " no new claims to deallocate")
		if want := whole.message(pod); said != want {
			note("we say      %s\n      upstream    %s", said, want)
		}
		seen.refusal(&refusals[0])
		comparePreemption(t, peer, pod, whole, &refusals[0], note)
		ours.Nominate(pod, "") // the next pod finds the cluster as it was
	}
	return problems
}

// comparePlugin compares which nodes one filter takes, and in which order one scorer puts the nodes that all filters take.
func comparePlugin(t testing.TB, peer *peer, plugin string, pod *corev1.Pod, whole *judged, findings map[string]schedule.Finding, note func(string, ...any)) {
	t.Helper()
	on := peer.full.ListPlugins()
	is := func(set schedconfig.PluginSet) bool {
		return slices.ContainsFunc(set.Enabled, func(p schedconfig.Plugin) bool { return p.Name == plugin })
	}
	f := peer.single[plugin]
	theirs := peer.filter(t, f, pod).names()
	ours := sets.New[string]()
	for node, found := range findings {
		if !slices.ContainsFunc(found.Objections, func(o schedule.Objection) bool { return o.Plugin == plugin }) {
			ours.Insert(node)
		}
	}
	if is(on.Filter) && !ours.Equal(theirs) {
		note("%s takes %v, upstream's %v", plugin, sets.List(ours), sets.List(theirs))
	}
	if !is(on.Score) || len(whole.feasible) == 0 {
		return
	}
	scores := peer.score(t, f, pod, peer.filter(t, f, pod).state, whole.feasible)
	// A plugin that has nothing to say may score all alike, or not at all: only differences matter.
	one := whole.feasible[0].Node().Name
	mine, others := map[string]int64{}, map[string]int64{}
	for _, n := range whole.feasible {
		name := n.Node().Name
		mine[name] = findings[name].Scores[plugin] - findings[one].Scores[plugin]
		others[name] = scores[name].TotalScore - scores[one].TotalScore
	}
	if !maps.Equal(mine, others) {
		note("%s scores, relative to %s, %v, upstream's %v", plugin, one, mine, others)
	}
}

// compareWhole compares what all filters take together.
func compareWhole(t testing.TB, peer *peer, pod *corev1.Pod, whole *judged, findings map[string]schedule.Finding, note func(string, ...any)) {
	t.Helper()
	ours := sets.New[string]()
	for node, found := range findings {
		if len(found.Objections) == 0 {
			ours.Insert(node)
		}
	}
	if theirs := whole.names(); !ours.Equal(theirs) {
		note("all filters take %v, upstream's %v", sets.List(ours), sets.List(theirs))
	}
}

// bestOf are the nodes that share upstream's highest score.
func bestOf(t testing.TB, peer *peer, pod *corev1.Pod, whole *judged) sets.Set[string] {
	t.Helper()
	best, top := sets.New[string](), int64(-1)
	for name, s := range peer.score(t, peer.full, pod, whole.state, whole.feasible) {
		if s.TotalScore > top {
			best, top = sets.New[string](), s.TotalScore
		}
		if s.TotalScore == top {
			best.Insert(name)
		}
	}
	return best
}
