package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/agent"
	"gantry.dev/gantry/internal/app"
	"gantry.dev/gantry/internal/plan/settings"
	"gantry.dev/gantry/internal/simnode"
)

// readyFD is where the daemon says "ready", or why it could not start.
const readyFD = 3

func serverFlags(c *cobra.Command, cfg *app.Config) {
	c.Flags().StringVar(&cfg.Listen, "listen", defaultListen, "ADDR:PORT of the API")
	c.Flags().StringVar(&cfg.ServiceRanges, "service-cluster-ip-range", "", "range of ClusterIPs, or one of IPv4 and one of IPv6 with a comma for dual-stack Services (default: one of IPv4 that is free on this machine)")
	c.Flags().BoolVar(&cfg.DualStack, "dual-stack", false, "give pods, Services and the node IPv6 addresses beside their IPv4 ones")
	c.Flags().StringSliceVar(&cfg.Controllers, "controllers", nil, "controllers to run: '*' is all, 'foo' enables one, '-foo' disables one; \"scheduler\" is among them (default: all)")
	c.Flags().StringVar(&cfg.FeatureGates, "feature-gates", "", "alpha features of Kubernetes to turn on: GenericWorkload=true,GangScheduling=true, see docs/scheduling.md; ContainerStopSignals=true")
	c.Flags().StringVar(&cfg.RuntimeConfig, "runtime-config", "", "versions of the API to turn on: scheduling.k8s.io/v1alpha2=true")
	c.Flags().StringSliceVar(&cfg.BalancerPool, "load-balancer-pool", nil, "ranges of addresses for Services of type LoadBalancer; route them to this machine")
	c.Flags().StringVar(&cfg.SchedulerConfig, "scheduler-config", "", "file of a KubeSchedulerConfiguration (kubescheduler.config.k8s.io/v1)")
	c.Flags().StringVar(&cfg.DeschedulerPolicy, "descheduler-policy", "", "file of a DeschedulerPolicy (descheduler/v1alpha2): evict pods that would be better off elsewhere (default: no descheduler)")
	c.Flags().DurationVar(&cfg.DeschedulingInterval, "descheduling-interval", 0, "time between two runs of the descheduler (default: 5m)")
	concurrencyFlags(c.Flags(), &cfg.Concurrency)
	auditFlags(c.Flags(), &cfg.Audit)
	admissionFlags(c.Flags(), &cfg.Admission)
}

func nodeFlags(c *cobra.Command, cfg *app.Config) {
	c.Flags().StringVar(&cfg.NodeName, "node-name", "", "name of this machine's Node (default: the host name)")
	c.Flags().StringSliceVar(&cfg.BalancerLinks, "load-balancer-link", nil, "links of this machine on which to answer ARP for addresses of load balancers (default: they are routed here)")
	c.Flags().Int64Var(&cfg.MaxPods, "max-pods", 0, "most pods on this machine (default: one for each 2 MiB of memory, at least 110)")
	c.Flags().StringVar(&cfg.Eviction, "eviction-hard", "", "evict pods when less is available, as kubelet has it: memory.available<100Mi,nodefs.available<10% (default: kubelet's, at most 1Gi of a disk, pid.available<5%)")
	c.Flags().StringVar(&cfg.Runtimes, "runtimes", "", "file of further container runtimes, which RuntimeClasses call by their handlers; see docs/runtimes.md")
	imageFlags(c.Flags(), &cfg.Images)
	c.Flags().StringVar(&cfg.KubeletConfig, "kubelet-config", "", "file of a KubeletConfiguration (kubelet.config.k8s.io/v1beta1) with further settings of the node")
	c.Flags().StringVar(&cfg.DevicePlugins, "device-plugin-dir", "", "where device plugins register; those made for a kubelet look in /var/lib/kubelet/device-plugins (default: device-plugins in the instance's directory below /run)")
	c.Flags().StringVar(&cfg.DRAPlugins, "dra-plugin-dir", "", "where DRA drivers register; those made for a kubelet use /var/lib/kubelet/plugins_registry (default: plugins-registry in the instance's directory below /run)")
	c.Flags().StringVar(&cfg.PodResources, "pod-resources-dir", "", "where the pod resources API is served; programs made for a kubelet look in /var/lib/kubelet/pod-resources (default: pod-resources in the instance's directory below /run)")
	c.Flags().DurationVar(&cfg.PressureTransition, "eviction-pressure-transition-period", 0, "how long a pressure condition of the node stays after its cause (default 5m)")
}

// tracingFlag is kube-apiserver's; what it says is for the node as well.
func tracingFlag(c *cobra.Command, cfg *app.Config) {
	c.Flags().StringVar(&cfg.Tracing, "tracing-config-file", "", "file of a TracingConfiguration (apiserver.config.k8s.io/v1): where spans of requests and of pods' starts go, by OTLP over gRPC (default: as OTEL_EXPORTER_OTLP_ENDPOINT says)")
}

// checkNode refuses flags that nodeFlags let through.
func checkNode(cfg *app.Config) error {
	if cfg.MaxPods < 0 {
		return usageError{fmt.Errorf("--max-pods %d: want a positive number, or 0 for the default", cfg.MaxPods)}
	}
	if cfg.DevicePlugins != "" && !filepath.IsAbs(cfg.DevicePlugins) {
		return usageError{fmt.Errorf("--device-plugin-dir %s: want an absolute path", cfg.DevicePlugins)}
	}
	if cfg.DRAPlugins != "" && !filepath.IsAbs(cfg.DRAPlugins) {
		return usageError{fmt.Errorf("--dra-plugin-dir %s: want an absolute path", cfg.DRAPlugins)}
	}
	if _, err := app.LoadRuntimes(cfg.Runtimes); err != nil {
		return usageError{fmt.Errorf("--runtimes: %w", err)}
	}
	if _, _, err := cfg.Images.Load(); err != nil {
		return usageError{err}
	}
	if cfg.PodResources != "" && !filepath.IsAbs(cfg.PodResources) {
		return usageError{fmt.Errorf("--pod-resources-dir %s: want an absolute path", cfg.PodResources)}
	}
	if cfg.PressureTransition < 0 {
		return usageError{fmt.Errorf("--eviction-pressure-transition-period %s: want a positive duration", cfg.PressureTransition)}
	}
	if _, err := agent.ParseEviction(cfg.Eviction); err != nil {
		return usageError{fmt.Errorf("--eviction-hard: %w", err)}
	}
	return readKubeletConfig(cfg)
}

// readKubeletConfig reads the file that a flag names.
func readKubeletConfig(cfg *app.Config) error {
	if cfg.KubeletConfig == "" {
		return nil
	}
	b, err := os.ReadFile(cfg.KubeletConfig)
	if err != nil {
		return fmt.Errorf("--kubelet-config: %w", err)
	}
	if cfg.Kubelet, err = settings.Parse(b); err != nil {
		return usageError{fmt.Errorf("--kubelet-config %s: %w", cfg.KubeletConfig, err)}
	}
	if _, err := agent.ParseEviction(cfg.Kubelet.EvictionHard); err != nil {
		return usageError{fmt.Errorf("--kubelet-config %s: evictionHard: %w", cfg.KubeletConfig, err)}
	}
	return nil
}

func upCommand(e *env) *cobra.Command {
	var cfg app.Config
	c := &cobra.Command{Use: "up", Short: "Start a one-machine cluster in the background", Args: noArgs,
		Long: `Start a one-machine cluster in the background and wait until it is ready. Its data live in the data
directory, its processes, links, cgroups and firewall rules carry the instance's id. A second "up" on the
same directory changes nothing. Several instances share a machine: give each a directory and a port.`,
		Example: "  gantry up\n  gantry up --data-dir /srv/edge --listen 127.0.0.1:7443",
		RunE:    func(c *cobra.Command, _ []string) error { return e.up(c.Context(), cfg) }}
	serverFlags(c, &cfg)
	nodeFlags(c, &cfg)
	tracingFlag(c, &cfg)
	return c
}

func (e *env) up(ctx context.Context, cfg app.Config) error {
	if err := checkNode(&cfg); err != nil {
		return err
	}
	if err := errors.Join(cfg.Concurrency.Check(), cfg.Admission.Check()); err != nil {
		return usageError{err}
	}
	if os.Geteuid() != 0 {
		return fmt.Errorf("gantry up needs root: it makes namespaces, cgroups and network links; run `sudo gantry up` (a control plane alone runs without: gantry server)")
	}
	if e.layout().Running() {
		e.printf("already running: %s, log %s\n", e.where(), e.layout().Log())
		return nil
	}
	if err := os.MkdirAll(e.dataDir, 0o755); err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	logFile, err := os.OpenFile(e.layout().Log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o640)
	if err != nil {
		return fmt.Errorf("log file: %w", err)
	}
	defer logFile.Close()
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	args := []string{"daemon", "--data-dir", e.dataDir, "--listen", cfg.Listen}
	if cfg.MaxPods != 0 {
		args = append(args, "--max-pods", strconv.FormatInt(cfg.MaxPods, 10))
	}
	if cfg.Eviction != "" {
		args = append(args, "--eviction-hard", cfg.Eviction)
	}
	if cfg.KubeletConfig != "" {
		args = append(args, "--kubelet-config", absolute(cfg.KubeletConfig))
	}
	if cfg.Runtimes != "" {
		args = append(args, "--runtimes", absolute(cfg.Runtimes))
	}
	args = append(args, imageArgs(&cfg.Images)...)
	if cfg.DRAPlugins != "" {
		args = append(args, "--dra-plugin-dir", cfg.DRAPlugins)
	}
	if cfg.DevicePlugins != "" {
		args = append(args, "--device-plugin-dir", cfg.DevicePlugins)
	}
	if cfg.PodResources != "" {
		args = append(args, "--pod-resources-dir", cfg.PodResources)
	}
	if cfg.PressureTransition != 0 {
		args = append(args, "--eviction-pressure-transition-period", cfg.PressureTransition.String())
	}
	if cfg.NodeName != "" {
		args = append(args, "--node-name", cfg.NodeName)
	}
	if cfg.ServiceRanges != "" {
		args = append(args, "--service-cluster-ip-range", cfg.ServiceRanges)
	}
	if cfg.DualStack {
		args = append(args, "--dual-stack")
	}
	if len(cfg.Controllers) > 0 {
		args = append(args, "--controllers", strings.Join(cfg.Controllers, ","))
	}
	if cfg.FeatureGates != "" {
		args = append(args, "--feature-gates", cfg.FeatureGates)
	}
	if cfg.RuntimeConfig != "" {
		args = append(args, "--runtime-config", cfg.RuntimeConfig)
	}
	for _, r := range cfg.BalancerPool {
		args = append(args, "--load-balancer-pool", r)
	}
	if cfg.SchedulerConfig != "" {
		args = append(args, "--scheduler-config", absolute(cfg.SchedulerConfig))
	}
	if cfg.DeschedulerPolicy != "" {
		args = append(args, "--descheduler-policy", absolute(cfg.DeschedulerPolicy))
	}
	if cfg.DeschedulingInterval != 0 {
		args = append(args, "--descheduling-interval", cfg.DeschedulingInterval.String())
	}
	args = append(args, concurrencyArgs(cfg.Concurrency)...)
	args = append(args, auditArgs(&cfg.Audit)...)
	if cfg.Tracing != "" {
		args = append(args, "--tracing-config-file", absolute(cfg.Tracing))
	}
	args = append(args, admissionArgs(&cfg.Admission)...)
	for _, l := range cfg.BalancerLinks {
		args = append(args, "--load-balancer-link", l)
	}
	if e.verbose {
		args = append(args, "--verbose")
	}
	d := exec.Command(self, args...)
	d.Stdout, d.Stderr = logFile, logFile
	d.ExtraFiles = []*os.File{w}
	d.SysProcAttr = &unix.SysProcAttr{Setsid: true} // it outlives the terminal
	d.Dir = "/"
	err = d.Start()
	w.Close()
	if err != nil {
		return fmt.Errorf("starting the daemon: %w", err)
	}
	e.printf("starting … ")
	said := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(r).ReadString('\n')
		said <- strings.TrimSpace(line)
	}()
	select {
	case <-ctx.Done():
		return fmt.Errorf("interrupted while the daemon (process %d) starts; stop it with `gantry down --data-dir %s`", d.Process.Pid, e.dataDir)
	case line := <-said:
		if line != "ready" {
			_ = d.Wait()
			e.printf("failed\n")
			if line == "" {
				line = "the daemon ended without a word; see " + e.layout().Log()
			}
			return errors.New(line)
		}
	}
	e.printf("ready\n%s, log %s\n", e.where(), e.layout().Log())
	return d.Process.Release()
}

// where tells how to reach the instance.
func (e *env) where() string {
	in, err := app.LoadInstance(e.dataDir)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("instance %s, API https://%s, data %s", in.ID, in.Listen, e.dataDir)
}

// daemonCommand is what up starts. It is not for people.
func daemonCommand(e *env) *cobra.Command {
	cfg := app.Config{Node: true}
	c := &cobra.Command{Use: "daemon", Hidden: true, Args: noArgs, RunE: func(c *cobra.Command, _ []string) error {
		say := io.WriteCloser(os.NewFile(readyFD, "ready"))
		unix.CloseOnExec(readyFD)
		err := readKubeletConfig(&cfg)
		if err == nil {
			err = e.serve(c.Context(), cfg, func() {
				fmt.Fprintln(say, "ready")
				say.Close()
			})
		}
		if err != nil {
			fmt.Fprintln(say, oneLine(err))
			say.Close()
		}
		return err
	}}
	serverFlags(c, &cfg)
	nodeFlags(c, &cfg)
	tracingFlag(c, &cfg)
	return c
}

func serverCommand(e *env) *cobra.Command {
	var cfg app.Config
	c := &cobra.Command{Use: "server", Short: "Run a control plane without a node in the foreground", Args: noArgs,
		Long: `Run the API server, the controllers and the scheduler in the foreground, without a node. It needs no root.
With --sim-nodes there are nodes without machines, for tests of scale: pods that are bound to them live their lives, and
no container runs. A Node of any other size that is made with the label gantry.dev/node-class=sim is simulated as well;
the annotations sim.gantry.dev/start, ready, run, exit and stop of a pod say how its life goes.`,
		Example: "  gantry server --data-dir ./cp --listen 127.0.0.1:6443\n  gantry server --data-dir ./cp --sim-nodes 5000",
		RunE: func(c *cobra.Command, _ []string) error {
			if cfg.SimNodes < 0 || cfg.SimNodes > simnode.MaxNodes {
				return usageError{fmt.Errorf("--sim-nodes %d: want a number from 0 to %d", cfg.SimNodes, simnode.MaxNodes)}
			}
			if err := errors.Join(cfg.Concurrency.Check(), cfg.Admission.Check()); err != nil {
				return usageError{err}
			}
			return e.serve(c.Context(), cfg, func() { e.printf("ready: %s\n", e.where()) })
		}}
	c.Flags().IntVar(&cfg.SimNodes, "sim-nodes", 0, "number of simulated nodes")
	c.Flags().BoolVar(&cfg.SimNodeLeases, "sim-node-leases", false, "give each simulated node a Lease of its own, renewed every 10 s as kubelets do (default: one for all)")
	serverFlags(c, &cfg)
	tracingFlag(c, &cfg)
	return c
}

func agentCommand(e *env) *cobra.Command {
	var cfg app.Config
	c := &cobra.Command{Use: "agent", Short: "Run the node of an instance whose control plane is a `gantry server`", Args: noArgs,
		Long: `Run this machine's node in the foreground, for the control plane that "gantry server" serves from the same data
directory. Stopping or killing it leaves the containers running; the next one picks them up. Nodes on other machines
than their control plane are to come with networks across machines.`,
		Example: "  gantry server --data-dir ./cp &\n  gantry agent --data-dir ./cp",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := checkNode(&cfg); err != nil {
				return err
			}
			if os.Geteuid() != 0 {
				return fmt.Errorf("gantry agent needs root: it makes namespaces, cgroups and network links")
			}
			cfg.DataDir, cfg.Log = e.dataDir, e.log(e.err)
			return app.RunAgent(c.Context(), cfg, func() { e.printf("ready: the node works\n") })
		}}
	nodeFlags(c, &cfg)
	tracingFlag(c, &cfg)
	return c
}

func (e *env) serve(ctx context.Context, cfg app.Config, ready func()) error {
	cfg.DataDir, cfg.Log = e.dataDir, e.log(e.err)
	s, err := app.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer s.Close()
	pid := e.layout().PID()
	if err := os.WriteFile(pid, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o644); err != nil {
		return fmt.Errorf("pid file: %w", err)
	}
	defer os.Remove(pid)
	return s.Run(ctx, ready)
}
