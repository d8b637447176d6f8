package diff

import (
	"bufio"
	"maps"
	"net/http"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// metricsDoc tells which of upstream's metrics are left out, and why.
const metricsDoc = "../../docs/metrics.md"

// family is what a metric looks like from outside.
type family struct {
	kind   string
	labels map[string]bool // of all of its series
	series int
}

// traffic makes both servers count.
var traffic = []request{
	{method: http.MethodPost, path: "/api/v1/namespaces", body: `{"metadata":{"name":"diff-metrics"}}`},
	{method: http.MethodPost, path: "/api/v1/namespaces/diff-metrics/configmaps?fieldValidation=Strict", body: `{"metadata":{"name":"a"}}`},
	{method: http.MethodPost, path: "/api/v1/namespaces/diff-metrics/configmaps", body: `{"metadata":{"name":"A"}}`},
	{method: http.MethodPatch, path: "/api/v1/namespaces/diff-metrics/configmaps/a", body: `{"data":{"k":"v"}}`, header: http.Header{"Content-Type": {"application/merge-patch+json"}}},
	{method: http.MethodGet, path: "/api/v1/namespaces/diff-metrics/configmaps"},
	{method: http.MethodGet, path: "/api/v1/namespaces/diff-metrics/configmaps/none"},
	{method: http.MethodGet, path: "/api/v1/namespaces/diff-metrics/configmaps?watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"},
	{method: http.MethodDelete, path: "/api/v1/namespaces/diff-metrics/configmaps/a"},
	{method: http.MethodDelete, path: "/api/v1/namespaces/diff-metrics/configmaps"},
}

// TestMetrics compares the names, types and labels of the metrics of both servers.
func TestMetrics(t *testing.T) {
	peer, gantry := both(t)
	left := leftOut(t)
	for _, r := range traffic {
		for _, s := range []*server{peer, gantry} {
			if _, err := s.ask(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
	}
	want, got := metricsOf(t, peer), metricsOf(t, gantry)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		w, g := want[name], got[name]
		out := slices.ContainsFunc(left, func(pattern string) bool {
			ok, err := path.Match(pattern, name)
			return ok && err == nil
		})
		switch {
		case g == nil && out, g != nil && g.series == 0, w.series == 0:
		case g == nil:
			t.Errorf("gantry has no %s, and %s does not say why", name, metricsDoc)
		case g.kind != w.kind:
			t.Errorf("%s is a %s, want a %s", name, g.kind, w.kind)
		case !maps.Equal(g.labels, w.labels):
			t.Errorf("%s has labels %v, want %v", name, slices.Sorted(maps.Keys(g.labels)), slices.Sorted(maps.Keys(w.labels)))
		}
	}
}

// leftOut reads the patterns of names at the beginning of the lines of the document's list.
func leftOut(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile(metricsDoc)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	quoted := regexp.MustCompile("`([^`]*)`")
	for line := range strings.Lines(string(b)) {
		names, _, ok := strings.Cut(line, ":")
		if !ok || !strings.HasPrefix(line, "- `") {
			continue
		}
		for _, m := range quoted.FindAllStringSubmatch(names, -1) {
			out = append(out, m[1])
		}
	}
	if len(out) == 0 {
		t.Fatalf("%s lists nothing", metricsDoc)
	}
	return out
}

var (
	sample = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? `)
	label  = regexp.MustCompile(`(\w+)="(?:[^"\\]|\\.)*"`)
)

// metricsOf reads what a server tells.
func metricsOf(t *testing.T, s *server) map[string]*family {
	t.Helper()
	a, err := s.ask(t.Context(), request{method: http.MethodGet, path: "/metrics"})
	if err != nil || a.status != http.StatusOK {
		t.Fatalf("%s: /metrics: %d %v", s.name, a.status, err)
	}
	out := map[string]*family{}
	for lines := bufio.NewScanner(strings.NewReader(a.body)); lines.Scan(); {
		if words := strings.Fields(lines.Text()); len(words) == 4 && words[1] == "TYPE" {
			out[words[2]] = &family{kind: words[3], labels: map[string]bool{}}
			continue
		}
		m := sample.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		f := out[m[1]]
		for _, part := range []string{"_bucket", "_sum", "_count"} {
			if name, ok := strings.CutSuffix(m[1], part); ok && f == nil {
				f = out[name]
			}
		}
		if f == nil {
			t.Fatalf("%s: a sample without a type: %s", s.name, lines.Text())
		}
		f.series++
		for _, l := range label.FindAllStringSubmatch(m[2], -1) {
			f.labels[l[1]] = true
		}
	}
	return out
}
