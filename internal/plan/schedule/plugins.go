package schedule

import "slices"

// The plugins' names, as upstream and scheduler configurations spell them.
const (
	NodeUnschedulable    = "NodeUnschedulable"
	NodeName             = "NodeName"
	TaintToleration      = "TaintToleration"
	NodeAffinity         = "NodeAffinity"
	NodePorts            = "NodePorts"
	NodeResourcesFit     = "NodeResourcesFit"
	VolumeRestrictions   = "VolumeRestrictions"
	NodeVolumeLimits     = "NodeVolumeLimits"
	VolumeBinding        = "VolumeBinding"
	VolumeZone           = "VolumeZone"
	PodTopologySpread    = "PodTopologySpread"
	InterPodAffinity     = "InterPodAffinity"
	DynamicResources     = "DynamicResources"
	NodeDeclaredFeatures = "NodeDeclaredFeatures"
	BalancedAllocation   = "NodeResourcesBalancedAllocation"
	ImageLocality        = "ImageLocality"
	DefaultPreemption    = "DefaultPreemption"
	// These keep pods from being tried, or are none of ours: names for Refusal.Plugins.
	Extender           = "Extender"
	SchedulingGates    = "SchedulingGates"
	GangScheduling     = "GangScheduling"
	Coscheduling       = "Coscheduling"
	CapacityScheduling = "CapacityScheduling"
	// NodeCost is not upstream's; see cost.go.
	NodeCost = "NodeCost"
)

// filter is a plugin that refuses nodes, in the order in which they are asked: upstream's.
type filter uint8

const (
	filterUnschedulable filter = iota
	filterName
	filterTaints
	filterAffinity
	filterPorts
	filterFit
	filterRestrictions
	filterLimits
	filterBinding
	filterZone
	filterSpread
	filterPods
	filterDevices
	filterFeatures
	filters // their number
)

var filterNames = [filters]string{NodeUnschedulable, NodeName, TaintToleration, NodeAffinity, NodePorts, NodeResourcesFit,
	VolumeRestrictions, NodeVolumeLimits, VolumeBinding, VolumeZone, PodTopologySpread, InterPodAffinity, DynamicResources, NodeDeclaredFeatures}

// scorer is a plugin that compares nodes.
type scorer uint8

const (
	scoreTaints scorer = iota
	scoreAffinity
	scoreFit
	scoreSpread
	scorePods
	scoreBalance
	scoreImages
	scoreDevices
	scoreCost
	scorers // their number
)

var scorerNames = [scorers]string{TaintToleration, NodeAffinity, NodeResourcesFit, PodTopologySpread, InterPodAffinity, BalancedAllocation, ImageLocality, DynamicResources, NodeCost}

// IsFilter reports whether a plugin refuses nodes.
func IsFilter(name string) bool { return slices.Contains(filterNames[:], name) }

// Scores reports whether a plugin compares nodes.
func Scores(name string) bool { return slices.Contains(scorerNames[:], name) }

// Plugins lists all plugins that a profile can switch.
func Plugins() []string {
	all := slices.Concat(filterNames[:], scorerNames[:], []string{DefaultPreemption})
	slices.Sort(all)
	return slices.Compact(all)
}
