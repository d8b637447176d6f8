package cronjob

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/plan"
)

// trim deletes the oldest of the ended jobs beyond the history limits.
func (r *round) trim() {
	r.keep(batchv1.JobComplete, r.cj.Spec.SuccessfulJobsHistoryLimit)
	r.keep(batchv1.JobFailed, r.cj.Spec.FailedJobsHistoryLimit)
}

func (r *round) keep(how batchv1.JobConditionType, limit *int32) {
	if limit == nil {
		return
	}
	var ended []*batchv1.Job
	for _, job := range r.jobs {
		if end, _ := plan.JobEnd(job); end == how {
			ended = append(ended, job)
		}
	}
	slices.SortFunc(ended, func(a, b *batchv1.Job) int {
		return cmp.Or(began(a).Compare(began(b)), cmp.Compare(a.Name, b.Name))
	})
	for _, job := range ended[:max(0, len(ended)-int(*limit))] {
		r.delete(job, "more ended jobs than the history keeps")
	}
}

// began orders jobs; one that has not begun is the youngest.
func began(job *batchv1.Job) time.Time {
	if job.Status.StartTime == nil {
		return time.Unix(1<<40, 0)
	}
	return job.Status.StartTime.Time
}

// follow brings the status up to what the jobs say: those that we started and those that have ended.
func (r *round) follow() {
	known := map[string]bool{}
	for _, job := range r.jobs {
		known[string(job.UID)] = true
		at, ours := r.scheduled(job)
		news := ours && (r.st.LastScheduleTime == nil || at.After(r.st.LastScheduleTime.Time))
		if news {
			r.st.LastScheduleTime = &metav1.Time{Time: at}
		}
		how, _ := plan.JobEnd(job)
		active := r.isActive(job.UID)
		switch {
		case how != "":
			if active || news {
				r.forget(job.UID)
				r.noted = append(r.noted, r.event(false, "SawCompletedJob", fmt.Sprintf("Saw completed job: %s, condition: %v", job.Name, how)))
			}
			if end := job.Status.CompletionTime; how == batchv1.JobComplete && end != nil &&
				(r.st.LastSuccessfulTime == nil || end.After(r.st.LastSuccessfulTime.Time)) {
				r.st.LastSuccessfulTime = end.DeepCopy()
			}
		case active || job.DeletionTimestamp != nil:
		case ours:
			r.st.Active = append(r.st.Active, corev1.ObjectReference{Kind: "Job", APIVersion: "batch/v1", Namespace: job.Namespace, Name: job.Name,
				UID: job.UID, ResourceVersion: job.ResourceVersion})
		default:
			r.warn("UnexpectedJob", "Saw a job that the controller did not create or forgot: "+job.Name)
		}
	}
	for _, ref := range slices.Clone(r.st.Active) {
		if !known[string(ref.UID)] {
			r.forget(ref.UID)
			r.noted = append(r.noted, r.event(false, "MissingJob", "Active job went missing: "+ref.Name))
		}
	}
}

// scheduled is the time that a job was started for, if we started it.
func (r *round) scheduled(job *batchv1.Job) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339, job.Annotations[batchv1.CronJobScheduledTimestampAnnotation])
	return at, err == nil && job.Name == jobName(r.cj, at)
}

// jobName is the name of the job of a scheduled time, in minutes: no schedule is finer.
func jobName(cj *batchv1.CronJob, at time.Time) string {
	return fmt.Sprintf("%s-%d", cj.Name, at.Unix()/60)
}

// job is a new job for a scheduled time.
func (r *round) job(at time.Time) *batchv1.Job {
	t := r.cj.Spec.JobTemplate.DeepCopy()
	notes := map[string]string{}
	maps.Copy(notes, t.Annotations)
	notes[batchv1.CronJobScheduledTimestampAnnotation] = at.In(zoneOf(r.cj)).Format(time.RFC3339)
	return &batchv1.Job{Spec: t.Spec, ObjectMeta: metav1.ObjectMeta{Namespace: r.cj.Namespace, Name: jobName(r.cj, at), Labels: t.Labels, Annotations: notes,
		OwnerReferences: []metav1.OwnerReference{plan.ControllerRef(r.cj, "batch/v1", "CronJob")}}}
}
