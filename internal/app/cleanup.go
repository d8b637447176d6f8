package app

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/firewall"
	"gantry.dev/gantry/internal/driver/link"
)

// Cleanup removes everything that an instance made in the kernel. Nothing of it may run; every step is by the
// instance's id, and is tried even if another fails.
func Cleanup(_ context.Context, dir string, in Instance) error {
	if os.Geteuid() != 0 {
		return nil // then it was a control plane without a node, which leaves nothing
	}
	l := Layout{Dir: dir, Instance: in.ID}
	return errors.Join(
		container.Cleanup(l.runtimeOptions()),
		firewall.Cleanup(in.ID),
		link.Cleanup(in.ID),
		l.cleanVolumes(),
	)
}

// cleanVolumes takes the tmpfs of volumes away and empties the volumes of pods that no longer run.
func (l Layout) cleanVolumes() error {
	mem := l.volumes().Memory
	if err := unix.Unmount(mem, unix.MNT_DETACH); err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) {
		return fmt.Errorf("unmounting %s: %w", mem, err)
	}
	return os.RemoveAll(mem)
}
