package nodeapi

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLogQueries(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"gantrytest.log": "in a file", "own/secret": "not below it", "var/gantrydir/gantrydir.log": "in a directory", "var/gantryplain": "plain"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	logs := http.StripPrefix("/logs/", machineLogs{dir: filepath.Join(dir, "var"), own: filepath.Join(dir, "gantrytest.log"), queries: true})
	ask := func(h http.Handler, query string) (int, string) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/logs/"+query, nil))
		return w.Code, w.Body.String()
	}
	for query, want := range map[string]struct {
		code int
		text string
	}{
		"gantryplain":                                 {200, "plain"},
		"?query=gantryplain":                          {200, "plain"},
		"?query=gantrydir":                            {200, "in a directory"},
		"?query=/gantryplain":                         {200, "plain"},
		"?query=nosuchservice":                        {200, "log not found for nosuchservice"},
		"?query=gantry":                               {200, "in a file"},
		"?query=gantryplain&pattern=a":                {200, "try without specifying options"},
		"?query=gantryplain&boot=0":                   {200, "try without specifying options"},
		"?query=" + url.QueryEscape(" "):              {400, "query: Invalid value"},
		"?query=a&sinceTime=today":                    {400, "sinceTime: Invalid value"},
		"?query=a&tailLines=x":                        {400, "tailLines: Invalid value"},
		"?tailLines=5":                                {406, "query: Required value"},
		"?query=a&tailLines=100001":                   {406, "tailLines"},
		"?query=a&boot=1":                             {406, "must be less than 1"},
		"?query=a&pattern=" + url.QueryEscape("(a"):   {406, "pattern"},
		"?query=a&query=b&query=c&query=d&query=e":    {406, "Too many"},
		"?query=a&query=/b":                           {406, "cannot specify a file and service"},
		"?query=/a&query=/b":                          {406, "more than one file"},
		"?query=/gantryplain&boot=0":                  {406, "cannot specify file with options"},
		"?query=" + url.QueryEscape("/../own/secret"): {406, "query: Invalid value"},
		"?query=" + url.QueryEscape("a b"):            {406, "unsupported characters"},
		"?query=" + strings.Repeat("a", 257):          {406, "length must be less than 256"},
		"gantryplain?query=a":                         {406, "path not allowed in query mode"},
		"?query=a&sinceTime=2026-01-02T00:00:00Z&untilTime=2026-01-01T00:00:00Z": {406, "must be after"},
	} {
		code, text := ask(logs, query)
		if code != want.code || !strings.Contains(text, want.text) {
			t.Errorf("%s: %d %q, want %d %q", query, code, text, want.code, want.text)
		}
	}
	if code, _ := ask(machineLogs{dir: dir, off: true}, ""); code != http.StatusMethodNotAllowed {
		t.Errorf("logs are off, and asked for: %d", code)
	}
	off := http.StripPrefix("/logs/", machineLogs{dir: filepath.Join(dir, "var")})
	if _, text := ask(off, "?query=gantryplain"); !strings.Contains(text, "gantrydir") {
		t.Errorf("queries are off, and one is answered with %q", text)
	}
}
