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
func (e *env) benchDensity(ctx context.Context, cfg bench.Config, pods int) error {
	if pods < 1 {
		return usageError{fmt.Errorf("--pods %d: want at least one", pods)}
	}
	return e.benchInCell(ctx, cfg, "density", func(ctx context.Context, cfg bench.Config) error { return bench.Density(ctx, cfg, pods) })
}

// benchNode lets pods come and go in namespaces and a cgroup of its own.
func (e *env) benchNode(ctx context.Context, cfg bench.Config, cycles int) error {
	if cycles < 1 {
		return usageError{fmt.Errorf("--cycles %d: want at least one", cycles)}
	}
	return e.benchInCell(ctx, cfg, "node", func(ctx context.Context, cfg bench.Config) error { return bench.Cycles(ctx, cfg, cycles) })
}

// benchInCell runs a measurement of a whole node in namespaces and a bounded cgroup of its own.
func (e *env) benchInCell(ctx context.Context, cfg bench.Config, verb string, run func(context.Context, bench.Config) error) (err error) {
	switch {
	case cfg.Kubeconfig != "":
		return usageError{fmt.Errorf("bench %s measures an instance of its own: leave --kubeconfig out", verb)}
	case os.Geteuid() != 0:
		return fmt.Errorf("bench %s needs root: it makes namespaces, cgroups and network links", verb)
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
		return run(ctx, cfg)
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
