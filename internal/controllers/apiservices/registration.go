package apiservices

import (
	"slices"
	"strings"
	"time"

	"k8s.io/apiextensions-apiserver/pkg/apihelpers"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// The place in discovery of groups that definitions make, and how upstream labels registrations that follow definitions.
const (
	definedGroup   = 1000
	definedVersion = 100
	followed       = "true"
)

// Registration is the row of the controller that registers what CustomResourceDefinitions make the API serve: an APIService
// for each group and version, for whoever looks there for what a cluster serves. Registrations by others are left alone.
func Registration() reconcile.Controller {
	return reconcile.Controller{
		Name: "crd-autoregistration-controller",
		Plan: register,
		Watches: map[api.Resource]reconcile.Trigger{
			resource(): reconcile.Self,
			schema.Definitions: func(s *view.Snapshot, ev store.Event) (keys []api.Key) {
				// The versions that it has now; those that it had are found by their registrations.
				if ev.Type == store.Put {
					crd := s.Definition(ev.Record)
					for _, v := range crd.Spec.Versions {
						keys = append(keys, registration(ev.Record.Key.Cluster, crd.Spec.Group, v.Name))
					}
				}
				_, group, _ := strings.Cut(ev.Record.Key.Name, ".")
				for rec := range s.Records(api.Scope{Resource: resource(), Cluster: ev.Record.Key.Cluster}) {
					if _, of, _ := strings.Cut(rec.Key.Name, "."); of == group {
						keys = append(keys, rec.Key)
					}
				}
				slices.SortFunc(keys, func(a, b api.Key) int { return strings.Compare(a.Name, b.Name) })
				return slices.Compact(keys)
			},
		},
		Writes: []string{"apiservices.apiregistration.k8s.io{" + schema.Automanaged + "}:spec,metadata.labels"},
	}
}

func registration(c api.Cluster, group, version string) api.Key {
	return api.Key{Resource: resource(), Cluster: c, Name: version + "." + group}
}

func register(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	version, group, ok := strings.Cut(key.Name, ".")
	if !ok || group == "" {
		return p, nil
	}
	a, exists := view.Get[apiregistrationv1.APIService](s, key)
	switch wanted := defined(s, key.Cluster, group, version); {
	case wanted && !exists:
		a = &apiregistrationv1.APIService{
			ObjectMeta: metav1.ObjectMeta{Name: key.Name, Labels: map[string]string{schema.Automanaged: followed}},
			Spec:       apiregistrationv1.APIServiceSpec{Group: group, Version: version, GroupPriorityMinimum: definedGroup, VersionPriority: definedVersion},
		}
		p.Writes = append(p.Writes, plan.Create(key, a, "a definition makes the API serve it"))
	case !wanted && exists && a.DeletionTimestamp == nil && a.Labels[schema.Automanaged] == followed:
		p.Writes = append(p.Writes, plan.Delete(key, a, "no definition makes the API serve it any more"))
	}
	return p, nil
}

// defined reports whether an established definition serves a group and version.
func defined(s *view.Snapshot, c api.Cluster, group, version string) bool {
	for rec := range s.Records(api.Scope{Resource: schema.Definitions, Cluster: c}) {
		if _, of, _ := strings.Cut(rec.Key.Name, "."); of != group {
			continue // a definition is named after its group
		}
		crd := s.Definition(rec)
		if !apihelpers.IsCRDConditionTrue(crd, apiextensionsv1.Established) {
			continue
		}
		if slices.ContainsFunc(crd.Spec.Versions, func(v apiextensionsv1.CustomResourceDefinitionVersion) bool {
			return v.Served && v.Name == version
		}) {
			return true
		}
	}
	return false
}
