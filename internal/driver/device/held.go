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
			if o == (owner{pod, container}) {
				out[resource] = append(out[resource], id)
			}
		}
		slices.Sort(out[resource])
	}
	return out
}

// All are the devices of all plugins, by resource, whether they are well or not.
func (m *Manager) All() map[string][]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string][]string{}
	for resource, p := range m.plugins {
		out[resource] = slices.Sorted(maps.Keys(p.all))
	}
	return out
}
