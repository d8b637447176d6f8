package link

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Network is the running network of one node. Its methods are safe for concurrent use and safe to repeat.
type Network struct {
	cfg      Config
	nodeAddr []byte
	mtu      int
	ipv6     bool
	// calls counts requests to the kernel, see Calls.
	calls atomic.Int64

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
	if n.cfg.Instance == "" || len(n.cfg.Instance) > maxInstance {
		return fmt.Errorf("instance id %q has to have 1 to %d characters", n.cfg.Instance, maxInstance)
	}
	if n.nodeAddr, err = ipv4(n.cfg.NodeAddress); err != nil {
		return fmt.Errorf("node address: %w", err)
	}
	for _, p := range []netip.Prefix{n.cfg.PodCIDR, n.cfg.ServiceCIDR} {
		if _, err := ipv4(p.Addr()); err != nil {
			return fmt.Errorf("pod and service range: %w", err)
		}
		if p.Contains(n.cfg.NodeAddress) {
			return fmt.Errorf("node address %s lies in the range %s", n.cfg.NodeAddress, p)
		}
	}
	// The directory is missing in a kernel without IPv6.
	_, statErr := os.Stat("/proc/sys/net/ipv6")
	n.ipv6 = statErr == nil
	uplinks, err := uplinks()
	if err != nil {
		return err
	}
	if n.mtu == 0 {
		n.mtu = defaultMTU
		if len(uplinks) > 0 {
			n.mtu = uplinks[0].Attrs().MTU
		}
	}
	if n.host, err = openRTNL(&n.calls); err != nil {
		return err
	}
	n.remover.instance = n.cfg.Instance
	if n.remover.sock, err = openRTNL(&n.calls); err != nil {
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
	return claimForwarding(n.host, n.cfg.Instance, uplinks)
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
		if r.Dst == nil || mine[r.LinkIndex] || (r.LinkIndex == 0 && uint32(r.Priority) == uint32(routeMetric(n.cfg.Instance))) {
			continue
		}
		for _, p := range appendPrefix(nil, r.Dst.IP, r.Dst.Mask) {
			if p.Overlaps(n.cfg.PodCIDR) || p.Overlaps(n.cfg.ServiceCIDR) || p.Contains(n.cfg.NodeAddress) {
				return fmt.Errorf("another instance on this machine routes %s, which overlaps our ranges %s and %s", p, n.cfg.PodCIDR, n.cfg.ServiceCIDR)
			}
		}
	}
	return nil
}

// nodeLink makes the pair that carries the node's address. Its other end stays in the same namespace and is not used;
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
	if err := n.host.run(step{"add address " + n.cfg.NodeAddress.String(), addAddress(index, n.nodeAddr), nil}); err != nil {
		return err
	}
	services := route{dst: prefixBytes(n.cfg.ServiceCIDR), bits: uint8(n.cfg.ServiceCIDR.Bits()), index: index, src: n.nodeAddr}
	pods := route{dst: prefixBytes(n.cfg.PodCIDR), bits: uint8(n.cfg.PodCIDR.Bits()), metric: routeMetric(n.cfg.Instance)}
	return n.host.run(
		step{"route the service range " + n.cfg.ServiceCIDR.String(), services.add(), nil},
		step{"make the unused part of " + n.cfg.PodCIDR.String() + " unreachable", pods.add(), nil},
	)
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

// uplinks are the links of the IPv4 default routes, the preferred one first.
func uplinks() ([]netlink.Link, error) {
	routes, err := listRoutes(&netlink.Route{Dst: nil, Table: unix.RT_TABLE_MAIN}, netlink.RT_FILTER_DST|netlink.RT_FILTER_TABLE)
	if err != nil {
		return nil, fmt.Errorf("list the default routes: %w", err)
	}
	best := make(map[int]int) // link → lowest metric
	for _, r := range routes {
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

func prefixBytes(p netip.Prefix) []byte {
	b := p.Masked().Addr().As4()
	return b[:]
}
