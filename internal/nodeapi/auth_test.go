package nodeapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"k8s.io/apiserver/pkg/authentication/user"
)

// fakeAPI knows one token, whose bearer may read some subresources.
type fakeAPI struct {
	may   []string
	asked int
}

func (f *fakeAPI) Token(_ context.Context, token string) (user.Info, error) {
	f.asked++
	if token != "good" {
		return nil, ErrStranger
	}
	return &user.DefaultInfo{Name: "prometheus"}, nil
}

func (f *fakeAPI) Allowed(_ context.Context, u user.Info, verb, sub string) (bool, error) {
	f.asked++
	return u.GetName() == "prometheus" && verb == "get" && slices.Contains(f.may, sub), nil
}

func TestGate(t *testing.T) {
	now := time.Unix(0, 0)
	api := &fakeAPI{}
	g := newGate(nil, api)
	g.now = func() time.Time { return now }
	h := g.wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	ask := func(method, path, token string) int {
		r := httptest.NewRequest(method, path, nil)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	for _, c := range []struct {
		may                 []string
		method, path, token string
		want                int
	}{
		{nil, "GET", "/metrics", "", 401},
		{nil, "GET", "/metrics", "bad", 401},
		{nil, "GET", "/metrics", "good", 403},
		{[]string{"metrics"}, "GET", "/metrics/cadvisor", "good", 200},
		{[]string{"metrics"}, "GET", "/metricsother", "good", 403},
		{[]string{"metrics"}, "POST", "/metrics", "good", 403},
		{[]string{"metrics"}, "GET", "/pods", "good", 403},
		{[]string{"pods"}, "GET", "/pods", "good", 200},
		{[]string{"pods"}, "GET", "/runningpods/", "good", 200},
		{[]string{"proxy"}, "GET", "/pods", "good", 200},
		{[]string{"proxy"}, "GET", "/configz", "good", 200},
		{[]string{"proxy"}, "GET", "/stats/summary", "good", 403},
		{[]string{"stats"}, "GET", "/stats/summary", "good", 200},
		{[]string{"log"}, "GET", "/logs/", "good", 200},
		{[]string{"proxy"}, "GET", "/containerLogs/a/b/c", "good", 200},
		{[]string{"checkpoint"}, "GET", "/checkpoint/a/b/c", "good", 200},
		{[]string{"healthz"}, "GET", "/healthz/ping", "good", 200},
	} {
		clear(g.answers)
		api.may = c.may
		if got := ask(c.method, c.path, c.token); got != c.want {
			t.Errorf("%s %s with %q, who may read %v: %d, want %d", c.method, c.path, c.token, c.may, got, c.want)
		}
	}
	// What was allowed is remembered for a while, and no longer.
	clear(g.answers)
	api.may, api.asked = []string{"metrics"}, 0
	for range 3 {
		ask("GET", "/metrics", "good")
	}
	if api.asked != 2 {
		t.Errorf("the API was asked %d times", api.asked)
	}
	api.may = nil
	now = now.Add(answerLife)
	if got := ask("GET", "/metrics", "good"); got != 403 {
		t.Errorf("a right that was taken away: %d", got)
	}
}
