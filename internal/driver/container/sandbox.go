package container

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// sandbox is a sandbox as it is kept on disk, in the run directory.
type sandbox struct {
	Config    SandboxConfig
	CreatedAt time.Time
	NetNS     string // the pin's name; empty with HostNetwork
	// InitPID and InitStart name the tiny init of a shared PID namespace, or the process that is the sandbox's own kernel.
	InitPID   int    `json:",omitempty"`
	InitStart uint64 `json:",omitempty"`
	// keep leaves the pins to whoever has made them, while the sandbox could not be made.
	keep bool
	// changing is held while limits are changed, or the sandbox is removed: both write its record and its cgroup. Config.Resources is
	// guarded by the runtime's mu, all else stays as it was made.
	changing sync.Mutex
}

// sandbox is the sandbox of that name, nil if there is none.
func (n *Native) sandbox(id string) *sandbox {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.sandboxes[id]
}

func (n *Native) sandboxPath(id string) string {
	return filepath.Join(n.opts.RunDir, "sandboxes", id+".json")
}

func (n *Native) shmPath(id string) string { return filepath.Join(n.opts.RunDir, shmDir, id) }

// CreateSandbox implements Runtime. The record is written last: without one there is no sandbox, and what is found of an
// interrupted attempt is made anew.
func (n *Native) CreateSandbox(ctx context.Context, c SandboxConfig) error {
	h, err := n.handler(c.Handler)
	if err == nil {
		err = errors.Join(checkName(c.ID), checkSysctls(c), h.checkSandbox(c))
	}
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	if n.sandbox(c.ID) != nil {
		return fmt.Errorf("sandbox %s: %w", c.ID, ErrExists)
	}
	sb := &sandbox{Config: c, CreatedAt: time.Now(), NetNS: netnsName(c)}
	if err := n.makeSandbox(ctx, sb, h); err != nil {
		if c.NetNS != "" {
			sb.NetNS, sb.keep = "", c.IDs != nil // it stays its maker's
		}
		if f := n.opts.Foreign[c.Handler]; f != nil {
			err = errors.Join(err, f.Release(context.WithoutCancel(ctx), c.ID))
		}
		if h.ownKernel() {
			err = errors.Join(err, n.Remove(context.WithoutCancel(ctx), c.ID+kernelSuffix))
		}
		return fmt.Errorf("create sandbox %s: %w", c.ID, errors.Join(err, n.unmakeSandbox(sb)))
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.sandboxes[c.ID] = sb
	return nil
}

// netnsName is the pin's name of a sandbox's network namespace; empty for the host's.
func netnsName(c SandboxConfig) string {
	switch {
	case c.HostNetwork:
		return ""
	case c.NetNS != "":
		return c.NetNS
	}
	return c.ID
}

func (n *Native) makeSandbox(ctx context.Context, sb *sandbox, h *Handler) error {
	c := &sb.Config
	if err := n.cg.createLimited(n.podCgroup(c.ID), c.Resources); err != nil {
		return err
	}
	if err := n.inHolder(func() error { return sb.makeNamespaces() }); err != nil {
		return err
	}
	if !c.HostIPC {
		if err := os.MkdirAll(n.shmPath(c.ID), 0o777); err != nil {
			return fmt.Errorf("shared memory: %w", err)
		}
		if err := os.Chmod(n.shmPath(c.ID), 0o777|os.ModeSticky); err != nil {
			return fmt.Errorf("shared memory: %w", err)
		}
		if ids := c.IDs; ids != nil {
			if err := os.Chown(n.shmPath(c.ID), int(ids.HostID), int(ids.HostID)); err != nil {
				return fmt.Errorf("shared memory: %w", err)
			}
		}
	}
	switch {
	case n.opts.Foreign[c.Handler] != nil:
		if err := n.prepareForeign(ctx, sb); err != nil {
			return err
		}
	case h.ownKernel():
		if err := n.startKernel(ctx, sb, h); err != nil {
			return err
		}
	case c.SharePID && !c.HostPID:
		if err := n.startInit(ctx, sb); err != nil {
			return err
		}
	}
	return n.writeSandbox(sb)
}

func (n *Native) writeSandbox(sb *sandbox) error {
	n.mu.Lock()
	body, err := json.Marshal(sb)
	n.mu.Unlock()
	if err != nil {
		return fmt.Errorf("encode record of sandbox: %w", err)
	}
	path := n.sandboxPath(sb.Config.ID)
	if err := os.WriteFile(path+".new", body, 0o600); err != nil {
		_ = os.Remove(path + ".new") // half of it, if any
		return fmt.Errorf("write record of sandbox: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("write record of sandbox: %w", err)
	}
	return nil
}

// makeNamespaces makes and pins the namespaces that the sandbox does not share with the host, and sets the kernel
// parameters in them. The calling thread is in the holder.
func (sb *sandbox) makeNamespaces() error {
	c := &sb.Config
	switch {
	case c.HostNetwork:
	case c.NetNS != "":
		if err := joinPinned(kindNet, c.NetNS); err != nil {
			return err
		}
	default:
		if err := unpin(kindNet, sb.NetNS); err != nil {
			return err
		}
		if err := newNetNS(sb.NetNS); err != nil {
			return err
		}
	}
	for _, k := range sb.ownKinds() {
		var err error
		switch {
		case k == kindNet || k == kindUser:
		case c.IDs != nil:
			err = joinPinned(k, c.ID)
		default:
			err = errors.Join(unpin(k, c.ID), pinNew(k, c.ID))
		}
		if err != nil {
			return err
		}
	}
	if !c.HostNetwork && c.Hostname != "" {
		if err := unix.Sethostname([]byte(c.Hostname)); err != nil {
			return fmt.Errorf("set host name %q: %w", c.Hostname, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Sysctls)) {
		if err := writeSysctl(name, c.Sysctls[name]); err != nil {
			return err
		}
	}
	return nil
}

// ownKinds are the namespaces that are not the host's.
func (sb *sandbox) ownKinds() []kind {
	var out []kind
	if sb.keep {
		return nil
	}
	if sb.Config.IDs != nil {
		out = append(out, kindUser)
	}
	if sb.NetNS != "" {
		out = append(out, kindNet)
	}
	if !sb.Config.HostNetwork {
		out = append(out, kindUTS)
	}
	if !sb.Config.HostIPC {
		out = append(out, kindIPC)
	}
	return out
}

// checkSysctls refuses what would change the host.
func checkSysctls(c SandboxConfig) error {
	for name := range c.Sysctls {
		k, ok := namespacedSysctl(name)
		if !ok || k == kindNet && c.HostNetwork || k == kindIPC && c.HostIPC {
			return fmt.Errorf("sysctl %s of the host: %w", name, ErrUnsupported)
		}
	}
	return nil
}

// startInit starts the tiny init of a shared PID namespace; its cgroup is a leaf of the Pod's.
func (n *Native) startInit(ctx context.Context, sb *sandbox) error {
	s, err := n.pick(ctx)
	if err != nil {
		return err
	}
	req := &wire.Request{Op: wire.OpPodInit, PodInit: &wire.PodInit{Cgroup: n.podCgroup(sb.Config.ID) + "/init"}}
	var files []*os.File
	if sb.Config.IDs != nil {
		var user *os.File
		err := n.inHolder(func() (err error) {
			user, err = openPin(kindUser, sb.Config.ID)
			return err
		})
		if err != nil {
			return err
		}
		defer user.Close()
		req.FDs, files = []string{wire.FDUser}, []*os.File{user}
	}
	resp, err := s.call(ctx, req, files...)
	if err != nil {
		return err
	}
	sb.InitPID, sb.InitStart = resp.PID, resp.StartTime
	return nil
}

// RemoveSandbox implements Runtime.
func (n *Native) RemoveSandbox(ctx context.Context, id string) error {
	sb := n.sandbox(id)
	if sb == nil {
		return n.removeMembers(ctx, id) // of a sandbox whose record was lost
	}
	sb.changing.Lock()
	defer sb.changing.Unlock()
	if f := n.opts.Foreign[sb.Config.Handler]; f != nil {
		if err := f.Release(ctx, id); err != nil {
			return fmt.Errorf("remove sandbox %s: %w", id, err)
		}
		n.abroad.forget(id)
	}
	if err := n.removeMembers(ctx, id); err != nil {
		return err
	}
	if err := n.unmakeSandbox(sb); err != nil {
		return fmt.Errorf("remove sandbox %s: %w", id, err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.sandboxes, id)
	return nil
}

func (n *Native) removeMembers(ctx context.Context, id string) error {
	for _, c := range slices.Backward(n.containersOf(id)) { // a kernel of their own is the first
		if err := n.Remove(ctx, c); err != nil {
			return fmt.Errorf("remove sandbox %s: %w", id, err)
		}
	}
	return nil
}

// unmakeSandbox deletes what makeSandbox made, the record last, so that a crash leaves it to be found.
func (n *Native) unmakeSandbox(sb *sandbox) error {
	id := sb.Config.ID
	if err := n.cg.removeTree(n.podCgroup(id)); err != nil { // ends the tiny init too
		return err
	}
	err := n.inHolder(func() error {
		var errs []error
		for _, k := range sb.ownKinds() {
			name := id
			if k == kindNet {
				name = sb.NetNS
			}
			errs = append(errs, unpin(k, name))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		return err
	}
	if err := os.RemoveAll(n.shmPath(id)); err != nil {
		return fmt.Errorf("shared memory: %w", err)
	}
	return ignoreMissing(os.Remove(n.sandboxPath(id)))
}
