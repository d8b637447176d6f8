package accept

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// A6: what scripts rely on.
func TestA6(t *testing.T) {
	t.Run("make build leaves bin/gantry", func(t *testing.T) {
		if st, err := os.Stat(filepath.Join(root, "bin", "gantry")); err != nil || st.Mode()&0o111 == 0 {
			t.Fatalf("%v %v", st, err)
		}
	})
	t.Run("the default data directory", func(t *testing.T) {
		for _, verb := range []string{"up", "down", "server", "kubeconfig"} {
			out, err := run(t.Context(), "", binary(), verb, "--help")
			if err := errorsOr(err, want(out, "--data-dir", `(default "/var/lib/gantry")`)); err != nil {
				t.Errorf("%s: %v", verb, err)
			}
		}
	})
	t.Run("up, kubeconfig and down with a directory and an address", func(t *testing.T) {
		in := newInstance(t, "127.0.0.1:17446")
		if err := in.up(); err != nil {
			t.Fatal(err)
		}
		conf, err := in.gantry("kubeconfig")
		if err != nil {
			t.Fatal(err)
		}
		cfg, err := clientcmd.RESTConfigFromKubeConfig([]byte(conf))
		if err != nil {
			t.Fatal(err)
		}
		if cfg.Host != "https://"+in.listen {
			t.Errorf("the kubeconfig leads to %s", cfg.Host)
		}
		ready(t, cfg)
		if out, err := in.gantry("down"); err != nil || in.gone() != nil {
			t.Errorf("%s %v %v", out, err, in.gone())
		}
	})
	t.Run("server alone is a control plane without a node", func(t *testing.T) {
		in := &instance{dir: t.TempDir(), listen: "127.0.0.1:17447"}
		in.start(t, "server", "--listen", in.listen)
		cfg, err := clientcmd.BuildConfigFromFlags("", filepath.Join(in.dir, "kubeconfig"))
		if err != nil {
			t.Fatal(err)
		}
		ready(t, cfg)
		nodes, err := in.tryKubectl("", "get", "nodes", "-o", "name")
		if err != nil || strings.TrimSpace(nodes) != "" {
			t.Errorf("nodes: %q %v", nodes, err)
		}
		if id, err := in.id(); err != nil {
			t.Error(err)
		} else if l, err := leftovers(id); err != nil || len(l) > 0 {
			t.Errorf("a control plane made %v, %v", l, err)
		}
	})
	t.Run("bench of an instance of its own", func(t *testing.T) {
		dir := t.TempDir()
		benchLines(t, "store", []string{"commits_per_s"}, "--step", "200ms", "--dir", dir)
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
	t.Run("bench of a running instance", func(t *testing.T) {
		in, err := shared.get()
		if err != nil {
			t.Fatal(err)
		}
		benchLines(t, "start", []string{"pod_running_p50_ms", "pod_running_p99_ms"}, "--kubeconfig", filepath.Join(in.dir, "kubeconfig"), "--image", "web:1")
	})
}

// ready asks /readyz as a client of the kubeconfig.
func ready(t *testing.T, cfg *rest.Config) {
	t.Helper()
	c, err := rest.HTTPClientFor(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseIdleConnections()
	res, err := c.Get(cfg.Host + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("/readyz says %s", res.Status)
	}
}

// benchLines wants one JSON object a line with exactly the pinned fields, and the metrics among them.
func benchLines(t *testing.T, name string, metrics []string, args ...string) {
	t.Helper()
	out, err := run(t.Context(), "", binary(), append([]string{"bench", name, "--json"}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for line := range strings.Lines(out) {
		var f map[string]any
		dec := json.NewDecoder(bytes.NewBufferString(line))
		if err := dec.Decode(&f); err != nil || dec.More() {
			t.Fatalf("%q: %v", line, err)
		}
		value, number := f["value"].(float64)
		_, params := f["params"].(map[string]any)
		short := f["metric"] == "cpu_ms_per_pod" && value == 0 // less than the kernel's tick for all of a few pods
		if len(f) != 5 || f["bench"] != name || !number || value <= 0 && !short || !params || f["unit"] == "" {
			t.Errorf("%q", line)
		}
		metric, _ := f["metric"].(string)
		seen = append(seen, metric)
	}
	for _, m := range metrics {
		if !slices.Contains(seen, m) {
			t.Errorf("%s is missing in %v", m, seen)
		}
	}
}
