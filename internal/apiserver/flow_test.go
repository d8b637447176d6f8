package apiserver

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// slowly is a door with a health check that enters and waits to be released, which everybody may ask for.
func slowly(t *testing.T, c Concurrency) (d *door, entered, release chan struct{}) {
	entered, release = make(chan struct{}), make(chan struct{})
	d = newDoor(t, func(cfg *Config) {
		cfg.Concurrency = &c
		cfg.Checks = []Check{{Name: "slow", Probe: func(context.Context) error { entered <- struct{}{}; <-release; return nil }}}
	})
	a := d.admin()
	a.must("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", `{"metadata":{"name":"h"},"rules":[{"nonResourceURLs":["/livez/*"],"verbs":["get"]}]}`, 201)
	a.must("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", `{"metadata":{"name":"h"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"h"},"subjects":[{"kind":"Group","apiGroup":"rbac.authorization.k8s.io","name":"system:unauthenticated"},{"kind":"Group","apiGroup":"rbac.authorization.k8s.io","name":"system:authenticated"}]}`, 201)
	return d, entered, release
}

const flowPath = "/apis/flowcontrol.apiserver.k8s.io/v1/"

// level makes a priority level with a schema for one user; response is its limitResponse. It returns their UIDs.
func (d *door) level(name, shares, response, user string) (level, schema string) {
	d.t.Helper()
	a := d.admin()
	l := a.must("POST", flowPath+"prioritylevelconfigurations", `{"metadata":{"name":"`+name+`"},"spec":{"type":"Limited","limited":{"nominalConcurrencyShares":`+shares+`,"borrowingLimitPercent":0,"limitResponse":`+response+`}}}`, 201)
	s := a.must("POST", flowPath+"flowschemas", `{"metadata":{"name":"`+name+`"},"spec":{"matchingPrecedence":500,"distinguisherMethod":{"type":"ByUser"},"priorityLevelConfiguration":{"name":"`+name+`"},"rules":[{"subjects":[{"kind":"User","user":{"name":"`+user+`"}}],
		"nonResourceRules":[{"verbs":["*"],"nonResourceURLs":["*"]}],"resourceRules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"],"clusterScope":true,"namespaces":["*"]}]}]}}`, 201)
	return at(l, "metadata.uid"), at(s, "metadata.uid")
}

const oneQueue = `{"type":"Queue","queuing":{"queues":1,"handSize":1,"queueLengthLimit":1}}`

// TestQueue fills a level's seats and its queue: the next request is sent away, an administrator's is not.
func TestQueue(t *testing.T) {
	d, entered, release := slowly(t, Concurrency{ReadOnly: 1, Mutating: 0})
	d.level("small", "30", oneQueue, "ann")
	ann, a := d.as(d.config("ann")), d.admin()
	answers := make(chan int, 3)
	var refused http.Header
	ask := func() {
		code, h, body := ann.do("GET", "/livez/slow", "")
		if code == 429 {
			refused = h
			if string(body) != "Too many requests, please try again later.\n" {
				t.Errorf("refused with %q", body)
			}
		}
		answers <- code
	}
	go ask()
	<-entered // one has the seat
	// Of the next two, one waits and the other is sent away.
	go ask()
	go ask()
	if code := <-answers; code != 429 || refused.Get("Retry-After") != "1" || refused.Get("X-Kubernetes-PF-PriorityLevel-UID") == "" {
		t.Errorf("answer %d with the queue full: %v", code, refused)
	}
	if code, _, body := a.do("GET", "/metrics", ""); code != 200 ||
		!strings.Contains(string(body), `apiserver_flowcontrol_current_inqueue_requests{flow_schema="small",priority_level="small"} 1`) ||
		!strings.Contains(string(body), `apiserver_flowcontrol_current_executing_seats{flow_schema="small",priority_level="small"} 1`) ||
		!strings.Contains(string(body), `apiserver_flowcontrol_rejected_requests_total{flow_schema="small",priority_level="small",reason="queue-full"} 1`) ||
		!strings.Contains(string(body), `apiserver_flowcontrol_nominal_limit_seats{priority_level="small"} 1`) {
		t.Errorf("metrics: %d %s", code, body)
	}
	_, _, levels := a.do("GET", "/debug/api_priority_and_fairness/dump_priority_levels", "")
	_, _, queues := a.do("GET", "/debug/api_priority_and_fairness/dump_queues", "")
	_, _, requests := a.do("GET", "/debug/api_priority_and_fairness/dump_requests?includeRequestDetails=1", "")
	if !strings.Contains(string(levels), "\nsmall,") || !strings.Contains(string(queues), "\nsmall,") || strings.Count(string(requests), "/livez/slow,") != 2 {
		t.Errorf("dumps:\n%s\n%s\n%s", levels, queues, requests)
	}
	a.must("GET", "/debug/api_priority_and_fairness/nonsense", "", 404)
	for i := range 2 {
		if i > 0 {
			<-entered
		}
		release <- struct{}{}
	}
	for range 2 {
		if code := <-answers; code != 200 {
			t.Errorf("answer %d", code)
		}
	}
}

// TestWaitLimit: who asks for an answer within a time waits a quarter of it.
func TestWaitLimit(t *testing.T) {
	d, entered, release := slowly(t, Concurrency{ReadOnly: 1})
	d.level("small", "30", oneQueue, "ann")
	ann := d.as(d.config("ann"))
	first := make(chan int)
	go func() { code, _, _ := ann.do("GET", "/livez/slow", ""); first <- code }()
	<-entered
	if code, _, _ := ann.do("GET", "/version?timeout=40ms", ""); code != 429 {
		t.Errorf("answer %d after the wait limit", code)
	}
	release <- struct{}{}
	if code := <-first; code != 200 {
		t.Errorf("answer %d", code)
	}
	if _, _, body := d.admin().do("GET", "/metrics", ""); !strings.Contains(string(body), `reason="time-out"} 1`) {
		t.Error("no metric of the refusal")
	}
}

// TestFlowHeaders: every answer tells what its request was taken for, a refusal by RBAC too.
func TestFlowHeaders(t *testing.T) {
	d := newDoor(t)
	level, schema := d.level("mine", "5", `{"type":"Reject"}`, "ann")
	for _, path := range []string{"/version", "/api/v1/namespaces/red/pods", "/api/v1/namespaces/red/pods?watch=1", "/nonsense"} {
		_, h, _ := d.as(d.config("ann")).do("GET", path, "")
		if h.Get("X-Kubernetes-PF-PriorityLevel-UID") != level || h.Get("X-Kubernetes-PF-FlowSchema-UID") != schema {
			t.Errorf("%s: %v", path, h)
		}
		if _, h, _ = d.as(d.config("bob")).do("GET", path, ""); h.Get("X-Kubernetes-PF-FlowSchema-UID") == schema {
			t.Errorf("%s: another user is taken for ann", path)
		}
	}
}

// TestWatchGivesSeatsBack: a watch holds its seats until it has begun, and counts for the width of writes until it ends.
func TestWatchGivesSeatsBack(t *testing.T) {
	d := newDoor(t, func(c *Config) { c.Concurrency = &Concurrency{ReadOnly: 1} })
	d.level("one", "1000", `{"type":"Reject"}`, "ann")
	a := d.admin()
	a.must("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", `{"metadata":{"name":"ann"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},"subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"ann"}]}`, 201)
	ann := d.as(d.config("ann"))
	var open []io.Closer
	for _, query := range []string{"", "&resourceVersion=0", "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true", "&resourceVersion=1000000000"} {
		for range 4 {
			resp := ann.open("GET", "/api/v1/namespaces/red/serviceaccounts?watch=1"+query, "")
			if query == "&resourceVersion=1000000000" {
				if resp.Body.Close(); resp.StatusCode == 200 || resp.StatusCode == 429 {
					t.Errorf("watch%s: %d", query, resp.StatusCode)
				}
				continue
			}
			if resp.StatusCode != 200 {
				t.Fatalf("watch%s: %d", query, resp.StatusCode)
			}
			if _, err := bufio.NewReader(resp.Body).ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			d.eventually("the watch has its seats still", func() bool { code, _, _ := ann.do("GET", "/version", ""); return code == 200 })
			open = append(open, resp.Body)
		}
	}
	if n := d.srv.watches.Interested("host", "", "serviceaccounts", "red", "x"); n != len(open) {
		t.Errorf("%d watches count, %d are open", n, len(open))
	}
	for _, body := range open {
		body.Close()
	}
	d.eventually("watches that ended count still", func() bool { return d.srv.watches.Interested("host", "", "serviceaccounts", "red", "x") == 0 })
}

// TestUnqueued: without priority and fairness there are two bounds, administrators pass, and no headers are sent.
func TestUnqueued(t *testing.T) {
	d, entered, release := slowly(t, Concurrency{ReadOnly: 1, Mutating: 1, Unqueued: true})
	ann, a := d.as(d.config("ann")), d.admin()
	first := make(chan int)
	go func() { code, _, _ := ann.do("GET", "/livez/slow", ""); first <- code }()
	<-entered
	code, h, _ := ann.do("GET", "/version", "")
	if code != 429 || h.Get("Retry-After") != "1" || h.Get("X-Kubernetes-PF-FlowSchema-UID") != "" {
		t.Errorf("answer %d beyond the bound: %v", code, h)
	}
	if code, _, _ := ann.do("POST", "/apis/authorization.k8s.io/v1/selfsubjectreviews", "{}"); code == 429 {
		t.Error("reads stop writes")
	}
	a.must("GET", "/version", "", 200)
	a.must("GET", "/debug/api_priority_and_fairness/dump_queues", "", 404)
	release <- struct{}{}
	if code := <-first; code != 200 {
		t.Errorf("answer %d", code)
	}
}

// eventually waits until something holds that another goroutine of the server has yet to do.
func (d *door) eventually(complaint string, holds func() bool) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			d.t.Fatal(complaint)
		case <-tick.C:
		}
	}
}
