package bench

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gantry.dev/gantry/internal/driver/host"
)

// kernelCosts are what a pod has of the things that cost the kernel the square of their number: for each memory cgroup it keeps a
// kilobyte for every 64 file systems that have ever been mounted at the same time since the machine was started (struct
// shrinker_info_unit, in the slab cache kmalloc-1k).
func (d *density) kernelCosts() map[string]any {
	out := map[string]any{"of": "the slab cache kmalloc-1k: what memory cgroups keep for all file systems that there were at once since the machine's start"}
	if groups, err := d.memoryGroups(); err == nil {
		out["memory_cgroups_per_pod"] = float64(groups) / float64(d.pods)
	}
	programs, _, err := d.processes()
	if err != nil {
		return out
	}
	one, other, ok := siblings(programs)
	if !ok {
		return out
	}
	if own, err := ownFileSystems(one, other); err == nil {
		out["file_systems_per_pod"], out["file_systems"] = len(own), strings.Join(own, " ")
	}
	return out
}

// memoryGroups counts the memory cgroups of the pods.
func (d *density) memoryGroups() (n int, err error) {
	root := filepath.Join("/sys/fs/cgroup/memory", "gantry-"+d.id)
	if _, err := os.Stat(root); err != nil {
		root = filepath.Join("/sys/fs/cgroup", "gantry-"+d.id)
	}
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return ignoreGone(err)
		}
		if rel, _ := filepath.Rel(root, path); e.IsDir() && strings.HasPrefix(rel, "pod") {
			n++
		}
		return nil
	})
	return n, err
}

// siblings are two processes with the same parent: those of another supervisor see its two file systems in the place of theirs.
func siblings(pids []int) (one, other int, ok bool) {
	first := map[int]int{}
	for _, pid := range pids {
		parent, err := host.Parent(pid)
		if err != nil {
			continue // it has ended
		}
		if first[parent] != 0 {
			return first[parent], pid, true
		}
		first[parent] = pid
	}
	return 0, 0, false
}

// ownFileSystems are the types of the file systems that one process sees and the other does not, sorted.
func ownFileSystems(pid, other int) (own []string, err error) {
	mine, err := fileSystems(pid)
	if err != nil {
		return nil, err
	}
	theirs, err := fileSystems(other)
	if err != nil {
		return nil, err
	}
	for device, kind := range mine {
		if theirs[device] == "" {
			own = append(own, kind)
		}
	}
	slices.Sort(own)
	return own, nil
}

// fileSystems are the types of those that a process sees, by their devices.
func fileSystems(pid int) (map[string]string, error) {
	path := fmt.Sprintf("/proc/%d/mountinfo", pid)
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for line := range strings.Lines(string(b)) {
		mount, kind, _ := strings.Cut(line, " - ")
		at, typ := strings.Fields(mount), strings.Fields(kind)
		if len(at) < 3 || len(typ) == 0 {
			return nil, fmt.Errorf("%s has a line %q", path, line)
		}
		out[at[2]] = typ[0]
	}
	return out, nil
}
