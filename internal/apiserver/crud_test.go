package apiserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

func TestObjects(t *testing.T) {
	d := newDoor(t)
	a := d.admin()
	const coll = "/api/v1/namespaces/red/configmaps"
	made := a.must("POST", coll, `{"metadata":{"name":"c","labels":{"app":"x"}},"data":{"k":"v"}}`, 201)
	if at(made, "kind") != "ConfigMap" || at(made, "metadata.uid") == "" || at(made, "metadata.resourceVersion") == "" {
		t.Fatalf("created %v", made)
	}
	got := a.must("GET", coll+"/c", "", 200)
	if at(got, "data.k") != "v" || at(got, "metadata.resourceVersion") != at(made, "metadata.resourceVersion") {
		t.Errorf("got %v", got)
	}
	put := a.must("PUT", coll+"/c", `{"metadata":{"name":"c","labels":{"app":"x"}},"data":{"k":"w"}}`, 200)
	if at(put, "data.k") != "w" {
		t.Errorf("put %v", put)
	}
	stale := a.must("PUT", coll+"/c", `{"metadata":{"name":"c","resourceVersion":"`+at(made, "metadata.resourceVersion")+`"},"data":{}}`, 409)
	if at(stale, "reason") != "Conflict" {
		t.Errorf("stale put: %v", stale)
	}
	for ct, patch := range map[string]string{
		"application/merge-patch+json":           `{"data":{"k":"m"}}`,
		"application/strategic-merge-patch+json": `{"data":{"k":"m"}}`,
		"application/json-patch+json":            `[{"op":"replace","path":"/data/k","value":"m"}]`,
	} {
		if o := a.with("Content-Type", ct).must("PATCH", coll+"/c", patch, 200); at(o, "data.k") != "m" {
			t.Errorf("%s: %v", ct, o)
		}
	}
	apply := a.with("Content-Type", "application/apply-patch+yaml")
	if o := apply.must("PATCH", coll+"/applied?fieldManager=me", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: applied}\ndata: {a: b}\n", 201); at(o, "data.a") != "b" {
		t.Errorf("apply: %v", o)
	}
	apply.must("PATCH", coll+"/applied", "{}", 422)
	a.with("Content-Type", "text/plain").must("PATCH", coll+"/c", "{}", 415)
	a.with("Content-Type", "text/csv").must("POST", coll, "{}", 415)

	list := a.must("GET", coll+"?labelSelector=app%3Dx", "", 200)
	if items := list["items"].([]any); len(items) != 1 || items[0].(map[string]any)["kind"] != nil {
		t.Errorf("list: %v", list)
	}
	page := a.must("GET", coll+"?limit=1", "", 200)
	rest := a.must("GET", coll+"?limit=10&continue="+at(page, "metadata.continue"), "", 200)
	if len(page["items"].([]any)) != 1 || at(page, "metadata.remainingItemCount") != "1" || len(rest["items"].([]any)) != 1 {
		t.Errorf("pages: %v, %v", page, rest)
	}
	if st := a.must("DELETE", coll+"/c", "", 200); at(st, "status") != "Success" || at(st, "details.name") != "c" || at(st, "details.kind") != "configmaps" {
		t.Errorf("delete: %v", st)
	}
	missing := a.must("GET", coll+"/c", "", 404)
	if at(missing, "message") != `configmaps "c" not found` {
		t.Errorf("missing: %v", missing)
	}
	all := a.must("DELETE", coll, "", 200)
	if at(all, "kind") != "ConfigMapList" {
		t.Errorf("deletecollection: %v", all)
	}
	if left := a.must("GET", coll, "", 200); len(left["items"].([]any)) != 0 {
		t.Errorf("left: %v", left)
	}
}

func TestRefusals(t *testing.T) {
	d := newDoor(t)
	a := d.admin()
	const coll = "/api/v1/namespaces/red/configmaps"
	for _, tt := range []struct {
		method, path, body string
		code               int
		want               string
	}{
		{"GET", "/nowhere", "", 404, "404 page not found"},
		{"GET", "/api/v1/widgets", "", 404, "the server could not find the requested resource"},
		{"GET", "/apis/x.io/v1/widgets", "", 404, "404 page not found"},
		{"GET", coll + "/a/b/c", "", 404, "the server could not find the requested resource"},
		{"GET", "/clusters/nobody/api/v1/pods", "", 404, "404 page not found"},
		{"POST", "/api/v1/configmaps", "{}", 405, "MethodNotAllowed"},
		{"PUT", coll, "{}", 405, "MethodNotAllowed"},
		{"POST", coll, "{", 400, "BadRequest"},
		{"POST", coll, `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"x"}}`, 400, "cannot be handled as a ConfigMap"},
		{"POST", coll, `{"metadata":{"name":"Not A Name"}}`, 422, "metadata.name"},
		{"POST", coll + "?dryRun=Some", `{"metadata":{"name":"x"}}`, 422, "dryRun"},
		{"POST", coll + "?fieldValidation=Maybe", `{"metadata":{"name":"x"}}`, 422, "fieldValidation"},
		{"POST", coll + "?fieldValidation=Strict", `{"metadata":{"name":"x"},"dta":{}}`, 400, `unknown field \"dta\"`},
		{"POST", coll + "?timeout=soon", `{"metadata":{"name":"x"}}`, 400, "timeout"},
		{"POST", coll, `{"metadata":{"name":"big"},"data":{"k":"` + strings.Repeat("x", maxBody) + `"}}`, 413, "RequestEntityTooLarge"},
		{"GET", coll + "?limit=x", "", 400, "invalid syntax"},
		{"GET", coll + "?labelSelector=a%20b", "", 400, "unable to parse requirement"},
		{"GET", coll + "?fieldSelector=data.k%3Dv", "", 400, "is not a known field selector"},
		{"GET", coll + "?resourceVersionMatch=Exact", "", 422, "resourceVersionMatch"},
		{"GET", coll + "?continue=xyz", "", 400, "continue"},
		{"GET", coll + "?resourceVersion=abc", "", 400, "resource version"},
		{"GET", coll + "?watch=true&resourceVersionMatch=Exact", "", 422, "resourceVersionMatch"},
		{"GET", coll + "?resourceVersion=99999999", "", 504, "Too large resource version"},
		{"DELETE", coll + "/x?propagationPolicy=Sometimes", "", 422, "propagationPolicy"},
	} {
		code, _, body := a.do(tt.method, tt.path, tt.body)
		if code != tt.code || !strings.Contains(string(body), tt.want) {
			t.Errorf("%s %s: %d %.300s\nwant %d with %q", tt.method, tt.path, code, body, tt.code, tt.want)
		}
	}
	code, h, _ := a.do("POST", coll, `{"metadata":{"name":"warned"},"dta":{}}`)
	if code != 201 || !strings.Contains(h.Get("Warning"), `unknown field`) {
		t.Errorf("an unknown field: %d, Warning %q", code, h.Get("Warning"))
	}
	if h.Get("Audit-Id") == "" {
		t.Error("no Audit-Id")
	}
	// What is refused warns all the same.
	code, h, _ = a.with("Content-Type", "application/merge-patch+json").do("PATCH", coll+"/warned", `{"dta":{},"metadata":{"labels":{"bad":"-"}}}`)
	if code != 422 || !strings.Contains(h.Get("Warning"), `unknown field \"dta\"`) {
		t.Errorf("an unknown field in a refused patch: %d, Warning %q", code, h.Get("Warning"))
	}
}

func TestForms(t *testing.T) {
	d := newDoor(t)
	a := d.admin()
	const coll = "/api/v1/namespaces/red/configmaps"
	a.with("Content-Type", "application/yaml").must("POST", coll, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yam\n", 201)
	for _, tt := range []struct{ path, accept, contentType, want string }{
		{coll + "/yam", "application/yaml", "application/yaml", "kind: ConfigMap"},
		{coll, "application/yaml", "application/yaml", "kind: ConfigMapList"},
		{coll + "/yam", "application/vnd.kubernetes.protobuf, application/json", "application/vnd.kubernetes.protobuf", "k8s\x00"},
		{coll, "application/vnd.kubernetes.protobuf", "application/vnd.kubernetes.protobuf", "ConfigMapList"},
		{coll, "application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "application/json", `"kind":"Table"`},
		{coll + "/yam", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "application/json", `"kind":"Table"`},
		{coll, "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", "application/json", `"kind":"PartialObjectMetadataList"`},
		{coll + "/yam", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "application/json", `"kind":"PartialObjectMetadata"`},
		{coll + "/yam?pretty=true", "", "application/json", "  \"kind\": \"ConfigMap\""},
		{coll + "/yam", "text/html, */*;q=0.1", "application/json", "ConfigMap"},
	} {
		c := a
		if tt.accept != "" {
			c = a.with("Accept", tt.accept)
		}
		code, h, body := c.do("GET", tt.path, "")
		if code != 200 || h.Get("Content-Type") != tt.contentType || !strings.Contains(string(body), tt.want) {
			t.Errorf("%s as %s: %d %s %.200q", tt.path, tt.accept, code, h.Get("Content-Type"), body)
		}
	}
	a.with("Accept", "text/html").must("GET", coll, "", 406)

	for i := range 300 {
		a.must("POST", coll, fmt.Sprintf(`{"metadata":{"name":"f%03d"},"data":{"k":%q}}`, i, strings.Repeat("x", 500)), 201)
	}
	code, h, _ := a.with("Accept-Encoding", "gzip").do("GET", coll, "")
	if code != 200 || h.Get("Content-Encoding") != "gzip" {
		t.Errorf("a large list: %d %v", code, h)
	}
	plain := a.must("GET", coll, "", 200)
	if n := len(plain["items"].([]any)); n != 301 {
		t.Errorf("%d items", n)
	}
}

// TestScalePatchedMeanwhile patches a scale while the object is written: a patch names no revision, so it is made again.
func TestScalePatchedMeanwhile(t *testing.T) {
	d := newDoor(t)
	a := d.admin()
	a.must("POST", "/apis/apps/v1/namespaces/red/deployments", `{"metadata":{"name":"web"},"spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},
		"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}`, 201)
	const web = "/apis/apps/v1/namespaces/red/deployments/web"
	merge := a.with("Content-Type", "application/merge-patch+json")
	const writers, writes = 4, 25
	var work sync.WaitGroup
	for w := range writers {
		work.Go(func() {
			for i := range writes {
				path, body := web+"/scale", fmt.Sprintf(`{"spec":{"replicas":%d}}`, i)
				if w%2 == 0 {
					path, body = web+"/status", fmt.Sprintf(`{"status":{"observedGeneration":%d}}`, w*writes+i+1)
				}
				if code, _, answer := merge.do("PATCH", path, body); code != 200 {
					t.Errorf("%s: %d %s", path, code, answer)
				}
			}
		})
	}
	work.Wait()
	if code, _, answer := merge.do("PATCH", web+"/scale", `{"metadata":{"resourceVersion":"1"},"spec":{"replicas":3}}`); code != 409 {
		t.Errorf("a patch of another revision: %d %s", code, answer)
	}
}

// TestReviewsAreNoTables refuses what upstream's reviews cannot be shown as.
func TestReviewsAreNoTables(t *testing.T) {
	a := newDoor(t).admin()
	const path, body = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", `{"spec":{"nonResourceAttributes":{"path":"/","verb":"get"}}}`
	const table = "application/json;as=Table;v=v1;g=meta.k8s.io"
	a.with("Accept", table).must("POST", path, body, 406)
	if r := a.with("Accept", table+",application/json").must("POST", path, body, 201); at(r, "status.allowed") != "true" {
		t.Errorf("the second choice: %v", r)
	}
}

func TestSubresources(t *testing.T) {
	d := newDoor(t)
	a := d.admin()
	a.must("POST", "/apis/apps/v1/namespaces/red/deployments", `{"metadata":{"name":"web"},"spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},
		"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}`, 201)
	const web = "/apis/apps/v1/namespaces/red/deployments/web"
	if sc := a.must("GET", web+"/scale", "", 200); at(sc, "kind") != "Scale" || at(sc, "spec.replicas") != "2" || at(sc, "status.selector") != "a=b" {
		t.Errorf("scale: %v", sc)
	}
	if sc := a.with("Content-Type", "application/merge-patch+json").must("PATCH", web+"/scale", `{"spec":{"replicas":5}}`, 200); at(sc, "spec.replicas") != "5" {
		t.Errorf("scale: %v", sc)
	}
	if sc := a.with("Content-Type", "application/apply-patch+yaml").must("PATCH", web+"/scale?fieldManager=me&force=true",
		"{apiVersion: autoscaling/v1, kind: Scale, metadata: {name: web}, spec: {replicas: 5}}", 200); at(sc, "spec.replicas") != "5" {
		t.Errorf("scale: %v", sc)
	}
	st := a.with("Content-Type", "application/merge-patch+json").must("PATCH", web+"/status", `{"status":{"replicas":1},"spec":{"replicas":9}}`, 200)
	if at(st, "status.replicas") != "1" || at(st, "spec.replicas") != "5" {
		t.Errorf("status: %v", st)
	}
	a.must("POST", "/api/v1/namespaces/red/pods", `{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}`, 201)
	a.must("POST", "/api/v1/namespaces/red/pods/p/binding", `{"metadata":{"name":"p"},"target":{"kind":"Node","name":"n1"}}`, 201)
	if p := a.must("GET", "/api/v1/namespaces/red/pods/p", "", 200); at(p, "spec.nodeName") != "n1" {
		t.Errorf("not bound: %v", p)
	}
	a.must("POST", "/api/v1/namespaces/red/pods/p/eviction", `{"metadata":{"name":"p"}}`, 201)
	a.must("GET", web+"/nothing", "", 404)
	a.must("POST", web+"/status", "{}", 405)
}

func TestDocuments(t *testing.T) {
	d := newDoor(t)
	a := d.admin()
	if v := a.must("GET", "/version", "", 200); at(v, "minor") != "36" {
		t.Errorf("version: %v", v)
	}
	agg := a.with("Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json")
	code, h, body := agg.do("GET", "/apis", "")
	if code != 200 || !strings.Contains(h.Get("Content-Type"), "as=APIGroupDiscoveryList") || !strings.Contains(string(body), `"deployments"`) {
		t.Errorf("aggregated: %d %v %.200s", code, h, body)
	}
	if code, _, body := agg.with("If-None-Match", h.Get("Etag")).do("GET", "/apis", ""); code != 304 || len(body) != 0 {
		t.Errorf("304: %d", code)
	}
	if l := a.must("GET", "/apis/apps/v1", "", 200); at(l, "kind") != "APIResourceList" {
		t.Errorf("legacy: %v", l)
	}
	index := a.must("GET", "/openapi/v3", "", 200)
	paths := index["paths"].(map[string]any)
	u := paths["apis/apps/v1"].(map[string]any)["serverRelativeURL"].(string)
	code, h, body = a.do("GET", u, "")
	if code != 200 || !strings.Contains(h.Get("Cache-Control"), "immutable") || !json.Valid(body) {
		t.Errorf("openapi: %d %v %.100s", code, h, body)
	}
	for path, want := range map[string]string{
		"/": `"/apis/apps/v1"`, "/healthz": "ok", "/readyz?verbose": "[+]etcd ok", "/livez/ping": "ok", "/openapi/v2": "swagger",
		"/metrics": "apiserver_request_total", "/.well-known/openid-configuration": "jwks_uri", "/openid/v1/jwks": `"kty":"EC"`, "/debug/pprof/goroutine?debug=1": "goroutine profile", "/api": "APIVersions", "/apis": "APIGroupList",
	} {
		if code, _, body := a.do("GET", path, ""); code != 200 || !strings.Contains(string(body), want) {
			t.Errorf("%s: %d %.200s, want %q", path, code, body, want)
		}
	}
	if _, _, body := a.do("GET", "/metrics/slis", ""); !strings.Contains(string(body), `kubernetes_healthcheck{name="etcd",type="readyz"} 1`) {
		t.Errorf("/metrics/slis: %s", body)
	}
	if code, _, _ := a.do(http.MethodHead, "/healthz", ""); code != 200 {
		t.Errorf("HEAD /healthz: %d", code)
	}
}
