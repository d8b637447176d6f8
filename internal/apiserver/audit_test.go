package apiserver

import (
	"slices"
	"strings"
	"sync"
	"testing"

	auditinternal "k8s.io/apiserver/pkg/apis/audit"
	"k8s.io/apiserver/pkg/audit"
	"k8s.io/apiserver/pkg/audit/policy"
)

// witness keeps the events that a policy has recorded.
type witness struct {
	audit.PolicyRuleEvaluator
	mu     sync.Mutex
	events []*auditinternal.Event
}

func (w *witness) ProcessEvents(events ...*auditinternal.Event) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, ev := range events {
		w.events = append(w.events, ev.DeepCopy())
	}
	return true
}

// take returns the events of a request, and forgets all.
func (w *witness) take(id string) (out []*auditinternal.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, ev := range w.events {
		if string(ev.AuditID) == id {
			out = append(out, ev)
		}
	}
	w.events = nil
	return out
}

func witnessed(t *testing.T, rules string) (*door, *witness) {
	t.Helper()
	p, err := policy.LoadPolicyFromBytes([]byte("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: " + rules))
	check(t, err)
	w := &witness{PolicyRuleEvaluator: policy.NewPolicyRuleEvaluator(p)}
	return newDoor(t, func(c *Config) { c.Audit = w }), w
}

// TestAuditOfStrangers: who cannot be authenticated is recorded with what they tried.
func TestAuditOfStrangers(t *testing.T) {
	d, w := witnessed(t, "[{level: RequestResponse}]")
	d.anonymous().with("Authorization", "Bearer nonsense").with("Audit-Id", "stranger").must("GET", "/api/v1/namespaces", "", 401)
	events := w.take("stranger")
	if len(events) != 1 || events[0].Stage != auditinternal.StageResponseStarted || events[0].User.Username != "" ||
		events[0].ResponseStatus.Code != 401 || events[0].ResponseStatus.Message != "Unauthorized" {
		t.Errorf("got %+v", events)
	}
}

// TestAuditLevels: a policy of None leaves nothing, and managed fields are left out where it says so.
func TestAuditLevels(t *testing.T) {
	d, w := witnessed(t, "[{level: None, resources: [{group: '', resources: [secrets]}]}, {level: RequestResponse, omitManagedFields: true, omitStages: [RequestReceived]}]")
	do := func(id, method, path, body string) []*auditinternal.Event {
		t.Helper()
		d.admin().with("Audit-Id", id).do(method, path, body)
		d.stop() // the last event comes after the answer
		return w.take(id)
	}
	d.admin().with("Audit-Id", "quiet").must("POST", "/api/v1/namespaces/red/secrets", `{"metadata":{"name":"s"}}`, 201)
	w.mu.Lock()
	quiet := slices.ContainsFunc(w.events, func(ev *auditinternal.Event) bool { return ev.AuditID == "quiet" })
	w.mu.Unlock()
	if quiet {
		t.Error("a request at level None left events")
	}
	events := do("made", "POST", "/api/v1/namespaces/red/configmaps", `{"metadata":{"name":"a"},"data":{"k":"v"}}`)
	if len(events) != 1 || events[0].ObjectRef.Name != "a" || events[0].RequestObject == nil || events[0].ResponseObject == nil {
		t.Fatalf("got %+v", events)
	}
	if s := string(events[0].ResponseObject.Raw); strings.Contains(s, "managedFields") || !strings.Contains(s, `"resourceVersion"`) {
		t.Errorf("the answer was recorded as %s", s)
	}
}
