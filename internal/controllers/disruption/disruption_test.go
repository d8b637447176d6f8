package disruption

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

const controllers = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, uid: uid-d}
spec: {replicas: 10, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web-1, uid: uid-rs, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: uid-d, controller: true}]}
spec: {replicas: 4, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}}
`

func pod(i int, ready, owned bool) string {
	owner := ""
	if owned {
		owner = ", ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: uid-rs, controller: true}]"
	}
	return fmt.Sprintf(`
apiVersion: v1
kind: Pod
metadata: {name: p%d, labels: {app: web}%s}
spec: {containers: [{name: c, image: i}]}
status: {phase: Running, conditions: [{type: Ready, status: "%s"}]}
`, i, owner, map[bool]string{true: "True", false: "False"}[ready])
}

func pdb(spec string) string {
	return "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, generation: 1}\nspec: {" + spec + ", selector: {matchLabels: {app: web}}}\n"
}

func get(w *viewtest.World) *policyv1.PodDisruptionBudget {
	return viewtest.Get[policyv1.PodDisruptionBudget](w, plan.Budgets, "default", "web")
}

func TestCounting(t *testing.T) {
	for _, tc := range []struct {
		name, spec  string
		ready, sick int
		owned       bool
		want        string // healthy desired expected allowed reason
	}{
		{"minAvailable", "minAvailable: 2", 3, 1, false, "3 2 4 1 SufficientPods"},
		{"minAvailable not met", "minAvailable: 3", 2, 2, false, "2 3 4 0 InsufficientPods"},
		{"minAvailable percent of the deployment", `minAvailable: "50%"`, 7, 0, true, "7 5 10 2 SufficientPods"},
		{"maxUnavailable", "maxUnavailable: 2", 9, 1, true, "9 8 10 1 SufficientPods"},
		{"maxUnavailable percent rounds up", `maxUnavailable: "25%"`, 10, 0, true, "10 7 10 3 SufficientPods"},
		{"no pods yet", "minAvailable: 0", 0, 0, false, "0 0 0 0 InsufficientPods"},
		{"unmanaged pods", "maxUnavailable: 1", 2, 0, false, "2 0 0 0 InsufficientPods"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			docs := []string{controllers, pdb(tc.spec)}
			for i := range tc.ready + tc.sick {
				docs = append(docs, pod(i, i < tc.ready, tc.owned))
			}
			w := viewtest.New(t, docs...)
			told, _ := w.Settle(Controller())
			st := get(w).Status
			got := fmt.Sprintf("%d %d %d %d %s", st.CurrentHealthy, st.DesiredHealthy, st.ExpectedPods, st.DisruptionsAllowed, st.Conditions[0].Reason)
			if got != tc.want || st.ObservedGeneration != 1 {
				t.Errorf("got %s, want %s (%+v)", got, tc.want, st)
			}
			if tc.name == "unmanaged pods" && !slices.ContainsFunc(told, func(s string) bool { return strings.HasPrefix(s, "web Warning UnmanagedPods: ") }) {
				t.Errorf("told %q", told)
			}
		})
	}
}

// Everything that can be scaled says how many pods there should be.
func TestControllersOfAllKinds(t *testing.T) {
	const template = `selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}`
	owned := func(apiVersion, kind string) string {
		return strings.Replace(pod(0, true, false), "labels: {app: web}", "labels: {app: web}, ownerReferences: [{apiVersion: "+apiVersion+", kind: "+kind+", name: o, uid: uid-o, controller: true}]", 1)
	}
	for _, tc := range []struct{ name, owner, apiVersion, kind, want string }{
		{"StatefulSet", "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: o, uid: uid-o}\nspec: {replicas: 7, serviceName: s, " + template + "}", "apps/v1", "StatefulSet", "expects 7"},
		{"ReplicationController", "apiVersion: v1\nkind: ReplicationController\nmetadata: {name: o, uid: uid-o}\nspec: {replicas: 5, selector: {app: web}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}}",
			"v1", "ReplicationController", "expects 5"},
		{"DaemonSet", "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: o, uid: uid-o}\nspec: {" + template + "}", "apps/v1", "DaemonSet", "SyncFailed daemonsets.apps does not implement the scale subresource"},
		{"another's UID", "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: o, uid: uid-x}\nspec: {replicas: 7, serviceName: s, " + template + "}", "apps/v1", "StatefulSet", `SyncFailed found no controllers for pod "p0"`},
		{"a kind that is not there", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: o}", "example.com/v1", "Thing", `SyncFailed no matches for kind "Thing" in version "example.com/v1"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := viewtest.New(t, tc.owner, pdb("maxUnavailable: 1"), owned(tc.apiVersion, tc.kind))
			w.Settle(Controller())
			st := get(w).Status
			got := fmt.Sprintf("expects %d", st.ExpectedPods)
			if c := st.Conditions[0]; c.Reason == policyv1.SyncFailedReason {
				got = c.Reason + " " + c.Message
			}
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestUnknownControllerFailsSafe(t *testing.T) {
	w := viewtest.New(t, pdb("maxUnavailable: 1"), pod(0, true, true))
	w.Settle(Controller())
	st := get(w).Status
	if st.DisruptionsAllowed != 0 || st.Conditions[0].Reason != policyv1.SyncFailedReason || st.Conditions[0].Message != `found no controllers for pod "p0"` {
		t.Errorf("status %+v", st)
	}
}

func TestEvictedPodsCountAsGoneForAWhile(t *testing.T) {
	w := viewtest.New(t, pdb("minAvailable: 1"), pod(0, true, false), pod(1, true, false))
	w.Settle(Controller())
	b := get(w)
	b.Status.DisruptionsAllowed = 0
	b.Status.DisruptedPods = map[string]metav1.Time{"p0": metav1.NewTime(w.Now), "ghost": metav1.NewTime(w.Now)}
	w.Put(b)
	_, again := w.Settle(Controller())
	st := get(w).Status
	if st.CurrentHealthy != 1 || st.DisruptionsAllowed != 0 || len(st.DisruptedPods) != 1 || !again.Equal(w.Now.Add(2*time.Minute)) {
		t.Fatalf("status %+v, again %v", st, again)
	}
	w.Now = again
	told, _ := w.Plan(Controller(), w.Key(b))
	if st := get(w).Status; st.CurrentHealthy != 2 || st.DisruptionsAllowed != 1 || len(st.DisruptedPods) != 0 {
		t.Errorf("later %+v", st)
	}
	if !slices.Contains(told, "p0 Warning NotDeleted: Pod was expected by PDB default/web to be deleted but it wasn't") {
		t.Errorf("told %q", told)
	}
}

func TestStaleConditionIsTakenBack(t *testing.T) {
	w := viewtest.New(t, pod(0, true, false))
	p := viewtest.Get[corev1.Pod](w, plan.Pods, "default", "p0")
	plan.SetPodCondition(&p.Status, corev1.PodCondition{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue, Reason: "EvictionByEvictionAPI"}, w.Now)
	w.Put(p)
	_, again := w.Settle(Stale())
	w.Now = again
	w.Plan(Stale(), w.Key(p))
	if c := plan.PodCondition(viewtest.Get[corev1.Pod](w, plan.Pods, "default", "p0"), corev1.DisruptionTarget); c.Status != corev1.ConditionFalse {
		t.Errorf("condition %+v", c)
	}
}
