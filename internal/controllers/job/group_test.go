package job

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	schedulingv1alpha2 "k8s.io/api/scheduling/v1alpha2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/view/viewtest"
)

const allTogether = "\n  completionMode: Indexed\n  parallelism: 4\n  completions: 4\n"

// A job whose pods are of use only together has a Workload and a group of its own, made once however often the process dies
// between; its pods name the group. All others have neither.
func TestJobsAreScheduledTogether(t *testing.T) {
	t.Cleanup(func() { _, _ = schema.New() }) // gates are the process's
	theirs := func(name, owner string) string {
		return "apiVersion: scheduling.k8s.io/v1alpha2\nkind: Workload\nmetadata: {name: " + name + ", uid: uid-" + name + owner + "}\n" +
			"spec: {controllerRef: {apiGroup: batch, kind: Job, name: work}, podGroupTemplates: [{name: t, schedulingPolicy: {gang: {minCount: 2}}}]}\n"
	}
	const ours = ", ownerReferences: [{apiVersion: batch/v1, kind: Job, name: work, uid: uid-work, controller: true}]"
	for name, c := range map[string]struct {
		job    string
		others []string
		count  int32 // of the group, 0 for no group
	}{
		"all together":                       {allTogether, nil, 4},
		"not indexed":                        {"\n  parallelism: 4\n  completions: 4\n", nil, 0},
		"one after the other":                {"\n  completionMode: Indexed\n  parallelism: 2\n  completions: 4\n", nil, 0},
		"alone":                              {"\n  completionMode: Indexed\n  parallelism: 1\n  completions: 1\n", nil, 0},
		"begun before":                       {allTogether + "status: {startTime: \"2026-01-01T00:00:00Z\"}\n", nil, 0},
		"suspended before":                   {allTogether + "status: {conditions: [{type: Suspended, status: \"False\"}]}\n", nil, 0},
		"somebody has made a workload":       {allTogether, []string{theirs("a", "")}, 0},
		"somebody has made two":              {allTogether, []string{theirs("a", ours), theirs("b", ours)}, 0},
		"a workload of it is there already":  {allTogether, []string{theirs("a", ours)}, 2},
		"a workload of another job is there": {allTogether, []string{strings.Replace(theirs("a", ""), "name: work", "name: other", 1)}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			for k := range 12 { // dies after k writes
				w := viewtest.NewWith(t, schema.AllFeatures(), append(c.others, head+c.job)...)
				w.CrashAfter = k
				w.Settle(Controllers(true)...)
				w.CrashAfter = 0
				w.Settle(Controllers(true)...)
				checkGroup(t, w, c.count)
				if t.Failed() {
					t.Fatalf("with a death after %d writes", k)
				}
			}
		})
	}
}

// checkGroup fails if the job's pods are not in one group of the size, which is 0 for none.
func checkGroup(t *testing.T, w *viewtest.World, size int32) {
	t.Helper()
	groups := viewtest.All[schedulingv1alpha2.PodGroup](w, gang.Native)
	if want := min(size, 1); int32(len(groups)) != want {
		t.Fatalf("%d groups, want %d", len(groups), want)
	}
	if size > 0 {
		g := groups[0]
		if n := g.Spec.SchedulingPolicy.Gang.MinCount; n != size || !metav1.IsControlledBy(g, workJob(w)) || len(g.OwnerReferences) != 2 || g.OwnerReferences[1].Kind != "Workload" || g.OwnerReferences[1].UID == "" {
			t.Errorf("group of %d with owners %v, want %d", n, g.OwnerReferences, size)
		}
	}
	pods := viewtest.All[corev1.Pod](w, plan.Pods)
	if len(pods) == 0 {
		t.Error("no pods")
	}
	for _, p := range pods {
		in := p.Spec.SchedulingGroup
		if (in != nil) != (size > 0) || in != nil && (*in.PodGroupName != groups[0].Name || p.OwnerReferences[len(p.OwnerReferences)-1].UID != groups[0].UID || !metav1.IsControlledBy(p, workJob(w))) {
			t.Errorf("pod %s is in %v, owners %v", p.Name, in, p.OwnerReferences)
		}
	}
}

// Names are upstream's, and no longer than names may be.
func TestGroupNames(t *testing.T) {
	if got := groupName("train-abc", "train-pgt-0"); !strings.HasPrefix(got, "train-abc-train-pgt-0-") {
		t.Errorf("%s", got)
	}
	long := strings.Repeat("w", 250)
	for _, c := range []struct {
		workload, template string
		w, t               int // what is left of them beside a tail of about eleven
	}{{long, "t", 239, 1}, {"w", long, 1, 239}, {long, long, 120, 120}} {
		got := groupName(c.workload, strings.ReplaceAll(c.template, "w", "t"))
		w, rest, _ := strings.Cut(got, "-")
		tpl, _, _ := strings.Cut(rest, "-")
		if len(got) > 253 || len(w) < c.w-2 || len(w) > c.w+4 || len(tpl) < c.t-2 || len(tpl) > c.t+4 {
			t.Errorf("%d and %d letters become %d and %d of %d", len(c.workload), len(c.template), len(w), len(tpl), len(got))
		}
	}
}
