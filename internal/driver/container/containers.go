package container

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// Start implements Runtime.
func (n *Native) Start(ctx context.Context, spec Spec) error {
	if err := checkName(spec.ID); err != nil {
		return fmt.Errorf("container: %w", err)
	}
	sb := n.sandbox(spec.Sandbox)
	if sb == nil {
		return fmt.Errorf("start container %s: sandbox %s: %w", spec.ID, spec.Sandbox, ErrNotFound)
	}
	c := n.configOf(sb)
	h, err := n.handler(c.Handler)
	if err != nil {
		return fmt.Errorf("start container %s: %w", spec.ID, err)
	}
	if f := n.opts.Foreign[c.Handler]; f != nil {
		return n.startForeign(ctx, f, spec)
	}
	if err := h.checkContainer(&spec); err != nil {
		return fmt.Errorf("start container %s: %w", spec.ID, err)
	}
	for i := range spec.Mounts {
		if err := checkPropagation(&spec.Mounts[i]); err != nil {
			return fmt.Errorf("start container %s: volume for %s: %w", spec.ID, spec.Mounts[i].Destination, err)
		}
	}
	if r := n.hostRoots[c.Handler]; r != nil {
		spec = r.under(spec)
	}
	st := &wire.Start{
		Spec: spec, Cgroup: n.containerCgroup(c.ID, spec.ID), DataDir: n.layerDir(spec.ID), HostPID: c.HostPID,
		ShmDir: n.shmPath(c.ID), OCI: h.wire(&c), IDs: c.IDs,
	}
	if spec.Sole && st.OCI == nil && !n.cg.v2 && !c.HostPID && sb.InitPID == 0 {
		st.Cgroup, st.PodGroup = n.podCgroup(c.ID), true
		st.Spec.Resources = within(spec.Resources, c.Resources)
	}
	if c.HostIPC {
		st.ShmDir = "/dev/shm"
	}
	switch {
	case h.ownKernel():
		if !processAlive(sb.InitPID, sb.InitStart) {
			return fmt.Errorf("start container %s: the kernel of sandbox %s has ended: %w", spec.ID, c.ID, ErrNotFound)
		}
		if spec.Target != "" {
			return fmt.Errorf("start container %s: %w", spec.ID, Lacks(h.Name, "a look at the processes of another container"))
		}
		st.Cgroup, st.PodGroup = n.kernelCgroup(c.ID), true
	case sb.InitPID != 0:
		if !processAlive(sb.InitPID, sb.InitStart) {
			return fmt.Errorf("start container %s: the PID namespace of sandbox %s has ended: %w", spec.ID, c.ID, ErrNotFound)
		}
		st.PIDNS = fmt.Sprintf("/proc/%d/ns/pid", sb.InitPID)
	case spec.Target != "" && !c.HostPID:
		ns, err := n.openTarget(ctx, &spec)
		if err != nil {
			return fmt.Errorf("start container %s: %w", spec.ID, err)
		}
		defer ns.Close()
		st.PIDNS = fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), ns.Fd())
	}
	names, files, err := n.openNamespaces(sb)
	if err != nil {
		return fmt.Errorf("start container %s: %w", spec.ID, err)
	}
	defer func() { wire.CloseAll(files) }()
	for i, m := range spec.Mounts {
		if m.Tmpfs {
			continue
		}
		f, err := cloneMount(m.Source)
		if err == nil {
			names, files = append(names, wire.FDMount(i)), append(files, f)
			if at := slices.Index(names, wire.FDUser); at >= 0 {
				err = mapMount(f, files[at], &m)
			}
		}
		if err != nil {
			return fmt.Errorf("start container %s: volume for %s: %w", spec.ID, m.Destination, err)
		}
	}
	s, err := n.place(ctx, spec.ID, c.ID)
	if err != nil {
		return err
	}
	_, err = s.call(ctx, &wire.Request{Op: wire.OpStart, ID: spec.ID, Start: st, FDs: names}, files...)
	if err != nil && !errors.Is(err, ErrExists) && (errors.Is(err, ErrUnsent) || !errors.Is(err, ErrUnavailable)) {
		n.unplace(spec.ID) // when the answer was lost it may run: its place is kept for Status and Remove
	}
	return err
}

// within are the limits of a container that is in its Pod's own cgroup: its own, and the Pod's where it has none.
func within(own, pod Resources) Resources {
	own.CPUShares = cmp.Or(own.CPUShares, pod.CPUShares)
	if own.CPUQuota == 0 {
		own.CPUQuota, own.CPUPeriod = pod.CPUQuota, pod.CPUPeriod
	}
	own.MemoryBytes = cmp.Or(own.MemoryBytes, pod.MemoryBytes)
	own.PIDs = cmp.Or(own.PIDs, pod.PIDs)
	return own
}

// Signal implements Runtime.
func (n *Native) Signal(ctx context.Context, id string, signal int) error {
	if f := n.abroad.of(id); f != nil {
		return f.Signal(ctx, id, signal)
	}
	_, err := n.ask(ctx, id, &wire.Request{Op: wire.OpSignal, Signal: signal})
	return err
}

// Kill implements Runtime.
func (n *Native) Kill(ctx context.Context, id string) error {
	if f := n.abroad.of(id); f != nil {
		return f.Kill(ctx, id)
	}
	_, err := n.ask(ctx, id, &wire.Request{Op: wire.OpKill})
	return err
}

// Remove implements Runtime.
func (n *Native) Remove(ctx context.Context, id string) error {
	if f := n.abroad.of(id); f != nil {
		return n.removeForeign(ctx, f, id)
	}
	_, err := n.ask(ctx, id, &wire.Request{Op: wire.OpRemove})
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	if err == nil {
		n.unplace(id)
	}
	return err
}

// List implements Runtime.
func (n *Native) List(ctx context.Context) ([]Status, error) {
	n.mu.Lock()
	all := make([]*supervisor, 0, len(n.supervisors))
	for _, s := range n.supervisors {
		all = append(all, s)
	}
	n.mu.Unlock()
	var out []Status
	for _, s := range all {
		resp, err := s.call(ctx, &wire.Request{Op: wire.OpList})
		if err != nil {
			return nil, fmt.Errorf("list containers: %w", err)
		}
		out = append(out, slices.DeleteFunc(resp.Statuses, func(st Status) bool { return isKernel(st.ID) })...)
	}
	more, err := n.listForeign(ctx)
	return append(out, more...), err
}

// Status implements Runtime.
func (n *Native) Status(ctx context.Context, id string) (Status, error) {
	if f := n.abroad.of(id); f != nil {
		return f.Status(ctx, id)
	}
	resp, err := n.ask(ctx, id, &wire.Request{Op: wire.OpStatus})
	if err != nil {
		return Status{}, err
	}
	if len(resp.Statuses) != 1 {
		return Status{}, fmt.Errorf("container %s: supervisor answered %d statuses", id, len(resp.Statuses))
	}
	return resp.Statuses[0], nil
}

// LimitPods implements Runtime. The limits are those of the instance's cgroup, in which the supervisors are as well.
func (n *Native) LimitPods(_ context.Context, r Resources) error {
	return n.cg.createLimited(cgroupRoot(n.opts.Instance), r)
}

// Update implements Runtime.
func (n *Native) Update(ctx context.Context, id string, r Resources) error {
	if f := n.abroad.of(id); f != nil {
		return f.Update(ctx, id, r)
	}
	n.mu.Lock()
	sb := n.sandboxes[n.podOf[id]]
	n.mu.Unlock()
	if sb != nil {
		if h, err := n.handler(sb.Config.Handler); err != nil {
			return err
		} else if h.ownKernel() {
			return Lacks(h.Name, "new limits of one container: all of the Pod is on one kernel")
		}
	}
	_, err := n.ask(ctx, id, &wire.Request{Op: wire.OpUpdate, Resources: &r})
	return err
}

// ReopenLog implements Runtime.
func (n *Native) ReopenLog(ctx context.Context, id string) error {
	if f := n.abroad.of(id); f != nil {
		return f.ReopenLog(ctx, id)
	}
	_, err := n.ask(ctx, id, &wire.Request{Op: wire.OpReopenLog})
	return err
}

// cloneMount opens a detached copy of what is at path, with the mounts below it. The supervisor could not open it itself:
// mounts that are made after it started need not be in its mount namespace.
func cloneMount(path string) (*os.File, error) {
	if !filepath.IsAbs(path) {
		return nil, fmt.Errorf("path %q is not absolute", path)
	}
	fd, err := unix.OpenTree(unix.AT_FDCWD, path, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE)
	if err != nil {
		return nil, &os.PathError{Op: "open_tree", Path: path, Err: err}
	}
	return os.NewFile(uintptr(fd), path), nil
}
