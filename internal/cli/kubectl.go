package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	utilfeature "k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"

	"gantry.dev/gantry/internal/app"
)

// kubectl is upstream's kubectl with the instance's kubeconfig already set. A leading --data-dir names the instance; all
// else is kubectl's own.
func kubectl(args []string) int {
	signal.Reset(unix.SIGINT, unix.SIGTERM) // kubectl does by them what it does alone; most of its commands leave them to end it
	path, args, err := kubeconfigOf(args)
	if err == nil && path != "" {
		err = os.Setenv("KUBECONFIG", path)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "gantry: %v\n", err)
		return 1
	}
	os.Args = append([]string{"kubectl"}, args...) // plugins and help texts look at it
	c := cmd.NewDefaultKubectlCommandWithArgs(cmd.KubectlOptions{
		PluginHandler: cmd.NewDefaultPluginHandler([]string{"kubectl"}),
		Arguments:     os.Args,
		IOStreams:     genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr},
	})
	if err := utilfeature.RunNoErrOutput(c); err != nil {
		util.CheckErr(err) // prints and exits as kubectl does
	}
	return 0
}

// kubeconfigOf is the kubeconfig of the instance that the arguments name, or of the one in the usual place, and the arguments that
// are kubectl's. It is empty where kubectl has to do without: with a KUBECONFIG of another cluster, unless an instance is named,
// and for help.
func kubeconfigOf(args []string) (path string, rest []string, err error) {
	dir, named := defaultDataDir, false
	for len(args) > 0 {
		if v, ok := strings.CutPrefix(args[0], "--data-dir="); ok {
			dir, named, args = v, true, args[1:]
		} else if args[0] == "--data-dir" && len(args) > 1 {
			dir, named, args = args[1], true, args[2:]
		} else {
			break
		}
	}
	path = app.Layout{Dir: dir}.Kubeconfig()
	_, err = os.Stat(path)
	switch {
	case err == nil:
		return path, args, nil
	case !named && os.Getenv("KUBECONFIG") != "":
		return "", args, nil
	case len(args) > 0 && slices.Contains([]string{"help", "--help", "-h", "completion", "options"}, args[0]):
		return "", args, nil
	case errors.Is(err, fs.ErrNotExist):
		return "", args, fmt.Errorf("there is no instance in %s; start one with `gantry up`, or name its directory: gantry kubectl --data-dir DIR ...", dir)
	default:
		return "", args, fmt.Errorf("the kubeconfig of the instance cannot be read: %w", err)
	}
}

// kubectlCommand only shows in the help; Main hands the words to kubectl before cobra reads them.
func kubectlCommand() *cobra.Command {
	return &cobra.Command{Use: "kubectl [--data-dir DIR] ...", Short: "Upstream's kubectl, with the kubeconfig of the instance", DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error { os.Exit(kubectl(args)); return nil }}
}
