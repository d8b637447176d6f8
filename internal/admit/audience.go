package admit

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/component-helpers/storage/ephemeral"
	csitranslation "k8s.io/csi-translation-lib"
	"k8s.io/klog/v2"

	"gantry.dev/gantry/internal/api"
)

// allowedAudience wants a node to ask only for audiences that its pod asks for: in a projected token, through the CSI
// driver of one of its volumes, or because an administrator has allowed the node this audience.
func allowedAudience(ctx context.Context, w *Write, audiences []string, pod *corev1.Pod) error {
	audience := ""
	switch len(audiences) {
	case 0:
	case 1:
		audience = audiences[0]
	default:
		return fmt.Errorf("node may only request 0 or 1 audiences")
	}
	var errs []error
	for i := range pod.Spec.Volumes {
		asks, err := asksFor(ctx, w, pod, &pod.Spec.Volumes[i], audience)
		if asks {
			return nil
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	if err := utilerrors.NewAggregate(errs); err != nil {
		return fmt.Errorf("error validating audience %q: %w", audience, err)
	}
	// The audience stands for the resource here: that is how RBAC rules name it.
	if w.May(w.GetUserInfo(), "request-serviceaccounts-token-audience", api.Resource{Name: audience}, w.GetNamespace(), w.GetName()) {
		return nil
	}
	return fmt.Errorf("audience %q not found in pod spec volume, %s is not authorized to request tokens for this audience", audience, w.GetUserInfo().GetName())
}

// asksFor says whether a volume needs a token for an audience.
func asksFor(ctx context.Context, l Lookup, pod *corev1.Pod, v *corev1.Volume, audience string) (bool, error) {
	driver, err := "", error(nil)
	switch {
	case v.Projected != nil:
		for i := range v.Projected.Sources {
			if t := v.Projected.Sources[i].ServiceAccountToken; t != nil && t.Audience == audience {
				return true, nil
			}
		}
	case v.Ephemeral != nil && v.Ephemeral.VolumeClaimTemplate != nil:
		driver, err = driverOf(ctx, l, pod.Namespace, ephemeral.VolumeClaimName(pod, v))
	case v.PersistentVolumeClaim != nil:
		driver, err = driverOf(ctx, l, pod.Namespace, v.PersistentVolumeClaim.ClaimName)
	case v.CSI != nil:
		driver = v.CSI.Driver
	case csitranslation.New().IsInlineMigratable(v):
		var pv *corev1.PersistentVolume
		pv, err = csitranslation.New().TranslateInTreeInlineVolumeToCSI(klog.FromContext(ctx), v, pod.Namespace)
		driver = csiDriver(pv)
	}
	if err != nil || driver == "" {
		return false, err
	}
	d, err := found[*storagev1.CSIDriver](l, csiDrivers, "", driver, kschema.GroupResource{Group: csiDrivers.Group, Resource: "csidriver"})
	if err != nil {
		return false, err
	}
	for i := range d.Spec.TokenRequests {
		if d.Spec.TokenRequests[i].Audience == audience {
			return true, nil
		}
	}
	return false, nil
}

// driverOf is the CSI driver behind a claim, "" if there is none. Volumes of the kinds that were once built in are looked
// through to the driver that has taken their place.
func driverOf(ctx context.Context, l Lookup, namespace, claim string) (string, error) {
	c, err := found[*corev1.PersistentVolumeClaim](l, claims, namespace, claim, corev1.Resource("persistentvolumeclaim"))
	if err != nil {
		return "", err
	}
	v, err := found[*corev1.PersistentVolume](l, volumes, "", c.Spec.VolumeName, corev1.Resource("persistentvolume"))
	if err != nil {
		return "", err
	}
	if t := csitranslation.New(); v.Spec.CSI == nil && t.IsPVMigratable(v) {
		if v, err = t.TranslateInTreePVToCSI(klog.FromContext(ctx), v.DeepCopy()); err != nil {
			return "", err
		}
	}
	return csiDriver(v), nil
}

func csiDriver(v *corev1.PersistentVolume) string {
	if v == nil || v.Spec.CSI == nil {
		return ""
	}
	return v.Spec.CSI.Driver
}

// found reads an object that has to be there; the error names it as upstream's caches do.
func found[T runtime.Object](l Lookup, r api.Resource, namespace, name string, as kschema.GroupResource) (T, error) {
	obj, ok := get[T](l, r, namespace, name)
	if !ok {
		return obj, apierrors.NewNotFound(as, name)
	}
	return obj, nil
}
