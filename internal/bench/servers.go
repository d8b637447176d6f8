package bench

import (
	"context"
	"errors"
	"time"

	"gantry.dev/gantry/internal/driver/host"
)

// servers are the processes that are measured, with their descendants: none for an instance that runs elsewhere.
type servers []int

func (s servers) known() bool { return len(s) > 0 }

// usage sums over the processes.
func (s servers) usage() (sum host.Usage, _ error) {
	for _, pid := range s {
		u, err := host.UsageOf(pid)
		if err != nil {
			return sum, err
		}
		sum.RSS += u.RSS
		sum.PSS += u.PSS
		sum.Private += u.Private
		sum.CPU += u.CPU
	}
	return sum, nil
}

// cpu is what the servers have used until now.
func (s servers) cpu() time.Duration {
	u, err := s.usage()
	if err != nil {
		return 0 // one has ended, which the requests tell better
	}
	return u.CPU
}

// resetPeak forgets the peaks of memory.
func (s servers) resetPeak() error {
	var errs []error
	for _, pid := range s {
		errs = append(errs, host.ResetPeak(pid))
	}
	return errors.Join(errs...)
}

// peak sums the peaks of memory since resetPeak; they need not have been at the same time.
func (s servers) peak() (sum uint64, _ error) {
	for _, pid := range s {
		n, err := host.PeakOf(pid)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// idle measures what servers use that nobody asks for anything.
func (s sheet) idle(ctx context.Context, pids servers) error {
	settle := s.cfg.scaledTime(settle)
	s.cfg.say("waiting %s for the control plane to settle ...", settle)
	if err := wait(ctx, settle); err != nil {
		return err
	}
	before, err := pids.usage()
	if err != nil {
		return err
	}
	params := map[string]any{"seconds_after_ready": settle.Seconds(), "processes": len(pids)}
	s.add("idle_rss_mib", mib(before.RSS), "MiB", params)
	s.add("idle_pss_mib", mib(before.PSS), "MiB", params)
	s.add("idle_private_mib", mib(before.Private), "MiB", params)
	span := s.cfg.scaledTime(idle)
	if err := wait(ctx, span); err != nil {
		return err
	}
	s.add("idle_cpu_percent", 100*(pids.cpu()-before.CPU).Seconds()/span.Seconds(), "% of a core", map[string]any{"seconds": span.Seconds()})
	return nil
}
