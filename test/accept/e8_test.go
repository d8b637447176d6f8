package accept

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// E8: admission webhooks and policies, with real servers: in the test, and in a pod behind a Service.
func TestE8(t *testing.T) {
	w := newWorld(t)
	for _, v := range []verb{
		{"mutate and validate", hooksChange}, {"failure policy and timeout", hooksFail}, {"order and reinvocation", hooksRepeat},
		{"conditions, selectors, dry run", hooksMatch}, {"controllers' writes", hooksOfControllers}, {"custom kinds", hooksOfCustomKinds},
		{"connect and delete", hooksOfStreams}, {"behind a Service", hooksInPods},
		{"validating policies", policiesRefuse}, {"mutating policies", policiesChange},
	} {
		t.Run(v.name, func(t *testing.T) { v.test(w.sub(t)) })
	}
}

// hookServer is a real webhook server of the test: what it answers depends on the path.
type hookServer struct {
	*httptest.Server
	ca   string
	done chan struct{}
}

func newHookServer(w *world, answer func(path string, rq *admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse) *hookServer {
	s := &hookServer{done: make(chan struct{})}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var review admissionv1.AdmissionReview
		if err := json.NewDecoder(r.Body).Decode(&review); err != nil || review.Request == nil {
			http.Error(rw, "this is no review", http.StatusBadRequest)
			return
		}
		if r.URL.Path == "/hang" {
			<-s.done
		}
		review.Response = answer(r.URL.Path, review.Request)
		review.Response.UID = review.Request.UID
		review.Request = nil
		rw.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(rw).Encode(&review) // the API server hears of it
	}))
	s.ca = base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	w.Cleanup(s.Close)
	w.Cleanup(func() { close(s.done) }) // before Close, which waits for requests
	return s
}

// at is the client configuration for a path.
func (s *hookServer) at(path string) string {
	return fmt.Sprintf("{url: %q, caBundle: %s}", s.URL+path, s.ca)
}

// hook applies a configuration with one webhook for the test's namespace, and removes it after the test. fields are
// further fields in YAML's flow style.
func (w *world) hook(kind, name, client, resources, fields string) {
	w.Helper()
	if fields != "" {
		fields = ", " + fields
	}
	operations := "['*']"
	if kind == "Mutating" {
		operations = "[CREATE, UPDATE]" // of a delete there is nothing to patch
	}
	w.apply(fmt.Sprintf(`
apiVersion: admissionregistration.k8s.io/v1
kind: %sWebhookConfiguration
metadata: {name: %s-%s}
webhooks:
- {name: %s.example.com, clientConfig: %s, rules: [{apiGroups: ['*'], apiVersions: ['*'], operations: %s, resources: %s}],
   admissionReviewVersions: [v1], sideEffects: NoneOnDryRun, namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}%s}
`, kind, w.ns, name, name, client, operations, resources, w.ns, fields))
	w.Cleanup(func() { w.unhook(kind, name) })
}

func (w *world) unhook(kind, name string) {
	if out, err := w.tryKubectl("", "delete", "--ignore-not-found", strings.ToLower(kind)+"webhookconfiguration", w.ns+"-"+name); err != nil {
		w.Log(out, err)
	}
}

func allow() *admissionv1.AdmissionResponse { return &admissionv1.AdmissionResponse{Allowed: true} }

func patchWith(patch string) *admissionv1.AdmissionResponse {
	kind := admissionv1.PatchTypeJSONPatch
	return &admissionv1.AdmissionResponse{Allowed: true, Patch: []byte(patch), PatchType: &kind}
}

func hooksChange(w *world) {
	s := newHookServer(w, func(path string, rq *admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
		if path == "/mutate" {
			return patchWith(`[{"op":"add","path":"/data/mutated","value":"by ` + rq.UserInfo.Username + `"}]`)
		}
		if strings.Contains(string(rq.Object.Raw), `"secret"`) {
			return &admissionv1.AdmissionResponse{Result: &metav1.Status{Message: "no secrets in config maps", Code: 403, Reason: "Forbidden"}}
		}
		r := allow()
		r.Warnings = []string{"this one was looked at"}
		return r
	})
	w.hook("Mutating", "change", s.at("/mutate"), "[configmaps]", "")
	w.hook("Validating", "check", s.at("/validate"), "[configmaps]", "")
	w.k("create", "configmap", "ok", "--from-literal=a=1")
	if got := w.field("configmap/ok", ".data"); want(got, `"mutated":"by `, `"a":"1"`) != nil {
		w.Errorf("the object holds %s", got)
	}
	w.refused([]string{`admission webhook "check.example.com" denied the request: no secrets in config maps`}, "create", "configmap", "no", "--from-literal=secret=1")
	a := w.call("POST", "configmaps", configMap("warned", `"a":"1"`, "")).is(w, 201)
	if got := a.header.Get("Warning"); want(got, "299", "this one was looked at") != nil {
		w.Errorf("warning %q", got)
	}
	w.call("PATCH", "configmaps/ok", `{"data":{"secret":"1"}}`, "Content-Type: application/merge-patch+json").is(w, 403, "no secrets")
	// From the moment that a configuration is gone, nothing is asked.
	w.unhook("Validating", "check")
	w.k("create", "configmap", "free", "--from-literal=secret=1")
}

func hooksFail(w *world) {
	s := newHookServer(w, func(string, *admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse { return allow() })
	dead := httptest.NewTLSServer(http.NotFoundHandler())
	dead.Close()
	for _, c := range []struct{ name, client, fields, word string }{
		{"dead", fmt.Sprintf("{url: %q, caBundle: %s}", dead.URL, s.ca), "", "connection refused"},
		{"slow", s.at("/hang"), "timeoutSeconds: 1", "context deadline exceeded"},
		{"stranger", fmt.Sprintf("{url: %q}", s.URL), "", "certificate"},
		{"nobody", "{service: {namespace: " + w.ns + ", name: nobody}}", "", `service "nobody" not found`},
	} {
		w.hook("Validating", c.name, c.client, "[configmaps]", c.fields)
		w.refused([]string{"Internal error occurred: failed calling webhook", c.name + ".example.com", "failed to call webhook", c.word}, "create", "configmap", "x")
		// Who is not meant does not suffer.
		w.must("create", "configmap", w.ns, "-n", "default")
		w.must("delete", "configmap", w.ns, "-n", "default")
		w.hook("Validating", c.name, c.client, "[configmaps]", strings.TrimPrefix(c.fields+", failurePolicy: Ignore", ", "))
		w.k("create", "configmap", "x")
		w.k("delete", "configmap", "x")
		w.unhook("Validating", c.name)
	}
}

// must runs kubectl outside of the test's namespace.
func (w *world) must(args ...string) {
	w.Helper()
	if _, err := w.tryKubectl("", args...); err != nil {
		w.Fatal(err)
	}
}

func hooksRepeat(w *world) {
	s := newHookServer(w, func(path string, rq *admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
		var cm struct{ Data map[string]string }
		if err := json.Unmarshal(rq.Object.Raw, &cm); err != nil {
			w.Error(err)
		}
		return patchWith(fmt.Sprintf(`[{"op":"add","path":"/data","value":{"trail":%q}}]`, cm.Data["trail"]+path))
	})
	w.hook("Mutating", "c", s.at("/c"), "[configmaps]", "")
	w.hook("Mutating", "a", s.at("/a"), "[configmaps]", "reinvocationPolicy: IfNeeded")
	w.hook("Mutating", "b", s.at("/b"), "[configmaps]", "")
	w.k("create", "configmap", "trail")
	if got := w.field("configmap/trail", ".data.trail"); got != "/a/b/c/a" {
		w.Errorf("the trail is %s", got)
	}
}

func hooksMatch(w *world) {
	s := newHookServer(w, func(_ string, rq *admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
		return &admissionv1.AdmissionResponse{Result: &metav1.Status{Message: fmt.Sprintf("dry run: %v", *rq.DryRun)}}
	})
	w.hook("Validating", "choosy", s.at("/"), "[configmaps]", `objectSelector: {matchLabels: {look: at-me}},
   matchConditions: [{name: not-exempt, expression: "!('exempt' in object.metadata.labels)"}, {name: no-one, expression: "request.name != 'one'"}]`)
	w.call("POST", "configmaps", configMap("plain", "", "")).is(w, 201)
	w.call("POST", "configmaps", configMap("two", "", `,"labels":{"look":"at-me"}`)).is(w, 400, "dry run: false")
	w.call("POST", "configmaps?dryRun=All", configMap("two", "", `,"labels":{"look":"at-me"}`)).is(w, 400, "dry run: true")
	w.call("POST", "configmaps", configMap("two", "", `,"labels":{"look":"at-me","exempt":""}`)).is(w, 201)
	w.call("POST", "configmaps", configMap("one", "", `,"labels":{"look":"at-me"}`)).is(w, 201)
	// The rule names one version of the kind; a write of another is brought into it.
	w.apply(fmt.Sprintf(`
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: %s-versions}
webhooks:
- {name: versions.example.com, clientConfig: %s, rules: [{apiGroups: [autoscaling], apiVersions: [v1], operations: ['*'], resources: [horizontalpodautoscalers]}],
   admissionReviewVersions: [v1], sideEffects: None, namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}}
`, w.ns, s.at("/"), w.ns))
	w.Cleanup(func() { w.unhook("Validating", "versions") })
	w.call("POST", "/apis/autoscaling/v2/namespaces/"+w.ns+"/horizontalpodautoscalers", `{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"x"},
		"spec":{"maxReplicas":2,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"x"}}}`).is(w, 400, "versions.example.com", "dry run: false")
}

func hooksOfControllers(w *world) {
	s := newHookServer(w, func(string, *admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
		return patchWith(`[{"op":"add","path":"/metadata/labels/injected","value":"yes"}]`)
	})
	w.hook("Mutating", "inject", s.at("/"), "[pods]", "")
	w.k("create", "deployment", "web", "--image=web:1", "--replicas=20")
	w.eventually("all pods of the deployment have the label", func() error {
		if n := len(strings.Fields(w.k("get", "pods", "-l", "app=web,injected=yes", "-o", "name"))); n != 20 {
			return fmt.Errorf("%d have it", n)
		}
		return nil
	})
	w.k("delete", "deployment", "web")
}

func hooksOfCustomKinds(w *world) {
	group := w.ns + ".example.com"
	w.define(twoVersions(group, "v1", "{strategy: None}"), "places."+group)
	s := newHookServer(w, func(_ string, rq *admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
		if rq.Kind.Kind != "Place" {
			w.Errorf("asked about a %s", rq.Kind)
		}
		return patchWith(`[{"op":"add","path":"/hostPort","value":"set:1"},{"op":"add","path":"/unheard","value":"of"}]`)
	})
	w.hook("Mutating", "custom", s.at("/"), "[places]", "")
	w.apply("{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: " + w.ns + "-custom}, spec: {" +
		"matchConstraints: {resourceRules: [{apiGroups: [" + group + "], apiVersions: [v1], operations: [CREATE], resources: [places]}]}, " +
		"validations: [{expression: \"object.metadata.name != 'bad'\", messageExpression: \"'not ' + object.hostPort\"}]}}\n---\n" +
		"{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: {name: " + w.ns + "-custom}, spec: {policyName: " + w.ns + "-custom, validationActions: [Deny]}}")
	w.Cleanup(func() { w.unpolicy("validating", "custom") })
	place := func(name string) string {
		return "{apiVersion: " + group + "/v1, kind: Place, metadata: {name: " + name + "}, hostPort: 'mine:2'}"
	}
	w.apply(place("good"))
	if got := w.field("places.v1."+group+"/good", ".hostPort"); got != "set:1" {
		w.Errorf("hostPort is %s", got)
	}
	if got := w.k("get", "places.v1."+group+"/good", "-o", "json"); strings.Contains(got, "unheard") {
		w.Errorf("what the schema does not know is kept: %s", got)
	}
	if _, err := w.tryKubectl(place("bad"), "-n", w.ns, "apply", "-f", "-"); err == nil || want(err.Error(), "denied request: not set:1") != nil {
		w.Errorf("got %v", err)
	}
}

func hooksOfStreams(w *world) {
	w.apply(pod("talk", busybox, idle, "", ""))
	w.k("wait", "pod/talk", "--for=condition=Ready", "--timeout=60s")
	s := newHookServer(w, func(_ string, rq *admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
		if rq.Operation == admissionv1.Connect && rq.Kind.Kind == "PodExecOptions" && strings.Contains(string(rq.Object.Raw), `"ls"`) ||
			rq.Operation == admissionv1.Delete && strings.Contains(string(rq.OldObject.Raw), `"talk"`) {
			return &admissionv1.AdmissionResponse{Result: &metav1.Status{Message: "not while I watch"}}
		}
		return allow()
	})
	w.hook("Validating", "watch", s.at("/"), "[pods, pods/exec]", "")
	w.refused([]string{"watch.example.com", "not while I watch"}, "exec", "talk", "--", "ls")
	w.k("exec", "talk", "--", "/bin/busybox", "true")
	w.refused([]string{"watch.example.com", "not while I watch"}, "delete", "pod", "talk")
	w.unhook("Validating", "watch")
	w.k("delete", "pod", "talk", "--wait=false")
}

func hooksInPods(w *world) {
	cert, key := serverPair(w, "guard."+w.ns+".svc")
	b64 := base64.StdEncoding.EncodeToString
	w.apply(fmt.Sprintf(`
apiVersion: v1
kind: Secret
metadata: {name: guard}
type: kubernetes.io/tls
data: {tls.crt: %s, tls.key: %s}
---
apiVersion: v1
kind: Pod
metadata: {name: guard, labels: {app: guard}}
spec:
  terminationGracePeriodSeconds: 1
  containers: [{name: c, image: %s, command: [/bin/tool, admit, ':8443'], ports: [{containerPort: 8443}], readinessProbe: {tcpSocket: {port: 8443}, periodSeconds: 1}, volumeMounts: [{name: tls, mountPath: /tls}]}]
  volumes: [{name: tls, secret: {secretName: guard}}]
---
apiVersion: v1
kind: Service
metadata: {name: guard}
spec: {selector: {app: guard}, ports: [{port: 443, targetPort: 8443}]}
`, b64(cert), b64(key), busybox))
	w.k("wait", "pod/guard", "--for=condition=Ready", "--timeout=60s")
	w.hook("Validating", "guard", "{service: {namespace: "+w.ns+", name: guard, path: /admit}, caBundle: "+b64(cert)+"}", "[configmaps]", "")
	w.eventually("the pod is asked", func() error {
		_, err := w.try("create", "configmap", "forbidden-one")
		if err == nil {
			w.Fatal("it was made")
		}
		return want(err.Error(), `admission webhook "guard.example.com" denied the request: the pod says no to forbidden-one`)
	})
	w.k("create", "configmap", "fine")
	w.unhook("Validating", "guard")
	w.k("delete", "pod/guard", "service/guard", "secret/guard", "--wait=false")
}

// serverPair is a certificate, with its key, that a server of that name signed itself.
func serverPair(w *world, name string) (cert, key []byte) {
	w.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	t := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &k.PublicKey, k)
	if err != nil {
		w.Fatal(err)
	}
	kb, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		w.Fatal(err)
	}
	return pemOf("CERTIFICATE", der), pemOf("EC PRIVATE KEY", kb)
}
