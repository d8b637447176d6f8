package link

import (
	"fmt"

	"github.com/vishvananda/netlink"
)

// Traffic is what has gone over a pod's link since it was made, as the pod sees it.
type Traffic struct {
	RxBytes, RxPackets, RxErrors, RxDropped uint64
	TxBytes, TxPackets, TxErrors, TxDropped uint64
}

// Traffic counts for all pods of this instance, by pod UID. It is one question to the kernel, however many pods there are.
func (n *Network) Traffic() (map[string]Traffic, error) {
	links, err := listLinks()
	if err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}
	out := map[string]Traffic{}
	for _, l := range links {
		a := l.Attrs()
		uid, foreign := parsePodAlias(a.Alias, n.cfg.Instance)
		if uid == "" || foreign || a.Statistics == nil || !isPodLink(n.cfg.Instance, a.Name) {
			continue
		}
		out[uid] = mirrored(a.Statistics)
	}
	return out, nil
}

// mirrored turns the counters of the host's end round: what the host has sent, the pod has received.
func mirrored(s *netlink.LinkStatistics) Traffic {
	return Traffic{
		RxBytes: s.TxBytes, RxPackets: s.TxPackets, RxErrors: s.TxErrors, RxDropped: s.TxDropped,
		TxBytes: s.RxBytes, TxPackets: s.RxPackets, TxErrors: s.RxErrors, TxDropped: s.RxDropped,
	}
}
