package container

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// The run directory: a private tmpfs, so that what is in it cannot outlive the kernel that it speaks of. In it are
// sandboxes/ (records), sup/N/ (a supervisor's), shm (a tmpfs of its own: containers fill it) and holder.
//
// holder is the pin of a mount namespace that holds nothing but the pins of the sandboxes' namespaces: three mounts a Pod
// would make each start of a container slower if they were where containers are cloned from.
const (
	holderFile = "holder"
	shmDir     = "shm"
	nsfsMagic  = 0x6e736673
)

// passable is the mode of directories that others may pass and not read.
const passable = 0o711

// runDirBytes bounds the run directory: a record has a few kilobytes.
const runDirBytes = "size=512m,mode=0711"

func mountRunDir(dir string) error {
	for _, m := range []struct{ dir, data string }{{dir, runDirBytes}, {filepath.Join(dir, shmDir), "mode=0711"}} {
		if err := os.MkdirAll(m.dir, 0o700); err != nil {
			return fmt.Errorf("run directory: %w", err)
		}
		mounted, err := isMountPoint(m.dir)
		if err != nil {
			return err
		}
		if mounted {
			continue
		}
		if err := unix.Mount("gantry", m.dir, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, m.data); err != nil {
			return fmt.Errorf("mount tmpfs on %s: %w", m.dir, err)
		}
		// A mount namespace cannot be pinned on a shared mount, and nobody else has to see this one.
		if err := unix.Mount("", m.dir, "", unix.MS_PRIVATE, ""); err != nil {
			return fmt.Errorf("make %s private: %w", m.dir, err)
		}
	}
	for _, d := range []string{"sandboxes", "sup", "hold"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			return fmt.Errorf("run directory: %w", err)
		}
	}
	// Root of a user namespace, who is nobody here, has to pass on the way to its container's root file system.
	for _, d := range []string{dir, filepath.Join(dir, "sup")} {
		if err := os.Chmod(d, passable); err != nil {
			return fmt.Errorf("run directory: %w", err)
		}
	}
	return nil
}

func isMountPoint(dir string) (bool, error) {
	var here, above unix.Stat_t
	if err := unix.Stat(dir, &here); err != nil {
		return false, fmt.Errorf("stat %s: %w", dir, err)
	}
	if err := unix.Stat(filepath.Dir(dir), &above); err != nil {
		return false, fmt.Errorf("stat %s: %w", filepath.Dir(dir), err)
	}
	return here.Dev != above.Dev, nil
}

// openHolder opens the holder, which is made the first time.
func openHolder(runDir string) (*os.File, error) {
	path := filepath.Join(runDir, holderFile)
	f, err := os.OpenFile(path, os.O_RDONLY|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open holder: %w", err)
	}
	var st unix.Statfs_t
	if err := unix.Fstatfs(int(f.Fd()), &st); err != nil {
		f.Close()
		return nil, fmt.Errorf("open holder: %w", err)
	}
	if st.Type == nsfsMagic {
		return f, nil
	}
	f.Close()
	if err := makeHolder(path, filepath.Join(runDir, "hold")); err != nil {
		return nil, fmt.Errorf("make the mount namespace that holds those of Pods: %w", err)
	}
	return os.Open(path)
}

// makeHolder makes the holder. The kernel only lets a mount namespace be pinned in one with a lower id, to keep loops
// out, and since Linux 6.18 each CPU hands out ids from a block of its own: in a namespace that is young itself the first
// try may be refused (EINVAL), and one on another CPU is not.
func makeHolder(pin, mountPoint string) error {
	err := makeHolderOn(nil, pin, mountPoint)
	if !errors.Is(err, unix.EINVAL) {
		return err
	}
	var allowed unix.CPUSet
	if err := unix.SchedGetaffinity(0, &allowed); err != nil {
		return fmt.Errorf("read CPU affinity: %w", err)
	}
	for cpu := range allowed.Count() * 2 { // CPUs may be numbered with gaps
		if !allowed.IsSet(cpu) {
			continue
		}
		var one unix.CPUSet
		one.Set(cpu)
		if err = makeHolderOn(&one, pin, mountPoint); !errors.Is(err, unix.EINVAL) {
			return err
		}
	}
	return err
}

// makeHolderOn makes the mount namespace on a thread, on the CPUs given, and pins it from this one.
func makeHolderOn(cpus *unix.CPUSet, pin, mountPoint string) error {
	tid, pinned := make(chan int), make(chan error, 1)
	failed := make(chan error, 1)
	go func() {
		failed <- onThread(func() error {
			if cpus != nil { // the thread ends with the function
				if err := unix.SchedSetaffinity(0, cpus); err != nil {
					return fmt.Errorf("set CPU affinity: %w", err)
				}
			}
			if err := emptyNamespace(mountPoint); err != nil {
				return err
			}
			tid <- unix.Gettid()
			return <-pinned
		})
	}()
	select {
	case err := <-failed:
		return err
	case id := <-tid:
		err := unix.Mount(fmt.Sprintf("/proc/self/task/%d/ns/mnt", id), pin, "", unix.MS_BIND, "")
		if err == nil {
			// A copy of the host's root for a container leaves it out: the kernel puts no tree into a mount namespace in which an older
			// one is pinned (ELOOP), and nobody is to enter it.
			err = unix.Mount("", pin, "", unix.MS_UNBINDABLE, "")
		}
		pinned <- err
		return <-failed
	}
}

// emptyNamespace puts the calling thread into a mount namespace that has a tmpfs with a proc, and no more.
func emptyNamespace(mountPoint string) error {
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("unshare mount namespace: %w", err)
	}
	old := filepath.Join(mountPoint, "old")
	steps := []struct {
		what string
		do   func() error
	}{
		{"make mounts private (the root directory has to be a mount point, which a chroot's is not)",
			func() error { return unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "") }},
		{"mount a tmpfs", func() error { return unix.Mount("gantry-holder", mountPoint, "tmpfs", 0, "size=64m,mode=0700") }},
		{"make directories", func() error {
			var errs []error
			for _, d := range []string{"old", "proc", "net", "ipc", "uts"} {
				errs = append(errs, os.Mkdir(filepath.Join(mountPoint, d), 0o700))
			}
			return errors.Join(errs...)
		}},
		{"bind /proc", func() error { return unix.Mount("/proc", filepath.Join(mountPoint, "proc"), "", unix.MS_BIND, "") }},
		{"change the root", func() error { return unix.PivotRoot(mountPoint, old) }},
		{"enter it", func() error { return unix.Chdir("/") }},
		{"let go of the old root", func() error { return unix.Unmount("/old", unix.MNT_DETACH) }},
		{"remove its mount point", func() error { return os.Remove("/old") }},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}
