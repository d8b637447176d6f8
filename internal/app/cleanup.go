package app

import (
	"context"
	"errors"
	"os"

	"gantry.dev/gantry/internal/agent"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/container/cri"
	"gantry.dev/gantry/internal/driver/firewall"
	"gantry.dev/gantry/internal/driver/link"
	"gantry.dev/gantry/internal/driver/volume"
)

// Cleanup removes everything that an instance made in the kernel. Nothing of it may run; every step is by the
// instance's id, and is tried even if another fails.
func Cleanup(ctx context.Context, dir string, in Instance) error {
	if os.Geteuid() != 0 {
		return nil // then it was a control plane without a node, which leaves nothing
	}
	l := Layout{Dir: dir, Instance: in.ID}
	return errors.Join(
		cri.Cleanup(ctx, l.foreign(), in.ID),
		container.Cleanup(l.runtimeOptions()),
		firewall.Cleanup(in.ID),
		link.Cleanup(in.ID),
		volume.Cleanup(l.volumes()),
	)
}

// Purge removes the data of an instance that Cleanup has seen, and logs of its pods that lie elsewhere.
func Purge(dir string) error {
	return errors.Join(agent.RemoveLogs(Layout{Dir: dir}.Node()), os.RemoveAll(dir))
}
