package admit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	imagepolicyv1alpha1 "k8s.io/api/imagepolicy/v1alpha1"
	"k8s.io/apiserver/pkg/audit"
)

// ImageReviewer is the port to the server that says which images may run.
type ImageReviewer interface {
	// Review asks, or remembers what was answered. An error says that nobody could be asked.
	Review(ctx context.Context, spec imagepolicyv1alpha1.ImageReviewSpec) (imagepolicyv1alpha1.ImageReviewStatus, error)
	// DefaultAllow says what an error means.
	DefaultAllow() bool
}

const (
	// imagePolicyKey begins the keys of ImagePolicyWebhook's audit annotations.
	imagePolicyKey = "imagepolicywebhook.image-policy.k8s.io/"
	// imagePolicyNotes is in the keys of the annotations of pods that the server is shown.
	imagePolicyNotes = ".image-policy.k8s.io/"
	// failedOpenNote marks a pod that was let in because nobody could be asked.
	failedOpenNote = "alpha.image-policy.k8s.io/failed-open"
)

func imagePolicy(h *hanger, s *Settings) error {
	if s.Images == nil {
		return errors.New("no config specified")
	}
	rule := func(ctx context.Context, w *Write) error { return reviewImages(ctx, w, s.Images) }
	h.validate(writes, pods, "", entry{rule: rule})
	h.validate(updates, pods, "ephemeralcontainers", entry{rule: rule})
	return nil
}

// reviewImages is ImagePolicyWebhook.
func reviewImages(ctx context.Context, w *Write, server ImageReviewer) error {
	pod := w.GetObject().(*corev1.Pod)
	spec := imagepolicyv1alpha1.ImageReviewSpec{Namespace: w.GetNamespace(), Annotations: map[string]string{}}
	add := func(image string) {
		spec.Containers = append(spec.Containers, imagepolicyv1alpha1.ImageReviewContainerSpec{Image: image})
	}
	if w.GetSubresource() == "" {
		for i := range pod.Spec.Containers {
			add(pod.Spec.Containers[i].Image)
		}
		for i := range pod.Spec.InitContainers {
			add(pod.Spec.InitContainers[i].Image)
		}
	} else {
		for i := range pod.Spec.EphemeralContainers {
			add(pod.Spec.EphemeralContainers[i].Image)
		}
	}
	for k, v := range pod.Annotations {
		if strings.Contains(k, imagePolicyNotes) {
			spec.Annotations[k] = v
		}
	}
	status, err := server.Review(ctx, spec)
	switch {
	case err != nil && server.DefaultAllow():
		audit.AddAuditAnnotation(ctx, imagePolicyKey+"failed-open", "true")
		pod.Annotations = merged(pod.Annotations, map[string]string{failedOpenNote: "true"})
		return nil
	case err != nil:
		return w.forbid(err)
	}
	for k, v := range status.AuditAnnotations {
		audit.AddAuditAnnotation(ctx, imagePolicyKey+k, v)
	}
	switch {
	case status.Allowed:
		return nil
	case status.Reason != "":
		return w.forbid(fmt.Errorf("image policy webhook backend denied one or more images: %s", status.Reason))
	}
	return w.forbid(errors.New("one or more images rejected by webhook backend"))
}
