package accept

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// pod is the manifest of a pod with one container, c, that runs a shell script once. container and spec are further
// fields in YAML's flow style, "" for none.
func pod(name, image, script, container, spec string) string {
	q, err := json.Marshal(script)
	if err != nil {
		panic(err)
	}
	if container != "" {
		container = ", " + container
	}
	for _, field := range []string{"restartPolicy: Never", "terminationGracePeriodSeconds: 1"} {
		if key, _, _ := strings.Cut(field, " "); !strings.Contains(spec, key) {
			spec = strings.TrimSuffix(field+", "+spec, ", ")
		}
	}
	return fmt.Sprintf(`
apiVersion: v1
kind: Pod
metadata: {name: %q, labels: {app: %q}}
spec: {%s, containers: [{name: c, image: %q, command: [/bin/busybox, sh, -c, %s]%s}]}
---
`, name, name, spec, image, q, container)
}

const busybox = "busybox:1"

// idle is a script that stays until it is asked to go.
const idle = "trap 'exit 0' TERM; while :; do /bin/busybox sleep 1000 & wait; done"

// ended waits until a pod has run to its end and returns its phase and what it printed.
func (w *world) ended(name string) (phase, logs string) {
	w.Helper()
	phase = w.over(name)
	return phase, w.k("logs", name)
}

// over waits until a pod has ended, and says how.
func (w *world) over(name string) (phase string) {
	w.Helper()
	w.eventually("the end of pod "+name, func() error {
		phase = w.field("pod/"+name, ".status.phase")
		if phase != "Succeeded" && phase != "Failed" {
			return fmt.Errorf("it is %s: %s", phase, w.field("pod/"+name, ".status.containerStatuses[*].state"))
		}
		return nil
	})
	return phase
}

// prints wants a pod to succeed and to have printed words.
func (w *world) prints(name string, words ...string) {
	w.Helper()
	phase, logs := w.ended(name)
	if err := want(logs, words...); err != nil || phase != "Succeeded" {
		w.Fatalf("pod %s: %s, %v", name, phase, err)
	}
}

// sub makes the world that a subtest sees: the same namespace, failures told to the subtest.
func (w *world) sub(t *testing.T) *world {
	return &world{T: t, instance: w.instance, ns: w.ns}
}

// id is the instance's, which is in the names of all that it has on the machine.
func (i *instance) id() (string, error) {
	b, err := os.ReadFile(filepath.Join(i.dir, "instance.json"))
	if err != nil {
		return "", err
	}
	var in struct {
		ID string `json:"id"`
	}
	err = json.Unmarshal(b, &in)
	return in.ID, err
}

// processes are the living processes of the machine of which the command line has all of the words, by process id.
func processes(words ...string) (map[int]string, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	found := map[int]string{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		b, err := os.ReadFile(filepath.Join("/proc", e.Name(), "cmdline"))
		line := strings.ReplaceAll(string(b), "\x00", " ")
		if err != nil || line == "" || want(line, words...) != nil {
			continue // it ended meanwhile, is a zombie, or is another
		}
		found[pid] = line
	}
	return found, nil
}

// write writes a file of a test.
func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// platform is this machine's, as image indexes name it.
func platform() string { return "linux/" + runtime.GOARCH }

// withToken makes a kubeconfig for the instance that holds nothing but a bearer token, and returns its path.
func (w *world) withToken(token string) string {
	w.Helper()
	c, err := clientcmd.LoadFromFile(filepath.Join(w.dir, "kubeconfig"))
	if err != nil {
		w.Fatal(err)
	}
	for name := range c.AuthInfos {
		c.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: token}
	}
	path := filepath.Join(w.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*c, path); err != nil {
		w.Fatal(err)
	}
	return path
}

// whoami is who the API says that the bearer of a token is.
func (w *world) whoami(token string) (string, error) {
	out, err := w.tryKubectl("", "--kubeconfig="+w.withToken(token), "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")
	return strings.TrimSpace(out), err
}
