package container

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkStart measures a start, sandbox included, of containers that stay, with each runtime of the machine. Run it with
// -benchtime 200x. It also reports the memory of a Pod: what its cgroup is charged, and what the processes around it have grown by.
func BenchmarkStart(b *testing.B) {
	for _, h := range append([]Handler{{}}, testHandlers(b)...) {
		b.Run(cmp.Or(h.Name, "native"), func(b *testing.B) {
			o := testOptions(b)
			if h.Name != "" {
				o.Handlers = []Handler{h}
			}
			n := openNative(b, o)
			benchStart(b, n, h.Name, func(id string) Spec { return script(b, o, id, "exec sleep 100000") }, func() uint64 { return supervisorMemory(b, o) })
		})
	}
}

// benchStart starts Pods of one container in the sandboxes of a handler. around is the memory of the processes around them, in KiB.
func benchStart(b *testing.B, n Runtime, handler string, sleeper func(id string) Spec, around func() uint64) {
	const first = 3 // what is made once does not count
	var all, onlyStart []time.Duration
	i := 0
	var before, charged uint64
	for b.Loop() {
		id := "pod" + strconv.Itoa(i)
		s := sleeper("c" + strconv.Itoa(i))
		s.Sandbox = id
		t0 := time.Now()
		if err := n.CreateSandbox(b.Context(), SandboxConfig{ID: id, Hostname: id, Handler: handler}); err != nil {
			b.Fatal(err)
		}
		t1 := time.Now()
		if err := n.Start(b.Context(), s); err != nil {
			b.Fatal(err)
		}
		all, onlyStart = append(all, time.Since(t0)), append(onlyStart, time.Since(t1))
		if i++; i == first {
			before = around()
		}
	}
	for j := range i {
		st, err := n.SandboxStats(b.Context(), "pod"+strconv.Itoa(j))
		if err != nil {
			b.Fatal(err)
		}
		charged += st.MemoryUsage
	}
	slices.Sort(all)
	slices.Sort(onlyStart)
	ms := func(d []time.Duration, q int) float64 { return float64(d[len(d)*q/100].Microseconds()) / 1000 }
	b.ReportMetric(ms(all, 50), "sandbox+start-p50-ms")
	b.ReportMetric(ms(all, 99), "sandbox+start-p99-ms")
	b.ReportMetric(ms(onlyStart, 50), "start-p50-ms")
	b.ReportMetric(ms(onlyStart, 99), "start-p99-ms")
	b.ReportMetric(float64(charged)/1024/float64(i), "cgroup-KiB/pod")
	if i > 2*first {
		b.ReportMetric((float64(around())-float64(before))/float64(i-first), "around-KiB/pod")
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

// supervisorMemory is the memory of the supervisor and of what runs beside it for its containers, in KiB.
func supervisorMemory(b *testing.B, o Options) (sum uint64) {
	pids, err := readPIDs(filepath.Join("/sys/fs/cgroup/memory", cgroupRoot(o.Instance), "supervisor"))
	if err != nil {
		pids, err = readPIDs(filepath.Join("/sys/fs/cgroup", cgroupRoot(o.Instance), "supervisor"))
	}
	if err != nil || len(pids) == 0 {
		b.Fatal("no supervisor found: ", err)
	}
	for _, pid := range pids {
		sum += proportional(pid)
	}
	return sum
}

// proportional is a process's share of the memory that it uses, in KiB; 0 if it has ended.
func proportional(pid int) uint64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(raw)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "Pss:" {
			n, _ := strconv.ParseUint(f[1], 10, 64)
			return n
		}
	}
	return 0
}
