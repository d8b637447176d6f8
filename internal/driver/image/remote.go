package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

const (
	// stallTimeout ends a transfer that brings no byte for this long; the caller backs off and tries again. There is no
	// limit on a whole pull: a large layer over a thin line is slow, not broken.
	stallTimeout = time.Minute
	// dialTimeout covers one connect and, again, one TLS handshake.
	dialTimeout = 15 * time.Second
)

// remotes is how the store speaks to registries.
type remotes struct {
	plain     []string
	transport http.RoundTripper
	close     func() // drops idle connections of our own transport
}

func newRemotes(o Options) remotes {
	r := remotes{plain: o.PlainHTTP, transport: o.Transport, close: func() {}}
	if r.transport == nil {
		t := &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext,
			ForceAttemptHTTP2:     true,
			MaxIdleConnsPerHost:   layerSlots,
			IdleConnTimeout:       30 * time.Second,
			TLSHandshakeTimeout:   dialTimeout,
			ResponseHeaderTimeout: stallTimeout,
		}
		r.transport, r.close = t, t.CloseIdleConnections
	}
	r.transport = plainGuard{inner: r.transport, plain: r.plain}
	return r
}

// options are those of every request of one operation.
func (r remotes) options(ctx context.Context, auth authn.Authenticator) []remote.Option {
	return []remote.Option{
		remote.WithContext(ctx),
		remote.WithAuth(auth),
		remote.WithTransport(r.transport),
		remote.WithUserAgent("gantry"),
		// Short: whoever asked for the image has a back-off of its own.
		remote.WithRetryBackoff(remote.Backoff{Duration: 200 * time.Millisecond, Factor: 3, Jitter: 0.1, Steps: 3}),
	}
}

// plainGuard refuses to send anything, above all credentials, in the clear to a registry that was not declared so.
// go-containerregistry by itself would try plain HTTP on every private address.
type plainGuard struct {
	inner http.RoundTripper
	plain []string
}

func (g plainGuard) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme == "http" && !isPlain(req.URL.Host, g.plain) {
		return nil, fmt.Errorf("refusing plain HTTP to %s: neither on loopback nor declared as a plain-HTTP registry",
			req.URL.Host)
	}
	return g.inner.RoundTrip(req)
}

var errStalled = errors.New("no data for " + stallTimeout.String())

// stallGuard ends a stream that stands still, by canceling the request it comes from.
type stallGuard struct {
	io.ReadCloser
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
}

// guardStall opens a stream under a context that a standstill cancels.
func guardStall(ctx context.Context, open func(context.Context) (io.ReadCloser, error)) (io.ReadCloser, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(stallTimeout, func() { cancel(errStalled) })
	g := &stallGuard{ctx: ctx, cancel: cancel, timer: timer}
	rc, err := open(ctx)
	if err != nil {
		timer.Stop()
		err = g.explain(err)
		cancel(nil)
		return nil, err
	}
	g.ReadCloser = rc
	return g, nil
}

func (g *stallGuard) Read(p []byte) (int, error) {
	n, err := g.ReadCloser.Read(p)
	if n > 0 {
		g.timer.Reset(stallTimeout)
	}
	return n, g.explain(err)
}

// explain replaces "context canceled" by the standstill that canceled it.
func (g *stallGuard) explain(err error) error {
	if err != nil && errors.Is(context.Cause(g.ctx), errStalled) {
		return because(Unreachable, errStalled)
	}
	return err
}

func (g *stallGuard) Close() error {
	g.timer.Stop()
	defer g.cancel(nil)
	return g.ReadCloser.Close()
}
