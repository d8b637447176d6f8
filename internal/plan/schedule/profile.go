package schedule

import (
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
)

// Profile is how the pods of one scheduler name are scheduled: which plugins look at them, with which weights and
// settings. It is a value that is never changed once a State has it.
type Profile struct {
	// Name is what pods say in spec.schedulerName.
	Name string
	// Off are the names of filters that are not asked.
	Off []string
	// Weights of the plugins that score, by name; those without one do not score.
	Weights map[string]int64
	// NoPreemption says that nobody is moved for pods of this profile.
	NoPreemption bool

	Fit Fit
	// Balance are the resources that BalancedAllocation compares; their weights are not used, as in upstream.
	Balance []ResourceWeight
	// Added is a node affinity that all pods of the profile have besides their own.
	Added *corev1.NodeAffinity
	// HardPodAffinityWeight is what a required affinity of a placed pod is worth to a pod that matches it.
	HardPodAffinityWeight int64
	// IgnorePreferredTermsOfExistingPods passes over preferences of placed pods where the incoming pod has none.
	IgnorePreferredTermsOfExistingPods bool
	// DefaultConstraints spread pods that have no constraints of their own, by what selects their siblings. SystemDefaults
	// says that they are upstream's own, which do not demand that a node has all of the keys.
	DefaultConstraints []corev1.TopologySpreadConstraint
	SystemDefaults     bool

	// VolumeWait is how long a pod keeps its place on a node while its volumes are made and bound there, DeviceWait how long while
	// its devices become ready. Then another node may do better.
	VolumeWait, DeviceWait time.Duration
	// DeviceSearch bounds the search for the devices of one pod on one node; 0 does not.
	DeviceSearch time.Duration

	compiled *compiledProfile
}

// Asks reports whether a filter is asked.
func (p *Profile) Asks(filter string) bool { return !slices.Contains(p.Off, filter) }

// Fit is the settings of NodeResourcesFit.
type Fit struct {
	Strategy  Strategy
	Resources []ResourceWeight
	// Shape is how RequestedToCapacityRatio values utilisation, by rising utilisation.
	Shape []ShapePoint
	// IgnoredResources are extended resources that are not checked; IgnoredGroups are the prefixes of such.
	IgnoredResources, IgnoredGroups []string
}

// Strategy is how NodeResourcesFit compares nodes.
type Strategy string

const (
	LeastAllocated           Strategy = "LeastAllocated"
	MostAllocated            Strategy = "MostAllocated"
	RequestedToCapacityRatio Strategy = "RequestedToCapacityRatio"
)

// ResourceWeight is a resource that counts for a score, and how much.
type ResourceWeight struct {
	Name   corev1.ResourceName
	Weight int64
}

// ShapePoint says what a utilisation in percent is worth, from 0 to 100.
type ShapePoint struct{ Utilization, Score int64 }

// compiledProfile is a profile in the form that is fast to ask.
type compiledProfile struct {
	on       [filters]bool
	weights  [scorers]int64
	topBase  int64 // the highest base score
	required *nodeaffinity.NodeSelector
	prefer   *nodeaffinity.PreferredSchedulingTerms
}

// DefaultProfile has upstream's defaults, but for DeviceSearch. Upstream gives that ten seconds in a scheduler of its own; here all
// clusters wait meanwhile, and a search that finds anything takes a thousandth.
func DefaultProfile() *Profile {
	even := []ResourceWeight{{corev1.ResourceCPU, 1}, {corev1.ResourceMemory, 1}}
	return &Profile{
		Name: corev1.DefaultSchedulerName,
		Weights: map[string]int64{TaintToleration: 3, NodeAffinity: 2, PodTopologySpread: 2, InterPodAffinity: 2,
			NodeResourcesFit: 1, BalancedAllocation: 1, ImageLocality: 1, DynamicResources: 2},
		Fit:                   Fit{Strategy: LeastAllocated, Resources: even},
		Balance:               even,
		HardPodAffinityWeight: 1,
		DefaultConstraints: []corev1.TopologySpreadConstraint{
			{TopologyKey: corev1.LabelHostname, WhenUnsatisfiable: corev1.ScheduleAnyway, MaxSkew: 3},
			{TopologyKey: corev1.LabelTopologyZone, WhenUnsatisfiable: corev1.ScheduleAnyway, MaxSkew: 5},
		},
		SystemDefaults: true,
		VolumeWait:     10 * time.Minute,
		DeviceWait:     10 * time.Minute,
		DeviceSearch:   time.Second,
	}
}

// Compile checks a profile and makes it ready for use. Names of plugins that do not exist, and affinities that cannot be
// parsed, are errors.
func (p *Profile) Compile() (*Profile, error) {
	c := &compiledProfile{}
	for i := range c.on {
		c.on[i] = true
	}
	for _, name := range p.Off {
		f := slices.Index(filterNames[:], name)
		if f < 0 {
			return nil, fmt.Errorf("profile %s: there is no filter %q", p.Name, name)
		}
		c.on[f] = false
	}
	for name, w := range p.Weights {
		s := slices.Index(scorerNames[:], name)
		if s < 0 {
			return nil, fmt.Errorf("profile %s: plugin %q does not score", p.Name, name)
		}
		c.weights[s] = w
	}
	c.topBase = maxScore * (c.weights[scoreFit] + c.weights[scoreBalance] + c.weights[scoreImages] + c.weights[scoreCost])
	if a := p.Added; a != nil {
		var err error
		if ns := a.RequiredDuringSchedulingIgnoredDuringExecution; ns != nil {
			if c.required, err = nodeaffinity.NewNodeSelector(ns); err != nil {
				return nil, fmt.Errorf("profile %s: added required node affinity: %w", p.Name, err)
			}
		}
		if terms := a.PreferredDuringSchedulingIgnoredDuringExecution; len(terms) > 0 {
			if c.prefer, err = nodeaffinity.NewPreferredSchedulingTerms(terms); err != nil {
				return nil, fmt.Errorf("profile %s: added preferred node affinity: %w", p.Name, err)
			}
		}
	}
	out := *p
	out.compiled = c
	return &out, nil
}
