package link

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Network is the running network of one node. Its methods are safe for concurrent use and safe to repeat.
type Network struct {
	cfg  Config
	mtu  int
	ipv6 bool // the kernel has it
	// force6 says that links forward IPv6 each by a setting of their own: the machine as a whole does not.
	force6 bool
	// calls counts requests to the kernel, see Calls.
	calls atomic.Int64
	// unrouted says that RouteAddresses has left no routes.
	unrouted atomic.Bool

	mu   sync.Mutex // guards host, which carries one batch at a time
	host *rtnl

	remover remover
}

// defaultMTU is that of Ethernet, where no default route tells better.
const defaultMTU = 1500

// Setup makes what the node needs (address, routes, forwarding) and keeps what is already there.
func Setup(ctx context.Context, cfg Config) (*Network, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("set up the node's network: %w", err)
	}
	n := &Network{cfg: cfg, mtu: cfg.MTU}
	if err := n.setup(); err != nil {
		return nil, errors.Join(fmt.Errorf("set up the node's network: %w", err), n.Close())
	}
	return n, nil
}

func (n *Network) setup() (err error) {
	if err := n.cfg.check(); err != nil {
		return err
	}
	// The directory is missing in a kernel without IPv6.
	_, statErr := os.Stat("/proc/sys/net/ipv6")
	n.ipv6 = statErr == nil
	if n.force6, err = n.forwards6(); err != nil {
		return err
	}
	var all []uplink
	for _, f := range n.cfg.Families {
		links, err := uplinks(f.is6())
		if err != nil {
			return err
		}
		if n.mtu == 0 && len(links) > 0 {
			n.mtu = links[0].Attrs().MTU
		}
		for _, l := range links {
			if !f.is6() || n.force6 {
				all = append(all, uplink{l.Attrs().Name, f.is6()})
			}
		}
	}
	n.mtu = cmp.Or(n.mtu, defaultMTU)
	if n.host, err = openRTNL(&n.calls, ackBuffer); err != nil {
		return err
	}
	n.remover.instance = n.cfg.Instance
	if n.remover.sock, err = openRTNL(&n.calls, ackBuffer); err != nil {
		return err
	}
	release, err := lockNamespace()
	if err != nil {
		return err
	}
	defer release()
	if err := errors.Join(checkGroup(n.cfg.Instance), n.checkRanges()); err != nil {
		return err
	}
	if err := n.nodeLink(); err != nil {
		return err
	}
	return claimForwarding(n.host, n.cfg.Instance, all)
}

// checkRanges refuses ranges of another instance, which may have chosen them at the same moment: its routes would be
// replaced by ours.
func (n *Network) checkRanges() error {
	links, err := listLinks()
	if err != nil {
		return fmt.Errorf("list links: %w", err)
	}
	mine := make(map[int]bool)
	for _, l := range links {
		if strings.HasPrefix(l.Attrs().Name, instancePrefix(n.cfg.Instance)) {
			mine[l.Attrs().Index] = true
		}
	}
	routes, err := ourRoutes()
	if err != nil {
		return err
	}
	for _, r := range routes {
		if r.Dst == nil || mine[r.LinkIndex] || (r.Type == unix.RTN_UNREACHABLE && uint32(r.Priority) == uint32(routeMetric(n.cfg.Instance))) {
			continue
		}
		for _, p := range appendPrefix(nil, r.Dst.IP, r.Dst.Mask) {
			for _, f := range n.cfg.Families {
				if f.overlaps(p) {
					return fmt.Errorf("another instance on this machine routes %s, which overlaps our ranges %s and %s", p, f.PodCIDR, f.ServiceCIDR)
				}
			}
		}
	}
	return nil
}

// nodeLink makes the pair that carries the node's addresses. Its other end stays in the same namespace and is not used;
// a dummy link would do, but not every kernel has one.
func (n *Network) nodeLink() error {
	node, peer := nodeLink(n.cfg.Instance), peerLink(n.cfg.Instance)
	err := n.host.run(
		step{"create link " + node, createVeth(veth{name: node, netns: -1}, veth{name: peer, netns: -1}, n.mtu), []unix.Errno{unix.EEXIST}},
		step{"prepare link " + node, prepareLink(node, "", n.ipv6), nil},
		step{"prepare link " + peer, prepareLink(peer, "", n.ipv6), nil},
		// Without ARP nobody waits for an answer to a ClusterIP that nobody has.
		step{"bring up link " + node, upLink(node, unix.IFF_NOARP), nil},
		step{"bring up link " + peer, upLink(peer, unix.IFF_NOARP), nil},
	)
	if err != nil {
		return err
	}
	index, err := n.host.index(node)
	if err != nil {
		return err
	}
	for _, f := range n.cfg.Families {
		services, pods := to(f.ServiceCIDR), to(f.PodCIDR)
		services.index, services.src = index, f.NodeAddress.AsSlice()
		pods.metric = routeMetric(n.cfg.Instance)
		err := n.host.run(
			step{"add address " + f.NodeAddress.String(), addAddress(index, f.NodeAddress.AsSlice()), nil},
			step{"route the service range " + f.ServiceCIDR.String(), services.add(), nil},
			step{"make the unused part of " + f.PodCIDR.String() + " unreachable", pods.add(), nil},
		)
		if err != nil {
			return err
		}
	}
	return nil
}

// Calls is the number of requests made to the kernel so far, each of which took the RTNL lock once.
func (n *Network) Calls() int64 { return n.calls.Load() }

// MTU is that of the pod links.
func (n *Network) MTU() int { return n.mtu }

// Close releases sockets; what is in the kernel stays.
func (n *Network) Close() error {
	err := n.remover.close()
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.host != nil {
		err = errors.Join(err, n.host.close())
		n.host = nil
	}
	return err
}

// onHost runs steps in the node's namespace.
func (n *Network) onHost(f func(*rtnl) error) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.host == nil {
		return errClosed
	}
	return f(n.host)
}

// uplinks are the links of the default routes of a family, the preferred one first.
func uplinks(v6 bool) ([]netlink.Link, error) {
	routes, err := listRoutes(&netlink.Route{Dst: nil, Table: unix.RT_TABLE_MAIN}, netlink.RT_FILTER_DST|netlink.RT_FILTER_TABLE)
	if err != nil {
		return nil, fmt.Errorf("list the default routes: %w", err)
	}
	best := make(map[int]int) // link → lowest metric
	for _, r := range routes {
		if (r.Family == unix.AF_INET6) != v6 {
			continue
		}
		hops := []int{r.LinkIndex}
		for _, h := range r.MultiPath {
			hops = append(hops, h.LinkIndex)
		}
		for _, index := range hops {
			if old, ok := best[index]; index != 0 && (!ok || r.Priority < old) {
				best[index] = r.Priority
			}
		}
	}
	return linksByMetric(best)
}
