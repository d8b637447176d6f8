package container

import (
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
)

// files writes the files of a cgroup below a root, and of version 1 below its controllers.
func writeCgroup(t *testing.T, files map[string]string) hierarchies {
	t.Helper()
	root := t.TempDir()
	h := hierarchies{roots: []string{root}, v1: map[string]string{}}
	for path, text := range files {
		at := filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if controller, rest, _ := splitFirst(path); rest != "" {
			h.v1[controller] = filepath.Join(root, controller)
		}
	}
	return h
}

func splitFirst(path string) (first, rest string, ok bool) {
	dir, file := filepath.Split(path)
	first = filepath.Dir(filepath.Clean(dir))
	return first, file, first != "."
}

func TestReadVersion1(t *testing.T) {
	self := strconv.Itoa(os.Getpid())
	h := writeCgroup(t, map[string]string{
		"cpu/g/cpu.stat": "nr_periods 7\nnr_throttled 3\nthrottled_time 900\nnr_bursts 2\nburst_time 11\n", "cpu/g/cpu.shares": "512\n", "cpu/g/cpu.cfs_period_us": "100000\n",
		"cpu/g/cpu.cfs_quota_us": "-1\n", "cpu/g/cgroup.procs": self + "\n",
		"cpuacct/g/cpuacct.usage": "123456789\n", "cpuacct/g/cpuacct.stat": "user 5\nsystem 7\n",
		"memory/g/memory.usage_in_bytes": "5000\n", "memory/g/memory.limit_in_bytes": "9223372036854771712\n", "memory/g/memory.memsw.limit_in_bytes": "9223372036854771712\n",
		"memory/g/memory.stat": "cache 1\nrss 2\npgfault 10\npgmajfault 4\ntotal_cache 300\ntotal_rss 400\ntotal_mapped_file 50\ntotal_swap 60\ntotal_pgfault 70\ntotal_pgmajfault 8\n" +
			"total_inactive_file 1000\ntotal_active_file 90\n",
		"memory/g/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 6\n", "memory/g/memory.max_usage_in_bytes": "6000\n", "memory/g/memory.failcnt": "9\n",
		"memory/g/memory.kmem.usage_in_bytes": "77\n", "memory/g/memory.soft_limit_in_bytes": "9223372036854771712\n",
		"pids/g/pids.current": "3\n", "pids/g/pids.max": "max\n",
		"blkio/g/blkio.throttle.io_service_bytes_recursive": "254:0 Read 4096\n254:0 Write 10\n254:0 Total 4106\nTotal 4106\n",
		"blkio/g/blkio.throttle.io_serviced_recursive":      "254:0 Read 1\n254:0 Write 2\n254:0 Total 3\nTotal 3\n",
	})
	got, err := h.reader().read("g", true)
	if err != nil {
		t.Fatal(err)
	}
	p := got.Processes
	if p.Count != 1 || !p.Counted || p.Descriptors < 3 || !p.Limited || p.OpenFiles == 0 {
		t.Errorf("processes %+v", p)
	}
	want := Details{
		Stats: Stats{Time: got.Time, CPUUsageNanos: 123456789, MemoryUsage: 5000, MemoryWorkingSet: 4000, MemoryRSS: 400, MemoryPageFaults: 70, MemoryMajorFaults: 8, OOMKills: 6, PIDs: 3,
			CPUThrottledNanos: 900, CPUThrottledPeriods: 3, CPUPeriods: 7, MemoryCache: 300, MemoryMapped: 50, MemorySwap: 60},
		CPUUserNanos: 50_000_000, CPUSystemNanos: 70_000_000, CPUBursts: 2, CPUBurstNanos: 11, CPUShares: 512, CPUPeriod: 100_000, MemoryMaxUsage: 6000, MemoryFailures: 9, MemoryKernel: 77,
		MemoryActiveFile: 90, MemoryInactiveFile: 1000, MemoryOwnFaults: 10, MemoryOwnMajorFaults: 4, Processes: p,
		Devices: []DeviceIO{{Major: 254, Bytes: map[string]uint64{"Read": 4096, "Write": 10, "Total": 4106}, Count: map[string]uint64{"Read": 1, "Write": 2, "Total": 3}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if d, err := h.reader().read("g", false); err != nil || d.CPUUserNanos != 0 || d.Devices != nil || d.Processes.Count != 1 || d.MemoryUsage != 5000 {
		t.Errorf("without details: %+v, %v", d, err)
	}
	if _, err := h.reader().read("none", true); err == nil {
		t.Error("a cgroup that is not there was read")
	}
}

func TestReadVersion2(t *testing.T) {
	pressure := "some avg10=1.50 avg60=0.25 avg300=0.00 total=1234\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=5\n"
	h := writeCgroup(t, map[string]string{
		"g/cpu.stat": "usage_usec 30\nuser_usec 10\nsystem_usec 20\nnr_periods 1\nnr_throttled 2\nthrottled_usec 3\nnr_bursts 4\nburst_usec 5\n", "g/cpu.max": "50000 100000\n", "g/cpu.weight": "100\n",
		"g/memory.current": "5000\n", "g/memory.max": "max\n", "g/memory.stat": "anon 400\nfile 300\nkernel 77\nfile_mapped 50\ninactive_file 1000\nactive_file 90\npgfault 70\npgmajfault 8\n",
		"g/memory.swap.current": "60\n", "g/memory.swap.max": "100\n", "g/memory.events": "low 0\nmax 9\noom 7\noom_kill 6\n", "g/memory.peak": "6000\n", "g/memory.min": "0\n",
		"g/pids.current": "3\n", "g/pids.max": "12\n", "g/cgroup.procs": "", "g/cpu.pressure": pressure, "g/memory.pressure": pressure, "g/io.pressure": pressure,
		"g/io.stat": "254:0 rbytes=4096 wbytes=10 rios=1 wios=2 dbytes=0 dios=0\n",
	})
	h.v2 = true
	got, err := h.reader().read("g", true)
	if err != nil {
		t.Fatal(err)
	}
	w := Waits{Some: Wait{Avg10: 1.5, Avg60: 0.25, Total: 1234}, Full: Wait{Total: 5}}
	want := Details{
		Stats: Stats{Time: got.Time, CPUUsageNanos: 30_000, MemoryUsage: 5000, MemoryWorkingSet: 4000, MemoryRSS: 400, MemoryPageFaults: 70, MemoryMajorFaults: 8, OOMKills: 6, PIDs: 3,
			CPUThrottledNanos: 3000, CPUThrottledPeriods: 2, CPUPeriods: 1, MemoryCache: 300, MemoryMapped: 50, MemorySwap: 60, MemorySwapLimit: 100, SwapLimited: true, Pressure: &Pressure{w, w, w}},
		CPUUserNanos: 10_000, CPUSystemNanos: 20_000, CPUBursts: 4, CPUBurstNanos: 5000, CPUShares: 2597, CPUQuota: 50_000, CPUPeriod: 100_000, MemoryMaxUsage: 6000, MemoryFailures: 9, MemoryKernel: 77,
		MemoryActiveFile: 90, MemoryInactiveFile: 1000, MemoryOwnFaults: 70, MemoryOwnMajorFaults: 8, PIDsLimit: 12, Processes: Processes{Counted: true},
		Devices: []DeviceIO{{Major: 254, Bytes: map[string]uint64{"Read": 4096, "Write": 10}, Count: map[string]uint64{"Read": 1, "Write": 2}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// A real Pod of a container that has the Pod's cgroup for its own, and one of two.
func TestPodStats(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	ctx := testContext(t)
	mustSandbox(t, n, SandboxConfig{ID: "pod", Resources: Resources{MemoryBytes: 64 << 20}})
	for _, id := range []string{"one", "two"} {
		s := script(t, o, id, "exec sleep 1000")
		s.Resources = Resources{MemoryBytes: 32 << 20, CPUShares: 512, CPUQuota: 50_000, CPUPeriod: 100_000}
		mustStart(t, n, s)
	}
	got, err := n.PodStats(ctx, "pod", []string{"one", "two", "three"}, true)
	if err != nil || len(got.Containers) != 2 || got.Pod.MemoryLimit != 64<<20 {
		t.Fatalf("%+v, %v", got, err)
	}
	c := got.Containers["one"]
	if c.Processes.Count != 1 || !c.Processes.Counted || c.CPUQuota != 50_000 || c.CPUPeriod != 100_000 || c.CPUShares == 0 || c.MemoryLimit != 32<<20 || c.PIDs == 0 {
		t.Errorf("a container: %+v", c)
	}
	if _, err := n.PodStats(ctx, "other", nil, true); err == nil {
		t.Error("a sandbox that is not there was read")
	}

	mustSandbox(t, n, SandboxConfig{ID: "small"})
	s := script(t, o, "sole", "exec sleep 1000")
	s.Sandbox, s.Sole = "small", true
	mustStart(t, n, s)
	if got, err := n.PodStats(ctx, "small", []string{"sole"}, false); err != nil || !reflect.DeepEqual(got.Pod, got.Containers["sole"]) || got.Pod.Processes.Count != 1 {
		t.Errorf("%+v, %v", got, err)
	}

	const bound = 1 << 30
	if err := n.LimitPods(ctx, Resources{MemoryBytes: bound, CPUShares: 2048}); err != nil {
		t.Fatal(err)
	}
	groups, err := n.GroupStats(ctx, true)
	if err != nil || groups.Pods.MemoryLimit != bound || groups.Pods.CPUShares == 0 || groups.Pods.MemoryUsage == 0 || groups.Supervisors.MemoryUsage == 0 || groups.Supervisors.Processes.Count == 0 {
		t.Errorf("%+v, %v", groups, err)
	}
	if err := n.LimitPods(ctx, Resources{}); err != nil {
		t.Fatal(err)
	}
	if groups, err = n.GroupStats(ctx, false); err != nil || groups.Pods.MemoryLimit != 0 {
		t.Errorf("the limit is still %d, %v", groups.Pods.MemoryLimit, err)
	}
}

// What the groups of a node use is what they use without the processes of ours.
func TestWithout(t *testing.T) {
	d := Details{Stats: Stats{MemoryUsage: 10, PIDs: 3}, CPUUserNanos: 5}
	d.without(Details{Stats: Stats{MemoryUsage: 4, PIDs: 9}, CPUUserNanos: 5})
	if d.MemoryUsage != 6 || d.PIDs != 0 || d.CPUUserNanos != 0 {
		t.Errorf("%+v", d)
	}
}

// BenchmarkPodStats is the cost of reading a Pod of one container, which has the Pod's cgroup for its own.
func BenchmarkPodStats(b *testing.B) {
	o := testOptions(b)
	n := openNative(b, o)
	mustSandbox(b, n, SandboxConfig{ID: "pod"})
	s := script(b, o, "sole", "exec sleep 100000")
	s.Sole = true
	mustStart(b, n, s)
	for _, detailed := range []bool{false, true} {
		b.Run("detailed="+strconv.FormatBool(detailed), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := n.PodStats(b.Context(), "pod", []string{"sole"}, detailed); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
