package schedule

import (
	"math"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// State is one cluster as the scheduler sees it. It belongs to one goroutine.
type State struct {
	nodes  []node
	byName map[string]int
	count  int   // nodes that exist
	spare  []int // places of nodes that are gone, with their pods

	// Columns, one entry per node. alloc and used are indexed by resource first.
	alloc, used      []column
	bounds           []bounds // by resource
	seemCPU, seemMem []int64  // used, with an assumed amount for containers that request nothing
	resources        map[corev1.ResourceName]int
	// eases are per node, as far as a scan has looked; kinds are the sizes of nodes that it has met. Those of stale nodes are to be worked
	// out again.
	eases []ease
	stale []int32
	kinds []kind
	names []corev1.ResourceName

	pods     map[uid]*placed
	claims   map[string]int // namespace/name of claims: the placed pods that use them
	matchers map[string]*matcher
	atHome   map[string][]*matcher // by home
	holders  map[string]*holder
	topos    map[string]*topology
	// holderGen counts holders ever made. circles remember which of them pods of a namespace and labels meet, as of circleGen.
	holderGen uint64
	holdersAt map[string][]*holder // by home
	circles   map[string]string
	circleGen uint64
	// uniqueGen counts how often a topology began or ceased to have one node per domain.
	uniqueGen int
	shown     shown
	namespace Namespaces

	costs    []cost              // per node; shorter if none of the last nodes tells
	dearest  float64             // of all prices in costs
	accounts map[string]*account // by queue
	queueOf  func(*corev1.Pod) string

	budgets  Budgets
	nominees map[uid]*nominee
	// ranks are the nominees by priority, lifted those that are out of the picture: most decisions concern few of them.
	ranks  map[int32]map[uid]*nominee
	lifted map[uid]*nominee

	labels   tally
	taints   tally          // whatever their effect
	worn     map[label]int  // the placed pods that have a label
	images   map[string]int // by name: the nodes that have it
	imageGen uint64         // advances when images come or go, or the number of nodes that they are compared with

	classes map[string]*class
	idle    map[string]*class // those that were barred when they were made, without columns
	forms   map[string]*form
	key     []byte // of the last lookup, to be written again
	clock   uint64 // advances with every class lookup: age of classes
	log     []change
	base    int // position of log[0] in the history of changes
	turn    int // where the next scan for the best node begins: ties go round
	scratch []candidate
	asked   uint64 // calls of Assign
	parts   int    // of a pass over many nodes, of which there are wide at least
	wide    int
	run     Cores
}

// node is what does not fit into a column. A node without object is known from its pods only.
type node struct {
	name  string
	obj   *corev1.Node
	ports map[hostPort]int
	pods  map[uid]*placed
	// least is the lowest priority of its pods, if ranked.
	least  int32
	ranked bool
}

// change says that a node looks different to classes; static if its object has changed and not only what it carries.
type change struct {
	node   int32 // or everyNode
	static bool
	// devices says that the devices that a node can use are others, and nothing else has changed.
	devices bool
}

// The resources that every node has, as rows of the columns.
const (
	resCPU = iota
	resMemory
	resStorage
	resPods
)

// NewState is an empty cluster.
func NewState(ns Namespaces) *State {
	s := &State{byName: map[string]int{}, resources: map[corev1.ResourceName]int{}, pods: map[uid]*placed{}, claims: map[string]int{},
		matchers: map[string]*matcher{}, atHome: map[string][]*matcher{}, topos: map[string]*topology{}, holders: map[string]*holder{}, holdersAt: map[string][]*holder{}, classes: map[string]*class{}, idle: map[string]*class{}, forms: map[string]*form{},
		images: map[string]int{}, labels: tally{}, taints: tally{}, worn: map[label]int{}, nominees: map[uid]*nominee{}, ranks: map[int32]map[uid]*nominee{}, lifted: map[uid]*nominee{}, namespace: ns, accounts: map[string]*account{}}
	for _, r := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage, corev1.ResourcePods} {
		s.resource(r)
	}
	return s
}

// resource returns the row of a resource.
func (s *State) resource(name corev1.ResourceName) int {
	r, ok := s.resources[name]
	if !ok {
		r = len(s.names)
		s.resources[name] = r
		s.names = append(s.names, name)
		s.alloc, s.used, s.bounds = append(s.alloc, column{}), append(s.used, column{}), append(s.bounds, bounds{least: math.MaxInt64})
	}
	return r
}

// index returns the place of a node, making one if need be.
func (s *State) index(name string) int {
	i, ok := s.byName[name]
	if ok {
		return i
	}
	if n := len(s.spare); n > 0 {
		i, s.spare = s.spare[n-1], s.spare[:n-1]
		s.byName[name], s.nodes[i].name = i, name
		return i
	}
	i = len(s.nodes)
	s.byName[name] = i
	s.nodes = append(s.nodes, node{name: name, ports: map[hostPort]int{}, pods: map[uid]*placed{}})
	s.seemCPU, s.seemMem = append(s.seemCPU, 0), append(s.seemMem, 0)
	for _, m := range s.matchers {
		m.perNode = append(m.perNode, 0)
	}
	for _, h := range s.holders {
		h.perNode = append(h.perNode, 0)
	}
	for _, t := range s.topos {
		t.domain = append(t.domain, noDomain)
	}
	return i
}

// SetNode takes in a node as it is now.
func (s *State) SetNode(n *corev1.Node) {
	i := s.index(n.Name)
	s.countImages(s.nodes[i].obj, -1)
	s.countImages(n, 1)
	s.countLabels(s.nodes[i].obj, n)
	s.countTaints(s.nodes[i].obj, n)
	s.takeAway(i)
	if s.nodes[i].obj == nil {
		s.count++
		s.imageGen++
	}
	s.nodes[i].obj = n
	for name, q := range n.Status.Allocatable {
		r := s.resource(name) // before the index: it may grow the columns
		s.offerAmount(i, r, amount(name, q))
	}
	s.locate(i)
	s.charges(i, n)
	s.changed(i, true)
}

// Size is how many nodes there are, and how many pods have places on them.
func (s *State) Size() (nodes, pods int) { return s.count, len(s.pods) }

// RemoveNode takes a node away. Its pods stay known until they go themselves.
func (s *State) RemoveNode(name string) {
	i, ok := s.byName[name]
	if !ok || s.nodes[i].obj == nil {
		return
	}
	s.count--
	s.countImages(s.nodes[i].obj, -1)
	s.countLabels(s.nodes[i].obj, nil)
	s.countTaints(s.nodes[i].obj, nil)
	s.imageGen++
	s.takeAway(i)
	s.nodes[i].obj = nil
	s.charges(i, nil)
	s.locate(i)
	s.changed(i, true)
	s.vacate(i)
}

// vacate has the place of a node that is gone, and its pods with it, be used again.
func (s *State) vacate(i int) {
	if n := &s.nodes[i]; n.name != "" && n.obj == nil && len(n.pods) == 0 {
		delete(s.byName, n.name)
		n.name = ""
		s.spare = append(s.spare, i)
	}
}

// takeAway has a node offer nothing any more.
func (s *State) takeAway(i int) {
	if n := s.nodes[i].obj; n != nil {
		for name := range n.Status.Allocatable {
			s.offerAmount(i, s.resources[name], 0)
		}
	}
}

// logPerNode bounds the log of changes to a multiple of the nodes: a class that has not looked for so long starts over,
// which is a pass over all nodes and no more work than the log would be.
const logPerNode = 4

func (s *State) changed(i int, static bool) {
	if i < len(s.eases) && s.eases[i].kind != unknown {
		s.eases[i].kind = unknown
		s.stale = append(s.stale, int32(i))
	}
	s.note(change{node: int32(i), static: static})
}

func (s *State) note(ch change) {
	s.log = append(s.log, ch)
	if limit := logPerNode*len(s.nodes) + 1024; len(s.log) > limit {
		cut := len(s.log) - limit/2
		s.log = append(s.log[:0:0], s.log[cut:]...)
		s.base += cut
	}
}

// Nodes is the number of nodes that exist.
func (s *State) Nodes() int { return s.count }

// NamespaceChanged forgets what was derived from the labels of namespaces.
func (s *State) NamespaceChanged() {
	s.classes, s.idle, s.circles = map[string]*class{}, map[string]*class{}, map[string]string{}
	for _, m := range s.matchers {
		s.recount(m)
	}
	for _, h := range s.holders {
		h.term.resolved = nil
	}
}

func (s *State) namespaceLabels(name string) labels.Set {
	if s.namespace == nil {
		return nil
	}
	return s.namespace(name)
}
