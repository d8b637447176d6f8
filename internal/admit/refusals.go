package admit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// never is AlwaysDeny.
func never(_ context.Context, w *Write) error {
	return w.forbid(errors.New("admission control is denying all modifications"))
}

// namespaceExists is NamespaceExists. New content finds it out earlier, when the namespace is guarded.
func namespaceExists(_ context.Context, w *Write) error {
	if w.GetNamespace() == "" || resourceOf(w) == namespaces || w.Object(namespaces, "", w.GetNamespace()) != nil {
		return nil
	}
	return apierrors.NewNotFound(corev1.Resource("namespaces"), w.GetNamespace())
}

// hostAntiAffinity is LimitPodHardAntiAffinityTopology: a pod may keep others away from its node, not from a whole zone.
func hostAntiAffinity(_ context.Context, w *Write) error {
	pod := w.GetObject().(*corev1.Pod)
	if pod.Spec.Affinity == nil || pod.Spec.Affinity.PodAntiAffinity == nil {
		return nil
	}
	for _, term := range pod.Spec.Affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution {
		if term.TopologyKey != corev1.LabelHostname {
			return apierrors.NewForbidden(w.GetResource().GroupResource(), pod.Name,
				fmt.Errorf("affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey %v but only key %v is allowed", term.TopologyKey, corev1.LabelHostname))
		}
	}
	return nil
}

// noExternalIPs is DenyServiceExternalIPs: a Service may keep or drop those that it has.
func noExternalIPs(_ context.Context, w *Write) error {
	var had []string
	if old, ok := w.GetOldObject().(*corev1.Service); ok {
		had = old.Spec.ExternalIPs
	}
	for _, ip := range w.GetObject().(*corev1.Service).Spec.ExternalIPs {
		if !slices.Contains(had, ip) {
			return w.forbid(errors.New("Use of external IPs is denied by admission control"))
		}
	}
	return nil
}
