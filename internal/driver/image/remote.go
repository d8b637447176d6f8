package image

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"gantry.dev/gantry/internal/driver/image/distribution"
	"gantry.dev/gantry/internal/driver/image/hosts"
)

const (
	// answerTimeout is how long a registry may think about a request.
	answerTimeout = time.Minute
	// dialTimeout covers one connect and, again, one TLS handshake.
	dialTimeout = 15 * time.Second
)

// remotes is how the store speaks to registries.
type remotes struct {
	plain     []string
	hosts     hosts.Config
	wait      time.Duration // see distribution.Blob
	transport http.RoundTripper
	base      *http.Transport // nil if the caller has brought a transport of his own
}

func newRemotes(o Options) remotes {
	r := remotes{plain: o.PlainHTTP, hosts: o.Hosts, wait: o.ResumeWait, transport: o.Transport}
	if r.transport == nil {
		r.base = &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext,
			ForceAttemptHTTP2:     true,
			MaxIdleConnsPerHost:   layerSlots,
			IdleConnTimeout:       30 * time.Second,
			TLSHandshakeTimeout:   dialTimeout,
			ResponseHeaderTimeout: answerTimeout,
		}
		r.transport = r.base
	}
	r.transport = r.guarded(r.transport, func(host string) bool { return isPlain(host, r.plain) })
	return r
}

// guarded is a transport that waits where it helps and keeps secrets.
func (r remotes) guarded(rt http.RoundTripper, plain func(host string) bool) http.RoundTripper {
	return distribution.Patient{Inner: distribution.PlainGuard{Inner: rt, Allowed: plain}}
}

// transportTo is how a host is spoken to that may have settings of its own.
func (r remotes) transportTo(h hosts.Host, plain bool) http.RoundTripper {
	if r.base == nil {
		return r.transport
	}
	return r.guarded(h.Transport(r.base), func(host string) bool { return plain && host == h.Name || isPlain(host, r.plain) })
}

// close drops idle connections of our own transport.
func (r remotes) close() {
	if r.base != nil {
		r.base.CloseIdleConnections()
	}
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
