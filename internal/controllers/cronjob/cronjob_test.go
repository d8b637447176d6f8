package cronjob

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
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

const head = `
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick, uid: uid-tick}
spec:
  jobTemplate:
    metadata: {labels: {app: tick}, annotations: {note: kept}}
    spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}
`

var key = api.Key{Resource: plan.CronJobs, Cluster: api.Host, Namespace: "default", Name: "tick"}

// TestGoldens tells a story per file. Time begins at 2026-01-01T00:00:00Z, a Thursday.
//
//	cron YAML        makes the CronJob: fields of its spec, separated by "; "
//	spec YAML        changes its spec
//	after 1m         lets time pass, planning whenever a plan asked for it
//	asleep 1m        lets time pass while the controller is down
//	complete NAME, fail NAME, drop NAME   ends a job, or takes it away; NAME "@1" is the oldest
//	manual NAME      makes a job as kubectl create job --from=cronjob does
//	show             shows what there is and what was told since
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

// clock is a world in which time passes.
type clock struct {
	*viewtest.World
	again time.Time
	told  []string
}

func (c *clock) settle() {
	told, _ := c.Settle(Controller())
	c.told = append(c.told, told...)
	if c.Snapshot().Record(key) != nil {
		told, c.again = c.Plan(Controller(), key)
		more, _ := c.Settle(Controller())
		c.told = append(append(c.told, told...), more...)
	}
}

// pass lets time pass to a moment, waking the controller whenever it asked for it.
func (c *clock) pass(to time.Time) {
	for !c.again.IsZero() && !c.again.After(to) {
		c.Now = c.again
		c.settle()
	}
	c.Now = to
}

func (c *clock) jobs() []*batchv1.Job { return viewtest.All[batchv1.Job](c.World, plan.Jobs) }

func (c *clock) named(name string) *batchv1.Job {
	if n, ok := strings.CutPrefix(name, "@"); ok {
		return c.jobs()[n[0]-'1']
	}
	return viewtest.Get[batchv1.Job](c.World, plan.Jobs, "default", name)
}

func (c *clock) end(job *batchv1.Job, how batchv1.JobConditionType) {
	now := metav1.NewTime(c.Now)
	job.Status.StartTime = &now
	if how == batchv1.JobComplete {
		job.Status.CompletionTime = &now
	}
	job.Status.Conditions = []batchv1.JobCondition{{Type: how, Status: corev1.ConditionTrue, LastTransitionTime: now}}
	c.Put(job)
}

func tell(t *testing.T, story string) string {
	c := &clock{World: viewtest.New(t)}
	var out strings.Builder
	for line := range strings.Lines(story) {
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch verb {
		case "", "#":
		case "cron", "spec":
			doc := strings.Replace(head, "spec:\n", "spec:\n  "+strings.ReplaceAll(rest, "; ", "\n  ")+"\n", 1)
			cj := c.Typed(doc).(*batchv1.CronJob)
			if verb == "spec" {
				old := viewtest.Get[batchv1.CronJob](c.World, plan.CronJobs, "default", "tick")
				old.Spec = cj.Spec
				cj = old
			}
			c.Put(cj)
			c.settle()
		case "after", "asleep":
			d, err := time.ParseDuration(rest)
			if err != nil {
				t.Fatal(err)
			}
			if verb == "after" {
				c.pass(c.Now.Add(d))
			} else {
				c.Now = c.Now.Add(d)
				c.settle()
			}
		case "complete":
			c.end(c.named(rest), batchv1.JobComplete)
			c.settle()
		case "fail":
			c.end(c.named(rest), batchv1.JobFailed)
			c.settle()
		case "drop":
			c.Remove(plan.KeyOf(api.Host, plan.Jobs, c.named(rest)))
			c.settle()
		case "manual":
			cj := viewtest.Get[batchv1.CronJob](c.World, plan.CronJobs, "default", "tick")
			c.Put(&batchv1.Job{ObjectMeta: metav1.ObjectMeta{Name: rest, UID: types.UID("uid-" + rest), OwnerReferences: []metav1.OwnerReference{plan.ControllerRef(cj, "batch/v1", "CronJob")},
				Annotations: map[string]string{"cronjob.kubernetes.io/instantiate": "manual"}}, Spec: cj.Spec.JobTemplate.Spec})
			c.settle()
		case "show":
			c.show(&out)
		default:
			t.Fatalf("no verb %q", verb)
		}
	}
	return out.String()
}

func (c *clock) show(out *strings.Builder) {
	for _, e := range c.told {
		fmt.Fprintln(out, "event", e)
	}
	c.told = nil
	st := viewtest.Get[batchv1.CronJob](c.World, plan.CronJobs, "default", "tick").Status
	fmt.Fprint(out, "status")
	for _, a := range st.Active {
		fmt.Fprintf(out, " active=%s", a.Name)
	}
	if st.LastScheduleTime != nil {
		fmt.Fprintf(out, " lastSchedule=%s", st.LastScheduleTime.UTC().Format(time.RFC3339))
	}
	if st.LastSuccessfulTime != nil {
		fmt.Fprintf(out, " lastSuccessful=%s", st.LastSuccessfulTime.UTC().Format(time.RFC3339))
	}
	fmt.Fprintln(out)
	for _, job := range c.jobs() {
		how, _ := plan.JobEnd(job)
		fmt.Fprintf(out, "job %s app=%s note=%s for=%s %s\n", job.Name, job.Labels["app"], job.Annotations["note"], job.Annotations[batchv1.CronJobScheduledTimestampAnnotation], how)
	}
	if !c.again.IsZero() {
		fmt.Fprintln(out, "again", c.again.UTC().Format(time.RFC3339Nano))
	}
	fmt.Fprintln(out)
}

// Random histories with deaths between any two writes: never two jobs for one time, never two at once where it is
// forbidden, never a time that was not scheduled; finally every time has had its job, where all are allowed.
func TestNeverAndFinally(t *testing.T) {
	for _, policy := range []batchv1.ConcurrencyPolicy{batchv1.AllowConcurrent, batchv1.ForbidConcurrent, batchv1.ReplaceConcurrent} {
		for seed := range uint64(8) {
			t.Run(fmt.Sprintf("%s/%d", policy, seed), func(t *testing.T) { live(t, policy, seed) })
		}
	}
}

func live(t *testing.T, policy batchv1.ConcurrencyPolicy, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 3))
	c := &clock{World: viewtest.New(t, strings.Replace(head, "spec:\n", "spec:\n  schedule: '*/2 * * * *'\n  concurrencyPolicy: "+string(policy)+"\n", 1))}
	seen := map[string]types.UID{}
	for range 60 {
		c.CrashAfter = 0
		if r.IntN(2) == 0 {
			c.CrashAfter = 1 + r.IntN(4)
		}
		c.Now = c.Now.Add(time.Minute)
		c.settle()
		running := 0
		for _, job := range c.jobs() {
			if uid, ok := seen[job.Name]; ok && uid != job.UID {
				t.Fatalf("job %s was made twice", job.Name)
			}
			seen[job.Name] = job.UID
			at, err := time.Parse(time.RFC3339, job.Annotations[batchv1.CronJobScheduledTimestampAnnotation])
			if err != nil || at.Minute()%2 != 0 || at.After(c.Now) {
				t.Fatalf("job %s is for %v, %v", job.Name, at, err)
			}
			if how, _ := plan.JobEnd(job); how == "" {
				running++
			}
		}
		if policy != batchv1.AllowConcurrent && running > 1 {
			t.Fatalf("%d at once", running)
		}
		for _, job := range c.jobs() {
			if how, _ := plan.JobEnd(job); how == "" && r.IntN(3) == 0 {
				c.end(job, batchv1.JobComplete)
			}
		}
	}
	if policy == batchv1.AllowConcurrent && len(seen) != 30 {
		t.Errorf("%d jobs in an hour, want 30", len(seen))
	}
}
