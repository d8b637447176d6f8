package volume

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// loopTries bounds the races for a free loop device with other programs of the machine.
const loopTries = 16

// How a loop device ends: by itself when the last mount of it and the last open file are gone, so that nothing is left behind by
// a crash; or when it is told to.
const (
	goesAlone = unix.LO_FLAGS_AUTOCLEAR
	stays     = 0
)

// openLoop returns a loop device over a file: the one that it has, or a new one that ends as end says.
func openLoop(image string, end uint32) (dev *os.File, err error) {
	if dev, err := loopOf(image); dev != nil || err != nil {
		return dev, err
	}
	backing, err := os.OpenFile(image, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer backing.Close()
	control, err := os.OpenFile("/dev/loop-control", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer control.Close()
	for range loopTries {
		n, err := unix.IoctlRetInt(int(control.Fd()), unix.LOOP_CTL_GET_FREE)
		if err != nil {
			return nil, fmt.Errorf("asking for a loop device: %w", err)
		}
		dev, err := os.OpenFile(fmt.Sprintf("/dev/loop%d", n), os.O_RDWR, 0)
		if err != nil {
			return nil, err
		}
		conf := unix.LoopConfig{Fd: uint32(backing.Fd()), Info: unix.LoopInfo64{Flags: end}}
		copy(conf.Info.File_name[:len(conf.Info.File_name)-1], image)
		err = unix.IoctlLoopConfigure(int(dev.Fd()), &conf)
		if err == nil {
			return dev, nil
		}
		dev.Close()
		if !errors.Is(err, unix.EBUSY) { // another was faster
			return nil, fmt.Errorf("making loop device %d: %w", n, err)
		}
	}
	return nil, fmt.Errorf("no free loop device after %d tries", loopTries)
}

// lastTwo is a file with the directory it is in.
func lastTwo(path string) string {
	return "/" + filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path))
}

// loopOf finds the loop device of a file, nil if it has none.
func loopOf(image string) (*os.File, error) {
	var st unix.Stat_t
	if err := unix.Stat(image, &st); err != nil {
		return nil, &os.PathError{Op: "stat", Path: image, Err: err}
	}
	names, err := filepath.Glob("/sys/block/loop*/loop/backing_file")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		at, err := os.ReadFile(name)
		// The kernel's name of the file may differ from ours by a symlink, but not in its last two parts.
		if err != nil || !strings.HasSuffix(strings.TrimSpace(string(at)), lastTwo(image)) {
			continue // it went meanwhile, or is another's
		}
		dev, err := os.OpenFile("/dev/"+strings.Split(name, "/")[3], os.O_RDWR, 0)
		if err != nil {
			return nil, err
		}
		// While it is open it cannot go; whether it is still the file's has to be asked again.
		info, err := unix.IoctlLoopGetStatus64(int(dev.Fd()))
		if err == nil && info.Inode == st.Ino && info.Device == st.Dev {
			return dev, nil
		}
		dev.Close()
	}
	return nil, nil
}
