package accept

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// F4: Services, namespaces, certificates, tokens and what looks into them, on an instance with a pool of addresses.
func TestF4(t *testing.T) {
	in := &instance{dir: t.TempDir(), listen: "127.0.0.1:17444"}
	t.Cleanup(func() {
		if err := in.down(); err != nil {
			t.Error(err)
		}
	})
	if _, err := in.gantry("up", "--listen", in.listen, "--load-balancer-pool", "198.51.100.0/30"); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	for _, v := range []verb{
		{"load balancer", balancer}, {"endpoints by hand", mirrored}, {"certificate", certificate}, {"token secret", tokenSecret},
		{"namespace says what blocks it", blockedNamespace}, {"graph and explain", graphAndExplain}, {"rules come back", rulesComeBack},
	} {
		t.Run(v.name, func(t *testing.T) { v.test(w.sub(t)) })
	}
}

// balancer: two addresses for three services; one that is given back goes to who waits; and packets arrive.
func balancer(w *world) {
	w.apply(pod("page", "web:1", "exec /web", "", ""))
	service := func(name string) string {
		return fmt.Sprintf("apiVersion: v1\nkind: Service\nmetadata: {name: %s}\nspec: {type: LoadBalancer, selector: {app: page}, ports: [{port: 80, targetPort: 8080}]}\n---\n", name)
	}
	address := func(name string) string { return w.field("service/"+name, ".status.loadBalancer.ingress[*].ip") }
	w.apply(service("one"))
	w.eventually("an address", func() error { return want(address("one"), "198.51.100.1") })
	w.apply(service("two"))
	w.eventually("another address", func() error { return want(address("two"), "198.51.100.2") })
	w.apply(service("three"))
	w.eventually("a refusal", func() error {
		return want(w.k("get", "events", "--field-selector", "reason=SyncLoadBalancerFailed", "-o", "jsonpath={.items[*].message}"), "all addresses of the pool [198.51.100.0/30] are taken")
	})
	w.k("delete", "service", "one")
	w.eventually("the address goes to who waits", func() error { return want(address("three"), "198.51.100.1") })
	w.ready("condition=Ready", "pod/page")
	w.apply(pod("visitor", busybox, idle, "", ""))
	w.ready("condition=Ready", "pod/visitor")
	w.eventually("an answer at the address", func() error {
		out, err := w.inPod("visitor", "/bin/tool get http://198.51.100.2/")
		if err == nil && out == "" {
			err = fmt.Errorf("it is empty")
		}
		return err
	})
}

func mirrored(w *world) {
	w.apply(`
apiVersion: v1
kind: Service
metadata: {name: outside}
spec: {ports: [{name: sql, port: 5432}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: outside}
subsets: [{addresses: [{ip: 203.0.113.9}], ports: [{name: sql, port: 5432}]}]
---
`)
	w.eventually("a mirror", func() error {
		return want(w.k("get", "endpointslices", "-l", "kubernetes.io/service-name=outside", "-o",
			"jsonpath={.items[*].endpoints[*].addresses[*]} {.items[*].metadata.labels.endpointslice\\.kubernetes\\.io/managed-by}"), "203.0.113.9", "endpointslicemirroring-controller.k8s.io")
	})
	w.k("delete", "endpoints", "outside")
	w.eventually("no mirror", func() error {
		if left := w.k("get", "endpointslices", "-l", "kubernetes.io/service-name=outside", "-o", "name"); left != "" {
			return fmt.Errorf("left: %s", left)
		}
		return nil
	})
}

// certificate: a request is approved by hand, signed, and its bearer is who it says.
func certificate(w *world) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "jane", Organization: []string{"dev"}}}, key)
	if err != nil {
		w.Fatal(err)
	}
	request := base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))
	w.apply("apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: {name: jane}\nspec: {signerName: kubernetes.io/kube-apiserver-client, expirationSeconds: 86400, usages: [client auth], request: " + request + "}\n")
	w.Cleanup(func() { _, _ = w.try("delete", "csr", "jane") })
	w.k("certificate", "approve", "jane")
	w.eventually("a certificate", func() error { return want(w.k("get", "csr", "jane"), "Approved,Issued") })
	cert, err := base64.StdEncoding.DecodeString(w.field("csr/jane", ".status.certificate"))
	if err != nil {
		w.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		w.Fatal(err)
	}
	cfg := rest.AnonymousClientConfig(w.config())
	cfg.CertData, cfg.KeyData = cert, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})
	w.isRefusedAs(cfg, `User "jane" cannot list resource "pods"`)
}

// isRefusedAs lists pods, which must be refused with a word that names who asked.
func (w *world) isRefusedAs(cfg *rest.Config, word string) {
	w.Helper()
	c, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		w.Fatal(err)
	}
	if _, err := c.CoreV1().Pods(w.ns).List(context.Background(), metav1.ListOptions{}); err == nil || !strings.Contains(err.Error(), word) {
		w.Errorf("got %v, want %q", err, word)
	}
}

func tokenSecret(w *world) {
	w.k("create", "serviceaccount", "robot")
	w.apply("apiVersion: v1\nkind: Secret\nmetadata: {name: robot-token, annotations: {kubernetes.io/service-account.name: robot}}\ntype: kubernetes.io/service-account-token\n")
	w.eventually("a token", func() error {
		if w.field("secret/robot-token", ".data.token") == "" {
			return fmt.Errorf("the secret has none")
		}
		return nil
	})
	bearer, err := base64.StdEncoding.DecodeString(w.field("secret/robot-token", ".data.token"))
	if err != nil {
		w.Fatal(err)
	}
	cfg := rest.AnonymousClientConfig(w.config())
	cfg.BearerToken = string(bearer)
	w.isRefusedAs(cfg, `User "system:serviceaccount:`+w.ns+`:robot" cannot list resource "pods"`)
	w.k("delete", "serviceaccount", "robot")
	w.eventually("the secret goes with its account", func() error {
		if out, err := w.try("get", "secret", "robot-token"); err == nil {
			return fmt.Errorf("still there: %s", out)
		}
		return nil
	})
	w.isRefusedAs(cfg, "Unauthorized")
}

func blockedNamespace(w *world) {
	w.k("create", "namespace", "blocked")
	w.Cleanup(func() { _, _ = w.try("delete", "namespace", "blocked", "--wait=false") })
	w.k("-n", "blocked", "create", "configmap", "held")
	w.k("-n", "blocked", "patch", "configmap", "held", "-p", `{"metadata":{"finalizers":["example.com/hold"]}}`)
	w.k("delete", "namespace", "blocked", "--wait=false")
	w.eventually("conditions", func() error {
		return want(w.field("namespace/blocked", ".status.conditions"), "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
			"Some resources are remaining: configmaps. has 1 resource instances")
	})
	w.k("-n", "blocked", "patch", "configmap", "held", "-p", `{"metadata":{"finalizers":null}}`)
	w.eventually("the namespace goes", func() error {
		if out, err := w.try("get", "namespace", "blocked"); err == nil {
			return fmt.Errorf("still there: %s", out)
		}
		return nil
	})
}

func graphAndExplain(w *world) {
	out, err := w.gantry("debug", "graph")
	if err != nil {
		w.Fatal(err)
	}
	if err := want(out, "deployment-controller", "deployments.apps/status", "certificatesigningrequest-signing-controller", "by resource"); err != nil {
		w.Error(err)
	}
	out, err = w.gantry("explain", "service/two", "-n", w.ns)
	if err != nil {
		w.Fatal(err)
	}
	if err := want(out, "endpoint-slice-controller: 1 endpoints in 1 slices, 1 ready", "service-lb-controller: nothing to do"); err != nil {
		w.Errorf("%v in\n%s", err, out)
	}
}

// rulesComeBack: a built-in role that lost its rules has them again after a start; one that opted out has not.
func rulesComeBack(w *world) {
	const opted = "system:public-info-viewer"
	w.k("patch", "clusterrole", "system:discovery", "-p", `{"rules":[{"nonResourceURLs":["/mine"],"verbs":["get"]}]}`, "--type=merge")
	w.k("annotate", "clusterrole", opted, "rbac.authorization.kubernetes.io/autoupdate=false", "--overwrite")
	w.k("patch", "clusterrole", opted, "-p", `{"rules":[]}`, "--type=merge")
	if _, err := w.gantry("down"); err != nil {
		w.Fatal(err)
	}
	if _, err := w.gantry("up", "--listen", w.listen, "--load-balancer-pool", "198.51.100.0/30"); err != nil {
		w.Fatal(err)
	}
	if err := want(w.field("clusterrole/system:discovery", ".rules"), "/mine", "/openapi"); err != nil {
		w.Error(err)
	}
	if left := w.field("clusterrole/"+opted, ".rules"); left != "" && left != "[]" && left != "null" {
		w.Errorf("the role that opted out has %s", left)
	}
}
