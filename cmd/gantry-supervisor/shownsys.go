package main

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// sysfs is the same for all but for what belongs to a network namespace: its links. All containers see one sysfs, of a network
// namespace that has ended and so has no links, with triggers where the links are.

// Where sysfs has the links of a network namespace. Those of hardware are beside it, and the class leads there.
const (
	sysClassNet   = "class/net"
	sysVirtualNet = "devices/virtual/net"
)

// otherNetClasses are classes of hardware that belongs to network namespaces as well. On a machine that has it each container has a
// sysfs of its own.
func otherNetClasses() []string { return []string{"class/infiniband", "class/ieee80211"} }

// mountShownSys mounts that sysfs, if the program before this one in the same process has not.
func mountShownSys(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	mounted, err := isMountPoint(dir)
	if err != nil {
		return "", err
	}
	if !mounted {
		if err := onThread(func() error { return mountOtherSys(dir) }); err != nil {
			return "", err
		}
	}
	for _, needed := range []string{sysClassNet, sysVirtualNet} {
		if _, err := os.Stat(filepath.Join(dir, needed)); err != nil {
			return "", err
		}
	}
	for _, other := range otherNetClasses() {
		if _, err := os.Stat(filepath.Join(dir, other)); err == nil {
			return "", fmt.Errorf("/sys/%s differs between network namespaces", other)
		}
	}
	return dir, nil
}

// mountOtherSys mounts the sysfs of a network namespace that ends with the calling thread.
func mountOtherSys(dir string) error {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("unshare network namespace: %w", err)
	}
	fd, err := newMount("sysfs", unix.MOUNT_ATTR_RDONLY|sealedAttrs)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return moveTo(fd, dir)
}
