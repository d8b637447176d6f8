package cli

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// nodeCommand is about the nodes themselves.
func nodeCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "node", Short: "Look after a node", Args: noArgs, Long: "Look after a node: take its pods down before its machine goes down.",
		Example: "  gantry node shutdown", RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	var cancel bool
	shutdown := &cobra.Command{Use: "shutdown [NODE]", Short: "End all pods of a node in the order of their priority, and wait for it", Args: usage(cobra.MaximumNArgs(1)),
		Long: `End all pods of a node, those of low priority first, and wait until they have ended: what kubelet does when systemd tells
it that the machine goes down. Have it run before that (ExecStop= of a unit that is started after the network). The node is not
ready from now on and takes no pods, until it is started again or the shutdown is called off with --cancel. The times are those of
shutdownGracePeriod and shutdownGracePeriodByPodPriority in the file of --kubelet-config; 30s, 10s of it for critical pods, if
it does not say. NODE is this machine's node by default.`,
		Example: "  gantry node shutdown\n  gantry node shutdown --cancel",
		RunE: func(c *cobra.Command, args []string) error {
			name, err := os.Hostname()
			if len(args) > 0 {
				name, err = args[0], nil
			}
			if err != nil {
				return fmt.Errorf("the name of this machine: %w", err)
			}
			return e.shutdownNode(c.Context(), name, cancel)
		}}
	shutdown.Flags().BoolVar(&cancel, "cancel", false, "call a shutdown off: the node takes pods again")
	c.AddCommand(shutdown)
	return c
}

func (e *env) shutdownNode(ctx context.Context, name string, cancel bool) error {
	conf, err := clientcmd.BuildConfigFromFlags("", e.layout().Kubeconfig())
	if err != nil {
		return fmt.Errorf("no instance in %s: %w; start one with `gantry up`", e.dataDir, err)
	}
	d, err := discovery.NewDiscoveryClientForConfig(conf)
	if err != nil {
		return err
	}
	path := "/api/v1/nodes/" + name + "/proxy/shutdown"
	if cancel {
		if _, err := d.RESTClient().Delete().AbsPath(path).Do(ctx).Raw(); err != nil {
			return fmt.Errorf("calling off the shutdown of node %s: %w", name, err)
		}
		e.printf("node %s takes pods again\n", name)
		return nil
	}
	return e.awaitShutdown(ctx, d.RESTClient(), name, path)
}

// shutdownPoll is how long the node lets one request wait; a shutdown may take longer than a request should.
const shutdownPoll = 20 * time.Second

// awaitShutdown asks for the shutdown, and again for its end until it has come.
func (e *env) awaitShutdown(ctx context.Context, c rest.Interface, name, path string) error {
	for req := c.Post(); ; req = c.Get() {
		b, err := req.AbsPath(path).Param("wait", shutdownPoll.String()).Do(ctx).Raw()
		if err != nil {
			return fmt.Errorf("shutting down node %s: %w", name, err)
		}
		if string(b) == "done" {
			e.printf("the pods of node %s have ended\n", name)
			return nil
		}
	}
}
