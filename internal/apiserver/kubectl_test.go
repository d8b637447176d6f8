package apiserver

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// kubeconfig writes a configuration as a file that kubectl reads.
func kubeconfig(t *testing.T, c *rest.Config, path string) {
	t.Helper()
	k := clientcmdapi.NewConfig()
	k.Clusters["gantry"] = &clientcmdapi.Cluster{Server: c.Host, CertificateAuthorityData: c.CAData}
	k.AuthInfos["user"] = &clientcmdapi.AuthInfo{ClientCertificateData: c.CertData, ClientKeyData: c.KeyData, Token: c.BearerToken}
	k.Contexts["it"] = &clientcmdapi.Context{Cluster: "gantry", AuthInfo: "user", Namespace: "red"}
	k.CurrentContext = "it"
	check(t, clientcmd.WriteToFile(*k, path))
}

// TestKubectl drives the real program.
func TestKubectl(t *testing.T) {
	bin, err := exec.LookPath("kubectl")
	if err != nil {
		t.Skip("no kubectl on this machine")
	}
	d := newDoor(t)
	dir := t.TempDir()
	conf := filepath.Join(dir, "kubeconfig")
	kubeconfig(t, d.config("admin", "system:masters"), conf)
	manifest := filepath.Join(dir, "web.yaml")
	check(t, os.WriteFile(manifest, []byte(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`), 0o600))
	changed := filepath.Join(dir, "changed.yaml")
	check(t, os.WriteFile(changed, []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: red}\ndata: {new: content}\n"), 0o600))
	d.admin().must("POST", "/api/v1/nodes", `{"metadata":{"name":"n1"}}`, 201)
	run := func(want string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), bin, append([]string{"--kubeconfig", conf, "--cache-dir", dir}, args...)...)
		cmd.Env = append(os.Environ(), "KUBE_EDITOR=sed -i s/before$/after/")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		if !strings.Contains(string(out), want) {
			t.Errorf("kubectl %s: %s\nwant %q", strings.Join(args, " "), out, want)
		}
		return string(out)
	}
	run("deployment.apps/web created", "apply", "-f", manifest)
	run("deployment.apps/web unchanged", "apply", "-f", manifest)
	run("serverside-applied", "apply", "--server-side", "--force-conflicts", "-f", manifest)
	run("0/3", "get", "deployments")
	run("web:1", "get", "deploy", "-o", "wide")
	run("service/web", "get", "all")
	run("RollingUpdate", "describe", "deployment", "web")
	run("scaled", "scale", "deploy/web", "--replicas=5")
	run("5", "get", "deploy", "web", "-o", "jsonpath={.spec.replicas}")
	run("labeled", "label", "deploy", "web", "a=b")
	run("annotated", "annotate", "deploy", "web", "a=b")
	run("patched", "patch", "deploy", "web", "-p", `{"spec":{"replicas":2}}`)
	run("image updated", "set", "image", "deploy/web", "web=web:2")
	run("restarted", "rollout", "restart", "deploy/web")
	run("created", "create", "configmap", "c", "--from-literal=a=before")
	run("created", "create", "serviceaccount", "bot")
	run("eyJ", "create", "token", "bot")
	run("created", "create", "rolebinding", "bot", "--clusterrole=view", "--serviceaccount=red:bot")
	run("yes", "auth", "can-i", "list", "pods", "--as=system:serviceaccount:red:bot")
	run("admin", "auth", "whoami")
	run("deployments", "api-resources")
	run("*.*", "auth", "can-i", "--list")
	run("web", "get", "deploy", "--chunk-size=1", "--show-labels")
	run("web", "get", "deploy", "--field-selector=metadata.name=web")
	run("configmap/c edited", "edit", "configmap", "c")
	run("replaced", "replace", "-f", changed)
	run("No events found", "events")
	run("cordoned", "cordon", "n1")
	run("SchedulingDisabled", "get", "nodes")
	run("uncordoned", "uncordon", "n1")
	run("drained", "drain", "n1")
	run("running at", "cluster-info")
	run("ok", "get", "--raw", "/readyz")
	run("apps/v1", "api-versions")
	run("replicas", "explain", "deployment.spec")
	run("Server Version", "version")
	run("condition met", "wait", "--for=jsonpath={.spec.replicas}=2", "deploy/web", "--timeout=30s")
	run("web", "get", "deploy", "web", "-o", "yaml")
	run("deleted", "delete", "-f", manifest, "--wait=true", "--timeout=30s")
	run("created", "create", "-f", manifest, "--dry-run=server")
	run("No resources found", "get", "deploy")
}
