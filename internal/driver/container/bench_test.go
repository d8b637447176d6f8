package container

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkStart measures a start, sandbox included, of containers that stay. Run it with -benchtime 200x. It also
// reports what one container costs its supervisor.
func BenchmarkStart(b *testing.B) {
	o := testOptions(b)
	n := openNative(b, o)
	var all, onlyStart []time.Duration
	i := 0
	var before uint64
	for b.Loop() {
		id := "pod" + strconv.Itoa(i)
		s := script(b, o, "c"+strconv.Itoa(i), "exec sleep 100000")
		s.Sandbox = id
		t0 := time.Now()
		if err := n.CreateSandbox(b.Context(), SandboxConfig{ID: id, Hostname: id}); err != nil {
			b.Fatal(err)
		}
		t1 := time.Now()
		if err := n.Start(b.Context(), s); err != nil {
			b.Fatal(err)
		}
		all, onlyStart = append(all, time.Since(t0)), append(onlyStart, time.Since(t1))
		if i++; i == 10 {
			before = supervisorMemory(b, o)
		}
	}
	slices.Sort(all)
	slices.Sort(onlyStart)
	ms := func(d []time.Duration, q int) float64 { return float64(d[len(d)*q/100].Microseconds()) / 1000 }
	b.ReportMetric(ms(all, 50), "sandbox+start-p50-ms")
	b.ReportMetric(ms(all, 99), "sandbox+start-p99-ms")
	b.ReportMetric(ms(onlyStart, 50), "start-p50-ms")
	b.ReportMetric(ms(onlyStart, 99), "start-p99-ms")
	if i > 20 {
		b.ReportMetric((float64(supervisorMemory(b, o))-float64(before))/float64(i-10), "supervisor-KiB/container")
	}
}

// BenchmarkExec measures a probe: start, output, end.
func BenchmarkExec(b *testing.B) {
	o := testOptions(b)
	n := openNative(b, o)
	mustSandbox(b, n, SandboxConfig{ID: "pod"})
	mustStart(b, n, script(b, o, "c", "exec sleep 100000"))
	for b.Loop() {
		p, err := n.Exec(b.Context(), "c", ExecSpec{Args: []string{"true"}})
		if err != nil {
			b.Fatal(err)
		}
		if exit, err := p.Wait(b.Context()); err != nil || exit.Code != 0 {
			b.Fatal(exit, err)
		}
		p.Close()
	}
}

// supervisorMemory is the private memory of the first supervisor, in KiB.
func supervisorMemory(b *testing.B, o Options) uint64 {
	pids, err := readPIDs(filepath.Join("/sys/fs/cgroup/memory", cgroupRoot(o.Instance), "supervisor"))
	if err != nil {
		pids, err = readPIDs(filepath.Join("/sys/fs/cgroup", cgroupRoot(o.Instance), "supervisor"))
	}
	if err != nil || len(pids) == 0 {
		b.Fatal("no supervisor found: ", err)
	}
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pids[0]))
	if err != nil {
		b.Fatal(err)
	}
	var sum uint64
	for line := range strings.Lines(string(raw)) {
		if f := strings.Fields(line); len(f) == 3 && strings.HasPrefix(f[0], "Private_") {
			v, _ := strconv.ParseUint(f[1], 10, 64)
			sum += v
		}
	}
	return sum
}
