package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	utilfeature "k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"

	"gantry.dev/gantry/internal/app"
)

// kubectl is upstream's kubectl with the instance's kubeconfig already set. A leading --data-dir names the instance; all
// else is kubectl's own.
func kubectl(args []string) int {
	dir := defaultDataDir
	for len(args) > 0 {
		if v, ok := strings.CutPrefix(args[0], "--data-dir="); ok {
			dir, args = v, args[1:]
		} else if args[0] == "--data-dir" && len(args) > 1 {
			dir, args = args[1], args[2:]
		} else {
			break
		}
	}
	path := app.Layout{Dir: dir}.Kubeconfig()
	switch _, err := os.Stat(path); {
	case err == nil:
		if err := os.Setenv("KUBECONFIG", path); err != nil {
			fmt.Fprintf(os.Stderr, "gantry: %v\n", err)
			return 1
		}
	case os.Getenv("KUBECONFIG") != "":
		// Somebody works with another cluster.
	case len(args) > 0 && slices.Contains([]string{"help", "--help", "-h", "completion", "options"}, args[0]):
		// Help needs no instance.
	case errors.Is(err, fs.ErrNotExist):
		fmt.Fprintf(os.Stderr, "gantry: there is no instance in %s; start one with `gantry up`, or name its directory: gantry kubectl --data-dir DIR ...\n", dir)
		return 1
	default:
		fmt.Fprintf(os.Stderr, "gantry: the kubeconfig of the instance cannot be read: %v\n", err)
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

// kubectlCommand only shows in the help; Main hands the words to kubectl before cobra reads them.
func kubectlCommand() *cobra.Command {
	return &cobra.Command{Use: "kubectl [--data-dir DIR] ...", Short: "Upstream's kubectl, with the kubeconfig of the instance", DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error { os.Exit(kubectl(args)); return nil }}
}
