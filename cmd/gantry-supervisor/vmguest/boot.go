package vmguest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/cmd/gantry-supervisor/vmlink"
)

// shm is the /dev/shm of the Pod, one for all of its containers.
const shm = "/run/shm"

// modules is where the initial file system has the kernel's modules, named in the order in which they are to be loaded.
const modules = "/modules"

// prepare mounts /proc, which even a copy of a program needs. It may be there already.
func prepare() error {
	if _, err := os.Stat("/proc/self"); err == nil {
		return nil
	}
	return mount("proc", "/proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
}

// boot turns a kernel with an initial file system in memory into a machine that can run containers.
func boot() error {
	for _, m := range []struct {
		fs, at string
		flags  uintptr
		data   string
	}{
		{"sysfs", "/sys", unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC, ""},
		{"devtmpfs", "/dev", unix.MS_NOSUID, "mode=0755"},
	} {
		if err := mount(m.fs, m.at, m.flags, m.data); err != nil {
			return err
		}
	}
	if err := loadModules(); err != nil {
		return err
	}
	if err := switchRoot(); err != nil {
		return err
	}
	if err := errors.Join(
		mount("devpts", "/dev/pts", unix.MS_NOSUID|unix.MS_NOEXEC, "mode=0620,ptmxmode=0666,gid=5"),
		mount("tmpfs", shm, unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "mode=1777"),
		mount("cgroup2", "/sys/fs/cgroup", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""),
		mount("virtiofs", vmlink.Share, unix.MS_NODEV, ""),
	); err != nil {
		return err
	}
	// As runc's hosts have them: "/" is everybody's parent and gives nothing away.
	return unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
}

func mount(fs, at string, flags uintptr, data string) error {
	if err := os.MkdirAll(at, 0o755); err != nil {
		return err
	}
	source := fs
	if fs == "virtiofs" {
		source = vmlink.Tag
	}
	if err := unix.Mount(source, at, fs, flags, data); err != nil {
		return fmt.Errorf("mount %s on %s: %w", fs, at, err)
	}
	return nil
}

// loadModules loads what the host has put beside this program, and frees its memory.
func loadModules() error {
	entries, err := os.ReadDir(modules)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries { // sorted by name
		f, err := os.Open(filepath.Join(modules, e.Name()))
		if err != nil {
			return err
		}
		err = unix.FinitModule(int(f.Fd()), "", 0)
		f.Close()
		if err != nil && !errors.Is(err, unix.EEXIST) {
			return fmt.Errorf("load module %s: %w", e.Name(), err)
		}
	}
	return os.RemoveAll(modules)
}

// switchRoot moves to a root that can be left again: a container's root is changed by pivot_root(2), which the first file system of a
// machine does not permit.
func switchRoot() error {
	const next = "/next"
	if err := mount("tmpfs", next, 0, "mode=0755"); err != nil {
		return err
	}
	for _, d := range []string{"proc", "sys", "dev"} {
		at := filepath.Join(next, d)
		if err := os.Mkdir(at, 0o755); err != nil {
			return err
		}
		if err := unix.Mount("/"+d, at, "", unix.MS_MOVE, ""); err != nil {
			return fmt.Errorf("move /%s: %w", d, err)
		}
	}
	// This program runs from a copy in memory, see package main.
	if err := os.Remove(Name); err != nil {
		return err
	}
	if err := unix.Chdir(next); err != nil {
		return err
	}
	if err := unix.Mount(".", "/", "", unix.MS_MOVE, ""); err != nil {
		return fmt.Errorf("switch root: %w", err)
	}
	if err := unix.Chroot("."); err != nil {
		return fmt.Errorf("switch root: %w", err)
	}
	if err := unix.Chdir("/"); err != nil {
		return err
	}
	return os.MkdirAll("/run/lc", 0o700)
}

// The driver is told the port's name some time after it has found the port, and tells nobody. So it is asked again.
const (
	portEvery    = 5 * time.Millisecond
	portPatience = time.Minute
)

// openPort opens the serial port to the host.
func openPort() (*os.File, error) {
	giveUp := time.After(portPatience)
	tick := time.NewTicker(portEvery)
	defer tick.Stop()
	for {
		if name := findPort(); name != "" {
			// Blocking: the driver's poll does not tell of room to write.
			fd, err := unix.Open("/dev/"+name, unix.O_RDWR|unix.O_CLOEXEC, 0)
			if err != nil {
				return nil, fmt.Errorf("open serial port: %w", err)
			}
			return os.NewFile(uintptr(fd), "serial port"), nil
		}
		select {
		case <-tick.C:
		case <-giveUp:
			return nil, fmt.Errorf("no serial port is named %s", vmlink.PortName)
		}
	}
}

// findPort is the device of the port, empty if it is not there yet.
func findPort() string {
	const class = "/sys/class/virtio-ports"
	entries, err := os.ReadDir(class)
	if err != nil {
		return ""
	}
	for _, e := range entries {
		name, _ := os.ReadFile(filepath.Join(class, e.Name(), "name")) // empty until it is known
		if strings.TrimSpace(string(name)) == vmlink.PortName {
			return e.Name()
		}
	}
	return ""
}
