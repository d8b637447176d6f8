package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"gantry.dev/gantry/internal/bench"
)

// schedFlags are those of `gantry bench sched`.
type schedFlags struct {
	bench.Sched
	name string
	list bool
}

const schedLong = `Measure one load of the scheduler: pods_per_s, p50_ms and p99_ms, cpu_ms_per_pod, memory_mib and how well the nodes are
packed. Alone, only the decisions are measured, in this process; with --end-to-end everything from the client that
creates a pod until a watcher sees it bound, on an instance of our own or on a running one with --kubeconfig.`

func (f *schedFlags) add(c *cobra.Command) {
	c.Example = "  gantry bench sched --list\n  gantry bench sched --workload SchedulingBasic --nodes 5000 --pods 10000 --json"
	c.Flags().StringVar(&f.name, "workload", "", "load to measure: a name that --list prints")
	c.Flags().IntVar(&f.Nodes, "nodes", 0, "number of nodes (default: the workload's own)")
	c.Flags().IntVar(&f.Pods, "pods", 0, "number of measured pods (default: the workload's own)")
	c.Flags().BoolVar(&f.EndToEnd, "end-to-end", false, "measure through a real server: from the call that creates a pod until a watcher sees it bound")
	c.Flags().BoolVar(&f.list, "list", false, "name the workloads")
}

// run measures the workload, or lists them.
func (f *schedFlags) run(e *env) func(context.Context, bench.Config) error {
	return func(ctx context.Context, cfg bench.Config) error {
		if f.list {
			e.printf("%s", bench.ListWorkloads())
			return nil
		}
		if f.name == "" {
			return usageError{errors.New("which load? --workload NAME; `gantry bench sched --list` names them")}
		}
		w, err := bench.FindWorkload(f.name)
		if err != nil {
			return usageError{err}
		}
		f.Workload = w
		return bench.Scheduler(ctx, cfg, f.Sched)
	}
}
