// Package devices is dynamic resource allocation (resource.k8s.io/v1) as far as it is decided and not done: which devices a
// cluster has and who holds them, what the claims of a pod ask of a node, and which devices they get there. The search
// itself is upstream's allocator, with the features that are on by default in 1.36.
//
// A World is told of slices, classes and claims as they change, and of allocations that are still being written. It reads
// nothing and writes nothing; package scheduler feeds it and carries out what it decides.
package devices

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/dynamic-resource-allocation/cel"
	"k8s.io/dynamic-resource-allocation/structured"
)

// features are those that are on by default. It is never changed.
var features = structured.Features{AdminAccess: true, PrioritizedList: true, PartitionableDevices: true, DeviceTaints: true,
	DeviceBindingAndStatus: true, ConsumableCapacity: true}

// expressions bounds the compiled selectors that are kept for all clusters; upstream keeps ten for one.
const expressions = 256

// Selectors are compiled device selectors, shared by the Worlds of many clusters: a selector means the same in each. What
// compiles them is made when the first World wants it. The zero value is ready for use, by any goroutine.
type Selectors struct {
	once  sync.Once
	cache *cel.Cache
}

func (s *Selectors) compiled() *cel.Cache {
	s.once.Do(func() { s.cache = cel.NewCache(expressions, cel.Features{EnableConsumableCapacity: true}) })
	return s.cache
}

// Within bounds the time that a search for devices may take; 0 does not. The pure part has no clock: its owner has.
type Within func(limit time.Duration) (context.Context, context.CancelFunc)

// World is what one cluster has of devices. It belongs to one goroutine.
type World struct {
	selectors *Selectors
	within    Within

	slices  map[string]*resourceapi.ResourceSlice
	pools   map[poolID]*pool
	local   map[string]map[poolID]*pool // by node: the pools that only this node reaches
	shared  *reach                      // of all other pools; nil if it has to be made
	classes map[string]*resourceapi.DeviceClass
	offered map[corev1.ResourceName]*resourceapi.DeviceClass // by the extended resource that asks for them
	// meanings are those of classes, bare classes without selectors that select everything; generation counts changes of classes.
	meanings   map[string]string
	bare       map[string]*resourceapi.DeviceClass
	generation int
	// selected says of slices whether classes, by their meaning, select all of their devices. Entries of slices that are gone go.
	selected map[*resourceapi.ResourceSlice]map[string]bool
	memory   memory
	claims   map[types.NamespacedName]*resourceapi.ResourceClaim
	made     map[types.UID]types.NamespacedName // by pod: the claim for its extended resources

	held  map[types.UID]*resourceapi.AllocationResult // by claim
	state structured.AllocatedState
	// flying are the claims whose allocation is decided and not yet known to be written.
	flying sets.Set[types.UID]

	everywhere bool             // all nodes look different since Touched was last asked
	touched    sets.Set[string] // these nodes do
}

type poolID struct{ driver, name string }

// pool is a resource pool: slices that belong together.
type pool struct {
	slices map[string]*resourceapi.ResourceSlice
	node   string // the only node that reaches it; "" for none or many
	// located says that node has been found out.
	located bool

	// Of a pool that many reach, as reach found it: its place among them, its slices, whether it comes after those without devices that have
	// to be made ready, and whether that differs from node to node.
	at     int
	list   []*resourceapi.ResourceSlice
	binds  bool
	wavers bool
}

// New is a cluster without devices.
func New(s *Selectors, within Within) *World {
	return &World{selectors: s, within: within, slices: map[string]*resourceapi.ResourceSlice{}, pools: map[poolID]*pool{}, local: map[string]map[poolID]*pool{},
		classes: map[string]*resourceapi.DeviceClass{}, meanings: map[string]string{}, bare: map[string]*resourceapi.DeviceClass{}, selected: map[*resourceapi.ResourceSlice]map[string]bool{}, claims: map[types.NamespacedName]*resourceapi.ResourceClaim{}, made: map[types.UID]types.NamespacedName{}, held: map[types.UID]*resourceapi.AllocationResult{},
		flying: sets.New[types.UID](), touched: sets.New[string](),
		state: structured.AllocatedState{AllocatedDevices: sets.New[structured.DeviceID](), AllocatedSharedDeviceIDs: sets.New[structured.SharedDeviceID](),
			AggregatedCapacity: structured.NewConsumedCapacityCollection()}}
}

// Touched tells which nodes may answer differently than when it was last asked: all, or some by name.
func (w *World) Touched() (all bool, nodes []string) {
	all = w.everywhere
	if !all {
		nodes = slices.Sorted(maps.Keys(w.touched))
	}
	w.everywhere = false
	clear(w.touched)
	return all, nodes
}

// touch notes that a pool looks different.
func (w *World) touch(id poolID) {
	if p := w.pools[id]; p != nil && p.node != "" {
		w.touched.Insert(p.node)
		w.memory.forget(own(p.node))
		return
	}
	w.everywhere = true
	w.memory.forgetAll()
	if p := w.pools[id]; p != nil && w.shared != nil {
		w.shared.changed(p)
	}
}

func poolOf(s *resourceapi.ResourceSlice) poolID { return poolID{s.Spec.Driver, s.Spec.Pool.Name} }

// SetSlice takes in a slice as it is now.
func (w *World) SetSlice(s *resourceapi.ResourceSlice) {
	if old := w.slices[s.Name]; old != nil && poolOf(old) != poolOf(s) {
		w.RemoveSlice(s.Name)
	} else if old != nil {
		delete(w.selected, old)
	}
	w.slices[s.Name] = s
	id := poolOf(s)
	p := w.pools[id]
	if p == nil {
		p = &pool{slices: map[string]*resourceapi.ResourceSlice{}}
		w.pools[id] = p
	} else {
		w.touch(id)
	}
	p.slices[s.Name] = s
	w.locate(id, p)
}

// RemoveSlice takes a slice away.
func (w *World) RemoveSlice(name string) {
	s := w.slices[name]
	if s == nil {
		return
	}
	delete(w.slices, name)
	delete(w.selected, s)
	id := poolOf(s)
	p := w.pools[id]
	w.touch(id)
	delete(p.slices, name)
	w.locate(id, p)
}

// renameGroups finds out anew, when it is asked for, who reaches the shared pools. The groups of nodes have their names from there, so
// what is remembered under the old ones is forgotten.
func (w *World) renameGroups() {
	w.shared = nil
	w.memory.forgetAll()
}

// locate finds out anew who reaches a pool.
func (w *World) locate(id poolID, p *pool) {
	if p.node != "" {
		delete(w.local[p.node], id)
		if len(w.local[p.node]) == 0 {
			delete(w.local, p.node)
		}
	}
	if p.node == "" && p.located {
		w.renameGroups()
	}
	p.node, p.located = "", true
	if len(p.slices) == 0 {
		delete(w.pools, id)
		return
	}
	for _, s := range p.slices {
		if s.Spec.NodeName == nil || *s.Spec.NodeName == "" || p.node != "" && p.node != *s.Spec.NodeName {
			p.node = ""
			break
		}
		p.node = *s.Spec.NodeName
	}
	if p.node == "" {
		w.renameGroups()
	} else {
		if w.local[p.node] == nil {
			w.local[p.node] = map[poolID]*pool{}
		}
		w.local[p.node][id] = p
	}
	w.touch(id)
}

// SetClass and RemoveClass take in a device class as it is now, and take it away.
func (w *World) SetClass(c *resourceapi.DeviceClass) {
	w.classes[c.Name], w.meanings[c.Name] = c, meaning(c)
	delete(w.bare, c.Name)
	w.offer()
}

// RemoveClass takes a device class away.
func (w *World) RemoveClass(name string) {
	delete(w.classes, name)
	delete(w.meanings, name)
	delete(w.bare, name)
	w.offer()
}

// offer finds out which extended resources are devices. Of classes for the same resource the newest is asked, of equally
// old ones the first by name.
func (w *World) offer() {
	w.everywhere = true
	w.generation++
	w.memory.forgetAll()
	w.offered = map[corev1.ResourceName]*resourceapi.DeviceClass{}
	for _, name := range slices.Sorted(maps.Keys(w.classes)) {
		c := w.classes[name]
		w.offered[corev1.ResourceName(resourceapi.ResourceDeviceClassPrefix+name)] = c
		if ext := c.Spec.ExtendedResourceName; ext != nil {
			if have := w.offered[corev1.ResourceName(*ext)]; have == nil || have.CreationTimestamp.Before(&c.CreationTimestamp) {
				w.offered[corev1.ResourceName(*ext)] = c
			}
		}
	}
}

// Get and List are what upstream's allocator wants to know of classes.
func (w *World) Get(name string) (*resourceapi.DeviceClass, error) {
	if c := w.classes[name]; c != nil {
		return c, nil
	}
	return nil, apierrors.NewNotFound(schema.GroupResource{Group: resourceapi.GroupName, Resource: "deviceclasses"}, name)
}

// List lists all classes, by name.
func (w *World) List() ([]*resourceapi.DeviceClass, error) {
	out := make([]*resourceapi.DeviceClass, 0, len(w.classes))
	for _, name := range slices.Sorted(maps.Keys(w.classes)) {
		out = append(out, w.classes[name])
	}
	return out, nil
}
