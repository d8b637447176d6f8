package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"sigs.k8s.io/yaml"
)

// The suite finds kubelet here.
const (
	healthz   = "http://127.0.0.1:10248/healthz" // kubelet's own port
	podLogs   = "/var/log/pods"
	unitName  = "kubelet-gantry.service"
	stopLimit = 30 * time.Second
)

// settings are what a machine of upstream's test grid says to its kubelet, as far as the suite looks for it.
var settings = map[string]any{
	"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
	"healthzPort": 10248, "readOnlyPort": 10255, "podLogsDir": podLogs, "enableSystemLogQuery": true, "enforceNodeAllocatable": []string{"pods"},
}

// unit is the node, as systemd would have it: the suite stops and starts it, with settings that it writes to a file.
type unit struct {
	t                 *testing.T
	gantry, dir, work string
	// said is the file of settings that the suite writes: all of them, those of /configz and the ones that it changes.
	said string
	// known are the settings of /configz before the suite has changed any.
	known map[string]any

	mu   sync.Mutex
	node *exec.Cmd     // nil if it does not run
	over chan struct{} // closed when it has ended
}

// begin starts the node for the first time, and ends it after the test.
func (u *unit) begin() {
	u.t.Helper()
	// The last is by what the suite knows a machine with systemd, on which kubelet leaves the machine's processes in their cgroups.
	for _, dir := range []string{podLogs, filepath.Join(kubelet, "static"), filepath.Join(u.dir, "node", "pods"), "/run/systemd/system"} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			u.t.Fatal(err)
		}
	}
	// The suite looks into the directories of pods.
	if err := os.Symlink(filepath.Join(u.dir, "node", "pods"), filepath.Join(kubelet, "pods")); err != nil {
		u.t.Fatal(err)
	}
	u.t.Cleanup(func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.stop()
	})
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.start(); err != nil {
		u.t.Fatal(err)
	}
}

// remember keeps the settings that the node works by before the suite has changed any.
func (u *unit) remember(configz string) {
	u.t.Helper()
	var c struct {
		Kubelet map[string]any `json:"kubeletconfig"`
	}
	if err := json.Unmarshal([]byte(configz), &c); err != nil {
		u.t.Fatalf("/configz: %v", err)
	}
	u.known = c.Kubelet
}

// config writes the settings to start with: ours, and what the suite has changed. The suite's file has every field of kubelet's, also those
// that only repeat what the node does anyway.
func (u *unit) config() (string, error) {
	all := maps.Clone(settings)
	all["staticPodPath"] = filepath.Join(kubelet, "static")
	if b, err := os.ReadFile(u.said); err == nil {
		said := map[string]any{}
		if err := yaml.Unmarshal(b, &said); err != nil {
			return "", err
		}
		for field, value := range said {
			if was, ok := u.known[field]; ok && same(was, value) || !ok && empty(value) {
				continue
			}
			all[field] = prune(value)
		}
	}
	b, err := yaml.Marshal(all)
	if err != nil {
		return "", err
	}
	path := filepath.Join(u.work, "effective.yaml")
	return path, os.WriteFile(path, b, 0o644)
}

// same says whether two values are one but for what is empty in them.
func same(a, b any) bool { return reflect.DeepEqual(prune(a), prune(b)) }

// prune is a value without its empty parts.
func prune(v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := map[string]any{}
	for k, v := range m {
		if !empty(v) || v == false {
			out[k] = prune(v)
		}
	}
	return out
}

// empty says whether a value says nothing.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case float64:
		return v == 0
	case string:
		return v == "" || v == "0s"
	case []any:
		return len(v) == 0
	case map[string]any:
		for _, v := range v {
			if !empty(v) {
				return false
			}
		}
		return true
	}
	return false
}

func (u *unit) running() bool {
	if u.node == nil {
		return false
	}
	select {
	case <-u.over:
		return false
	default:
		return true
	}
}

// start runs the node until it is healthy, or has said why it cannot be.
func (u *unit) start() error {
	if u.running() {
		return nil
	}
	config, err := u.config()
	if err != nil {
		return err
	}
	for _, name := range []string{"cpu_manager_state", "memory_manager_state"} { // the suite removes them, as to make kubelet forget
		if err := os.Symlink(filepath.Join(u.dir, "node", name), filepath.Join(kubelet, name)); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	log, err := os.OpenFile(filepath.Join(u.dir, "gantry.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	last := filepath.Join(u.work, "last")
	words, err := os.Create(last)
	if err != nil {
		return err
	}
	defer words.Close()
	below := func(d string) string { return filepath.Join(kubelet, d) }
	u.node = exec.Command(u.gantry, "agent", "--data-dir", u.dir, "--kubelet-config", config, "--dra-plugin-dir", below("plugins_registry"),
		"--device-plugin-dir", below("device-plugins"), "--pod-resources-dir", below("pod-resources"))
	u.node.Stdout, u.node.Stderr = words, log
	if err := u.node.Start(); err != nil {
		u.node = nil
		return err
	}
	over, c := make(chan struct{}), u.node
	u.over = over
	go func() {
		_ = c.Wait()
		close(over)
	}()
	tick, late := time.NewTicker(50*time.Millisecond), time.After(startLimit)
	defer tick.Stop()
	for {
		select {
		case <-over:
			b, _ := os.ReadFile(filepath.Join(u.dir, "gantry.log"))
			return fmt.Errorf("the node ended: %s", b[max(0, len(b)-400):])
		case <-late:
			return fmt.Errorf("the node is not healthy after %s", startLimit)
		case <-tick.C:
		}
		if b, err := os.ReadFile(last); err == nil && len(b) > 0 {
			return nil // it says that it works
		}
	}
}

func (u *unit) stop() {
	if !u.running() {
		return
	}
	_ = u.node.Process.Signal(unix.SIGTERM)
	select {
	case <-u.over:
	case <-time.After(stopLimit):
		_ = u.node.Process.Kill()
		<-u.over
	}
}

// commands is a directory with the commands by which the suite has its kubelet stopped and started.
func (u *unit) commands() string {
	u.t.Helper()
	dir := filepath.Join(u.work, "commands")
	if err := os.Mkdir(dir, 0o755); err != nil {
		u.t.Fatal(err)
	}
	socket := filepath.Join(u.work, "systemd")
	l, err := net.Listen("unix", socket)
	if err != nil {
		u.t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(u.control)}
	go func() { _ = srv.Serve(l) }()
	u.t.Cleanup(func() { _ = srv.Close() })
	script(u.t, filepath.Join(dir, "sudo"), `exec "$@"`)
	script(u.t, filepath.Join(dir, "systemctl"), fmt.Sprintf(`running=
for a in "$@"; do [ "$a" = --state=running ] && running=?running; done
exec curl -sS --fail-with-body --unix-socket %s "http://systemd/$1$running"`, socket))
	return dir
}

// control is what systemctl asks for.
func (u *unit) control(w http.ResponseWriter, r *http.Request) {
	u.mu.Lock()
	defer u.mu.Unlock()
	var err error
	switch verb := filepath.Base(r.URL.Path); verb {
	case "list-units":
		if u.running() || !r.URL.Query().Has("running") {
			fmt.Fprintln(w, unitName, "loaded active running the node")
		}
	case "reset-failed":
	case "kill", "stop":
		u.stop()
	case "restart", "start":
		if verb == "restart" {
			u.stop()
		}
		if err = u.start(); err != nil {
			// What it does not know it refuses: the other specs find it as it was.
			err = errors.Join(err, os.Remove(u.said), u.start())
		}
	default:
		err = fmt.Errorf("systemctl %s: the tests of nodes have no such command; they have %v", verb, slices.Sorted(maps.Keys(map[string]bool{"list-units": true, "reset-failed": true, "kill": true, "stop": true, "restart": true, "start": true})))
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}
