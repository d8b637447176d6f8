package container

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"syscall"
)

// Start implements Runtime.
func (f *Fake) Start(_ context.Context, spec Spec) error {
	if err := checkName(spec.ID); err != nil {
		return fmt.Errorf("container: %w", err)
	}
	if f.OnStart != nil {
		if err := f.OnStart(spec); err != nil {
			return fmt.Errorf("start container %s: %w", spec.ID, err)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.sandboxes[spec.Sandbox]; !ok {
		return fmt.Errorf("start container %s: sandbox %s: %w", spec.ID, spec.Sandbox, ErrNotFound)
	}
	if f.ctrs[spec.ID] != nil {
		return fmt.Errorf("container %s: %w", spec.ID, ErrExists)
	}
	f.pid++
	f.ctrs[spec.ID] = &fakeContainer{spec: spec, status: Status{
		ID: spec.ID, Sandbox: spec.Sandbox, Labels: spec.Labels, State: Running, PID: f.pid, StartedAt: f.now(),
		LogPath: spec.LogPath, Stdin: spec.Stdin, TTY: spec.TTY,
	}}
	return nil
}

// Signal implements Runtime: SIGKILL, SIGINT and SIGTERM (unless IgnoreTERM) end the container.
func (f *Fake) Signal(ctx context.Context, id string, signal int) error {
	deadly := []int{int(syscall.SIGKILL), int(syscall.SIGINT)}
	if !f.IgnoreTERM {
		deadly = append(deadly, int(syscall.SIGTERM))
	}
	if slices.Contains(deadly, signal) {
		return f.end(id, func(st *Status) { st.ExitCode, st.Signal = 128+signal, signal })
	}
	st, err := f.Status(ctx, id)
	if err == nil && st.State == Exited {
		err = fmt.Errorf("container %s: %w", id, ErrNotRunning)
	}
	return err
}

// Kill implements Runtime.
func (f *Fake) Kill(ctx context.Context, id string) error {
	return f.Signal(ctx, id, int(syscall.SIGKILL))
}

// Remove implements Runtime.
func (f *Fake) Remove(ctx context.Context, id string) error {
	_ = f.Kill(ctx, id) // it may have ended
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.ctrs, id)
	return nil
}

// List implements Runtime.
func (f *Fake) List(context.Context) ([]Status, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]Status, 0, len(f.ctrs))
	for _, c := range f.ctrs {
		out = append(out, c.status)
	}
	slices.SortFunc(out, func(a, b Status) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

// Status implements Runtime.
func (f *Fake) Status(_ context.Context, id string) (Status, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c := f.ctrs[id]; c != nil {
		return c.status, nil
	}
	return Status{}, fmt.Errorf("container %s: %w", id, ErrNotFound)
}

// Wait implements Runtime.
func (f *Fake) Wait(ctx context.Context, id string) (Status, error) {
	return f.ends.wait(ctx, id, func() (Status, error) { return f.Status(ctx, id) })
}

// Events implements Runtime.
func (f *Fake) Events(ctx context.Context) <-chan Status {
	return f.ends.subscribe(ctx, func() []Status {
		all, _ := f.List(ctx) // never fails
		return all
	})
}

// Stats implements Runtime: a container that runs uses a fixed little.
func (f *Fake) Stats(ctx context.Context, id string) (Stats, error) {
	st, err := f.Status(ctx, id)
	if err != nil {
		return Stats{}, err
	}
	if st.State != Running {
		return Stats{}, fmt.Errorf("container %s: %w", id, ErrNotFound)
	}
	spec, _ := f.Spec(id)
	return Stats{
		Time: f.now(), CPUUsageNanos: uint64(f.now().Sub(st.StartedAt)) / 100, MemoryUsage: 1 << 20, MemoryWorkingSet: 1 << 20,
		MemoryLimit: uint64(spec.Resources.MemoryBytes), PIDs: 1,
	}, nil
}

// SandboxStats implements Runtime.
func (f *Fake) SandboxStats(_ context.Context, id string) (Stats, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	sb, ok := f.sandboxes[id]
	if !ok {
		return Stats{}, fmt.Errorf("sandbox %s: %w", id, ErrNotFound)
	}
	return Stats{Time: f.now(), MemoryLimit: uint64(sb.Resources.MemoryBytes)}, nil
}

// PodStats implements Runtime.
func (f *Fake) PodStats(ctx context.Context, sandbox string, containers []string, _ bool) (PodStats, error) {
	st, err := f.SandboxStats(ctx, sandbox)
	if err != nil {
		return PodStats{}, err
	}
	out := PodStats{Pod: Details{Stats: st}, Containers: map[string]Details{}}
	for _, id := range containers {
		if st, err := f.Stats(ctx, id); err == nil {
			out.Containers[id] = Details{Stats: st}
		}
	}
	return out, nil
}

// GroupStats implements Runtime: there is nothing above the Pods.
func (f *Fake) GroupStats(context.Context, bool) (GroupStats, error) { return GroupStats{}, nil }

// LimitPods implements Runtime.
func (f *Fake) LimitPods(_ context.Context, r Resources) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.bound = r
	return nil
}

// Bound is what LimitPods has set.
func (f *Fake) Bound() Resources {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.bound
}

// Update implements Runtime.
func (f *Fake) Update(_ context.Context, id string, r Resources) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.ctrs[id]
	if c == nil {
		return fmt.Errorf("container %s: %w", id, ErrNotFound)
	}
	c.spec.Resources = r
	return nil
}

// UpdateSandbox implements Runtime.
func (f *Fake) UpdateSandbox(_ context.Context, id string, r Resources) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	sb, ok := f.sandboxes[id]
	if !ok {
		return fmt.Errorf("sandbox %s: %w", id, ErrNotFound)
	}
	sb.Resources = r
	f.sandboxes[id] = sb
	return nil
}

// ReopenLog implements Runtime: there is no log.
func (f *Fake) ReopenLog(ctx context.Context, id string) error {
	_, err := f.Status(ctx, id)
	return err
}
