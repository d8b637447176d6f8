package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Memory is what the kernel says about memory, in bytes.
type Memory struct {
	// Total and Available are the machine's; Anonymous is what all of its processes have of their own.
	Total, Available, Anonymous uint64
	// Slab that cannot be reclaimed, stacks, page tables and per-CPU memory are what the machine's kernel has for itself, Shared
	// is all tmpfs and shared memory.
	Slab, Stacks, PageTables, PerCPU, Shared uint64
	// Charged is what the cgroup at the root of the hierarchies that this process sees is charged, Kernel the part of it
	// that is the kernel's own. Both are zero where the root tells nothing.
	Charged, Kernel uint64
}

// ReadMemory reads it now.
func ReadMemory() (m Memory, err error) {
	b, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return m, err
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		n, err := strconv.ParseUint(f[1], 10, 64)
		if err != nil {
			return m, fmt.Errorf("/proc/meminfo: %w", err)
		}
		to := map[string]*uint64{
			"MemTotal:": &m.Total, "MemAvailable:": &m.Available, "AnonPages:": &m.Anonymous, "SUnreclaim:": &m.Slab,
			"KernelStack:": &m.Stacks, "PageTables:": &m.PageTables, "Percpu:": &m.PerCPU, "Shmem:": &m.Shared,
		}[f[0]]
		if to != nil {
			*to = n << 10
		}
	}
	for _, dir := range []string{"/sys/fs/cgroup/memory", "/sys/fs/cgroup"} {
		for _, file := range []string{"memory.usage_in_bytes", "memory.current"} {
			m.Charged = max(m.Charged, number(filepath.Join(dir, file)))
		}
		m.Kernel = max(m.Kernel, number(filepath.Join(dir, "memory.kmem.usage_in_bytes")), field(filepath.Join(dir, "memory.stat"), "kernel"))
	}
	return m, nil
}

// MaxProcesses is the number of processes and threads that the machine can have.
func MaxProcesses() (uint64, error) {
	const path = "/proc/sys/kernel/pid_max"
	if n := number(path); n > 0 {
		return n, nil
	}
	return 0, fmt.Errorf("%s cannot be read", path)
}

// number reads a file of one number, zero if there is none.
func number(path string) uint64 {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(b)), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// field reads one line "name number" of a file, zero if there is none.
func field(path, name string) uint64 {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) == 2 && f[0] == name {
			n, err := strconv.ParseUint(f[1], 10, 64)
			if err == nil {
				return n
			}
		}
	}
	return 0
}

// SlabCache is what the objects of one of the kernel's slab caches take, in bytes; zero where the kernel does not tell. Needs root.
func SlabCache(name string) (uint64, error) {
	const path = "/proc/slabinfo"
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		// Name, objects in use, objects, size of one ...
		f := strings.Fields(line)
		if len(f) < 4 || f[0] != name {
			continue
		}
		used, err := strconv.ParseUint(f[1], 10, 64)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", path, err)
		}
		size, err := strconv.ParseUint(f[3], 10, 64)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", path, err)
		}
		return used * size, nil
	}
	return 0, nil
}
