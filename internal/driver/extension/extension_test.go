package extension

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gantry.dev/gantry/internal/api"
)

// answers is a transport that answers with a code, and notes what it was asked.
type answers struct {
	code  int
	asked []*http.Request
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	a.asked = append(a.asked, r)
	return &http.Response{StatusCode: a.code, Body: io.NopCloser(strings.NewReader(""))}, nil
}

func TestCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &answers{code: 500}
		c := New(func(api.Cluster, api.Webhook) http.RoundTripper { return a })
		to := api.Webhook{Namespace: "ns", Name: "ext", Port: 443}
		check := func() (error, bool) { return c.Check(api.Host, to, "/apis/x.io/v1") } //nolint:revive // as Check
		if _, known := check(); known {
			t.Error("an outcome before any call")
		}
		synctest.Wait()
		if err, known := check(); !known || err == nil || !strings.Contains(err.Error(), "500") {
			t.Errorf("the outcome is %v %v", err, known)
		}
		if len(a.asked) != 1 {
			t.Fatalf("%d calls", len(a.asked))
		}
		r := a.asked[0]
		if r.URL.String() != "https://ext.ns.svc:443/apis/x.io/v1" || r.Header.Get("X-Remote-User") != Caller || r.Header.Get("X-Remote-Group") != "system:masters" {
			t.Errorf("it was asked %s %v", r.URL, r.Header)
		}
		// A bad outcome soon counts no more, a good one for longer.
		a.code = 200
		time.Sleep(badFor + time.Millisecond)
		_, _ = check()
		synctest.Wait()
		if err, known := check(); !known || err != nil || len(a.asked) != 2 {
			t.Errorf("after a good call: %v %v, %d calls", err, known, len(a.asked))
		}
		time.Sleep(goodFor - time.Second)
		_, _ = check()
		synctest.Wait()
		if len(a.asked) != 2 {
			t.Errorf("it was asked anew while the outcome was fresh: %d calls", len(a.asked))
		}
	})
}
