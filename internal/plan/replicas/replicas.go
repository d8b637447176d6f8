// Package replicas is the arithmetic of a ReplicaSet: which pods to create under which names, which to delete first,
// and what its status says. It is pure; package controllers/replicaset turns it into writes.
package replicas

import (
	"hash/fnv"
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
