package cronjob

import (
	"errors"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // time zones are the API's, not the machine's

	"github.com/robfig/cron/v3"
	batchv1 "k8s.io/api/batch/v1"

	"gantry.dev/gantry/internal/plan"
)

const (
	// skew is how long after a scheduled time a plan is due, against clocks that are set back a little. Upstream's figure.
	skew = 100 * time.Millisecond
	// manyMissed is the number of missed times that is worth a warning: more than a long weekend of hourly jobs.
	manyMissed = 100
)

// start creates the job of the latest time that has none, if the policies allow it.
func (r *round) start(exists func(name string) bool) {
	cj := r.cj
	if zone := cj.Spec.TimeZone; zone != nil {
		if _, err := time.LoadLocation(*zone); err != nil {
			r.warn("UnknownTimeZone", fmt.Sprintf("invalid timeZone: %q: %s", *zone, err))
			return
		}
	}
	if cj.Spec.Suspend != nil && *cj.Spec.Suspend {
		return
	}
	sched, err := r.schedule()
	if err != nil {
		r.warn("UnparseableSchedule", fmt.Sprintf("unparseable schedule: %q : %s", cj.Spec.Schedule, err))
		return
	}
	at, missed, err := latest(sched, r.since(true), r.now)
	if err != nil {
		r.warn("InvalidSchedule", fmt.Sprintf("invalid schedule: %s : %s", cj.Spec.Schedule, err))
		return
	}
	r.again = r.next(sched)
	if at.IsZero() {
		return
	}
	if missed > manyMissed {
		r.warn("TooManyMissedTimes", "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew")
	}
	name := jobName(cj, at)
	switch d := cj.Spec.StartingDeadlineSeconds; {
	case d != nil && at.Add(time.Duration(*d)*time.Second).Before(r.now):
		r.warn("MissSchedule", "Missed scheduled time to start a job: "+at.UTC().Format(time.RFC1123Z))
	case r.st.LastScheduleTime != nil && r.st.LastScheduleTime.Time.Equal(at), exists(name):
		// It has been started, or a stranger has the name.
	case cj.Spec.ConcurrencyPolicy == batchv1.ForbidConcurrent && len(r.st.Active) > 0:
		r.events = append(r.events, r.event(false, "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid"))
	case cj.Spec.ConcurrencyPolicy == batchv1.ReplaceConcurrent && r.replace():
		// The next plan starts it: if the deletion is refused, there must not be two.
	default:
		r.do(plan.Create(plan.Beside(r.key, plan.Jobs, name), r.job(at), "its time has come"), "SuccessfulCreate", "Created job "+name)
	}
}

// replace deletes the jobs that still run, and reports whether there were any.
func (r *round) replace() (found bool) {
	for _, job := range r.jobs {
		if r.isActive(job.UID) {
			r.delete(job, "replaced by the next")
			found = true
		}
	}
	return found
}

// schedule reads the schedule in its time zone.
func (r *round) schedule() (cron.Schedule, error) {
	text := r.cj.Spec.Schedule
	if strings.Contains(text, "TZ") {
		r.warn("UnsupportedSchedule", fmt.Sprintf("CRON_TZ or TZ used in schedule %q is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details", text))
	} else if zone := r.cj.Spec.TimeZone; zone != nil {
		text = "TZ=" + *zone + " " + text
	}
	return parse(text)
}

// parse reads a schedule; the library panics on some that validation of older objects let pass.
func parse(text string) (s cron.Schedule, err error) {
	defer func() {
		if v := recover(); v != nil {
			s, err = nil, fmt.Errorf("invalid schedule format: %v", v)
		}
	}()
	return cron.ParseStandard(text)
}

// zoneOf is the time zone of a CronJob.
func zoneOf(cj *batchv1.CronJob) *time.Location {
	if cj.Spec.TimeZone != nil {
		if zone, err := time.LoadLocation(*cj.Spec.TimeZone); err == nil {
			return zone
		}
	}
	return time.UTC
}

// since is the time after which a start may be missing: the last start, else the creation, and, if within is set, not
// longer ago than the deadline for starting.
func (r *round) since(within bool) time.Time {
	t := r.cj.CreationTimestamp.Time
	if last := r.st.LastScheduleTime; last != nil {
		t = last.Time
	}
	if d := r.cj.Spec.StartingDeadlineSeconds; within && d != nil {
		if oldest := r.now.Add(-time.Duration(*d) * time.Second); oldest.After(t) {
			t = oldest
		}
	}
	return t.UTC()
}

// next is when the plan is due again: at the first scheduled time to come.
func (r *round) next(sched cron.Schedule) time.Time {
	last := r.since(false)
	at, missed, err := latest(sched, last, r.now)
	switch {
	case !at.IsZero():
		last = at
	case err != nil || missed > 0:
		last = r.now
	}
	t := sched.Next(last)
	if t.IsZero() {
		return t // no such date is to come
	}
	return t.Add(skew)
}

// latest is the last scheduled time after since and up to now, zero if there is none, and about how many there were.
func latest(sched cron.Schedule, since, now time.Time) (at time.Time, missed int64, err error) {
	first := sched.Next(since)
	second := sched.Next(first)
	if !first.IsZero() && now.Before(first) {
		return time.Time{}, 0, nil
	}
	if !first.IsZero() && now.Before(second) {
		return first, 0, nil
	}
	gap := int64(second.Sub(first).Round(time.Second).Seconds())
	if gap < 1 {
		return time.Time{}, 0, errors.New("time difference between two schedules is less than 1 second") // 31 February
	}
	missed = int64(now.Sub(first).Seconds())/gap + 1
	// Most schedules are regular: begin one gap before the last time, and go on from there.
	for t := sched.Next(first.Add(time.Duration((missed-2)*gap) * time.Second)); !t.IsZero() && !t.After(now); t = sched.Next(t) {
		at = t
	}
	return at, missed, nil
}
