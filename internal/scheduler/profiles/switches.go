package profiles

import (
	"cmp"
	"fmt"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"
	configv1 "k8s.io/kube-scheduler/config/v1"

	"gantry.dev/gantry/internal/plan/schedule"
)

// maxWeight keeps the sum of all weighted scores well within a number; upstream has a bound of the same kind.
const maxWeight = 1 << 20

// byGate says how gangs are switched: for all profiles and clusters.
const byGate = "plugin " + gangScheduling + " is switched by the feature gate of its name"

// switches is which plugin is on at which extension point, and with what weight it scores.
type switches struct {
	on      map[point]map[string]bool
	weights map[string]int64
}

// plugins reads which plugins are on.
func (r *reader) plugins(at *field.Path, p *configv1.Plugins) {
	if p == nil {
		return
	}
	sw := r.merge(at, p)
	r.parts(at, sw)
	for i := range catalogue {
		name := catalogue[i].name
		if schedule.IsFilter(name) && !sw.on[filter][name] {
			r.profile.Off = append(r.profile.Off, name)
		}
		if schedule.Scores(name) && !sw.on[score][name] {
			delete(r.profile.Weights, name)
		} else if schedule.Scores(name) {
			r.profile.Weights[name] = sw.weights[name]
		}
	}
	r.profile.NoPreemption = !sw.on[postFilter][schedule.DefaultPreemption]
}

// merge adds what a configuration says to the defaults, as upstream does: what is said of an extension point comes before
// multiPoint, and enabling before disabling.
func (r *reader) merge(at *field.Path, p *configv1.Plugins) *switches {
	sw := &switches{on: map[point]map[string]bool{}, weights: map[string]int64{}}
	multi := map[string]int64{} // the plugins of multiPoint, and their weights
	for _, s := range said(p) {
		at := at.Child(cmp.Or(string(s.point), "multiPoint"))
		on, off := r.listed(at, s.point, s.set)
		if s.point == "" {
			for i := range catalogue {
				if d := &catalogue[i]; d.byDefault && !off.Has("*") && !off.Has(d.name) {
					multi[d.name] = d.weight
				}
			}
			for name, w := range on {
				multi[name] = w
			}
			continue
		}
		there := map[string]bool{}
		for name := range multi {
			there[name] = pluginNamed(name).at(s.point) && !off.Has("*") && !off.Has(name)
			if s.point == score {
				sw.weights[name] = max(1, multi[name])
			}
		}
		for name, w := range on {
			there[name] = true
			if s.point == score {
				sw.weights[name] = w
			}
		}
		sw.on[s.point] = there
	}
	return sw
}

// listed reads one extension point: the plugins that are switched on with their weights, and those that are switched off.
func (r *reader) listed(at *field.Path, where point, s configv1.PluginSet) (on map[string]int64, off sets.Set[string]) {
	on, off = map[string]int64{}, sets.New[string]()
	for i, p := range s.Disabled {
		at := at.Child("disabled").Index(i)
		if p.Weight != nil {
			r.unused(at.Child("weight"), "a plugin that is off has none")
		}
		if known := pluginNamed(p.Name); p.Name != "*" && (known == nil || !known.at(where)) {
			r.unused(at.Child("name"), fmt.Sprintf("there is no plugin %q to switch off here", p.Name))
			continue
		}
		if p.Name == gangScheduling {
			r.refuse(field.Forbidden(at.Child("name"), byGate))
		}
		off.Insert(p.Name)
	}
	for i, p := range s.Enabled {
		at := at.Child("enabled").Index(i)
		known := pluginNamed(p.Name)
		switch _, twice := on[p.Name]; {
		case known == nil || !known.at(where):
			r.refuse(field.NotSupported(at.Child("name"), p.Name, named(where)))
			continue
		case twice:
			r.refuse(field.Duplicate(at.Child("name"), p.Name))
			continue
		}
		if p.Name == gangScheduling {
			r.unused(at.Child("name"), byGate)
		}
		on[p.Name] = 1
		switch {
		case p.Weight == nil || *p.Weight == 0: // upstream's default
		case *p.Weight < 1 || *p.Weight > maxWeight:
			r.refuse(field.Invalid(at.Child("weight"), *p.Weight, fmt.Sprintf("must be from 1 to %d", maxWeight)))
		case where == "" && !known.at(score) || where != "" && where != score:
			r.unused(at.Child("weight"), "only scores have one")
		default:
			on[p.Name] = int64(*p.Weight)
		}
	}
	return on, off
}

// whole are plugins of which kube-scheduler can run all parts or none: what one finds out the next carries out.
var whole = []struct {
	name  string
	parts []point
}{
	{schedule.VolumeBinding, []point{preFilter, filter, reserve, preBind}},
	{schedule.DynamicResources, []point{preEnqueue, preFilter, filter, postFilter, reserve, preBind}},
}

// pairs are plugins of which one part does nothing but prepare another: without it, kube-scheduler fails for every pod.
var pairs = []struct {
	first, second point
	names         []string
}{
	{preFilter, filter, []string{schedule.NodePorts, schedule.NodeResourcesFit, schedule.VolumeRestrictions, schedule.PodTopologySpread, schedule.InterPodAffinity, schedule.NodeDeclaredFeatures}},
	{preScore, score, []string{schedule.TaintToleration, schedule.PodTopologySpread, schedule.InterPodAffinity}},
}

// narrowing are plugins whose preFilter refuses by itself.
var narrowing = []string{schedule.NodeAffinity, schedule.VolumeZone}

// parts refuses what kube-scheduler could not run, and plugins of which only a part would be left here.
func (r *reader) parts(at *field.Path, sw *switches) {
	no := func(part point, name, why string) {
		r.refuse(field.Forbidden(at.Child(string(part)), "plugin "+name+" "+why))
	}
	for _, w := range whole {
		for _, part := range w.parts[1:] {
			if sw.on[part][w.name] != sw.on[w.parts[0]][w.name] {
				no(part, w.name, fmt.Sprintf("is on or off at all of %v together", w.parts))
			}
		}
	}
	for _, p := range pairs {
		for _, name := range p.names {
			if sw.on[p.second][name] && !sw.on[p.first][name] {
				no(p.second, name, fmt.Sprintf("cannot be on without %s", p.first))
			}
		}
	}
	for _, name := range narrowing {
		if sw.on[preFilter][name] && !sw.on[filter][name] {
			no(preFilter, name, "refuses nodes there as well: switch off both preFilter and filter")
		}
	}
	for _, fixed := range []struct {
		point
		name string
	}{{queueSort, prioritySort}, {bind, defaultBinder}} {
		if !sw.on[fixed.point][fixed.name] {
			no(fixed.point, fixed.name, "is needed, there is no other")
		}
	}
	if !sw.on[preEnqueue][schedulingGates] {
		r.unused(at.Child(string(preEnqueue)), "a pod with scheduling gates cannot be bound, with plugin "+schedulingGates+" or without")
	}
	if !sw.on[preEnqueue][schedule.DefaultPreemption] && sw.on[postFilter][schedule.DefaultPreemption] {
		r.unused(at.Child(string(preEnqueue)), "plugin "+schedule.DefaultPreemption+" holds nothing back here")
	}
}
