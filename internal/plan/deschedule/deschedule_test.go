package deschedule

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"
)

// Each story is a policy, a cluster and the evictions that come of it: testdata/*.txt. Pods are running, made an hour ago and of the
// ReplicaSet that their label app names, if they do not say otherwise; nodes are ready and have 4 CPUs and 8Gi.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			policy, rest, ok := strings.Cut(string(text), "-- given --\n")
			given, want, ok2 := strings.Cut(rest, "-- want --\n")
			if !ok || !ok2 {
				t.Fatal("want a policy, -- given -- and -- want --")
			}
			p, err := Read([]byte("apiVersion: descheduler/v1alpha2\nkind: DeschedulerPolicy\n" + policy))
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for _, e := range p.Evictions(readWorld(t, given)) {
				fmt.Fprintf(&b, "%s/%s from %s: %s: %s\n", e.Pod.Namespace, e.Pod.Name, e.Pod.Spec.NodeName, e.Strategy, e.Reason)
			}
			if got := b.String(); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func readWorld(t *testing.T, text string) *World {
	t.Helper()
	var nodes []*corev1.Node
	var pods []*corev1.Pod
	var budgets []*policyv1.PodDisruptionBudget
	read := func(doc string, obj any) {
		if err := yaml.UnmarshalStrict([]byte(doc), obj); err != nil {
			t.Fatalf("%q: %v", doc, err)
		}
	}
	for line := range strings.Lines(text) {
		what, doc, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch what {
		case "node":
			n := &corev1.Node{}
			read("{status: {allocatable: {cpu: 4, memory: 8Gi, pods: 100}, conditions: [{type: Ready, status: \"True\"}]}}", n)
			read(doc, n)
			nodes = append(nodes, n)
		case "pod":
			p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", CreationTimestamp: metav1.NewTime(noon.Add(-time.Hour))}}
			p.Status.Phase = corev1.PodRunning
			read(doc, p)
			p.UID = types.UID(p.Namespace + "/" + p.Name)
			if app := p.Labels["app"]; app != "" && len(p.OwnerReferences) == 0 {
				yes := true
				p.OwnerReferences = []metav1.OwnerReference{{Kind: "ReplicaSet", Name: app, UID: types.UID("rs-" + app), Controller: &yes}}
			}
			pods = append(pods, p)
		case "budget":
			b := &policyv1.PodDisruptionBudget{ObjectMeta: metav1.ObjectMeta{Namespace: "default"}}
			read(doc, b)
			budgets = append(budgets, b)
		case "":
		default:
			t.Fatalf("%q: want node, pod or budget", line)
		}
	}
	w := NewWorld(noon, nodes, pods)
	w.Budgets, w.Priorities = budgets, map[string]int32{"mid": 500}
	return w
}

func TestPoliciesAreChecked(t *testing.T) {
	profile := func(text string) string {
		return "apiVersion: descheduler/v1alpha2\nkind: DeschedulerPolicy\nprofiles: [{name: p, " + text + "}]"
	}
	args := func(name, text, where string) string {
		return profile(fmt.Sprintf("pluginConfig: [{name: %s, args: %s}], plugins: {%s: {enabled: [%s]}}", name, text, where, name))
	}
	for _, c := range []struct{ text, want string }{
		{"kind: DeschedulerPolicy", "want descheduler/v1alpha2, DeschedulerPolicy"},
		{"apiVersion: descheduler/v1alpha2\nkind: DeschedulerPolicy", "profiles: there is none"},
		{"apiVersion: descheduler/v1alpha2\nkind: DeschedulerPolicy\nmaxPods: 3", `unknown field "maxPods"`},
		{profile("plugins: {balance: {enabled: [PodLifeTime]}}"), `profiles[0] "p": plugins.balance: there is no strategy "PodLifeTime"; there are HighNodeUtilization, LowNodeUtilization`},
		{profile("pluginConfig: [{name: Foo}]"), `pluginConfig[0]: there is no plugin "Foo"`},
		{profile("plugins: {filter: {enabled: [Mine]}}"), `there is no filter "Mine", only DefaultEvictor`},
		{args("PodLifeTime", "{}", "deschedule"), "PodLifeTime: maxPodLifeTimeSeconds: it must be set"},
		{args("PodLifeTime", "{maxPodLifeTimeSeconds: 1, namespaces: {include: [a], exclude: [b]}}", "deschedule"), "only one of include and exclude can be set"},
		{args("RemovePodsHavingTooManyRestarts", "{}", "deschedule"), "podRestartThreshold: want 1 or more"},
		{args("RemovePodsViolatingNodeAffinity", "{nodeAffinityType: [x]}", "deschedule"), `nodeAffinityType: "x" is neither`},
		{args("LowNodeUtilization", "{thresholds: {cpu: 20}, targetThresholds: {memory: 50}}", "balance"), "thresholds and targetThresholds configured different resources"},
		{args("LowNodeUtilization", "{thresholds: {cpu: 60}, targetThresholds: {cpu: 50}}", "balance"), "thresholds' cpu percentage is greater than targetThresholds'"},
		{args("HighNodeUtilization", "{thresholds: {cpu: 120}}", "balance"), "thresholds.cpu: 120 is not in the range of 0 to 100"},
		{args("RemovePodsViolatingTopologySpreadConstraint", "{constraints: [Never]}", "balance"), `constraints: "Never" is neither`},
		{profile("pluginConfig: [{name: DefaultEvictor, args: {priorityThreshold: {value: 1, name: a}}}]"), "priorityThreshold: only one of value and name can be set"},
	} {
		if _, err := Read([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\n%v, want %q", c.text, err, c.want)
		}
	}
}
