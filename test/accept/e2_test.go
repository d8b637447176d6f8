package accept

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	openapi_v3 "github.com/google/gnostic-models/openapiv3"
	"google.golang.org/protobuf/proto"
)

// E2: what the API says of itself.
func TestE2(t *testing.T) {
	w := newWorld(t)
	for _, v := range []verb{
		{"kubectl", discoveryByKubectl}, {"documents", discoveryDocuments}, {"OpenAPI", openAPIDocuments}, {"health", healthChecks}, {"metrics", metricNames},
	} {
		t.Run(v.name, func(t *testing.T) { v.test(w.sub(t)) })
	}
}

// servedGroups are the groups and versions that kube-apiserver 1.36 serves by default.
var servedGroups = []string{"admissionregistration.k8s.io/v1", "apiextensions.k8s.io/v1", "apiregistration.k8s.io/v1", "apps/v1",
	"authentication.k8s.io/v1", "authorization.k8s.io/v1", "autoscaling/v1", "autoscaling/v2", "batch/v1", "certificates.k8s.io/v1",
	"coordination.k8s.io/v1", "discovery.k8s.io/v1", "events.k8s.io/v1", "flowcontrol.apiserver.k8s.io/v1", "networking.k8s.io/v1",
	"node.k8s.io/v1", "policy/v1", "rbac.authorization.k8s.io/v1", "resource.k8s.io/v1", "scheduling.k8s.io/v1", "storage.k8s.io/v1", "v1"}

func discoveryByKubectl(w *world) {
	got := strings.Fields(w.k("api-versions"))
	for _, gv := range servedGroups {
		if !slices.Contains(got, gv) {
			w.Errorf("kubectl does not see %s", gv)
		}
	}
	if err := want(w.k("api-resources", "--namespaced=false", "-o", "wide"), "validatingadmissionpolicybindings", "api-extensions", "servicecidrs", "csinodes", "componentstatuses"); err != nil {
		w.Error(err)
	}
	if err := want(w.k("explain", "horizontalpodautoscaler.spec.metrics", "--api-version=autoscaling/v2"), "averageUtilization", "GROUP:      autoscaling"); err != nil {
		w.Log(err)
	}
	if err := want(w.k("explain", "resourceclaims.spec.devices"), "VERSION:    v1", "requests"); err != nil {
		w.Error(err)
	}
}

func discoveryDocuments(w *world) {
	var groups struct {
		Groups []struct {
			Name             string
			PreferredVersion struct{ Version string }
		}
	}
	if err := json.Unmarshal([]byte(w.call("GET", "/apis", "").is(w, 200, `"kind":"APIGroupList"`).body), &groups); err != nil {
		w.Fatal(err)
	}
	for _, g := range groups.Groups {
		if g.Name == "autoscaling" && g.PreferredVersion.Version != "v2" {
			w.Errorf("autoscaling prefers %s", g.PreferredVersion.Version)
		}
	}
	for _, path := range []string{"/api", "/apis"} {
		const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
		a := w.call("GET", path, "", "Accept: "+aggregated+",application/json").is(w, 200, `"kind":"APIGroupDiscoveryList"`)
		tag := a.header.Get("ETag")
		if got := w.call("GET", path, "", "Accept: "+aggregated, "If-None-Match: "+tag); tag == "" || got.status != http.StatusNotModified || got.body != "" {
			w.Errorf("%s with its own ETag %q: %d", path, tag, got.status)
		}
	}
	w.call("GET", "/apis/autoscaling", "").is(w, 200, `"preferredVersion":{"groupVersion":"autoscaling/v2"`)
	w.call("GET", "/apis/batch/v1", "").is(w, 200, `"name":"cronjobs/status"`, `"shortNames":["cj"]`)
	w.call("GET", "/apis/batch/v1beta1", "").is(w, 404)
	w.call("GET", "/", "").is(w, 200, `"/apis/resource.k8s.io/v1"`, `"/readyz/etcd"`)
	w.call("GET", "/version", "").is(w, 200, `"major":"1"`, `"minor":"36"`, `"gitVersion":"v1.36.3`)
}

func openAPIDocuments(w *world) {
	var index struct {
		Paths map[string]struct {
			URL string `json:"serverRelativeURL"`
		}
	}
	if err := json.Unmarshal([]byte(w.call("GET", "/openapi/v3", "").is(w, 200).body), &index); err != nil {
		w.Fatal(err)
	}
	for _, gv := range servedGroups {
		path := "apis/" + gv
		if gv == "v1" {
			path = "api/v1"
		}
		url := index.Paths[path].URL
		if url == "" {
			w.Errorf("OpenAPI v3 has no %s", path)
			continue
		}
		a := w.call("GET", url, "").is(w, 200, `"openapi":"3.0.0"`, `"paths":`)
		if cache := a.header.Get("Cache-Control"); cache != "public, immutable" {
			w.Errorf("%s is cached %q", url, cache)
		}
		if got := w.call("GET", url, "", "If-None-Match: "+a.header.Get("ETag")); got.status != http.StatusNotModified {
			w.Errorf("%s with its own ETag: %d", url, got.status)
		}
	}
	pb := w.call("GET", "/openapi/v3/apis/batch/v1", "", "Accept: application/com.github.proto-openapi.spec.v3@v1.0+protobuf")
	doc := &openapi_v3.Document{}
	if err := proto.Unmarshal([]byte(pb.body), doc); err != nil || len(doc.GetPaths().GetPath()) == 0 {
		w.Errorf("OpenAPI v3 as protobuf: %d, %v", pb.status, err)
	}
	w.call("GET", "/openapi/v2", "").is(w, 200, `"swagger":"2.0"`, "io.k8s.api.resource.v1.ResourceClaim")
	w.call("GET", "/openapi/v3/apis/nonsense/v1", "").is(w, 404)
}

func healthChecks(w *world) {
	for _, path := range []string{"/healthz", "/livez", "/readyz"} {
		w.call("GET", path, "").is(w, 200, "ok")
		w.call("GET", path+"?verbose", "").is(w, 200, "[+]ping ok", "[+]etcd ok", path[1:]+" check passed")
		w.call("GET", path+"?verbose&exclude=etcd&exclude=nonsense", "").is(w, 200, "[+]etcd excluded: ok", `no matches for "nonsense"`)
		w.call("GET", path+"/etcd", "").is(w, 200, "ok")
		w.call("GET", path+"/poststarthook/rbac/bootstrap-roles", "").is(w, 200, "ok")
		w.call("GET", path+"/nonsense", "").is(w, 404)
	}
}

func metricNames(w *world) {
	w.call("GET", "configmaps", "").is(w, 200)
	words := []string{"process_resident_memory_bytes", "kubernetes_build_info{"}
	for _, name := range []string{"request_total", "request_duration_seconds_bucket", "request_sli_duration_seconds_bucket", "current_inflight_requests",
		"response_sizes_bucket", "storage_objects", "resource_objects", "flowcontrol_nominal_limit_seats", "flowcontrol_dispatched_requests_total"} {
		words = append(words, "\napiserver_"+name)
	}
	words = append(words, "apiserver_request_total{code=\"200\",component=\"apiserver\",dry_run=\"\",group=\"\",resource=\"configmaps\",scope=\"namespace\",subresource=\"\",verb=\"LIST\",version=\"v1\"}")
	w.call("GET", "/metrics", "").is(w, 200, words...)
}
