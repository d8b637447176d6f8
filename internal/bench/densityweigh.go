package bench

import (
	"bufio"
	"context"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"gantry.dev/gantry/internal/driver/host"
)

// weight is the memory of a node at one time, in bytes.
type weight struct {
	machine                       host.Memory
	programs, gantry, supervisors host.Usage
	// heap is the gantry process's live heap by floor.
	heap map[string]float64
	// units is the kernel's slab cache in which memory cgroups keep a kilobyte for every 64 file systems, see kernelCosts.
	units uint64
	// counts of processes.
	running, parents int
}

// others is what the processes of the machine that are not the run's have of their own: it changes while they work.
func (w weight) others() uint64 {
	ours := w.programs.Anonymous + w.gantry.Anonymous + w.supervisors.Anonymous
	return w.machine.Anonymous - min(w.machine.Anonymous, ours)
}

// weigh reads it. The programs' own memory is measured, not known.
func (d *density) weigh(ctx context.Context) (w weight, err error) {
	if w.heap, err = d.heap(ctx); err != nil {
		return w, err
	}
	if w.machine, err = host.ReadMemory(); err != nil {
		return w, err
	}
	if w.units, err = host.SlabCache("kmalloc-1k"); err != nil {
		return w, err
	}
	programs, supervisors, err := d.processes()
	if err != nil {
		return w, err
	}
	w.running, w.parents = len(programs), len(supervisors)
	if w.gantry, err = host.UsageEach([]int{d.pid}); err != nil {
		return w, err
	}
	if w.supervisors, err = host.UsageEach(supervisors); err != nil {
		return w, err
	}
	w.programs, err = host.UsageEach(programs)
	return w, err
}

// tellMemory reports what a pod costs, by cause. The whole is what the machine has less of; overhead is what a container has of it
// beyond its processes as they would be without one, and the kernel's part what is left when all processes' own pages are taken away.
func (d *density) tellMemory(before, after weight) {
	per := func(now, then uint64) float64 { return (float64(now) - float64(then)) / 1024 / float64(d.pods) }
	whole := per(before.machine.Available+before.others(), after.machine.Available+after.others())
	programs := per(after.programs.PSS, before.programs.PSS)
	gantry := per(after.gantry.PSS, before.gantry.PSS)
	supervisors := per(after.supervisors.PSS, before.supervisors.PSS)
	d.add("overhead_kib_per_pod", whole-d.process*float64(after.running)/float64(d.pods), "KiB", map[string]any{
		"pods": d.pods, "of": "MemAvailable, without process_kib_per_pod and what other processes took meanwhile", "whole_kib_per_pod": whole,
		"mib_less_available": mib(before.machine.Available) - mib(after.machine.Available), "mib_of_others": mib(after.others()) - mib(before.others()),
	})
	then, now := before.machine, after.machine
	slab, stacks, tables := per(now.Slab, then.Slab), per(now.Stacks, then.Stacks), per(now.PageTables, then.PageTables)
	percpu, shared := per(now.PerCPU, then.PerCPU), per(now.Shared, then.Shared)
	d.add("counted_kib_per_pod", slab+stacks+tables+percpu+shared+gantry+supervisors, "KiB", map[string]any{
		"of":   "the kernel's counters in /proc/meminfo, gantry and the supervisors: less disturbed by others than MemAvailable",
		"slab": slab, "stacks": stacks, "page_tables": tables, "per_cpu": percpu, "tmpfs": shared,
	})
	if after.machine.Charged > 0 {
		d.add("charged_kib_per_pod", per(after.machine.Charged, before.machine.Charged)-programs, "KiB", map[string]any{"of": "the cgroup of the run, page cache of files included"})
		d.add("charged_kernel_kib_per_pod", per(after.machine.Kernel, before.machine.Kernel), "KiB", nil)
	}
	d.add("shrinkers_kib_per_pod", per(after.units, before.units), "KiB", d.kernelCosts())
	d.add("program_kib_per_pod", programs, "KiB", map[string]any{"processes": after.running})
	d.add("kernel_kib_per_pod", whole-programs-gantry-supervisors, "KiB", nil)
	d.add("supervisor_kib_per_pod", supervisors, "KiB", map[string]any{"processes": after.parents, "mib_in_all": mib(after.supervisors.PSS)})
	d.add("gantry_kib_per_pod", gantry, "KiB", map[string]any{"mib_in_all": mib(after.gantry.PSS)})
	live := 0.0
	for _, floor := range []string{"agent", "store", "view", "other"} {
		kib := (after.heap[floor] - before.heap[floor]) / 1024 / float64(d.pods)
		live += kib
		d.add(floor+"_kib_per_pod", kib, "KiB", map[string]any{"of": "live heap of the gantry process"})
	}
	d.add("runtime_kib_per_pod", gantry-live, "KiB", map[string]any{"of": "the gantry process beyond its live heap: garbage, stacks, spare memory"})
}

// startCPU tells what a start has cost the processor: in gantry, in its supervisors, and in the pods' own processes, whose life
// begins as runc's init.
func (d *density) startCPU(before weight) error {
	programs, supervisors, err := d.processes()
	if err != nil {
		return err
	}
	each := map[string]any{}
	sum := 0.0
	for name, of := range map[string]struct {
		pids   []int
		before time.Duration
	}{"gantry": {[]int{d.pid}, before.gantry.CPU}, "supervisors": {supervisors, 0}, "inits": {programs, 0}} {
		now, err := host.UsageEach(of.pids)
		if err != nil {
			return err
		}
		ms := (now.CPU - of.before).Seconds() * 1000 / float64(d.pods)
		each[name] = ms
		sum += ms
	}
	d.add("start_cpu_ms", sum, "ms", each)
	return nil
}

// nodeCPU is the processor's time that gantry and its supervisors have used.
func (d *density) nodeCPU() (time.Duration, error) {
	_, supervisors, err := d.processes()
	if err != nil {
		return 0, err
	}
	u, err := host.UsageEach(append(supervisors, d.pid))
	return u.CPU, err
}

// idleCPU measures what the node uses while nobody asks it for anything.
func (d *density) idleCPU(ctx context.Context, span time.Duration) error {
	_, supervisors, err := d.processes()
	if err != nil {
		return err
	}
	before, err := host.UsageEach([]int{d.pid})
	if err != nil {
		return err
	}
	parents, err := host.UsageEach(supervisors)
	if err != nil {
		return err
	}
	begun := time.Now()
	if err := wait(ctx, span); err != nil {
		return err
	}
	percent := func(pids []int, before host.Usage) (float64, error) {
		now, err := host.UsageEach(pids)
		return 100 * (now.CPU - before.CPU).Seconds() / time.Since(begun).Seconds(), err
	}
	gantry, err := percent([]int{d.pid}, before)
	if err != nil {
		return err
	}
	others, err := percent(supervisors, parents)
	if err != nil {
		return err
	}
	d.add("idle_cpu_percent", gantry+others, "% of a core", map[string]any{
		"gantry": gantry, "supervisors": others, "seconds": span.Seconds(), "http_probes_per_s": float64(2*d.probed) / 10,
	})
	return nil
}

// processes are those of the pods, and the supervisors.
func (d *density) processes() (programs, supervisors []int, err error) {
	root := groupRoot("gantry-" + d.id)
	err = filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() != "cgroup.procs" {
			return ignoreGone(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return ignoreGone(err)
		}
		for _, f := range strings.Fields(string(b)) {
			pid, err := strconv.Atoi(f)
			if err != nil {
				return err
			}
			switch rel, _ := filepath.Rel(root, path); {
			case strings.HasPrefix(rel, "pod"):
				programs = append(programs, pid)
			case strings.HasPrefix(rel, "supervisor"):
				supervisors = append(supervisors, pid)
			}
		}
		return nil
	})
	return programs, supervisors, err
}

// heap is the live heap of the gantry process by the floor that a thing was made for, from the profile that it serves.
func (d *density) heap(ctx context.Context) (map[string]float64, error) {
	res, err := d.c.open(ctx, 0, "/debug/pprof/heap?gc=1&debug=1", mediaJSON)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return readHeap(res.Body)
}

// readHeap sums a heap profile in its text form. Samples are scaled up to what they stand for.
func readHeap(r io.Reader) (map[string]float64, error) {
	sum := map[string]float64{}
	rate := 512 * 1024.0
	var bytes float64
	var stack []string
	flush := func() {
		if bytes > 0 {
			sum[floorOf(stack)] += bytes
		}
		bytes, stack = 0, stack[:0]
	}
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		line := in.Text()
		if name, ok := strings.CutPrefix(line, "#\t"); ok {
			if f := strings.Fields(name); len(f) > 1 {
				stack = append(stack, f[1])
			}
			continue
		}
		flush()
		if strings.HasPrefix(line, "heap profile:") {
			if _, tail, ok := strings.Cut(line, "@ heap/"); ok {
				if v, err := strconv.ParseFloat(tail, 64); err == nil {
					rate = v / 2 // the header has twice the rate
				}
			}
			continue
		}
		// "3: 4096 [10: 20480] @ 0x1 0x2": objects and bytes in use, sampled.
		head, _, ok := strings.Cut(line, " [")
		objects, size, two := strings.Cut(head, ": ")
		n, err1 := strconv.ParseFloat(strings.TrimSpace(objects), 64)
		b, err2 := strconv.ParseFloat(size, 64)
		if !ok || !two || err1 != nil || err2 != nil || n == 0 {
			continue
		}
		bytes = b / (1 - math.Exp(-b/n/rate))
	}
	flush()
	return sum, in.Err()
}

// floorOf sorts an allocation by who keeps it: the view's objects are decoded by others.
func floorOf(stack []string) string {
	for _, floor := range [][2]string{
		{"gantry.dev/gantry/internal/view.", "view"}, {"gantry.dev/gantry/internal/store", "store"},
		{"gantry.dev/gantry/internal/agent.", "agent"}, {"gantry.dev/gantry/internal/driver", "agent"},
	} {
		for _, f := range stack {
			if strings.HasPrefix(f, floor[0]) {
				return floor[1]
			}
		}
	}
	return "other"
}
