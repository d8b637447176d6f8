package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
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
	ns, timing, file, dry := "", false, "", false
	c := &cobra.Command{Use: "explain KIND/NAME | -f FILE --dry-run", Short: "Say what Gantry would do next for an object, and why", Args: usage(cobra.MaximumNArgs(1)),
		Long: `Print what the controllers of an object would do with it now, and why: the same pure decision that the
running controllers make, shown and not carried out. For a pod it names what the pod waits for, for
example the filters that refused each node. With -f and --dry-run it says where the pods of a manifest would go that
does not exist yet, or what would keep them from each node; nothing is created. (For the fields of a kind,
use "gantry kubectl explain".)`,
		Example: "  gantry explain deployment/web\n  gantry explain pod/web-5d8f -n shop\n  gantry explain pod/web-5d8f --timing\n  gantry explain -f web.yaml --dry-run",
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case (file == "") == (len(args) == 0):
				return usageError{errors.New("want either KIND/NAME or -f FILE --dry-run")}
			case dry != (file != ""):
				return usageError{errors.New("-f and --dry-run go together: a manifest is explained without being created")}
			case file != "" && timing:
				return usageError{errors.New("--timing is of a pod that exists")}
			case file != "":
				return e.explainFile(c.Context(), ns, file)
			}
			return e.explain(c.Context(), ns, args[0], timing)
		}}
	c.Flags().StringVarP(&ns, "namespace", "n", "default", "namespace of the object, or of objects in the file that name none")
	c.Flags().BoolVar(&timing, "timing", false, "of a pod: how long each step of its start on the node took")
	c.Flags().StringVarP(&file, "filename", "f", "", "manifest whose pods' places are asked for; - is the standard input")
	c.Flags().BoolVar(&dry, "dry-run", false, "with -f: create nothing, say where the pods would go")
	return c
}

// explainFile asks where the pods of a manifest would go.
func (e *env) explainFile(ctx context.Context, ns, file string) error {
	raw, err := readFileOrInput(file)
	if err != nil {
		return err
	}
	conf, err := clientcmd.BuildConfigFromFlags("", e.layout().Kubeconfig())
	if err != nil {
		return fmt.Errorf("no instance in %s: %w; start one with `gantry up`", e.dataDir, err)
	}
	d, err := discovery.NewDiscoveryClientForConfig(conf)
	if err != nil {
		return err
	}
	b, err := d.RESTClient().Post().AbsPath("/debug/explain").Param("namespace", ns).SetHeader("Content-Type", "application/yaml").Body(raw).Do(ctx).Raw()
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	_, err = e.out.Write(b)
	return err
}

func readFileOrInput(file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(file)
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
