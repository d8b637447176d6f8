package accept

import (
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

const flunders = "/apis/wardle.example.com/v1alpha1"

// E7: an extension API server, built on upstream's generic server, runs in a pod behind an APIService and is part of the
// API.
func TestE7(t *testing.T) {
	w := newWorld(t)
	if _, err := w.gantry("image", "build", "extension:1", "--file", filepath.Join(root, "bin", "extension")+":/extension", "--entrypoint", "/extension"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // what lies outside of the namespace
		_, _ = w.try("delete", "--ignore-not-found", "apiservice/v1alpha1.wardle.example.com", "clusterrolebinding/e7-delegator")
		_, _ = w.try("delete", "--ignore-not-found", "-n", "kube-system", "rolebinding/e7-reader")
	})
	cert, key := serverPair(w, "ext."+w.ns+".svc")
	w.register(cert)
	w.isAvailable("False", "ServiceNotFound")
	w.call("GET", w.flunder(""), "").is(w, 503, "service unavailable")
	w.k("get", "pods") // the rest of the API does not suffer

	w.apply(w.extensionManifest(cert, key))
	w.k("create", "rolebinding", "e7-reader", "-n", "kube-system", "--role=extension-apiserver-authentication-reader", "--serviceaccount="+w.ns+":ext")
	w.ready("condition=Available", "deployment/ext")
	w.isAvailable("True", "Passed")
	for _, step := range []struct {
		name string
		test func(*world)
	}{
		{"discovery", extensionDiscovery}, {"requests", extensionRequests}, {"users", extensionUsers},
		{"watch", extensionWatch}, {"a forged user", forgedUser}, {"OpenAPI", extensionOpenAPI},
		{"namespaces", extensionNamespaces},
	} {
		t.Run(step.name, func(t *testing.T) { step.test(w.sub(t)) })
	}
	t.Run("a certificate of others", func(t *testing.T) {
		w := w.sub(t)
		wrong, _ := serverPair(w, "ext."+w.ns+".svc")
		w.register(wrong)
		w.isAvailable("False", "FailedDiscoveryCheck")
		w.call("GET", w.flunder(""), "").is(w, 503)
		w.register(cert)
		w.isAvailable("True", "Passed")
		w.call("GET", w.flunder(""), "").is(w, 200, "FlunderList")
	})
	t.Run("no endpoint", func(t *testing.T) {
		w := w.sub(t)
		w.k("scale", "deployment/ext", "--replicas=0")
		w.isAvailable("False", "MissingEndpoints")
		w.call("GET", w.flunder(""), "").is(w, 503, "service unavailable")
		w.k("get", "configmaps")
		if out, err := w.try("get", "flunders.wardle.example.com"); err == nil {
			t.Errorf("kubectl got %q from nobody", out)
		}
	})
	w.k("delete", "apiservice", "v1alpha1.wardle.example.com")
	w.eventually("the group to be gone", func() error {
		if a := w.call("GET", flunders, ""); a.status != 404 {
			return fmt.Errorf("%d %s", a.status, a.body)
		}
		return nil
	})
	if out := w.k("api-resources"); strings.Contains(out, "flunders") {
		t.Errorf("discovery still tells of flunders:\n%s", out)
	}
}

func (w *world) flunder(name string) string {
	return strings.TrimSuffix(flunders+"/namespaces/"+w.ns+"/flunders/"+name, "/")
}

// register makes or changes the APIService, with a certificate that is trusted.
func (w *world) register(ca []byte) {
	w.Helper()
	w.apply(fmt.Sprintf(`
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1alpha1.wardle.example.com}
spec:
  group: wardle.example.com
  version: v1alpha1
  groupPriorityMinimum: 1000
  versionPriority: 15
  service: {namespace: %s, name: ext}
  caBundle: %s
`, w.ns, base64.StdEncoding.EncodeToString(ca)))
}

// isAvailable waits for the condition.
func (w *world) isAvailable(status, reason string) {
	w.Helper()
	w.eventually("the APIService to be "+reason, func() error {
		return want(w.field("apiservice/v1alpha1.wardle.example.com", `.status.conditions[?(@.type=="Available")]`), `"status":"`+status+`"`, `"reason":"`+reason+`"`)
	})
}

// extensionManifest is what people deploy for such a server.
func (w *world) extensionManifest(cert, key []byte) string {
	b64 := base64.StdEncoding.EncodeToString
	return strings.NewReplacer("NAMESPACE", w.ns, "CERT", b64(cert), "KEY", b64(key)).Replace(`
apiVersion: v1
kind: ServiceAccount
metadata: {name: ext}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: e7-delegator}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:auth-delegator"}
subjects: [{kind: ServiceAccount, name: ext, namespace: NAMESPACE}]
---
apiVersion: v1
kind: Secret
metadata: {name: ext}
type: kubernetes.io/tls
data: {tls.crt: CERT, tls.key: KEY}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ext}
spec:
  selector: {matchLabels: {app: ext}}
  template:
    metadata: {labels: {app: ext}}
    spec:
      serviceAccountName: ext
      terminationGracePeriodSeconds: 1
      containers:
      - name: ext
        image: extension:1
        args: [--secure-port=8443, --tls-cert-file=/tls/tls.crt, --tls-private-key-file=/tls/tls.key]
        readinessProbe: {httpGet: {path: /readyz, port: 8443, scheme: HTTPS}, periodSeconds: 1}
        volumeMounts: [{name: tls, mountPath: /tls}]
      volumes: [{name: tls, secret: {secretName: ext}}]
---
apiVersion: v1
kind: Service
metadata: {name: ext}
spec:
  selector: {app: ext}
  ports: [{port: 443, targetPort: 8443}]
`)
}

func extensionDiscovery(w *world) {
	for _, form := range []string{"application/json", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"} {
		w.call("GET", "/apis", "", "Accept: "+form).is(w, 200, "wardle.example.com", "apps")
	}
	w.call("GET", "/apis", "", "Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList").is(w, 200, `"resource":"flunders"`)
	w.call("GET", "/apis/wardle.example.com", "").is(w, 200, `"kind":"APIGroup"`, `"wardle.example.com/v1alpha1"`)
	w.call("GET", flunders, "").is(w, 200, `"APIResourceList"`, `"flunders"`)
	if out := w.k("api-resources", "--api-group=wardle.example.com"); !strings.Contains(out, "Flunder") {
		w.Errorf("kubectl api-resources says %q", out)
	}
	if out := w.k("get", "apiservices"); !strings.Contains(out, w.ns+"/ext") || !strings.Contains(out, "v1.apps") {
		w.Errorf("kubectl get apiservices says %q", out)
	}
}

func extensionRequests(w *world) {
	w.apply(`{apiVersion: wardle.example.com/v1alpha1, kind: Flunder, metadata: {name: a, labels: {size: small}}, spec: {reference: other}}`)
	if got := w.field("flunder/a", ".spec.reference"); got != "other" {
		w.Errorf("the reference is %q", got)
	}
	w.call("GET", w.flunder("none"), "").is(w, 404, `flunders.wardle.example.com \"none\" not found`)
	w.call("POST", w.flunder(""), "{").is(w, 400)
	w.call("GET", w.flunder("a"), "", "Accept: application/json;as=Table;g=meta.k8s.io;v=v1").is(w, 200, `"kind":"Table"`)
	if out := w.k("get", "flunders"); !strings.Contains(out, "a") {
		w.Errorf("kubectl get says %q", out)
	}
	w.k("delete", "flunder", "a")
	w.refused([]string{"NotFound"}, "get", "flunder", "a")
}

// extensionNamespaces deletes a namespace with an object of the extension server in it, which knows no deletecollection: the
// object goes first, and while the server is away the namespace says what it waits for.
func extensionNamespaces(w *world) {
	gone := w.ns + "-gone"
	made := func() {
		w.k("create", "namespace", gone)
		path := flunders + "/namespaces/" + gone + "/flunders"
		w.call("POST", path, `{"apiVersion":"wardle.example.com/v1alpha1","kind":"Flunder","metadata":{"name":"inside"}}`).is(w, 201)
	}
	absent := func() {
		w.Helper()
		w.eventually("the end of the namespace", func() error {
			if a := w.call("GET", "/api/v1/namespaces/"+gone, ""); a.status != 404 {
				return fmt.Errorf("%d %s", a.status, a.body)
			}
			return nil
		})
		if a := w.call("GET", flunders+"/flunders", ""); a.status != 200 || strings.Contains(a.body, "inside") {
			w.Errorf("the extension server still has what was in it: %d %s", a.status, a.body)
		}
	}
	made()
	w.k("delete", "namespace", gone, "--wait=false")
	absent()

	made()
	w.k("scale", "deployment/ext", "--replicas=0")
	w.isAvailable("False", "MissingEndpoints")
	w.k("delete", "namespace", gone, "--wait=false")
	w.eventually("the namespace says what it waits for", func() error {
		return want(w.field("namespace/"+gone, `.status.conditions[?(@.type=="NamespaceDeletionDiscoveryFailure")]`), `"status":"True"`, "wardle.example.com/v1alpha1")
	})
	w.k("scale", "deployment/ext", "--replicas=1")
	w.isAvailable("True", "Passed")
	absent() // the server keeps its objects in memory: the new one has none
}

// extensionUsers proves that the server hears who asks, and that RBAC decides before it is asked.
func extensionUsers(w *world) {
	w.k("create", "role", "maker", "--verb=create,get", "--resource=flunders.wardle.example.com")
	w.k("create", "rolebinding", "maker", "--role=maker", "--user=alice")
	body := `{"apiVersion":"wardle.example.com/v1alpha1","kind":"Flunder","metadata":{"name":"hers"}}`
	w.call("POST", w.flunder(""), body, "Impersonate-User: alice").is(w, 201, `"wardle.example.com/creator":"alice"`)
	w.call("POST", w.flunder(""), body, "Impersonate-User: bob").is(w, 403, "bob")
	w.call("DELETE", w.flunder("hers"), "", "Impersonate-User: alice").is(w, 403, "alice")
	// Headers of the client's own do not get through.
	own := strings.Replace(body, "hers", "forged", 1)
	w.call("POST", w.flunder(""), own, "Impersonate-User: alice", "X-Remote-User: root", "X-Remote-Group: system:masters").is(w, 201, `creator":"alice"`)
}

func extensionWatch(w *world) {
	next := w.lines(w.Context(), w.flunder("")+"?watch=1")
	w.apply(`{apiVersion: wardle.example.com/v1alpha1, kind: Flunder, metadata: {name: seen}}`)
	if err := want(next(), `"ADDED"`, `"name":"seen"`); err != nil {
		w.Error(err)
	}
}

// forgedUser speaks to the server past the API server: headers alone make nobody of anyone.
func forgedUser(w *world) {
	ip := w.field("pods -l app=ext", ".items[0].status.podIP")
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, Timeout: patience} //nolint:gosec // it is the forger who does not look
	req, err := http.NewRequestWithContext(w.Context(), http.MethodGet, "https://"+ip+":8443"+w.flunder(""), nil)
	if err != nil {
		w.Fatal(err)
	}
	req.Header.Set("X-Remote-User", "root")
	req.Header.Set("X-Remote-Group", "system:masters")
	res, err := client.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusForbidden || !strings.Contains(string(body), "system:anonymous") {
		w.Errorf("a forger got %d %s %v", res.StatusCode, body, err)
	}
}

func extensionOpenAPI(w *world) {
	w.call("GET", "/openapi/v3", "").is(w, 200, "apis/wardle.example.com/v1alpha1", "apis/apps/v1")
	if out := w.k("explain", "flunder.spec"); !strings.Contains(out, "reference") {
		w.Errorf("kubectl explain says %q", out)
	}
}
