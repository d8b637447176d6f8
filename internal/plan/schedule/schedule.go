// Package schedule is the scheduler's brain: it decides which pending pods go to which nodes, and explains why the others
// go nowhere. It has upstream's filters, scores and weights and is as pure as a chess program: package scheduler feeds it
// what the view shows and carries its decisions out.
//
// A State is one cluster as columns of numbers per node, kept current by SetNode, SetPod and their opposites. Pods whose
// specs ask for the same thing share a class; a class remembers its verdict and score of every node and looks again only
// at nodes that have changed since. Assign decides a whole batch and assumes its own decisions.
//
// Nodes that a class cannot tell apart but by their room form a cell: what depends on other pods is decided once per cell,
// and the best node of a cell is on top of its ranking, so that a decision costs the cells and not the nodes.
//
// Each of upstream's plugins has a file of its own here: plugins.go lists them. A Profile says which of them look at a pod.
package schedule

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/version"
)

// Pod is a pending pod with what the scheduler knows of it from elsewhere.
type Pod struct {
	*corev1.Pod
	// Siblings selects the pods that this one should be spread from where it has no constraints of its own: those of
	// its Services and its ReplicaSet. Nil selects none.
	Siblings labels.Selector
	// Profile is how the pod is scheduled, compiled; nil is DefaultProfile.
	Profile *Profile
	// Volumes is what the pod's claims mean for its place; nil without claims.
	Volumes *Volumes
	// Gang, if not nil, is shared by the pods of a batch that are placed together or not at all.
	Gang *Gang
	// MayTake, if not nil, says which placed pods may be asked to leave for this one; nil are those of lower priority.
	MayTake func(victim *corev1.Pod) bool
	// Devices is what its claims for devices mean; nil without.
	Devices *Devices
	// Asked is what extenders say; nil if there are none for the pod.
	Asked *Asked
}

// Binding is a decision for a pod.
type Binding struct {
	Pod  *corev1.Pod
	Node string
}

// Refusal is a decision against a pod, for now.
type Refusal struct {
	Pod *corev1.Pod
	// Message is upstream's: "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable."
	Message string
	// Help is what would have to change. Room, if not nil, narrows what helps of that which happens to one node (State.Suffices).
	Help Help
	Room *Room
	// Plugins are those that keep the pod from the nodes, sorted, or from being tried at all. It is shared and must not be changed.
	Plugins []string
	// Nominated is the node where the pod waits for Victims to leave, the most important of them first, or for others that
	// are leaving already; "" if there is none. Room is kept for it there.
	Nominated string
	Victims   []*corev1.Pod
	// Failed says that nothing could be decided, and Message why: something the pod refers to is wrong.
	Failed bool
	// Idle is a node where the pod's own devices keep it from others (Devices.Idle); "" for none.
	Idle string
}

// Help is a set of kinds of changes that may make a refused pod fit.
type Help uint8

const (
	// HelpNode: a node comes, or its labels, taints, ports or resources change.
	HelpNode Help = 1 << iota
	// HelpRoom: a pod leaves a node and frees resources or ports.
	HelpRoom
	// HelpPods: a pod comes, goes or changes its labels, and affinity or spreading looks different.
	HelpPods
	// HelpVolumes: a claim, a volume or a storage class comes or changes.
	HelpVolumes
	// HelpGang: the pod's group comes or changes, or another pod of it comes.
	HelpGang
	// HelpQuota: a quota changes, or a pod that is counted by one goes.
	HelpQuota
	// HelpDevices: a claim for devices, a class or a slice of them comes or changes.
	HelpDevices
)

// maxScore is the best score that a plugin gives, before its weight.
const maxScore = 100

// release is whose features nodes declare. It is never changed.
var release = version.MustParseGeneric("1.36.3")

// defaultProfile is never changed.
var defaultProfile = func() *Profile {
	p, err := DefaultProfile().Compile()
	if err != nil {
		panic(err) // it is a constant
	}
	return p
}()

// Default is DefaultProfile, compiled. It is never changed.
func Default() *Profile { return defaultProfile }

// What a container without requests is assumed to use when nodes are compared; upstream's figures.
const (
	assumedMilliCPU = 100
	assumedMemory   = 200 << 20
)

// maxClasses and minClasses bound the cached pod classes: the oldest go when a new one comes. Between them classNodes does, the
// number of classes times nodes: an entry takes about 16 bytes.
const (
	maxClasses = 1024
	minClasses = 64
	classNodes = 2 << 20
)

// Namespaces tells the labels of a namespace, for terms with namespace selectors.
type Namespaces func(name string) labels.Set

// uid is what pods are known by.
type uid = types.UID
