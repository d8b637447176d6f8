package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/bench"
	"gantry.dev/gantry/internal/driver/host"
)

// enclosed is set for the process that measures inside of namespaces of its own.
const enclosed = "GANTRY_BENCH_ENCLOSED"

// benchStep is how long one measurement takes at most, unless --step says otherwise.
const benchStep = 10 * time.Second

func benchCommand(e *env) *cobra.Command {
	cfg := bench.Config{Log: e.err}
	asJSON := false
	c := &cobra.Command{Use: "bench", Short: "Measure start, store, API, scheduler or node of a Gantry", Args: noArgs,
		Long: `Measure a Gantry: of an instance that is started for it in a temporary directory and removed again, or of a
running one with --kubeconfig. Measure on a machine that does nothing else.`,
		Example: "  gantry bench start\n  gantry bench store --json\n  gantry bench api --kubeconfig ~/.kube/config",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.PersistentFlags().BoolVar(&asJSON, "json", false, `print one JSON object a line: {"bench","metric","value","unit","params"}`)
	c.PersistentFlags().StringVar(&cfg.Kubeconfig, "kubeconfig", "", "measure this running instance instead of one of our own")
	c.PersistentFlags().StringVar(&cfg.Dir, "dir", os.TempDir(), "where temporary directories are made: the disk that is measured")
	c.PersistentFlags().DurationVar(&cfg.Step, "step", benchStep, "longest time of one measurement")
	c.PersistentFlags().IntSliceVar(&cfg.PIDs, "pids", nil, "processes of that instance, if they run here: their memory and CPU time are measured")
	c.PersistentFlags().Float64Var(&cfg.Scale, "scale", 1, "make the loads smaller, to try a measurement out; 1 is the measurement")
	verb := func(name, short, long string, run func(context.Context, bench.Config) error) *cobra.Command {
		return &cobra.Command{Use: name, Short: short, Long: long, Args: noArgs, Example: "  gantry bench " + name + " --json",
			RunE: func(c *cobra.Command, _ []string) (err error) {
				if cfg.Step <= 0 {
					return usageError{fmt.Errorf("--step %s: want a positive duration, for example 10s", cfg.Step)}
				}
				if cfg.Scale <= 0 || cfg.Scale > 1 {
					return usageError{fmt.Errorf("--scale %v: want more than 0 and at most 1", cfg.Scale)}
				}
				if len(cfg.PIDs) > 0 && cfg.Kubeconfig == "" {
					return usageError{errors.New("--pids belong to a running instance: name it with --kubeconfig")}
				}
				if cfg.Binary, err = os.Executable(); err != nil {
					return err
				}
				cfg.Report = e.figures(asJSON)
				return run(c.Context(), cfg)
			}}
	}
	start := verb("start", "Time to ready, memory and CPU when idle, time until pods run",
		`Start a control plane on a fresh directory and measure: ready_ms (exec until a client's first 200 on /readyz),
idle_pss_mib and idle_private_mib 30 seconds later, idle_cpu_percent; then start a whole cluster with a node and
measure pod_running_p50_ms and pod_running_p99_ms: 100 pods one by one, from the API call until a watcher sees the
pod running; and burst_starts_per_s and burst_longest_gap_ms: 500 pods at once. As root all this happens in a network and mount namespace of its own; without root, pods are left out.`, e.benchStart)
	start.Flags().StringVar(&cfg.Image, "image", "", "image that the pods run (default: a tiny one of our own)")
	pods := 0
	density := verb("density", "Thousands of pods on this machine: memory, starts a second, idle CPU, deletion",
		`Start a whole cluster with a node in namespaces of its own, below a cgroup that may take 85 % of the machine's memory, and
run --pods pods on it at the same time: a tiny static program each, with an address, cgroup, log file and token of its
own; up to 500 of them have http probes and stand behind a Service. Measure: running, process_kib_per_pod (what the machine
has less of for the same program without a container), overhead_kib_per_pod (what it has less of for a pod beyond that; by
MemAvailable, and split into kernel, supervisors and gantry), starts_per_s,
idle_cpu_percent of gantry and its supervisors; reach random pods over the network, read logs, exec, kill and see
restarts; delete_all_s, and leftovers. It needs root. It creates no more pods
when less than 2 GiB of memory are available, and measures with those that there are; below 1 GiB it gives up.`,
		func(ctx context.Context, cfg bench.Config) error { return e.benchDensity(ctx, cfg, pods) })
	density.Flags().IntVar(&pods, "pods", 1000, "how many pods")
	cycles := 0
	node := verb("node", "Pods that come and go: what a node does not give back",
		`Start a whole cluster with a node as bench density does and let --cycles pods come and go: some serve and are probed, some end,
have volumes and several containers, are restarted, or are deleted while they start. Then count what gantry and its
supervisors hold, and what there is for pods on the machine: mounts, namespaces, cgroups, links, files, descriptors,
threads, goroutines. Measure: cycles_per_s, held (each kind, before and after), and leaked, which is 0. It needs root.`,
		func(ctx context.Context, cfg bench.Config) error { return e.benchNode(ctx, cfg, cycles) })
	node.Flags().IntVar(&cycles, "cycles", 1000, "how many pods")
	requests := verb("api", "Requests a second of the API server", `Measure the API server with 64 requests at once over 8 HTTP/2 connections with TLS: create_configmap_per_s,
get_configmap_per_s, create_pod_per_s, patch_pod_status_per_s, list_pods_json_mb_per_s, list_pods_protobuf_mb_per_s,
watch_events_per_s, watch_closed_by_server and watch_delivery_p99_ms (500 watchers), 10,000 idle watchers, 100 clients that list all pods at
once, rss_after_load_mib; with p50, p99 and CPU time of the server for each. Another Kubernetes API server is measured
in the same way with --kubeconfig and --pids.`, func(ctx context.Context, cfg bench.Config) error {
		for _, name := range cfg.Rows {
			if !slices.Contains(bench.APIRows(), name) {
				return usageError{fmt.Errorf("--rows %s: want some of %s", name, strings.Join(bench.APIRows(), ", "))}
			}
		}
		return bench.API(ctx, cfg)
	})
	requests.Flags().StringSliceVar(&cfg.Rows, "rows", nil, "measure only these, of "+strings.Join(bench.APIRows(), ", "))
	var sf schedFlags
	sched := verb("sched", "Pods a second of the scheduler", schedLong, sf.run(e))
	sf.add(sched)
	c.AddCommand(start, density, node, sched,
		verb("store", "Durable commits a second of the store", "Measure commits of one object of 1 KiB each with fsync: commits_per_s with 1 and with 64 writers.", bench.Store),
		requests,
		verb("controllers", "How fast controllers work, and what they cost at rest", `Measure the controllers of a control plane without nodes: deployment_pods_exist_ms (a Deployment of 1,000 replicas, from
the API call until a watcher has seen 1,000 pods, median of 5), rolled_at_once_ms (1,000 Deployments get a new template,
until the status of each counts its new pod), and with 100,000 pods of 100 Deployments at_rest_cpu_percent and
at_rest_rss_mib. Another control plane is measured in the same way with --kubeconfig and --pids.`, bench.Controllers))
	return c
}

// figures prints figures as lines of JSON, or as lines for people.
func (e *env) figures(asJSON bool) func(bench.Figure) {
	if asJSON {
		enc := json.NewEncoder(e.out)
		enc.SetEscapeHTML(false)
		return func(f bench.Figure) { _ = enc.Encode(f) } // a closed pipe ends us anyhow
	}
	w := tabwriter.NewWriter(e.out, 28, 4, 2, ' ', 0)
	return func(f bench.Figure) {
		var params []string
		for _, k := range slices.Sorted(maps.Keys(f.Params)) {
			params = append(params, fmt.Sprintf("%s=%v", k, f.Params[k]))
		}
		fmt.Fprintf(w, "%s\t%.2f %s\t%s\n", f.Metric, f.Value, f.Unit, strings.Join(params, " "))
		_ = w.Flush() // each figure when it is known
	}
}

// benchStart runs pods only as root, and then in namespaces of its own, so that a measurement changes nothing here.
func (e *env) benchStart(ctx context.Context, cfg bench.Config) error {
	switch {
	case cfg.Kubeconfig != "" || os.Geteuid() != 0:
		return bench.Start(ctx, cfg)
	case os.Getenv(enclosed) != "":
		if err := host.Settle(); err != nil {
			return err
		}
		cfg.Pods = true
		return bench.Start(ctx, cfg)
	}
	return e.enclose(ctx, cfg)
}

// enclose runs this very command again in namespaces of its own. What it has to know beside its arguments is in vars.
func (e *env) enclose(ctx context.Context, cfg bench.Config, vars ...string) error {
	c := exec.CommandContext(ctx, cfg.Binary, os.Args[1:]...)
	c.Env = append(append(os.Environ(), enclosed+"=1"), vars...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, e.out, e.err
	c.Cancel = func() error { return c.Process.Signal(unix.SIGTERM) } // it cleans up
	host.Enclose(c)
	err := c.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return errors.New("the measurement in its own namespaces failed, see above")
	}
	return err
}
