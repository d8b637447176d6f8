package cri

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
	api "k8s.io/cri-api/pkg/apis/runtime/v1"

	"gantry.dev/gantry/internal/driver/container"
)

// sandboxConfig is what the runtime is told of a sandbox, also with each of its containers.
func (r *Runtime) sandboxConfig(c container.SandboxConfig, cgroup string) *api.PodSandboxConfig {
	labels := r.own()
	labels[labelSandbox] = c.ID
	out := &api.PodSandboxConfig{
		Metadata: &api.PodSandboxMetadata{Name: c.ID, Uid: c.ID, Namespace: r.o.Instance},
		Hostname: c.Hostname, LogDirectory: "/", Labels: labels,
		Annotations: map[string]string{noteCgroup: cgroup},
		Linux: &api.LinuxPodSandboxConfig{
			CgroupParent: cgroup, Sysctls: c.Sysctls,
			SecurityContext: &api.LinuxSandboxSecurityContext{
				NamespaceOptions: namespaces(c), Seccomp: &api.SecurityProfile{ProfileType: api.SecurityProfile_RuntimeDefault},
			},
		},
	}
	if c.HostNetwork {
		out.Hostname = ""
	}
	return out
}

func namespaces(c container.SandboxConfig) *api.NamespaceOption {
	pick := func(node, pod bool) api.NamespaceMode {
		switch {
		case node:
			return api.NamespaceMode_NODE
		case pod:
			return api.NamespaceMode_POD
		}
		return api.NamespaceMode_CONTAINER
	}
	return &api.NamespaceOption{Network: pick(c.HostNetwork, true), Ipc: pick(c.HostIPC, true), Pid: pick(c.HostPID, c.SharePID)}
}

// Prepare implements container.Foreign.
func (r *Runtime) Prepare(ctx context.Context, c container.SandboxConfig, s container.Site) error {
	if err := r.Release(ctx, c.ID); err != nil { // of an attempt that was cut off
		return err
	}
	site := filepath.Join(r.sites(), c.ID)
	if err := os.WriteFile(site, []byte(s.NetNS), 0o600); err != nil {
		return fmt.Errorf("runtime %q: %w", r.o.Name, err)
	}
	defer os.Remove(site)
	resp, err := r.rs.RunPodSandbox(ctx, &api.RunPodSandboxRequest{Config: r.sandboxConfig(c, s.Cgroup), RuntimeHandler: r.o.Handler})
	if err != nil {
		return fmt.Errorf("runtime %q: %w", r.o.Name, known(err))
	}
	if s.NetNS == "" {
		return nil
	}
	pid, err := r.sandboxPID(ctx, resp.PodSandboxId)
	if err != nil {
		return err
	}
	var ours, theirs unix.Stat_t
	if err := errors.Join(unix.Stat(s.NetNS, &ours), unix.Stat(fmt.Sprintf("/proc/%d/ns/net", pid), &theirs)); err != nil {
		return fmt.Errorf("runtime %q: compare network namespaces: %w", r.o.Name, err)
	}
	if ours.Ino != theirs.Ino || ours.Dev != theirs.Dev {
		return fmt.Errorf("runtime %q has not used the sandbox's network: set its CNI bin_dir to %s and its conf_dir to %s", r.o.Name,
			filepath.Join(r.o.Dir, "bin"), filepath.Join(r.o.Dir, "net.d"))
	}
	return nil
}

// sandboxPID is the process that holds a sandbox.
func (r *Runtime) sandboxPID(ctx context.Context, id string) (int, error) {
	st, err := r.rs.PodSandboxStatus(ctx, &api.PodSandboxStatusRequest{PodSandboxId: id, Verbose: true})
	if err != nil {
		return 0, fmt.Errorf("runtime %q: %w", r.o.Name, known(err))
	}
	return pidOf(st.Info)
}

// sandboxes are the runtime's own names of a sandbox: with attempts that were cut off there may be several.
func (r *Runtime) sandboxes(ctx context.Context, sandbox string) ([]*api.PodSandbox, error) {
	want := r.own()
	want[labelSandbox] = sandbox
	list, err := r.rs.ListPodSandbox(ctx, &api.ListPodSandboxRequest{Filter: &api.PodSandboxFilter{LabelSelector: want}})
	if err != nil {
		return nil, fmt.Errorf("runtime %q: look for sandbox %s: %w", r.o.Name, sandbox, known(err))
	}
	return list.Items, nil
}

// Release implements container.Foreign.
func (r *Runtime) Release(ctx context.Context, sandbox string) error {
	list, err := r.list(ctx, sandbox)
	if err != nil {
		return err
	}
	for _, c := range list {
		if err := r.Remove(ctx, c.Labels[labelContainer]); err != nil {
			return err
		}
	}
	found, err := r.sandboxes(ctx, sandbox)
	if err != nil {
		return err
	}
	for _, sb := range found {
		_, err := r.rs.StopPodSandbox(ctx, &api.StopPodSandboxRequest{PodSandboxId: sb.Id})
		if err == nil {
			_, err = r.rs.RemovePodSandbox(ctx, &api.RemovePodSandboxRequest{PodSandboxId: sb.Id})
		}
		if err := gone(known(err)); err != nil {
			return fmt.Errorf("runtime %q: remove sandbox %s: %w", r.o.Name, sandbox, err)
		}
	}
	if err := os.Remove(filepath.Join(r.sites(), sandbox)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("runtime %q: %w", r.o.Name, err)
	}
	return nil
}
