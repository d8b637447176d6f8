package container

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

// Fake keeps containers in memory: for tests of what stands above, and for simulations. A container runs until Exit,
// Signal, Kill or Remove ends it. Its zero value is not ready: NewFake.
type Fake struct {
	now  func() time.Time
	ends broadcast

	// OnStart may refuse a start. OnExec is the program of every exec; nil succeeds in silence. Both are set before use.
	OnStart func(Spec) error
	OnExec  func(id string, e ExecSpec, io *FakeIO) int
	// Handlers are the names that sandboxes may ask for. Set before use.
	Handlers []string
	// IgnoreTERM says whether the containers survive SIGTERM. Set before use.
	IgnoreTERM bool

	mu        sync.Mutex
	pid       int
	netns     map[string]bool
	sandboxes map[string]SandboxStatus
	ctrs      map[string]*fakeContainer
	bound     Resources // of all Pods together
}

type fakeContainer struct {
	spec   Spec
	status Status
}

var _ Runtime = (*Fake)(nil)

// NewFake makes an empty fake that takes the time from now.
func NewFake(now func() time.Time) *Fake {
	return &Fake{now: now, netns: map[string]bool{}, sandboxes: map[string]SandboxStatus{}, ctrs: map[string]*fakeContainer{}}
}

// Exit ends a container as its program would.
func (f *Fake) Exit(id string, code int) error {
	return f.end(id, func(st *Status) { st.ExitCode = code })
}

// OOM ends a container as the kernel does when its memory is at the limit.
func (f *Fake) OOM(id string) error {
	return f.end(id, func(st *Status) { st.ExitCode, st.Signal, st.OOMKilled = 137, int(syscall.SIGKILL), true })
}

// Spec returns what a container was started with.
func (f *Fake) Spec(id string) (Spec, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.ctrs[id]
	if c == nil {
		return Spec{}, false
	}
	return c.spec, true
}

func (f *Fake) end(id string, how func(*Status)) error {
	f.mu.Lock()
	c := f.ctrs[id]
	if c == nil {
		f.mu.Unlock()
		return fmt.Errorf("container %s: %w", id, ErrNotFound)
	}
	if c.status.State == Exited {
		f.mu.Unlock()
		return fmt.Errorf("container %s: %w", id, ErrNotRunning)
	}
	c.status.State, c.status.PID, c.status.FinishedAt = Exited, 0, f.now()
	how(&c.status)
	st := c.status
	f.mu.Unlock()
	f.ends.publish(st)
	return nil
}

// CreateNetNS implements Runtime.
func (f *Fake) CreateNetNS(_ context.Context, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := checkName(name); err != nil {
		return fmt.Errorf("network namespace: %w", err)
	}
	if f.netns[name] {
		return fmt.Errorf("network namespace %s: %w", name, ErrExists)
	}
	f.netns[name] = true
	return nil
}

// OpenNetNS implements Runtime: with this process's own namespace, which must not be changed.
func (f *Fake) OpenNetNS(_ context.Context, name string) (*os.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.netns[name] {
		return nil, fmt.Errorf("network namespace %s: %w", name, ErrNotFound)
	}
	return os.Open("/dev/null")
}

// ListNetNS implements Runtime.
func (f *Fake) ListNetNS(context.Context) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(maps.Keys(f.netns)), nil
}

// RemoveNetNS implements Runtime.
func (f *Fake) RemoveNetNS(_ context.Context, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.netns, name)
	return nil
}

// CreateSandbox implements Runtime.
func (f *Fake) CreateSandbox(_ context.Context, c SandboxConfig) error {
	if err := errors.Join(checkName(c.ID), checkSysctls(c)); err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.sandboxes[c.ID]; ok {
		return fmt.Errorf("sandbox %s: %w", c.ID, ErrExists)
	}
	if c.Handler != "" && !slices.Contains(f.Handlers, c.Handler) {
		return fmt.Errorf("sandbox: no runtime for %q is configured: %w", c.Handler, ErrUnsupported)
	}
	if c.NetNS != "" && !f.netns[c.NetNS] {
		return fmt.Errorf("network namespace %s: %w", c.NetNS, ErrNotFound)
	}
	if !c.HostNetwork {
		f.netns[netnsName(c)] = true
	}
	f.sandboxes[c.ID] = SandboxStatus{SandboxConfig: c, CreatedAt: f.now(), InitAlive: true}
	return nil
}

// RemoveSandbox implements Runtime.
func (f *Fake) RemoveSandbox(ctx context.Context, id string) error {
	all, _ := f.List(ctx) // never fails
	for _, st := range all {
		if st.Sandbox == id {
			if err := f.Remove(ctx, st.ID); err != nil {
				return err
			}
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if sb, ok := f.sandboxes[id]; ok {
		delete(f.netns, netnsName(sb.SandboxConfig))
		delete(f.sandboxes, id)
	}
	return nil
}

// SandboxStatus implements Runtime.
func (f *Fake) SandboxStatus(_ context.Context, id string) (SandboxStatus, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	sb, ok := f.sandboxes[id]
	if !ok {
		return sb, fmt.Errorf("sandbox %s: %w", id, ErrNotFound)
	}
	return sb, nil
}

// ListSandboxes implements Runtime.
func (f *Fake) ListSandboxes(context.Context) ([]SandboxStatus, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Collect(maps.Values(f.sandboxes)), nil
}
