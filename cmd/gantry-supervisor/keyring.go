package main

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// Each container has a session keyring of its own. libcontainer would have the container's init join one by its name, for which the
// kernel compares the names of all keyrings that there are: with ten thousand containers that is milliseconds of each start and each
// exec. The launching thread joins one without a name instead, which takes no search, and the container inherits it.

// sharedKeyring is what runc lets the owner of a container's session keyring do beside its possessors, who may do everything
// (KEY_POS_ALL): view, read, search and link it (KEY_USR_...). A further process of the container needs it to find the keys in it.
const sharedKeyring = 0x3f000000 | 0x00010000 | 0x00020000 | 0x00080000 | 0x00100000

// ownKeyring gives the calling thread, and who is cloned from it, a new session keyring. The number is zero where the kernel has no
// keyrings.
func ownKeyring() (serial int, err error) {
	serial, err = unix.KeyctlInt(unix.KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0)
	if errors.Is(err, unix.ENOSYS) {
		return 0, nil
	}
	if err == nil {
		err = unix.KeyctlSetperm(serial, sharedKeyring)
	}
	if err != nil {
		return 0, fmt.Errorf("make a session keyring: %w", err)
	}
	return serial, nil
}

// joinKeyring gives the calling thread a session keyring of its own in which the keys of another one are found. The other one cannot
// be had itself: the kernel lets a process join a keyring by its name only. If its container has let go of it, there is nothing to find.
func joinKeyring(other int) error {
	own, err := ownKeyring()
	if err != nil || own == 0 {
		return err
	}
	_, err = unix.KeyctlInt(unix.KEYCTL_LINK, other, own, 0, 0)
	if err != nil && !errors.Is(err, unix.ENOKEY) && !errors.Is(err, unix.EKEYREVOKED) && !errors.Is(err, unix.EKEYEXPIRED) {
		return fmt.Errorf("link the container's session keyring: %w", err)
	}
	return nil
}
