package daemonset

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

const nodesOfStorm = 5

func nodeName(r *rand.Rand) string { return fmt.Sprintf("n%d", r.IntN(nodesOfStorm)) }

// disturb is one random event of a history: of users, nodes or pods.
func disturb(w *viewtest.World, r *rand.Rand) {
	ps := pods(w)
	pick := func() *corev1.Pod {
		if len(ps) == 0 {
			return nil
		}
		return ps[r.IntN(len(ps))]
	}
	switch r.IntN(9) {
	case 0:
		change(w, image(fmt.Sprintf("agent:%d", r.IntN(3))))
	case 1:
		w.Remove(api.Key{Resource: plan.Nodes, Cluster: api.Host, Name: nodeName(r)})
	case 2:
		w.Add(nodes(nodeName(r)))
	case 3:
		effect := []corev1.TaintEffect{corev1.TaintEffectNoSchedule, corev1.TaintEffectNoExecute}[r.IntN(2)]
		if name := nodeName(r); w.Snapshot().Record(api.Key{Resource: plan.Nodes, Cluster: api.Host, Name: name}) != nil {
			taint(w, name, corev1.Taint{Key: "k", Effect: effect})
		}
	case 4:
		if p := pick(); p != nil {
			p.Finalizers = []string{"test/kubelet"}
			rec := w.Put(p)
			w.Apply(plan.Delete(rec.Key, p, "a user does"))
		}
	case 5:
		if p := pick(); p != nil {
			p.Status = corev1.PodStatus{Phase: []corev1.PodPhase{corev1.PodFailed, corev1.PodSucceeded, corev1.PodRunning}[r.IntN(3)]}
			w.Put(p)
		}
	case 6:
		for _, p := range ps {
			if p.DeletionTimestamp != nil {
				w.Remove(plan.KeyOf(api.Host, plan.Pods, p))
			}
		}
	case 7:
		w.Now = w.Now.Add(time.Duration(r.IntN(20)) * time.Second)
		w.Plan(Controller(), key)
	default:
		run(w, 1)
	}
}

// Never more pods of a node than the strategy allows, nor two of the same template; finally, when all behave, one on
// every node that fits and none elsewhere.
func TestStorm(t *testing.T) {
	for seed := range uint64(24) {
		r := rand.New(rand.NewPCG(seed, 11))
		w := viewtest.New(t, agent+nodes("n0", "n1", "n2", "n3", "n4"))
		most := 1
		one, zero := intstr.FromInt32(1), intstr.FromInt32(0)
		if seed%2 == 1 {
			most = 2
			change(w, func(ds *appsv1.DaemonSet) {
				ds.Spec.UpdateStrategy.RollingUpdate = &appsv1.RollingUpdateDaemonSet{MaxSurge: &one, MaxUnavailable: &zero}
			})
		}
		for i := range 60 {
			disturb(w, r)
			w.Settle(Controller())
			living := map[string]int{}
			for _, p := range pods(w) {
				if plan.Active(p) {
					living[target(p)]++
				}
			}
			for n, k := range living {
				if k > most {
					t.Fatalf("seed %d, step %d: %d pods on %s: %s", seed, i, k, n, state(w))
				}
			}
			if st := get(w).Status; st.NumberUnavailable != st.DesiredNumberScheduled-st.NumberAvailable || st.NumberAvailable > st.NumberReady || st.NumberReady > st.CurrentNumberScheduled {
				t.Fatalf("seed %d, step %d: status %+v", seed, i, st)
			}
		}
		w.Add(nodes("n0", "n1", "n2", "n3", "n4"))
		want := ""
		_, img, _ := strings.Cut(get(w).Spec.Template.Spec.Containers[0].Image, ":")
		for n := range nodesOfStorm {
			taint(w, fmt.Sprintf("n%d", n))
			want += fmt.Sprintf(" n%d:%s", n, img)
		}
		for range 20 {
			steps(w)
			for _, p := range pods(w) {
				if p.DeletionTimestamp != nil || plan.Terminated(p) && p.Status.Phase == corev1.PodFailed {
					w.Remove(plan.KeyOf(api.Host, plan.Pods, p))
				}
			}
			w.Now = w.Now.Add(lastPatience)
			w.Plan(Controller(), key)
		}
		if got := " " + settled(w); got != want {
			t.Errorf("seed %d: pods%s, want%s", seed, got, want)
		}
	}
}
