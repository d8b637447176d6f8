package loopback

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxConns bounds the connections of one port: each holds two descriptors of the process.
	maxConns = 512
	// dialTimeout bounds the wait for an endpoint; rules that refuse answer at once.
	dialTimeout = 10 * time.Second
	// acceptPause keeps a listener that fails from spinning.
	acceptPause = 100 * time.Millisecond
)

// tcpPort is one TCP listener.
type tcpPort struct {
	listener net.Listener
	target   atomic.Pointer[netip.AddrPort]
	log      *slog.Logger
	ctx      context.Context // ends the connections; its cancel is called by close
	cancel   context.CancelFunc
	slots    chan struct{} // one per connection
	running  sync.WaitGroup
}

func serveTCP(l net.Listener, target netip.AddrPort, log *slog.Logger) *tcpPort {
	p := &tcpPort{listener: l, log: log, slots: make(chan struct{}, maxConns)}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.retarget(target)
	p.running.Go(p.accept)
	return p
}

func (p *tcpPort) retarget(to netip.AddrPort) { p.target.Store(&to) }

func (p *tcpPort) close() error {
	p.cancel()
	err := p.listener.Close()
	p.running.Wait()
	return err
}

// accept takes connections while there are slots; others wait in the kernel's queue.
func (p *tcpPort) accept() {
	for {
		select {
		case p.slots <- struct{}{}:
		case <-p.ctx.Done():
			return
		}
		c, err := p.listener.Accept()
		if err != nil {
			<-p.slots
			if p.ctx.Err() != nil {
				return
			}
			// Out of descriptors, most likely: connections that end give some back.
			p.log.Warn("a node port cannot accept on loopback", "port", p.listener.Addr(), "error", err)
			select {
			case <-time.After(acceptPause):
				continue
			case <-p.ctx.Done():
				return
			}
		}
		p.running.Go(func() {
			defer func() { <-p.slots }()
			p.forward(c.(*net.TCPConn))
		})
	}
}

// forward joins a connection with one to the target until both directions are done.
func (p *tcpPort) forward(in *net.TCPConn) {
	defer in.Close()
	d := net.Dialer{Timeout: dialTimeout}
	c, err := d.DialContext(p.ctx, "tcp4", p.target.Load().String())
	if err != nil {
		_ = in.SetLinger(0) // the client sees a reset, as it would without us
		return
	}
	out := c.(*net.TCPConn)
	defer out.Close()
	// Closing both is what ends the copies when the port closes.
	stop := context.AfterFunc(p.ctx, func() { _, _ = in.Close(), out.Close() })
	defer stop()
	var back sync.WaitGroup
	back.Go(func() { pour(in, out) })
	pour(out, in)
	back.Wait()
}

// pour copies one direction and passes its end on.
func pour(to, from *net.TCPConn) {
	if _, err := io.Copy(to, from); err != nil && !errors.Is(err, net.ErrClosed) {
		// A broken direction breaks the connection, as a reset would.
		_, _ = to.SetLinger(0), from.SetLinger(0)
		_, _ = to.Close(), from.Close()
		return
	}
	_ = to.CloseWrite() // fails when the peer is gone, which is the end as well
}
