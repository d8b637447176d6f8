// Package profiles reads a KubeSchedulerConfiguration (kubescheduler.config.k8s.io/v1) into the profiles that the scheduler
// decides by. It is strict: a field that is unknown, or that would decide something and is not there in Gantry, is an error that
// names it. What cannot change a decision here (how many threads decide, which client asks) is checked as upstream does, and
// listed as without effect; fields_test.go says of every field of the file which it is.
package profiles

import (
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	configv1 "k8s.io/kube-scheduler/config/v1"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/plan/schedule"
)

const kind = "KubeSchedulerConfiguration"

// DefaultParallelism is upstream's, for files that do not say.
const DefaultParallelism = 16

// Configuration is what a file says.
type Configuration struct {
	// Profiles are compiled.
	Profiles  []*schedule.Profile
	Extenders []configv1.Extender
	// Backoff is how long refused pods wait; zero if the file does not say.
	Backoff Backoff
	// Parallelism is how many cores a pass over many nodes may use.
	Parallelism int
	// Unused are the fields that say something and change nothing, with the reason.
	Unused []string
}

// Backoff is how long a refused pod waits after its first attempt, and at most.
type Backoff struct{ Initial, Max time.Duration }

// Read reads a configuration. The error names all fields that are wrong.
func Read(raw []byte) (*Configuration, error) {
	cfg := &configv1.KubeSchedulerConfiguration{}
	if err := yaml.UnmarshalStrict(raw, cfg); err != nil {
		return nil, fmt.Errorf("reading a %s: %w", kind, err)
	}
	if cfg.APIVersion != configv1.SchemeGroupVersion.String() || cfg.Kind != kind {
		return nil, fmt.Errorf("reading a %s: it says apiVersion %q and kind %q, want %q and %q", kind, cfg.APIVersion, cfg.Kind, configv1.SchemeGroupVersion, kind)
	}
	var errs field.ErrorList
	res := &Configuration{Extenders: cfg.Extenders}
	all := &reader{errs: &errs, idle: &res.Unused}
	all.process(cfg)
	res.Parallelism = DefaultParallelism
	if cfg.Parallelism != nil {
		res.Parallelism = int(*cfg.Parallelism)
	}
	res.Backoff = all.backoff(cfg)
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
		r := &reader{profile: schedule.DefaultProfile(), errs: &errs, idle: &res.Unused}
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
		r.share(at.Child("percentageOfNodesToScore"), p.PercentageOfNodesToScore)
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
	res.Profiles = out
	return res, nil
}

// reader fills in one profile.
type reader struct {
	profile *schedule.Profile
	errs    *field.ErrorList
	idle    *[]string
}

func (r *reader) refuse(e *field.Error) { *r.errs = append(*r.errs, e) }

// unused notes what is said and changes nothing here.
func (r *reader) unused(at *field.Path, why string) {
	*r.idle = append(*r.idle, fmt.Sprintf("%s: %s", at, why))
}

// share reads how many of the nodes have to be compared: more are always allowed.
func (r *reader) share(at *field.Path, n *int32) {
	switch {
	case n == nil:
	case *n < 0 || *n > 100:
		r.refuse(field.Invalid(at, *n, "not in valid range [0-100]"))
	case *n != 100:
		r.unused(at, "all nodes are compared, always")
	}
}
