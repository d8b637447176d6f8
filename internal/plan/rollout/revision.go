package rollout

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// The annotations by which kubectl and people know a rollout.
const (
	RevisionAnnotation = "deployment.kubernetes.io/revision"
	HistoryAnnotation  = "deployment.kubernetes.io/revision-history"
	DesiredAnnotation  = "deployment.kubernetes.io/desired-replicas"
	MaxAnnotation      = "deployment.kubernetes.io/max-replicas"
)

// maxHistory bounds the characters of the history annotation; upstream's figure, about a hundred revisions.
const maxHistory = 2000

// revision is the number of a set, 0 if it has none.
func revision(rs *appsv1.ReplicaSet) int64 {
	n, err := strconv.ParseInt(rs.Annotations[RevisionAnnotation], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// syncFresh brings the annotations of the new set and of the deployment up to date.
func (w *work) syncFresh() {
	if w.fresh == nil {
		return
	}
	w.annotate(w.fresh)
	if w.fresh.Spec.MinReadySeconds != w.d.Spec.MinReadySeconds {
		w.fresh.touch()
		w.fresh.Spec.MinReadySeconds = w.d.Spec.MinReadySeconds
	}
	w.revise(w.fresh.Annotations[RevisionAnnotation])
	if hasDeadline(w.d) && w.get(appsv1.DeploymentProgressing) == nil {
		w.condition(appsv1.DeploymentProgressing, corev1.ConditionTrue, "FoundNewReplicaSet", `Found new replica set "`+w.fresh.Name+`"`)
	}
}

// annotate copies the deployment's annotations to a set (the change cause among them) and gives it the next revision if
// it is not the newest already; a set that we return to remembers what it was.
func (w *work) annotate(s *set) {
	want := maps.Clone(s.Annotations)
	if want == nil {
		want = map[string]string{}
	}
	for k, v := range w.d.Annotations {
		switch k {
		case corev1.LastAppliedConfigAnnotation, RevisionAnnotation, HistoryAnnotation, DesiredAnnotation, MaxAnnotation, appsv1.DeprecatedRollbackTo:
		default:
			want[k] = v
		}
	}
	var newest int64
	for _, o := range w.sets {
		if o != s {
			newest = max(newest, revision(o.ReplicaSet))
		}
	}
	if was, had := want[RevisionAnnotation]; revision(s.ReplicaSet) < newest+1 {
		want[RevisionAnnotation] = strconv.FormatInt(newest+1, 10)
		if had {
			want[HistoryAnnotation] = history(want[HistoryAnnotation], was)
		}
	}
	if !maps.Equal(want, s.Annotations) {
		s.touch()
		s.Annotations = want
	}
}

// history appends a revision and drops the oldest where it grows too long.
func history(have, rev string) string {
	if have == "" {
		return rev
	}
	revs := append(strings.Split(have, ","), rev)
	for len(revs) > 1 && len(strings.Join(revs, ",")) > maxHistory {
		revs = revs[1:]
	}
	return strings.Join(revs, ",")
}

// revise sets the deployment's own revision.
func (w *work) revise(rev string) {
	if w.Annotations[RevisionAnnotation] == rev {
		return
	}
	a := maps.Clone(w.Annotations)
	if a == nil {
		a = map[string]string{}
	}
	a[RevisionAnnotation] = rev
	w.Annotations = a
}

func setReplicaAnnotations(rs *appsv1.ReplicaSet, desired, most int32) {
	if rs.Annotations == nil {
		rs.Annotations = map[string]string{}
	}
	rs.Annotations[DesiredAnnotation] = strconv.Itoa(int(desired))
	rs.Annotations[MaxAnnotation] = strconv.Itoa(int(most))
}

func replicaAnnotationsDiffer(rs *appsv1.ReplicaSet, desired, most int32) bool {
	return rs.Annotations[DesiredAnnotation] != strconv.Itoa(int(desired)) || rs.Annotations[MaxAnnotation] != strconv.Itoa(int(most))
}

// number reads one of the two, if it is there and makes sense.
func number(rs *appsv1.ReplicaSet, annotation string) (int32, bool) {
	n, err := strconv.ParseInt(rs.Annotations[annotation], 10, 32)
	return int32(n), err == nil && n >= 0
}

// cleanUp drops the oldest revisions beyond the limit. Sets with pods stay.
func (w *work) cleanUp() {
	if w.d.Spec.RevisionHistoryLimit == nil {
		return
	}
	old := slices.DeleteFunc(w.old(), func(s *set) bool { return s.DeletionTimestamp != nil })
	surplus := len(old) - int(*w.d.Spec.RevisionHistoryLimit)
	if surplus <= 0 {
		return
	}
	slices.SortStableFunc(old, func(a, b *set) int { return cmp.Compare(revision(a.ReplicaSet), revision(b.ReplicaSet)) })
	for _, s := range old[:surplus] {
		st := &s.ReplicaSet.Status
		if st.Replicas != 0 || s.replicas() != 0 || s.Generation > st.ObservedGeneration {
			continue
		}
		w.Delete = append(w.Delete, s.ReplicaSet)
	}
}
