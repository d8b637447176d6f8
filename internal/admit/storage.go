package admit

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/admission"
)

const (
	// defaultStorageMark and betaStorageMark say that a StorageClass is the default one.
	defaultStorageMark = "storageclass.kubernetes.io/is-default-class"
	betaStorageMark    = "storageclass.beta.kubernetes.io/is-default-class"
	// ingressClassNote is how an Ingress named its class before there was a field.
	ingressClassNote = "kubernetes.io/ingress.class"
)

// newest picks among default classes as upstream: the one that was made last, by name if at the same time.
func newest[T metav1.Object](classes []T) (best T, ok bool) {
	if len(classes) == 0 {
		return best, false
	}
	return slices.MinFunc(classes, func(a, b T) int {
		return cmp.Or(b.GetCreationTimestamp().Compare(a.GetCreationTimestamp().Time), cmp.Compare(a.GetName(), b.GetName()))
	}), true
}

// marked are the objects whose annotation says "true".
func marked[T metav1.Object](objs []T, keys ...string) (out []T) {
	for _, o := range objs {
		if slices.ContainsFunc(keys, func(k string) bool { return o.GetAnnotations()[k] == "true" }) {
			out = append(out, o)
		}
	}
	return out
}

// defaultStorageClass gives a claim that does not say the class that the administrator has marked. An empty name is a
// choice, too.
func defaultStorageClass(_ context.Context, w *Write) error {
	claim := w.GetObject().(*corev1.PersistentVolumeClaim)
	if _, found := claim.Annotations[corev1.BetaStorageClassAnnotation]; found || claim.Spec.StorageClassName != nil {
		return nil
	}
	var classes []*storagev1.StorageClass
	for _, obj := range w.Objects(storageClasses, "") {
		classes = append(classes, obj.(*storagev1.StorageClass))
	}
	if class, ok := DefaultStorageClass(classes); ok {
		claim.Spec.StorageClassName = &class.Name
	}
	return nil
}

// DefaultStorageClass is the class that claims get which do not say, if there is one.
func DefaultStorageClass(classes []*storagev1.StorageClass) (*storagev1.StorageClass, bool) {
	return newest(marked(classes, defaultStorageMark, betaStorageMark))
}

// classless looks for a class in the note alone: the field needs the typed object.
func classless(a admission.Attributes, l Lookup) bool {
	m := metaOf(a.GetObject())
	_, noted := m.GetAnnotations()[ingressClassNote]
	return !noted && l.Holds(ingressClasses, "")
}

func defaultIngressClass(_ context.Context, w *Write) error {
	ing := w.GetObject().(*networkingv1.Ingress)
	if ing.Spec.IngressClassName != nil {
		return nil
	}
	var classes []*networkingv1.IngressClass
	for _, obj := range w.Objects(ingressClasses, "") {
		classes = append(classes, obj.(*networkingv1.IngressClass))
	}
	if class, ok := newest(marked(classes, networkingv1.AnnotationIsDefaultIngressClass)); ok {
		ing.Spec.IngressClassName = &class.Name
	}
	return nil
}

// protection is the finalizer that holds an object while it is in use; the protection controllers take it off.
func protection(a admission.Attributes) string {
	switch resourceOf(a) {
	case claims:
		return "kubernetes.io/pvc-protection"
	case volumes:
		return "kubernetes.io/pv-protection"
	case podGroups:
		return "scheduling.k8s.io/podgroup-protection"
	default:
		return "kubernetes.io/vac-protection"
	}
}

func unprotected(a admission.Attributes, _ Lookup) bool {
	m := metaOf(a.GetObject())
	return m != nil && !slices.Contains(m.GetFinalizers(), protection(a))
}

func protect(_ context.Context, w *Write) error {
	m := metaOf(w.GetObject())
	m.SetFinalizers(append(slices.Clone(m.GetFinalizers()), protection(w)))
	return nil
}

// claimResize lets only bound claims grow whose class allows it.
func claimResize(_ context.Context, w *Write) error {
	claim, old := w.GetObject().(*corev1.PersistentVolumeClaim), w.GetOldObject().(*corev1.PersistentVolumeClaim)
	if claim.Spec.Resources.Requests.Storage().Cmp(*old.Spec.Resources.Requests.Storage()) <= 0 {
		return nil
	}
	if old.Status.Phase != corev1.ClaimBound {
		return w.forbid(fmt.Errorf("Only bound persistent volume claims can be expanded"))
	}
	name := storageClassOf(claim)
	class, ok := get[*storagev1.StorageClass](w, storageClasses, "", name)
	if name == "" || name != storageClassOf(old) || !ok || class.AllowVolumeExpansion == nil || !*class.AllowVolumeExpansion {
		return w.forbid(fmt.Errorf("only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"))
	}
	return nil
}

func storageClassOf(claim *corev1.PersistentVolumeClaim) string {
	if class, ok := claim.Annotations[corev1.BetaStorageClassAnnotation]; ok {
		return class
	}
	if claim.Spec.StorageClassName != nil {
		return *claim.Spec.StorageClassName
	}
	return ""
}
