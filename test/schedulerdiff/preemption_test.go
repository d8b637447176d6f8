package schedulerdiff

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	schedcorev1 "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	schedconfig "k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/defaultpreemption"
	plfeature "k8s.io/kubernetes/pkg/scheduler/framework/plugins/feature"
	"k8s.io/kubernetes/pkg/scheduler/framework/preemption"
	schedutil "k8s.io/kubernetes/pkg/scheduler/util"

	"gantry.dev/gantry/internal/plan/schedule"
)

// nobody is a nominator without nominees.
type nobody struct{}

func (nobody) AddNominatedPod(klog.Logger, fwk.PodInfo, *fwk.NominatingInfo) {}
func (nobody) DeleteNominatedPodIfExists(*corev1.Pod)                        {}
func (nobody) UpdateNominatedPod(klog.Logger, *corev1.Pod, fwk.PodInfo)      {}
func (nobody) NominatedPodsForNode(string) []fwk.PodInfo                     { return nil }

// comparePreemption compares whom a pod that finds no room has leave. Upstream takes any of equally good nodes, so what is
// compared is that our victims are those that it finds on that node, and that no node of its is better.
func comparePreemption(t testing.TB, peer *peer, pod *corev1.Pod, whole *judged, r *schedule.Refusal, note func(string, ...any)) {
	t.Helper()
	fts := plfeature.NewSchedulerFeaturesFromGates(utilfeature.DefaultFeatureGate)
	pl, err := defaultpreemption.New(peer.ctx, &schedconfig.DefaultPreemptionArgs{MinCandidateNodesPercentage: 100, MinCandidateNodesAbsolute: 100}, peer.full, fts)
	must(t, err)
	if ok, why := pl.PodEligibleToPreemptOthers(peer.ctx, pod, nil); !ok {
		if r.Nominated != "" || !strings.HasSuffix(r.Message, "preemption: "+why) {
			note("we preempt on %q and say %q, upstream says %s", r.Nominated, r.Message, why)
		}
		return
	}
	var candidates []preemption.Candidate
	if whole.diag.PreFilterMsg == "" {
		potential, err := whole.diag.NodeToStatus.NodesForStatusCode(peer.lister.NodeInfos(), fwk.Unschedulable)
		must(t, err)
		if len(potential) > 0 {
			// A limit that is never reached: upstream would stop looking then.
			candidates, _, err = pl.Evaluator.DryRunPreemption(peer.ctx, whole.state, pod, potential, peer.world.budgets, 0, math.MaxInt32>>16)
			must(t, err)
		}
	}
	candidates = slices.DeleteFunc(candidates, func(c preemption.Candidate) bool { return miscounted(peer.world, pod, c.Name()) })
	if miscounted(peer.world, pod, r.Nominated) {
		return
	}
	if len(candidates) == 0 || r.Nominated == "" {
		if len(candidates) > 0 || r.Nominated != "" {
			note("we preempt on %q, upstream has %d candidates", r.Nominated, len(candidates))
		}
		return
	}
	at := slices.IndexFunc(candidates, func(c preemption.Candidate) bool { return c.Name() == r.Nominated })
	if at < 0 {
		note("we preempt on %q, which is no candidate of upstream's", r.Nominated)
		return
	}
	if ours, theirs := podNames(r.Victims), podNames(candidates[at].Victims().Pods); !ours.Equal(theirs) && !slices.Equal(importance(r.Victims), importance(candidates[at].Victims().Pods)) {
		note("on %s we preempt %v, upstream %v", r.Nominated, sets.List(ours), sets.List(theirs))
	}
	for _, c := range candidates {
		if cheaper(c, candidates[at]) {
			note("we preempt on %s, upstream thinks %s better", r.Nominated, c.Name())
		}
	}
}

// miscounted says that upstream may count wrongly what hard spreading would be like without the less important pods of a node: a
// pod that is on its way out is not counted, but when it leaves in thought upstream takes it off.
func miscounted(w *world, pod *corev1.Pod, node string) bool {
	if len(schedutil.GetHostPorts(pod)) > 0 && portTwice(w, node) {
		return true
	}
	hard := func(c corev1.TopologySpreadConstraint) bool { return c.WhenUnsatisfiable == corev1.DoNotSchedule }
	return slices.ContainsFunc(pod.Spec.TopologySpreadConstraints, hard) && slices.ContainsFunc(w.placed, func(p *corev1.Pod) bool {
		return p.Spec.NodeName == node && p.DeletionTimestamp != nil && p.Namespace == pod.Namespace && schedcorev1.PodPriority(p) < schedcorev1.PodPriority(pod)
	})
}

// portTwice says that two pods of a node have the same port of it, as no scheduler would place them: upstream keeps a set of ports, so
// that the port is free for it when one of the two leaves in thought (seed 1011008).
func portTwice(w *world, node string) bool {
	seen := sets.New[string]()
	for _, p := range w.placed {
		if p.Spec.NodeName != node {
			continue
		}
		for _, port := range schedutil.GetHostPorts(p) {
			key := fmt.Sprint(port.HostIP, port.Protocol, port.HostPort)
			if seen.Has(key) {
				return true
			}
			seen.Insert(key)
		}
	}
	return false
}

// importance is what upstream knows pods by when it chooses whom to spare: of equals it takes any (seed 1018724), we go by their UIDs.
func importance(pods []*corev1.Pod) (out []string) {
	for _, p := range pods {
		out = append(out, fmt.Sprint(schedcorev1.PodPriority(p), " ", p.Status.StartTime))
	}
	slices.Sort(out)
	return out
}

func podNames(pods []*corev1.Pod) sets.Set[string] {
	out := sets.New[string]()
	for _, p := range pods {
		out.Insert(p.Name)
	}
	return out
}

// cheaper is upstream's order of candidates: fewer violations, lower highest priority, lower sum, fewer pods, later start.
func cheaper(a, b preemption.Candidate) bool {
	cost := func(c preemption.Candidate) []int64 {
		pods := c.Victims().Pods
		highest, sum, start := int64(schedcorev1.PodPriority(pods[0])), int64(0), int64(math.MaxInt64)
		for _, p := range pods {
			sum += int64(schedcorev1.PodPriority(p)) + math.MaxInt32 + 1
			if int64(schedcorev1.PodPriority(p)) == highest {
				start = min(start, p.Status.StartTime.UnixNano())
			}
		}
		return []int64{c.Victims().NumPDBViolations, highest, sum, int64(len(pods)), -start}
	}
	return slices.CompareFunc(cost(a), cost(b), cmp.Compare[int64]) < 0
}
