package cli

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"gantry.dev/gantry/internal/app"
	"gantry.dev/gantry/internal/driver/image"
)

// pullShows is how often a pull shows how far it is.
const pullShows = time.Second

func imagePullCommand(e *env) *cobra.Command {
	auth, from := "", app.Images{}
	c := &cobra.Command{Use: "pull IMAGE", Short: "Bring an image of a registry to this node", Args: usage(cobra.ExactArgs(1)),
		Long: `Pull an image into the store of this node, so that pods find it, and show how far it is. Mirrors and the policy of
signatures are those of the flags: a running instance has its own.`,
		Example: "  gantry image pull registry.local/web:1 --auth-file ~/.docker/config.json",
		RunE: func(c *cobra.Command, args []string) error {
			o, err := from.Options()
			if err != nil {
				return usageError{err}
			}
			auths, err := readAuths(auth)
			if err != nil {
				return err
			}
			return e.imagesWith(o, func(s *image.Store) error { return e.pullImage(c.Context(), s, args[0], auths) })
		}}
	c.Flags().StringVar(&auth, "auth-file", "", "credentials in the form of ~/.docker/config.json")
	sourceFlags(c.Flags(), &from)
	return c
}

func (e *env) pullImage(ctx context.Context, s *image.Store, ref string, auths []image.Auth) error {
	type outcome struct {
		img image.Image
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		img, err := s.Pull(ctx, ref, auths)
		done <- outcome{img, err}
	}()
	tick := time.NewTicker(pullShows)
	defer tick.Stop()
	for {
		select {
		case got := <-done:
			if got.err == nil {
				e.printf("pulled %s (%s)\n", ref, got.img.Ref())
			}
			return got.err
		case <-tick.C:
			for _, p := range s.Pulls() {
				e.printf("%s\n", p)
			}
		}
	}
}

// readAuths reads the credentials of --auth-file.
func readAuths(file string) ([]image.Auth, error) {
	if file == "" {
		return nil, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("--auth-file: %w", err)
	}
	auths, err := image.ParseDockerConfig(b)
	if err != nil {
		return nil, fmt.Errorf("--auth-file %s: %w", file, err)
	}
	return auths, nil
}
