package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
)

func explainCommand(e *env) *cobra.Command {
	ns, timing := "", false
	c := &cobra.Command{Use: "explain KIND/NAME", Short: "Say what Gantry would do next for an object, and why", Args: usage(cobra.ExactArgs(1)),
		Long: `Print what the controllers of an object would do with it now, and why: the same pure decision that the
running controllers make, shown and not carried out. For a pod it names what the pod waits for, for
example the filters that refused each node. (For the fields of a kind, use "gantry kubectl explain".)`,
		Example: "  gantry explain deployment/web\n  gantry explain pod/web-5d8f -n shop\n  gantry explain pod/web-5d8f --timing",
		RunE:    func(c *cobra.Command, args []string) error { return e.explain(c.Context(), ns, args[0], timing) }}
	c.Flags().StringVarP(&ns, "namespace", "n", "default", "namespace of the object")
	c.Flags().BoolVar(&timing, "timing", false, "of a pod: how long each step of its start on the node took")
	return c
}

func (e *env) explain(ctx context.Context, ns, what string, timing bool) error {
	kind, name, ok := strings.Cut(what, "/")
	if !ok || kind == "" || name == "" {
		return usageError{fmt.Errorf("%q: want KIND/NAME, for example deployment/web", what)}
	}
	conf, err := clientcmd.BuildConfigFromFlags("", e.layout().Kubeconfig())
	if err != nil {
		return fmt.Errorf("no instance in %s: %w; start one with `gantry up`", e.dataDir, err)
	}
	d, err := discovery.NewDiscoveryClientForConfig(conf)
	if err != nil {
		return err
	}
	cached := memory.NewMemCacheClient(d)
	mapper := restmapper.NewShortcutExpander(restmapper.NewDeferredDiscoveryRESTMapper(cached), cached, nil)
	gvr, err := mapper.ResourceFor(schema.ParseGroupResource(kind).WithVersion(""))
	if err != nil {
		return fmt.Errorf("kind %q: %w", kind, err)
	}
	gvk, err := mapper.KindFor(gvr)
	if err != nil {
		return err
	}
	mapping, err := mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if err != nil {
		return err
	}
	if mapping.Scope.Name() == "root" {
		ns = ""
	}
	if timing {
		return e.explainTiming(ctx, d.RESTClient(), gvr, ns, name)
	}
	return e.askExplain(ctx, d.RESTClient(), gvr, ns, name)
}

func (e *env) askExplain(ctx context.Context, c rest.Interface, gvr schema.GroupVersionResource, ns, name string) error {
	b, err := c.Get().AbsPath("/debug/explain").Param("group", gvr.Group).Param("resource", gvr.Resource).
		Param("namespace", ns).Param("name", name).Do(ctx).Raw()
	if apierrors.IsNotFound(err) {
		return apierrors.NewNotFound(gvr.GroupResource(), name)
	}
	if err != nil {
		return err
	}
	_, err = e.out.Write(b)
	return err
}
