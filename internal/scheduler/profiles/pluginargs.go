package profiles

import (
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	configv1 "k8s.io/kube-scheduler/config/v1"
)

func (r *reader) affinity(at *field.Path, a *configv1.InterPodAffinityArgs) {
	if w := a.HardPodAffinityWeight; w != nil {
		if *w < 0 || *w > 100 {
			r.refuse(field.Invalid(at.Child("hardPodAffinityWeight"), *w, "must be from 0 to 100"))
		}
		r.profile.HardPodAffinityWeight = int64(*w)
	}
	r.profile.IgnorePreferredTermsOfExistingPods = a.IgnorePreferredTermsOfExistingPods
}

func (r *reader) spread(at *field.Path, a *configv1.PodTopologySpreadArgs) {
	switch a.DefaultingType {
	case "", configv1.SystemDefaulting:
		if len(a.DefaultConstraints) > 0 {
			r.refuse(field.Forbidden(at.Child("defaultConstraints"), "only with defaultingType List"))
		}
	case configv1.ListDefaulting:
		r.profile.DefaultConstraints, r.profile.SystemDefaults = a.DefaultConstraints, false
		for i := range a.DefaultConstraints {
			r.constraint(at.Child("defaultConstraints").Index(i), &a.DefaultConstraints[i], a.DefaultConstraints[:i])
		}
	default:
		r.refuse(field.NotSupported(at.Child("defaultingType"), a.DefaultingType, []string{string(configv1.SystemDefaulting), string(configv1.ListDefaulting)}))
	}
}

// constraint checks one of the constraints that pods have by default; before are those that come before it.
func (r *reader) constraint(at *field.Path, c *corev1.TopologySpreadConstraint, before []corev1.TopologySpreadConstraint) {
	if c.MaxSkew < 1 {
		r.refuse(field.Invalid(at.Child("maxSkew"), c.MaxSkew, "must be greater than zero"))
	}
	if c.TopologyKey == "" {
		r.refuse(field.Required(at.Child("topologyKey"), "can not be empty"))
	} else {
		r.label(at.Child("topologyKey"), c.TopologyKey)
	}
	if w := c.WhenUnsatisfiable; w != corev1.DoNotSchedule && w != corev1.ScheduleAnyway {
		r.refuse(field.NotSupported(at.Child("whenUnsatisfiable"), w, []string{string(corev1.DoNotSchedule), string(corev1.ScheduleAnyway)}))
	}
	if c.LabelSelector != nil {
		r.refuse(field.Forbidden(at.Child("labelSelector"), "constraint must not define a selector, as they deduced for each pod"))
	}
	if slices.ContainsFunc(before, func(o corev1.TopologySpreadConstraint) bool {
		return o.TopologyKey == c.TopologyKey && o.WhenUnsatisfiable == c.WhenUnsatisfiable
	}) {
		r.refuse(field.Duplicate(at, fmt.Sprintf("{%s, %s}", c.TopologyKey, c.WhenUnsatisfiable)))
	}
}

// preemption checks how many nodes are looked at for a pod that has to drive others out: all are, and both are minima.
func (r *reader) preemption(at *field.Path, a *configv1.DefaultPreemptionArgs) {
	share, least := at.Child("minCandidateNodesPercentage"), at.Child("minCandidateNodesAbsolute")
	const all = "all nodes are candidates, always"
	if n := a.MinCandidateNodesPercentage; n != nil {
		r.unused(share, all)
		if *n < 0 || *n > 100 {
			r.refuse(field.Invalid(share, *n, "not in valid range [0, 100]"))
		}
	}
	if n := a.MinCandidateNodesAbsolute; n != nil {
		r.unused(least, all)
		switch p := a.MinCandidateNodesPercentage; {
		case *n < 0:
			r.refuse(field.Invalid(least, *n, "not in valid range [0, inf)"))
		case *n == 0 && p != nil && *p == 0:
			r.refuse(field.Invalid(least, *n, "cannot be zero at the same time as minCandidateNodesPercentage"))
		}
	}
}

func (r *reader) volumes(at *field.Path, a *configv1.VolumeBindingArgs) {
	if n := a.BindTimeoutSeconds; n != nil {
		if *n < 0 || *n > maxBackoff {
			r.refuse(field.Invalid(at.Child("bindTimeoutSeconds"), *n, fmt.Sprintf("must be from 0 to %d", maxBackoff)))
		}
		r.profile.VolumeWait = time.Duration(*n) * time.Second
	}
	if a.Shape != nil {
		r.refuse(field.Forbidden(at.Child("shape"), "the feature gate StorageCapacityScoring is off, and there is no switch for it"))
	}
}

func (r *reader) devices(at *field.Path, a *configv1.DynamicResourcesArgs) {
	if d := a.FilterTimeout; d != nil {
		if d.Duration < 0 {
			r.refuse(field.Invalid(at.Child("filterTimeout"), d.Duration.String(), "must be zero or positive"))
		}
		r.profile.DeviceSearch = d.Duration
	}
	if d := a.BindingTimeout; d != nil {
		if d.Duration < time.Second {
			r.refuse(field.Invalid(at.Child("bindingTimeout"), d.Duration.String(), "must be at least 1 second"))
		}
		r.profile.DeviceWait = d.Duration
	}
}
