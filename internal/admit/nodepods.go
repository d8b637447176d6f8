package admit

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apiserver/pkg/admission"
)

// nodePod lets a node create the mirrors of its static pods and delete pods that are bound to it.
func nodePod(w *Write, node string) error {
	switch w.GetOperation() {
	case admission.Create:
		return mirrorOf(w, w.GetObject().(*corev1.Pod), node)
	case admission.Delete:
		pod, ok := get[*corev1.Pod](w, pods, w.GetNamespace(), w.GetName())
		if !ok {
			return apierrors.NewNotFound(corev1.Resource("pod"), w.GetName())
		}
		if pod.Spec.NodeName != node {
			return w.forbid(fmt.Errorf("node %q can only delete pods with spec.nodeName set to itself", node))
		}
		return nil
	}
	return w.forbid(fmt.Errorf("unexpected operation %q, node %q can only create and delete mirror pods", w.GetOperation(), node))
}

func mirrorOf(w *Write, pod *corev1.Pod, name string) error {
	switch {
	case !mirror(pod):
		return w.forbid(fmt.Errorf("pod does not have %q annotation, node %q can only create mirror pods", corev1.MirrorPodAnnotationKey, name))
	case pod.Spec.NodeName != name:
		return w.forbid(fmt.Errorf("node %q can only create pods with spec.nodeName set to itself", name))
	case len(pod.OwnerReferences) > 1:
		return w.forbid(fmt.Errorf("node %q can only create pods with a single owner reference set to itself", name))
	case len(pod.OwnerReferences) == 0:
		return w.forbid(fmt.Errorf("node %q can only create pods with an owner reference set to itself", name))
	}
	switch owner := pod.OwnerReferences[0]; {
	case owner.APIVersion != "v1" || owner.Kind != "Node" || owner.Name != name:
		return w.forbid(fmt.Errorf("node %q can only create pods with an owner reference set to itself", name))
	case owner.Controller == nil || !*owner.Controller:
		return w.forbid(fmt.Errorf("node %q can only create pods with a controller owner reference set to itself", name))
	case owner.BlockOwnerDeletion != nil && *owner.BlockOwnerDeletion:
		return w.forbid(fmt.Errorf("node %q must not set blockOwnerDeletion on an owner reference", name))
	default:
		node, ok := get[*corev1.Node](w, nodes, "", name)
		if !ok {
			return apierrors.NewNotFound(corev1.Resource("node"), name)
		}
		if owner.UID != node.UID {
			return w.forbid(fmt.Errorf("node %s UID mismatch: expected %s got %s", name, owner.UID, node.UID))
		}
	}
	what, err := referenced(pod)
	if err != nil {
		return w.forbid(fmt.Errorf("error checking mirror pod for API references: %w", err))
	}
	if what != "" {
		return w.forbid(fmt.Errorf("node %q can not create pods that reference %s", name, what))
	}
	return nil
}

// nodePodStatus lets a node report on its pods, but not relabel them or give them devices.
func nodePodStatus(w *Write, node string) error {
	if w.GetOperation() != admission.Update {
		return w.forbid(fmt.Errorf("unexpected operation %q", w.GetOperation()))
	}
	pod, old := w.GetObject().(*corev1.Pod), w.GetOldObject().(*corev1.Pod)
	switch {
	case old.Spec.NodeName != node:
		return w.forbid(fmt.Errorf("node %q can only update pod status for pods with spec.nodeName set to itself", node))
	case !maps.Equal(old.Labels, pod.Labels):
		return w.forbid(fmt.Errorf("node %q cannot update labels through pod status", node))
	case !slices.EqualFunc(old.Status.ResourceClaimStatuses, pod.Status.ResourceClaimStatuses, func(a, b corev1.PodResourceClaimStatus) bool {
		return equality.Semantic.DeepEqual(a, b)
	}):
		return w.forbid(fmt.Errorf("node %q cannot update resource claim statues", node))
	case !equality.Semantic.DeepEqual(old.Status.ExtendedResourceClaimStatus, pod.Status.ExtendedResourceClaimStatus):
		return w.forbid(fmt.Errorf("node %q cannot update extended resource claim status", node))
	}
	return nil
}

func nodeEviction(w *Write, node string) error {
	if w.GetOperation() != admission.Create {
		return w.forbid(fmt.Errorf("unexpected operation %s", w.GetOperation()))
	}
	pod, ok := get[*corev1.Pod](w, pods, w.GetNamespace(), w.GetName())
	if !ok {
		return apierrors.NewNotFound(corev1.Resource("pod"), w.GetName())
	}
	if pod.Spec.NodeName != node {
		return w.forbid(fmt.Errorf("node %s can only evict pods with spec.nodeName set to itself", node))
	}
	return nil
}
