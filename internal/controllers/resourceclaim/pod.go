package resourceclaim

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/dynamic-resource-allocation/resourceclaim"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/devices"
	"gantry.dev/gantry/internal/plan/history"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// maxBase leaves room for a hash within the 63 characters that such a name has; upstream shortens to as many.
const maxBase = 52

func decidePod(s *view.Snapshot, key api.Key) (reconcile.Plan, error) {
	var p reconcile.Plan
	pod, ok := view.Get[corev1.Pod](s, key)
	if !ok || pod.DeletionTimestamp != nil || done(pod) {
		return p, nil
	}
	var fresh []corev1.PodResourceClaimStatus
	for i := range pod.Spec.ResourceClaims {
		pc := &pod.Spec.ResourceClaims[i]
		name, create, err := generate(s, key, pod, pc)
		switch {
		case err != nil:
			p.Events = append(p.Events, failed(pod, pc.Name, err))
		case create != nil:
			p.Writes = append(p.Writes, plan.Create(plan.Beside(key, devices.Claims, create.Name), create, "the pod's claim "+pc.Name))
		case name != "":
			fresh = append(fresh, corev1.PodResourceClaimStatus{Name: pc.Name, ResourceClaimName: &name})
		}
	}
	if fresh != nil {
		named := pod.DeepCopy()
		named.Status.ResourceClaimStatuses = append(slices.DeleteFunc(named.Status.ResourceClaimStatuses, func(old corev1.PodResourceClaimStatus) bool {
			return slices.ContainsFunc(fresh, func(st corev1.PodResourceClaimStatus) bool { return st.Name == old.Name })
		}), fresh...)
		p.Writes = append(p.Writes, plan.UpdateStatus(key, named, "its claims are made"))
	}
	if pod.Spec.NodeName != "" { // else it is the scheduler's
		p.Writes = append(p.Writes, reserve(s, key, pod)...)
	}
	return p, nil
}

// generate looks after one claim of a pod that is made from a template: it is created, or its name is to be written into the
// pod's status. Nothing is returned where nothing is to be done.
func generate(s *view.Snapshot, key api.Key, pod *corev1.Pod, pc *corev1.PodResourceClaim) (name string, create *resourceapi.ResourceClaim, err error) {
	known, owned, err := resourceclaim.Name(pod, pc)
	switch {
	case errors.Is(err, resourceclaim.ErrClaimNotFound):
	case err != nil:
		return "", nil, fmt.Errorf("checking for claim before creating it: %w", err)
	case known == nil:
		return "", nil, nil
	default:
		claim, ok := view.Get[resourceapi.ResourceClaim](s, plan.Beside(key, devices.Claims, *known))
		if ok && (!owned || resourceclaim.IsForPod(pod, claim, false) == nil) {
			return "", nil, nil
		}
	}
	if pc.ResourceClaimTemplateName == nil {
		return "", nil, nil
	}
	for claim := range view.OwnedBy[resourceapi.ResourceClaim](s, devices.Claims, key.Cluster, string(pod.UID)) {
		if claim.Namespace == pod.Namespace && claim.Annotations[resourceapi.PodResourceClaimAnnotation] == pc.Name && claim.DeletionTimestamp == nil && metav1.IsControlledBy(claim, pod) {
			return claim.Name, nil, nil
		}
	}
	t, ok := view.Get[resourceapi.ResourceClaimTemplate](s, plan.Beside(key, devices.Templates, *pc.ResourceClaimTemplateName))
	if !ok {
		return "", nil, fmt.Errorf("resource claim template %q: resourceclaimtemplate.resource.k8s.io %q not found", *pc.ResourceClaimTemplateName, *pc.ResourceClaimTemplateName)
	}
	annotations := map[string]string{}
	maps.Copy(annotations, t.Spec.Annotations)
	annotations[resourceapi.PodResourceClaimAnnotation] = pc.Name
	ref := plan.ControllerRef(pod, "v1", "Pod")
	ref.BlockOwnerDeletion = nil
	return "", &resourceapi.ResourceClaim{Spec: *t.Spec.Spec.DeepCopy(), ObjectMeta: metav1.ObjectMeta{Namespace: pod.Namespace, Name: freeName(s, key, pod, pc.Name),
		Labels: maps.Clone(t.Spec.Labels), Annotations: annotations, OwnerReferences: []metav1.OwnerReference{ref}}}, nil
}

// freeName is the name of the claim for a pod: the same for a repetition, unless another has taken it.
func freeName(s *view.Snapshot, key api.Key, pod *corev1.Pod, claim string) string {
	base := pod.Name + "-" + claim
	if len(base) > maxBase { // both are shortened, so that the claim's name is not lost behind a long pod's
		base = pod.Name[:len(pod.Name)*maxBase/(len(base)+1)] + "-" + claim[:len(claim)*maxBase/(len(base)+1)]
	}
	for taken := int32(0); ; taken++ {
		name := base + "-" + history.DataHash([]byte(string(pod.UID)+"/"+claim), taken)
		if s.Record(plan.Beside(key, devices.Claims, name)) == nil {
			return name
		}
	}
}

// reserve has the claims of a pod that has a node know of it.
func reserve(s *view.Snapshot, key api.Key, pod *corev1.Pod) (out []client.Write) {
	for i := range pod.Spec.ResourceClaims {
		name, owned, err := resourceclaim.Name(pod, &pod.Spec.ResourceClaims[i])
		if err != nil || name == nil {
			continue
		}
		ckey := plan.Beside(key, devices.Claims, *name)
		claim, ok := view.Get[resourceapi.ResourceClaim](s, ckey)
		if !ok || owned && resourceclaim.IsForPod(pod, claim, false) != nil || done(pod) {
			continue
		}
		if claim.Status.Allocation == nil || resourceclaim.IsReservedForPod(pod, claim, false) || !resourceclaim.CanBeReserved(claim) {
			continue
		}
		fresh := claim.DeepCopy()
		fresh.Status.ReservedFor = append(fresh.Status.ReservedFor, resourceapi.ResourceClaimConsumerReference{Resource: "pods", Name: pod.Name, UID: pod.UID})
		out = append(out, plan.UpdateStatus(ckey, fresh, "pod "+pod.Name+" uses it"))
	}
	return out
}

func failed(pod *corev1.Pod, claim string, err error) reconcile.Event {
	return reconcile.Event{Object: pod, Warning: true, Reason: "FailedResourceClaimCreation", Message: fmt.Sprintf("PodResourceClaim %s: %v", claim, err)}
}

// refused shows on the pod why a claim was not taken.
func refused(s *view.Snapshot, key api.Key, _ time.Time, refusals []reconcile.Refusal) (reconcile.Plan, error) {
	var p reconcile.Plan
	if key.Resource != plan.Pods {
		return p, nil
	}
	pod, ok := view.Get[corev1.Pod](s, key)
	if !ok {
		return p, nil
	}
	for _, r := range refusals {
		if claim, ok := r.Write.Object.(*resourceapi.ResourceClaim); ok && r.Write.Verb == client.Create {
			p.Events = append(p.Events, failed(pod, claim.Annotations[resourceapi.PodResourceClaimAnnotation], fmt.Errorf("create ResourceClaim %s: %w", claim.Name, r.Err)))
		}
	}
	return p, nil
}
