package cli

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gantry.dev/gantry/internal/app"
)

// The daemon runs in another directory than who starts it.
func TestDataDirIsAbsolute(t *testing.T) {
	t.Chdir(t.TempDir())
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{"data": filepath.Join(here, "data"), "/a/../b": "/b", "": ""} {
		e := &env{}
		err := newRoot(e).ParseFlags([]string{"--data-dir", given})
		if (err != nil) != (want == "") || want != "" && e.dataDir != want {
			t.Errorf("--data-dir %q is %q, %v; want %q", given, e.dataDir, err, want)
		}
	}
}

// Who names an instance that is not there must not be led to another cluster.
func TestKubeconfigOf(t *testing.T) {
	there := t.TempDir()
	config := app.Layout{Dir: there}.Kubeconfig()
	if err := os.WriteFile(config, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	gone := filepath.Join(there, "gone")
	for _, tt := range []struct {
		name, env  string
		args, rest []string
		want       string
		refused    bool
	}{
		{"named", "", []string{"--data-dir", there, "get", "pods"}, []string{"get", "pods"}, config, false},
		{"named before KUBECONFIG", "/other", []string{"--data-dir=" + there, "get"}, []string{"get"}, config, false},
		{"named, not there", "/other", []string{"--data-dir", gone, "delete", "ns", "x"}, nil, "", true},
		{"help", "", []string{"--data-dir", gone, "--help"}, []string{"--help"}, "", false},
		{"kubectl's own words", "", []string{"--data-dir", there, "get", "--data-dir", "x"}, []string{"get", "--data-dir", "x"}, config, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("KUBECONFIG", tt.env)
			got, rest, err := kubeconfigOf(tt.args)
			if (err != nil) != tt.refused {
				t.Fatalf("error %v", err)
			}
			if err == nil && (got != tt.want || !slices.Equal(rest, tt.rest)) {
				t.Errorf("kubeconfig %q, arguments %q; want %q, %q", got, rest, tt.want, tt.rest)
			}
		})
	}
}
