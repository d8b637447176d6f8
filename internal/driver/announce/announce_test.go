package announce

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/vishvananda/netlink"

	"gantry.dev/gantry/internal/nettest"
)

func TestMain(m *testing.M) { os.Exit(nettest.Main(m)) }

const balanced = "198.51.100.77"

// neighbour is what a machine outside knows about an address after it has tried to reach it: the hardware address, or nil.
func neighbour(t *testing.T, ns *nettest.Namespace, ip string) (mac net.HardwareAddr) {
	t.Helper()
	ns.Do(t, func() error {
		// Somebody asks for the address: the first packet to it makes the kernel send a request.
		c, err := net.DialTimeout("udp", ip+":9", time.Second)
		if err != nil {
			return err
		}
		defer c.Close()
		if _, err := c.Write([]byte("x")); err != nil {
			return err
		}
		l, err := netlink.LinkByName("eth0")
		if err != nil {
			return err
		}
		for end := time.Now().Add(5 * time.Second); time.Now().Before(end); {
			list, err := netlink.NeighList(l.Attrs().Index, netlink.FAMILY_V4)
			if err != nil {
				return err
			}
			for _, n := range list {
				if !n.IP.Equal(net.ParseIP(ip)) {
					continue
				}
				if n.State&netlink.NUD_FAILED != 0 {
					return nil
				}
				if len(n.HardwareAddr) > 0 {
					mac = n.HardwareAddr
					return nil
				}
			}
			<-time.After(5 * time.Millisecond)
		}
		return nil
	})
	return mac
}

// A machine outside finds an address that is held, and no other; one that moves here is told of unasked.
func TestAnswersForWhatIsHeld(t *testing.T) {
	nettest.Need(t)
	outside := nettest.Outside(t, "up0", "198.51.100.1/24", "198.51.100.2/24")
	a, err := Open([]string{"up0"}, slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	here, err := net.InterfaceByName("up0")
	if err != nil {
		t.Fatal(err)
	}
	if got := neighbour(t, outside, balanced); got != nil {
		t.Errorf("%s is at %s before anybody holds it", balanced, got)
	}
	if err := a.Apply(context.Background(), []netip.Addr{netip.MustParseAddr(balanced)}); err != nil {
		t.Fatal(err)
	}
	if got := neighbour(t, outside, balanced); got.String() != here.HardwareAddr.String() {
		t.Errorf("%s is at %s, want %s", balanced, got, here.HardwareAddr)
	}
	if got := neighbour(t, outside, "198.51.100.78"); got != nil {
		t.Errorf("an address that nobody holds is at %s", got)
	}
	nets, own, err := a.Networks()
	if err != nil || len(nets) != 1 || nets[0].String() != "198.51.100.0/24" || own[0].String() != "198.51.100.1" {
		t.Errorf("networks %v, own %v, %v", nets, own, err)
	}
}

func TestOnlyEthernet(t *testing.T) {
	nettest.Need(t)
	for _, name := range []string{"lo", "nosuch0"} {
		if _, err := Open([]string{name}, slog.Default()); err == nil {
			t.Errorf("link %s was taken", name)
		}
	}
}

// What is no ARP packet for IPv4 over Ethernet is passed over; what is survives the way there and back.
func TestPackets(t *testing.T) {
	p := packet{op: arpReply, senderMAC: [6]byte{1, 2, 3, 4, 5, 6}, senderIP: netip.MustParseAddr("192.0.2.1"), dstMAC: broadcast, targetIP: netip.MustParseAddr("192.0.2.2")}
	if got, ok := parse(p.bytes()); !ok || got != p {
		t.Errorf("got %+v, %t", got, ok)
	}
	b := p.bytes()
	for i := range len(b) {
		if _, ok := parse(b[:i]); ok {
			t.Errorf("%d bytes were taken for a packet", i)
		}
	}
	b[4] = 8
	if _, ok := parse(b); ok {
		t.Error("hardware addresses of eight bytes were taken")
	}
}
