package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// task is a thread as /proc shows it; its number may be given again, and the directory stays that of the first.
type task struct {
	proc *os.File
}

func openTask(tid int) (*task, error) {
	f, err := os.OpenFile("/proc/"+strconv.Itoa(tid), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return &task{f}, nil
}

func (k *task) close() { k.proc.Close() }

// open opens one of its files.
func (k *task) open(name string, flags int) (*os.File, error) {
	fd, err := unix.Openat(int(k.proc.Fd()), name, flags|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: k.proc.Name() + "/" + name, Err: err}
	}
	return os.NewFile(uintptr(fd), name), nil
}

// started is when it began.
func (k *task) started() (uint64, error) {
	f, err := k.open("stat", unix.O_RDONLY)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	st, err := parseStat(f)
	return st.startTime, err
}

// join joins one of its namespaces.
func (k *task) join(name string, kind int) error {
	f, err := k.open("ns/"+name, unix.O_RDONLY)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := unix.Setns(int(f.Fd()), kind); err != nil {
		return fmt.Errorf("join %s namespace: %w", name, err)
	}
	return nil
}

// points are where a directory of a file system is mounted, as the task sees it.
func (k *task) points(dev uint64, dir string) (out []string, err error) {
	f, err := k.open("mountinfo", unix.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return mountsOf(bufio.NewScanner(f), fmt.Sprintf("%d:%d", unix.Major(dev), unix.Minor(dev)), dir)
}

// mountsOf finds them in a table of mounts, see proc_pid_mountinfo(5).
func mountsOf(table *bufio.Scanner, device, dir string) (out []string, err error) {
	spaces := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	for table.Scan() {
		f := strings.Fields(table.Text())
		if len(f) > 4 && f[2] == device && spaces.Replace(f[3]) == dir {
			out = append(out, spaces.Replace(f[4]))
		}
	}
	return out, table.Err()
}

// visit runs f with the calling thread in the task's mount namespace; root is the task's.
func (k *task) visit(f func(root int) error) error {
	root, err := k.open("root", unix.O_PATH)
	if err != nil {
		return err
	}
	defer root.Close()
	there, err := k.open("ns/mnt", unix.O_RDONLY)
	if err != nil {
		return err
	}
	defer there.Close()
	return visitNamespace(there, func() error { return f(int(root.Fd())) })
}
