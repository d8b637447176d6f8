package loopback

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"

	"gantry.dev/gantry/internal/plan/dataplane"
)

// Forwarder is the set of listeners. Its methods are safe for concurrent use.
type Forwarder struct {
	log *slog.Logger

	mu   sync.Mutex
	open map[portKey]listener
}

// portKey is what a listener occupies.
type portKey struct {
	protocol dataplane.Protocol
	port     uint16
}

// listener forwards what comes in at one port.
type listener interface {
	// retarget sends new connections elsewhere; those that run stay.
	retarget(to netip.AddrPort)
	// close stops listening, ends all connections and waits for their goroutines.
	close() error
}

// New makes a Forwarder without listeners.
func New(log *slog.Logger) *Forwarder {
	return &Forwarder{log: log, open: make(map[portKey]listener)}
}

// Apply opens and closes listeners until they are as wanted; connections of a port that stays are kept. The error
// joins one per port that could not be opened; the others are open, and the next Apply tries again.
func (f *Forwarder) Apply(ctx context.Context, want []dataplane.LoopbackPort) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.open == nil {
		return errors.New("loopback: the forwarder is closed")
	}
	wanted := make(map[portKey]netip.AddrPort, len(want))
	for _, p := range want {
		wanted[portKey{p.Protocol, p.Port}] = p.Target
	}
	var errs []error
	for key, l := range f.open {
		if _, ok := wanted[key]; !ok {
			errs = append(errs, l.close())
			delete(f.open, key)
		}
	}
	for key, target := range wanted {
		if l := f.open[key]; l != nil {
			l.retarget(target)
			continue
		}
		l, err := f.listen(ctx, key, target)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		f.open[key] = l
	}
	return errors.Join(errs...)
}

func (f *Forwarder) listen(ctx context.Context, key portKey, target netip.AddrPort) (listener, error) {
	at := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), key.port).String()
	var cfg net.ListenConfig
	switch key.protocol {
	case dataplane.TCP:
		l, err := cfg.Listen(ctx, "tcp4", at)
		if err != nil {
			return nil, fmt.Errorf("listen on tcp %s for a node port: %w", at, err)
		}
		return serveTCP(l, target, f.log), nil
	case dataplane.UDP:
		p, err := cfg.ListenPacket(ctx, "udp4", at)
		if err != nil {
			return nil, fmt.Errorf("listen on udp %s for a node port: %w", at, err)
		}
		return serveUDP(p.(*net.UDPConn), target, f.log), nil
	}
	return nil, fmt.Errorf("listen on %s %s for a node port: only TCP and UDP answer on loopback", key.protocol, at)
}

// Close closes all listeners and connections and waits for their goroutines.
func (f *Forwarder) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for _, l := range f.open {
		errs = append(errs, l.close())
	}
	f.open = nil
	return errors.Join(errs...)
}
