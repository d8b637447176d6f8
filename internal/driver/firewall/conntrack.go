package firewall

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/plan/dataplane"
)

// staleFlows matches conntrack entries that lead to an endpoint that is gone: translated UDP flows never end by
// themselves while packets come, so they would go on to nobody. TCP connections end with their peer.
type staleFlows struct {
	// gone are endpoints that left all groups that changed.
	gone map[netip.AddrPort]bool
	// moved are frontends that lead elsewhere now.
	moved map[netip.AddrPort]bool
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

// forgetFlows deletes the entries that changes made stale. It costs a dump of the table, so only where UDP is concerned.
func forgetFlows(changes []dataplane.Change) error {
	s := &staleFlows{gone: make(map[netip.AddrPort]bool), moved: make(map[netip.AddrPort]bool)}
	for _, c := range changes {
		at := netip.AddrPortFrom(c.Addr, c.Port)
		switch {
		case c.Set == dataplane.Endpoints && c.Delete && c.Group.Protocol() == dataplane.UDP:
			s.gone[at] = true
		case (c.Set == dataplane.Services || c.Set == dataplane.External) && c.Delete && c.Protocol == dataplane.UDP:
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
	_, err := netlink.ConntrackDeleteFilters(netlink.ConntrackTable, unix.AF_INET, s)
	if err != nil && !errors.Is(err, unix.ENOENT) {
		return fmt.Errorf("forget UDP flows to endpoints that are gone: %w", err)
	}
	return nil
}
