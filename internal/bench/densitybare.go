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
	// bareRounds is how often more of them are started, for others use the machine: the middle one counts. Those before stay until the
	// end: what ended ones had is given back late, and would be used again.
	bareRounds = 5
	// bareLook is how often it is looked whether all of them serve.
	bareLook = 20 * time.Millisecond
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
	rounds, err := d.weighBare(ctx, path, count)
	if err != nil {
		return fmt.Errorf("weighing processes without containers: %w", err)
	}
	slices.Sort(rounds)
	d.process = rounds[bareRounds/2]
	d.add("process_kib_per_pod", d.process, "KiB", map[string]any{
		"processes": count, "rounds": rounds, "of": "MemAvailable: a process of the same program without a container, all that it takes",
	})
	return os.Remove(path)
}

// weighBare is what each process takes of bareRounds times count, in KiB.
func (d *density) weighBare(ctx context.Context, path string, count int) (rounds []float64, err error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer null.Close()
	before, serving, err := d.aside(nil)
	if err != nil {
		return nil, err
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
	for range bareRounds {
		for range count {
			// Not by package os, which would hold a descriptor of each.
			pid, err := syscall.ForkExec(path, []string{path}, &syscall.ProcAttr{Files: []uintptr{fd, fd, fd}})
			if err != nil {
				return nil, err
			}
			pids = append(pids, pid)
		}
		after, now := uint64(0), 0
		for now < serving+len(pids) {
			if err := wait(ctx, bareLook); err != nil {
				return nil, err
			}
			if after, now, err = d.aside(pids); err != nil {
				return nil, err
			}
		}
		rounds = append(rounds, (float64(before)-float64(after))/1024/float64(count))
		before = after
	}
	return rounds, nil
}

// aside is the machine's available memory as if processes that are not the run's had none of their own, and how many sockets listen.
func (d *density) aside(pids []int) (available uint64, listening int, err error) {
	_, supervisors, err := d.processes()
	if err != nil {
		return 0, 0, err
	}
	ours, err := host.UsageEach(slices.Concat(pids, []int{d.pid}, supervisors))
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
