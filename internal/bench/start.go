package bench

import (
	"context"
	"errors"
	"time"

	"gantry.dev/gantry/internal/driver/host"
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

	s.cfg.say("waiting %s for the control plane to settle ...", settle)
	if err := wait(ctx, settle); err != nil {
		return err
	}
	before, err := host.UsageOf(last.cmd.Process.Pid)
	if err != nil {
		return err
	}
	params := map[string]any{"seconds_after_ready": settle.Seconds()}
	s.add("idle_pss_mib", mib(before.PSS), "MiB", params)
	s.add("idle_private_mib", mib(before.Private), "MiB", params)
	if err := wait(ctx, idle); err != nil {
		return err
	}
	after, err := host.UsageOf(last.cmd.Process.Pid)
	if err != nil {
		return err
	}
	s.add("idle_cpu_percent", 100*(after.CPU-before.CPU).Seconds()/idle.Seconds(), "% of a core", map[string]any{"seconds": idle.Seconds()})
	return nil
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
