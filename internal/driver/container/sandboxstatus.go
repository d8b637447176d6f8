package container

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// ListSandboxes implements Runtime.
func (n *Native) ListSandboxes(context.Context) ([]SandboxStatus, error) {
	n.mu.Lock()
	all := slices.Collect(maps.Values(n.sandboxes))
	n.mu.Unlock()
	out := make([]SandboxStatus, 0, len(all))
	for _, sb := range all {
		out = append(out, n.statusOf(sb))
	}
	return out, nil
}

// SandboxStatus implements Runtime.
func (n *Native) SandboxStatus(_ context.Context, id string) (SandboxStatus, error) {
	sb := n.sandbox(id)
	if sb == nil {
		return SandboxStatus{}, fmt.Errorf("sandbox %s: %w", id, ErrNotFound)
	}
	return n.statusOf(sb), nil
}

func (n *Native) statusOf(sb *sandbox) SandboxStatus {
	alive := sb.InitPID == 0 || processAlive(sb.InitPID, sb.InitStart)
	return SandboxStatus{SandboxConfig: n.configOf(sb), CreatedAt: sb.CreatedAt, InitAlive: alive}
}

// configOf is the sandbox's configuration with the limits of now.
func (n *Native) configOf(sb *sandbox) SandboxConfig {
	n.mu.Lock()
	defer n.mu.Unlock()
	return sb.Config
}

// UpdateSandbox implements Runtime.
func (n *Native) UpdateSandbox(_ context.Context, id string, r Resources) error {
	sb := n.sandbox(id)
	if sb == nil {
		return fmt.Errorf("sandbox %s: %w", id, ErrNotFound)
	}
	sb.changing.Lock()
	defer sb.changing.Unlock()
	if n.sandbox(id) != sb {
		return fmt.Errorf("sandbox %s: %w", id, ErrNotFound)
	}
	c := n.configOf(sb)
	if h, err := n.handler(c.Handler); err == nil && h != nil && h.MicroVM != nil && !reflect.DeepEqual(r, c.Resources) {
		return Lacks(h.Name, "new limits of a running Pod: its machine was made for the old ones")
	}
	if err := n.cg.limit(n.podCgroup(id), r); err != nil {
		return err
	}
	n.mu.Lock()
	sb.Config.Resources = r
	n.mu.Unlock()
	return n.writeSandbox(sb)
}
