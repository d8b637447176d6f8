// Package cli holds the verbs for people: it reads flags, calls app or an API server, and prints. It decides nothing that
// another program could want to know.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/app"
)

const (
	defaultDataDir = "/var/lib/gantry"
	defaultListen  = "127.0.0.1:6443"
)

// env is what all commands share.
type env struct {
	out, err io.Writer
	dataDir  string
	verbose  bool
}

func (e *env) printf(format string, args ...any) { fmt.Fprintf(e.out, format, args...) }

func (e *env) layout() app.Layout { return app.Layout{Dir: e.dataDir} }

func (e *env) log(w io.Writer) *slog.Logger {
	level := slog.LevelInfo
	if e.verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}

// Main runs the command line and returns the exit code: 0, 1 for a failure, 2 for a wrong command line.
func Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM)
	defer stop()
	if len(args) > 0 && args[0] == "kubectl" {
		return kubectl(args[1:])
	}
	e := &env{out: os.Stdout, err: os.Stderr}
	root := newRoot(e)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(e.err, "gantry: %v\n", oneLine(err))
		return 2
	default:
		fmt.Fprintf(e.err, "gantry: %v\n", oneLine(err))
		return 1
	}
}

// oneLine keeps an error to a line, whatever was joined into it.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// usageError is a wrong command line.
type usageError struct{ error }

func newRoot(e *env) *cobra.Command {
	root := &cobra.Command{
		Use:   "gantry",
		Short: "A container orchestrator in one binary that speaks the Kubernetes API",
		Long: `Gantry runs containers on your own machines from Kubernetes manifests. One binary holds the API
server, the controllers, the scheduler, the node agent, the network and DNS; kubectl, helm and
client-go work unchanged.

  gantry up                     start a one-machine cluster in the background
  gantry kubectl get pods -A    talk to it (or use your own kubectl with ` + "`gantry kubeconfig`" + `)
  gantry down                   stop it and leave nothing behind`,
		Example:       "  gantry up\n  gantry kubectl create deployment web --image=registry.local/web:1\n  gantry explain deployment/web",
		SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		Args:              noArgs,
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetOut(e.out)
	root.SetErr(e.err)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w; see `%s --help`", err, c.CommandPath())}
	})
	e.dataDir = defaultDataDir
	root.PersistentFlags().Var((*absolutePath)(&e.dataDir), "data-dir", "directory of this instance: database, keys, images, logs")
	root.PersistentFlags().BoolVarP(&e.verbose, "verbose", "v", false, "log what is done in detail")
	root.AddCommand(upCommand(e), downCommand(e), serverCommand(e), daemonCommand(e), kubeconfigCommand(e), kubectlCommand(), versionCommand(e))
	root.AddCommand(more(e)...)
	return root
}

// absolutePath is a flag for a path that other processes and other working directories have to understand as well.
type absolutePath string

// String is the path.
func (p *absolutePath) String() string { return string(*p) }

// Type is what help calls it; help quotes the default of a string.
func (p *absolutePath) Type() string { return "string" }

// Set takes a path that may be relative to the working directory.
func (p *absolutePath) Set(s string) error {
	if s == "" {
		return errors.New("it is empty")
	}
	abs, err := filepath.Abs(s)
	*p = absolutePath(abs)
	return err
}

// noArgs refuses arguments and names the command that was not found.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if c.HasParent() {
		return usageError{fmt.Errorf("%s takes no argument, got %q; see `%s --help`", c.CommandPath(), args[0], c.CommandPath())}
	}
	return usageError{fmt.Errorf("there is no command %q; see `gantry --help`", args[0])}
}

// usage makes a check of arguments say where help is.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return usageError{fmt.Errorf("%s: %w; see `%s --help`", c.CommandPath(), err, c.CommandPath())}
		}
		return nil
	}
}

func versionCommand(e *env) *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the versions of Gantry and of the Kubernetes API that it serves", Args: noArgs,
		Long: "Print Gantry's own version, the release of Kubernetes whose API it serves, and what it was built with and for.", Example: "  gantry version",
		RunE: func(*cobra.Command, []string) error {
			v := app.Version()
			e.printf("gantry %s\nkubernetes API %s\n%s %s\n", app.Stamp(), v.GitVersion, v.GoVersion, v.Platform)
			return nil
		}}
}

func kubeconfigCommand(e *env) *cobra.Command {
	return &cobra.Command{Use: "kubeconfig", Short: "Print the administrator's kubeconfig", Args: noArgs,
		Long:    "Print the kubeconfig of the instance's administrator. It holds a private key: keep it to yourself.",
		Example: "  gantry kubeconfig > ~/.kube/config",
		RunE: func(*cobra.Command, []string) error {
			b, err := os.ReadFile(e.layout().Kubeconfig())
			if err != nil {
				return fmt.Errorf("no kubeconfig in %s (%w); start an instance with `gantry up --data-dir %s`", e.dataDir, err, e.dataDir)
			}
			_, err = e.out.Write(b)
			return err
		}}
}
