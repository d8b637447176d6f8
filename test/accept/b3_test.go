package accept

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// B3: the API as clients see it. What kubectl hides is asked for in plain HTTP.
func TestB3(t *testing.T) {
	w := newWorld(t)
	for _, v := range []verb{
		{"TLS and client certificates", certificates}, {"bearer tokens", bearerTokens}, {"bootstrap roles", bootstrapRoles},
		{"escalation and bind", escalation},
		{"selectors", selectors}, {"limit and continue", pages}, {"resourceVersion", revisions}, {"watch", watches},
		{"media types", mediaTypes}, {"patch types", patchTypes}, {"dry run", dryRun}, {"finalizers", finalizers},
		{"owner references", owners}, {"subresources", subresources}, {"discovery", discoveries}, {"OpenAPI", openAPI},
		{"admission", admissions},
	} {
		t.Run(v.name, func(t *testing.T) { v.test(w.sub(t)) })
	}
}

// config is the administrator's.
func (w *world) config() *rest.Config {
	w.Helper()
	c, err := clientcmd.BuildConfigFromFlags("", filepath.Join(w.dir, "kubeconfig"))
	if err != nil {
		w.Fatal(err)
	}
	c.QPS = -1
	return c
}

func (w *world) client() *kubernetes.Clientset {
	w.Helper()
	c, err := kubernetes.NewForConfig(w.config())
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// answer is what the API answered to one request.
type answer struct {
	status int
	header http.Header
	body   string
}

// call makes one HTTP request as the administrator. A path without a slash in front is below the test's namespace.
func (w *world) call(method, path, body string, header ...string) answer {
	w.Helper()
	a, err := call(w.Context(), w.config(), method, w.url(path), body, header...)
	if err != nil {
		w.Fatal(err)
	}
	return a
}

func (w *world) url(path string) string {
	if !strings.HasPrefix(path, "/") {
		path = "/api/v1/namespaces/" + w.ns + "/" + path
	}
	return "https://" + w.listen + path
}

// call asks for JSON unless a header, "Name: value", says otherwise.
func call(ctx context.Context, c *rest.Config, method, url, body string, header ...string) (answer, error) {
	client, err := rest.HTTPClientFor(c)
	if err != nil {
		return answer{}, err
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // what was said, not where it leads
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Accept", "application/json")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	res, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, string(b)}, err
}

// is wants a status and words in the body.
func (a answer) is(w *world, status int, words ...string) answer {
	w.Helper()
	if err := want(a.body, words...); err != nil || a.status != status {
		w.Errorf("the answer is %d, want %d: %v\n%.2000s", a.status, status, err, a.body)
	}
	return a
}

func configMap(name, data, meta string) string {
	return fmt.Sprintf(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":%q%s},"data":{%s}}`, name, meta, data)
}

func certificates(w *world) {
	anonymous := rest.AnonymousClientConfig(w.config())
	version := "https://" + w.listen + "/version"
	if a, err := call(w.Context(), anonymous, "GET", version, ""); err != nil {
		w.Error(err)
	} else {
		a.is(w, 200, `"gitVersion"`)
	}
	if a, err := call(w.Context(), anonymous, "GET", w.url("pods"), ""); err != nil {
		w.Error(err)
	} else {
		a.is(w, 403, `system:anonymous`, `"reason":"Forbidden"`)
	}
	distrustful := rest.CopyConfig(anonymous)
	distrustful.CAData, distrustful.CAFile = nil, ""
	if _, err := call(w.Context(), distrustful, "GET", version, ""); err == nil || want(err.Error(), "certificate") != nil {
		w.Errorf("without the CA: %v", err)
	}
	// A certificate of another CA is nobody's.
	stranger := rest.CopyConfig(anonymous)
	stranger.CertData, stranger.KeyData = selfSigned(w, "system:masters")
	if a, err := call(w.Context(), stranger, "GET", w.url("pods"), ""); err == nil {
		a.is(w, 401, "Unauthorized")
	}
	// The CA is made once: a restart keeps it. Its key is root's alone.
	st, err := os.Stat(filepath.Join(w.dir, "kubeconfig"))
	if err != nil || st.Mode().Perm()&0o077 != 0 {
		w.Errorf("the kubeconfig is %v %v", st.Mode(), err)
	}
	keys, err := filepath.Glob(filepath.Join(w.dir, "pki", "*.key"))
	if err != nil || len(keys) == 0 {
		w.Errorf("no keys: %v", err)
	}
	for _, key := range keys {
		if st, err := os.Stat(key); err != nil || st.Mode().Perm()&0o077 != 0 {
			w.Errorf("%s is %v %v", key, st.Mode(), err)
		}
	}
}

// selfSigned is a client certificate that no CA of the cluster knows.
func selfSigned(w *world, group string) (cert, key []byte) {
	w.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	t := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "admin", Organization: []string{group}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &k.PublicKey, k)
	if err != nil {
		w.Fatal(err)
	}
	kb, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		w.Fatal(err)
	}
	cert, key = pemOf("CERTIFICATE", der), pemOf("EC PRIVATE KEY", kb)
	if _, err := tls.X509KeyPair(cert, key); err != nil {
		w.Fatal(err)
	}
	return cert, key
}

func bearerTokens(w *world) {
	account := "system:serviceaccount:" + w.ns + ":default"
	token := w.k("create", "token", "default")
	if who, err := w.whoami(token); err != nil || who != account {
		w.Errorf("the token is that of %q %v", who, err)
	}
	w.call("POST", "/apis/authentication.k8s.io/v1/tokenreviews", `{"spec":{"token":"`+token+`"}}`).is(w, 201,
		`"authenticated":true`, account, "system:serviceaccounts:"+w.ns, "system:authenticated")
	for name, bad := range map[string]string{
		"another audience": w.k("create", "token", "default", "--audience=else"),
		"damaged":          token[:len(token)-4] + "AAAA",
		"nonsense":         "nonsense",
	} {
		if who, err := w.whoami(bad); err == nil || want(err.Error(), "Unauthorized") != nil {
			w.Errorf("a token (%s) is that of %q: %v", name, who, err)
		}
	}
	w.k("create", "serviceaccount", "brief")
	token = w.k("create", "token", "brief")
	w.k("delete", "serviceaccount", "brief")
	w.eventually("a token ends with its account", func() error {
		if who, err := w.whoami(token); err == nil {
			return fmt.Errorf("%w: %s", errStill, who)
		}
		return nil
	})
}

func bootstrapRoles(w *world) {
	for _, name := range []string{"cluster-admin", "admin", "edit", "view", "system:node", "system:discovery", "system:basic-user", "system:public-info-viewer"} {
		w.k("get", "clusterrole", name)
	}
	w.k("create", "rolebinding", "eve", "--clusterrole=edit", "--user=eve")
	w.k("create", "rolebinding", "vic", "--clusterrole=view", "--user=vic")
	for _, c := range []struct{ user, verb, what, says string }{
		{"eve", "create", "deployments.apps", "yes"}, {"eve", "get", "secrets", "yes"}, {"eve", "create", "rolebindings.rbac.authorization.k8s.io", "no"},
		{"vic", "list", "pods", "yes"}, {"vic", "get", "secrets", "no"}, {"vic", "delete", "pods", "no"}, {"vic", "get", "pods/log", "yes"},
	} {
		w.eventually(c.user+" "+c.verb+" "+c.what, func() error {
			out, err := w.try("auth", "can-i", c.verb, c.what, "--as="+c.user)
			if got := strings.TrimSpace(out); got != c.says {
				return fmt.Errorf("%s %w", got, errors.Join(err, errStill))
			}
			return nil
		})
	}
	w.refused([]string{"Forbidden"}, "get", "pods", "-n", "kube-system", "--as=vic")
}

func escalation(w *world) {
	w.k("create", "role", "maker", "--verb=create,update,patch,get,list", "--resource=roles,rolebindings")
	w.k("create", "rolebinding", "maker", "--role=maker", "--user=max")
	w.eventually("max may make roles", func() error {
		_, err := w.try("create", "role", "same", "--verb=get", "--resource=roles", "--as=max")
		return err
	})
	held := []string{"attempting to grant RBAC permissions not currently held", "secrets"}
	w.refused(held, "create", "role", "more", "--verb=get", "--resource=secrets", "--as=max")
	w.refused(held, "patch", "role", "same", "--type=json", "-p", `[{"op":"replace","path":"/rules/0/resources","value":["secrets"]}]`, "--as=max")
	w.refused([]string{"not currently held"}, "create", "rolebinding", "admin", "--clusterrole=cluster-admin", "--user=max", "--as=max")
	w.refused([]string{"is forbidden"}, "create", "clusterrolebinding", "max", "--clusterrole=cluster-admin", "--user=max", "--as=max")

	w.k("create", "role", "may-escalate", "--verb=escalate", "--resource=roles")
	w.k("create", "rolebinding", "may-escalate", "--role=may-escalate", "--user=max")
	w.eventually("with escalate max may", func() error {
		_, err := w.try("create", "role", "more", "--verb=get", "--resource=secrets", "--as=max")
		return err
	})
	w.refused([]string{"not currently held"}, "create", "rolebinding", "more", "--role=more", "--user=max", "--as=max")
	w.k("create", "role", "may-bind", "--verb=bind", "--resource=roles", "--resource-name=more")
	w.k("create", "rolebinding", "may-bind", "--role=may-bind", "--user=max")
	w.eventually("with bind max may bind that role", func() error {
		_, err := w.try("create", "rolebinding", "more", "--role=more", "--user=max", "--as=max")
		return err
	})
	w.refused([]string{"not currently held"}, "create", "rolebinding", "admin", "--clusterrole=admin", "--user=max", "--as=max")
}

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
