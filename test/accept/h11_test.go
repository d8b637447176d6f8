package accept

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// H11: the node's own server, for collectors of metrics that come with a token, and for people through the API.
func TestH11(t *testing.T) {
	w := newWorld(t)
	w.apply(pod("web", busybox, "echo hello; "+idle, "readinessProbe: {exec: {command: [/bin/busybox, \"true\"]}, periodSeconds: 1}, resources: {limits: {memory: 64Mi, cpu: 100m}}", "restartPolicy: Always"))
	w.ready("condition=Ready", "pod/web")
	node := w.field("pod/web", ".spec.nodeName")
	base := "https://" + net.JoinHostPort(w.field("pod/web", ".status.hostIP"), "10250")
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	t.Cleanup(client.CloseIdleConnections)
	ask := func(method, path, token string) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b)
	}
	// An account for each subresource: it may see what belongs to that, and nothing else.
	tokens := map[string]string{}
	subresources := []string{"metrics", "stats", "log", "pods", "healthz", "configz", "proxy"}
	for _, sub := range subresources {
		w.k("create", "serviceaccount", sub)
		w.k("create", "clusterrole", w.ns+"-"+sub, "--verb=get,create", "--resource=nodes/"+sub)
		w.k("create", "clusterrolebinding", w.ns+"-"+sub, "--clusterrole="+w.ns+"-"+sub, "--serviceaccount="+w.ns+":"+sub)
		tokens[sub] = w.k("create", "token", sub)
	}
	t.Cleanup(func() {
		for _, sub := range subresources {
			if _, err := w.try("delete", "clusterrole,clusterrolebinding", w.ns+"-"+sub, "--ignore-not-found"); err != nil {
				t.Log(err)
			}
		}
	})
	exec := "/run/" + w.ns + "/web/c?cmd=/bin/busybox%20id%20-u"
	for _, c := range []struct {
		method, path string
		allowed      []string
		words        []string
	}{
		{"GET", "/metrics", []string{"metrics"}, []string{"kubelet_running_pods", "kubelet_node_name{node=\"" + node + "\"} 1", "kubelet_started_containers_total{container_type=\"container\"}",
			"kubelet_runtime_operations_total{operation_type=\"start_container\"}", "kubelet_runtime_operations_duration_seconds_bucket{operation_type=\"run_podsandbox\"", "kubelet_pod_worker_duration_seconds_count{operation_type=\"sync\"}",
			"storage_operation_duration_seconds_count{migrated=\"false\",operation_name=\"volume_mount\",status=\"success\",volume_plugin=\"kubernetes.io/projected\"}",
			"volume_manager_total_volumes{plugin_name=\"kubernetes.io/projected\",state=\"actual_state_of_world\"}", "kubelet_pod_start_duration_seconds_bucket", "process_cpu_seconds_total", "kubernetes_build_info", "kubelet_http_requests_total"}},
		{"GET", "/metrics/cadvisor", []string{"metrics"}, []string{"container_memory_working_set_bytes{container=\"c\"", "machine_cpu_cores", "pod=\"web\"",
			"container_cpu_cfs_periods_total{container=\"c\"", "container_memory_cache{container=\"c\"", "container_memory_swap{container=\"c\"", "container_fs_reads_total{container=\"c\",device=\"", "container_fs_usage_bytes{container=\"\",device="}},
		{"GET", "/metrics/resource", []string{"metrics"}, []string{"pod_memory_working_set_bytes{namespace=\"" + w.ns + "\",pod=\"web\"}", "node_cpu_usage_seconds_total", "resource_scrape_error 0", "container_swap_usage_bytes{container=\"c\""}},
		{"GET", "/metrics/probes", []string{"metrics"}, []string{"prober_probe_total{container=\"c\",namespace=\"" + w.ns + "\",pod=\"web\"", "probe_type=\"Readiness\",result=\"successful\""}},
		{"GET", "/stats/summary", []string{"stats"}, []string{`"nodeName":"` + node + `"`, `"name":"web"`, `"fs":{"time"`, `"imageFs":{"time"`, `"containerFs":{`, `"rootfs":{"time"`, `"logs":{"time"`, `"ephemeral-storage":{`, `"volume":[{"time"`, `"rlimit":{`, `"swap":{`}},
		{"GET", "/stats/summary?only_cpu_and_memory=true", []string{"stats"}, []string{`"name":"web"`}},
		{"GET", "/pods", []string{"pods", "proxy"}, []string{`"kind":"PodList"`, `"name":"web"`}},
		{"GET", "/runningpods/", []string{"pods", "proxy"}, []string{`"name":"web"`}},
		{"GET", "/healthz", []string{"healthz", "proxy"}, []string{"ok"}},
		{"GET", "/configz", []string{"configz", "proxy"}, []string{`"kubeletconfig":{"kind":"KubeletConfiguration"`, `"evictionHard":{`, `"containerLogMaxFiles":5`}},
		{"GET", "/logs/", []string{"log"}, []string{"<pre>"}},
		{"GET", "/containerLogs/" + w.ns + "/web/c", []string{"proxy"}, []string{"hello"}},
		{"POST", exec, []string{"proxy"}, []string{"0"}},
		{"GET", "/debug/pprof/", []string{"proxy"}, []string{"goroutine"}},
	} {
		for _, sub := range subresources {
			code, body := ask(c.method, c.path, tokens[sub])
			if slices.Contains(c.allowed, sub) {
				if err := want(body, c.words...); code != http.StatusOK || err != nil {
					t.Errorf("%s %s as %s: %d, %.200v", c.method, c.path, sub, code, err)
				}
			} else if code != http.StatusForbidden || !strings.Contains(body, "Forbidden (user=system:serviceaccount:"+w.ns+":"+sub) {
				t.Errorf("%s %s as %s: %d, %.200q", c.method, c.path, sub, code, body)
			}
		}
	}
	for _, token := range []string{"", "nonsense"} {
		if code, body := ask("GET", "/metrics", token); code != http.StatusUnauthorized {
			t.Errorf("with the token %q: %d %q", token, code, body)
		}
	}
	if code, body := ask("POST", "/checkpoint/"+w.ns+"/web/c", tokens["proxy"]); code != http.StatusForbidden {
		t.Errorf("a checkpoint by who may not: %d %q", code, body)
	}
	w.refused([]string{"checkpoint", "not support"}, "create", "--raw", "/api/v1/nodes/"+node+"/proxy/checkpoint/"+w.ns+"/web/c", "-f", "/dev/null")

	// A right that is taken away ends soon.
	w.k("delete", "clusterrolebinding", w.ns+"-stats")
	w.eventually("a right that was taken away", func() error {
		if code, _ := ask("GET", "/stats/summary", tokens["stats"]); code != http.StatusForbidden {
			return fmt.Errorf("still %d", code)
		}
		return nil
	})
	w.k("delete", "pod", "web")
	w.eventually("what was counted of a pod goes with it", func() error {
		if _, body := ask("GET", "/metrics/probes", tokens["metrics"]); strings.Contains(body, w.ns) {
			return errors.New("it is still there")
		}
		return nil
	})
}
