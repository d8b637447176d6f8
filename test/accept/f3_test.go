package accept

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// job is the manifest of a Job whose pods run a shell script; spec and env are further fields in YAML's flow style.
func job(name, script, spec, env string) string {
	return fmt.Sprintf(`
apiVersion: batch/v1
kind: Job
metadata: {name: %s}
spec: %s
---
`, name, jobSpec(script, spec, env))
}

func jobSpec(script, spec, env string) string {
	if spec != "" {
		spec += ", "
	}
	return fmt.Sprintf("{%stemplate: {spec: {restartPolicy: Never, terminationGracePeriodSeconds: 1, containers: [{name: c, image: %q, env: [%s], command: [/bin/busybox, sh, -c, %q]}]}}}",
		spec, busybox, env, script)
}

// jobStatus wants words in what the status of a job says.
func (w *world) jobStatus(name string, words ...string) {
	w.Helper()
	w.eventually("job "+name, func() error {
		out, err := w.try("get", "job", name, "-o", `jsonpath=active={.status.active} succeeded={.status.succeeded} failed={.status.failed} terminating={.status.terminating} completed={.status.completedIndexes} lost={.status.failedIndexes} uncounted={.status.uncountedTerminatedPods} {range .status.conditions[*]}{.type}={.status}/{.reason} {end}`)
		if err != nil {
			return err
		}
		return want(out, words...)
	})
}

// F3: Jobs and CronJobs with real pods.
func TestF3(t *testing.T) {
	w := newWorld(t)
	t.Run("an indexed job of 200 with failures", w.twoHundred)
	t.Run("a pod failure policy", func(t *testing.T) {
		w := w.sub(t)
		w.apply(job("policy", "[ $JOB_COMPLETION_INDEX = 1 ] && exit 42; "+idle,
			"completionMode: Indexed, parallelism: 3, completions: 3, podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {containerName: c, operator: In, values: [42]}}]}", ""))
		w.jobStatus("policy", "Failed=True/PodFailurePolicy", "FailureTarget=True/PodFailurePolicy", "active= ", "terminating=0", "uncounted={}")
		if out := w.k("describe", "job", "policy"); !strings.Contains(out, "failed with exit code 42 matching FailJob rule at index 0") {
			t.Errorf("describe does not say why:\n%s", out)
		}
	})
	t.Run("suspended and resumed", func(t *testing.T) {
		w := w.sub(t)
		w.apply(job("pausing", idle, "parallelism: 2, completions: 2, suspend: true", ""))
		w.jobStatus("pausing", "Suspended=True/JobSuspended")
		if at := w.field("job/pausing", ".status.startTime"); at != "" {
			t.Errorf("a suspended job has started at %s", at)
		}
		w.k("patch", "job", "pausing", "-p", `{"spec":{"suspend":false}}`)
		w.jobStatus("pausing", "Suspended=False/JobResumed", "active=2")
		w.k("patch", "job", "pausing", "-p", `{"spec":{"suspend":true}}`)
		w.jobStatus("pausing", "Suspended=True/JobSuspended", "active= ", "failed= ", "terminating=0")
		w.gone("pods", "-l", "job-name=pausing")
	})
	t.Run("kept time", w.cron)
	t.Run("time to live", func(t *testing.T) {
		w := w.sub(t)
		w.apply(job("brief", "true", "ttlSecondsAfterFinished: 1", ""))
		w.gone("jobs,pods", "-l", "job-name=brief")
		w.eventually("the end of the job", func() error {
			if _, err := w.try("get", "job", "brief"); err == nil {
				return errStill
			}
			return nil
		})
	})
	t.Run("deleted with its pods", func(t *testing.T) {
		w := w.sub(t)
		w.apply(job("doomed", idle, "parallelism: 2", ""))
		w.jobStatus("doomed", "active=2")
		w.k("delete", "job", "doomed")
		w.gone("pods", "-l", "job-name=doomed")
	})
	t.Run("replaced only at its end", func(t *testing.T) {
		w := w.sub(t)
		w.apply(job("careful", "trap 'sleep 1; exit 1' TERM; while :; do sleep 1000 & wait; done", "podReplacementPolicy: Failed, backoffLimit: 3", ""))
		w.eventually("the first pod", func() error {
			return want(w.field("pods -l job-name=careful", ".items[*].status.phase"), "Running")
		})
		w.k("delete", "pod", "-l", "job-name=careful", "--wait=false")
		w.jobStatus("careful", "failed=1", "active=1", "terminating=0")
	})
	t.Run("counted through kills", countedThroughKills)
	t.Run("a replication controller", func(t *testing.T) {
		w := w.sub(t)
		w.apply(fmt.Sprintf(`{apiVersion: v1, kind: ReplicationController, metadata: {name: old}, spec: {replicas: 2, selector: {app: old},
  template: {metadata: {labels: {app: old}}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: %q, command: [/bin/busybox, sh, -c, %q]}]}}}}`, busybox, idle))
		w.ready("jsonpath={.status.readyReplicas}=2", "rc/old")
		w.k("scale", "rc", "old", "--replicas=1")
		w.ready("jsonpath={.status.replicas}=1", "rc/old")
	})
}

// gone waits until nothing is left of what kubectl get names.
func (w *world) gone(what ...string) {
	w.Helper()
	w.eventually("the end of "+strings.Join(what, " "), func() error {
		if out := w.k(append([]string{"get", "-o", "name"}, what...)...); out != "" {
			return fmt.Errorf("%w: %s", errStill, out)
		}
		return nil
	})
}

// twoHundred runs 200 indexes, 20 at a time: those that end in 7 fail once and are tried again, two fail for good.
func (w *world) twoHundred(t *testing.T) {
	w = w.sub(t)
	const script = `case $JOB_COMPLETION_INDEX in 13|113) exit 3;; *7) [ $FAILS = 0 ] && exit 1;; esac; [ "$(hostname)" = many-$JOB_COMPLETION_INDEX ]`
	w.apply(job("many", script, "completionMode: Indexed, completions: 200, parallelism: 20, backoffLimitPerIndex: 1",
		"{name: FAILS, valueFrom: {fieldRef: {fieldPath: \"metadata.annotations['batch.kubernetes.io/job-index-failure-count']\"}}}"))
	for _, mark := range []int{40, 90, 140, 175} { // each within the patience of one wait
		w.eventually(fmt.Sprintf("%d completions", mark), func() error {
			active, done, _ := strings.Cut(w.field("job/many", ".status.active}/{.status.succeeded"), "/")
			if n, err := strconv.Atoi(active); err == nil && n > 20 {
				w.Fatalf("%d active pods, 20 allowed", n)
			}
			if n, err := strconv.Atoi(done); err != nil || n < mark {
				return fmt.Errorf("%q completions", done)
			}
			return nil
		})
	}
	w.jobStatus("many", "Failed=True/FailedIndexes", "succeeded=198", "failed=24", "completed=0-12,14-112,114-199", "lost=13,113", "active= ", "uncounted={}")
	phases := w.field("pods -l job-name=many", ".items[*].status.phase")
	if ok, bad := strings.Count(phases, "Succeeded"), strings.Count(phases, "Failed"); ok != 198 || bad != 24 {
		t.Errorf("%d pods succeeded and %d failed, the job counted 198 and 24", ok, bad)
	}
	if fin := w.field("pods -l job-name=many", ".items[*].metadata.finalizers"); fin != "" {
		t.Errorf("pods still have finalizers: %s", fin)
	}
}

// countedThroughKills kills the daemon in the middle of a job, twice: every completion is still counted once.
func countedThroughKills(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16463")
	if err := in.up(); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	w.apply(job("tally", "sleep 0.2", "completions: 40, parallelism: 6, backoffLimit: 0", ""))
	for _, mark := range []int{5, 20} {
		w.eventually(fmt.Sprintf("%d completions", mark), func() error {
			if n, err := strconv.Atoi(w.field("job/tally", ".status.succeeded")); err != nil || n < mark {
				return fmt.Errorf("%d completions", n)
			}
			return nil
		})
		w.kill(w.daemon(), syscall.SIGKILL)
		if err := in.up(); err != nil {
			t.Fatal(err)
		}
	}
	w.jobStatus("tally", "Complete=True/CompletionsReached", "succeeded=40 ", "failed= ", "uncounted={}")
	if n := strings.Count(w.field("pods", ".items[*].status.phase"), "Succeeded"); n != 40 {
		t.Errorf("%d pods succeeded, the job counted 40", n)
	}
}

// cron lets a CronJob fire, and makes a Job of it by hand.
func (w *world) cron(t *testing.T) {
	w = w.sub(t)
	w.apply(fmt.Sprintf("{apiVersion: batch/v1, kind: CronJob, metadata: {name: tick}, spec: {schedule: '* * * * *', timeZone: Asia/Tokyo, jobTemplate: {spec: %s}}}", jobSpec("echo tock", "", "")))
	w.k("create", "job", "--from=cronjob/tick", "manual")
	w.ready("condition=complete", "job/manual")
	w.eventually("the first job of the clock", func() error {
		if st := w.field("cronjob/tick", ".status.lastScheduleTime}/{.status.active"); strings.HasPrefix(st, "/") || !strings.HasSuffix(st, "/") {
			return fmt.Errorf("none was started and has ended: %s", st)
		}
		return nil
	})
	var name string
	for _, n := range strings.Fields(w.field("jobs", ".items[*].metadata.name")) {
		if strings.HasPrefix(n, "tick-") {
			name = n
		}
	}
	at := w.field("job/"+name, `.metadata.annotations.batch\.kubernetes\.io/cronjob-scheduled-timestamp`)
	if !strings.HasSuffix(at, ":00+09:00") {
		t.Errorf("job %s is for %q, not a minute of Tokyo", name, at)
	}
	if out := w.k("logs", "job/"+name); !strings.Contains(out, "tock") {
		t.Errorf("it said %q", out)
	}
	if out := w.k("describe", "cronjob", "tick"); want(out, "SuccessfulCreate", "SawCompletedJob") != nil {
		t.Errorf("describe does not tell of it:\n%s", out)
	}
	w.k("patch", "cronjob", "tick", "-p", `{"spec":{"suspend":true}}`)
}
