// Package cronjob starts Jobs at the times that CronJobs name.
//
// It reads CronJobs and Jobs. It creates and deletes Jobs and writes the status of CronJobs. It does not run anything: that
// is package job's.
//
// A Job is named after its scheduled time, so that no time has two; what has been started is read from the Jobs that there
// are, and the status follows them. A schedule without a time zone is read in UTC, whatever the machine's zone is.
package cronjob

import (
	"slices"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name:    "cronjob-controller",
		Plan:    decide,
		Why:     why,
		Refused: refused,
		Watches: map[api.Resource]reconcile.Trigger{plan.CronJobs: reconcile.Self, plan.Jobs: jobChanged},
		Writes:  []string{"cronjobs.batch/status"},
	}
}

// jobChanged wakes the controller of the job before and after the change.
func jobChanged(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	for _, rec := range []*store.Record{ev.Prev, ev.Record} {
		if rec == nil {
			continue
		}
		if ref := view.ControllerOf(s.Meta(rec)); ref != nil && ref.Kind == "CronJob" {
			keys = append(keys, plan.Beside(rec.Key, plan.CronJobs, ref.Name))
		}
	}
	return slices.Compact(keys)
}

// round is one look at a CronJob.
type round struct {
	key    api.Key
	cj     *batchv1.CronJob       // as stored; shared
	st     *batchv1.CronJobStatus // as it shall be
	now    time.Time
	jobs   []*batchv1.Job // that it controls, by name
	writes []client.Write
	events []reconcile.Event
	noted  []reconcile.Event // told with the status
	again  time.Time
}

func decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	cj, ok := view.Get[batchv1.CronJob](s, key)
	if !ok {
		return reconcile.Plan{}, nil
	}
	r := &round{key: key, cj: cj, st: cj.Status.DeepCopy(), now: now.UTC()}
	for job := range view.OwnedBy[batchv1.Job](s, plan.Jobs, key.Cluster, string(cj.UID)) {
		if job.Namespace == cj.Namespace && metav1.IsControlledBy(job, cj) {
			r.jobs = append(r.jobs, job)
		}
	}
	r.trim()
	r.follow()
	if cj.DeletionTimestamp == nil {
		r.start(func(name string) bool { return s.Record(plan.Beside(key, plan.Jobs, name)) != nil })
	}
	return r.plan(), nil
}

// plan puts the writes in order: Jobs first, then the status that tells of those that there were.
func (r *round) plan() reconcile.Plan {
	p := reconcile.Plan{Writes: r.writes, Events: r.events, Again: r.again}
	if !equality.Semantic.DeepEqual(*r.st, r.cj.Status) {
		fresh := r.cj.DeepCopy()
		fresh.Status = *r.st
		p.Writes = append(p.Writes, plan.UpdateStatus(r.key, fresh, "status"))
		for _, e := range r.noted {
			e.Of = len(p.Writes)
			p.Events = append(p.Events, e)
		}
	}
	return p
}

func (r *round) event(warning bool, reason, message string) reconcile.Event {
	return reconcile.Event{Object: r.cj, Warning: warning, Reason: reason, Message: message}
}

// warn adds an event that depends on no write.
func (r *round) warn(reason, message string) {
	r.events = append(r.events, r.event(true, reason, message))
}

// do adds a write with the event that tells of it.
func (r *round) do(w client.Write, reason, message string) {
	r.writes = append(r.writes, plan.Fenced(w, r.key, r.cj))
	e := r.event(false, reason, message)
	e.Of = len(r.writes)
	r.events = append(r.events, e)
}

// delete deletes a job with its pods, and forgets it.
func (r *round) delete(job *batchv1.Job, why string) {
	r.forget(job.UID)
	if job.DeletionTimestamp != nil {
		return // it is going already
	}
	policy := metav1.DeletePropagationBackground
	w := plan.Delete(plan.Beside(r.key, plan.Jobs, job.Name), job, why)
	w.Delete.PropagationPolicy = &policy
	r.do(w, "SuccessfulDelete", "Deleted job "+job.Name)
}

func (r *round) isActive(uid types.UID) bool {
	return slices.ContainsFunc(r.st.Active, func(ref corev1.ObjectReference) bool { return ref.UID == uid })
}

func (r *round) forget(uid types.UID) {
	r.st.Active = slices.DeleteFunc(r.st.Active, func(ref corev1.ObjectReference) bool { return ref.UID == uid })
}

// refused shows jobs that could not be created or deleted.
func refused(s *view.Snapshot, key api.Key, now time.Time, refusals []reconcile.Refusal) (p reconcile.Plan, err error) {
	cj, ok := view.Get[batchv1.CronJob](s, key)
	if !ok {
		return p, nil
	}
	r := &round{key: key, cj: cj, now: now}
	for _, x := range refusals {
		if apierrors.HasStatusCause(x.Err, corev1.NamespaceTerminatingCause) {
			continue // everything here is going away
		}
		switch x.Write.Verb {
		case client.Create:
			r.warn("FailedCreate", "Error creating job: "+x.Err.Error())
		case client.Delete:
			r.warn("FailedDelete", "Deleted job: "+x.Err.Error())
		}
	}
	return reconcile.Plan{Events: r.events}, nil
}
