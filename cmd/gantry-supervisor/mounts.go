package main

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/opencontainers/runc/libcontainer/configs"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// sealed are the flags of file systems that hold neither programs nor devices.
const sealed = unix.MS_NOSUID | unix.MS_NOEXEC | unix.MS_NODEV

// sealedAttrs are the same as attributes of a mount.
const sealedAttrs = unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NOEXEC | unix.MOUNT_ATTR_NODEV

// containerMounts are the standard mounts and then the container's own, which replace a standard one of the same
// destination.
func containerMounts(s *wire.Start, h hostFacts) ([]*configs.Mount, error) {
	if placed(s) {
		return leftMounts(s, h), nil
	}
	var out []*configs.Mount
	taken := func(dest string) bool {
		return slices.ContainsFunc(s.Spec.Mounts, func(m wire.Mount) bool { return filepath.Clean(m.Destination) == dest })
	}
	for _, m := range standardMounts(s, h) {
		if !taken(m.Destination) {
			out = append(out, m)
		}
	}
	for i, m := range s.Spec.Mounts {
		mount, err := ownMount(m, h.volume(i))
		if err != nil {
			return nil, err
		}
		out = append(out, mount)
	}
	return out, nil
}

func procMount() *configs.Mount {
	return &configs.Mount{Device: "proc", Source: "proc", Destination: "/proc", Flags: sealed}
}

func cgroupMount(flags int) *configs.Mount {
	return &configs.Mount{Device: "cgroup", Source: "cgroup", Destination: "/sys/fs/cgroup", Flags: flags}
}

// leftMounts are those that place leaves to libcontainer.
func leftMounts(s *wire.Start, h hostFacts) []*configs.Mount {
	mounts := []*configs.Mount{procMount(), boundDev(devDir(h.devices, s.Spec.ID))}
	if !stagedCgroup(s, h.cgroupV2) {
		mounts = append(mounts, cgroupMount(sealed|unix.MS_RDONLY))
	}
	return mounts
}

func standardMounts(s *wire.Start, h hostFacts) []*configs.Mount {
	sysFlags := sealed | unix.MS_RDONLY
	if s.Spec.Privileged {
		sysFlags = sealed
	}
	mounts := []*configs.Mount{procMount(), {Device: "sysfs", Source: "sysfs", Destination: "/sys", Flags: sysFlags}}
	if stagedCgroup(s, h.cgroupV2) {
		mounts = append(mounts, boundCgroup(h.stage))
	} else {
		mounts = append(mounts, cgroupMount(sysFlags))
	}
	if stagedDev(s) {
		return append(mounts, boundDev(devDir(h.devices, s.Spec.ID)))
	}
	return append(mounts, ownDev(s)...)
}

// ownDev are the mounts of a /dev that libcontainer makes.
func ownDev(s *wire.Start) []*configs.Mount {
	mounts := []*configs.Mount{
		{Device: "tmpfs", Source: "tmpfs", Destination: "/dev", Flags: unix.MS_NOSUID | unix.MS_STRICTATIME, Data: "mode=755,size=65536k"},
		{Device: "devpts", Source: "devpts", Destination: "/dev/pts", Flags: unix.MS_NOSUID | unix.MS_NOEXEC, Data: "newinstance,ptmxmode=0666,mode=0620,gid=5"},
		{Device: "mqueue", Source: "mqueue", Destination: "/dev/mqueue", Flags: sealed},
	}
	if s.ShmDir != "" {
		mounts = append(mounts, &configs.Mount{
			Device: "bind", Source: s.ShmDir, Destination: "/dev/shm", Flags: unix.MS_BIND | sealed,
			PropagationFlags: []int{unix.MS_PRIVATE},
		})
	}
	return mounts
}

// ownMount is one of the container's own mounts; a bind is of what is staged at source.
func ownMount(m wire.Mount, source string) (*configs.Mount, error) {
	if !filepath.IsAbs(m.Destination) {
		return nil, fmt.Errorf("mount destination %q is not absolute", m.Destination)
	}
	flags := 0
	for _, f := range []struct {
		on   bool
		flag int
	}{{m.ReadOnly, unix.MS_RDONLY}, {m.NoExec, unix.MS_NOEXEC}, {m.NoDev, unix.MS_NODEV}, {m.NoSuid, unix.MS_NOSUID}} {
		if f.on {
			flags |= f.flag
		}
	}
	if m.Tmpfs {
		data := "mode=1777"
		if m.TmpfsBytes > 0 {
			data += fmt.Sprintf(",size=%d", m.TmpfsBytes)
		}
		return &configs.Mount{Device: "tmpfs", Source: "tmpfs", Destination: m.Destination, Flags: flags, Data: data}, nil
	}
	out := &configs.Mount{Device: "bind", Source: source, Destination: m.Destination, Flags: flags | unix.MS_BIND | unix.MS_REC}
	switch m.Propagation {
	case wire.PropagationNone:
		out.PropagationFlags = []int{unix.MS_PRIVATE | unix.MS_REC}
	case wire.PropagationHostToContainer:
		out.PropagationFlags = []int{unix.MS_SLAVE | unix.MS_REC}
	case wire.PropagationBidirectional:
		// It came as a copy of the host's mount, which belongs to its peer group wherever it is.
		out.PropagationFlags = []int{unix.MS_SHARED | unix.MS_REC}
	default:
		return nil, unsupported("mount propagation %s of %s", m.Propagation, m.Destination)
	}
	if m.RecursiveReadOnly {
		out.RecAttr = &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}
	}
	return out, nil
}
