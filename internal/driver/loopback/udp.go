package loopback

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxFlows bounds the clients of one UDP port, each of which holds a descriptor; packets of others are dropped.
	maxFlows = 256
	// flowIdle ends a flow without answers, like conntrack does for a flow with replies.
	flowIdle = 2 * time.Minute
	// maxPacket is the largest UDP payload.
	maxPacket = 65535
)

// udpPort is one UDP socket with a socket to the target per client.
type udpPort struct {
	conn    *net.UDPConn
	target  atomic.Pointer[netip.AddrPort]
	log     *slog.Logger
	ctx     context.Context // ends the flows; its cancel is called by close
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu    sync.Mutex
	flows map[netip.AddrPort]*net.UDPConn
}

func serveUDP(conn *net.UDPConn, target netip.AddrPort, log *slog.Logger) *udpPort {
	p := &udpPort{conn: conn, log: log, flows: make(map[netip.AddrPort]*net.UDPConn)}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.retarget(target)
	p.running.Go(p.receive)
	return p
}

// retarget ends the flows when the target is another one: UDP has no end of its own.
func (p *udpPort) retarget(to netip.AddrPort) {
	if old := p.target.Swap(&to); old != nil && *old != to {
		p.closeFlows()
	}
}

func (p *udpPort) close() error {
	p.cancel()
	err := p.conn.Close()
	p.closeFlows()
	p.running.Wait()
	return err
}

func (p *udpPort) closeFlows() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for client, c := range p.flows {
		_ = c.Close() // its reader ends and has nothing else to lose
		delete(p.flows, client)
	}
}

// receive takes packets of clients to the target.
func (p *udpPort) receive() {
	buf := make([]byte, maxPacket)
	for {
		n, client, err := p.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			if p.ctx.Err() == nil {
				p.log.Error("a node port stopped receiving on loopback", "port", p.conn.LocalAddr(), "error", err)
			}
			return
		}
		if c := p.flow(client); c != nil {
			_, _ = c.Write(buf[:n]) // a lost packet, as on any network
		}
	}
}

// flow finds or opens the socket of a client; nil if it cannot have one.
func (p *udpPort) flow(client netip.AddrPort) *net.UDPConn {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.flows[client]; c != nil {
		return c
	}
	if len(p.flows) >= maxFlows || p.ctx.Err() != nil {
		return nil
	}
	c, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(*p.target.Load()))
	if err != nil {
		return nil
	}
	p.flows[client] = c
	p.running.Go(func() { p.answer(c, client) })
	return c
}

// answer takes packets of the target back to a client, until none has come for a while.
func (p *udpPort) answer(c *net.UDPConn, client netip.AddrPort) {
	buf := make([]byte, maxPacket)
	for {
		if err := c.SetReadDeadline(time.Now().Add(flowIdle)); err != nil {
			break
		}
		n, err := c.Read(buf)
		if err != nil {
			break
		}
		if _, err := p.conn.WriteToUDPAddrPort(buf[:n], client); err != nil {
			break
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.flows[client] == c {
		delete(p.flows, client)
	}
	_ = c.Close() // may be closed already
}
