package gang

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

func TestPhases(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	pods := func(phases ...corev1.PodPhase) (out []*corev1.Pod) {
		for _, ph := range phases {
			p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", OwnerReferences: []metav1.OwnerReference{{Name: "job"}}}}
			p.Status.Phase = ph
			out = append(out, p)
		}
		return out
	}
	const r, s, f, p = corev1.PodRunning, corev1.PodSucceeded, corev1.PodFailed, corev1.PodPending
	for _, c := range []struct {
		was  Phase
		pods []*corev1.Pod
		want Status
	}{
		{"", nil, Status{Phase: Pending}},
		{"", pods(p), Status{Phase: Pending}},
		{Pending, pods(p, p), Status{Phase: Scheduling, OccupiedBy: "ns/job"}},
		{Scheduling, pods(r, p), Status{Phase: Scheduling, OccupiedBy: "ns/job", Running: 1}},
		{Scheduling, pods(r, r), Status{Phase: Running, OccupiedBy: "ns/job", Running: 2}},
		{Running, pods(r, s), Status{Phase: Running, OccupiedBy: "ns/job", Running: 1, Succeeded: 1}},
		{Running, pods(s, s), Status{Phase: Finished, OccupiedBy: "ns/job", Succeeded: 2}},
		{Running, pods(r, f), Status{Phase: Failed, OccupiedBy: "ns/job", Running: 1, Failed: 1}},
		{Running, pods(r), Status{Phase: Pending, Running: 1}},
		{Finished, nil, Status{Phase: Finished}},
	} {
		g := &PodGroup{Spec: Spec{MinMember: 2}, Status: Status{Phase: c.was}}
		got := g.Next(c.pods, now)
		if at := got.ScheduleStartTime; at != nil && !at.Time.Equal(now) {
			t.Errorf("%q: began at %s", c.was, at)
		}
		got.ScheduleStartTime = nil
		if got != c.want {
			t.Errorf("%q with %d pods: %+v, want %+v", c.was, len(c.pods), got, c.want)
		}
	}
}

func TestGroupOf(t *testing.T) {
	name := "n"
	for _, c := range []struct {
		pod  corev1.Pod
		want string
	}{
		{corev1.Pod{}, ""},
		{corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Labels: map[string]string{Label: "g"}}}, "podgroups.scheduling.x-k8s.io ns/g"},
		{corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Labels: map[string]string{Label: "g"}}, Spec: corev1.PodSpec{SchedulingGroup: &corev1.PodSchedulingGroup{PodGroupName: &name}}}, "podgroups.scheduling.k8s.io ns/n"},
	} {
		key, ok := Of("c", &c.pod)
		got := ""
		if ok {
			got = key.Resource.String() + " " + key.Namespace + "/" + key.Name
		}
		if got != c.want {
			t.Errorf("%v: %q, want %q", c.pod.Labels, got, c.want)
		}
	}
}

func TestParse(t *testing.T) {
	read := func(doc string) *unstructured.Unstructured {
		u := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(doc), &u.Object); err != nil {
			t.Fatal(err)
		}
		return u
	}
	g, err := Parse(read("{spec: {minMember: 3, scheduleTimeoutSeconds: 5, minResources: {cpu: 2, memory: 1Gi}, more: 1}, status: {phase: Running}}"))
	if err != nil {
		t.Fatal(err)
	}
	if d := g.Demands(); d.Min != 3 || d.Timeout != 5*time.Second || d.Resources.Cpu().Value() != 2 || d.Resources.Memory().Value() != 1<<30 || g.Status.Phase != Running {
		t.Errorf("%+v", d)
	}
	if g, err = Parse(read("{}")); err != nil || g.Demands().Timeout != defaultTimeout {
		t.Errorf("an empty group: %+v, %v", g, err)
	}
	if _, err := Parse(read("{spec: {minMember: three}}")); err == nil {
		t.Error("a word for a number is understood")
	}
	if read(Definition).GetName() != Groups.String() {
		t.Errorf("the definition is of %s", read(Definition).GetName())
	}
}
