package extension

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gantry.dev/gantry/internal/api"
)

// shelf is an extension server with things in namespaces; one of them has a finalizer.
type shelf struct {
	away   bool
	things []string
}

func (s *shelf) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := func(code int, v any) (*http.Response, error) {
		b, err := json.Marshal(v)
		return &http.Response{StatusCode: code, Status: http.StatusText(code), Body: io.NopCloser(strings.NewReader(string(b)))}, err
	}
	switch {
	case s.away:
		return answer(503, nil)
	case r.URL.Path == "/apis/x.io/v1":
		return answer(200, map[string]any{"resources": []map[string]any{
			{"name": "things", "namespaced": true, "verbs": []string{"list", "delete"}}, {"name": "worlds", "verbs": []string{"list", "delete"}}, {"name": "reviews", "namespaced": true, "verbs": []string{"create"}}}})
	case r.Method == http.MethodDelete:
		kept := []string{}
		for _, name := range s.things {
			if !strings.HasSuffix(r.URL.Path, "/"+name) || name == "held" {
				kept = append(kept, name)
			}
		}
		s.things = kept
		return answer(200, nil)
	}
	items := []map[string]any{}
	for _, name := range s.things {
		m := map[string]any{"name": name}
		if name == "held" {
			m["finalizers"] = []string{"x.io/hold"}
		}
		items = append(items, map[string]any{"metadata": m})
	}
	return answer(200, map[string]any{"items": items})
}

func TestClear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{away: true, things: []string{"a", "b", "held"}}
		c := NewCleaner(func(api.Cluster, api.Webhook) http.RoundTripper { return s })
		clearing := func() (Left, error, bool) { //nolint:revive // as Clear
			return c.Clear(api.Host, api.Webhook{Namespace: "ns", Name: "ext", Port: 443}, "x.io", "v1", "shop")
		}
		if _, _, known := clearing(); known {
			t.Error("an outcome before any try")
		}
		synctest.Wait()
		if _, err, known := clearing(); !known || err == nil || !strings.Contains(err.Error(), "Service Unavailable") {
			t.Errorf("a server that is away: %v %v", err, known)
		}
		s.away = false
		time.Sleep(clearPause)
		_, _, _ = clearing()
		synctest.Wait()
		things := api.Resource{Group: "x.io", Name: "things"}
		if left, err, _ := clearing(); err != nil || left.Objects[things] != 1 || left.Finalizers["x.io/hold"] != 1 {
			t.Errorf("what has a finalizer stays: %+v %v", left, err)
		}
		s.things = nil
		time.Sleep(clearPause)
		_, _, _ = clearing()
		synctest.Wait()
		if left, err, known := clearing(); err != nil || !known || len(left.Objects) != 0 {
			t.Errorf("at last: %+v %v", left, err)
		}
	})
}
