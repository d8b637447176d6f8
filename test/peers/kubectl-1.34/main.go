// Kubectl is upstream's kubectl of release 1.34, as upstream's own main makes it: the acceptance tests run it against
// Gantry. It is a module of its own because a module has one version of each dependency.
package main

import (
	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
)

func main() {
	if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
}
