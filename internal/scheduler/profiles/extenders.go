package profiles

import (
	"net/url"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	configv1 "k8s.io/kube-scheduler/config/v1"
)

// extenders checks what is said of extenders, and returns the resources that only they look at.
func extenders(at *field.Path, all []configv1.Extender) (ignored []string, errs field.ErrorList) {
	binders, managed := 0, sets.New[string]()
	for i := range all {
		e, at := &all[i], at.Index(i)
		if u, err := url.Parse(e.URLPrefix); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			errs = append(errs, field.Invalid(at.Child("urlPrefix"), e.URLPrefix, "must be an http or https URL"))
		}
		if e.PrioritizeVerb != "" && e.Weight <= 0 {
			errs = append(errs, field.Invalid(at.Child("weight"), e.Weight, "must have a positive weight applied to it"))
		}
		if e.HTTPTimeout.Duration < 0 {
			errs = append(errs, field.Invalid(at.Child("httpTimeout"), e.HTTPTimeout.Duration.String(), "must not be negative"))
		}
		if e.BindVerb != "" {
			if binders++; binders > 1 {
				errs = append(errs, field.Invalid(at.Child("bindVerb"), e.BindVerb, "only one extender can implement bind"))
			}
		}
		for j, r := range e.ManagedResources {
			at := at.Child("managedResources").Index(j).Child("name")
			for _, msg := range validation.IsQualifiedName(r.Name) {
				errs = append(errs, field.Invalid(at, r.Name, msg))
			}
			if !strings.Contains(r.Name, "/") || strings.Contains(r.Name, corev1.ResourceDefaultNamespacePrefix) || strings.HasPrefix(r.Name, corev1.DefaultResourceRequestsPrefix) {
				errs = append(errs, field.Invalid(at, r.Name, "is an invalid extended resource name"))
			}
			if managed.Has(r.Name) {
				errs = append(errs, field.Duplicate(at, r.Name))
			}
			managed.Insert(r.Name)
			if r.IgnoredByScheduler {
				ignored = append(ignored, r.Name)
			}
		}
	}
	return ignored, errs
}
