package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/app"
)

// stopWait is how long the daemon may take to end before it is killed: its own drain and some air.
const stopWait = 15 * time.Second

func downCommand(e *env) *cobra.Command {
	purge := false
	c := &cobra.Command{Use: "down", Short: "Stop the cluster and leave nothing behind", Args: noArgs,
		Long: `Stop the instance of the data directory, end its containers, and remove everything that it made in the
kernel: namespaces, mounts, links, routes, cgroups, firewall tables; settings that it changed get their old
values back. It works on an instance that was killed as well, and only ever touches what carries the
instance's id. The data stay for the next "up"; --purge removes them too.`,
		Example: "  gantry down\n  gantry down --data-dir /srv/edge --purge",
		RunE:    func(c *cobra.Command, _ []string) error { return e.down(c.Context(), purge) }}
	c.Flags().BoolVar(&purge, "purge", false, "also remove the data directory")
	return c
}

func (e *env) down(ctx context.Context, purge bool) error {
	in, err := app.LoadInstance(e.dataDir)
	if errors.Is(err, fs.ErrNotExist) {
		e.printf("nothing runs in %s\n", e.dataDir)
		return nil
	}
	if err != nil {
		return err
	}
	if err := e.stop(ctx); err != nil {
		return err
	}
	if err := app.Cleanup(ctx, e.dataDir, in); err != nil {
		return fmt.Errorf("cleaning up after instance %s: %w", in.ID, err)
	}
	if purge {
		if err := app.Purge(e.dataDir); err != nil {
			return fmt.Errorf("removing the data: %w", err)
		}
		e.printf("instance %s is down, its data are removed\n", in.ID)
		return nil
	}
	e.printf("instance %s is down; its data stay in %s (remove them with --purge)\n", in.ID, e.dataDir)
	return nil
}

// stop ends the process that holds the data directory's lock, and returns when it is gone.
func (e *env) stop(ctx context.Context) error {
	l := e.layout()
	if !l.Running() {
		return nil
	}
	b, err := os.ReadFile(l.PID())
	if err != nil {
		return fmt.Errorf("a gantry runs on %s but its pid file is gone: %w; find it with `fuser %s/lock` and end it", l.Dir, err, l.Dir)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return fmt.Errorf("pid file %s: %w", l.PID(), err)
	}
	fd, err := unix.PidfdOpen(pid, 0)
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("process %d: %w", pid, err)
	}
	defer unix.Close(fd)
	if !l.Running() { // the pid may be a stranger's by now
		return nil
	}
	e.printf("stopping … ")
	for _, sig := range []unix.Signal{unix.SIGTERM, unix.SIGKILL} {
		if err := unix.PidfdSendSignal(fd, sig, nil, 0); err != nil && !errors.Is(err, unix.ESRCH) {
			return fmt.Errorf("ending process %d: %w", pid, err)
		}
		if ended, err := waitEnd(ctx, fd, stopWait); ended || err != nil {
			e.printf("stopped\n")
			return err
		}
	}
	return fmt.Errorf("process %d does not end, not even by SIGKILL: it hangs in the kernel, see /proc/%d/stack", pid, pid)
}

// waitEnd polls a pidfd, which the kernel wakes when the process ends.
func waitEnd(ctx context.Context, fd int, limit time.Duration) (bool, error) {
	end := time.Now().Add(limit)
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(min(time.Until(end), 200*time.Millisecond).Milliseconds()))
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return false, err
		case n > 0:
			return true, nil
		case ctx.Err() != nil:
			return false, ctx.Err()
		case time.Now().After(end):
			return false, nil
		}
	}
}
