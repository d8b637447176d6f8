package agent

import (
	"context"
	"errors"
	"sync"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/plan/pod"
)

// askOrphans tells the containers of pods that the API no longer knows to end, and gives them the time that any process gets for it. All
// are told at once, so that a start of the agent waits for that only once. Their preStop hooks went with their specifications.
func (a *Agent) askOrphans(ctx context.Context, found []container.Status, orphans map[string]bool) {
	ctx, cancel := context.WithTimeout(ctx, pod.LastGrace)
	defer cancel()
	var ends sync.WaitGroup
	for _, c := range found {
		if !orphans[c.Sandbox] || c.State != container.Running {
			continue
		}
		if err := a.cfg.Containers.Signal(ctx, c.ID, int(a.stopSignal(nil, c.Labels[labelImage]))); err != nil {
			if !errors.Is(err, container.ErrNotRunning) && !errors.Is(err, container.ErrNotFound) {
				a.log.Warn("telling a container to end whose pod is gone", "container", c.ID, "err", err)
			}
			continue
		}
		ends.Go(func() {
			// Whether it ended or not, it is removed next.
			_, _ = a.cfg.Containers.Wait(ctx, c.ID)
		})
	}
	ends.Wait()
}
