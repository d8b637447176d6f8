package firewall

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"sync"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/plan/dataplane"
)

// staleFlows matches conntrack entries that lead to an endpoint that is gone: translated UDP flows never end by
// themselves while packets come, so they would go on to nobody. TCP connections end with their peer.
type staleFlows struct {
	// gone are endpoints that left, moved are frontends that lead elsewhere now.
	gone, moved map[netip.AddrPort]bool
}

// MatchConntrackFlow reports whether a flow has to be forgotten.
func (s *staleFlows) MatchConntrackFlow(flow *netlink.ConntrackFlow) bool {
	if flow.Forward.Protocol != unix.IPPROTO_UDP {
		return false
	}
	asked, okAsked := flowAddr(flow.Forward.DstIP, flow.Forward.DstPort)
	served, okServed := flowAddr(flow.Reverse.SrcIP, flow.Reverse.SrcPort)
	if !okAsked || !okServed || asked == served {
		return false // not translated
	}
	return s.gone[served] || s.moved[asked]
}

func flowAddr(ip []byte, port uint16) (netip.AddrPort, bool) {
	addr, ok := netip.AddrFromSlice(ip)
	return netip.AddrPortFrom(addr.Unmap(), port), ok
}

// staleAfter lists what changes made stale; nil if nothing.
func staleAfter(changes []dataplane.Change) *staleFlows {
	s := &staleFlows{gone: make(map[netip.AddrPort]bool), moved: make(map[netip.AddrPort]bool)}
	for _, c := range changes {
		at := netip.AddrPortFrom(c.Addr, c.Port)
		switch {
		case c.Set == dataplane.Endpoints && c.Group.Protocol() == dataplane.UDP && c.Delete:
			s.gone[at] = true
		case (c.Set == dataplane.Services || c.Set == dataplane.External) && c.Protocol == dataplane.UDP && c.Delete:
			s.moved[at] = true
		}
	}
	// An endpoint that only got another index is not gone.
	for _, c := range changes {
		if c.Set == dataplane.Endpoints && !c.Delete {
			delete(s.gone, netip.AddrPortFrom(c.Addr, c.Port))
		}
	}
	if len(s.gone) == 0 && len(s.moved) == 0 {
		return nil
	}
	return s
}

// families are those in which something is stale.
func (s *staleFlows) families() (out []netlink.InetFamily) {
	v4, v6 := false, false
	for _, m := range []map[netip.AddrPort]bool{s.gone, s.moved} {
		for at := range m {
			v4, v6 = v4 || at.Addr().Is4(), v6 || at.Addr().Is6()
		}
	}
	if v4 {
		out = append(out, unix.AF_INET)
	}
	if v6 {
		out = append(out, unix.AF_INET6)
	}
	return out
}

// forgetter deletes stale flows in the background: that needs a walk through the machine's whole conntrack table, tens
// of milliseconds for which the next change of rules must not wait. What comes in during a walk shares the next one.
type forgetter struct {
	mu      sync.Mutex
	pending *staleFlows
	running bool
	err     error
	idle    sync.WaitGroup
}

// add notes flows to forget.
func (f *forgetter) add(s *staleFlows) {
	if s == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.pending == nil {
		f.pending = s
	} else {
		maps.Copy(f.pending.gone, s.gone)
		maps.Copy(f.pending.moved, s.moved)
	}
	if !f.running {
		f.running = true
		f.idle.Go(f.run)
	}
}

func (f *forgetter) run() {
	for {
		f.mu.Lock()
		s := f.pending
		f.pending = nil
		f.running = s != nil
		f.mu.Unlock()
		if s == nil {
			return
		}
		for _, family := range s.families() {
			_, err := netlink.ConntrackDeleteFilters(netlink.ConntrackTable, family, s)
			// ENOENT: a flow ended while we looked.
			if err != nil && !errors.Is(err, unix.ENOENT) {
				f.mu.Lock()
				f.err = fmt.Errorf("forget UDP flows to endpoints that are gone: %w", err)
				f.mu.Unlock()
			}
		}
	}
}

// takeError returns the last failure once.
func (f *forgetter) takeError() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.err
	f.err = nil
	return err
}

// wait returns when all that was noted is done.
func (f *forgetter) wait() { f.idle.Wait() }
