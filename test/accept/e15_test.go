package accept

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const auditPolicy = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: None, resources: [{group: "", resources: [configmaps]}]}
- {level: Metadata, namespaces: [kept], resources: [{group: "", resources: [secrets]}]}
- {level: RequestResponse, namespaces: [kept]}
`

// E15: the audit log says what its policy asks for: levels, stages, pod security's annotations, and no secrets.
func TestE15(t *testing.T) {
	dir := t.TempDir()
	policy, log := filepath.Join(dir, "policy.yaml"), filepath.Join(dir, "logs", "audit.log")
	write(t, policy, auditPolicy)
	in := newInstance(t, "127.0.0.1:16515")
	if out, err := in.gantry("server", "--listen", in.listen, "--audit-log-path", log); err == nil || !strings.Contains(err.Error(), "--audit-policy-file") {
		t.Errorf("a log without a policy: %s %v", out, err)
	}
	in.start(t, "server", "--listen", in.listen, "--audit-policy-file", policy, "--audit-log-path", log)
	w := &world{t, in, "kept"}
	w.k("create", "namespace", "kept")
	w.eventually("the default service account", func() error { _, err := w.try("get", "serviceaccount", "default"); return err })
	w.k("label", "namespace", "kept", "pod-security.kubernetes.io/audit=restricted")
	w.k("create", "configmap", "quiet")
	w.k("create", "secret", "generic", "s", "--from-literal=password=hush-hush")
	w.k("run", "p", "--image=web:1", "--restart=Never")
	w.k("delete", "pod", "p", "--now")
	w.eventually("the audit log holds the requests", func() error {
		b, err := os.ReadFile(log)
		if err != nil {
			return err
		}
		text := string(b)
		if strings.Contains(text, "hush-hush") || strings.Contains(text, `"name":"quiet"`) || strings.Contains(text, "RequestReceived") {
			return fmt.Errorf("the log says too much")
		}
		var created bool
		for line := range strings.Lines(text) {
			var ev struct {
				Verb        string
				ObjectRef   struct{ Resource, Name string }
				Annotations map[string]string
				User        struct{ Username string }
			}
			if err := json.Unmarshal([]byte(line), &ev); err != nil {
				return fmt.Errorf("%s: %w", line, err)
			}
			if ev.Verb == "create" && ev.ObjectRef.Resource == "pods" && ev.ObjectRef.Name == "p" {
				created = strings.Contains(ev.Annotations["pod-security.kubernetes.io/audit-violations"], "restricted") && ev.User.Username != ""
			}
		}
		if !created {
			return fmt.Errorf("no creation of the pod with what pod security says in %d bytes", len(b))
		}
		return want(text, `"verb":"delete"`, `"resource":"secrets"`, `"authorization.k8s.io/decision":"allow"`)
	})
}
