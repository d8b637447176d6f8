package auditlog

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	auditinternal "k8s.io/apiserver/pkg/apis/audit"
	"k8s.io/apiserver/pkg/authorization/authorizer"
)

const everything = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Request, resources: [{group: '', resources: [secrets]}]}, {level: Metadata}]\n"

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func event(id string, body string) *auditinternal.Event {
	ev := &auditinternal.Event{AuditID: types.UID(id), Level: auditinternal.LevelRequest, Stage: auditinternal.StageResponseComplete}
	if body != "" {
		ev.RequestObject = &runtime.Unknown{Raw: []byte(body), ContentType: runtime.ContentTypeJSON}
	}
	return ev
}

// deliver sends events and waits until they have arrived.
func deliver(t *testing.T, l *Log, events ...*auditinternal.Event) {
	t.Helper()
	l.ProcessEvents(events...)
	l.Close()
	if err := l.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestOptions(t *testing.T) {
	policy := write(t, "policy", everything)
	for name, c := range map[string]struct {
		o    Options
		want string
	}{
		"off":            {Options{LogFormat: FormatJSON}, ""},
		"no policy":      {Options{LogFormat: FormatJSON, LogPath: "-"}, "--audit-policy-file"},
		"no place":       {Options{LogFormat: FormatJSON, PolicyFile: policy}, "--audit-log-path"},
		"no such format": {Options{LogFormat: "xml", PolicyFile: policy, LogPath: "-"}, `"xml"`},
		"negative":       {Options{LogFormat: FormatJSON, PolicyFile: policy, LogPath: "-", LogMaxAge: -1}, "negative"},
		"bad policy":     {Options{LogFormat: FormatJSON, PolicyFile: write(t, "p", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Some}]\n"), LogPath: "-"}, "level"},
		"no such file":   {Options{LogFormat: FormatJSON, PolicyFile: policy, LogPath: "/proc/nothing/here"}, "audit log"},
	} {
		l, err := Open(c.o, slog.New(slog.DiscardHandler))
		if c.want == "" && (err != nil || l != nil) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v, %v; want an error with %q", name, l, err, c.want)
		}
	}
}

func TestFileHoldsEventsAndRotates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "audit.log")
	l, err := Open(Options{PolicyFile: write(t, "policy", everything), LogPath: path, LogMaxSize: 1, LogFormat: FormatJSON}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	var events []*auditinternal.Event
	for i := range 60 {
		events = append(events, event(fmt.Sprint("id-", i), `{"data":"`+strings.Repeat("x", 50<<10)+`"}`))
	}
	deliver(t, l, events...)
	files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(files) < 3 {
		t.Fatalf("3 MB in files of 1 MB: %v, %v", files, err)
	}
	seen := map[string]bool{}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			var ev struct{ Kind, APIVersion, AuditID string }
			if err := json.Unmarshal([]byte(line), &ev); err != nil || ev.Kind != "Event" || ev.APIVersion != "audit.k8s.io/v1" {
				t.Fatalf("%s: %.80s: %v", name, line, err)
			}
			seen[ev.AuditID] = true
		}
	}
	if len(seen) != len(events) {
		t.Errorf("%d of %d events are in the files", len(seen), len(events))
	}
}

func TestFullQueueDropsAndCounts(t *testing.T) {
	l, err := Open(Options{PolicyFile: write(t, "policy", everything), LogPath: filepath.Join(t.TempDir(), "log"), LogFormat: FormatLegacy}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for range maxQueued + 7 { // nobody takes them
		l.ProcessEvents(event("x", ""))
	}
	if n := testutil.ToFloat64(l.failures.WithLabelValues("log")); n != 7 {
		t.Errorf("%v events were counted as lost, want 7", n)
	}
	if n := testutil.ToFloat64(l.events); n != maxQueued+7 {
		t.Errorf("%v events were counted", n)
	}
}

func TestHugeEventLosesItsObjects(t *testing.T) {
	line, err := encoder(FormatJSON)(event("x", `{"data":"`+strings.Repeat("x", maxEvent)+`"}`))
	if err != nil || len(line) > 4096 || !strings.Contains(string(line), truncated) {
		t.Errorf("%d bytes, %v", len(line), err)
	}
}

func TestPolicyChoosesLevels(t *testing.T) {
	l, err := Open(Options{PolicyFile: write(t, "policy", everything), LogPath: filepath.Join(t.TempDir(), "log"), LogFormat: FormatJSON}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for resource, want := range map[string]auditinternal.Level{"secrets": auditinternal.LevelRequest, "pods": auditinternal.LevelMetadata} {
		if got := l.EvaluatePolicyRule(authorizer.AttributesRecord{ResourceRequest: true, Resource: resource}).Level; got != want {
			t.Errorf("%s: %s, want %s", resource, got, want)
		}
	}
}

func TestWebhookTriesAgain(t *testing.T) {
	var got []string
	calls := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls++; calls == 1 {
			http.Error(w, "not now", http.StatusServiceUnavailable)
			return
		}
		var list struct {
			Kind  string
			Items []struct{ AuditID string }
		}
		b, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(b, &list); err != nil || list.Kind != "EventList" {
			t.Errorf("%s: %v", b, err)
		}
		for _, it := range list.Items {
			got = append(got, it.AuditID)
		}
	}))
	defer srv.Close()
	config := write(t, "kubeconfig", fmt.Sprintf("apiVersion: v1\nkind: Config\nclusters: [{name: a, cluster: {server: %q}}]\ncontexts: [{name: a, context: {cluster: a}}]\ncurrent-context: a\n", srv.URL))
	l, err := Open(Options{PolicyFile: write(t, "policy", everything), WebhookConfig: config, LogFormat: FormatJSON}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	l.backends[0].to.(*hook).pause = 1
	deliver(t, l, event("one", ""), event("two", `{"a":1}`))
	if fmt.Sprint(got) != "[one two]" {
		t.Errorf("the webhook got %v", got)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	l, err := Open(Options{PolicyFile: write(t, "policy", everything), LogPath: filepath.Join(t.TempDir(), "log"), LogFormat: FormatJSON}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Run(ctx); err != nil {
		t.Error(err)
	}
}
