package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"gantry.dev/gantry/internal/bench"
)

// schedFlags are those of `gantry bench sched`.
type schedFlags struct {
	bench.Sched
	name             string
	list, all, table bool
	limit            time.Duration
	cmd              *cobra.Command
}

// workloadLimit is how long one workload may take unless --limit says otherwise: several times what the longest takes here.
const workloadLimit = 5 * time.Minute

const schedLong = `Measure one load of the scheduler: pods_per_s, p50_ms and p99_ms, cpu_ms_per_pod, memory_mib and how well the nodes are
packed. Alone, only the decisions are measured, in this process; with --end-to-end everything from the client that
creates a pod until a watcher sees it bound, on an instance of our own or on a running one with --kubeconfig.`

func (f *schedFlags) add(c *cobra.Command) {
	c.Example = "  gantry bench sched --list\n  gantry bench sched --workload SchedulingBasic --nodes 5000 --pods 10000 --json\n  gantry bench sched --all --table"
	c.Flags().StringVar(&f.name, "workload", "", "load to measure: a name that --list prints")
	c.Flags().IntVar(&f.Nodes, "nodes", 0, "number of nodes (default: the workload's own)")
	c.Flags().IntVar(&f.Pods, "pods", 0, "number of measured pods (default: the workload's own)")
	c.Flags().BoolVar(&f.EndToEnd, "end-to-end", false, "measure through a real server: from the call that creates a pod until a watcher sees it bound")
	f.cmd = c
	c.Flags().BoolVar(&f.all, "all", false, "measure all workloads, one after the other: alone where that can be, else on a server")
	c.Flags().BoolVar(&f.table, "table", false, "print a line of a Markdown table for each workload instead of figures")
	c.Flags().DurationVar(&f.limit, "limit", workloadLimit, "give a workload up after this time")
	c.Flags().BoolVar(&f.Simulated, "simulated", false, "measure on a server whose nodes are simulated: from the call until a watcher sees the pod run")
	c.Flags().IntVar(&f.Rate, "rate", 0, "pods created a second, with --simulated (default: as many as are taken)")
	c.Flags().BoolVar(&f.NodeLeases, "node-leases", false, "with --simulated, have every node renew a Lease of its own")
	c.Flags().BoolVar(&f.Churn, "churn", false, "with --simulated, have a node leave and one join for every 100 pods; measures until pods are bound")
	c.Flags().BoolVar(&f.list, "list", false, "name the workloads")
}

// run measures the workload, or lists them.
func (f *schedFlags) run(e *env) func(context.Context, bench.Config) error {
	return func(ctx context.Context, cfg bench.Config) error {
		if f.list {
			e.printf("%s", bench.ListWorkloads())
			return nil
		}
		if f.limit <= 0 {
			return usageError{fmt.Errorf("--limit %s: want a positive duration, for example 1m", f.limit)}
		}
		if f.table && f.cmd.Flags().Changed("json") {
			return usageError{errors.New("--table and --json: want one of them")}
		}
		var loads []bench.Workload
		switch {
		case f.all && f.name != "":
			return usageError{errors.New("--all and --workload: want one of them")}
		case f.all:
			loads = bench.Workloads()
		case f.name == "":
			return usageError{errors.New("which load? --workload NAME, or --all; `gantry bench sched --list` names them")}
		default:
			w, err := bench.FindWorkload(f.name)
			if err != nil {
				return usageError{err}
			}
			loads = []bench.Workload{w}
		}
		return f.measure(ctx, e, cfg, loads)
	}
}

// measure measures the workloads. One that fails does not keep the others from being measured.
func (f *schedFlags) measure(ctx context.Context, e *env, cfg bench.Config, loads []bench.Workload) error {
	if f.table {
		e.printf("%s", bench.SchedTableHead)
	}
	var failed []error
	for _, w := range loads {
		s := f.Sched
		s.Workload = w
		var figures []bench.Figure
		one := cfg
		if f.table {
			one.Report = func(fig bench.Figure) { figures = append(figures, fig) }
		}
		limited, cancel := context.WithTimeout(ctx, f.limit)
		err := bench.Scheduler(limited, one, s)
		cancel()
		if f.table {
			e.printf("%s", bench.SchedRow(w, figures, err))
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", w.Name, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failed...)
}
