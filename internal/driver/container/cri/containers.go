package cri

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
	api "k8s.io/cri-api/pkg/apis/runtime/v1"

	"gantry.dev/gantry/internal/driver/container"
)

// Start implements container.Foreign. A container is ours when it has been started: one that was only created is removed.
func (r *Runtime) Start(ctx context.Context, spec container.Spec) error {
	if err := r.start(ctx, spec); err != nil {
		return fmt.Errorf("start container %s: runtime %q: %w", spec.ID, r.o.Name, err)
	}
	return nil
}

func (r *Runtime) start(ctx context.Context, spec container.Spec) error {
	cfg, err := r.config(spec)
	if err != nil {
		return err
	}
	switch st, err := r.Status(ctx, spec.ID); {
	case err == nil && st.StartedAt.UnixNano() > 0:
		return container.ErrExists
	case err == nil: // created by an attempt that was cut off
		if err := r.Remove(ctx, spec.ID); err != nil {
			return err
		}
	case !errors.Is(err, container.ErrNotFound):
		return err
	}
	found, err := r.sandboxes(ctx, spec.Sandbox)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("sandbox %s: %w", spec.Sandbox, container.ErrNotFound)
	}
	sb, err := r.rs.PodSandboxStatus(ctx, &api.PodSandboxStatusRequest{PodSandboxId: found[0].Id})
	if err != nil {
		return known(err)
	}
	opts := sb.Status.GetLinux().GetNamespaces().GetOptions()
	if spec.Target != "" && opts.GetPid() == api.NamespaceMode_CONTAINER {
		target, err := r.mustID(ctx, spec.Target)
		if err != nil {
			return fmt.Errorf("container whose processes are to be seen: %w", err)
		}
		opts.Pid, opts.TargetId = api.NamespaceMode_TARGET, target
	}
	cfg.Linux.SecurityContext.NamespaceOptions = opts
	if err := r.image(ctx, spec.Image); err != nil {
		return err
	}
	if spec.LogPath != "" {
		if err := os.MkdirAll(filepath.Dir(spec.LogPath), 0o755); err != nil {
			return err
		}
	}
	made, err := r.rs.CreateContainer(ctx, &api.CreateContainerRequest{
		PodSandboxId: found[0].Id, Config: cfg,
		SandboxConfig: &api.PodSandboxConfig{Metadata: found[0].Metadata, LogDirectory: "/", Linux: &api.LinuxPodSandboxConfig{CgroupParent: found[0].Annotations[noteCgroup]}},
	})
	if err != nil {
		return known(err)
	}
	r.mu.Lock()
	r.ids[spec.ID], r.logs[spec.ID] = made.ContainerId, limitOf(spec)
	r.mu.Unlock()
	if _, err := r.rs.StartContainer(ctx, &api.StartContainerRequest{ContainerId: made.ContainerId}); err != nil {
		return errors.Join(notStarted(err), r.Remove(context.WithoutCancel(ctx), spec.ID))
	}
	return nil
}

// image has the runtime pull an image that it lacks.
func (r *Runtime) image(ctx context.Context, name string) error {
	want := &api.ImageSpec{Image: name}
	have, err := r.is.ImageStatus(ctx, &api.ImageStatusRequest{Image: want})
	if err == nil && have.Image != nil {
		return nil
	}
	if _, err := r.is.PullImage(ctx, &api.PullImageRequest{Image: want}); err != nil {
		return fmt.Errorf("pull image %s into the runtime's own store: %w", name, known(err))
	}
	return nil
}

// Signal implements container.Foreign. The interface knows only the end: SIGTERM lets the runtime stop the container in its own way,
// and it waits for us to kill it.
func (r *Runtime) Signal(ctx context.Context, id string, signal int) error {
	switch unix.Signal(signal) {
	case unix.SIGKILL:
		return r.Kill(ctx, id)
	case unix.SIGTERM:
	default:
		return r.lacks(fmt.Sprintf("signal %d: its interface has no signals", signal))
	}
	cid, err := r.running(ctx, id)
	if err != nil {
		return err
	}
	r.work.Go(func() {
		_, err := r.rs.StopContainer(r.life, &api.StopContainerRequest{ContainerId: cid, Timeout: stopPatience})
		if err = gone(known(err)); err != nil && r.life.Err() == nil {
			r.log.Warn("stopping a container", "runtime", r.o.Name, "container", id, "err", err)
		}
		r.lookNow()
	})
	return nil
}

// stopPatience is how long, in seconds, a runtime waits before it kills by itself: the node does so, much earlier.
const stopPatience = 24 * 60 * 60

// running is the runtime's own name of a container that runs.
func (r *Runtime) running(ctx context.Context, id string) (string, error) {
	st, err := r.Status(ctx, id)
	if err != nil {
		return "", err
	}
	if st.State != container.Running {
		return "", fmt.Errorf("container %s: %w", id, container.ErrNotRunning)
	}
	return r.mustID(ctx, id)
}

// Kill implements container.Foreign.
func (r *Runtime) Kill(ctx context.Context, id string) error {
	cid, err := r.running(ctx, id)
	if err != nil {
		return err
	}
	_, err = r.rs.StopContainer(ctx, &api.StopContainerRequest{ContainerId: cid})
	r.lookNow()
	return known(err)
}

// Remove implements container.Foreign.
func (r *Runtime) Remove(ctx context.Context, id string) error {
	cid, err := r.containerID(ctx, id)
	if err != nil || cid == "" {
		return err
	}
	if err := r.Kill(ctx, id); err != nil && !errors.Is(err, container.ErrNotRunning) && !errors.Is(err, container.ErrNotFound) {
		return err
	}
	if st, err := r.Status(ctx, id); err == nil && st.State == container.Exited && st.StartedAt.UnixNano() > 0 {
		r.tellOnce(st) // nobody could ask later
	}
	_, err = r.rs.RemoveContainer(ctx, &api.RemoveContainerRequest{ContainerId: cid})
	if err := gone(known(err)); err != nil {
		return fmt.Errorf("remove container %s: %w", id, err)
	}
	r.forget(id)
	return nil
}

// Update implements container.Foreign.
func (r *Runtime) Update(ctx context.Context, id string, res container.Resources) error {
	cid, err := r.running(ctx, id)
	if err != nil {
		return err
	}
	_, err = r.rs.UpdateContainerResources(ctx, &api.UpdateContainerResourcesRequest{ContainerId: cid, Linux: resources(res, 0)})
	return known(err)
}

// ReopenLog implements container.Foreign.
func (r *Runtime) ReopenLog(ctx context.Context, id string) error {
	cid, err := r.mustID(ctx, id)
	if err != nil {
		return err
	}
	_, err = r.rs.ReopenContainerLog(ctx, &api.ReopenContainerLogRequest{ContainerId: cid})
	return known(err)
}

func resources(r container.Resources, oom int) *api.LinuxContainerResources {
	return &api.LinuxContainerResources{
		CpuShares: int64(r.CPUShares), CpuQuota: r.CPUQuota, CpuPeriod: int64(r.CPUPeriod), MemoryLimitInBytes: r.MemoryBytes,
		CpusetCpus: r.CPUSetCPUs, CpusetMems: r.CPUSetMems, OomScoreAdj: int64(oom),
	}
}

// config says in the interface's terms what a container is, and refuses what it has no terms for.
func (r *Runtime) config(spec container.Spec) (*api.ContainerConfig, error) {
	for _, f := range []struct {
		set  bool
		what string
	}{
		{len(spec.AmbientCaps) > 0, "ambient capabilities"}, {len(spec.Rlimits) > 0, "rlimits of one container"},
		{spec.Resources.PIDs > 0, "a pids limit of one container"}, {spec.SELinuxLabel != "", "SELinux labels"},
		{spec.AppArmor != "" && spec.AppArmor != "unconfined", "AppArmor profiles"}, {spec.Image == "", "a container without an image's name"},
	} {
		if f.set {
			return nil, r.lacks(f.what)
		}
	}
	kept, err := json.Marshal(note{Labels: spec.Labels, LogPath: spec.LogPath, Stdin: spec.Stdin, TTY: spec.TTY})
	if err != nil {
		return nil, err
	}
	labels := r.own()
	labels[labelSandbox], labels[labelContainer] = spec.Sandbox, spec.ID
	out := &api.ContainerConfig{
		Metadata: &api.ContainerMetadata{Name: spec.ID}, Image: &api.ImageSpec{Image: spec.Image}, Command: spec.Args,
		WorkingDir: spec.Cwd, Labels: labels, Annotations: map[string]string{noteStatus: string(kept)},
		LogPath: strings.TrimPrefix(spec.LogPath, "/"), Stdin: spec.Stdin, StdinOnce: spec.StdinOnce, Tty: spec.TTY,
		Linux: &api.LinuxContainerConfig{Resources: resources(spec.Resources, spec.OOMScoreAdj), SecurityContext: security(spec)},
	}
	for _, e := range spec.Env {
		key, value, _ := strings.Cut(e, "=")
		out.Envs = append(out.Envs, &api.KeyValue{Key: key, Value: []byte(value)})
	}
	for _, d := range spec.Devices {
		out.Devices = append(out.Devices, &api.Device{HostPath: d.HostPath, ContainerPath: d.ContainerPath, Permissions: d.Permissions})
	}
	for _, m := range spec.Mounts {
		if m.Tmpfs || m.RecursiveReadOnly || m.NoExec || m.NoDev || m.NoSuid {
			return nil, r.lacks("mount options of " + m.Destination)
		}
		mode := map[container.Propagation]api.MountPropagation{
			container.PropagationHostToContainer: api.MountPropagation_PROPAGATION_HOST_TO_CONTAINER,
			container.PropagationBidirectional:   api.MountPropagation_PROPAGATION_BIDIRECTIONAL,
		}[m.Propagation]
		out.Mounts = append(out.Mounts, &api.Mount{HostPath: m.Source, ContainerPath: m.Destination, Readonly: m.ReadOnly, Propagation: mode})
	}
	return out, nil
}

func security(spec container.Spec) *api.LinuxContainerSecurityContext {
	out := &api.LinuxContainerSecurityContext{
		Privileged: spec.Privileged, ReadonlyRootfs: spec.ReadOnlyRootfs, NoNewPrivs: spec.NoNewPrivileges,
		RunAsUser: &api.Int64Value{Value: int64(spec.UID)}, RunAsGroup: &api.Int64Value{Value: int64(spec.GID)},
		MaskedPaths: spec.MaskedPaths, ReadonlyPaths: spec.ReadonlyPaths,
		Capabilities: &api.Capability{DropCapabilities: []string{container.AllCapabilities}},
		Seccomp:      &api.SecurityProfile{ProfileType: api.SecurityProfile_RuntimeDefault},
	}
	for _, name := range spec.Capabilities {
		out.Capabilities.AddCapabilities = append(out.Capabilities.AddCapabilities, strings.TrimPrefix(name, "CAP_"))
	}
	if slices.Contains(spec.Capabilities, container.AllCapabilities) {
		out.Capabilities = &api.Capability{AddCapabilities: []string{container.AllCapabilities}}
	}
	for _, g := range spec.AdditionalGIDs {
		out.SupplementalGroups = append(out.SupplementalGroups, int64(g))
	}
	switch {
	case spec.Privileged || spec.Seccomp == "" || spec.Seccomp == container.SeccompUnconfined:
		out.Seccomp.ProfileType = api.SecurityProfile_Unconfined
	case spec.Seccomp != container.SeccompRuntimeDefault:
		out.Seccomp = &api.SecurityProfile{ProfileType: api.SecurityProfile_Localhost, LocalhostRef: spec.Seccomp}
	}
	return out
}
