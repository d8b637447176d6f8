package container

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
)

// Foreign makes the containers of a handler elsewhere, in a runtime that is not ours. Sandboxes stay ours, with their namespaces and
// cgroups, so that a Pod's network, limits and statistics are the same with every runtime. Methods are those of Runtime unless said.
type Foreign interface {
	// Prepare makes what the runtime needs for a sandbox. s says where the sandbox's parts are.
	Prepare(ctx context.Context, c SandboxConfig, s Site) error
	// Release removes that, and all containers of the sandbox. What is gone is no error.
	Release(ctx context.Context, sandbox string) error

	Start(ctx context.Context, spec Spec) error
	Signal(ctx context.Context, id string, signal int) error
	Kill(ctx context.Context, id string) error
	Remove(ctx context.Context, id string) error
	List(ctx context.Context) ([]Status, error)
	Status(ctx context.Context, id string) (Status, error)
	Exec(ctx context.Context, id string, e ExecSpec) (Process, error)
	Attach(ctx context.Context, id string, a AttachSpec) (Process, error)
	Update(ctx context.Context, id string, r Resources) error
	ReopenLog(ctx context.Context, id string) error

	// Cgroup is the name of a container's cgroup below that of its Pod.
	Cgroup(id string) string
	// Follow tells of containers that end, until ctx does.
	Follow(ctx context.Context, ended func(Status))
	Close()
}

// Site is where the parts of a sandbox are.
type Site struct {
	// NetNS is the path of its network namespace, which is good during the call; empty for the host's.
	NetNS string
	// Cgroup is the Pod's, below each hierarchy's root.
	Cgroup string
}

// abroad knows which containers are in which foreign runtime. Its zero value is ready.
type abroad struct {
	mu  sync.Mutex
	ctr map[string]foreignContainer
}

type foreignContainer struct {
	in      Foreign
	sandbox string
}

func (a *abroad) of(id string) Foreign {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.ctr[id].in
}

func (a *abroad) sandboxOf(id string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.ctr[id].sandbox
}

func (a *abroad) note(f Foreign, id, sandbox string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ctr == nil {
		a.ctr = map[string]foreignContainer{}
	}
	a.ctr[id] = foreignContainer{f, sandbox}
}

func (a *abroad) drop(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.ctr, id)
}

// forget drops the containers of a sandbox.
func (a *abroad) forget(sandbox string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	maps.DeleteFunc(a.ctr, func(_ string, c foreignContainer) bool { return c.sandbox == sandbox })
}

// followForeign takes over the containers that foreign runtimes have for us, removes those of sandboxes that are not there, and
// starts to listen.
func (n *Native) followForeign(ctx context.Context) error {
	for _, name := range slices.Sorted(maps.Keys(n.opts.Foreign)) {
		f := n.opts.Foreign[name]
		list, err := f.List(ctx)
		if err != nil {
			return fmt.Errorf("runtime %q: %w", name, err)
		}
		for _, st := range list {
			if n.sandboxes[st.Sandbox] == nil {
				if err := f.Release(ctx, st.Sandbox); err != nil {
					return fmt.Errorf("runtime %q: %w", name, err)
				}
				continue
			}
			n.abroad.note(f, st.ID, st.Sandbox)
		}
		n.work.Go(func() { f.Follow(n.ctx, n.ends.publish) })
	}
	return nil
}

// prepareForeign has a foreign runtime make its part of a sandbox.
func (n *Native) prepareForeign(ctx context.Context, sb *sandbox) error {
	s := Site{Cgroup: n.podCgroup(sb.Config.ID)}
	if sb.NetNS != "" {
		ns, err := n.OpenNetNS(ctx, sb.NetNS)
		if err != nil {
			return err
		}
		defer ns.Close()
		s.NetNS = fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), ns.Fd())
	}
	return n.opts.Foreign[sb.Config.Handler].Prepare(ctx, sb.Config, s)
}

func (n *Native) startForeign(ctx context.Context, f Foreign, spec Spec) error {
	err := f.Start(ctx, spec)
	if err == nil || errors.Is(err, ErrExists) || errors.Is(err, ErrUnavailable) {
		n.abroad.note(f, spec.ID, spec.Sandbox)
	}
	return err
}

func (n *Native) removeForeign(ctx context.Context, f Foreign, id string) error {
	err := f.Remove(ctx, id)
	if err == nil {
		n.abroad.drop(id)
	}
	return err
}

func (n *Native) listForeign(ctx context.Context) (out []Status, err error) {
	for name, f := range n.opts.Foreign {
		list, err := f.List(ctx)
		if err != nil {
			return nil, fmt.Errorf("runtime %q: %w", name, err)
		}
		out = append(out, list...)
	}
	return out, nil
}
