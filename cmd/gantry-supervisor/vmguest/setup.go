package vmguest

import (
	"fmt"
	"net"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/cmd/gantry-supervisor/vmlink"
)

// setup gives the machine its name and its network.
func setup(s vmlink.Setup) error {
	if s.Hostname != "" {
		if err := unix.Sethostname([]byte(s.Hostname)); err != nil {
			return fmt.Errorf("set host name: %w", err)
		}
	}
	lo, err := netlink.LinkByName("lo")
	if err != nil {
		return fmt.Errorf("loopback: %w", err)
	}
	if err := netlink.LinkSetUp(lo); err != nil {
		return fmt.Errorf("loopback: %w", err)
	}
	if s.Net == nil {
		return nil
	}
	if err := setupNet(s.Net); err != nil {
		return fmt.Errorf("network: %w", err)
	}
	return nil
}

func setupNet(n *vmlink.Net) error {
	links, err := netlink.LinkList()
	if err != nil {
		return err
	}
	var link netlink.Link
	for _, l := range links {
		if l.Attrs().HardwareAddr.String() == n.MAC {
			link = l
		}
	}
	if link == nil {
		return fmt.Errorf("no interface has the address %s", n.MAC)
	}
	if link.Attrs().Name != "eth0" {
		if err := netlink.LinkSetName(link, "eth0"); err != nil {
			return err
		}
	}
	if err := netlink.LinkSetMTU(link, n.MTU); err != nil {
		return err
	}
	if err := netlink.LinkSetUp(link); err != nil {
		return err
	}
	for _, text := range n.Addresses {
		a, err := netlink.ParseAddr(text)
		if err != nil {
			return err
		}
		if a.IP.To4() == nil {
			a.Flags = unix.IFA_F_NODAD // nobody else can have it
		}
		if err := netlink.AddrReplace(link, a); err != nil {
			return fmt.Errorf("address %s: %w", text, err)
		}
	}
	for _, g := range n.Gateways {
		if err := addGateway(link, g); err != nil {
			return fmt.Errorf("gateway %s: %w", g.IP, err)
		}
	}
	return nil
}

func addGateway(link netlink.Link, g vmlink.Neighbor) error {
	ip := net.ParseIP(g.IP)
	mac, err := net.ParseMAC(g.MAC)
	if err != nil {
		return err
	}
	family, bits := unix.AF_INET, 32
	if ip.To4() == nil {
		family, bits = unix.AF_INET6, 128
	}
	i := link.Attrs().Index
	if err := netlink.NeighSet(&netlink.Neigh{LinkIndex: i, Family: family, State: netlink.NUD_PERMANENT, IP: ip, HardwareAddr: mac}); err != nil {
		return err
	}
	return netlink.RouteReplace(&netlink.Route{
		LinkIndex: i, Family: family, Dst: &net.IPNet{IP: make(net.IP, bits/8), Mask: net.CIDRMask(0, bits)}, Gw: ip, Flags: int(netlink.FLAG_ONLINK),
	})
}
