package device

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	pluginapi "k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1"
)

// ErrUnavailable says that there are not as many free devices as a container asks for: its pod cannot run here.
var ErrUnavailable = errors.New("requested number of devices unavailable")

// Grant is what a container is given for its devices.
type Grant struct {
	// Devices are the devices by resource, for Restore.
	Devices map[string][]string
	Env     map[string]string
	Mounts  []*pluginapi.Mount
	Nodes   []*pluginapi.DeviceSpec
	CDI     []string // names of CDI devices
}

// Claim is a container that asks for devices.
type Claim struct {
	Pod, Container string
	// Wants are numbers of devices by resource. Resources of no plugin are nobody's here, and are passed over.
	Wants map[string]int64
	// Ended are containers of the pod that have ended for good (init containers), whose devices can be used again.
	Ended []string
	// Near are the NUMA nodes on which the devices should lie; none is anywhere.
	Near []int
}

// ErrNotRegistered says that a plugin that had the resource is not there: the node cannot give what it lists.
var ErrNotRegistered = errors.New("cannot allocate unregistered device")

// Reserve picks the devices of a container that is to start later, and keeps them for it until the pod is released. It may be
// repeated.
func (m *Manager) Reserve(ctx context.Context, c Claim) error {
	for _, resource := range slices.Sorted(maps.Keys(c.Wants)) {
		p, err := m.plugin(resource)
		if err != nil {
			return err
		}
		if p == nil {
			continue
		}
		if _, err := m.reserve(ctx, p, c, int(c.Wants[resource])); err != nil {
			return err
		}
	}
	return nil
}

// plugin is the one of a resource; nil if the resource is no plugin's.
func (m *Manager) plugin(resource string) (*plugin, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.plugins[resource]
	if p == nil && m.known[resource] {
		return nil, fmt.Errorf("%w %s", ErrNotRegistered, resource)
	}
	return p, nil
}

// Allocate gives a container its devices: those that it had before, if it has been restarted, else those that were reserved for it, else
// free ones. Several calls at the same time never give one device twice.
func (m *Manager) Allocate(ctx context.Context, c Claim) (Grant, error) {
	g := Grant{Devices: map[string][]string{}, Env: map[string]string{}}
	for _, resource := range slices.Sorted(maps.Keys(c.Wants)) {
		p, err := m.plugin(resource)
		if err != nil {
			return Grant{}, err
		}
		if p == nil {
			continue
		}
		ids, err := m.reserve(ctx, p, c, int(c.Wants[resource]))
		if err != nil {
			return Grant{}, err
		}
		res, err := p.allocate(ctx, ids)
		if err != nil {
			return Grant{}, err
		}
		for _, d := range res.CdiDevices {
			g.CDI = append(g.CDI, d.Name)
		}
		g.Devices[resource] = ids
		maps.Copy(g.Env, res.Envs)
		g.Mounts = append(g.Mounts, res.Mounts...)
		g.Nodes = append(g.Nodes, res.Devices...)
	}
	return g, nil
}

// reserve picks devices and marks them as the container's.
func (m *Manager) reserve(ctx context.Context, p *plugin, c Claim, n int) ([]string, error) {
	m.mu.Lock()
	has, free := m.candidates(p, c, n)
	m.mu.Unlock()
	if len(has) < n && len(has)+len(free) < n {
		return nil, fmt.Errorf("%w for %s. Requested: %d, Available: %d", ErrUnavailable, p.resource, n, len(has)+len(free))
	}
	wish := has
	if len(has) < n {
		m.mu.Lock()
		near := p.near(free, c.Near)
		m.mu.Unlock()
		offer := free
		if len(has)+len(near) >= n { // the plugin chooses among those that lie where they should
			offer = near
		}
		preferred, err := p.prefer(ctx, slices.Concat(has, offer), has, n)
		if err != nil {
			return nil, err
		}
		if len(has)+len(near) < n {
			preferred = slices.Concat(near, preferred)
		}
		wish = slices.Concat(has, preferred, near)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	has, free = m.candidates(p, c, n) // others may have been served meanwhile
	left := slices.Concat(has, free)
	var ids []string
	for _, id := range slices.Concat(wish, left) {
		if len(ids) < n && slices.Contains(left, id) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) < n {
		return nil, fmt.Errorf("%w for %s. Requested: %d, Available: %d", ErrUnavailable, p.resource, n, len(left))
	}
	for _, id := range ids {
		m.mark(p.resource, id, c.Pod, c.Container)
	}
	slices.Sort(ids)
	return ids, nil
}

// near are those of the devices that lie on one of the nodes. Call under the lock.
func (p *plugin) near(devices []string, nodes []int) (out []string) {
	for _, id := range devices {
		if slices.ContainsFunc(p.all[id], func(n int) bool { return slices.Contains(nodes, n) }) {
			out = append(out, id)
		}
	}
	return out
}

// candidates are the devices that the container has, of n those first that containers of its pod leave it which have ended, and those that are
// free. Call under the lock.
func (m *Manager) candidates(p *plugin, c Claim, n int) (has, free []string) {
	var left []string
	for _, id := range slices.Sorted(maps.Keys(p.healthy)) {
		switch by, taken := m.taken[p.resource][id]; {
		case !taken:
			free = append(free, id)
		case by.pod != c.Pod:
		case slices.Contains(by.containers, c.Container):
			has = append(has, id)
		case by.ended(c.Ended):
			left = append(left, id)
		}
	}
	return append(has, left[:min(max(n-len(has), 0), len(left))]...), free
}

// mark notes that a container has a device, beside those of its pod that had it.
func (m *Manager) mark(resource, id, pod, container string) {
	if m.taken[resource] == nil {
		m.taken[resource] = map[string]owner{}
	}
	by := m.taken[resource][id]
	if by.pod != pod {
		by = owner{pod: pod}
	}
	if !slices.Contains(by.containers, container) {
		by.containers = append(by.containers, container)
	}
	m.taken[resource][id] = by
}

// Restore tells what a container was granted before the process was restarted.
func (m *Manager) Restore(pod, container string, devices map[string][]string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for resource, ids := range devices {
		for _, id := range ids {
			m.mark(resource, id, pod, container)
		}
	}
}

// Release takes back everything of a pod.
func (m *Manager) Release(pod string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, devices := range m.taken {
		maps.DeleteFunc(devices, func(_ string, by owner) bool { return by.pod == pod })
	}
}
