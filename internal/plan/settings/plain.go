package settings

import (
	"fmt"
	"math"
	"net/netip"

	kubelet "k8s.io/kubelet/config/v1beta1"
)

// PlainServers are those of the node's servers that speak plain HTTP and ask nobody who he is; a zero port is no server. Kubelet has the first by
// default; here both have to be asked for, as several nodes share a machine.
type PlainServers struct {
	// Healthz answers /healthz and nothing else. Without an address it is on 127.0.0.1.
	Healthz netip.AddrPort
	// ReadOnly is the port for pods, statistics and metrics. It is on 127.0.0.1 only, whatever kubelet does: what pods are made of is not for
	// everybody on the network.
	ReadOnly uint16
}

func (n *Node) plain(c *kubelet.KubeletConfiguration) error {
	at := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	if s := c.HealthzBindAddress; s != "" {
		var err error
		if at, err = netip.ParseAddr(s); err != nil {
			return fmt.Errorf("healthzBindAddress: want an IP address, got %q", s)
		}
	}
	if p := c.HealthzPort; p != nil && *p != 0 {
		port, err := port("healthzPort", *p)
		if err != nil {
			return err
		}
		n.Plain.Healthz = netip.AddrPortFrom(at, port)
	} else if c.HealthzBindAddress != "" {
		return fmt.Errorf("healthzBindAddress: nothing listens there without healthzPort")
	}
	var err error
	n.Plain.ReadOnly, err = port("readOnlyPort", c.ReadOnlyPort)
	return err
}

func port(field string, n int32) (uint16, error) {
	if n < 0 || n > math.MaxUint16 {
		return 0, fmt.Errorf("%s: want a port from 1 to %d, or 0 for none, got %d", field, math.MaxUint16, n)
	}
	return uint16(n), nil
}
