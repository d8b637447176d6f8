package cri

import (
	_ "embed"
	"os"
	"path/filepath"
	"strings"
)

// plugin is a CNI plugin: the network is the node's affair, so all it does is to put the namespace that the node has wired in the place
// of the one that the runtime has made. It is a script, because a runtime executes it for every sandbox.
//
//go:embed plugin.sh
var plugin string

// network is the configuration that names the plugin to the runtime.
const network = `{"cniVersion": "0.4.0", "name": "gantry", "plugins": [{"type": "gantry"}]}
`

// sites is where Prepare leaves the path of each sandbox's namespace for the plugin.
func (r *Runtime) sites() string { return filepath.Join(r.o.Dir, "sites") }

// writePlugin writes the plugin and its configuration. containerd also wants one for the loopback link, which has nothing to do.
func writePlugin(dir string) error {
	for _, d := range []string{"bin", "net.d", "sites"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			return err
		}
	}
	body := strings.Replace(plugin, "@SITES@", filepath.Join(dir, "sites"), 1)
	for _, name := range []string{"gantry", "loopback"} {
		path := filepath.Join(dir, "bin", name)
		if have, err := os.ReadFile(path); err == nil && string(have) == body {
			continue // one that runs is not written to
		}
		if err := os.WriteFile(path+".new", []byte(body), 0o755); err != nil {
			return err
		}
		if err := os.Rename(path+".new", path); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "net.d", "10-gantry.conflist"), []byte(network), 0o644)
}
