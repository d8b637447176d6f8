package container

import (
	"bytes"
	"math"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Bounds of what is looked at in one cgroup: beyond them a program that opens files without end would make every reading slow.
const (
	maxCountedProcesses   = 1024
	maxCountedDescriptors = 16384
)

// processes counts the processes that are in the cgroup itself, and looks at them if that is wanted.
func (r *cgroupReader) processes(detailed bool) (p Processes) {
	controller := "cpu"
	if r.h.dir(controller, r.cgroup) == "" {
		controller = "memory"
	}
	text, err := r.load(controller, "cgroup.procs")
	if err != nil || len(text) == 0 {
		p.Counted = err == nil
		return p
	}
	if !detailed {
		p.Count = uint64(bytes.Count(text, []byte("\n")) + 1)
		return p
	}
	pids := strings.Split(string(text), "\n") // the buffer is used again
	p.Count, p.Counted = uint64(len(pids)), len(pids) <= maxCountedProcesses
	p.OpenFiles, p.Limited = openFiles(pids[0])
	for _, pid := range pids {
		if !p.Counted {
			break
		}
		p.Counted = r.descriptors(pid, &p)
	}
	if !p.Counted {
		p.Descriptors, p.Sockets = 0, 0
	}
	return p
}

// descriptors counts the open files of a process; false if there are too many. One that has ended meanwhile has none.
func (r *cgroupReader) descriptors(pid string, p *Processes) bool {
	dir, err := os.Open("/proc/" + pid + "/fd")
	if err != nil {
		return true
	}
	defer dir.Close()
	for {
		names, err := dir.Readdirnames(256)
		p.Descriptors += uint64(len(names))
		if p.Descriptors > maxCountedDescriptors {
			return false
		}
		for _, name := range names {
			n, err := unix.Readlinkat(int(dir.Fd()), name, r.buf)
			if err == nil && bytes.HasPrefix(r.buf[:n], []byte("socket:")) {
				p.Sockets++
			}
		}
		if err != nil {
			return true // the end
		}
	}
}

// openFiles is the soft limit of open files of a process.
func openFiles(pid string) (int64, bool) {
	id, err := strconv.Atoi(pid)
	if err != nil || id == 0 {
		return 0, false // of another PID namespace
	}
	var limit unix.Rlimit
	if err := unix.Prlimit(id, unix.RLIMIT_NOFILE, nil, &limit); err != nil {
		return 0, false
	}
	if limit.Cur > math.MaxInt64 {
		return -1, true
	}
	return int64(limit.Cur), true
}

// pressure reads the three files of a cgroup of version 2; nil where the kernel does not count it.
func (r *cgroupReader) pressure() *Pressure {
	var p Pressure
	for _, f := range []struct {
		name string
		to   *Waits
	}{{"cpu.pressure", &p.CPU}, {"memory.pressure", &p.Memory}, {"io.pressure", &p.IO}} {
		text, err := r.load("cpu", f.name)
		if err != nil {
			return nil
		}
		*f.to = parseWaits(string(text))
	}
	return &p
}

// parseWaits reads "some avg10=0.00 avg60=0.00 avg300=0.00 total=0" and the same of "full".
func parseWaits(text string) (w Waits) {
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		to := &w.Some
		if f[0] == "full" {
			to = &w.Full
		}
		for _, field := range f[1:] {
			name, value, _ := strings.Cut(field, "=")
			v, err := strconv.ParseFloat(value, 64)
			if err != nil {
				continue
			}
			switch name {
			case "avg10":
				to.Avg10 = v
			case "avg60":
				to.Avg60 = v
			case "avg300":
				to.Avg300 = v
			case "total":
				to.Total, _ = strconv.ParseUint(value, 10, 64)
			}
		}
	}
	return w
}

// ReadPressure reads the pressure of the whole machine; nil where the kernel does not count it.
func ReadPressure() *Pressure {
	var p Pressure
	for name, to := range map[string]*Waits{"cpu": &p.CPU, "memory": &p.Memory, "io": &p.IO} {
		text, err := os.ReadFile("/proc/pressure/" + name)
		if err != nil {
			return nil
		}
		*to = parseWaits(string(text))
	}
	return &p
}
