package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// The stage is a directory on which everything is mounted that the container will find at other places: in the launching thread's
// mount namespace only, so that nobody sees it there, and it is gone with the thread, and for the container when it leaves its old
// root. The mount points themselves stay and serve all.

// volumePaths are where the detached mounts that came with a call go on the stage: a directory on a directory and anything else on
// a file. Other mounts have none.
func volumePaths(stage string, mounts []wire.Mount, fds map[string]*os.File) (out []string, err error) {
	out = make([]string, len(mounts))
	for i, m := range mounts {
		if m.Tmpfs {
			continue
		}
		f := fds[wire.FDMount(i)]
		if f == nil {
			return nil, fmt.Errorf("no descriptor came for mount %s", m.Destination)
		}
		info, err := f.Stat()
		if err != nil {
			return nil, fmt.Errorf("mount %s: %w", m.Destination, err)
		}
		name := "f"
		if info.IsDir() {
			name = "v"
		}
		out[i] = filepath.Join(stage, name+strconv.Itoa(i))
	}
	return out, nil
}

// stageVolumes puts the detached mounts where volumePaths says.
func stageVolumes(paths []string, mounts []wire.Mount, fds map[string]*os.File) error {
	for i, at := range paths {
		if at == "" {
			continue
		}
		ensure := ensureFile
		if filepath.Base(at)[0] == 'v' {
			ensure = ensureDir
		}
		if err := ensure(at); err != nil {
			return fmt.Errorf("mount %s: %w", mounts[i].Destination, err)
		}
		err := moveTo(int(fds[wire.FDMount(i)].Fd()), at)
		if errors.Is(err, unix.ELOOP) {
			err = bindAgain(mounts[i].Source, fds[wire.FDMount(i)], at)
		}
		if err != nil {
			return fmt.Errorf("mount %s: %w", mounts[i].Destination, err)
		}
	}
	return nil
}

// bindAgain mounts a source at a place where the detached copy of it cannot go: somewhere below it a mount namespace is pinned
// that is older than the thread's (as snapd does), which the kernel lets nobody move here, but bind from the thread's own view.
func bindAgain(source string, detached *os.File, at string) error {
	fd, err := unix.Open(source, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: source, Err: err}
	}
	defer unix.Close(fd)
	var here, there unix.Stat_t
	if err := errors.Join(unix.Fstat(fd, &here), unix.Fstat(int(detached.Fd()), &there)); err != nil {
		return fmt.Errorf("stat %s: %w", source, err)
	}
	if here.Dev != there.Dev || here.Ino != there.Ino {
		return fmt.Errorf("%s is no longer what it was", source)
	}
	return os.NewSyscallError("mount", unix.Mount(fmt.Sprintf("/proc/self/fd/%d", fd), at, "", unix.MS_BIND|unix.MS_REC, ""))
}

// ensureDir makes a mount point that may be there from an earlier start.
func ensureDir(path string) error {
	if err := os.Mkdir(path, 0o700); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// ensureFile does so for what is no directory.
func ensureFile(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDONLY|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}
