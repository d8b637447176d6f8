package distribution

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

const (
	// tries is how often one request is made, with waits of patience, twice patience ...
	tries    = 3
	patience = 200 * time.Millisecond
	// longestWait bounds what a registry may ask for by Retry-After. Whoever wants us to stay away for longer gets the pod's
	// back-off.
	longestWait = 30 * time.Second
)

// passing are the statuses that may be others soon.
var passing = []int{
	http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
	http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// Patient makes requests that read again when the answer may be another soon, and as late as the registry asks for.
type Patient struct{ Inner http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (p Patient) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		return p.Inner.RoundTrip(req)
	}
	wait := patience
	for try := 1; ; try++ {
		resp, err := p.Inner.RoundTrip(req)
		switch {
		case try == tries || req.Context().Err() != nil:
			return resp, err
		case err != nil:
			if _, ok := errors.AsType[*refusal](err); ok {
				return nil, err
			}
		case !slices.Contains(passing, resp.StatusCode):
			return resp, nil
		default:
			asked, ok := retryAfter(resp, time.Now)
			if ok && asked > longestWait {
				return resp, nil
			}
			wait = max(wait, asked)
			_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, MetadataLimit)) // so that the connection can be used again
			resp.Body.Close()
		}
		if err := sleep(req.Context(), wait); err != nil {
			return nil, err
		}
		wait *= 2
	}
}

// retryAfter reads the header, which holds seconds or a date.
func retryAfter(resp *http.Response, now func() time.Time) (time.Duration, bool) {
	h := resp.Header.Get("Retry-After")
	if n, err := strconv.Atoi(h); err == nil && n >= 0 {
		return time.Duration(n) * time.Second, true
	}
	if at, err := http.ParseTime(h); err == nil {
		return max(0, at.Sub(now())), true
	}
	return 0, false
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// PlainGuard refuses to send anything, above all credentials, in the clear to a host that Allowed does not name.
// go-containerregistry by itself would try plain HTTP on every private address.
type PlainGuard struct {
	Inner   http.RoundTripper
	Allowed func(host string) bool
}

// refusal is an error that comes from here: trying again is useless.
type refusal struct{ host string }

func (r *refusal) Error() string {
	return fmt.Sprintf("refusing plain HTTP to %s: neither on loopback nor declared as a plain-HTTP registry", r.host)
}

// RoundTrip implements http.RoundTripper.
func (g PlainGuard) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme == "http" && !g.Allowed(req.URL.Host) {
		return nil, &refusal{req.URL.Host}
	}
	return g.Inner.RoundTrip(req)
}
