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
		if err := moveTo(int(fds[wire.FDMount(i)].Fd()), at); err != nil {
			return fmt.Errorf("mount %s: %w", mounts[i].Destination, err)
		}
	}
	return nil
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
