package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gantry.dev/gantry/internal/driver/image"
)

// imageCommand works on the image store of the data directory, whether or not an instance runs on it.
func imageCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "image", Short: "Bring images to this node, list them, push them", Args: noArgs,
		Long: `Work on the image store of this node, whether or not an instance runs: import archives of other tools, make
images of files and programs, list what is there, pull from a registry and push to one. Pods find these images under their names.`,
		Example: "  gantry image import web.tar\n  gantry image list",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() }}
	name := ""
	imp := &cobra.Command{Use: "import PATH", Short: "Import a docker-save archive, an OCI layout directory or an OCI archive", Args: usage(cobra.ExactArgs(1)),
		Long:    "Import all images of a docker-save archive, an OCI layout directory or an OCI archive (also compressed).",
		Example: "  docker save web:1 | gantry image import /dev/stdin\n  gantry image import ./layout --name registry.local/web:1",
		RunE: func(c *cobra.Command, args []string) error {
			return e.images(func(s *image.Store) error {
				list, err := s.Import(c.Context(), args[0], name)
				for _, i := range list {
					e.printf("imported %s (%s)\n", strings.Join(i.Tags, ", "), i.ID)
				}
				return err
			})
		}}
	imp.Flags().StringVar(&name, "name", "", "name of an image that has none in the archive")
	list := &cobra.Command{Use: "list", Short: "List the images of this node", Args: noArgs,
		Long:    "List the images that pods of this node find without a pull: their names, ids, number of layers and size.",
		Example: "  gantry image list --data-dir /srv/edge", RunE: func(*cobra.Command, []string) error {
			return e.images(func(s *image.Store) error { return e.listImages(s) })
		}}
	auth := ""
	push := &cobra.Command{Use: "push IMAGE [REFERENCE]", Short: "Push an image of this node to a registry", Args: usage(cobra.RangeArgs(1, 2)),
		Long:    "Push an image of this node to a registry, under its own name or as REFERENCE. Layers that the registry has are not sent.",
		Example: "  gantry image push web:1 127.0.0.1:5000/web:1 --auth-file ~/.docker/config.json",
		RunE: func(c *cobra.Command, args []string) error {
			return e.images(func(s *image.Store) error { return e.push(c.Context(), s, args[0], args[len(args)-1], auth) })
		}}
	push.Flags().StringVar(&auth, "auth-file", "", "credentials in the form of ~/.docker/config.json")
	c.AddCommand(imp, list, push, imageBuildCommand(e), imagePullCommand(e))
	return c
}

func (e *env) images(do func(*image.Store) error) error {
	return e.imagesWith(image.Options{}, do)
}

func (e *env) imagesWith(o image.Options, do func(*image.Store) error) error {
	s, err := image.Open(e.layout().Images(), o)
	if err != nil {
		return err
	}
	defer s.Close()
	return do(s)
}

func (e *env) listImages(s *image.Store) error {
	list, err := s.List()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(e.out, 0, 4, 3, ' ', 0)
	fmt.Fprintln(w, "NAME\tID\tLAYERS\tSIZE")
	for _, i := range list {
		names := i.Tags
		if len(names) == 0 {
			names = i.RepoDigests
		}
		fmt.Fprintf(w, "%s\t%.19s\t%d\t%.1f MiB\n", strings.Join(names, " "), i.ID, len(i.Layers), float64(i.Size)/(1<<20))
	}
	return w.Flush()
}

func (e *env) push(ctx context.Context, s *image.Store, src, dst, authFile string) error {
	auths, err := readAuths(authFile)
	if err != nil {
		return err
	}
	if err := s.Push(ctx, src, dst, auths); err != nil {
		return err
	}
	e.printf("pushed %s\n", dst)
	return nil
}
