package container

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// A program with a kernel of its own needs a container that lasts as long as the Pod, whose kernel the others run on: its first
// process is the tiny init of ours. Nobody above hears of it.

// kernelSuffix is added to a sandbox's name for that container: a container of the agent has no dot in its name.
const kernelSuffix = ".kernel"

func isKernel(id string) bool { return strings.HasSuffix(id, kernelSuffix) }

// ownKernel says that the containers of a sandbox run on a kernel of their own.
func (h *Handler) ownKernel() bool {
	return h != nil && (h.OCI != nil && h.OCI.OwnKernel || h.MicroVM != nil)
}

// checkSandbox refuses what a runtime cannot do for a sandbox.
func (h *Handler) checkSandbox(c SandboxConfig) error {
	if c.IDs != nil && h != nil && h.Exec == nil {
		return Lacks(h.Name, "a user namespace (hostUsers: false)")
	}
	if !h.ownKernel() {
		return nil
	}
	if h.MicroVM != nil {
		if err := h.checkMachine(c); err != nil {
			return err
		}
	}
	for _, f := range []struct {
		set  bool
		what string
	}{
		{c.HostPID, "hostPID: its processes are on a kernel of their own"},
		{c.HostIPC, "hostIPC: its processes are on a kernel of their own"},
		{len(c.Sysctls) > 0, "sysctls: its kernel has none of the host's"},
	} {
		if f.set {
			return Lacks(h.Name, f.what)
		}
	}
	return nil
}

// startKernel starts the container that holds the sandbox's kernel.
func (n *Native) startKernel(ctx context.Context, sb *sandbox, h *Handler) error {
	id := sb.Config.ID + kernelSuffix
	st := &wire.Start{
		Spec: Spec{
			ID: id, Sandbox: sb.Config.ID, Args: []string{"/" + filepath.Base(n.opts.Binary), "pod-init"},
			Layers: []string{filepath.Dir(n.opts.Binary)}, NoNewPrivileges: true,
		},
		Cgroup: n.kernelCgroup(sb.Config.ID), DataDir: n.layerDir(id), ShmDir: n.shmPath(sb.Config.ID),
		OCI: h.wire(&sb.Config),
	}
	if err := n.Remove(ctx, id); err != nil { // of an attempt that was cut off
		return err
	}
	names, files, err := n.openNamespaces(sb)
	if err != nil {
		return err
	}
	defer func() { wire.CloseAll(files) }()
	s, err := n.place(ctx, id, sb.Config.ID)
	if err != nil {
		return err
	}
	resp, err := s.call(ctx, &wire.Request{Op: wire.OpStart, ID: id, Start: st, FDs: names}, files...)
	if err != nil {
		return err
	}
	if len(resp.Statuses) != 1 {
		return fmt.Errorf("start the kernel of sandbox %s: supervisor answered %d statuses", sb.Config.ID, len(resp.Statuses))
	}
	sb.InitPID = resp.Statuses[0].PID
	sb.InitStart, err = processStart(sb.InitPID)
	return err
}

// sweepKernels removes kernels whose sandboxes were never finished, or have been removed.
func (n *Native) sweepKernels(ctx context.Context) error {
	n.mu.Lock()
	var lost []string
	for id, sandbox := range n.podOf {
		if isKernel(id) && n.sandboxes[sandbox] == nil {
			lost = append(lost, id)
		}
	}
	n.mu.Unlock()
	for _, id := range lost {
		if err := n.Remove(ctx, id); err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
	return nil
}

// kernelCgroup is that of the kernel, which all of the Pod is charged to.
func (n *Native) kernelCgroup(sandbox string) string {
	return n.containerCgroup(sandbox, sandbox+kernelSuffix)
}

// wire is what a supervisor is told of the runtime of a sandbox's containers; nil if it makes them itself.
func (h *Handler) wire(c *SandboxConfig) *wire.OCI {
	switch {
	case h == nil:
		return nil
	case h.MicroVM != nil:
		return h.machineOf(c)
	case h.OCI == nil:
		return nil
	}
	o := &wire.OCI{Handler: h.Name, Path: h.OCI.Path, Args: h.OCI.Args}
	if h.ownKernel() {
		o.Kernel, o.Hostname, o.SharePID = c.ID+kernelSuffix, c.Hostname, c.SharePID
	}
	return o
}
