package profiles

import (
	"slices"

	configv1 "k8s.io/kube-scheduler/config/v1"

	"gantry.dev/gantry/internal/plan/schedule"
)

// point is an extension point, as the fields of configv1.Plugins spell it.
type point string

const (
	preEnqueue        point = "preEnqueue"
	queueSort         point = "queueSort"
	preFilter         point = "preFilter"
	filter            point = "filter"
	postFilter        point = "postFilter"
	preScore          point = "preScore"
	score             point = "score"
	reserve           point = "reserve"
	permit            point = "permit"
	preBind           point = "preBind"
	bind              point = "bind"
	postBind          point = "postBind"
	placementGenerate point = "placementGenerate"
	placementScore    point = "placementScore"
)

// Plugins that are part of the scheduler and are not switched.
const (
	schedulingGates = "SchedulingGates"
	prioritySort    = "PrioritySort"
	defaultBinder   = "DefaultBinder"
	gangScheduling  = "GangScheduling"
)

// plugin is one of upstream's in-tree plugins, or of ours: where it does something, and the weight that it has by default.
type plugin struct {
	name   string
	points []point
	weight int64
	// byDefault says that it is on if nothing is said.
	byDefault bool
}

// catalogue is the plugins that there are, those that are on by default first and in upstream's order (default_plugins.go of
// kube-scheduler 1.36 with its default gates; test/schedulerdiff compares). It is never changed.
var catalogue = []plugin{
	{schedulingGates, []point{preEnqueue}, 0, true},
	{prioritySort, []point{queueSort}, 0, true},
	{schedule.NodeUnschedulable, []point{filter}, 0, true},
	{schedule.NodeName, []point{filter}, 0, true},
	{schedule.TaintToleration, []point{filter, preScore, score}, 3, true},
	{schedule.NodeAffinity, []point{preFilter, filter, preScore, score}, 2, true},
	{schedule.NodePorts, []point{preFilter, filter}, 0, true},
	{schedule.NodeResourcesFit, []point{preFilter, filter, preScore, score}, 1, true},
	{schedule.VolumeRestrictions, []point{preFilter, filter}, 0, true},
	{schedule.NodeVolumeLimits, []point{preFilter, filter}, 0, true},
	{schedule.VolumeBinding, []point{preFilter, filter, preScore, score, reserve, preBind}, 0, true},
	{schedule.VolumeZone, []point{preFilter, filter}, 0, true},
	{schedule.PodTopologySpread, []point{preFilter, filter, preScore, score}, 2, true},
	{schedule.InterPodAffinity, []point{preFilter, filter, preScore, score}, 2, true},
	{schedule.DynamicResources, []point{preEnqueue, preFilter, filter, postFilter, score, reserve, preBind}, 2, true},
	{schedule.DefaultPreemption, []point{preEnqueue, postFilter}, 0, true},
	{schedule.BalancedAllocation, []point{preScore, score}, 1, true},
	{schedule.ImageLocality, []point{score}, 1, true},
	{defaultBinder, []point{bind}, 0, true},
	{schedule.NodeDeclaredFeatures, []point{preFilter, filter}, 0, true},
	{gangScheduling, []point{preEnqueue, permit}, 0, false},
	{schedule.NodeCost, []point{score}, 1, false},
}

func pluginNamed(name string) *plugin {
	if i := slices.IndexFunc(catalogue, func(p plugin) bool { return p.name == name }); i >= 0 {
		return &catalogue[i]
	}
	return nil
}

// at reports whether the plugin does something at an extension point; "" is any.
func (p *plugin) at(where point) bool { return where == "" || slices.Contains(p.points, where) }

// named are the plugins of an extension point, "" for all, for messages.
func named(where point) (out []string) {
	for i := range catalogue {
		if catalogue[i].at(where) {
			out = append(out, catalogue[i].name)
		}
	}
	slices.Sort(out)
	return out
}

// saying is what a configuration says of one extension point; "" is multiPoint.
type saying struct {
	point
	set configv1.PluginSet
}

// said is all of it, multiPoint first.
func said(p *configv1.Plugins) []saying {
	return []saying{{"", p.MultiPoint}, {preEnqueue, p.PreEnqueue}, {queueSort, p.QueueSort}, {preFilter, p.PreFilter}, {filter, p.Filter}, {postFilter, p.PostFilter},
		{preScore, p.PreScore}, {score, p.Score}, {reserve, p.Reserve}, {permit, p.Permit}, {preBind, p.PreBind}, {bind, p.Bind}, {postBind, p.PostBind},
		{placementGenerate, p.PlacementGenerate}, {placementScore, p.PlacementScore}}
}
