package announce

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

// An ARP packet for IPv4 over Ethernet, RFC 826.
const (
	arpSize    = 28
	arpRequest = 1
	arpReply   = 2
)

// packet is the part of an ARP packet that differs.
type packet struct {
	op                 uint16
	senderMAC, dstMAC  [6]byte
	senderIP, targetIP netip.Addr
}

// parse reads a packet; ok is false for one that is not about IPv4 over Ethernet.
func parse(b []byte) (p packet, ok bool) {
	if len(b) < arpSize || binary.BigEndian.Uint16(b) != 1 || binary.BigEndian.Uint16(b[2:]) != unix.ETH_P_IP || b[4] != 6 || b[5] != 4 {
		return p, false
	}
	p.op = binary.BigEndian.Uint16(b[6:])
	copy(p.senderMAC[:], b[8:])
	p.senderIP = netip.AddrFrom4([4]byte(b[14:18]))
	copy(p.dstMAC[:], b[18:])
	p.targetIP = netip.AddrFrom4([4]byte(b[24:28]))
	return p, true
}

func (p packet) bytes() []byte {
	b := binary.BigEndian.AppendUint16(nil, 1)
	b = binary.BigEndian.AppendUint16(b, unix.ETH_P_IP)
	b = append(b, 6, 4)
	b = binary.BigEndian.AppendUint16(b, p.op)
	b = append(b, p.senderMAC[:]...)
	b = append(b, p.senderIP.AsSlice()...)
	b = append(b, p.dstMAC[:]...)
	return append(b, p.targetIP.AsSlice()...)
}

var broadcast = [6]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// answerer is one link.
type answerer struct {
	link *net.Interface
	mac  [6]byte
	file *os.File // the packet socket, in the runtime's poller
}

func listen(name string) (*answerer, error) {
	link, err := net.InterfaceByName(name)
	if err != nil {
		return nil, err
	}
	if len(link.HardwareAddr) != 6 || link.Flags&net.FlagBroadcast == 0 {
		return nil, errors.New("is not an Ethernet link")
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open a packet socket: %w", err)
	}
	// The protocol is given with the link, so that not a single packet of another one gets in.
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: bigEndian(unix.ETH_P_ARP), Ifindex: link.Index}); err != nil {
		return nil, errors.Join(fmt.Errorf("bind a packet socket: %w", err), unix.Close(fd))
	}
	a := &answerer{link: link, file: os.NewFile(uintptr(fd), "arp-"+name)}
	copy(a.mac[:], link.HardwareAddr)
	return a, nil
}

// bigEndian is a 16-bit number in network byte order.
func bigEndian(n uint16) uint16 {
	return binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, n))
}

// answer answers requests for addresses that are held until the socket is closed.
func (a *answerer) answer(held func(netip.Addr) bool) error {
	conn, err := a.file.SyscallConn()
	if err != nil {
		return err
	}
	buf := make([]byte, 128)
	for {
		n, failed := 0, error(nil)
		err := conn.Read(func(fd uintptr) bool {
			n, _, failed = unix.Recvfrom(int(fd), buf, 0)
			return !errors.Is(failed, unix.EAGAIN)
		})
		switch {
		case errors.Is(err, os.ErrClosed):
			return nil
		case err != nil:
			return err
		case errors.Is(failed, unix.ENETDOWN), errors.Is(failed, unix.EINTR):
			continue // the link comes back
		case failed != nil:
			return fmt.Errorf("receive: %w", failed)
		}
		p, ok := parse(buf[:n])
		if !ok || p.op != arpRequest || p.senderMAC == a.mac || !held(p.targetIP) {
			continue
		}
		// An answer that is lost is asked for again.
		_ = a.send(packet{op: arpReply, senderMAC: a.mac, senderIP: p.targetIP, dstMAC: p.senderMAC, targetIP: p.senderIP}, p.senderMAC)
	}
}

// say tells all neighbours that an address is here: a request and an answer that nobody asked for, as some machines listen
// only to the one or the other (RFC 5227).
func (a *answerer) say(addr netip.Addr) error {
	return errors.Join(
		a.send(packet{op: arpRequest, senderMAC: a.mac, senderIP: addr, targetIP: addr}, broadcast),
		a.send(packet{op: arpReply, senderMAC: a.mac, senderIP: addr, dstMAC: broadcast, targetIP: addr}, broadcast))
}

func (a *answerer) send(p packet, to [6]byte) error {
	conn, err := a.file.SyscallConn()
	if err != nil {
		return err
	}
	at := &unix.SockaddrLinklayer{Protocol: bigEndian(unix.ETH_P_ARP), Ifindex: a.link.Index, Halen: 6}
	copy(at.Addr[:], to[:])
	var failed error
	if err := conn.Write(func(fd uintptr) bool {
		failed = unix.Sendto(int(fd), p.bytes(), 0, at)
		return !errors.Is(failed, unix.EAGAIN)
	}); err != nil {
		return err
	}
	return failed
}

func (a *answerer) close() error { return a.file.Close() }
