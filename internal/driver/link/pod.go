package link

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// podInterface is the name of a pod's link inside its namespace, loopbackIndex the number of lo in every namespace.
const (
	podInterface  = "eth0"
	loopback      = "lo"
	loopbackIndex = 1
)

// AttachPod wires a pod's namespace. Repeating it for the same pod, address and namespace is harmless; a link of the
// same pod into another namespace, or one that was cut off half made, is replaced.
func (n *Network) AttachPod(ctx context.Context, pod Pod) error {
	if err := n.attach(ctx, pod); err != nil {
		return fmt.Errorf("attach pod %s to the network: %w", pod.UID, err)
	}
	return nil
}

func (n *Network) attach(ctx context.Context, pod Pod) error {
	if len(pod.Addresses) == 0 {
		return errors.New("it has no address")
	}
	for _, a := range pod.Addresses {
		f, err := n.cfg.of(a)
		if err != nil {
			return err
		}
		if !f.PodCIDR.Contains(a) {
			return fmt.Errorf("address %s is outside of the node's prefix %s", a, f.PodCIDR)
		}
	}
	inside, err := openRTNLAt(pod.Netns, &n.calls)
	if err != nil {
		return err
	}
	defer inside.close()
	err = n.onHost(func(host *rtnl) error {
		err := n.createPodLink(host, pod)
		if !errors.Is(err, unix.EEXIST) {
			return err
		}
		same, err := n.samePodLink(pod)
		if err != nil || same {
			return err
		}
		if err := removeLinks(host, n.cfg.Instance, []string{podLink(n.cfg.Instance, pod.UID)}); err != nil {
			return err
		}
		return n.createPodLink(host, pod)
	})
	if err != nil {
		return err
	}
	if err := n.configureInside(inside, pod); err != nil {
		return err
	}
	if err := n.onHost(func(host *rtnl) error { return n.configureHost(host, pod) }); err != nil {
		return err
	}
	return waitRunning(ctx, inside)
}

// createPodLink makes the pair.
func (n *Network) createPodLink(host *rtnl, pod Pod) error {
	name := podLink(n.cfg.Instance, pod.UID)
	return host.run(step{"create link " + name, createVeth(
		veth{name: name, mac: hostMAC(), netns: -1},
		veth{name: podInterface, mac: podMAC(pod.UID), netns: pod.Netns}, n.mtu), nil})
}

// configureInside gives the pod its addresses and its only way out.
func (n *Network) configureInside(inside *rtnl, pod Pod) error {
	index, err := inside.index(podInterface)
	if err != nil {
		return err
	}
	steps := []step{
		{"bring up lo of the pod", upLink(loopback, 0), nil},
		{"prepare eth0 of the pod", prepareLink(podInterface, "", n.ipv6), nil},
		{"bring up eth0 of the pod", upLink(podInterface, 0), nil},
	}
	for _, a := range pod.Addresses {
		ip, via := a.AsSlice(), gateway(a.Is6())
		steps = append(steps,
			step{"add the pod's address", addAddress(index, ip), nil},
			step{"add the pod's gateway", addNeighbour(index, via, hostMAC()), nil},
			step{"add the pod's default route", route{family: familyOf(ip), index: index, via: via, src: ip}.add(), nil},
		)
	}
	return inside.run(steps...)
}

// configureHost makes the pod reachable. The alias comes with the first message: a link without one is half made.
func (n *Network) configureHost(host *rtnl, pod Pod) error {
	name := podLink(n.cfg.Instance, pod.UID)
	index, err := host.index(name)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(pod.Addresses, netip.Addr.Is6) {
		n.leaveOutIPv6(name)
	}
	steps := []step{
		{"prepare link " + name, prepareLink(name, podAlias(n.cfg.Instance, pod.UID), n.ipv6), nil},
		{"bring up link " + name, upLink(name, 0), nil},
	}
	for _, a := range pod.Addresses {
		f, err := n.cfg.of(a)
		if err != nil {
			return err
		}
		r := to(netip.PrefixFrom(a, a.BitLen()))
		r.index, r.src = index, f.NodeAddress.AsSlice()
		steps = append(steps,
			step{"add the pod as neighbour on " + name, addNeighbour(index, a.AsSlice(), podMAC(pod.UID)), nil},
			step{"route " + a.String() + " to " + name, r.add(), nil})
		if a.Is6() && n.force6 {
			if err := writeForwarding(uplink{name, true}, "1"); err != nil {
				return err
			}
		}
	}
	return host.run(steps...)
}

const (
	// runningPoll and runningTries bound the wait for a link that has just come up; the kernel takes a millisecond.
	runningPoll  = time.Millisecond
	runningTries = 2000
)

// waitRunning returns when the pod's link carries packets. The end that came up first gets its queue by deferred work in
// the kernel and loses what is sent before, for example a pod's first DNS question, which is repeated only after
// seconds. From Linux 6.8 on, asking for the link makes the kernel do that work at once.
func waitRunning(ctx context.Context, inside *rtnl) error {
	for range runningTries {
		running, err := inside.running(podInterface)
		if err != nil || running {
			return err
		}
		select {
		case <-time.After(runningPoll):
		case <-ctx.Done():
			return fmt.Errorf("wait for eth0 of the pod to carry packets: %w", ctx.Err())
		}
	}
	return errors.New("eth0 of the pod does not carry packets: its other end is down")
}

// samePodLink reports whether the pod's link leads into the namespace given. It is the slow path of a repeated attach.
func (n *Network) samePodLink(pod Pod) (bool, error) {
	name := podLink(n.cfg.Instance, pod.UID)
	outer, err := netlink.LinkByName(name)
	if err != nil {
		return false, fmt.Errorf("look up link %s: %w", name, err)
	}
	if owner, _ := parsePodAlias(outer.Attrs().Alias, n.cfg.Instance); owner != "" && owner != pod.UID {
		return false, fmt.Errorf("link %s belongs to pod %s", name, owner)
	}
	h, err := netlink.NewHandleAt(netns.NsHandle(pod.Netns), unix.NETLINK_ROUTE)
	if err != nil {
		return false, fmt.Errorf("look into the pod's network namespace: %w", err)
	}
	defer h.Close()
	inner, err := h.LinkByName(podInterface)
	if errors.As(err, &netlink.LinkNotFoundError{}) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look up eth0 of the pod: %w", err)
	}
	return inner.Attrs().ParentIndex == outer.Attrs().Index &&
		inner.Attrs().HardwareAddr.String() == podMAC(pod.UID).String(), nil
}

// DetachPod removes the pod's link with all that hangs on it. A pod that has none is success. Calls that come together
// are carried out together.
func (n *Network) DetachPod(podUID string) error {
	return n.DetachLink(podLink(n.cfg.Instance, podUID))
}

// DetachLink removes a link that Observe reported, for attachments without a PodUID.
func (n *Network) DetachLink(name string) error {
	if !isPodLink(n.cfg.Instance, name) {
		return fmt.Errorf("remove link %s: it is no pod link of instance %s", name, n.cfg.Instance)
	}
	return n.remover.remove(name)
}
