// Package dra prepares the devices of ResourceClaims for the pods of a node: the DRA manager of a kubelet. Drivers are programs that
// register over a socket in one directory and speak kubelet's gRPC API (dra v1 or v1beta1); what they prepare they describe in files of the
// Container Device Interface (CDI), by whose names containers get it.
//
// It speaks with drivers, reads CDI files, and keeps a file with the claims that are prepared, so that an agent that is started anew knows
// what has to be given back. It reads no API and touches no container: the agent does.
package dra

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"
)

// goneAfter is how long a driver may be away before its ResourceSlices are taken for stale, kubelet's wiping delay: long enough to replace
// the pod of a driver.
const goneAfter = 30 * time.Second

// Config is all that a Manager is told.
type Config struct {
	// Dir is where drivers put the sockets over which they register: kubelet's plugins_registry.
	Dir string
	// State is the file with the prepared claims.
	State string
	// CDI are the directories of CDI files; empty is DefaultCDI.
	CDI []string
	// Gone is called when a driver has been away for long: its ResourceSlices are to be removed. An empty name means all drivers, of
	// which nobody knows yet whether they come back.
	Gone func(ctx context.Context, driver string) error
	// Changed is called when the health of devices may have changed that pods have. It must not call the Manager.
	Changed func(pods []string)
	Log     *slog.Logger
}

// Manager knows drivers and claims. Make it with New. It is safe for concurrent use.
type Manager struct {
	c Config

	tally  tally
	failed map[string]string // why sockets could not be registered; Serve's alone

	// prepare orders calls to drivers: two pods that share a claim prepare it once. It is held before mu.
	prepare sync.Mutex

	mu      sync.Mutex
	drivers map[string][]*driver // by name, the newest last
	claims  map[string]*claim    // by namespace/name
	health  map[Device]health
	wipes   map[string]context.CancelFunc // of drivers that are away
	life    context.Context
	work    sync.WaitGroup
}

// Claim is a ResourceClaim that a pod needs.
type Claim struct {
	Namespace, Name, UID string
	// Drivers are those that its devices have been allocated from.
	Drivers []string
}

func (c *Claim) key() string { return c.Namespace + "/" + c.Name }

// Device names a device in the cluster.
type Device struct {
	Driver, Pool, Device string
}

// Prepared is a device that a driver has prepared for a claim.
type Prepared struct {
	Device
	ShareID  string   `json:",omitempty"`
	Requests []string `json:",omitempty"` // of the claim, that it is for; empty is all
	CDI      []string // names of CDI devices
}

// New reads what an earlier process has left. Drivers are listened to by Serve.
func New(c Config) (*Manager, error) {
	m := &Manager{c: c, tally: newTally(), failed: map[string]string{}, drivers: map[string][]*driver{}, claims: map[string]*claim{}, health: map[Device]health{}, wipes: map[string]context.CancelFunc{}}
	if len(c.CDI) == 0 {
		m.c.CDI = DefaultCDI()
	}
	if err := m.load(); err != nil {
		return nil, fmt.Errorf("prepared resource claims: %w", err)
	}
	return m, nil
}

// Prepare has drivers prepare the claims of a pod. What is prepared already stays as it is, but its drivers must be there too: without them
// something is wrong with the node. Errors are worded as kubelet's.
func (m *Manager) Prepare(ctx context.Context, pod string, claims []Claim) error {
	m.prepare.Lock()
	defer m.prepare.Unlock()
	// Nothing is noted before all drivers are known to be there: a pod whose driver was never installed can then be deleted.
	for _, c := range claims {
		for _, name := range c.Drivers {
			if _, err := m.driver(name); err != nil {
				return err
			}
		}
	}
	batches := map[string][]*claim{}
	m.mu.Lock()
	for _, want := range claims {
		c := m.claims[want.key()]
		if c == nil {
			c = &claim{Claim: want}
			m.claims[want.key()] = c
		}
		if c.UID != want.UID {
			m.mu.Unlock()
			return fmt.Errorf("old ResourceClaim with same name %s and different UID %s still exists (previous pod force-deleted?!)", want.Name, c.UID)
		}
		if !slices.Contains(c.Pods, pod) {
			c.Pods = append(c.Pods, pod)
		}
		if !c.prepared {
			c.Devices = nil
			for _, name := range c.Drivers {
				batches[name] = append(batches[name], c)
			}
		}
	}
	err := m.save() // before the calls: what they may have done must be undone
	m.mu.Unlock()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(batches)) {
		if err := m.prepareBy(ctx, name, batches[name]); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, batch := range batches {
		for _, c := range batch {
			c.prepared = true
		}
	}
	return m.save()
}

func (m *Manager) prepareBy(ctx context.Context, name string, batch []*claim) error {
	d, err := m.driver(name)
	if err != nil {
		return err
	}
	results, err := d.prepare(ctx, batch)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range batch {
		c.Devices = append(c.Devices, results[c.UID]...)
	}
	return nil
}

// Unprepare gives back what a pod has: claims that no other pod of the node has are given back to their drivers. What was never prepared is
// no error.
func (m *Manager) Unprepare(ctx context.Context, pod string) error {
	m.prepare.Lock()
	defer m.prepare.Unlock()
	batches := map[string][]*claim{}
	var last []*claim
	m.mu.Lock()
	changed := false
	for _, c := range m.claims {
		i := slices.Index(c.Pods, pod)
		switch {
		case i < 0:
			continue
		case len(c.Pods) > 1:
			c.Pods = slices.Delete(c.Pods, i, i+1)
		default:
			last = append(last, c)
			for _, name := range c.Drivers {
				batches[name] = append(batches[name], c)
			}
		}
		changed = true
	}
	m.mu.Unlock()
	if !changed {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(batches)) {
		d, err := m.driver(name)
		if err == nil {
			err = d.unprepare(ctx, batches[name])
		}
		if err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range last {
		delete(m.claims, c.key())
	}
	return m.save()
}

// Pods are those that have claims.
func (m *Manager) Pods() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	pods := map[string]bool{}
	for _, c := range m.claims {
		for _, p := range c.Pods {
			pods[p] = true
		}
	}
	return slices.Sorted(maps.Keys(pods))
}

// ErrUnknown says that a claim has not been prepared.
var ErrUnknown = errors.New("the claim is not prepared on this node")

// Devices are those of a claim, or of one of its requests; an empty request means all.
func (m *Manager) Devices(namespace, name, request string) ([]Prepared, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.claims[namespace+"/"+name]
	if c == nil || !c.prepared {
		return nil, fmt.Errorf("ResourceClaim %s: %w", name, ErrUnknown)
	}
	var out []Prepared
	for _, d := range c.Devices {
		if request == "" || len(d.Requests) == 0 || slices.Contains(d.Requests, request) {
			out = append(out, d)
		}
	}
	return out, nil
}
