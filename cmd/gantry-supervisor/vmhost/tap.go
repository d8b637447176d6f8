package vmhost

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/cmd/gantry-supervisor/vmlink"
)

// The Pod's network namespace becomes the machine's router: its addresses are the machine's from now on, behind a TAP device. They stay on
// eth0, whose routes need them, but nothing is delivered to them here; neighbours are permanent on both sides, so nobody has to ask.

// tapName is the TAP device's name in the Pod's network namespace.
const tapName = "vm0"

// tap is the machine's network, seen from the host.
type tap struct {
	file     *os.File // QEMU's
	guestMAC net.HardwareAddr
	link     netlink.Link
	eth      netlink.Link
	net      vmlink.Net
}

// openTap makes the device in the calling thread's network namespace; nil if there is nothing but loopback.
func openTap() (*tap, error) {
	eth, err := netlink.LinkByName("eth0")
	if errors.As(err, &netlink.LinkNotFoundError{}) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open /dev/net/tun: %w", err)
	}
	t := &tap{file: os.NewFile(uintptr(fd), tapName), eth: eth}
	if err := t.make(fd); err != nil {
		t.file.Close()
		return nil, err
	}
	return t, nil
}

func (t *tap) make(fd int) error {
	req, err := unix.NewIfreq(tapName)
	if err != nil {
		return err
	}
	req.SetUint16(unix.IFF_TAP | unix.IFF_NO_PI | unix.IFF_VNET_HDR)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, req); err != nil {
		return fmt.Errorf("make TAP device: %w", err)
	}
	if t.link, err = netlink.LinkByName(tapName); err != nil {
		return err
	}
	mtu := t.eth.Attrs().MTU
	if err := errors.Join(netlink.LinkSetMTU(t.link, mtu), netlink.LinkSetUp(t.link)); err != nil {
		return err
	}
	t.guestMAC = make(net.HardwareAddr, 6)
	rand.Read(t.guestMAC)
	t.guestMAC[0] = t.guestMAC[0]&^1 | 2 // one machine's, and nobody's brand
	t.net = vmlink.Net{MAC: t.guestMAC.String(), MTU: mtu}
	return t.describe()
}

// describe reads what the Pod's namespace has been given.
func (t *tap) describe() error {
	addrs, err := netlink.AddrList(t.eth, netlink.FAMILY_ALL)
	if err != nil {
		return err
	}
	for _, a := range addrs {
		if !a.IP.IsLinkLocalUnicast() {
			t.net.Addresses = append(t.net.Addresses, a.IPNet.String())
		}
	}
	routes, err := netlink.RouteList(t.eth, netlink.FAMILY_ALL)
	if err != nil {
		return err
	}
	for _, r := range routes {
		if ones := prefixLen(r.Dst); r.Gw != nil && ones == 0 {
			t.net.Gateways = append(t.net.Gateways, vmlink.Neighbor{IP: r.Gw.String(), MAC: t.link.Attrs().HardwareAddr.String()})
		}
	}
	return nil
}

func prefixLen(n *net.IPNet) int {
	if n == nil {
		return 0
	}
	ones, _ := n.Mask.Size()
	return ones
}

// handOver gives the Pod's addresses to the machine.
func (t *tap) handOver() error {
	for path, needed := range map[string]bool{
		"/proc/sys/net/ipv4/ip_forward": true, "/proc/sys/net/ipv6/conf/all/forwarding": false,
		// What comes from the machine has an address of this namespace, see above.
		"/proc/sys/net/ipv4/conf/" + tapName + "/accept_local": true,
	} {
		err := os.WriteFile(path, []byte("1"), 0)
		if err != nil && (needed || !errors.Is(err, os.ErrNotExist)) {
			return fmt.Errorf("forwarding: %w", err)
		}
	}
	for _, text := range t.net.Addresses {
		ip, _, err := net.ParseCIDR(text)
		if err != nil {
			return err
		}
		if err := t.handOverOne(ip); err != nil {
			return fmt.Errorf("address %s: %w", ip, err)
		}
	}
	return nil
}

func (t *tap) handOverOne(ip net.IP) error {
	family, bits := unix.AF_INET, 32
	if ip.To4() == nil {
		family, bits = unix.AF_INET6, 128
	} else {
		ip = ip.To4()
	}
	host := &net.IPNet{IP: ip, Mask: net.CIDRMask(bits, bits)}
	// IPv6 knows the address in the main table too, as a route of its own prefix.
	routes, err := netlink.RouteListFiltered(family, &netlink.Route{LinkIndex: t.eth.Attrs().Index, Table: unix.RT_TABLE_UNSPEC}, netlink.RT_FILTER_TABLE|netlink.RT_FILTER_OIF)
	if err != nil {
		return err
	}
	for _, r := range routes {
		if r.Dst == nil || !slices.Equal(r.Dst.IP, host.IP) || prefixLen(r.Dst) != bits {
			continue
		}
		if err := netlink.RouteDel(&r); err != nil && !errors.Is(err, unix.ESRCH) {
			return fmt.Errorf("delete route: %w", err)
		}
	}
	i := t.link.Attrs().Index
	if err := netlink.NeighSet(&netlink.Neigh{LinkIndex: i, Family: family, State: netlink.NUD_PERMANENT, IP: ip, HardwareAddr: t.guestMAC}); err != nil {
		return err
	}
	return netlink.RouteReplace(&netlink.Route{LinkIndex: i, Family: family, Dst: host, Scope: netlink.SCOPE_LINK})
}
