package host

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Cgroups are the mounted hierarchies.
type Cgroups struct {
	// Unified is where version 2 is mounted, with the controllers that it offers.
	Unified     string
	Controllers []string
	// V1 maps a controller of version 1 to its mount.
	V1 map[string]string
}

// needed are the controllers without which limits or the end of containers do not work; freezer and kill are part of
// version 2 itself.
var needed = []string{"cpu", "memory", "pids"}

// readCgroups reads the mounts of this process.
func readCgroups() (Cgroups, error) {
	b, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return Cgroups{}, fmt.Errorf("reading the mounts: %w", err)
	}
	c := parseCgroups(string(b), func(dir string) bool {
		_, err := os.Stat(filepath.Join(dir, "cgroup.procs"))
		return err == nil // a mount may lie below another one
	})
	if c.Unified != "" {
		list, err := os.ReadFile(filepath.Join(c.Unified, "cgroup.controllers"))
		if err != nil {
			return c, fmt.Errorf("reading the controllers: %w", err)
		}
		c.Controllers = strings.Fields(string(list))
	}
	if c.Unified == "" && len(c.V1) == 0 {
		return c, errNoCgroups
	}
	return c, nil
}

// parseCgroups reads the form of /proc/self/mounts.
func parseCgroups(mounts string, visible func(dir string) bool) Cgroups {
	c := Cgroups{V1: map[string]string{}}
	for line := range strings.Lines(mounts) {
		f := strings.Fields(line)
		if len(f) < 4 || !strings.HasPrefix(f[2], "cgroup") || !visible(f[1]) {
			continue
		}
		if f[2] == "cgroup2" {
			c.Unified = f[1]
			continue
		}
		for o := range strings.SplitSeq(f[3], ",") {
			if slices.Contains([]string{"cpu", "cpuacct", "memory", "pids", "devices", "freezer", "cpuset", "blkio", "hugetlb"}, o) {
				c.V1[o] = f[1]
			}
		}
	}
	return c
}

// CgroupSupport looks at version and controllers.
func CgroupSupport() Finding {
	c, err := readCgroups()
	if err != nil {
		return missing("cgroups", err.Error(), "mount them: mount -t cgroup2 none /sys/fs/cgroup")
	}
	return c.judge()
}

func (c Cgroups) judge() Finding {
	var lacks []string
	need := needed
	v1 := len(c.V1) > 0
	if v1 {
		need = append(slices.Clone(needed), "freezer", "devices")
	}
	for _, n := range need {
		if _, old := c.V1[n]; !old && !slices.Contains(c.Controllers, n) {
			lacks = append(lacks, n)
		}
	}
	what := fmt.Sprintf("version 2 at %s (%s)", c.Unified, strings.Join(c.Controllers, " "))
	if v1 {
		list := make([]string, 0, len(c.V1))
		for n := range c.V1 {
			list = append(list, n)
		}
		slices.Sort(list)
		what = "version 1 (" + strings.Join(list, " ") + ")"
		if c.Unified != "" {
			what = "hybrid: " + what + ", version 2 at " + c.Unified
		}
	}
	switch {
	case len(lacks) > 0:
		return missing("cgroups", what+", without "+strings.Join(lacks, ", "), "enable these controllers (kernel command line: cgroup_enable=..., or delegate them to this container)")
	case v1:
		return warning("cgroups", what, "it works; version 2 (kernel command line: systemd.unified_cgroup_hierarchy=1) has better memory accounting")
	}
	return ok("cgroups", what)
}
