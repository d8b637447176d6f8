package conformance

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// nodeSuite are the program of upstream's suite of nodes and its arguments, for a node that runs already: the suite starts no kubelet and
// asks no runtime for images. Specs that restart kubelet, read its files or speak CRI cannot be had this way.
func nodeSuite(t *testing.T, kubectl string) []string {
	t.Helper()
	program := peer("e2e_node.test")
	if _, err := os.Stat(program); err != nil {
		t.Skipf("upstream's suite of nodes is not built (%v); test/peers/e2e/build.sh builds it", err)
	}
	run := func(args ...string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), kubectl, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("kubectl %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	// The suite asks the API server for the node's settings with a token, not with the kubeconfig.
	run("create", "serviceaccount", "suite")
	run("create", "clusterrolebinding", "suite", "--clusterrole=cluster-admin", "--serviceaccount=default:suite")
	return []string{program, "--", "--start-services=false", "--prepull-images=false", "--node-name=" + run("get", "nodes", "-o", "name")[len("node/"):],
		"--bearer-token=" + run("create", "token", "suite", "--duration=12h")}
}
