package accept

import (
	"fmt"
	"strings"
	"testing"
)

const flowObjects = `
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: narrow}
spec: {type: Limited, limited: {nominalConcurrencyShares: 1, borrowingLimitPercent: 0, limitResponse: {type: Reject}}}
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: narrow}
spec:
  matchingPrecedence: 500
  priorityLevelConfiguration: {name: narrow}
  rules:
  - subjects: [{kind: User, user: {name: noxu}}]
    nonResourceRules: [{verbs: ["*"], nonResourceURLs: ["*"]}]
`

// E16: requests are taken for what FlowSchemas say, a full priority level sends requests away in upstream's words, and the
// configuration that every cluster has comes back.
func TestE16(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16526")
	for flags, word := range map[string]string{
		"--max-requests-inflight=0 --max-mutating-requests-inflight=0": "sum to 0",
		"--max-requests-inflight=-1":                                   "can not be negative value",
		"--enable-priority-and-fairness=maybe":                         "enable-priority-and-fairness",
	} {
		if out, err := in.gantry(append([]string{"server", "--listen", in.listen}, strings.Fields(flags)...)...); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %s %v", flags, out, err)
		}
	}
	in.start(t, "server", "--listen", in.listen, "--max-requests-inflight=10", "--max-mutating-requests-inflight=0")
	w := &world{t, in, "default"}
	w.apply(flowObjects)
	w.k("create", "clusterrolebinding", "noxu", "--clusterrole=cluster-admin", "--user=noxu")
	uid := func(kind string) string { return w.k("get", kind, "narrow", "-o", "jsonpath={.metadata.uid}") }
	level, schema := uid("prioritylevelconfiguration"), uid("flowschema")
	asNoxu := []string{"Impersonate-User: noxu", "Impersonate-Group: system:authenticated"}
	w.eventually("requests are classified", func() error {
		h := w.call("GET", "/version", "", asNoxu...).header
		if h.Get("X-Kubernetes-PF-PriorityLevel-UID") != level || h.Get("X-Kubernetes-PF-FlowSchema-UID") != schema {
			return fmt.Errorf("headers %v, want %s and %s", h, level, schema)
		}
		return want(w.k("get", "flowschema", "narrow"), "False")
	})
	if h := w.call("GET", "/version", "").header; h.Get("X-Kubernetes-PF-FlowSchema-UID") == schema || h.Get("X-Kubernetes-PF-FlowSchema-UID") == "" {
		t.Errorf("an administrator's headers are %v", h)
	}
	// A profile of a second takes the level's only seat.
	profiled := make(chan answer)
	go func() {
		a, _ := call(w.Context(), w.config(), "GET", w.url("/debug/pprof/profile?seconds=3"), "", asNoxu...)
		profiled <- a
	}()
	w.eventually("the level's seat is taken", func() error {
		return want(w.call("GET", "/metrics", "").body, `apiserver_flowcontrol_current_executing_seats{flow_schema="narrow",priority_level="narrow"} 1`,
			`apiserver_flowcontrol_nominal_limit_seats{priority_level="narrow"} 1`, `apiserver_flowcontrol_upper_limit_seats{priority_level="narrow"} 1`)
	})
	a := w.call("GET", "/version", "", asNoxu...).is(w, 429, "Too many requests, please try again later.")
	if a.header.Get("Retry-After") != "1" || a.header.Get("X-Kubernetes-PF-PriorityLevel-UID") != level {
		t.Errorf("a refusal's headers are %v", a.header)
	}
	w.call("GET", "/debug/api_priority_and_fairness/dump_requests?includeRequestDetails=1", "").is(w, 200, "narrow,", "/debug/pprof/profile,")
	w.call("GET", "/debug/api_priority_and_fairness/dump_priority_levels", "").is(w, 200, "PriorityLevelName,", "workload-low,")
	w.call("GET", "/debug/api_priority_and_fairness/dump_queues", "").is(w, 200, "NextDispatchR,", "workload-low,")
	if got := <-profiled; got.status != 200 {
		t.Errorf("the request that had the seat: %d", got.status)
	}
	w.eventually("the seat is given out again", func() error {
		if got := w.call("GET", "/version", "", asNoxu...); got.status != 200 {
			return fmt.Errorf("%d", got.status)
		}
		return nil
	})
	w.call("GET", "/metrics", "").is(w, 200, `apiserver_flowcontrol_rejected_requests_total{flow_schema="narrow",priority_level="narrow",reason="concurrency-limit"}`,
		`apiserver_flowcontrol_request_execution_seconds_bucket{flow_schema="narrow",priority_level="narrow",type="regular",le="30"}`)
	w.k("delete", "prioritylevelconfiguration", "workload-low")
	w.eventually("a level that every cluster has comes back", func() error {
		_, err := w.try("get", "prioritylevelconfiguration", "workload-low")
		return err
	})
	w.k("delete", "prioritylevelconfiguration", "narrow")
	w.eventually("a schema without its level counts for nothing", func() error {
		if got := w.call("GET", "/version", "", asNoxu...).header.Get("X-Kubernetes-PF-FlowSchema-UID"); got == schema || got == "" {
			return fmt.Errorf("schema %q", got)
		}
		return want(w.k("get", "flowschema", "narrow"), "True")
	})
}
