package simpod_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/simpod"
)

func at(sec int) time.Time { return time.Unix(1_800_000_000+int64(sec), 0).UTC() }

func pod(policy corev1.RestartPolicy, notes map[string]string) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "p", UID: "u1", Annotations: notes, CreationTimestamp: metav1.NewTime(at(0))},
		Spec: corev1.PodSpec{NodeName: "n1", RestartPolicy: policy, Containers: []corev1.Container{{Name: "c", Image: "i"}}}}
	plan.SetPodCondition(&p.Status, corev1.PodCondition{Type: corev1.PodScheduled, Status: corev1.ConditionTrue}, at(0))
	return p
}

// live lets a pod live until nothing more happens by itself, and tells what was written when.
func live(t *testing.T, p *corev1.Pod, c *simpod.Course, from int) (story []string) {
	t.Helper()
	now := at(from)
	for range 30 {
		before := p.DeepCopy()
		m := simpod.Next(p, simpod.Place{HostIP: "10.0.0.1", PodIP: "10.42.0.2"}, c, now)
		if !equality.Semantic.DeepEqual(before, p) {
			t.Fatal("the pod was changed")
		}
		if m.Status != nil {
			p.Status = *m.Status
			story = append(story, fmt.Sprintf("%d %s ready=%t restarts=%d", now.Unix()-at(0).Unix(), p.Status.Phase, plan.Ready(p), restarts(p)))
			if again := simpod.Next(p, simpod.Place{HostIP: "10.0.0.1", PodIP: "10.42.0.2"}, c, now); again.Status != nil && again.Wake.IsZero() && m.Wake.After(now) {
				t.Fatalf("not at rest: %v", again.Status)
			}
		}
		if m.Remove {
			return append(story, fmt.Sprintf("%d removed", now.Unix()-at(0).Unix()))
		}
		if m.Status == nil && m.Wake.IsZero() {
			return story
		}
		if m.Wake.After(now) {
			now = m.Wake
		}
	}
	return append(story, "and so on")
}

func restarts(p *corev1.Pod) int32 {
	if len(p.Status.ContainerStatuses) == 0 {
		return 0
	}
	return p.Status.ContainerStatuses[0].RestartCount
}

func TestLives(t *testing.T) {
	deadline := int64(7)
	for name, c := range map[string]struct {
		policy corev1.RestartPolicy
		notes  map[string]string
		course simpod.Course
		edit   func(*corev1.Pod)
		want   string
	}{
		"a server is ready at once": {policy: corev1.RestartPolicyAlways, want: "0 Running ready=true restarts=0"},
		"a slow server": {policy: corev1.RestartPolicyAlways, notes: map[string]string{simpod.StartAnnotation: "3s", simpod.ReadyAnnotation: "5s"},
			want: "3 Running ready=false restarts=0; 8 Running ready=true restarts=0"},
		"a task ends well": {policy: corev1.RestartPolicyNever, course: simpod.Course{Run: simpod.Span{Min: 4 * time.Second}},
			want: "0 Running ready=true restarts=0; 4 Succeeded ready=false restarts=0"},
		"a task fails": {policy: corev1.RestartPolicyNever, notes: map[string]string{simpod.ExitAnnotation: "3"}, course: simpod.Course{Run: simpod.Span{Min: 4 * time.Second}},
			want: "0 Running ready=true restarts=0; 4 Failed ready=false restarts=0"},
		"an index fails twice": {policy: corev1.RestartPolicyNever, notes: map[string]string{simpod.ExitAnnotation: "0,4:9/2", "batch.kubernetes.io/job-completion-index": "4", "batch.kubernetes.io/job-index-failure-count": "1"},
			want: "0 Running ready=true restarts=0; 0 Failed ready=false restarts=0"},
		"and then it is well": {policy: corev1.RestartPolicyNever, notes: map[string]string{simpod.ExitAnnotation: "0,4:9/2", "batch.kubernetes.io/job-completion-index": "4", "batch.kubernetes.io/job-index-failure-count": "2"},
			want: "0 Running ready=true restarts=0; 0 Succeeded ready=false restarts=0"},
		"the deadline": {policy: corev1.RestartPolicyAlways, edit: func(p *corev1.Pod) { p.Spec.ActiveDeadlineSeconds = &deadline },
			want: "0 Running ready=true restarts=0; 7 Failed ready=false restarts=0"},
		"annotations that cannot be read": {policy: corev1.RestartPolicyAlways, notes: map[string]string{simpod.RunAnnotation: "soon"}, want: "0 Failed ready=false restarts=0"},
		"exit codes that cannot be read":  {policy: corev1.RestartPolicyNever, notes: map[string]string{simpod.ExitAnnotation: "1:x"}, want: "0 Failed ready=false restarts=0"},
		"a gate is closed": {policy: corev1.RestartPolicyAlways, edit: func(p *corev1.Pod) {
			p.Spec.ReadinessGates = []corev1.PodReadinessGate{{ConditionType: "x/y"}}
		}, want: "0 Running ready=false restarts=0"},
		"not bound": {policy: corev1.RestartPolicyAlways, edit: func(p *corev1.Pod) { p.Spec.NodeName = "" }, want: ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := pod(c.policy, c.notes)
			if c.edit != nil {
				c.edit(p)
			}
			if got := strings.Join(live(t, p, &c.course, 0), "; "); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

func TestACrashLoopBacksOff(t *testing.T) {
	p := pod(corev1.RestartPolicyOnFailure, map[string]string{simpod.RunAnnotation: "1s", simpod.ExitAnnotation: "1"})
	story := live(t, p, &simpod.Course{}, 0)
	want := []string{"0 Running ready=true restarts=0", "1 Running ready=false restarts=0", "1 Running ready=true restarts=1", "2 Running ready=false restarts=1",
		"12 Running ready=true restarts=2", "13 Running ready=false restarts=2", "33 Running ready=true restarts=3"}
	if got := strings.Join(story[:len(want)], "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got:\n%s", got)
	}
	if w := p.Status.ContainerStatuses[0]; w.LastTerminationState.Terminated == nil || w.LastTerminationState.Terminated.ExitCode != 1 {
		t.Errorf("status %+v", w)
	}
}

func TestDeletion(t *testing.T) {
	for name, c := range map[string]struct {
		stop  string
		grace int64
		begun bool
		want  string
	}{
		"stops":                      {"5s", 30, true, "105 Failed ready=false restarts=0; 105 removed"},
		"is killed when grace ends":  {"5m", 30, true, "130 Failed ready=false restarts=0; 130 removed"},
		"never ran":                  {"5s", 30, false, "100 Failed ready=false restarts=0; 100 removed"},
		"held by a finalizer of all": {"5s", 0, true, "100 Failed ready=false restarts=0"},
	} {
		t.Run(name, func(t *testing.T) {
			p := pod(corev1.RestartPolicyAlways, map[string]string{simpod.StopAnnotation: c.stop})
			if c.begun {
				live(t, p, &simpod.Course{}, 0)
			}
			when := metav1.NewTime(at(100 + int(c.grace)))
			p.DeletionTimestamp, p.DeletionGracePeriodSeconds = &when, &c.grace
			if got := strings.Join(live(t, p, &simpod.Course{}, 100), "; "); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
			zero := int64(0)
			p.DeletionGracePeriodSeconds = &zero
			if m := simpod.Next(p, simpod.Place{}, &simpod.Course{}, at(200)); m.Remove || m.Status != nil {
				t.Errorf("after the end: %+v", m)
			}
		})
	}
}

func TestChanceIsThePods(t *testing.T) {
	c := simpod.Course{Seed: 7, FailPercent: 30, Start: simpod.Span{Max: 100 * time.Second}}
	failed, starts := 0, map[int64]bool{}
	for i := range 300 {
		p := pod(corev1.RestartPolicyNever, nil)
		p.UID = types.UID(fmt.Sprintf("u%d", i))
		twin := p.DeepCopy()
		live(t, p, &c, 0)
		if live(t, twin, &c, 0); !equality.Semantic.DeepEqual(twin, p) {
			t.Fatalf("the same pod has two lives:\n%v\n%v", p, twin)
		}
		if p.Status.Phase == corev1.PodFailed {
			failed++
		}
		starts[p.Status.StartTime.Unix()] = true
	}
	if failed < 60 || failed > 120 || len(starts) < 50 {
		t.Errorf("%d of 300 failed, %d different starts", failed, len(starts))
	}
}
