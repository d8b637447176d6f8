package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/component-base/featuregate"
	"k8s.io/kubernetes/pkg/features"

	schedulingv1alpha2 "k8s.io/api/scheduling/v1alpha2"
)

// Features are the switches of upstream that a process is started with: what is alpha and off by default. The zero value is a
// server as it is released. Upstream keeps its gates for the process, so they hold for all clusters.
type Features struct {
	gates map[string]bool
	// apis are the versions that --runtime-config turns on, by group, version and resource; an empty resource is all of them.
	apis map[schema.GroupVersionResource]bool
}

// switchable are the gates that Gantry follows; all others are as released. In the order in which they depend on each other.
func switchable() []featuregate.Feature {
	return []featuregate.Feature{features.GenericWorkload, features.GangScheduling, features.WorkloadAwarePreemption, features.WorkloadWithJob,
		features.ContainerStopSignals}
}

// optionalAPIs are the versions that are not served unless asked for, with their resources.
func optionalAPIs() map[schema.GroupVersion][]string {
	return map[schema.GroupVersion][]string{schedulingv1alpha2.SchemeGroupVersion: {"podgroups", "workloads"}}
}

// AllFeatures has everything on.
func AllFeatures() Features {
	f := Features{gates: map[string]bool{}, apis: map[schema.GroupVersionResource]bool{}}
	for _, gate := range switchable() {
		f.gates[string(gate)] = true
	}
	for gv := range optionalAPIs() {
		f.apis[gv.WithResource("")] = true
	}
	return f
}

// ParseFeatures reads --feature-gates and --runtime-config as kube-apiserver has them. A gate or version that Gantry has no switch
// for is refused by name, unless it is asked to be what it is.
func ParseFeatures(gates, runtimeConfig string) (Features, error) {
	f := Features{}
	var err error
	if f.gates, err = parseGates(gates); err != nil {
		return Features{}, err
	}
	if f.apis, err = parseRuntimeConfig(runtimeConfig); err != nil {
		return Features{}, err
	}
	if gv := schedulingv1alpha2.SchemeGroupVersion; f.gates[string(features.WorkloadWithJob)] && len(f.workloadKinds()) < len(optionalAPIs()[gv]) {
		return Features{}, fmt.Errorf("--feature-gates: %s needs --runtime-config=%s=true: Jobs have Workloads and PodGroups", features.WorkloadWithJob, gv)
	}
	return f, nil
}

func parseGates(text string) (map[string]bool, error) {
	released := utilfeature.DefaultMutableFeatureGate.DeepCopyAndReset()
	asked := released.DeepCopy()
	if err := asked.AddDependencies(utilfeature.DefaultMutableFeatureGate.Dependencies()); err != nil {
		return nil, fmt.Errorf("feature gates of this release: %w", err)
	}
	if err := asked.Set(text); err != nil { // also refuses unknown names, and gates that need others
		return nil, fmt.Errorf("--feature-gates: %w", err)
	}
	out := map[string]bool{}
	for pair := range strings.SplitSeq(text, ",") {
		name, _, _ := strings.Cut(pair, "=")
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		gate := featuregate.Feature(name)
		switch on := asked.Enabled(gate); {
		case slices.Contains(switchable(), gate):
			out[name] = on
		case on != released.Enabled(gate):
			return nil, fmt.Errorf("--feature-gates: %s cannot be set to %t: Gantry has it as released (%t); there are switches for %s", name, on, released.Enabled(gate), joinGates())
		}
	}
	return out, nil
}

// Released says whether a gate of upstream is on in this release; ok is false if there is no such gate.
func Released(gate string) (on, ok bool) {
	spec, ok := utilfeature.DefaultMutableFeatureGate.GetAll()[featuregate.Feature(gate)]
	return spec.Default, ok
}

func joinGates() string {
	var names []string
	for _, g := range switchable() {
		names = append(names, string(g))
	}
	return strings.Join(names, ", ")
}

func parseRuntimeConfig(text string) (map[schema.GroupVersionResource]bool, error) {
	out := map[schema.GroupVersionResource]bool{}
	known := optionalAPIs()
	for pair := range strings.SplitSeq(text, ",") {
		name, value, set := strings.Cut(strings.TrimSpace(pair), "=")
		if name == "" {
			continue
		}
		on := true
		if set && value != "" {
			var err error
			if on, err = strconv.ParseBool(value); err != nil {
				return nil, fmt.Errorf("--runtime-config: %s=%s: want true or false", name, value)
			}
		}
		if name == "api/alpha" || name == "api/all" && on {
			for gv := range known { // what is set for a version wins, wherever it stands
				if _, said := out[gv.WithResource("")]; !said {
					out[gv.WithResource("")] = on
				}
			}
			continue
		}
		if (name == "api/ga" || name == "api/beta") && on {
			continue // what Gantry has of them is served
		}
		parts := strings.Split(name, "/")
		if len(parts) < 2 || len(parts) > 3 {
			return nil, fmt.Errorf("--runtime-config: %q: want group/version, group/version/resource or api/alpha", name)
		}
		gvr := schema.GroupVersionResource{Group: parts[0], Version: parts[1]}
		if len(parts) == 3 {
			gvr.Resource = parts[2]
		}
		resources, ok := known[gvr.GroupVersion()]
		if !ok || gvr.Resource != "" && !slices.Contains(resources, gvr.Resource) {
			return nil, fmt.Errorf("--runtime-config: %s: Gantry has no switch for it; there is one for %s", name, schedulingv1alpha2.SchemeGroupVersion)
		}
		out[gvr] = on
	}
	return out, nil
}

// serves says whether a resource of an optional version is served.
func (f Features) serves(gvr schema.GroupVersionResource) bool {
	if on, ok := f.apis[gvr]; ok {
		return on
	}
	return f.apis[gvr.GroupVersion().WithResource("")]
}

// set makes the gates of the process what they are here.
func (f Features) set() error {
	all := map[string]bool{}
	for _, gate := range switchable() {
		all[string(gate)] = f.gates[string(gate)]
	}
	if err := utilfeature.DefaultMutableFeatureGate.SetFromMap(all); err != nil {
		return fmt.Errorf("schema: feature gates: %w", err)
	}
	return nil
}

// Enabled says whether a switch of upstream is on, by its name.
func (s *Schema) Enabled(gate string) bool { return s.features.gates[gate] }
