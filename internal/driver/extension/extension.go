// Package extension finds out whether extension API servers answer. A Checker is asked and answers at once with what it
// knows; the calls are made beside, one at a time for each server, and only for servers that somebody asks about.
package extension

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/client-go/transport"

	"gantry.dev/gantry/internal/api"
)

const (
	// callLimit bounds a call, as upstream's check.
	callLimit = 5 * time.Second
	// goodFor and badFor are how long an outcome counts: less than the pauses after which the controller asks again.
	goodFor = 25 * time.Second
	badFor  = time.Second
	// maxCalls bounds the calls at the same time, for all clusters together; others wait for the next question.
	maxCalls = 16
	// maxKept bounds the remembered servers; beyond it, those that nobody asked about for forgetAfter are forgotten.
	maxKept     = 1024
	forgetAfter = 10 * time.Minute
)

// Transport leads to a server with the certificate by which it knows us.
type Transport func(c api.Cluster, to api.Webhook) http.RoundTripper

// Checker remembers outcomes. It is safe for concurrent use.
type Checker struct {
	transport Transport
	mu        sync.Mutex
	kept      map[key]*outcome
	calls     int
}

type key struct {
	cluster                        api.Cluster
	namespace, name, path, ca, url string
	port                           int32
	insecure                       bool
}

type outcome struct {
	err            error
	known, running bool
	at, asked      time.Time
}

// New makes a Checker.
func New(t Transport) *Checker { return &Checker{transport: t, kept: map[key]*outcome{}} }

// Check tells whether the path answered with success when it was last called. known is false until a first call has come
// to an end. It starts a call where the outcome is missing or old, and does not wait for it.
func (c *Checker) Check(cluster api.Cluster, to api.Webhook, path string) (err error, known bool) { //nolint:revive // the outcome is an error as a value
	k := key{cluster, to.Namespace, to.Name, path, string(to.CABundle), to.URL, to.Port, to.Insecure}
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.kept[k]
	if o == nil {
		c.forget(now)
		o = &outcome{}
		c.kept[k] = o
	}
	o.asked = now
	life := goodFor
	if o.err != nil {
		life = badFor
	}
	if !o.running && c.calls < maxCalls && (!o.known || now.Sub(o.at) > life) {
		o.running = true
		c.calls++
		go c.run(o, cluster, to, path)
	}
	return o.err, o.known
}

// run makes one call and notes its outcome.
func (c *Checker) run(o *outcome, cluster api.Cluster, to api.Webhook, path string) {
	err := c.call(cluster, to, path)
	c.mu.Lock()
	defer c.mu.Unlock()
	o.err, o.known, o.running, o.at = err, true, false, time.Now()
	c.calls--
}

func (c *Checker) call(cluster api.Cluster, to api.Webhook, path string) error {
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	defer cancel()
	url := URL(to) + path
	rq, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	transport.SetAuthProxyHeaders(rq, Caller, "", []string{user.SystemPrivilegedGroup}, nil)
	res, err := c.transport(cluster, to).RoundTrip(rq)
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("timed out waiting for %s", url)
	}
	if err != nil {
		return fmt.Errorf("failing or missing response from %s: %w", url, err)
	}
	res.Body.Close()
	if res.StatusCode < http.StatusOK || res.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("failing or missing response from %s: bad status from %s: %d", url, url, res.StatusCode)
	}
	return nil
}

// forget drops what nobody asks about any more, once there is much of it.
func (c *Checker) forget(now time.Time) {
	if len(c.kept) < maxKept {
		return
	}
	for k, o := range c.kept {
		if !o.running && now.Sub(o.asked) > forgetAfter {
			delete(c.kept, k)
		}
	}
}

// Caller is who the API server says it is when it asks on its own behalf.
const Caller = "system:kube-aggregator"

// URL is where a server behind a Service is called, without a path. The name is that of its certificate.
func URL(to api.Webhook) string {
	return "https://" + net.JoinHostPort(to.Name+"."+to.Namespace+".svc", strconv.Itoa(int(to.Port)))
}
