package container

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// killRounds and killPause bound how long a cgroup is killed again: what forks as fast as it is killed, or hangs in the
// kernel, is left to the next call.
const (
	killRounds = 250
	killPause  = 20 * time.Millisecond
)

func pause() { time.Sleep(killPause) }

// errBusy says that processes are left in a cgroup.
var errBusy = errors.New("processes are left")

// removeTree kills every process in a cgroup and below it, in every hierarchy, and removes the directories.
func (h hierarchies) removeTree(cgroup string) error {
	var err error
	for range killRounds {
		if err = h.tryRemove(cgroup); !errors.Is(err, errBusy) {
			return err
		}
		pause() // the kernel tells no one when a v1 cgroup is empty, so it has to be asked again
	}
	return fmt.Errorf("remove cgroup %s: %w", cgroup, err)
}

func (h hierarchies) tryRemove(cgroup string) error {
	var busy error
	for _, root := range h.roots {
		switch err := killAndRemove(filepath.Join(root, cgroup)); {
		case errors.Is(err, errBusy):
			busy = errBusy
		case err != nil:
			return err
		}
	}
	return busy
}

// killAndRemove works on one directory, deepest first.
func killAndRemove(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ignoreMissing(err)
	}
	var below []error // one that is busy does not keep the others
	for _, e := range entries {
		if e.IsDir() {
			below = append(below, killAndRemove(filepath.Join(dir, e.Name())))
		}
	}
	if err := errors.Join(below...); err != nil {
		if errors.Is(err, errBusy) {
			err = errBusy // once, not a line for each
		}
		return err
	}
	pids, err := readPIDs(dir)
	if errors.Is(err, unix.ENODEV) {
		return nil // removed between the opening and the reading
	}
	if err != nil {
		return ignoreMissing(err)
	}
	for _, pid := range pids {
		_ = unix.Kill(pid, unix.SIGKILL) // gone meanwhile
	}
	err = unix.Rmdir(dir)
	if errors.Is(err, unix.EBUSY) {
		return errBusy
	}
	return ignoreMissing(err)
}

func readPIDs(dir string) ([]int, error) {
	raw, err := os.ReadFile(filepath.Join(dir, "cgroup.procs"))
	if err != nil {
		return nil, err
	}
	var pids []int
	for _, field := range strings.Fields(string(raw)) {
		// 0 is a process of another PID namespace: not to be killed from here.
		if pid, err := strconv.Atoi(field); err == nil && pid > 1 {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}
