package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"gantry.dev/gantry/internal/bench"
	"gantry.dev/gantry/internal/driver/host"
)

// densityCell tells the process that measures the name of its cgroup.
const densityCell = "GANTRY_BENCH_CELL"

// densityShare of the machine's memory and process numbers, in percent, is what a density run may take.
const densityShare = 85

// benchDensity runs pods in namespaces and a cgroup of its own.
func (e *env) benchDensity(ctx context.Context, cfg bench.Config, pods int) (err error) {
	switch {
	case pods < 1:
		return usageError{fmt.Errorf("--pods %d: want at least one", pods)}
	case cfg.Kubeconfig != "":
		return usageError{errors.New("bench density measures an instance of its own: leave --kubeconfig out")}
	case os.Geteuid() != 0:
		return errors.New("bench density needs root: it makes namespaces, cgroups and network links")
	case os.Getenv(enclosed) != "":
		cell, err := host.FindCell(os.Getenv(densityCell))
		if err != nil {
			return err
		}
		if err := host.Settle(); err != nil {
			return err
		}
		if err := cell.Enter(); err != nil {
			return err
		}
		return bench.Density(ctx, cfg, pods)
	}
	name := fmt.Sprintf("gantry-bench-%d", os.Getpid())
	cell, err := host.FindCell(name)
	if err != nil {
		return err
	}
	memory, err := host.ReadMemory()
	if err != nil {
		return err
	}
	most, err := host.MaxProcesses()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cell.Remove()) }()
	if err := cell.Make(memory.Total/100*densityShare, most/100*densityShare); err != nil {
		return err
	}
	return e.enclose(ctx, cfg, densityCell+"="+name)
}
