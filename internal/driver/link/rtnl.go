package link

import (
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// rtnl is a NETLINK_ROUTE socket that sends several requests in one call. The kernel carries them out in order, each
// under the RTNL lock, and goes on after one that fails. Not safe for concurrent use.
type rtnl struct {
	fd  int
	seq uint32
	// calls counts requests, each of which takes the kernel's RTNL lock once: the density limit of a node.
	calls *atomic.Int64
	buf   []byte
}

const (
	// ackBuffer holds the acknowledgements of a whole batch; without NETLINK_EXT_ACK data each is below 64 bytes.
	ackBuffer = 1 << 16
	// podBuffer holds those of the few requests in a pod's namespace, or what is told of one link. It is made for each start.
	podBuffer = 1 << 13
)

func openRTNL(calls *atomic.Int64, buffer int) (*rtnl, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("open a netlink socket: %w", err)
	}
	// Acknowledgements without a copy of the request.
	if err := unix.SetsockoptInt(fd, unix.SOL_NETLINK, unix.NETLINK_CAP_ACK, 1); err != nil {
		return nil, errors.Join(fmt.Errorf("set up a netlink socket: %w", err), unix.Close(fd))
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return nil, errors.Join(fmt.Errorf("bind a netlink socket: %w", err), unix.Close(fd))
	}
	return &rtnl{fd: fd, calls: calls, buf: make([]byte, buffer)}, nil
}

// openRTNLAt opens the socket in another network namespace. The socket stays there, the calling thread does not.
func openRTNLAt(netns int, calls *atomic.Int64) (s *rtnl, err error) {
	err = inNamespace(netns, func() error {
		s, err = openRTNL(calls, podBuffer)
		return err
	})
	return s, err
}

func (s *rtnl) close() error { return unix.Close(s.fd) }

// step is one request of a batch with the words for its error.
type step struct {
	what string
	req  *nl.NetlinkRequest
	// tolerate are errors that mean the goal is reached.
	tolerate []unix.Errno
}

// run sends all steps at once and returns the error of the first that failed.
func (s *rtnl) run(steps ...step) error { return s.exchange(steps, nil) }

// exchange is run with a function that gets the messages that come before an acknowledgement.
func (s *rtnl) exchange(steps []step, reply func(kind uint16, body []byte)) error {
	var out []byte
	first := s.seq + 1
	for _, st := range steps {
		s.seq++
		st.req.Seq = s.seq
		st.req.Flags |= unix.NLM_F_ACK
		out = append(out, st.req.Serialize()...)
		// Messages of a batch are aligned.
		for len(out)%unix.NLMSG_ALIGNTO != 0 {
			out = append(out, 0)
		}
	}
	s.calls.Add(int64(len(steps)))
	if err := unix.Sendto(s.fd, out, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return fmt.Errorf("send %d netlink requests, the first to %s: %w", len(steps), steps[0].what, err)
	}
	errs := make([]error, len(steps))
	for left := len(steps); left > 0; {
		n, _, err := unix.Recvfrom(s.fd, s.buf, 0)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return fmt.Errorf("wait for the kernel to %s: %w", steps[len(steps)-left].what, err)
		}
		for msg := s.buf[:n]; len(msg) >= unix.SizeofNlMsghdr; {
			length := int(binary.NativeEndian.Uint32(msg))
			if length < unix.SizeofNlMsghdr || length > len(msg) {
				return fmt.Errorf("wait for the kernel to %s: message of %d bytes in %d", steps[0].what, length, len(msg))
			}
			kind, seq := binary.NativeEndian.Uint16(msg[4:]), binary.NativeEndian.Uint32(msg[8:])
			if kind == unix.NLMSG_ERROR && seq-first < uint32(len(steps)) {
				left--
				code := int32(binary.NativeEndian.Uint32(msg[unix.SizeofNlMsghdr:]))
				errs[seq-first] = steps[seq-first].verdict(unix.Errno(-code))
			} else if reply != nil && seq-first < uint32(len(steps)) {
				reply(kind, msg[unix.SizeofNlMsghdr:length])
			}
			msg = msg[min(len(msg), (length+unix.NLMSG_ALIGNTO-1)&^(unix.NLMSG_ALIGNTO-1)):]
		}
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (st step) verdict(errno unix.Errno) error {
	if errno == 0 {
		return nil
	}
	for _, ok := range st.tolerate {
		if errno == ok {
			return nil
		}
	}
	return fmt.Errorf("%s: %w", st.what, errno)
}

// index returns the number of a link in the socket's namespace, without taking RTNL.
func (s *rtnl) index(name string) (int32, error) {
	ifr, err := unix.NewIfreq(name)
	if err != nil {
		return 0, fmt.Errorf("link name %q: %w", name, err)
	}
	if err := unix.IoctlIfreq(s.fd, unix.SIOCGIFINDEX, ifr); err != nil {
		return 0, fmt.Errorf("look up link %s: %w", name, err)
	}
	return int32(ifr.Uint32()), nil
}

// running reports whether a link is up and carries packets.
func (s *rtnl) running(name string) (bool, error) {
	var flags uint32
	err := s.exchange([]step{{"look at link " + name, getLink(name), nil}}, func(kind uint16, body []byte) {
		// struct ifinfomsg: the flags are at offset 8.
		if kind == unix.RTM_NEWLINK && len(body) >= unix.SizeofIfInfomsg {
			flags = binary.NativeEndian.Uint32(body[8:])
		}
	})
	return flags&unix.IFF_RUNNING != 0, err
}

// inNamespace calls f on a thread that is in the namespace. If the thread cannot come back it is given up.
func inNamespace(netns int, f func() error) error {
	runtime.LockOSThread()
	home, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		runtime.UnlockOSThread()
		return fmt.Errorf("open own network namespace: %w", err)
	}
	defer unix.Close(home)
	if err := unix.Setns(netns, unix.CLONE_NEWNET); err != nil {
		runtime.UnlockOSThread()
		return fmt.Errorf("enter network namespace of descriptor %d: %w", netns, err)
	}
	ferr := f()
	if err := unix.Setns(home, unix.CLONE_NEWNET); err != nil {
		// Not unlocking ends the thread with this goroutine instead of lending it to others.
		return errors.Join(ferr, fmt.Errorf("return to own network namespace: %w", err))
	}
	runtime.UnlockOSThread()
	return ferr
}
