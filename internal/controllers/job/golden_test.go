package job

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

var update = flag.Bool("update", false, "write what comes out into the goldens")

// TestGoldens tells a story per file: a job's spec and what happens are given, what the controller does is wanted.
//
//	pod NAME [index=1] [Running|Succeeded|Failed] [exit=1] [reason=R] [end=-5s] [condition=T] [restarts=2] [failures=1] [deleted] [untracked] [ready]
//	    puts a pod of the job; NAME may be "@2", the second-oldest of the pods that there are
//	spec YAML    changes fields of the spec
//	status YAML  sets the job's status
//	after 10s    lets time pass
//	onfailure    changes the restart policy
//	orphan NAME  puts a pod that matches and has no owner; relabel NAME makes one match no more
//	delete       marks the job as being deleted in the foreground
//	gone         takes the job away
//	settle       lets the controllers work until they rest, and shows what came of it
func TestGoldens(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			given, want, _ := strings.Cut(strings.TrimPrefix(string(b), "-- given --\n"), "-- want --\n")
			got := tell(t, given)
			if *update {
				if err := os.WriteFile(f, []byte("-- given --\n"+given+"-- want --\n"+got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

const head = `
apiVersion: batch/v1
kind: Job
metadata: {name: work, uid: uid-work, generation: 1}
spec:
  selector: {matchLabels: {batch.kubernetes.io/controller-uid: uid-work}}
  template:
    metadata: {labels: {batch.kubernetes.io/controller-uid: uid-work, batch.kubernetes.io/job-name: work, job-name: work}}
    spec: {restartPolicy: Never, containers: [{name: c, image: i}]}
`

var key = api.Key{Resource: plan.Jobs, Cluster: api.Host, Namespace: "default", Name: "work"}

func workJob(w *viewtest.World) *batchv1.Job {
	return viewtest.Get[batchv1.Job](w, plan.Jobs, "default", "work")
}

// tell plays a story and returns what it shows.
func tell(t *testing.T, story string) string {
	w := viewtest.New(t)
	var out strings.Builder
	for line := range strings.Lines(story) {
		line = strings.TrimSpace(line)
		verb, rest, _ := strings.Cut(line, " ")
		switch verb {
		case "", "#":
		case "job":
			w.Add(head + "  " + strings.ReplaceAll(rest, "; ", "\n  ") + "\n")
		case "spec":
			job := workJob(w)
			merge(t, w, job, "spec: {"+rest+"}")
			job.Generation++
			w.Put(job)
		case "status":
			job := workJob(w)
			merge(t, w, job, "status: {"+rest+"}")
			w.Put(job)
		case "pod":
			putPod(t, w, strings.Fields(rest))
		case "after":
			d, err := time.ParseDuration(rest)
			if err != nil {
				t.Fatal(err)
			}
			w.Now = w.Now.Add(d)
		case "onfailure":
			job := workJob(w)
			job.Spec.Template.Spec.RestartPolicy = corev1.RestartPolicyOnFailure
			w.Put(job)
		case "relabel", "orphan":
			if verb == "orphan" {
				putPod(t, w, []string{rest, "Running", "untracked"})
			}
			p := viewtest.Get[corev1.Pod](w, plan.Pods, "default", rest)
			if verb == "orphan" {
				p.OwnerReferences = nil
			} else {
				p.Labels = map[string]string{"app": "mine"}
			}
			w.Put(p)
		case "delete":
			job := workJob(w)
			now := metav1.NewTime(w.Now)
			job.DeletionTimestamp, job.Finalizers = &now, []string{metav1.FinalizerDeleteDependents}
			w.Put(job)
		case "gone":
			w.Remove(key)
		case "settle":
			told, again := w.Settle(Controllers(false)...)
			if w.Snapshot().Record(key) != nil {
				more, later := w.Plan(Controllers(false)[0], key)
				rest, _ := w.Settle(Controllers(false)...)
				told, again = append(append(told, more...), rest...), plan.Sooner(again, later)
			}
			show(&out, w, told, again)
		default:
			t.Fatalf("no verb %q", verb)
		}
	}
	return out.String()
}

func merge(t *testing.T, w *viewtest.World, job *batchv1.Job, doc string) {
	patch := w.Typed("apiVersion: batch/v1\nkind: Job\n" + doc).(*batchv1.Job)
	s, p := &job.Spec, &patch.Spec
	for _, x := range []struct{ to, from **int32 }{{&s.Parallelism, &p.Parallelism}, {&s.Completions, &p.Completions}, {&s.BackoffLimit, &p.BackoffLimit}} {
		if *x.from != nil {
			*x.to = *x.from
		}
	}
	if p.Suspend != nil {
		s.Suspend = p.Suspend
	}
	if strings.HasPrefix(doc, "status") {
		job.Status = patch.Status
	}
}

func putPod(t *testing.T, w *viewtest.World, words []string) {
	var p *corev1.Pod
	if n, ok := strings.CutPrefix(words[0], "@"); ok {
		i, err := strconv.Atoi(n)
		pods := viewtest.All[corev1.Pod](w, plan.Pods)
		slices.SortStableFunc(pods, func(a, b *corev1.Pod) int {
			return cmp.Or(a.CreationTimestamp.Time.Compare(b.CreationTimestamp.Time), indexOf(a)-indexOf(b))
		})
		if err != nil || i < 1 || i > len(pods) {
			t.Fatalf("no pod %s", words[0])
		}
		p = pods[i-1]
	} else {
		job := workJob(w)
		p = &corev1.Pod{Spec: job.Spec.Template.Spec}
		p.Name, p.Namespace, p.UID, p.Labels = words[0], "default", types.UID("uid-"+words[0]), job.Spec.Template.Labels
		p.OwnerReferences = []metav1.OwnerReference{controllerRef(job)}
		p.Finalizers = []string{batchv1.JobTrackingFinalizer}
		p.Annotations = map[string]string{}
	}
	if p.Annotations == nil {
		p.Annotations = map[string]string{}
	}
	exit, end := int32(-1), w.Now
	reason := ""
	for _, word := range words[1:] {
		k, v, _ := strings.Cut(word, "=")
		n, _ := strconv.Atoi(v)
		switch k {
		case "index":
			p.Annotations[batchv1.JobCompletionIndexAnnotation] = v
		case "failures":
			p.Annotations[batchv1.JobIndexFailureCountAnnotation] = v
		case "exit":
			exit = int32(n)
		case "reason":
			reason = v
		case "end":
			d, err := time.ParseDuration(v)
			if err != nil {
				t.Fatal(err)
			}
			end = end.Add(d)
		case "condition":
			plan.SetPodCondition(&p.Status, corev1.PodCondition{Type: corev1.PodConditionType(v), Status: corev1.ConditionTrue}, w.Now)
		case "ready":
			plan.SetPodCondition(&p.Status, corev1.PodCondition{Type: corev1.PodReady, Status: corev1.ConditionTrue}, w.Now)
		case "restarts":
			p.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "c", RestartCount: int32(n)}}
		case "deleted":
			now := metav1.NewTime(w.Now)
			p.DeletionTimestamp = &now
		case "untracked":
			p.Finalizers = nil
		default:
			p.Status.Phase = corev1.PodPhase(k)
		}
	}
	if plan.Terminated(p) {
		if p.Status.Phase == corev1.PodSucceeded {
			exit = 0
		} else if exit < 0 {
			exit = 1
		}
		p.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "c", State: corev1.ContainerState{
			Terminated: &corev1.ContainerStateTerminated{ExitCode: exit, Reason: reason, FinishedAt: metav1.NewTime(end)}}}}
	}
	w.Put(p)
}

// show writes what there is and what was told.
func show(out *strings.Builder, w *viewtest.World, told []string, again time.Time) {
	for _, e := range told {
		fmt.Fprintln(out, "event", e)
	}
	if w.Snapshot().Record(key) != nil {
		st := workJob(w).Status
		fmt.Fprintf(out, "status active=%d ready=%d terminating=%d succeeded=%d failed=%d", st.Active, *orZero(st.Ready), *orZero(st.Terminating), st.Succeeded, st.Failed)
		if st.CompletedIndexes != "" {
			fmt.Fprintf(out, " completedIndexes=%q", st.CompletedIndexes)
		}
		if st.FailedIndexes != nil {
			fmt.Fprintf(out, " failedIndexes=%q", *st.FailedIndexes)
		}
		if u := st.UncountedTerminatedPods; u != nil && len(u.Succeeded)+len(u.Failed) > 0 {
			fmt.Fprintf(out, " uncounted=%v/%v", u.Succeeded, u.Failed)
		}
		if st.StartTime != nil {
			fmt.Fprintf(out, " started=+%s", st.StartTime.Sub(viewtest.Epoch))
		}
		if st.CompletionTime != nil {
			fmt.Fprintf(out, " completed=+%s", st.CompletionTime.Sub(viewtest.Epoch))
		}
		fmt.Fprintln(out)
		for _, c := range st.Conditions {
			fmt.Fprintf(out, "condition %s=%s %s: %s\n", c.Type, c.Status, c.Reason, c.Message)
		}
	}
	for _, p := range viewtest.All[corev1.Pod](w, plan.Pods) {
		fmt.Fprintf(out, "pod %s", p.Name)
		if i := indexOf(p); i != noIndex {
			fmt.Fprintf(out, " index=%d host=%s", i, p.Spec.Hostname)
		}
		for _, a := range []string{batchv1.JobIndexFailureCountAnnotation, batchv1.JobIndexIgnoredFailureCountAnnotation} {
			if v, ok := p.Annotations[a]; ok {
				fmt.Fprintf(out, " %s=%s", strings.TrimPrefix(a, "batch.kubernetes.io/job-index-"), v)
			}
		}
		if p.Status.Phase != "" {
			fmt.Fprintf(out, " %s", p.Status.Phase)
		}
		if p.DeletionTimestamp != nil {
			fmt.Fprint(out, " deleted")
		}
		if tracked(p) {
			fmt.Fprint(out, " tracked")
		}
		if metav1.GetControllerOf(p) == nil {
			fmt.Fprint(out, " orphan")
		}
		fmt.Fprintln(out)
	}
	if !again.IsZero() {
		fmt.Fprintf(out, "again +%s\n", again.Sub(w.Now))
	}
	fmt.Fprintln(out)
}

func orZero(p *int32) *int32 {
	if p == nil {
		return new(int32)
	}
	return p
}
