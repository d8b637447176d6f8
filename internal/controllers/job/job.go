// Package job runs pods to their end as Jobs ask: so many completions, so many at a time, plain or by index, with
// back-off, failure and success policies.
//
// It reads Jobs and Pods, and Workloads and PodGroups where Jobs have them (group.go). It creates and deletes pods, adopts and releases them, and writes the status of Jobs. It does not
// restart, place or evict anything.
//
// Accounting is exact. Every pod of a job carries the finalizer batch.kubernetes.io/job-tracking, so that none can vanish
// before it is counted, and counting takes three steps that are each safe to repeat: a pod that has ended is noted in the
// stored status (its UID in uncountedTerminatedPods, or its index in completedIndexes); only then is its finalizer removed,
// fenced by the revision of that status; only then does the UID become a number. A plan never does two of these for one pod,
// so the process may die between any two writes.
//
// The end comes in two steps as well: SuccessCriteriaMet or FailureTarget is stored first, then pods are deleted, and when
// the last has ended and is counted, Complete or Failed follows.
package job

import (
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/plan/replicas"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// Controllers are the rows of this controller: the one of Jobs, and the one that frees pods which no Job will count. groups says that
// GroupGate is on, and its kinds are served.
func Controllers(groups bool) []reconcile.Controller {
	watches := map[api.Resource]reconcile.Trigger{}
	writes := []string{"jobs.batch/status", "pods:metadata.ownerReferences=Job", "pods{of Job}:metadata.finalizers[" + batchv1.JobTrackingFinalizer + "]"}
	if groups {
		watches[gang.Workloads], watches[gang.Native] = workloadChanged, groupChanged
		writes = append(writes, "workloads.scheduling.k8s.io{of Job}:metadata.name", "podgroups.scheduling.k8s.io{of Job}:metadata.name")
	}
	owners := replicas.Owners{Resource: plan.Jobs, Kind: "Job", Selecting: selecting}
	watches[plan.Jobs], watches[plan.Pods] = reconcile.Self, owners.PodChanged
	return []reconcile.Controller{{
		Name: "job-controller",
		Plan: func(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
			return decide(s, key, now, groups)
		},
		Refused:  refused,
		Counters: counters(),
		Watches:  watches,
		Writes:   writes,
	}, {
		Name:    "job-orphan-pods",
		Plan:    free,
		Watches: map[api.Resource]reconcile.Trigger{plan.Jobs: jobEnded, plan.Pods: podLost},
		Writes:  []string{"pods{of no Job}:metadata.finalizers[" + batchv1.JobTrackingFinalizer + "]"},
	}}
}

func selecting(s *view.Snapshot, scope api.Scope, labels map[string]string) (names []string) {
	for job := range view.List[batchv1.Job](s, scope) {
		if plan.Selects(job.Spec.Selector, labels) {
			names = append(names, job.Name)
		}
	}
	return names
}

func decide(s *view.Snapshot, key api.Key, now time.Time, groups bool) (reconcile.Plan, error) {
	job, ok := view.Get[batchv1.Job](s, key)
	if !ok || foreign(job) || finished(job) {
		return reconcile.Plan{}, nil
	}
	if m := job.Spec.CompletionMode; m != nil && *m != batchv1.NonIndexedCompletion && *m != batchv1.IndexedCompletion {
		return reconcile.Plan{Events: []reconcile.Event{{Object: job, Warning: true, Reason: "UnknownCompletionMode",
			Message: "Skipped Job sync because completion mode is unknown"}}}, nil
	}
	pods, writes, err := claim(s, key, job)
	if err != nil || len(writes) > 0 {
		return reconcile.Plan{Writes: writes, Note: "pods are adopted and released before they are counted"}, err
	}
	c := look(key, job, pods, now)
	if groups {
		group, why, p := groupOf(s, key, job, pods)
		if len(p.Writes) > 0 {
			return p, nil
		}
		c.group, c.why = group, why
	}
	c.judge()
	if c.verdict == nil {
		c.manage(s)
	} else if c.stored {
		c.stop()
	}
	c.account()
	c.end()
	return c.plan(), nil
}

// claim returns the pods that the job controls, with the writes that make it so: adopted pods get the finalizer with the
// owner, released ones lose both.
func claim(s *view.Snapshot, key api.Key, job *batchv1.Job) ([]*corev1.Pod, []client.Write, error) {
	sel, err := metav1.LabelSelectorAsSelector(job.Spec.Selector)
	if err != nil {
		return nil, nil, err
	}
	c := plan.Claim[*corev1.Pod]{Owner: job, OwnerKey: key, Ref: controllerRef(job), Selector: sel, Resource: plan.Pods}
	for p := range plan.Family[corev1.Pod](s, key, job, plan.Pods) {
		c.Consider(p)
	}
	for _, w := range c.Writes {
		p := w.Object.(*corev1.Pod) // a copy that Claim made
		p.Finalizers = untracked(p)
		if plan.OwnedBy(p, job.UID) {
			p.Finalizers = append(p.Finalizers, batchv1.JobTrackingFinalizer)
		}
	}
	return c.Mine, c.Writes, nil
}

func controllerRef(job *batchv1.Job) metav1.OwnerReference {
	return plan.ControllerRef(job, "batch/v1", "Job")
}

// refused shows pods that could not be created or deleted as events: a Job has no condition for that.
func refused(s *view.Snapshot, key api.Key, _ time.Time, refusals []reconcile.Refusal) (p reconcile.Plan, err error) {
	job, ok := view.Get[batchv1.Job](s, key)
	if !ok {
		return p, nil
	}
	for _, r := range refusals {
		if apierrors.HasStatusCause(r.Err, corev1.NamespaceTerminatingCause) {
			continue // everything here is going away
		}
		switch r.Write.Verb {
		case client.Create:
			p.Events = append(p.Events, reconcile.Event{Object: job, Warning: true, Reason: "FailedCreate", Message: "Error creating: " + r.Err.Error()})
		case client.Delete:
			p.Events = append(p.Events, reconcile.Event{Object: job, Warning: true, Reason: "FailedDelete", Message: "Error deleting: " + r.Err.Error()})
		}
	}
	return p, nil
}
