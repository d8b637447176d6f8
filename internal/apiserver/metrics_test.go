package apiserver

import (
	"strings"
	"testing"
)

// TestMetricsHaveUpstreamsNames looks for the series that dashboards and alerts for kube-apiserver read.
func TestMetricsHaveUpstreamsNames(t *testing.T) {
	d := newDoor(t)
	a := d.admin()
	a.must("POST", "/api/v1/namespaces/red/configmaps?dryRun=All", `{"metadata":{"name":"a"}}`, 201)
	a.must("POST", "/api/v1/namespaces/red/configmaps", `{"metadata":{"name":"a"}}`, 201)
	a.must("GET", "/api/v1/namespaces/red/configmaps", "", 200)
	a.must("GET", "/api/v1/namespaces/red/endpoints", "", 200)
	w := a.watch("/api/v1/namespaces/red/configmaps?watch=1")
	w.expect("ADDED a")
	a.must("GET", "/api/v1/namespaces/red/made-up", "", 404)
	_, _, body := a.do("GET", "/metrics", "")
	for _, want := range []string{
		`apiserver_request_total{code="201",component="apiserver",dry_run="",group="",resource="configmaps",scope="resource",subresource="",verb="POST",version="v1"} 1`,
		`apiserver_request_total{code="201",component="apiserver",dry_run="All",group="",resource="configmaps",scope="resource",subresource="",verb="POST",version="v1"} 1`,
		`apiserver_request_duration_seconds_count{component="apiserver",dry_run="",group="",resource="configmaps",scope="namespace",subresource="",verb="LIST",version="v1"} 1`,
		`apiserver_request_sli_duration_seconds_count{component="apiserver",group="",resource="configmaps",scope="namespace",subresource="",verb="LIST",version="v1"} 1`,
		`apiserver_response_sizes_count{component="apiserver",group="",resource="configmaps",scope="namespace",subresource="",verb="LIST",version="v1"} 1`,
		`apiserver_longrunning_requests{component="apiserver",group="",resource="configmaps",scope="namespace",subresource="",verb="WATCH",version="v1"} 1`,
		`apiserver_watch_events_total{group="",resource="configmaps",version="v1"} 1`,
		`apiserver_current_inflight_requests{request_kind="readOnly"} 1`,
		`apiserver_storage_objects{resource="configmaps"} 1`,
		`apiserver_resource_objects{group="",resource="configmaps"} 1`,
		`apiserver_requested_deprecated_apis{group="",removed_release="",resource="endpoints",subresource="",version="v1"} 1`,
		`kubernetes_build_info{`, `git_version="v1.36.3+gantry"`, `process_resident_memory_bytes`, `go_goroutines`,
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if strings.Contains(string(body), "made-up") {
		t.Error("a name that a client made up is a series")
	}
}
