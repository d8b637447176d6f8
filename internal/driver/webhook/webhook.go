// Package webhook calls HTTPS servers for the API server: admission webhooks, conversion webhooks and extension API
// servers, by URL or by the Service that they stand behind. It knows certificates, connections and time; what is posted
// and what an answer means is the caller's.
//
// Connections are kept per target and cluster and are reused. A Service is resolved to a ready endpoint for every new
// connection, in the process: no cluster DNS and no service address need to work.
package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"time"

	"gantry.dev/gantry/internal/api"
)

const (
	// minAnswer and answerFactor bound an answer: a review answers with a patch, a conversion with the objects that it was
	// given, so an honest answer is not many times as long as the question.
	minAnswer    = 4 << 20
	answerFactor = 4
	// userAgent is how upstream's API server introduces itself.
	userAgent = "kube-apiserver-admission"
	// defaultPort is where a Service is called that names no port.
	defaultPort = 443
)

// Resolve returns the addresses, as host:port, at which a port of a Service can be reached now; any will
// do.
type Resolve func(c api.Cluster, namespace, name string, port int32) ([]string, error)

// Caller implements api.Poster. It is safe for concurrent use.
type Caller struct {
	resolve     Resolve
	credentials Credentials
	pool        pool
}

// New returns a Caller that finds Services by resolve, and shows credentials, which may be nil.
func New(resolve Resolve, credentials Credentials) *Caller {
	return &Caller{resolve: resolve, credentials: credentials}
}

var _ api.Poster = (*Caller)(nil)

// Post implements api.Poster. An answer of another status than 2xx is an error as client-go words it.
func (c *Caller) Post(ctx context.Context, cluster api.Cluster, to api.Webhook, body []byte) ([]byte, error) {
	where, err := address(to)
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok { // the server may want to know when nobody listens any more
		where.RawQuery = url.Values{"timeout": {wholeSeconds(time.Until(deadline)).String()}}.Encode()
	}
	rq, err := http.NewRequestWithContext(ctx, http.MethodPost, where.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("calling %s: %w", where.Redacted(), err)
	}
	rq.Header.Set("Content-Type", "application/json")
	rq.Header.Set("Accept", "application/json, */*")
	rq.Header.Set("User-Agent", userAgent)
	client := http.Client{Transport: c.Transport(cluster, to, nil)}
	resp, err := client.Do(rq)
	if err != nil {
		return nil, err // it says method, URL and reason, as upstream's
	}
	defer resp.Body.Close()
	return read(resp, max(minAnswer, answerFactor*len(body)))
}

// wholeSeconds rounds up to seconds, at least one.
func wholeSeconds(d time.Duration) time.Duration {
	return max(d+time.Second-1, time.Second).Truncate(time.Second)
}

// read takes the body of an answer in, up to a bound, and judges the status.
func read(resp *http.Response, bound int) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, int64(bound)+1))
	if err != nil {
		return nil, fmt.Errorf("unexpected error when reading response body. Please retry. Original error: %w", err)
	}
	if len(body) > bound {
		return nil, fmt.Errorf("the response body is longer than %d bytes", bound)
	}
	if resp.StatusCode < http.StatusOK || resp.StatusCode > http.StatusPartialContent {
		return nil, statusError(resp, body)
	}
	if len(body) == 0 {
		return nil, fmt.Errorf("0-length response with status code: %d and content type: %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	return body, nil
}

// address is the URL of a webhook. That of a Service names it as its certificate does. The path is cleaned as client-go
// cleans it.
func address(to api.Webhook) (*url.URL, error) {
	if to.Name != "" {
		return &url.URL{Scheme: "https", Host: serviceHost(to), Path: path.Join("/", to.Path)}, nil
	}
	if to.URL == "" {
		return nil, errors.New("webhook configuration must have either service or URL")
	}
	u, err := url.Parse(to.URL)
	if err != nil {
		return nil, fmt.Errorf("Unparsable URL: %w", err)
	}
	u.Path = path.Join("/", u.Path)
	return u, nil
}

// serviceHost is the name and port under which a Service is called.
func serviceHost(to api.Webhook) string {
	port := to.Port
	if port == 0 {
		port = defaultPort
	}
	return net.JoinHostPort(serverName(to), strconv.Itoa(int(port)))
}

func serverName(to api.Webhook) string { return to.Name + "." + to.Namespace + ".svc" }
