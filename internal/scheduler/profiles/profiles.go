// Package profiles reads a KubeSchedulerConfiguration (kubescheduler.config.k8s.io/v1) into the profiles that the scheduler
// decides by. It is strict: a field that is unknown, or that Gantry does not have, is an error that names it, never passed
// over.
package profiles

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	configv1 "k8s.io/kube-scheduler/config/v1"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/plan/schedule"
)

const kind = "KubeSchedulerConfiguration"

// Configuration is what a file says.
type Configuration struct {
	// Profiles are compiled.
	Profiles  []*schedule.Profile
	Extenders []configv1.Extender
}

// Read reads a configuration. The error names all fields that are wrong.
func Read(raw []byte) (*Configuration, error) {
	cfg := &configv1.KubeSchedulerConfiguration{}
	if err := yaml.UnmarshalStrict(raw, cfg); err != nil {
		return nil, fmt.Errorf("reading a %s: %w", kind, err)
	}
	if cfg.APIVersion != configv1.SchemeGroupVersion.String() || cfg.Kind != kind {
		return nil, fmt.Errorf("reading a %s: it says apiVersion %q and kind %q, want %q and %q", kind, cfg.APIVersion, cfg.Kind, configv1.SchemeGroupVersion, kind)
	}
	errs := unsupported(cfg)
	ignored, wrong := extenders(field.NewPath("extenders"), cfg.Extenders)
	errs = append(errs, wrong...)
	if len(cfg.Profiles) == 0 {
		cfg.Profiles = []configv1.KubeSchedulerProfile{{}}
	}
	var out []*schedule.Profile
	names := sets.New[string]()
	for i := range cfg.Profiles {
		p := &cfg.Profiles[i]
		at := field.NewPath("profiles").Index(i)
		r := &reader{profile: schedule.DefaultProfile(), errs: &errs}
		if p.SchedulerName != nil {
			r.profile.Name = *p.SchedulerName
		} else if len(cfg.Profiles) > 1 {
			errs = append(errs, field.Required(at.Child("schedulerName"), "with several profiles each needs a name"))
		}
		for _, msg := range validation.IsDNS1123Subdomain(r.profile.Name) {
			errs = append(errs, field.Invalid(at.Child("schedulerName"), r.profile.Name, msg))
		}
		if names.Has(r.profile.Name) {
			errs = append(errs, field.Duplicate(at.Child("schedulerName"), r.profile.Name))
		}
		names.Insert(r.profile.Name)
		r.whole(at.Child("percentageOfNodesToScore"), p.PercentageOfNodesToScore)
		r.plugins(at.Child("plugins"), p.Plugins)
		r.settings(at.Child("pluginConfig"), p.PluginConfig)
		r.profile.Fit.IgnoredResources = append(slices.Clone(r.profile.Fit.IgnoredResources), ignored...)
		out = append(out, r.profile)
	}
	if len(errs) > 0 {
		return nil, errs.ToAggregate()
	}
	for i, p := range out {
		var err error
		if out[i], err = p.Compile(); err != nil {
			return nil, err
		}
	}
	return &Configuration{Profiles: out, Extenders: cfg.Extenders}, nil
}

// unsupported refuses what is set outside of the profiles. A scheduler in the server's process has no client, no election and
// no listener of its own.
func unsupported(cfg *configv1.KubeSchedulerConfiguration) (errs field.ErrorList) {
	no := func(set bool, name, why string) {
		if set {
			errs = append(errs, field.Forbidden(field.NewPath(name), why))
		}
	}
	const inProcess = "the scheduler is part of the server and has none"
	no(cfg.Parallelism != nil, "parallelism", "not supported: decisions are made one by one from columns")
	no(cfg.LeaderElection.LeaderElect != nil && *cfg.LeaderElection.LeaderElect, "leaderElection", inProcess)
	no(cfg.ClientConnection.Kubeconfig != "" || cfg.ClientConnection.QPS != 0 || cfg.ClientConnection.Burst != 0 || cfg.ClientConnection.ContentType != "" ||
		cfg.ClientConnection.AcceptContentTypes != "", "clientConnection", inProcess)
	no(cfg.EnableProfiling != nil && *cfg.EnableProfiling, "enableProfiling", "the server has profiling of its own")
	no(cfg.EnableContentionProfiling != nil && *cfg.EnableContentionProfiling, "enableContentionProfiling", "the server has profiling of its own")
	no(cfg.PodInitialBackoffSeconds != nil, "podInitialBackoffSeconds", "not supported: a pod waits for what could help it, not for a time")
	no(cfg.PodMaxBackoffSeconds != nil, "podMaxBackoffSeconds", "not supported: a pod waits for what could help it, not for a time")
	no(cfg.DelayCacheUntilActive, "delayCacheUntilActive", inProcess)
	(&reader{errs: &errs}).whole(field.NewPath("percentageOfNodesToScore"), cfg.PercentageOfNodesToScore)
	return errs
}

// reader fills in one profile.
type reader struct {
	profile *schedule.Profile
	errs    *field.ErrorList
}

func (r *reader) refuse(e *field.Error) { *r.errs = append(*r.errs, e) }

// whole takes no other share of the nodes than all: 0 is upstream's "you choose".
func (r *reader) whole(at *field.Path, n *int32) {
	if n != nil && *n != 0 && *n != 100 {
		r.refuse(field.NotSupported(at, *n, []string{"0", "100"}))
	}
}

// What there is of plugins besides those that profiles switch: they are always on.
var fixed = []string{"PrioritySort", "DefaultBinder", "SchedulingGates"}

// defaultWeights are the weights of the plugins that score by default.
func defaultWeights() map[string]int64 { return schedule.DefaultProfile().Weights }

// plugins reads which plugins are on.
func (r *reader) plugins(at *field.Path, p *configv1.Plugins) {
	if p == nil {
		return
	}
	r.set(at.Child("multiPoint"), p.MultiPoint, true, true)
	r.set(at.Child("filter"), p.Filter, true, false)
	r.set(at.Child("score"), p.Score, false, true)
	r.postFilter(at.Child("postFilter"), p.PostFilter)
	for _, other := range []struct {
		name string
		set  configv1.PluginSet
	}{{"preEnqueue", p.PreEnqueue}, {"queueSort", p.QueueSort}, {"preFilter", p.PreFilter}, {"preScore", p.PreScore}, {"reserve", p.Reserve},
		{"permit", p.Permit}, {"preBind", p.PreBind}, {"bind", p.Bind}, {"postBind", p.PostBind},
		{"placementGenerate", p.PlacementGenerate}, {"placementScore", p.PlacementScore}} {
		if len(other.set.Enabled)+len(other.set.Disabled) > 0 {
			r.refuse(field.Forbidden(at.Child(other.name), "not supported: plugins are switched in multiPoint, filter, score and postFilter"))
		}
	}
}

// set reads what is switched off and on at the extension points of filters and of scores.
func (r *reader) set(at *field.Path, s configv1.PluginSet, filters, scores bool) {
	for i, p := range s.Disabled {
		known := r.known(at.Child("disabled").Index(i), p.Name, filters, scores, true)
		for _, name := range known {
			if filters && schedule.IsFilter(name) && !slices.Contains(r.profile.Off, name) {
				r.profile.Off = append(r.profile.Off, name)
			}
			if scores {
				delete(r.profile.Weights, name)
			}
			if filters && scores && name == schedule.DefaultPreemption {
				r.profile.NoPreemption = true
			}
		}
	}
	for i, p := range s.Enabled {
		where := at.Child("enabled").Index(i)
		for _, name := range r.known(where, p.Name, filters, scores, false) {
			if filters {
				r.profile.Off = slices.DeleteFunc(r.profile.Off, func(off string) bool { return off == name })
			}
			if filters && scores && name == schedule.DefaultPreemption {
				r.profile.NoPreemption = false
			}
			if scores && schedule.Scores(name) {
				r.weigh(where.Child("weight"), name, p.Weight)
			}
		}
	}
}

// maxWeight keeps the sum of all weighted scores well within a number; upstream has a bound of the same kind.
const maxWeight = 1 << 20

func (r *reader) weigh(at *field.Path, name string, weight *int32) {
	w := cmpOr(defaultWeights()[name], 1)
	if weight != nil && *weight != 0 {
		w = int64(*weight)
	}
	if w < 1 || w > maxWeight {
		r.refuse(field.Invalid(at, w, fmt.Sprintf("must be from 1 to %d", maxWeight)))
		return
	}
	r.profile.Weights[name] = w
}

func cmpOr(a, b int64) int64 {
	if a != 0 {
		return a
	}
	return b
}

// known lists the plugins that a name means at an extension point: one, or for "*" (which only switches off) all.
func (r *reader) known(at *field.Path, name string, filters, scores, star bool) []string {
	if name == "*" && star {
		return schedule.Plugins()
	}
	if slices.Contains(fixed, name) && filters && scores && !star {
		return nil // they are on
	}
	if (filters && schedule.IsFilter(name)) || (scores && schedule.Scores(name)) || (filters && scores && name == schedule.DefaultPreemption) {
		return []string{name}
	}
	r.refuse(field.NotSupported(at.Child("name"), name, schedule.Plugins()))
	return nil
}

func (r *reader) postFilter(at *field.Path, s configv1.PluginSet) {
	for i, p := range s.Disabled {
		if p.Name != "*" && p.Name != schedule.DefaultPreemption {
			r.refuse(field.NotSupported(at.Child("disabled").Index(i).Child("name"), p.Name, []string{schedule.DefaultPreemption}))
			continue
		}
		r.profile.NoPreemption = true
	}
	for i, p := range s.Enabled {
		if p.Name != schedule.DefaultPreemption {
			r.refuse(field.NotSupported(at.Child("enabled").Index(i).Child("name"), p.Name, []string{schedule.DefaultPreemption}))
			continue
		}
		r.profile.NoPreemption = false
	}
}
