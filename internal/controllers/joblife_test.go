package controllers_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/controllers/job"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view"
	"gantry.dev/gantry/internal/view/viewtest"
)

// work ends the pod of a job as its index says: those of index 3, 13, 23 fail with code 42.
func work(p *corev1.Pod) {
	p.Status.Phase = corev1.PodSucceeded
	code := int32(0)
	if strings.HasSuffix(p.Annotations[batchv1.JobCompletionIndexAnnotation], "3") {
		p.Status.Phase, code = corev1.PodFailed, 42
	}
	p.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "c", State: corev1.ContainerState{
		Terminated: &corev1.ContainerStateTerminated{ExitCode: code, FinishedAt: metav1.Now()}}}}
}

func batchJob(name string, change func(*batchv1.JobSpec)) *batchv1.Job {
	j := &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default"}}
	j.Spec.Template.Spec = corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever, Containers: []corev1.Container{{Name: "c", Image: "work:1"}}}
	change(&j.Spec)
	return j
}

func (h *house) job(name string) *batchv1.Job {
	j, _ := view.Get[batchv1.Job](h.v.Snapshot(), key(plan.Jobs, "default", name))
	return j
}

func ended(name string) func(*view.Snapshot) bool {
	return func(s *view.Snapshot) bool {
		j, ok := view.Get[batchv1.Job](s, key(plan.Jobs, "default", name))
		if !ok {
			return false
		}
		how, _ := plan.JobEnd(j)
		return how != ""
	}
}

// What the controllers write of Jobs passes the law: it is strict about what a status may say after what.
func TestLifeOfAJob(t *testing.T) {
	h := newHouse(t)
	n, parallel, limit, yes, ttl := int32(30), int32(10), int32(3), true, int32(0)
	h.write(plan.Create(key(plan.Jobs, "default", "many"), batchJob("many", func(s *batchv1.JobSpec) {
		mode := batchv1.IndexedCompletion
		s.Completions, s.Parallelism, s.CompletionMode, s.BackoffLimitPerIndex = &n, &parallel, &mode, &limit
		s.PodFailurePolicy = &batchv1.PodFailurePolicy{Rules: []batchv1.PodFailurePolicyRule{{Action: batchv1.PodFailurePolicyActionFailIndex,
			OnExitCodes: &batchv1.PodFailurePolicyOnExitCodesRequirement{Operator: batchv1.PodFailurePolicyOnExitCodesOpIn, Values: []int32{42}}}}}
	}), ""))
	h.until("the end of the job", ended("many"))
	st := h.job("many").Status
	if st.CompletedIndexes != "0-2,4-12,14-22,24-29" || *st.FailedIndexes != "3,13,23" || st.Succeeded != 27 || st.Failed != 3 || !hasReason(st, "FailedIndexes") {
		t.Errorf("status %+v", st)
	}

	h.write(plan.Create(key(plan.Jobs, "default", "paused"), batchJob("paused", func(s *batchv1.JobSpec) { s.Completions, s.Parallelism, s.Suspend = &n, &parallel, &yes }), ""))
	h.until("the pause", func(*view.Snapshot) bool {
		return h.job("paused") != nil && hasReason(h.job("paused").Status, "JobSuspended")
	})
	h.write(client.Write{Verb: client.Patch, Key: key(plan.Jobs, "default", "paused"), PatchType: "application/merge-patch+json", Patch: []byte(`{"spec":{"suspend":false}}`)})
	h.until("the end of the paused job", ended("paused"))
	if st := h.job("paused").Status; st.Succeeded != n || st.Failed != 0 || !hasReason(st, "JobResumed") || !hasReason(st, "CompletionsReached") {
		t.Errorf("status %+v", st)
	}

	h.write(plan.Create(key(plan.Jobs, "default", "brief"), batchJob("brief", func(s *batchv1.JobSpec) { s.TTLSecondsAfterFinished = &ttl }), ""))
	h.until("nothing to be left of the brief job", func(s *view.Snapshot) bool {
		if s.Record(key(plan.Jobs, "default", "brief")) != nil {
			return false
		}
		for p := range view.List[corev1.Pod](s, api.Scope{Resource: plan.Pods, Cluster: api.Host, Namespace: "default"}) {
			if p.Labels[batchv1.JobNameLabel] == "brief" {
				return false
			}
		}
		return true
	})
}

func hasReason(st batchv1.JobStatus, reason string) bool {
	for _, c := range st.Conditions {
		if c.Reason == reason {
			return true
		}
	}
	return false
}

// A CronJob whose last start was some minutes ago starts the latest missed one, which completes.
func TestLifeOfACronJob(t *testing.T) {
	h := newHouse(t)
	k := key(plan.CronJobs, "default", "tick")
	cj := &batchv1.CronJob{ObjectMeta: metav1.ObjectMeta{Name: "tick", Namespace: "default"}}
	cj.Spec.Schedule = "* * * * *"
	cj.Spec.JobTemplate.Spec = batchJob("", func(*batchv1.JobSpec) {}).Spec
	h.write(plan.Create(k, cj, ""))
	last := metav1.NewTime(time.Now().Add(-3 * time.Minute))
	cj = cj.DeepCopy()
	cj.Status.LastScheduleTime = &last
	h.write(plan.UpdateStatus(k, cj, ""))
	h.until("a job that succeeded", func(s *view.Snapshot) bool {
		cj, ok := view.Get[batchv1.CronJob](s, k)
		return ok && cj.Status.LastSuccessfulTime != nil && len(cj.Status.Active) == 0 && cj.Status.LastScheduleTime.After(last.Time)
	})
}

// toil takes an indexed job with failures to its end, with the process dying after k writes (never, for 0), and returns
// the end as text.
func toil(t *testing.T, k int) string {
	w := viewtest.New(t, `
apiVersion: batch/v1
kind: Job
metadata: {name: work, uid: uid-work}
spec:
  completions: 5
  parallelism: 2
  completionMode: Indexed
  backoffLimitPerIndex: 1
  selector: {matchLabels: {job: work}}
  template: {metadata: {labels: {job: work}}, spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}
`)
	w.CrashAfter = k
	ctls := job.Controllers(false)
	jobKey := key(plan.Jobs, "default", "work")
	for range 60 {
		w.Settle(ctls...)
		j := viewtest.Get[batchv1.Job](w, plan.Jobs, "default", "work")
		if how, _ := plan.JobEnd(j); how != "" {
			left := 0
			for _, p := range viewtest.All[corev1.Pod](w, plan.Pods) {
				left += len(p.Finalizers)
			}
			return fmt.Sprintf("%s succeeded=%d (%s) failed=%d (%s) finalizers=%d", how, j.Status.Succeeded, j.Status.CompletedIndexes, j.Status.Failed, *j.Status.FailedIndexes, left)
		}
		moved := false
		for _, p := range viewtest.All[corev1.Pod](w, plan.Pods) {
			if !plan.Active(p) {
				continue
			}
			moved = true
			i, err := strconv.Atoi(p.Annotations[batchv1.JobCompletionIndexAnnotation])
			if err != nil {
				t.Fatal(err)
			}
			p.Status.Phase = corev1.PodSucceeded
			if i == 3 || i == 1 && p.Annotations[batchv1.JobIndexFailureCountAnnotation] == "0" {
				p.Status.Phase = corev1.PodFailed
			}
			w.Put(p)
		}
		if !moved {
			w.Now = w.Now.Add(time.Minute)
			w.Plan(ctls[0], jobKey)
		}
	}
	t.Fatalf("death after %d writes: no end", k)
	return ""
}

// Kill the process between any two writes: every pod is still counted exactly once.
func TestDeathOfTheJobController(t *testing.T) {
	want := toil(t, 0)
	if want != "Failed succeeded=4 (0-2,4) failed=3 (3) finalizers=0" {
		t.Fatalf("without a death: %s", want)
	}
	for k := 1; k < 60; k++ {
		if got := toil(t, k); got != want {
			t.Errorf("death after %d writes: %s", k, got)
		}
	}
}
