package bench

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// groupRoot is a cgroup's directory in the hierarchy that all processes are in.
func groupRoot(name string) string {
	if _, err := os.Stat("/sys/fs/cgroup/pids"); err == nil {
		return filepath.Join("/sys/fs/cgroup/pids", name)
	}
	return filepath.Join("/sys/fs/cgroup", name)
}

// ignoreGone is err unless it says that something is not there any more.
func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENODEV) {
		return nil
	}
	return err
}

// podGroups are the cgroups of pods.
func (d *density) podGroups() (names []string, err error) {
	entries, err := os.ReadDir(groupRoot("gantry-" + d.id))
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), "pod") {
			names = append(names, e.Name())
		}
	}
	return names, ignoreGone(err)
}

// processesOf are those of one pod.
func (d *density) processesOf(uid string) (pids []int, err error) {
	group := filepath.Join(groupRoot("gantry-"+d.id), "pod"+uid)
	files, err := filepath.Glob(filepath.Join(group, "*", "cgroup.procs"))
	if err != nil {
		return nil, err
	}
	for _, f := range append(files, filepath.Join(group, "cgroup.procs")) {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, ignoreGone(err)
		}
		for _, s := range strings.Fields(string(b)) {
			pid, err := strconv.Atoi(s)
			if err != nil {
				return nil, err
			}
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

// leftovers are the things that exist for pods though there are none any more: cgroups, processes, directories, records,
// logs, links, routes and pinned namespaces.
func (d *density) leftovers() (left []string, err error) {
	groups, err := d.podGroups()
	if err != nil {
		return nil, err
	}
	for _, g := range groups {
		left = append(left, "cgroup "+g)
	}
	programs, _, err := d.processes()
	if err != nil {
		return nil, err
	}
	for _, pid := range programs {
		left = append(left, fmt.Sprintf("process %d", pid))
	}
	run := "/run/gantry-" + d.id
	for _, pattern := range []string{
		run + "/sandboxes/*", run + "/shm/*", run + "/sup/*/c/*", run + "/sup/*/lc/*", run + "-volumes/*/*",
		d.node.data + "/node/containers/*", d.node.data + "/node/pods/*", d.node.data + "/node/logs/*",
	} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			left = append(left, "file "+f)
		}
	}
	routes, err := os.ReadFile("/proc/net/route")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(routes)) {
		// Routes to single addresses are those of pods; the node's own address has none here.
		if f := strings.Fields(line); len(f) > 7 && f[7] == "FFFFFFFF" {
			left = append(left, "route "+strings.TrimSpace(line))
		}
	}
	pins, err := pinned(run+"/holder", false)
	return append(left, pins...), err
}

// pinned lists the namespaces of pods that are pinned in the mount namespace of a node's holder; with pool also those that wait
// for the next pods, under names of their own, and are not left over.
func pinned(holder string, pool bool) (names []string, err error) {
	f, err := os.Open(holder)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		done <- func() error {
			if err := unix.Unshare(unix.CLONE_FS); err != nil {
				return err
			}
			if err := unix.Setns(int(f.Fd()), unix.CLONE_NEWNS); err != nil {
				return err
			}
			for _, kind := range []string{"/net", "/ipc", "/uts"} {
				entries, err := os.ReadDir(kind)
				if err != nil {
					return err
				}
				for _, e := range entries {
					if pool || !strings.HasPrefix(e.Name(), "pool-") {
						names = append(names, "namespace "+kind+"/"+e.Name())
					}
				}
			}
			return nil
		}()
	}()
	if err := <-done; err != nil {
		return nil, fmt.Errorf("looking into %s: %w", holder, err)
	}
	return names, nil
}

// remains are the things that carry the instance's name though it has been removed: cgroups, mounts, links and files.
func (d *density) remains() (left []string, err error) {
	name := "gantry-" + d.id
	groups, err := filepath.Glob("/sys/fs/cgroup/*/" + name)
	if err != nil {
		return nil, err
	}
	left = append(left, groups...)
	files, err := filepath.Glob("/run/" + name + "*")
	if err != nil {
		return nil, err
	}
	left = append(left, files...)
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(mounts)) {
		if strings.Contains(line, name) {
			left = append(left, "mount "+strings.TrimSpace(line))
		}
	}
	links, err := os.ReadFile("/proc/net/dev")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(links)) {
		if link := strings.TrimSpace(strings.Split(line, ":")[0]); strings.HasPrefix(link, "gt") {
			left = append(left, "link "+link)
		}
	}
	return left, nil
}
