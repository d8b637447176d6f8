package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/sys/devices"
	"github.com/opencontainers/cgroups"
	devcfg "github.com/opencontainers/cgroups/devices/config"
	"github.com/opencontainers/runc/libcontainer"
	"github.com/opencontainers/runc/libcontainer/apparmor"
	"github.com/opencontainers/runc/libcontainer/capabilities"
	"github.com/opencontainers/runc/libcontainer/configs"
	"github.com/opencontainers/runc/libcontainer/specconv"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// hostFacts is what the translation of a container has to know about the host.
type hostFacts struct {
	rootDir   string // where the launching thread has mounted the root file system
	stage     string // and where the volumes and the cgroups
	fixed     string // a tmpfs with what is the same for all
	groups    []hierarchy
	devices   string // a tmpfs for the /dev of containers, a directory each
	cgroupV2  bool
	minOOMAdj int // the lowest oom_score_adj that may be set
	// userNS is a path of the container's user namespace, if it has one.
	userNS string
	// volumes are where the container's mounts are on the stage, as stageVolumes puts them there.
	volumes []string
}

// volume is where the container's mount i is on the stage; empty where nothing is mounted, as for a further process.
func (h *hostFacts) volume(i int) string {
	if i < len(h.volumes) {
		return h.volumes[i]
	}
	return ""
}

// containerConfig translates a container to libcontainer's terms. The namespaces of the sandbox do not appear in it: the
// launching thread has joined them, and the container is its child.
func containerConfig(s *wire.Start, h hostFacts) (*configs.Config, error) {
	sp := &s.Spec
	switch {
	case sp.AppArmor != "" && sp.AppArmor != "unconfined" && !apparmor.IsEnabled():
		return nil, unsupported("AppArmor profile %q", sp.AppArmor)
	case sp.SELinuxLabel != "":
		return nil, unsupported("SELinux label %q", sp.SELinuxLabel)
	}
	mounts, err := containerMounts(s, h)
	if err != nil {
		return nil, err
	}
	caps := containerCapabilities(sp)
	profile, err := seccompProfile(sp, caps.Bounding)
	if err != nil {
		return nil, err
	}
	nodes, rules, err := containerDevices(sp)
	if err != nil {
		return nil, err
	}
	adj := max(sp.OOMScoreAdj, h.minOOMAdj)
	c := &configs.Config{
		Version:         "1.2.0",
		Rootfs:          h.rootDir,
		Readonlyfs:      sp.ReadOnlyRootfs,
		Mounts:          mounts,
		Namespaces:      configs.Namespaces{{Type: configs.NEWNS}},
		Capabilities:    caps,
		NoNewPrivileges: sp.NoNewPrivileges,
		AppArmorProfile: sp.AppArmor,
		OomScoreAdj:     &adj,
		Seccomp:         profile,
		Cgroups:         &cgroups.Cgroup{Path: s.Cgroup, Resources: cgroupResources(sp.Resources)},
	}
	c.Cgroups.Resources.Devices = rules
	if slices.ContainsFunc(sp.Mounts, func(m wire.Mount) bool { return m.Propagation == wire.PropagationBidirectional }) {
		// libcontainer would make all mounts slaves before it brings them to their places, and slaves give nothing back.
		c.RootPropagation = unix.MS_SHARED | unix.MS_REC
	}
	if !stagedDev(s) {
		c.Devices = nodes
	}
	if !s.HostPID {
		c.Namespaces = append(c.Namespaces, configs.Namespace{Type: configs.NEWPID, Path: s.PIDNS})
	}
	if s.IDs != nil {
		ids := []configs.IDMap{{ContainerID: 0, HostID: int64(s.IDs.HostID), Size: int64(s.IDs.Size)}}
		c.UIDMappings, c.GIDMappings = ids, ids
		c.Namespaces = append(c.Namespaces, configs.Namespace{Type: configs.NEWUSER, Path: h.userNS})
	}
	if h.cgroupV2 && !sp.Privileged {
		c.Namespaces = append(c.Namespaces, configs.Namespace{Type: configs.NEWCGROUP})
	}
	if s.OCI != nil && !sp.Privileged { // see hide for the others
		c.MaskPaths, c.ReadonlyPaths = sp.MaskedPaths, sp.ReadonlyPaths
	}
	for _, r := range sp.Rlimits {
		t, ok := rlimitTypes()[strings.TrimPrefix(strings.ToUpper(r.Type), "RLIMIT_")]
		if !ok {
			return nil, unsupported("resource limit %q", r.Type)
		}
		c.Rlimits = append(c.Rlimits, configs.Rlimit{Type: t, Soft: r.Soft, Hard: r.Hard})
	}
	return c, nil
}

// containerProcess is the container's own process, or with an ExecSpec a further one.
func containerProcess(sp *wire.Spec, e *wire.ExecSpec) *libcontainer.Process {
	p := &libcontainer.Process{
		Args: sp.Args, Env: slices.Clone(sp.Env), Cwd: sp.Cwd,
		UID: int(sp.UID), GID: int(sp.GID),
		Init: e == nil, ConsoleWidth: sp.Width, ConsoleHeight: sp.Height,
	}
	for _, g := range sp.AdditionalGIDs {
		p.AdditionalGroups = append(p.AdditionalGroups, int(g))
	}
	tty := sp.TTY
	if e != nil {
		p.Args, p.ConsoleWidth, p.ConsoleHeight, tty = e.Args, e.Width, e.Height, e.TTY
		p.Env = append(p.Env, e.Env...)
	}
	if tty && !slices.ContainsFunc(p.Env, func(kv string) bool { return strings.HasPrefix(kv, "TERM=") }) {
		p.Env = append(p.Env, "TERM=xterm")
	}
	if p.Cwd == "" {
		p.Cwd = "/"
	}
	return p
}

func containerCapabilities(sp *wire.Spec) *configs.Capabilities {
	all := capabilities.KnownCapabilities()
	set := make([]string, 0, len(sp.Capabilities))
	for _, name := range sp.Capabilities {
		if name == "ALL" {
			set = all
			break
		}
		set = append(set, capName(name))
	}
	if sp.Privileged {
		set = all
	}
	set = supportedCapabilities(set)
	c := &configs.Capabilities{Bounding: set, Effective: set, Permitted: set}
	for _, name := range sp.AmbientCaps {
		if name = capName(name); slices.Contains(set, name) {
			c.Ambient = append(c.Ambient, name)
		}
	}
	c.Inheritable = c.Ambient // ambient needs inheritable; more would be CVE-2022-29162
	return c
}

func capName(name string) string {
	name = strings.ToUpper(name)
	if !strings.HasPrefix(name, "CAP_") {
		name = "CAP_" + name
	}
	return name
}

func cgroupResources(r wire.Resources) *cgroups.Resources {
	out := &cgroups.Resources{
		Memory:    r.MemoryBytes,
		CpuShares: r.CPUShares, CpuWeight: cgroups.ConvertCPUSharesToCgroupV2Value(r.CPUShares),
		CpuQuota: r.CPUQuota, CpuPeriod: r.CPUPeriod,
		CpusetCpus: r.CPUSetCPUs, CpusetMems: r.CPUSetMems,
	}
	switch {
	case r.MemoryBytes > 0:
		out.MemorySwap = r.MemoryBytes + r.SwapBytes
	case cgroups.IsCgroup2UnifiedMode():
		out.Unified = map[string]string{"memory.swap.max": strconv.FormatInt(r.SwapBytes, 10)}
	}
	if r.PIDs > 0 {
		out.PidsLimit = &r.PIDs
	}
	return out
}

// containerDevices are the nodes to make in /dev and the rules of the device cgroup.
func containerDevices(sp *wire.Spec) (nodes []*devcfg.Device, rules []*devcfg.Rule, err error) {
	everything := &devcfg.Rule{
		Type: devcfg.WildcardDevice, Major: devcfg.Wildcard, Minor: devcfg.Wildcard,
		Permissions: "rwm", Allow: sp.Privileged,
	}
	rules = []*devcfg.Rule{everything}
	if sp.Privileged {
		if nodes, err = devices.HostDevices(); err != nil {
			return nil, nil, fmt.Errorf("list host devices: %w", err)
		}
	} else {
		for _, d := range specconv.AllowedDevices {
			rules = append(rules, &d.Rule)
		}
	}
	for _, d := range specconv.AllowedDevices {
		if d.Path != "" && !hasNode(nodes, d.Path) {
			nodes = append(nodes, d)
		}
	}
	for _, want := range sp.Devices {
		d, err := devices.DeviceFromPath(want.HostPath, want.Permissions)
		if err != nil {
			return nil, nil, fmt.Errorf("device %s: %w", want.HostPath, err)
		}
		d.Allow = true
		if want.ContainerPath != "" {
			d.Path = want.ContainerPath
		}
		rules = append(rules, &d.Rule)
		if !hasNode(nodes, d.Path) {
			nodes = append(nodes, d)
		}
	}
	return nodes, rules, nil
}

func hasNode(nodes []*devcfg.Device, path string) bool {
	return slices.ContainsFunc(nodes, func(d *devcfg.Device) bool { return d.Path == path })
}

func rlimitTypes() map[string]int {
	return map[string]int{
		"CPU": unix.RLIMIT_CPU, "FSIZE": unix.RLIMIT_FSIZE, "DATA": unix.RLIMIT_DATA, "STACK": unix.RLIMIT_STACK,
		"CORE": unix.RLIMIT_CORE, "RSS": unix.RLIMIT_RSS, "NPROC": unix.RLIMIT_NPROC, "NOFILE": unix.RLIMIT_NOFILE,
		"MEMLOCK": unix.RLIMIT_MEMLOCK, "AS": unix.RLIMIT_AS,
	}
}
