package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
)

// HTTPTarget is a GET to be made.
type HTTPTarget struct {
	Scheme string // "http" or "https", in any case; https is not verified
	Host   string
	Port   int
	Path   string // may hold a query
	Header http.Header
}

// userAgent is what access logs know probes by.
const userAgent = "kube-probe/1.36"

// probeBuffer is what a connection reads and writes at once, in bytes.
const probeBuffer = 1 << 10

// maxRedirects is the default of net/http and of kubelet.
const maxRedirects = 10

// client makes one connection per request, as kubelet: a probe that reuses a connection does not notice that nobody
// accepts new ones.
func client() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext:       dialer().DialContext,
			TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // a probe asks whether it answers, not who it is
			DisableKeepAlives: true,
			// A probe is a short line each way; the defaults, 4 KiB for each direction, are thrown away after it.
			ReadBufferSize: probeBuffer, WriteBufferSize: probeBuffer,
			Proxy: nil,
			// The size of the answer is bounded by what is read of it.
			DisableCompression: true,
		},
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			if req.URL.Hostname() != via[0].URL.Hostname() {
				return http.ErrUseLastResponse // what another host says is nothing about this one
			}
			if len(via) >= maxRedirects {
				return errors.New("stopped after 10 redirects")
			}
			return nil
		},
	}
}

// Request builds the request of a target.
func (t HTTPTarget) Request(ctx context.Context) (*http.Request, error) {
	u, err := url.Parse(t.Path)
	if err != nil {
		// A path that is no URL is still a path.
		u = &url.URL{Path: t.Path}
	}
	u.Scheme = "http"
	if t.Scheme == "HTTPS" || t.Scheme == "https" {
		u.Scheme = "https"
	}
	u.Host = net.JoinHostPort(t.Host, strconv.Itoa(t.Port))
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header = t.Header.Clone()
	if req.Header == nil {
		req.Header = http.Header{}
	}
	if _, own := req.Header["User-Agent"]; !own {
		req.Header.Set("User-Agent", userAgent)
	}
	if _, own := req.Header["Accept"]; !own {
		req.Header.Set("Accept", "*/*")
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	return req, nil
}

// HTTP is fine if the answer's status is from 200 to 399.
func HTTP(ctx context.Context, t HTTPTarget) Result {
	req, err := t.Request(ctx)
	if err != nil {
		return failed("%v", err)
	}
	res, err := client().Do(req)
	if err != nil {
		return failed("%v", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxOutput))
	if err != nil && len(body) == 0 {
		return failed("reading the answer: %v", err)
	}
	if res.StatusCode >= http.StatusMultipleChoices && res.StatusCode < http.StatusBadRequest {
		return Result{OK: true, Warning: true, Output: "Probe terminated redirects, Response body: " + string(body)}
	}
	if res.StatusCode >= http.StatusOK && res.StatusCode < http.StatusMultipleChoices {
		return Result{OK: true, Output: string(body)}
	}
	return failed("HTTP probe failed with statuscode: %d", res.StatusCode)
}
