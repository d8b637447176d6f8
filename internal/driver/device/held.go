package device

import (
	"maps"
	"slices"
)

// Held are the devices that a container has, by resource.
func (m *Manager) Held(pod, container string) map[string][]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string][]string{}
	for resource, taken := range m.taken {
		for id, o := range taken {
			if o.pod == pod && slices.Contains(o.containers, container) {
				out[resource] = append(out[resource], id)
			}
		}
		slices.Sort(out[resource])
	}
	return out
}

// Pods are the UIDs of those that have devices.
func (m *Manager) Pods() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	pods := map[string]bool{}
	for _, taken := range m.taken {
		for _, by := range taken {
			pods[by.pod] = true
		}
	}
	return slices.Sorted(maps.Keys(pods))
}

// Well says whether a device is. One that no plugin lists is taken for well, as by kubelet: its plugin may be about to come back.
func (m *Manager) Well(resource, id string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.plugins[resource]
	if p == nil {
		return true
	}
	_, listed := p.all[id]
	return !listed || p.healthy[id]
}

// Allocatable are the devices that are well, by resource: as kubelet, those of a plugin that has gone are none.
func (m *Manager) Allocatable() map[string][]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string][]string{}
	for resource, p := range m.plugins {
		out[resource] = slices.Sorted(maps.Keys(p.healthy))
	}
	return out
}

// Places is where the devices of a resource lie, which of them are free, and which belong to containers of the pod that have ended
// (before). It is false for resources of no plugin.
func (m *Manager) Places(resource, pod string, before []string) (at map[string][]int, free, again []string, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.plugins[resource]
	if p == nil {
		return nil, nil, nil, false
	}
	for _, id := range slices.Sorted(maps.Keys(p.healthy)) {
		switch by, taken := m.taken[resource][id]; {
		case !taken:
			free = append(free, id)
		case by.pod == pod && by.ended(before):
			again = append(again, id)
		}
	}
	return maps.Clone(p.all), free, again, true
}
