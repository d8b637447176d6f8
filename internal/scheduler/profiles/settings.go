package profiles

import (
	"cmp"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"
	configv1 "k8s.io/kube-scheduler/config/v1"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/plan/schedule"
)

// settings reads the arguments of plugins.
func (r *reader) settings(at *field.Path, configs []configv1.PluginConfig) {
	seen := sets.New[string]()
	for i, c := range configs {
		at := at.Index(i)
		if seen.Has(c.Name) {
			r.refuse(field.Duplicate(at.Child("name"), c.Name))
			continue
		}
		seen.Insert(c.Name)
		at = at.Child("args")
		switch c.Name {
		case schedule.NodeResourcesFit:
			if a := args[configv1.NodeResourcesFitArgs](r, at, c); a != nil {
				r.fit(at, a)
			}
		case schedule.BalancedAllocation:
			if a := args[configv1.NodeResourcesBalancedAllocationArgs](r, at, c); a != nil && len(a.Resources) > 0 {
				r.profile.Balance = r.resources(at.Child("resources"), a.Resources, 1)
			}
		case schedule.NodeAffinity:
			if a := args[configv1.NodeAffinityArgs](r, at, c); a != nil {
				r.profile.Added = a.AddedAffinity
			}
		case schedule.InterPodAffinity:
			if a := args[configv1.InterPodAffinityArgs](r, at, c); a != nil {
				r.affinity(at, a)
			}
		case schedule.PodTopologySpread:
			if a := args[configv1.PodTopologySpreadArgs](r, at, c); a != nil {
				r.spread(at, a)
			}
		case schedule.DefaultPreemption:
			if a := args[configv1.DefaultPreemptionArgs](r, at, c); a != nil {
				r.preemption(at, a)
			}
		case schedule.VolumeBinding:
			if a := args[configv1.VolumeBindingArgs](r, at, c); a != nil {
				r.volumes(at, a)
			}
		case schedule.DynamicResources:
			if a := args[configv1.DynamicResourcesArgs](r, at, c); a != nil {
				r.devices(at, a)
			}
		default:
			r.refuse(field.NotSupported(at, c.Name, []string{schedule.NodeResourcesFit, schedule.BalancedAllocation, schedule.NodeAffinity, schedule.InterPodAffinity,
				schedule.PodTopologySpread, schedule.DefaultPreemption, schedule.VolumeBinding, schedule.DynamicResources}))
		}
	}
}

// args reads one plugin's arguments, nil if they are none or wrong.
func args[T any](r *reader, at *field.Path, c configv1.PluginConfig) *T {
	if len(c.Args.Raw) == 0 {
		return nil
	}
	var kind metav1.TypeMeta
	out := new(T)
	err := yaml.UnmarshalStrict(c.Args.Raw, out)
	if err == nil {
		err = yaml.Unmarshal(c.Args.Raw, &kind)
	}
	if err != nil {
		r.refuse(field.Invalid(at, string(c.Args.Raw), err.Error()))
		return nil
	}
	if k := kind.Kind; k != "" && k != c.Name+"Args" {
		r.refuse(field.NotSupported(at.Child("kind"), k, []string{c.Name + "Args"}))
	}
	if v := kind.APIVersion; v != "" && v != configv1.SchemeGroupVersion.String() {
		r.refuse(field.NotSupported(at.Child("apiVersion"), v, []string{configv1.SchemeGroupVersion.String()}))
	}
	return out
}

func (r *reader) fit(at *field.Path, a *configv1.NodeResourcesFitArgs) {
	f := &r.profile.Fit
	f.IgnoredResources, f.IgnoredGroups = a.IgnoredResources, a.IgnoredResourceGroups
	for i, name := range a.IgnoredResources {
		r.label(at.Child("ignoredResources").Index(i), name)
	}
	for i, group := range a.IgnoredResourceGroups {
		at := at.Child("ignoredResourceGroups").Index(i)
		if r.label(at, group); strings.Contains(group, "/") {
			r.refuse(field.Invalid(at, group, "resource group name can't contain '/'"))
		}
	}
	s := a.ScoringStrategy
	if s == nil {
		return
	}
	at = at.Child("scoringStrategy")
	switch s.Type {
	case configv1.LeastAllocated, configv1.MostAllocated:
		f.Strategy = schedule.Strategy(s.Type)
		if s.RequestedToCapacityRatio != nil {
			r.refuse(field.Forbidden(at.Child("requestedToCapacityRatio"), "only with type RequestedToCapacityRatio"))
		}
	case configv1.RequestedToCapacityRatio:
		f.Strategy = schedule.RequestedToCapacityRatio
		if s.RequestedToCapacityRatio == nil {
			r.refuse(field.Required(at.Child("requestedToCapacityRatio"), "type RequestedToCapacityRatio needs a shape"))
			return
		}
		f.Shape = r.shape(at.Child("requestedToCapacityRatio", "shape"), s.RequestedToCapacityRatio.Shape)
	default:
		r.refuse(field.NotSupported(at.Child("type"), s.Type, []string{string(configv1.LeastAllocated), string(configv1.MostAllocated), string(configv1.RequestedToCapacityRatio)}))
	}
	if len(s.Resources) > 0 {
		f.Resources = r.resources(at.Child("resources"), s.Resources, 100)
	}
}

// label refuses what cannot be the key of a label.
func (r *reader) label(at *field.Path, name string) {
	*r.errs = append(*r.errs, metav1validation.ValidateLabelName(name, at)...)
}

// resources reads what a score looks at; a weight that is not said is 1.
func (r *reader) resources(at *field.Path, specs []configv1.ResourceSpec, most int64) (out []schedule.ResourceWeight) {
	seen := sets.New[string]()
	for i, s := range specs {
		w := cmp.Or(s.Weight, 1)
		if w < 1 || w > most {
			r.refuse(field.Invalid(at.Index(i).Child("weight"), s.Weight, fmt.Sprintf("must be from 1 to %d", most)))
		}
		if s.Name == "" {
			r.refuse(field.Required(at.Index(i).Child("name"), ""))
		}
		if seen.Has(s.Name) {
			r.refuse(field.Duplicate(at.Index(i).Child("name"), s.Name))
		}
		seen.Insert(s.Name)
		out = append(out, schedule.ResourceWeight{Name: corev1.ResourceName(s.Name), Weight: w})
	}
	return out
}

// shape reads a broken line. Its scores go from 0 to 10, ours to 100.
func (r *reader) shape(at *field.Path, points []configv1.UtilizationShapePoint) (out []schedule.ShapePoint) {
	if len(points) == 0 {
		r.refuse(field.Required(at, "at least one point"))
	}
	for i, p := range points {
		if p.Utilization < 0 || p.Utilization > 100 || i > 0 && p.Utilization <= points[i-1].Utilization {
			r.refuse(field.Invalid(at.Index(i).Child("utilization"), p.Utilization, "must be from 0 to 100 and rise from point to point"))
		}
		if p.Score < 0 || p.Score > 10 {
			r.refuse(field.Invalid(at.Index(i).Child("score"), p.Score, "must be from 0 to 10"))
		}
		out = append(out, schedule.ShapePoint{Utilization: int64(p.Utilization), Score: 10 * int64(p.Score)})
	}
	return out
}
