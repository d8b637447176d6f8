package schema

import (
	"hash/maphash"
	"maps"
	"slices"
	"strings"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// alikeKept bounds the labels, and the owners, that are remembered: the pods of so many ReplicaSets share theirs.
const alikeKept = 4096

// alike lets the metadata of records share what many of them have in common: the pods of a set have the same labels and the
// same owner. What is shared is never changed, and holds strings of its own: nothing of the object that it was first seen in
// is kept alive by it. What is not found is simply kept twice.
type alike struct {
	seed   maphash.Seed
	mu     sync.Mutex
	labels map[uint64]map[string]string
	owners map[uint64][]metav1.OwnerReference
}

func newAlike() *alike {
	return &alike{seed: maphash.MakeSeed(), labels: map[uint64]map[string]string{}, owners: map[uint64][]metav1.OwnerReference{}}
}

// share makes the labels and owners of a record's meta those that others hold already, or copies.
func (a *alike) share(m *Meta) *Meta {
	m.Labels, m.Owners = a.shareLabels(m.Labels), a.shareOwners(m.Owners)
	return m
}

// shareLabels returns equal labels that others hold already, or a copy.
func (a *alike) shareLabels(l map[string]string) map[string]string {
	if len(l) == 0 {
		return nil
	}
	var sum uint64 // the order of a map is none
	for k, v := range l {
		sum += maphash.String(a.seed, k) ^ 31*maphash.String(a.seed, v)
	}
	return share(a, a.labels, sum, l, maps.Equal, func(l map[string]string) map[string]string {
		own := make(map[string]string, len(l))
		for k, v := range l {
			own[strings.Clone(k)] = strings.Clone(v)
		}
		return own
	})
}

// shareOwners is shareLabels for owners.
func (a *alike) shareOwners(o []metav1.OwnerReference) []metav1.OwnerReference {
	if len(o) == 0 {
		return nil
	}
	return share(a, a.owners, maphash.String(a.seed, string(o[0].UID)), o, func(x, y []metav1.OwnerReference) bool {
		return slices.EqualFunc(x, y, sameOwner)
	}, func(o []metav1.OwnerReference) []metav1.OwnerReference {
		own := make([]metav1.OwnerReference, len(o))
		for i := range o {
			own[i] = *o[i].DeepCopy()
			own[i].UID = types.UID(strings.Clone(string(o[i].UID)))
			for _, s := range []*string{&own[i].APIVersion, &own[i].Kind, &own[i].Name} {
				*s = strings.Clone(*s)
			}
		}
		return own
	})
}

func share[T any](a *alike, known map[uint64]T, sum uint64, v T, same func(x, y T) bool, copied func(T) T) T {
	a.mu.Lock()
	defer a.mu.Unlock()
	if k, ok := known[sum]; ok && same(k, v) {
		return k
	}
	if len(known) >= alikeKept {
		clear(known) // those in use come back
	}
	v = copied(v)
	known[sum] = v
	return v
}

func sameOwner(x, y metav1.OwnerReference) bool {
	same := func(a, b *bool) bool { return a == b || a != nil && b != nil && *a == *b }
	return x.UID == y.UID && x.Name == y.Name && x.Kind == y.Kind && x.APIVersion == y.APIVersion &&
		same(x.Controller, y.Controller) && same(x.BlockOwnerDeletion, y.BlockOwnerDeletion)
}
