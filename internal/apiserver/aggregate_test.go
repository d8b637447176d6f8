package apiserver

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"gantry.dev/gantry/internal/api"
)

// redirected sends every request to a test's server, whatever its host.
type redirected struct{ to *httptest.Server }

func (r redirected) RoundTrip(rq *http.Request) (*http.Response, error) {
	u, err := url.Parse(r.to.URL)
	if err != nil {
		return nil, err
	}
	rq = rq.Clone(rq.Context())
	rq.URL.Scheme, rq.URL.Host = u.Scheme, u.Host
	return r.to.Client().Transport.RoundTrip(rq)
}

// An APIService with a Service leads to it; the user is told in headers, which clients cannot send themselves.
func TestAggregate(t *testing.T) {
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", mediaJSON)
		switch r.URL.Path {
		case "/apis/x.io/v1":
			_, _ = w.Write([]byte(`{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"x.io/v1","resources":[{"name":"things","singularName":"thing","namespaced":true,"kind":"Thing","verbs":["get","list"]}]}`))
		case "/openapi/v2":
			_, _ = w.Write([]byte(`{"swagger":"2.0","info":{"title":"x","version":"1"},"paths":{"/apis/x.io/v1/things":{"get":{"responses":{"200":{"description":"OK"}}}},"/apis/y.io/v1/others":{}},` +
				`"definitions":{"io.x.v1.Thing":{"type":"object"},"io.k8s.api.core.v1.Pod":{"type":"string"}}}`))
		case "/openapi/v3":
			_, _ = w.Write([]byte(`{"paths":{"apis/x.io/v1":{"serverRelativeURL":"/openapi/v3/apis/x.io/v1?hash=AB"}}}`))
		default:
			_, _ = w.Write([]byte(`{"host":"` + r.Host + `","user":"` + strings.Join(r.Header["X-Remote-User"], ",") + `","groups":"` + strings.Join(r.Header["X-Remote-Group"], ",") +
				`","query":"` + r.URL.RawQuery + `","path":"` + r.URL.Path + `","authorization":"` + r.Header.Get("Authorization") + `"}`))
		}
	}))
	t.Cleanup(behind.Close)
	d := newDoor(t, func(c *Config) {
		c.Extensions = func(api.Cluster, api.Webhook) http.RoundTripper { return redirected{behind} }
	})
	a := d.admin()
	if code, _, _ := a.do("GET", "/apis/x.io/v1/namespaces/red/things", ""); code != 404 {
		t.Errorf("before it is registered: %d", code)
	}
	const services = "/apis/apiregistration.k8s.io/v1/apiservices"
	a.must("POST", services, `{"metadata":{"name":"v1.x.io"},"spec":{"group":"x.io","version":"v1","groupPriorityMinimum":1000,"versionPriority":15,"insecureSkipTLSVerify":true,"service":{"namespace":"red","name":"ext"}}}`, 201)
	// A registration cannot take what is built in.
	a.must("POST", services, `{"metadata":{"name":"v1.apps"},"spec":{"group":"apps","version":"v1","groupPriorityMinimum":1000,"versionPriority":15,"insecureSkipTLSVerify":true,"service":{"namespace":"red","name":"ext"}}}`, 201)
	if code, _, body := a.do("GET", "/apis/x.io/v1/namespaces/red/things", ""); code != 503 || string(body) != "service unavailable\n" {
		t.Errorf("before it is available: %d %s", code, body)
	}
	const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
	if _, _, body := a.with("Accept", aggregated).do("GET", "/apis", ""); !strings.Contains(string(body), `"name":"x.io"`) || !strings.Contains(string(body), `"freshness":"Stale"`) {
		t.Errorf("discovery of what is not available: %s", body)
	}
	available := `{"status":{"conditions":[{"type":"Available","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}`
	a.with("Content-Type", "application/merge-patch+json").must("PATCH", services+"/v1.x.io/status", available, 200)
	a.with("Content-Type", "application/merge-patch+json").must("PATCH", services+"/v1.apps/status", available, 200)

	got := a.with("X-Remote-User", "root").with("X-Remote-Group", "others").must("GET", "/apis/x.io/v1/namespaces/red/things/one/more?a=b", "", 200)
	for path, want := range map[string]string{"user": "admin", "groups": "system:masters,system:authenticated", "query": "a=b", "path": "/apis/x.io/v1/namespaces/red/things/one/more", "host": "ext.red.svc:443", "authorization": ""} {
		if at(got, path) != want {
			t.Errorf("%s is %q, want %q", path, at(got, path), want)
		}
	}
	if code, _, _ := d.anonymous().do("GET", "/apis/x.io/v1/namespaces/red/things", ""); code != 403 {
		t.Errorf("anonymous: %d", code)
	}
	a.must("GET", "/apis/apps/v1/namespaces/red/deployments", "", 200)
	if _, _, body := a.with("Accept", aggregated).do("GET", "/apis", ""); !strings.Contains(string(body), `"resource":"things"`) || strings.Contains(string(body), "Stale") {
		t.Errorf("aggregated discovery: %.3000s", body)
	}
	for path, want := range map[string]string{"/apis": `"x.io/v1"`, "/apis/x.io": `"kind":"APIGroup"`, "/apis/x.io/v1": `"things"`, "/openapi/v3": "apis/x.io/v1?hash=AB", "/openapi/v3/apis/x.io/v1": "path"} {
		if code, _, body := a.do("GET", path, ""); code != 200 || !strings.Contains(string(body), want) {
			t.Errorf("%s: %d %.500s", path, code, body)
		}
	}
	if _, _, body := a.do("GET", "/openapi/v2", ""); !strings.Contains(string(body), `"/apis/x.io/v1/things"`) || !strings.Contains(string(body), `"io.x.v1.Thing"`) ||
		strings.Contains(string(body), "y.io") || strings.Contains(string(body), `"io.k8s.api.core.v1.Pod":{"type":"string"}`) {
		t.Errorf("the swagger document has not what the server adds, or too much of it")
	}
	if code, _, body := a.with("Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf").do("GET", "/openapi/v2", ""); code != 200 || !strings.Contains(string(body), "io.x.v1.Thing") {
		t.Errorf("the swagger document as protobuf: %d", code)
	}
	a.must("DELETE", services+"/v1.x.io", "", 200)
	if _, _, body := a.do("GET", "/openapi/v2", ""); strings.Contains(string(body), "x.io/v1/things") {
		t.Error("the swagger document tells of a server that is gone")
	}
	for _, path := range []string{"/apis/x.io", "/apis/x.io/v1", "/apis/x.io/v1/namespaces/red/things"} {
		if code, _, _ := a.do("GET", path, ""); code != 404 {
			t.Errorf("%s, unregistered: %d", path, code)
		}
	}
}
