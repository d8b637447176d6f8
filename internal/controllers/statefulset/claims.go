package statefulset

import (
	"maps"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view"
)

func claimName(set *appsv1.StatefulSet, t *corev1.PersistentVolumeClaim, ordinal int) string {
	return t.Name + "-" + set.Name + "-" + strconv.Itoa(ordinal)
}

// claim is the claim of a template that a place has, or nil.
func (w *work) claim(t *corev1.PersistentVolumeClaim, ordinal int) *corev1.PersistentVolumeClaim {
	c, _ := view.Get[corev1.PersistentVolumeClaim](w.s, plan.Beside(w.key, plan.VolumeClaims, claimName(w.set, t, ordinal)))
	return c
}

// claims creates the claims that a pod lacks. It reports false, and says so, if one is being deleted: then the pod must
// wait until it is gone.
func (w *work) claims(p *corev1.Pod, ordinal int) bool {
	ok := true
	for i := range w.set.Spec.VolumeClaimTemplates {
		t := &w.set.Spec.VolumeClaimTemplates[i]
		switch have := w.claim(t, ordinal); {
		case have == nil:
			c := newClaim(w.set, t, ordinal)
			c.OwnerReferences = wanted(nil, w.set, p, false)
			w.do(plan.Create(plan.Beside(w.key, plan.VolumeClaims, c.Name), c, "pod "+p.Name+" needs it"), "SuccessfulCreate",
				"Create Claim "+c.Name+" Pod "+p.Name+" in StatefulSet "+w.set.Name+" success")
		case have.DeletionTimestamp != nil:
			ok = false
			w.wait("waiting for claim %s, which is being deleted, to be gone", have.Name)
			if w.s.Record(plan.Beside(w.key, plan.Pods, p.Name)) == nil {
				w.warn("FailedCreate", failed("Create", p.Name, w.set.Name, "pvc "+have.Name+" is being deleted"))
			}
		}
	}
	return ok
}

func newClaim(set *appsv1.StatefulSet, t *corev1.PersistentVolumeClaim, ordinal int) *corev1.PersistentVolumeClaim {
	c := &corev1.PersistentVolumeClaim{Spec: *t.Spec.DeepCopy()}
	c.Name, c.Namespace = claimName(set, t, ordinal), set.Namespace
	c.Annotations, c.Finalizers = maps.Clone(t.Annotations), t.Finalizers
	c.Labels = map[string]string{}
	maps.Copy(c.Labels, t.Labels)
	maps.Copy(c.Labels, set.Spec.Selector.MatchLabels)
	return c
}

// stale reports whether a claim still belongs to an earlier pod of this name, and will be deleted with it: the new pod
// must not get data that is about to vanish.
func (w *work) stale(p *corev1.Pod, ordinal int) bool {
	if policy(w.set).WhenScaled == appsv1.RetainPersistentVolumeClaimRetentionPolicyType {
		return false
	}
	for i := range w.set.Spec.VolumeClaimTemplates {
		if c := w.claim(&w.set.Spec.VolumeClaimTemplates[i], ordinal); c != nil && strange(c.OwnerReferences, w.set, p, ofPod) {
			return true
		}
	}
	return false
}

// own returns the writes that give the claims of a pod the owners that the set's retention policy wants. p, if it does
// not exist yet, has no UID.
func (w *work) own(p *corev1.Pod, ordinal int) (writes []client.Write) {
	condemned := !w.has(ordinal)
	for i := range w.set.Spec.VolumeClaimTemplates {
		c := w.claim(&w.set.Spec.VolumeClaimTemplates[i], ordinal)
		if c == nil || settledOwners(c, w.set, p, condemned) {
			continue
		}
		if contested(c, w.set, p) {
			// The words, with their slip, are upstream's.
			w.warn("ConflictingController", "PersistentVolumeClaim "+c.Name+
				" has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim")
		}
		fresh := c.DeepCopy()
		fresh.OwnerReferences = wanted(c, w.set, p, condemned)
		writes = append(writes, plan.Update(plan.Beside(w.key, plan.VolumeClaims, c.Name), fresh, "owners by the retention policy"))
	}
	return writes
}

// release sets the owners of the claims of condemned pods. Only when they are set may the pods go: a claim without
// owner would stay for ever. It reports whether that is so.
func (w *work) release() bool {
	before := len(w.Writes)
	for _, p := range w.condemned {
		for _, wr := range w.own(p, ordinalOf(p)) {
			w.do(wr, "", "")
		}
	}
	if len(w.Writes) > before {
		w.Again = w.now
		return false
	}
	return true
}

func policy(set *appsv1.StatefulSet) appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy {
	if p := set.Spec.PersistentVolumeClaimRetentionPolicy; p != nil {
		return *p
	}
	return appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy{WhenDeleted: appsv1.RetainPersistentVolumeClaimRetentionPolicyType,
		WhenScaled: appsv1.RetainPersistentVolumeClaimRetentionPolicyType}
}

type owner func(r *metav1.OwnerReference, set *appsv1.StatefulSet, p *corev1.Pod) (named, same bool)

func ofSet(r *metav1.OwnerReference, set *appsv1.StatefulSet, _ *corev1.Pod) (named, same bool) {
	return r.APIVersion == "apps/v1" && r.Kind == kind && r.Name == set.Name, r.UID == set.UID
}

func ofPod(r *metav1.OwnerReference, _ *appsv1.StatefulSet, p *corev1.Pod) (named, same bool) {
	return r.APIVersion == "v1" && r.Kind == "Pod" && r.Name == p.Name, r.UID == p.UID
}

// strange reports whether a reference names the owner but means an earlier one of its name.
func strange(refs []metav1.OwnerReference, set *appsv1.StatefulSet, p *corev1.Pod, of owner) bool {
	for i := range refs {
		if named, same := of(&refs[i], set, p); named {
			return !same
		}
	}
	return false
}

// contested reports whether somebody else controls a claim that the retention policy would have us control.
func contested(c *corev1.PersistentVolumeClaim, set *appsv1.StatefulSet, p *corev1.Pod) bool {
	const retain = appsv1.RetainPersistentVolumeClaimRetentionPolicyType
	if pol := policy(set); pol.WhenScaled == retain && pol.WhenDeleted == retain {
		return false
	}
	for i := range c.OwnerReferences {
		r := &c.OwnerReferences[i]
		bySet, _ := ofSet(r, set, p)
		byPod, _ := ofPod(r, set, p)
		if !bySet && !byPod && r.Controller != nil && *r.Controller {
			return true
		}
	}
	return false
}

// wants says who should control a claim: the set if it goes with the set, the pod if it goes with a pod that is scaled
// down.
func wants(set *appsv1.StatefulSet, condemned bool) (bySet, byPod bool) {
	const remove = appsv1.DeletePersistentVolumeClaimRetentionPolicyType
	pol := policy(set)
	byPod = pol.WhenScaled == remove && condemned
	return pol.WhenDeleted == remove && !byPod, byPod
}

// settledOwners reports whether the owners of a claim are to stay as they are.
func settledOwners(c *corev1.PersistentVolumeClaim, set *appsv1.StatefulSet, p *corev1.Pod, condemned bool) bool {
	if strange(c.OwnerReferences, set, p, ofSet) || strange(c.OwnerReferences, set, p, ofPod) {
		return true // of an earlier set or pod: the garbage collector's business
	}
	hasSet, hasPod := plan.OwnedBy(c, set.UID), p.UID != "" && plan.OwnedBy(c, p.UID)
	if contested(c, set, p) {
		return !hasSet && !hasPod
	}
	for _, r := range c.OwnerReferences {
		if (r.UID == set.UID || r.UID == p.UID && p.UID != "") && (r.Controller == nil || !*r.Controller) {
			return false
		}
	}
	bySet, byPod := wants(set, condemned)
	return bySet == hasSet && byPod == hasPod
}

// wanted are the owner references that a claim should have; c is nil for one that does not exist yet.
func wanted(c *corev1.PersistentVolumeClaim, set *appsv1.StatefulSet, p *corev1.Pod, condemned bool) (refs []metav1.OwnerReference) {
	if c != nil {
		for _, r := range c.OwnerReferences {
			bySet, _ := ofSet(&r, set, p)
			byPod, _ := ofPod(&r, set, p)
			if !bySet && !byPod {
				refs = append(refs, r)
			}
		}
		if contested(c, set, p) {
			return refs
		}
	}
	bySet, byPod := wants(set, condemned)
	if bySet {
		refs = append(refs, ref(set))
	}
	if byPod {
		refs = append(refs, plan.ControllerRef(p, "v1", "Pod"))
	}
	return refs
}
