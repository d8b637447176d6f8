package main

import (
	"strings"

	"github.com/opencontainers/runc/libcontainer"
	"github.com/opencontainers/runc/libcontainer/configs"
	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// ociVersion is that of the runtime specification. Nothing newer is used, so that older programs take it.
const ociVersion = "1.0.2"

// ociSpec says in the runtime specification's terms what cfg says in libcontainer's, so that a container is the same whoever makes
// it. The namespaces of the sandbox are added by the launching thread.
func ociSpec(st *wire.Start, cfg *configs.Config, p *libcontainer.Process) (*specs.Spec, error) {
	seccomp, err := ociSeccomp(&st.Spec, cfg.Capabilities.Bounding)
	if err != nil {
		return nil, err
	}
	out := &specs.Spec{
		Version:     ociVersion,
		Annotations: kernelAnnotations(st),
		Hostname:    st.OCI.Hostname,
		Process:     ociProcess(st, cfg, p, st.Spec.TTY),
		Root:        &specs.Root{Path: cfg.Rootfs, Readonly: cfg.Readonlyfs},
		Linux: &specs.Linux{
			CgroupsPath: st.Cgroup, Resources: ociResources(cfg), Seccomp: seccomp, Devices: ociDevices(cfg),
			MaskedPaths: cfg.MaskPaths, ReadonlyPaths: cfg.ReadonlyPaths,
			Namespaces: []specs.LinuxNamespace{{Type: specs.MountNamespace}},
		},
	}
	if st.Joined() && !st.OCI.Limits { // it is charged to the kernel's
		out.Linux.CgroupsPath, out.Linux.Resources = "", nil
	}
	for _, ns := range cfg.Namespaces {
		switch ns.Type {
		case configs.NEWPID:
			if st.Joined() && st.OCI.SharePID {
				continue // the first container's, which is the kernel's
			}
			out.Linux.Namespaces = append(out.Linux.Namespaces, specs.LinuxNamespace{Type: specs.PIDNamespace, Path: ns.Path})
		case configs.NEWCGROUP:
			out.Linux.Namespaces = append(out.Linux.Namespaces, specs.LinuxNamespace{Type: specs.CgroupNamespace})
		}
	}
	for _, m := range cfg.Mounts {
		if m.Device == "cgroup" && st.OCI.Kernel != "" {
			continue // the kernel's own cgroups are not the host's, and it mounts them once
		}
		out.Mounts = append(out.Mounts, specs.Mount{Destination: m.Destination, Type: m.Device, Source: m.Source, Options: ociMountOptions(m)})
	}
	return out, nil
}

// ociMountOptions are the words for a mount's flags.
func ociMountOptions(m *configs.Mount) (out []string) {
	if m.Flags&unix.MS_BIND != 0 {
		word := "bind"
		if m.Flags&unix.MS_REC != 0 {
			word = "rbind"
		}
		out = append(out, word)
	}
	for _, f := range []struct {
		flag int
		word string
	}{{unix.MS_RDONLY, "ro"}, {unix.MS_NOSUID, "nosuid"}, {unix.MS_NOEXEC, "noexec"}, {unix.MS_NODEV, "nodev"}, {unix.MS_STRICTATIME, "strictatime"}} {
		if m.Flags&f.flag != 0 {
			out = append(out, f.word)
		}
	}
	for _, p := range m.PropagationFlags {
		word := map[int]string{unix.MS_PRIVATE: "private", unix.MS_SLAVE: "slave", unix.MS_SHARED: "shared"}[p&^unix.MS_REC]
		if p&unix.MS_REC != 0 {
			word = "r" + word
		}
		out = append(out, word)
	}
	if m.RecAttr != nil && m.RecAttr.Attr_set&unix.MOUNT_ATTR_RDONLY != 0 {
		out = append(out, "rro")
	}
	if m.Data != "" {
		out = append(out, strings.Split(m.Data, ",")...)
	}
	return out
}

// ociProcess is the container's own process, or one that is started in it.
func ociProcess(st *wire.Start, cfg *configs.Config, p *libcontainer.Process, tty bool) *specs.Process {
	c := cfg.Capabilities
	out := &specs.Process{
		Terminal: tty, Args: p.Args, Env: p.Env, Cwd: p.Cwd,
		User:            specs.User{UID: uint32(p.UID), GID: uint32(p.GID), AdditionalGids: st.Spec.AdditionalGIDs},
		NoNewPrivileges: cfg.NoNewPrivileges, OOMScoreAdj: cfg.OomScoreAdj,
		Capabilities: &specs.LinuxCapabilities{
			Bounding: c.Bounding, Effective: c.Effective, Permitted: c.Permitted, Inheritable: c.Inheritable, Ambient: c.Ambient,
		},
	}
	if p.ConsoleWidth > 0 {
		out.ConsoleSize = &specs.Box{Width: uint(p.ConsoleWidth), Height: uint(p.ConsoleHeight)}
	}
	for _, r := range st.Spec.Rlimits {
		kind := "RLIMIT_" + strings.TrimPrefix(strings.ToUpper(r.Type), "RLIMIT_")
		out.Rlimits = append(out.Rlimits, specs.POSIXRlimit{Type: kind, Soft: r.Soft, Hard: r.Hard})
	}
	return out
}

func ociResources(cfg *configs.Config) *specs.LinuxResources {
	r := cfg.Cgroups.Resources
	out := &specs.LinuxResources{CPU: &specs.LinuxCPU{Cpus: r.CpusetCpus, Mems: r.CpusetMems}}
	if r.Memory != 0 {
		out.Memory = &specs.LinuxMemory{Limit: &r.Memory, Swap: &r.MemorySwap}
	}
	if r.CpuShares != 0 {
		out.CPU.Shares = &r.CpuShares
	}
	if r.CpuQuota != 0 {
		out.CPU.Quota = &r.CpuQuota
	}
	if r.CpuPeriod != 0 {
		out.CPU.Period = &r.CpuPeriod
	}
	if r.PidsLimit != nil {
		out.Pids = &specs.LinuxPids{Limit: r.PidsLimit}
	}
	for _, d := range r.Devices {
		kind := string(rune(d.Type))
		rule := specs.LinuxDeviceCgroup{Allow: d.Allow, Type: kind, Access: string(d.Permissions)}
		if d.Major >= 0 { // below is the wildcard, which the specification leaves out
			rule.Major = &d.Major
		}
		if d.Minor >= 0 {
			rule.Minor = &d.Minor
		}
		out.Devices = append(out.Devices, rule)
	}
	return out
}

func ociDevices(cfg *configs.Config) (out []specs.LinuxDevice) {
	for _, d := range cfg.Devices {
		if d.Path == "" {
			continue // a rule without a node
		}
		mode := d.FileMode
		out = append(out, specs.LinuxDevice{
			Path: d.Path, Type: string(rune(d.Type)), Major: d.Major, Minor: d.Minor, FileMode: &mode, UID: &d.Uid, GID: &d.Gid,
		})
	}
	return out
}
