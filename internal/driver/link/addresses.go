package link

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// RouteAddresses lets the node itself reach addresses that only packet rules know: without any route a connection fails
// before the rules see its first packet. Each gets a route on the node's link; those of earlier calls that are not wanted
// any more go. Which there are is read from the kernel, with all routes to pods; of that no more is remembered than that there are
// none, as on most nodes at most times.
func (n *Network) RouteAddresses(want []netip.Addr) error {
	if len(want) == 0 && n.unrouted.Load() {
		return nil
	}
	err := n.routeAddresses(want)
	n.unrouted.Store(len(want) == 0 && err == nil)
	return err
}

func (n *Network) routeAddresses(want []netip.Addr) error {
	wanted := make(map[netip.Addr]bool, len(want))
	for _, a := range want {
		wanted[a] = true
	}
	return n.onHost(func(host *rtnl) error {
		index, err := host.index(nodeLink(n.cfg.Instance))
		if err != nil {
			return fmt.Errorf("route load balancer addresses: %w", err)
		}
		have, err := listRoutes(&netlink.Route{LinkIndex: int(index), Table: unix.RT_TABLE_MAIN}, netlink.RT_FILTER_OIF|netlink.RT_FILTER_TABLE)
		if err != nil {
			return fmt.Errorf("list the routes of link %s: %w", nodeLink(n.cfg.Instance), err)
		}
		var errs []error
		for _, r := range have {
			if r.Dst == nil {
				continue
			}
			ones, bits := r.Dst.Mask.Size()
			addr, ok := addrOf(r.Dst.IP)
			if !ok || ones != bits || r.Protocol != routeProtocol {
				continue
			}
			if f, err := n.cfg.of(addr); err != nil || f.overlaps(netip.PrefixFrom(addr, bits)) {
				continue
			}
			if wanted[addr] {
				delete(wanted, addr)
				continue
			}
			if err := netlink.RouteDel(&r); err != nil && !errors.Is(err, unix.ESRCH) {
				errs = append(errs, fmt.Errorf("remove the route of %s: %w", addr, err))
			}
		}
		for addr := range wanted {
			f, err := n.cfg.of(addr)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			r := to(netip.PrefixFrom(addr, addr.BitLen()))
			r.index, r.src = index, f.NodeAddress.AsSlice()
			errs = append(errs, host.run(step{"route " + addr.String(), r.add(), nil}))
		}
		return errors.Join(errs...)
	})
}
