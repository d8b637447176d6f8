package container

import (
	"bufio"
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestResolveCapabilities(t *testing.T) {
	for _, tt := range []struct {
		add, drop []string
		check     func([]string) bool
	}{
		{nil, nil, func(s []string) bool { return len(s) == 14 && slices.Contains(s, "CAP_CHOWN") }},
		{[]string{"NET_ADMIN"}, []string{"CHOWN"}, func(s []string) bool {
			return len(s) == 14 && slices.Contains(s, "CAP_NET_ADMIN") && !slices.Contains(s, "CAP_CHOWN")
		}},
		{[]string{"net_bind_service"}, []string{"ALL"}, func(s []string) bool { return reflect.DeepEqual(s, []string{"CAP_NET_BIND_SERVICE"}) }},
		{[]string{"ALL"}, nil, func(s []string) bool { return reflect.DeepEqual(s, []string{"ALL"}) }},
		{[]string{"ALL"}, []string{"CAP_SYS_ADMIN"}, func(s []string) bool {
			return len(s) == 40 && !slices.Contains(s, "CAP_SYS_ADMIN")
		}},
	} {
		if got := ResolveCapabilities(tt.add, tt.drop); !tt.check(got) {
			t.Errorf("add %v drop %v: %v", tt.add, tt.drop, got)
		}
	}
}

func TestParseHierarchies(t *testing.T) {
	hybrid := `22 1 0:1 / /sys/fs/cgroup rw - tmpfs tmpfs rw
23 22 0:2 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct
24 22 0:3 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
25 22 0:4 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw`
	h, err := parseHierarchies(bufio.NewScanner(strings.NewReader(hybrid)))
	if err != nil || h.v2 || len(h.roots) != 3 || h.dir("cpuacct", "/a") != "/sys/fs/cgroup/cpu/a" || h.dir("pids", "/a") != "" {
		t.Errorf("hybrid: %+v, %v", h, err)
	}
	pure := `22 1 0:1 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw,nsdelegate`
	h, err = parseHierarchies(bufio.NewScanner(strings.NewReader(pure)))
	if err != nil || !h.v2 || h.dir("pids", "/a") != "/sys/fs/cgroup/a" {
		t.Errorf("pure: %+v, %v", h, err)
	}
	if _, err := parseHierarchies(bufio.NewScanner(strings.NewReader(""))); err == nil {
		t.Error("no cgroups: no error")
	}
}

func TestSettings(t *testing.T) {
	r := Resources{CPUShares: 1024, CPUQuota: 50_000, MemoryBytes: 1 << 20}
	v2 := hierarchies{v2: true}.settings(r)
	want := []setting{{"memory", "memory.max", "1048576"}, {"pids", "pids.max", "max"}, {"cpu", "cpu.max", "50000 100000"}, {"cpu", "cpu.weight", "39"}}
	if !reflect.DeepEqual(v2, want) {
		t.Errorf("v2: %v", v2)
	}
	v1 := hierarchies{}.settings(r)
	want = []setting{{"pids", "pids.max", "max"}, {"cpu", "cpu.cfs_period_us", "100000"}, {"cpu", "cpu.cfs_quota_us", "50000"}, {"cpu", "cpu.shares", "1024"}}
	if !reflect.DeepEqual(v1, want) {
		t.Errorf("v1: %v", v1)
	}
}

func TestCheckName(t *testing.T) {
	for _, bad := range []string{"", ".", "..", ".x", "a/b", "a b", "a\x00", strings.Repeat("a", 201)} {
		if checkName(bad) == nil {
			t.Errorf("%q is admitted", bad)
		}
	}
	if err := checkName("0123-abc_D.e"); err != nil {
		t.Error(err)
	}
}

// A call that finds a supervisor dead, and learns of it late, does not take the next one for dead.
func TestLateNewsOfADeadSupervisor(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := &supervisor{n: &Native{ctx: ctx}, up: make(chan struct{})}
	s.rose()
	old, err := s.waitUp(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s.lost(old) // in time
	select {
	case <-s.up:
		t.Error("a supervisor that is dead is up")
	default:
	}
	s.fell(nil) // the keeper's word
	s.rose()    // and its next supervisor
	s.lost(old)
	select {
	case <-s.up:
	default:
		t.Error("the next supervisor was taken for dead")
	}
}
