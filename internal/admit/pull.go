package admit

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// image is one that a pod names: where, and its pull policy.
type image struct {
	name   string
	path   *field.Path
	policy *corev1.PullPolicy
}

// imagesOf are the images of all containers of a pod, in the order in which they are checked.
func imagesOf(spec *corev1.PodSpec) (out []image) {
	at := field.NewPath("spec")
	for i := range spec.InitContainers {
		c := &spec.InitContainers[i]
		out = append(out, image{c.Image, at.Child("initContainers").Index(i), &c.ImagePullPolicy})
	}
	for i := range spec.Containers {
		c := &spec.Containers[i]
		out = append(out, image{c.Image, at.Child("containers").Index(i), &c.ImagePullPolicy})
	}
	for i := range spec.EphemeralContainers {
		c := &spec.EphemeralContainers[i]
		out = append(out, image{c.Image, at.Child("ephemeralContainers").Index(i), &c.ImagePullPolicy})
	}
	return out
}

// newImages says whether an update brings an image that the pod has not had. Others need not be pulled.
func newImages(w *Write) bool {
	old, ok := w.GetOldObject().(*corev1.Pod)
	if !ok {
		return true
	}
	had := map[string]bool{}
	for _, i := range imagesOf(&old.Spec) {
		had[i.name] = true
	}
	for _, i := range imagesOf(&w.GetObject().(*corev1.Pod).Spec) {
		if !had[i.name] {
			return true
		}
	}
	return false
}

// alwaysPull is AlwaysPullImages: who may not pull an image may not run it either.
func alwaysPull(_ context.Context, w *Write) error {
	if !newImages(w) {
		return nil
	}
	spec := &w.GetObject().(*corev1.Pod).Spec
	for _, i := range imagesOf(spec) {
		*i.policy = corev1.PullAlways
	}
	for i := range spec.Volumes {
		if v := spec.Volumes[i].Image; v != nil {
			v.PullPolicy = corev1.PullAlways
		}
	}
	return nil
}

func checkAlwaysPull(_ context.Context, w *Write) error {
	if !newImages(w) {
		return nil
	}
	spec := &w.GetObject().(*corev1.Pod).Spec
	var errs []error
	check := func(at *field.Path, policy corev1.PullPolicy) {
		if policy != corev1.PullAlways {
			errs = append(errs, w.forbid(field.NotSupported(at, policy, []string{string(corev1.PullAlways)})))
		}
	}
	for _, i := range imagesOf(spec) {
		check(i.path.Child("imagePullPolicy"), *i.policy)
	}
	for i := range spec.Volumes {
		if v := spec.Volumes[i].Image; v != nil {
			check(field.NewPath("spec", "volumes").Index(i).Child("image", "pullPolicy"), v.PullPolicy)
		}
	}
	return utilerrors.NewAggregate(errs)
}
