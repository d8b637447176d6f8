package apiserver

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func (t target) String() string {
	if !t.isResource() {
		return fmt.Sprintf("%s %s %s", t.cluster, t.verb, t.path)
	}
	s := fmt.Sprintf("%s %s g=%s v=%s r=%s ns=%s n=%s sub=%s", t.cluster, t.verb, t.group, t.version, t.resource, t.namespace, t.name, t.subresource)
	if t.rest != "" {
		s += " rest=" + t.rest
	}
	if t.beyond {
		s += " beyond"
	}
	return s
}

func TestParseTarget(t *testing.T) {
	for _, tt := range []struct{ method, path, want string }{
		{"GET", "/api/v1/namespaces/red/pods/web", "host get g= v=v1 r=pods ns=red n=web sub="},
		{"GET", "/api/v1/namespaces/red/pods", "host list g= v=v1 r=pods ns=red n= sub="},
		{"GET", "/api/v1/namespaces/red/pods/", "host list g= v=v1 r=pods ns=red n= sub="},
		{"DELETE", "/api/v1/namespaces/red/pods", "host deletecollection g= v=v1 r=pods ns=red n= sub="},
		{"GET", "/api/v1/pods", "host list g= v=v1 r=pods ns= n= sub="},
		{"GET", "/api/v1/watch/pods", "host watch g= v=v1 r=pods ns= n= sub="},
		{"POST", "/apis/apps/v1/namespaces/red/deployments", "host create g=apps v=v1 r=deployments ns=red n= sub="},
		{"PATCH", "/apis/apps/v1/namespaces/red/deployments/web/scale", "host patch g=apps v=v1 r=deployments ns=red n=web sub=scale"},
		{"GET", "/api/v1/namespaces", "host list g= v=v1 r=namespaces ns= n= sub="},
		{"GET", "/api/v1/namespaces/red", "host get g= v=v1 r=namespaces ns=red n=red sub="},
		{"PUT", "/api/v1/namespaces/red/finalize", "host update g= v=v1 r=namespaces ns=red n=red sub=finalize"},
		{"PUT", "/api/v1/namespaces/red/status", "host update g= v=v1 r=namespaces ns=red n=red sub=status"},
		{"GET", "/api/v1/nodes/n1/proxy/stats/summary", "host get g= v=v1 r=nodes ns= n=n1 sub=proxy rest=/stats/summary"},
		{"GET", "/api/v1/namespaces/red/services/http:web:80/proxy/", "host get g= v=v1 r=services ns=red n=http:web:80 sub=proxy rest=/"},
		{"GET", "/api/v1/namespaces/red/pods/web/log/more", "host get g= v=v1 r=pods ns=red n=web sub=log beyond"},
		{"GET", "/clusters/blue/api/v1/pods", "blue list g= v=v1 r=pods ns= n= sub="},
		{"GET", "/clusters/blue", "blue get /"},
		{"GET", "/api", "host get /api"},
		{"GET", "/api/v1", "host get /api/v1"},
		{"GET", "/apis/apps/v1", "host get /apis/apps/v1"},
		{"GET", "/apis//v1/pods", "host get /apis//v1/pods"},
		{"GET", "/apis/apps", "host get /apis/apps"},
		{"POST", "/healthz", "host post /healthz"},
		{"GET", "", "host get "},
	} {
		if got := parseTarget(tt.method, tt.path).String(); got != tt.want {
			t.Errorf("%s %s\n got %s\nwant %s", tt.method, tt.path, got, tt.want)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, p := range []string{"/api/v1/pods", "/apis/apps/v1/namespaces/a/deployments/b/scale", "/clusters/x/apis/", "//", "/api/v1/namespaces//pods"} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, path string) {
		for _, m := range []string{http.MethodGet, http.MethodDelete} {
			got := parseTarget(m, path)
			for _, s := range []string{got.group, got.version, got.resource, got.namespace, got.name, got.subresource} {
				if strings.Contains(s, "/") {
					t.Fatalf("%q: a segment of %+v holds a slash", path, got)
				}
			}
			if got.isResource() && got.version == "" {
				t.Fatalf("%q: %+v has no version", path, got)
			}
		}
	})
}

func BenchmarkParseTarget(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		parseTarget("GET", "/apis/apps/v1/namespaces/red/deployments/web")
	}
}
