package job

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

// fate is what a test has done to pods: what the job must have counted in the end.
type fate struct {
	succeeded, failed map[types.UID]bool
}

// finish ends a pod as a kubelet would.
func finish(w *viewtest.World, p *corev1.Pod, phase corev1.PodPhase) {
	code := int32(0)
	if phase == corev1.PodFailed {
		code = 1
	}
	p.Status.Phase = phase
	p.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "c", State: corev1.ContainerState{
		Terminated: &corev1.ContainerStateTerminated{ExitCode: code, FinishedAt: metav1.NewTime(w.Now)}}}}
	w.Put(p)
}

// Random histories with deaths between any two writes. Never: more active pods than parallelism, more work than
// completions, two pods of an index. Finally: the job completes, and every pod that ended is counted exactly once.
func TestNeverAndFinally(t *testing.T) {
	for _, spec := range []string{
		"parallelism: 3\n  completions: 12\n  backoffLimit: 1000",
		"parallelism: 3\n  completions: 12\n  completionMode: Indexed\n  backoffLimit: 1000",
		"parallelism: 4\n  completions: 9\n  completionMode: Indexed\n  backoffLimitPerIndex: 1000",
		"parallelism: 3\n  completions: 8\n  backoffLimit: 1000\n  podReplacementPolicy: Failed",
	} {
		for seed := range uint64(12) {
			t.Run(fmt.Sprintf("%.60q/%d", spec, seed), func(t *testing.T) { live(t, spec, seed) })
		}
	}
}

func live(t *testing.T, spec string, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 7))
	w := viewtest.New(t, head+"  "+spec)
	f := fate{map[types.UID]bool{}, map[types.UID]bool{}}
	for range 600 {
		w.CrashAfter = 0
		if r.IntN(2) == 0 {
			w.CrashAfter = 1 + r.IntN(8)
		}
		_, again := w.Settle(Controllers(false)...)
		job := workJob(w)
		if finished(job) {
			f.compare(t, w)
			return
		}
		active := never(t, w)
		switch {
		case len(active) == 0:
			w.Now = w.Now.Add(time.Minute)
			if again.After(w.Now) {
				w.Now = again
			}
			w.Plan(Controllers(false)[0], key)
		case r.IntN(10) == 0: // somebody deletes a pod
			p := active[r.IntN(len(active))]
			w.Apply(plan.Delete(plan.KeyOf(api.Host, plan.Pods, p), p, "a user"))
			f.failed[p.UID] = true
			if replacesFailedOnly(job) {
				p = viewtest.Get[corev1.Pod](w, plan.Pods, p.Namespace, p.Name)
				finish(w, p, corev1.PodFailed)
			}
		case r.IntN(3) == 0:
			p := active[r.IntN(len(active))]
			finish(w, p, corev1.PodFailed)
			f.failed[p.UID] = true
		default:
			p := active[r.IntN(len(active))]
			finish(w, p, corev1.PodSucceeded)
			f.succeeded[p.UID] = true
		}
	}
	t.Fatalf("the job did not end: %+v", workJob(w).Status)
}

func never(t *testing.T, w *viewtest.World) (active []*corev1.Pod) {
	t.Helper()
	job, seen := workJob(w), map[int]bool{}
	for _, p := range viewtest.All[corev1.Pod](w, plan.Pods) {
		if !plan.Active(p) {
			continue
		}
		active = append(active, p)
		if i := indexOf(p); i != noIndex && seen[i] {
			t.Fatalf("two active pods of index %d", i)
		} else {
			seen[i] = true
		}
	}
	if len(active) > int(*job.Spec.Parallelism) {
		t.Fatalf("%d active pods, %d allowed", len(active), *job.Spec.Parallelism)
	}
	if n := len(active) + int(job.Status.Succeeded); n > int(*job.Spec.Completions) {
		t.Fatalf("%d done or running, %d wanted", n, *job.Spec.Completions)
	}
	return active
}

func (f *fate) compare(t *testing.T, w *viewtest.World) {
	t.Helper()
	st := workJob(w).Status
	if int(st.Succeeded) != len(f.succeeded) || int(st.Failed) != len(f.failed) {
		t.Errorf("counted %d and %d failed, there were %d and %d", st.Succeeded, st.Failed, len(f.succeeded), len(f.failed))
	}
	if st.Active != 0 || len(st.UncountedTerminatedPods.Succeeded)+len(st.UncountedTerminatedPods.Failed) > 0 {
		t.Errorf("at the end: %+v", st)
	}
	for _, p := range viewtest.All[corev1.Pod](w, plan.Pods) {
		if tracked(p) {
			t.Errorf("pod %s is still tracked", p.Name)
		}
	}
}

// Two planners with the same stale snapshot, and one that died half way, never make more pods than asked for.
func TestPlanningTwiceNeverOvershoots(t *testing.T) {
	for _, mode := range []string{"NonIndexed", "Indexed"} {
		for cut := range 5 {
			w := viewtest.New(t, head+"  parallelism: 4\n  completions: 4\n  completionMode: "+mode)
			stale := w.Snapshot()
			ctl := Controllers(false)[0]
			for _, n := range []int{cut, 100} {
				p, err := ctl.Plan(stale, key, w.Now)
				if err != nil {
					t.Fatal(err)
				}
				w.Apply(p.Writes[:min(n, len(p.Writes))]...)
			}
			w.Settle(ctl)
			if n := len(viewtest.All[corev1.Pod](w, plan.Pods)); n != 4 {
				t.Errorf("%s, died after %d writes: %d pods", mode, cut, n)
			}
		}
	}
}

func TestIndexes(t *testing.T) {
	for in, want := range map[string]string{"": "", "0": "0", "0,1": "0,1", "0,1,2": "0-2", "3-5,7,9-20": "3-5,7,9", "5-3": "", "x,2,-1,4-y": "2", "1-4,2-6": "1-6"} {
		if got := parseIndexes(in, 10).String(); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
	x := parseIndexes("0,2-4,7", 10)
	if got := fmt.Sprint(x.missing(4, 10)); got != "[1 5 6 8]" {
		t.Errorf("missing %s", got)
	}
	if x.count() != 5 || !x.has(3) || x.has(5) || x.common(setOf(1, 2, 3, 9)) != 2 {
		t.Errorf("count %d, common %d", x.count(), x.common(setOf(1, 2, 3, 9)))
	}
}
