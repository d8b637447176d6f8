package namespace

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/view"
)

// remains is what is left in a namespace.
type remains struct {
	total      int
	count      map[api.Resource]int
	finalizers map[string]int // objects that each finalizer holds
}

func look(s *view.Snapshot, key api.Key, resources []api.Resource) remains {
	left := remains{count: map[api.Resource]int{}, finalizers: map[string]int{}}
	for _, r := range resources {
		for rec := range s.Records(api.Scope{Resource: r, Cluster: key.Cluster, Namespace: key.Name}) {
			left.total++
			left.count[r]++
			for _, f := range s.Meta(rec).Finalizers {
				left.finalizers[f]++
			}
		}
	}
	return left
}

// status has upstream's five conditions. Discovery fails where an extension server is away; group versions cannot fail here.
func status(ns *corev1.Namespace, left remains, others *abroad, now time.Time) corev1.NamespaceStatus {
	st := *ns.Status.DeepCopy()
	st.Phase = corev1.NamespaceTerminating
	set := func(t corev1.NamespaceConditionType, bad bool, reason, message string) {
		setCondition(&st, t, bad, reason, message, now)
	}
	if len(others.away) > 0 {
		set(corev1.NamespaceDeletionDiscoveryFailure, true, "DiscoveryFailed", others.discovery())
	} else {
		set(corev1.NamespaceDeletionDiscoveryFailure, false, "ResourcesDiscovered", "All resources successfully discovered")
	}
	set(corev1.NamespaceDeletionGVParsingFailure, false, "ParsedGroupVersions", "All legacy kube types successfully parsed")
	if len(others.failed) > 0 {
		set(corev1.NamespaceDeletionContentFailure, true, "ContentDeletionFailed",
			fmt.Sprintf("Failed to delete all resource types, %d remaining: %s", len(others.failed), strings.Join(others.failed, ", ")))
	} else {
		set(corev1.NamespaceDeletionContentFailure, false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization")
	}
	if left.total > 0 {
		set(corev1.NamespaceContentRemaining, true, "SomeResourcesRemain", "Some resources are remaining: "+resources(left.count))
	} else {
		set(corev1.NamespaceContentRemaining, false, "ContentRemoved", "All content successfully removed")
	}
	if len(left.finalizers) > 0 {
		set(corev1.NamespaceFinalizersRemaining, true, "SomeFinalizersRemain", "Some content in the namespace has finalizers remaining: "+finalizers(left.finalizers))
	} else {
		set(corev1.NamespaceFinalizersRemaining, false, "ContentHasNoFinalizers", "All content-preserving finalizers finished")
	}
	return st
}

// setCondition sets one condition; its time moves with its status only.
func setCondition(st *corev1.NamespaceStatus, t corev1.NamespaceConditionType, bad bool, reason, message string, now time.Time) {
	c := corev1.NamespaceCondition{Type: t, Status: corev1.ConditionFalse, Reason: reason, Message: message, LastTransitionTime: metav1.NewTime(now)}
	if bad {
		c.Status = corev1.ConditionTrue
	}
	for i := range st.Conditions {
		old := &st.Conditions[i]
		if old.Type != t {
			continue
		}
		if old.Status == c.Status {
			c.LastTransitionTime = old.LastTransitionTime
		}
		*old = c
		return
	}
	st.Conditions = append(st.Conditions, c)
}

func resources(count map[api.Resource]int) string {
	var out []string
	for _, r := range slices.SortedFunc(maps.Keys(count), api.Resource.Compare) {
		name := r.Name + "."
		if r.Group != "" {
			name = r.String()
		}
		out = append(out, fmt.Sprintf("%s has %d resource instances", name, count[r]))
	}
	return strings.Join(out, ", ")
}

func finalizers(count map[string]int) string {
	var out []string
	for _, f := range slices.Sorted(maps.Keys(count)) {
		out = append(out, fmt.Sprintf("%s in %d resource instances", f, count[f]))
	}
	return strings.Join(out, ", ")
}
