package bench

import (
	"context"
	"errors"
	"time"
)

const (
	// starts are measured, and their median reported.
	starts = 5
	// settle is when memory is read after a start, and idle how long CPU time is then summed.
	settle = 30 * time.Second
	idle   = 20 * time.Second
)

// Start measures how fast a control plane gets ready on a fresh directory, what it uses when idle, and, where pods can
// be run, how fast they are running.
func Start(ctx context.Context, cfg Config) error {
	s := sheet{cfg, "start"}
	if cfg.Kubeconfig != "" {
		return runningPods(ctx, s, cfg.Kubeconfig, cfg.Image)
	}
	if err := s.control(ctx); err != nil {
		return err
	}
	if !cfg.Pods {
		cfg.say("pod_running_p50_ms and pod_running_p99_ms are left out: running pods needs root")
		return nil
	}
	return s.wholeNode(ctx)
}

// control measures the control plane alone.
func (s sheet) control(ctx context.Context) (err error) {
	var took []time.Duration
	var last *instance
	for range starts {
		if last != nil {
			if err := last.stop(); err != nil {
				return err
			}
		}
		if last, err = s.cfg.startServer(ctx); err != nil {
			return err
		}
		took = append(took, last.ready)
	}
	defer func() { err = errors.Join(err, last.stop()) }()
	s.add("ready_ms", millis(median(took)), "ms", map[string]any{"runs": starts, "directory": "fresh"})

	return s.idle(ctx, servers{last.cmd.Process.Pid})
}

// wait lets time pass: here time is what is measured.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
