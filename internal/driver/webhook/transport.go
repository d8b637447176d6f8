package webhook

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"gantry.dev/gantry/internal/api"
)

const (
	dialTimeout   = 30 * time.Second
	keepAlive     = 30 * time.Second
	tlsTimeout    = 10 * time.Second
	idleTimeout   = 90 * time.Second
	idlePerTarget = 16 // as many as a plan's writes are prepared at once
)

// Transport returns the connections to a target. identity, if not nil, is the certificate that is shown to a server that
// asks for one; connections are shared by those who pass the same pointer. A target that cannot be called answers every request with the reason.
func (c *Caller) Transport(cluster api.Cluster, to api.Webhook, identity *tls.Certificate) http.RoundTripper {
	k := key{cluster: cluster, host: to.URL, caller: to.Caller, ca: sha256.Sum256(to.CABundle), insecure: to.Insecure, identity: identity}
	if to.Name != "" {
		k.host, k.service = serviceHost(to), true
	} else if u, err := url.Parse(to.URL); err == nil {
		k.host = u.Host
	}
	return c.pool.get(k, func() http.RoundTripper { return c.transport(cluster, to, k.host, identity) })
}

func (c *Caller) transport(cluster api.Cluster, to api.Webhook, host string, identity *tls.Certificate) http.RoundTripper {
	conf := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: to.Insecure} //nolint:gosec // the operator asked for it
	if identity != nil {
		conf.Certificates = []tls.Certificate{*identity}
	}
	if len(to.CABundle) > 0 {
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(to.CABundle) {
			return broken{errors.New("unable to load root certificates: unable to parse bytes as PEM block")}
		}
	}
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive}
	t := &http.Transport{
		TLSClientConfig: conf, TLSHandshakeTimeout: tlsTimeout, IdleConnTimeout: idleTimeout, MaxIdleConnsPerHost: idlePerTarget,
		DialContext: dialer.DialContext, Proxy: http.ProxyFromEnvironment,
	}
	if to.Name != "" {
		conf.ServerName = serverName(to)
		t.Proxy = nil // the endpoints of a cluster are not behind the proxy to the world
		t.DialContext = c.serviceDialer(cluster, to, dialer)
		return c.credentials.wrap(to, host, t)
	}
	// Over HTTP/2 all calls would go to one of the servers behind a name: upstream's issue 75791. This machine is one.
	t.ForceAttemptHTTP2 = loopback(to.URL)
	return c.credentials.wrap(to, host, t)
}

// serviceDialer connects to a ready endpoint: a random one first, the others when that one does not answer.
func (c *Caller) serviceDialer(cluster api.Cluster, to api.Webhook, dialer *net.Dialer) func(context.Context, string, string) (net.Conn, error) {
	host, port := serviceHost(to), to.Port
	if port == 0 {
		port = defaultPort
	}
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		if addr != host { // a redirect to elsewhere
			return dialer.DialContext(ctx, network, addr)
		}
		targets, err := c.resolve(cluster, to.Namespace, to.Name, port)
		if err != nil {
			return nil, err
		}
		if len(targets) == 0 {
			return nil, fmt.Errorf("no endpoints available for service %q", to.Name)
		}
		var errs []error
		for _, i := range rand.Perm(len(targets))[:min(len(targets), maxTries)] {
			conn, err := dialer.DialContext(ctx, network, targets[i])
			if err == nil {
				return conn, nil
			}
			if errs = append(errs, err); ctx.Err() != nil {
				break
			}
		}
		return nil, errors.Join(errs...)
	}
}

// maxTries bounds the endpoints that one call tries: more that do not answer are no accident.
const maxTries = 3

func loopback(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return strings.EqualFold(u.Hostname(), "localhost") || err == nil && ip.IsLoopback()
}

// broken is the transport to a target that cannot be called.
type broken struct{ err error }

func (b broken) RoundTrip(*http.Request) (*http.Response, error) { return nil, b.err }
