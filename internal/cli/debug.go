package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/tools/clientcmd"
)

func debugCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "debug", Short: "Look into a running instance", Args: noArgs, Long: "Look into a running instance: what drives what.",
		Example: "  gantry debug graph", RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(&cobra.Command{Use: "graph", Short: "Print which controller reads and writes what", Args: noArgs,
		Long: `Print which resources wake each controller and which fields it writes, as the controllers declare it. No two
may declare the same write: an instance with such a pair does not start.`,
		Example: "  gantry debug graph",
		RunE:    func(c *cobra.Command, _ []string) error { return e.graph(c.Context()) }})
	return c
}

func (e *env) graph(ctx context.Context) error {
	conf, err := clientcmd.BuildConfigFromFlags("", e.layout().Kubeconfig())
	if err != nil {
		return fmt.Errorf("no instance in %s: %w; start one with `gantry up`", e.dataDir, err)
	}
	d, err := discovery.NewDiscoveryClientForConfig(conf)
	if err != nil {
		return err
	}
	b, err := d.RESTClient().Get().AbsPath("/debug/graph").Do(ctx).Raw()
	if err != nil {
		return err
	}
	_, err = e.out.Write(b)
	return err
}
