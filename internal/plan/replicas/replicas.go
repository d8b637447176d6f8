// Package replicas is the arithmetic of a ReplicaSet: which pods to create under which names, which to delete first,
// and what its status says. It is pure; package controllers/replicaset turns it into writes.
package replicas

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
)

// Burst bounds the creates and the deletes of one plan: with a thousand clusters one owner must not fill the queue. It is
// upstream's figure.
const Burst = 500

// Names returns n names for new pods of an owner. They are a function of the owner, of incarnation (the revision of the
// owner that asks for the pods: it moves on as soon as the status shows that they came or went) and of a slot, so that
// a repeat of the same plan chooses the same names, while a dead pod's name does not come back. Names that are taken,
// by a stranger or by an earlier run of the same plan, are passed over.
func Names(base string, owner types.UID, incarnation api.Revision, n int, taken func(string) bool) []string {
	out := make([]string, 0, n)
	chosen := make(map[string]bool, n)
	for slot := 0; len(out) < n; slot++ {
		name := Prefix(base) + suffix(owner, incarnation, slot)
		if chosen[name] || taken(name) {
			continue
		}
		chosen[name] = true
		out = append(out, name)
	}
	return out
}

const (
	// alphabet is upstream's for generated names: no vowels, no look-alikes.
	alphabet  = "bcdfghjklmnpqrstvwxz2456789"
	suffixLen = 5
	// MaxBase keeps the name of a pod within 63 characters, so that it can be its host name.
	MaxBase = 63 - suffixLen
)

// Prefix is the part of a pod's name that comes from its owner.
func Prefix(owner string) string {
	p := owner + "-"
	if len(p) > MaxBase {
		p = p[:MaxBase]
	}
	return p
}

func suffix(owner types.UID, incarnation api.Revision, slot int) string {
	h := fnv.New64a()
	for _, part := range []string{string(owner), strconv.FormatUint(uint64(incarnation), 10), strconv.Itoa(slot)} {
		h.Write([]byte(part)) // a hash never fails
		h.Write([]byte{0})
	}
	// FNV's low bits are weak on short input; fold the high half in.
	sum := h.Sum64()
	sum ^= sum >> 32
	var b [suffixLen]byte
	for i := range b {
		b[i] = alphabet[sum%uint64(len(alphabet))]
		sum /= uint64(len(alphabet))
	}
	return string(b[:])
}

// Pod is a new pod from a template.
func Pod(t *corev1.PodTemplateSpec, namespace, name string, owner metav1.OwnerReference) *corev1.Pod {
	t = t.DeepCopy()
	p := &corev1.Pod{Spec: t.Spec}
	p.Name, p.Namespace = name, namespace
	p.Labels, p.Annotations, p.Finalizers = t.Labels, t.Annotations, t.Finalizers
	p.OwnerReferences = []metav1.OwnerReference{owner}
	return p
}

// Victims returns the n pods to delete first, in upstream's order. doubled counts the active pods of the owner's family
// (all replica sets of one deployment) per node.
func Victims(pods []*corev1.Pod, n int, doubled map[string]int) []*corev1.Pod {
	if n < len(pods) {
		pods = slices.Clone(pods)
		slices.SortStableFunc(pods, func(a, b *corev1.Pod) int { return compare(a, b, doubled) })
		pods = pods[:n]
	}
	return pods
}

// compare orders a before b if a is the better victim.
func compare(a, b *corev1.Pod, doubled map[string]int) int {
	aReady, bReady := plan.Ready(a), plan.Ready(b)
	if c := cmp.Or(
		falseFirst(a.Spec.NodeName != "", b.Spec.NodeName != ""),
		cmp.Compare(phaseRank(a), phaseRank(b)),
		falseFirst(aReady, bReady),
		cmp.Compare(deletionCost(a), deletionCost(b)),
		cmp.Compare(doubled[b.Spec.NodeName], doubled[a.Spec.NodeName]),
	); c != 0 {
		return c
	}
	if aReady && bReady {
		if c := laterFirst(readySince(a), readySince(b)); c != 0 {
			return c
		}
	}
	return cmp.Or(compareRestarts(a, b), laterFirst(a.CreationTimestamp.Time, b.CreationTimestamp.Time),
		cmp.Compare(a.UID, b.UID))
}

func falseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// laterFirst puts the younger first, and what has no time yet before everything.
func laterFirst(a, b time.Time) int {
	switch {
	case a.Equal(b):
		return 0
	case a.IsZero():
		return -1
	case b.IsZero():
		return 1
	default:
		return b.Compare(a)
	}
}

func phaseRank(p *corev1.Pod) int {
	switch p.Status.Phase {
	case corev1.PodRunning:
		return 2
	case corev1.PodUnknown:
		return 1
	default:
		return 0
	}
}

func deletionCost(p *corev1.Pod) int32 {
	n, err := strconv.ParseInt(p.Annotations[corev1.PodDeletionCost], 10, 32)
	if err != nil {
		return 0 // absent; validation refuses what is not a number
	}
	return int32(n)
}

func readySince(p *corev1.Pod) time.Time {
	if c := plan.PodCondition(p, corev1.PodReady); c != nil && c.Status == corev1.ConditionTrue {
		return c.LastTransitionTime.Time
	}
	return time.Time{}
}

// compareRestarts puts the pod whose worst container has restarted more often first; sidecars count, and decide first.
func compareRestarts(a, b *corev1.Pod) int {
	ra, sa := maxRestarts(a)
	rb, sb := maxRestarts(b)
	return cmp.Or(cmp.Compare(rb, ra), cmp.Compare(sb, sa))
}

func maxRestarts(p *corev1.Pod) (regular, sidecar int32) {
	for _, c := range p.Status.ContainerStatuses {
		regular = max(regular, c.RestartCount)
	}
	for i, c := range p.Status.InitContainerStatuses {
		if i < len(p.Spec.InitContainers) && p.Spec.InitContainers[i].RestartPolicy != nil {
			sidecar = max(sidecar, c.RestartCount)
		}
	}
	return regular, sidecar
}

// Status is what the status of rs says of its pods. Conditions are kept. next is when it changes by time alone.
func Status(rs *appsv1.ReplicaSet, active []*corev1.Pod, terminating int, now time.Time) (st appsv1.ReplicaSetStatus, next time.Time) {
	st = *rs.Status.DeepCopy()
	st.Replicas, st.FullyLabeledReplicas, st.ReadyReplicas, st.AvailableReplicas = int32(len(active)), 0, 0, 0
	gone := int32(terminating)
	st.TerminatingReplicas = &gone
	template := labels.SelectorFromSet(rs.Spec.Template.Labels)
	minReady := time.Duration(rs.Spec.MinReadySeconds) * time.Second
	for _, p := range active {
		if template.Matches(labels.Set(p.Labels)) {
			st.FullyLabeledReplicas++
		}
		if plan.Ready(p) {
			st.ReadyReplicas++
		}
		ok, at := plan.Available(p, minReady, now)
		if ok {
			st.AvailableReplicas++
		}
		next = plan.Sooner(next, at)
	}
	st.ObservedGeneration = rs.Generation
	return st, next
}
