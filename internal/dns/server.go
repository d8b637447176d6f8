package dns

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"

	"github.com/miekg/dns"
	"golang.org/x/net/netutil"
	"golang.org/x/sync/errgroup"

	"gantry.dev/gantry/internal/plan/dnsrecords"
)

// Server is one DNS server. Its methods are safe for concurrent use.
type Server struct {
	cfg      Config
	zone     atomic.Pointer[dnsrecords.Zone]
	upstream *upstream
}

// New makes a server with no zone: until Set, every question is answered SERVFAIL.
func New(cfg Config) *Server {
	cfg.Timeout = cmp.Or(cfg.Timeout, defaultTimeout)
	cfg.ResolvConf = cmp.Or(cfg.ResolvConf, "/etc/resolv.conf")
	return &Server{cfg: cfg, upstream: newUpstream(cfg)}
}

// Set swaps the zone; answers in flight finish with the one that they began with.
func (s *Server) Set(z *dnsrecords.Zone) { s.zone.Store(z) }

// ListenAndServe binds all addresses, calls ready (if not nil) once they are bound, and serves until ctx ends; then it
// stops gracefully and returns nil. It returns an error if an address cannot be bound.
func (s *Server) ListenAndServe(ctx context.Context, ready func()) error {
	servers, err := s.bind(ctx)
	if err != nil {
		return err
	}
	if ready != nil {
		ready()
	}
	g, serving := errgroup.WithContext(ctx)
	for _, srv := range servers {
		g.Go(func() error {
			if err := srv.ActivateAndServe(); err != nil && ctx.Err() == nil {
				return fmt.Errorf("serve DNS: %w", err)
			}
			return nil
		})
		g.Go(func() error {
			<-serving.Done()
			// Not from ctx, which has ended.
			stop, cancel := context.WithTimeout(context.Background(), grace)
			defer cancel()
			// A server that has not begun to serve cannot be shut down, so its socket is closed as well.
			err := srv.ShutdownContext(stop)
			if srv.PacketConn != nil {
				_ = srv.PacketConn.Close() // may be closed already
			} else {
				_ = srv.Listener.Close()
			}
			if err != nil && !errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
				return fmt.Errorf("stop serving DNS: %w", err)
			}
			return nil
		})
	}
	return g.Wait()
}

// bind opens all sockets, or none.
func (s *Server) bind(ctx context.Context) (servers []*dns.Server, err error) {
	defer func() {
		if err != nil {
			for _, srv := range servers {
				if srv.PacketConn != nil {
					err = errors.Join(err, srv.PacketConn.Close())
				} else {
					err = errors.Join(err, srv.Listener.Close())
				}
			}
			servers = nil
		}
	}()
	var listen net.ListenConfig
	for _, addr := range s.cfg.Addresses {
		p, err := listen.ListenPacket(ctx, "udp", addr)
		if err != nil {
			return servers, fmt.Errorf("listen for DNS on udp %s: %w", addr, err)
		}
		servers = append(servers, &dns.Server{PacketConn: p, Handler: s, UDPSize: dns.DefaultMsgSize})
		// The port of an address with port 0 is known now; both protocols share it.
		l, err := listen.Listen(ctx, "tcp", p.LocalAddr().String())
		if err != nil {
			return servers, fmt.Errorf("listen for DNS on tcp %s: %w", addr, err)
		}
		servers = append(servers, &dns.Server{Listener: netutil.LimitListener(l, maxTCP), Handler: s})
	}
	return servers, nil
}

// ServeDNS answers one question; it is for the DNS library.
func (s *Server) ServeDNS(w dns.ResponseWriter, req *dns.Msg) {
	tcp := w.RemoteAddr().Network() == "tcp"
	resp := s.answer(req, tcp)
	size := dns.MaxMsgSize
	if !tcp {
		size = minUDP
	}
	if opt := req.IsEdns0(); opt != nil {
		if !tcp {
			size = min(max(int(opt.UDPSize()), minUDP), maxUDP)
		}
		if resp.IsEdns0() == nil {
			resp.SetEdns0(maxUDP, opt.Do())
		}
	}
	resp.Truncate(size)
	if err := w.WriteMsg(resp); err != nil && !errors.Is(err, net.ErrClosed) {
		s.cfg.Log.Debug("a DNS answer was not sent", "client", w.RemoteAddr().String(), "error", err)
	}
}
