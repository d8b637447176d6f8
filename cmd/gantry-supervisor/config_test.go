package main

import (
	"slices"
	"testing"

	"github.com/opencontainers/runc/libcontainer/configs"

	"gantry.dev/gantry/internal/driver/container/wire"
)

func TestContainerConfig(t *testing.T) {
	facts := hostFacts{rootDir: "/run/root", stage: "/run/stage", volumes: []string{"/run/stage/v0"}}
	spec := func(edit func(*wire.Start)) *wire.Start {
		s := &wire.Start{Cgroup: "/gantry-x/podp/c", ShmDir: "/shm", Spec: wire.Spec{ID: "c", Args: []string{"x"}, MaskedPaths: []string{"/proc/kcore"}}}
		if edit != nil {
			edit(s)
		}
		return s
	}
	for _, tt := range []struct {
		name  string
		start *wire.Start
		v2    bool
		check func(*configs.Config) bool
	}{
		{"namespaces", spec(nil), false, func(c *configs.Config) bool {
			return c.Namespaces.IsPrivate(configs.NEWPID) && c.Namespaces.Contains(configs.NEWNS) && !c.Namespaces.Contains(configs.NEWNET) && !c.Namespaces.Contains(configs.NEWCGROUP)
		}},
		{"cgroup namespace on version 2", spec(nil), true, func(c *configs.Config) bool { return c.Namespaces.Contains(configs.NEWCGROUP) }},
		{"host PID", spec(func(s *wire.Start) { s.HostPID = true }), false, func(c *configs.Config) bool { return !c.Namespaces.Contains(configs.NEWPID) }},
		{"shared PID", spec(func(s *wire.Start) { s.PIDNS = "/proc/1/ns/pid" }), false, func(c *configs.Config) bool { return c.Namespaces.PathOf(configs.NEWPID) == "/proc/1/ns/pid" }},
		{"no capabilities", spec(nil), false, func(c *configs.Config) bool { return len(c.Capabilities.Bounding) == 0 }},
		{"a capability without its prefix", spec(func(s *wire.Start) { s.Spec.Capabilities = []string{"chown", "CAP_NONSENSE"} }), false, func(c *configs.Config) bool {
			return slices.Equal(c.Capabilities.Bounding, []string{"CAP_CHOWN"})
		}},
		{"hide masks it", spec(nil), false, func(c *configs.Config) bool { return len(c.MaskPaths) == 0 }},
		{"an OCI runtime masks it", spec(func(s *wire.Start) { s.OCI = &wire.OCI{} }), false, func(c *configs.Config) bool { return len(c.MaskPaths) == 1 }},
		{"privileged is not masked", spec(func(s *wire.Start) { s.Spec.Privileged = true }), false, func(c *configs.Config) bool {
			return len(c.MaskPaths) == 0 && len(c.Capabilities.Bounding) > 30 && len(c.Devices) > 6
		}},
		{"only /proc and /dev are left to libcontainer", spec(func(s *wire.Start) {
			s.Spec.Mounts = []wire.Mount{{Destination: "/data", Source: "/x"}}
		}), false, func(c *configs.Config) bool {
			return len(c.Mounts) == 2 && c.Mounts[0].Destination == "/proc" && c.Mounts[1].Destination == "/dev"
		}},
		{"and on version 2 the cgroup", spec(nil), true, func(c *configs.Config) bool {
			return len(c.Mounts) == 3 && c.Mounts[2].Destination == "/sys/fs/cgroup"
		}},
		{"a mount in /proc is left to it too", spec(func(s *wire.Start) {
			s.Spec.Mounts = []wire.Mount{{Destination: "/data/../proc/meminfo", Source: "/x"}}
		}), false, func(c *configs.Config) bool { return len(c.Mounts) == 5 }},
		{"an own mount replaces a standard one", spec(func(s *wire.Start) {
			s.Spec.Mounts = []wire.Mount{{Destination: "/dev/shm/", Source: "/x", Propagation: wire.PropagationHostToContainer}}
		}), false, func(c *configs.Config) bool {
			last := c.Mounts[len(c.Mounts)-1]
			return last.Source == "/run/stage/v0" && !slices.ContainsFunc(c.Mounts, func(m *configs.Mount) bool { return m.Source == "/shm" })
		}},
		{"devices are denied but for the usual", spec(nil), false, func(c *configs.Config) bool {
			first := c.Cgroups.Resources.Devices[0]
			return !first.Allow && first.Type == 'a' && len(c.Devices) == 0
		}},
		{"devices of its own", spec(func(s *wire.Start) {
			s.Spec.Devices = []wire.Device{{HostPath: "/dev/null", ContainerPath: "/dev/other", Permissions: "rw"}}
		}), false, func(c *configs.Config) bool { return len(c.Devices) == 7 }},
		{"limits", spec(func(s *wire.Start) { s.Spec.Resources = wire.Resources{MemoryBytes: 1 << 20, CPUShares: 2, PIDs: 7} }), true, func(c *configs.Config) bool {
			r := c.Cgroups.Resources
			return r.Memory == 1<<20 && r.MemorySwap == 1<<20 && r.CpuWeight == 1 && *r.PidsLimit == 7
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := facts
			f.cgroupV2 = tt.v2
			c, err := containerConfig(tt.start, f)
			if err != nil {
				t.Fatal(err)
			}
			if !tt.check(c) {
				t.Errorf("%+v", c)
			}
		})
	}
}
