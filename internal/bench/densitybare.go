package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/host"
)

const (
	// bareProcesses is how many processes without a container are weighed at once: tens of MiB, which stand out, and a moment's work.
	bareProcesses = 1000
	// bareRounds is how often, for others use the machine: the middle one counts.
	bareRounds = 9
	// bareLook is how often it is looked whether all of them serve.
	bareLook = 20 * time.Millisecond
	// bareRest is how long the kernel has to give back what ended processes had.
	bareRest = 300 * time.Millisecond
)

// processCost measures how much less memory the machine has for a process of the pods' program that is in no container: its own pages,
// its task, stack, page tables, descriptors and socket. That much of a pod is no runtime's doing. In KiB, by MemAvailable as the whole is.
func (d *density) processCost(ctx context.Context) error {
	program, err := tiny(0) // each has a port of its own, as they have one network
	if err != nil {
		return err
	}
	path := filepath.Join(d.node.dir, "bare")
	if err := os.WriteFile(path, program, 0o700); err != nil { //nolint:gosec // a program
		return err
	}
	count := d.cfg.scaled(bareProcesses)
	d.cfg.say("%d processes without containers, %d times ...", count, bareRounds)
	rounds := make([]float64, bareRounds)
	for i := range rounds {
		if rounds[i], err = d.weighBare(ctx, path, count); err != nil {
			return fmt.Errorf("weighing processes without containers: %w", err)
		}
		if err := wait(ctx, bareRest); err != nil {
			return err
		}
	}
	slices.Sort(rounds)
	d.process = rounds[bareRounds/2]
	d.add("process_kib_per_pod", d.process, "KiB", map[string]any{
		"processes": count, "rounds": rounds, "of": "MemAvailable: a process of the same program without a container, all that it takes",
	})
	return os.Remove(path)
}

// weighBare is one round: what each of count processes takes, in KiB.
func (d *density) weighBare(ctx context.Context, path string, count int) (kib float64, err error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	before, serving, err := d.aside(nil)
	if err != nil {
		return 0, err
	}
	var pids []int
	defer func() {
		for _, pid := range pids {
			err = errors.Join(err, unix.Kill(pid, unix.SIGKILL))
		}
		for _, pid := range pids {
			for {
				_, werr := unix.Wait4(pid, nil, 0, nil)
				if !errors.Is(werr, unix.EINTR) {
					err = errors.Join(err, werr)
					break
				}
			}
		}
	}()
	fd := null.Fd()
	for range count {
		// Not by package os, which would hold a descriptor of each.
		pid, err := syscall.ForkExec(path, []string{path}, &syscall.ProcAttr{Files: []uintptr{fd, fd, fd}})
		if err != nil {
			return 0, err
		}
		pids = append(pids, pid)
	}
	for {
		after, now, err := d.aside(pids)
		if err != nil {
			return 0, err
		}
		if now >= serving+count {
			return (float64(before) - float64(after)) / 1024 / float64(count), nil
		}
		if err := wait(ctx, bareLook); err != nil {
			return 0, err
		}
	}
}

// aside is the machine's available memory as if processes that are not the run's had none of their own, and how many sockets listen.
func (d *density) aside(pids []int) (available uint64, listening int, err error) {
	_, supervisors, err := d.processes()
	if err != nil {
		return 0, 0, err
	}
	ours, err := host.UsageEach(append(append(pids, d.pid), supervisors...))
	if err != nil {
		return 0, 0, err
	}
	sockets, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		return 0, 0, err
	}
	for line := range bytes.Lines(sockets) {
		if f := bytes.Fields(line); len(f) > 3 && string(f[3]) == "0A" {
			listening++
		}
	}
	m, err := host.ReadMemory()
	return m.Available + m.Anonymous - min(m.Anonymous, ours.Anonymous), listening, err
}
