package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
	clientrest "k8s.io/client-go/rest"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client/rest"
	"gantry.dev/gantry/internal/driver/pki"
	"gantry.dev/gantry/internal/plan/settings"
	"gantry.dev/gantry/internal/schema"
)

// dialTimeout bounds the wait for the control plane behind the node address.
const dialTimeout = 5 * time.Second

// RunAgent runs the node of an instance whose control plane is a `gantry server` on this machine, in a process of its
// own, until ctx ends. ready is called when it works.
func RunAgent(ctx context.Context, cfg Config, ready func()) error {
	in, err := LoadInstance(cfg.DataDir)
	if err != nil {
		return fmt.Errorf("%w; start its control plane first: gantry server --data-dir %s", err, cfg.DataDir)
	}
	n := &node{layout: Layout{Dir: cfg.DataDir, Instance: in.ID}, instance: in, name: cfg.NodeName, maxPods: cfg.MaxPods, balancerLinks: cfg.BalancerLinks, clock: time.Now, log: cfg.Log}
	if n.name == "" {
		if n.name, err = os.Hostname(); err != nil {
			return fmt.Errorf("the name of this machine: %w", err)
		}
	}
	if err := n.thresholds(cfg); err != nil {
		return err
	}
	if cfg.Kubelet.StaticPods != "" {
		if n.law, err = manifestLaw(&cfg.Kubelet); err != nil {
			return err
		}
	}
	if err := n.lock(); err != nil {
		return err
	}
	defer n.close()
	if n.tracer, err = openTracer(ctx, cfg, in.ID); err != nil {
		return err
	}
	defer closeTracer(n.tracer, cfg.Log)
	if n.pki, err = pki.Open(n.layout.PKI(), n.clock); err != nil {
		return err
	}
	if err := n.connect(); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	g, ctx := errgroup.WithContext(ctx)
	if err := n.run(ctx, g); err != nil {
		stop()
		_ = g.Wait() // what matters is why
		return err
	}
	ready()
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

func (n *node) run(ctx context.Context, g *errgroup.Group) error {
	network, err := n.network(ctx)
	if err != nil {
		return err
	}
	at, err := netip.ParseAddrPort(n.instance.Listen)
	if err != nil {
		return fmt.Errorf("the address of the control plane: %w", err)
	}
	if !at.Addr().IsUnspecified() && at.Addr() != n.instance.NodeAddress {
		l, err := net.Listen("tcp", n.at(int(at.Port())))
		if err != nil {
			return fmt.Errorf("the API at the node address: %w", err)
		}
		g.Go(func() error { return forward(ctx, l, at.String()) })
	}
	return n.start(ctx, g, network)
}

// lock keeps a second agent away.
func (n *node) lock() error {
	if err := os.MkdirAll(n.layout.Node(), 0o755); err != nil {
		return fmt.Errorf("the node's directory: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(n.layout.Node(), "lock"), os.O_CREATE|os.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return fmt.Errorf("the node's directory: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		return fmt.Errorf("%s: %w (an agent)", n.layout.Dir, ErrInUse)
	}
	n.cleanup = append(n.cleanup, func() { f.Close() })
	return nil
}

// connect makes the client: the node's own identity towards the control plane.
func (n *node) connect() error {
	conf, err := n.identity()
	if err != nil {
		return err
	}
	n.client, err = rest.New(conf, api.Host)
	return err
}

// identity is how the node is known to the API over HTTP.
func (n *node) identity() (*clientrest.Config, error) {
	u := nodeUser(n.name)
	pair, err := n.pki.Pair("node", pki.Leaf{CommonName: u.Name, Organizations: []string{u.Groups[0]}, Client: true})
	if err != nil {
		return nil, err
	}
	if _, err := tls.X509KeyPair(pair.CertPEM, pair.KeyPEM); err != nil {
		return nil, fmt.Errorf("the node's client certificate: %w", err)
	}
	// The agent's own pace is its bound: client-go's default of five requests a second would be the node's.
	return &clientrest.Config{Host: "https://" + n.instance.Listen, UserAgent: "gantry-agent", QPS: -1,
		TLSClientConfig: clientrest.TLSClientConfig{CAData: n.pki.CAPEM(), CertData: pair.CertPEM, KeyData: pair.KeyPEM}}, nil
}

// forward carries connections from l to an address until ctx ends: the way of pods to an API that listens on loopback.
func forward(ctx context.Context, l net.Listener, to string) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	for {
		c, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("the API at the node address: %w", err)
		}
		wg.Go(func() { carry(ctx, c, to) })
	}
}

func carry(ctx context.Context, c net.Conn, to string) {
	defer c.Close()
	d := net.Dialer{Timeout: dialTimeout}
	up, err := d.DialContext(ctx, "tcp", to)
	if err != nil {
		return // the client sees the connection end, as it would without us
	}
	defer up.Close()
	stop := context.AfterFunc(ctx, func() { c.Close(); up.Close() })
	defer stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		copyHalf(up, c)
	}()
	copyHalf(c, up)
	<-done
}

// copyHalf copies one direction and passes its end on.
func copyHalf(dst, src net.Conn) {
	_, _ = io.Copy(dst, src) // a broken connection is its clients' news
	if t, ok := dst.(*net.TCPConn); ok {
		_ = t.CloseWrite()
	}
}

// manifestLaw reads manifests of static pods by the gates that the node is told of.
func manifestLaw(node *settings.Node) (*schema.Schema, error) {
	on, err := schema.ParseFeatures(fmt.Sprintf("%s=%t", settings.StopSignalGate, node.StopSignals), "")
	if err != nil {
		return nil, err
	}
	return schema.NewWith(on)
}
