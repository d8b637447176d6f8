package agent

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/plan/eviction"
)

// machineLeft is what the machine has left of all that it may run out of. What cannot be read is left out: nobody is evicted
// for a guess.
func (a *Agent) machineLeft() (out []eviction.Observation) {
	if available, total, ok := memoryLeft(); ok {
		out = append(out, eviction.Observation{Signal: eviction.Memory, Available: available, Capacity: total})
	}
	for dir, signals := range map[string][2]eviction.Signal{
		a.cfg.DataDir: {eviction.NodeFS, eviction.NodeInodes}, a.cfg.ImageDir: {eviction.ImageFS, eviction.ImageInodes},
	} {
		var st unix.Statfs_t
		if dir == "" || unix.Statfs(dir, &st) != nil {
			continue
		}
		out = append(out, eviction.Observation{Signal: signals[0], Available: int64(st.Bavail) * st.Bsize, Capacity: int64(st.Blocks) * st.Bsize},
			eviction.Observation{Signal: signals[1], Available: int64(st.Ffree), Capacity: int64(st.Files)})
	}
	if available, total, ok := pidsLeft(); ok {
		out = append(out, eviction.Observation{Signal: eviction.PIDs, Available: available, Capacity: total})
	}
	return out
}

// memoryLeft reads MemAvailable and MemTotal, in bytes.
func memoryLeft() (available, total int64, ok bool) {
	b, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, 0, false
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		n, err := strconv.ParseInt(f[1], 10, 64)
		if err != nil {
			continue
		}
		switch f[0] {
		case "MemAvailable:":
			available, ok = n<<10, true
		case "MemTotal:":
			total = n << 10
		}
	}
	return available, total, ok
}

// pidsLeft is how many processes and threads the machine can still have, and could have in all.
func pidsLeft() (available, total int64, ok bool) {
	for _, path := range []string{"/proc/sys/kernel/pid_max", "/proc/sys/kernel/threads-max"} {
		n, err := strconv.ParseInt(line(path), 10, 64)
		if err != nil {
			return 0, 0, false
		}
		if total == 0 || n < total {
			total = n
		}
	}
	// "0.20 0.18 0.12 1/80 11206": the number behind the slash counts tasks.
	f := strings.Fields(line("/proc/loadavg"))
	if len(f) < 4 {
		return 0, 0, false
	}
	_, tasks, _ := strings.Cut(f[3], "/")
	n, err := strconv.ParseInt(tasks, 10, 64)
	return total - n, total, err == nil
}

// diskUsage adds up what a pod has written: logs, writable layers, volumes on the node's disk.
func (a *Agent) diskUsage(u *eviction.Usage, uid types.UID, containers map[string]string) {
	for name, id := range containers {
		size, inodes := tree(filepath.Join(a.cfg.DataDir, "containers", id))
		logs, more := tree(filepath.Join(a.logDir(u.Pod), name))
		u.Containers[name] = size + logs
		u.Disk += size + logs
		u.Inodes += inodes + more
	}
	for _, v := range u.Pod.Spec.Volumes {
		if v.EmptyDir != nil && v.EmptyDir.SizeLimit != nil {
			u.Volumes[v.Name], _ = tree(a.cfg.Volumes.Path(string(uid), v.Name, false))
		}
	}
	size, inodes := tree(a.cfg.Volumes.PodDir(string(uid)))
	u.Disk += size
	u.Inodes += inodes
}

// tree is the size of a directory tree on its own file system. What goes away meanwhile counts nothing.
func tree(root string) (size, inodes int64) {
	_ = filepath.WalkDir(root, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // see above
		}
		if info, err := d.Info(); err == nil {
			inodes++
			if st, ok := info.Sys().(*syscall.Stat_t); ok {
				size += st.Blocks * 512
			}
		}
		return nil
	})
	return size, inodes
}
