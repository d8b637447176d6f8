package host

import (
	"os"
	"strings"
	"testing"
)

func TestParseCgroups(t *testing.T) {
	const hybrid = `tmpfs /sys/fs/cgroup tmpfs rw 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
cgroup /sys/fs/cgroup/pids cgroup rw,pids 0 0
cgroup /sys/fs/cgroup/freezer cgroup rw,freezer 0 0
cgroup /sys/fs/cgroup/devices cgroup rw,devices 0 0
`
	all := func(string) bool { return true }
	for _, c := range []struct {
		name, mounts string
		controllers  []string
		level        Level
		words        string
	}{
		{"hybrid", hybrid, nil, Warning, "hybrid: version 1"},
		{"without pids", strings.Replace(hybrid, "rw,pids", "rw", 1), nil, Missing, "without pids"},
		{"version 2", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n", []string{"cpu", "memory", "pids"}, OK, "version 2 at /sys/fs/cgroup"},
		{"version 2, nothing delegated", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n", nil, Missing, "without cpu, memory, pids"},
	} {
		got := parseCgroups(c.mounts, all)
		got.Controllers = c.controllers
		if f := got.judge(); f.Level != c.level || !strings.Contains(f.Detail, c.words) {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
}

func TestParseRollup(t *testing.T) {
	got := parseRollup("00400000-7ffd r--p 00000000 00:00 0 [rollup]\nRss:  100 kB\nPss:  50 kB\nPss_Anon: 9 kB\nPrivate_Clean: 3 kB\nPrivate_Dirty: 4 kB\n")
	if got.RSS != 100<<10 || got.PSS != 50<<10 || got.Private != 7<<10 {
		t.Errorf("%+v", got)
	}
}

func TestUsageOfOneself(t *testing.T) {
	u, err := UsageOf(os.Getpid())
	if err != nil {
		t.Skip("smaps_rollup:", err)
	}
	if u.RSS == 0 || u.PSS > u.RSS || u.Private > u.PSS {
		t.Errorf("%+v", u)
	}
}

func TestDisk(t *testing.T) {
	dir := t.TempDir()
	for _, f := range Disk(dir + "/not/yet/there") {
		if f.Level == Missing || f.Detail == "" {
			t.Errorf("%+v", f)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestProbesAnswer(t *testing.T) {
	for _, f := range append(Network(), Root(), Overlayfs(), Seccomp(), OpenFiles(), CgroupSupport()) {
		if f.Name == "" || f.Detail == "" || (f.Level == Missing && f.Advice == "") {
			t.Errorf("%+v", f)
		}
	}
}
