package apiserver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"gantry.dev/gantry/internal/driver/pki"
)

// hostile sends requests past the network, as the administrator: who may do everything reaches all of the code.
type hostile struct {
	srv  *Server
	cert *x509.Certificate
}

func newHostile(f *testing.F) *hostile {
	d := newDoor(f)
	p, err := d.ca.Pair("hostile", pki.Leaf{CommonName: "admin", Organizations: []string{"system:masters"}, Client: true})
	check(f, err)
	pair, err := tls.X509KeyPair(p.CertPEM, p.KeyPEM)
	check(f, err)
	cert, err := x509.ParseCertificate(pair.Certificate[0])
	check(f, err)
	a := d.admin()
	a.must("POST", "/api/v1/namespaces/red/configmaps", `{"metadata":{"name":"cm"},"data":{"a":"b"}}`, 201)
	a.must("POST", "/apis/apps/v1/namespaces/red/deployments", `{"metadata":{"name":"d"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}`, 201)
	return &hostile{d.srv, cert}
}

// send wants an answer that is no failure of the server's own.
func (h *hostile) send(t *testing.T, method, target, media, body string) {
	t.Helper()
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return // no HTTP server would have taken it
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // a watch is none of this test's business
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, method, "/", strings.NewReader(body))
	r.URL, r.RequestURI = u, target
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{h.cert}}
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	w := httptest.NewRecorder()
	h.srv.ServeHTTP(w, r)
	switch said := w.Body.String(); {
	case w.Code < http.StatusInternalServerError, w.Code == http.StatusGatewayTimeout, w.Code == http.StatusServiceUnavailable: // for revisions to come; for nodes, of which it knows none
	case strings.Contains(said, "failed to create typed"): // upstream's code for a patch that does not fit its schema
	default:
		t.Errorf("%s %.200q, %s, %.500q: %d %.1000s", method, target, media, body, w.Code, said)
	}
}

// FuzzBody posts bodies of each content type.
func FuzzBody(f *testing.F) {
	h := newHostile(f)
	for _, body := range []string{
		`{"metadata":{"generateName":"x"}}`, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"y"},"data":{"a":"b"},"binaryData":{"c":"ZA=="}}`,
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: z}\n", "a: &a [b]\nc: [*a, *a]\n", "k8s\x00\x0a\x0f\x0a\x02v1\x12\x09ConfigMap\x12\x05\x0a\x03\x0a\x01x",
		"", "null", "[]", "{", `{"metadata":null}`, `{"metadata":{"name":"a","labels":{"":""}}}`, strings.Repeat("[", 1000), "k8s\x00\xff\xff\xff\xff\xff",
		`{"metadata":{"managedFields":[{"manager":"m","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:data":{"k:{":{}}}}],"name":"m"}}`,
	} {
		for media := range byte(4) {
			f.Add(media, body)
		}
	}
	f.Fuzz(func(t *testing.T, media byte, body string) {
		m := []string{mediaJSON, mediaYAML, mediaProtobuf, ""}[media%4]
		h.send(t, "POST", "/api/v1/namespaces/red/configmaps?dryRun=All", m, body)
		h.send(t, "PUT", "/apis/apps/v1/namespaces/red/deployments/d?dryRun=All", m, body)
		h.send(t, "DELETE", "/api/v1/namespaces/red/configmaps/cm?dryRun=All", m, body)
	})
}

// FuzzPatchRequest patches with each of the four types.
func FuzzPatchRequest(f *testing.F) {
	h := newHostile(f)
	for _, patch := range []string{
		`{"data":{"a":null}}`, `[{"op":"add","path":"/data/x","value":"y"}]`, `[{"op":"copy","from":"","path":"/data"}]`, `[{"op":"move","from":"/a","path":"/a/b"}]`,
		`{"spec":{"template":{"spec":{"containers":[{"$patch":"delete","name":"c"}]}}}}`, `{"$patch":"replace"}`, `{"spec":{"$retainKeys":["x"],"$setElementOrder/containers":1}}`,
		`{"spec":{"template":{"spec":{"$deleteFromPrimitiveList/x":[1],"containers":{"name":1}}}}}`, `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":"x"}}`,
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {a: 1}\n", "", "null", "[]", "{}", "[{}]", `[{"op":"test","path":"~2"}]`, `[{"op":"add","path":"/metadata/annotations/-","value":1}]`,
		`{"metadata":{"finalizers":["x","x"],"ownerReferences":[{},{}]}}`,
	} {
		for kind := range byte(4) {
			f.Add(kind, patch)
		}
	}
	f.Fuzz(func(t *testing.T, kind byte, patch string) {
		m := []string{"application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"}[kind%4]
		h.send(t, "PATCH", "/api/v1/namespaces/red/configmaps/cm?dryRun=All&fieldManager=f", m, patch)
		h.send(t, "PATCH", "/apis/apps/v1/namespaces/red/deployments/d?dryRun=All&fieldManager=f", m, patch)
		h.send(t, "PATCH", "/apis/apps/v1/namespaces/red/deployments/d/scale?dryRun=All&fieldManager=f", m, patch)
	})
}

// FuzzQuery lists with each parameter that is parsed.
func FuzzQuery(f *testing.F) {
	h := newHostile(f)
	names := []string{"labelSelector", "fieldSelector", "continue", "resourceVersion", "limit", "resourceVersionMatch", "timeoutSeconds", "includeObject", "pretty"}
	for i := range names {
		for _, v := range []string{"", "a=b", "a in (b,c),!d", "a in (", "metadata.name=x", "a\\,=b", "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoiLi4vLi4veCJ9", "-1", "18446744073709551616", "0", "\x00", "é", strings.Repeat("(", 100)} {
			f.Add(byte(i), v)
		}
	}
	f.Fuzz(func(t *testing.T, which byte, value string) {
		q := url.Values{names[int(which)%len(names)]: {value}}.Encode()
		h.send(t, "GET", "/api/v1/namespaces/red/configmaps?"+q, "", "")
		h.send(t, "GET", "/api/v1/pods?limit=1&"+q, "", "")
		h.send(t, "DELETE", "/api/v1/namespaces/red/configmaps?dryRun=All&"+q, "", "")
	})
}

// FuzzPathRequest asks for paths.
func FuzzPathRequest(f *testing.F) {
	h := newHostile(f)
	for _, path := range []string{
		"/", "//", "/api", "/api/", "/api/v1", "/api/v1/namespaces/../secrets", "/api/v1/namespaces/red/configmaps/%2e%2e", "/api/v1/namespaces/red/configmaps/%00", "/apis/apps/v1/deployments/",
		"/api/v1/watch/namespaces/red/configmaps/x/y/z", "/clusters/", "/clusters/x/api", "/openapi/v3/../v2", "/openapi/v3/apis/apps/v1?hash=x", "/healthz/x/y", "/api/v1/namespaces//configmaps",
		"/api/v1/namespaces/red/pods/p/proxy/%2f", "/api/v1/nodes/n:99999/proxy", "/api/v1/namespaces/red/services/https:s:p/proxy/", "/apis/%20/v1/x", "/api/v1/namespaces/red/configmaps/cm/status/more", "/metrics?x",
	} {
		for method := range byte(5) {
			f.Add(method, path)
		}
	}
	f.Fuzz(func(t *testing.T, method byte, path string) {
		if strings.HasPrefix(path, "/debug/pprof/profile") || strings.HasPrefix(path, "/debug/pprof/trace") || !strings.HasPrefix(path, "/") {
			return // they last as long as they are asked to
		}
		h.send(t, []string{"GET", "POST", "PUT", "DELETE", "OPTIONS"}[method%5], path, mediaJSON, `{"metadata":{"name":"x"}}`)
	})
}
