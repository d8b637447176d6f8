package apiserver

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	statsapi "k8s.io/kubelet/pkg/apis/stats/v1alpha1"

	"gantry.dev/gantry/internal/api"
)

// said is what a node with the pods of newDoorWithNode answers.
func said(t *testing.T, uids map[string]string) []byte {
	n := func(v uint64) *uint64 { return &v }
	cpu := func(v uint64) *statsapi.CPUStats {
		return &statsapi.CPUStats{Time: metav1.NewTime(time.Unix(1800000000, 0)), UsageNanoCores: n(v)}
	}
	memory := &statsapi.MemoryStats{WorkingSetBytes: n(5 << 20)}
	container := func(name string, c *statsapi.CPUStats) statsapi.ContainerStats {
		return statsapi.ContainerStats{Name: name, CPU: c, Memory: memory}
	}
	body, err := json.Marshal(statsapi.Summary{Node: statsapi.NodeStats{NodeName: "n1", CPU: cpu(1_500_000_000), Memory: memory}, Pods: []statsapi.PodStats{
		{PodRef: statsapi.PodReference{UID: uids["web"]}, Containers: []statsapi.ContainerStats{container("c", cpu(250_000_000))}},
		{PodRef: statsapi.PodReference{UID: uids["two"]}, Containers: []statsapi.ContainerStats{container("a", cpu(1)), container("b", &statsapi.CPUStats{})}},
		{PodRef: statsapi.PodReference{UID: "of-before"}, Containers: []statsapi.ContainerStats{container("c", cpu(1))}},
	}})
	check(t, err)
	return body
}

// metrics.k8s.io is answered from what nodes say, until an APIService names another server for it.
func TestUsage(t *testing.T) {
	d := newDoorWithNode(t, func(c *Config) {
		c.Extensions = func(api.Cluster, api.Webhook) http.RoundTripper { return http.DefaultTransport }
	})
	a := d.admin()
	const group = "/apis/metrics.k8s.io/v1beta1"
	for _, path := range []string{"/nodes/n1", "/namespaces/red/pods/web"} { // the node speaks no JSON yet
		if code, _, body := a.do("GET", group+path, ""); code != 404 || !strings.Contains(string(body), `"group":"metrics.k8s.io"`) {
			t.Errorf("%s of a node that gives no answer: %d %s", path, code, body)
		}
	}
	uids := map[string]string{}
	for _, name := range []string{"web", "two"} {
		uids[name] = at(a.must("GET", "/api/v1/namespaces/red/pods/"+name, "", 200), "metadata.uid")
	}
	d.node.summary.Store(said(t, uids))
	for _, c := range []struct {
		path string
		code int
		want []string
		not  string
	}{
		{"", 200, []string{`"name":"nodes"`, `"kind":"PodMetrics"`}, ""},
		{"/nodes", 200, []string{`"kind":"NodeMetricsList"`, `"usage":{"cpu":"1500m","memory":"5Mi"}`, `"window":"3s"`, `"timestamp":"2027-01-15T08:00:00Z"`}, ""},
		{"/nodes/n1", 200, []string{`"kind":"NodeMetrics"`, `"name":"n1"`}, ""},
		{"/nodes/n2", 404, []string{`nodes.metrics.k8s.io \"n2\" not found`}, ""},
		{"/nodes?labelSelector=a%3Db", 200, []string{`"items":[]`}, ""},
		{"/pods", 200, []string{`"name":"web"`, `"cpu":"250m"`}, `"name":"two"`}, // one of its containers has not been measured
		{"/namespaces/red/pods/web", 200, []string{`"kind":"PodMetrics"`, `"name":"c"`}, ""},
		{"/namespaces/red/pods/two", 404, []string{"not found"}, ""},
		{"/namespaces/red/pods?labelSelector=(", 400, []string{"BadRequest"}, ""},
		{"/namespaces/red/nodes", 404, []string{"404 page not found"}, ""},
		{"/others", 404, []string{"404 page not found"}, ""},
		{"/namespaces/red/pods/web/status", 404, nil, ""},
		{"/nodes?watch=true", 405, []string{"MethodNotAllowed"}, ""},
	} {
		code, _, body := a.do("GET", group+c.path, "")
		if code != c.code || c.not != "" && strings.Contains(string(body), c.not) {
			t.Errorf("%s: %d %s", c.path, code, body)
		}
		for _, want := range c.want {
			if !strings.Contains(string(body), want) {
				t.Errorf("%s: no %s in %s", c.path, want, body)
			}
		}
	}
	if code, _, _ := a.do("POST", group+"/nodes", "{}"); code != 405 {
		t.Errorf("writing: %d", code)
	}
	const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
	if _, h, body := a.with("Accept", aggregated).do("GET", "/apis", ""); !strings.Contains(string(body), `"name":"metrics.k8s.io"`) || h.Get("ETag") == "" {
		t.Errorf("discovery does not show it: %.300s", body)
	}
	a.must("POST", "/apis/apiregistration.k8s.io/v1/apiservices", `{"metadata":{"name":"v1beta1.metrics.k8s.io"},"spec":{"group":"metrics.k8s.io","version":"v1beta1","groupPriorityMinimum":100,"versionPriority":100,"insecureSkipTLSVerify":true,"service":{"namespace":"kube-system","name":"metrics-server"}}}`, 201)
	if code, _, body := a.do("GET", group+"/nodes", ""); code != 503 {
		t.Errorf("another server was named for it, and is not available: %d %s", code, body)
	}
}
