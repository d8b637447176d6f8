package link

import (
	"fmt"
	"strings"

	"github.com/vishvananda/netlink"
)

// Traffic is what has gone over a link since it was made, as its owner sees it.
type Traffic struct {
	RxBytes, RxPackets, RxErrors, RxDropped uint64
	TxBytes, TxPackets, TxErrors, TxDropped uint64
}

// AllTraffic is one count of all links.
type AllTraffic struct {
	// Pods are those of this instance, by UID.
	Pods map[string]Traffic
	// Host are the machine's own links, without loopback and without the host's ends of containers' links.
	Host []LinkTraffic
}

// LinkTraffic is what has gone over one link of the machine.
type LinkTraffic struct {
	Name string
	Traffic
}

// Traffic counts. It is one question to the kernel, however many pods there are.
func (n *Network) Traffic() (AllTraffic, error) {
	links, err := listLinks()
	if err != nil {
		return AllTraffic{}, fmt.Errorf("list links: %w", err)
	}
	out := AllTraffic{Pods: map[string]Traffic{}}
	for _, l := range links {
		a := l.Attrs()
		if a.Statistics == nil {
			continue
		}
		if uid, foreign := parsePodAlias(a.Alias, n.cfg.Instance); uid != "" && !foreign && isPodLink(n.cfg.Instance, a.Name) {
			out.Pods[uid] = mirrored(a.Statistics)
		} else if !ofContainers(a.Name, a.Alias) {
			out.Host = append(out.Host, LinkTraffic{a.Name, counted(a.Statistics)})
		}
	}
	return out, nil
}

// ofContainers says whether a link is no link of the machine's own: loopback, and those that cAdvisor and we know of containers.
func ofContainers(name, alias string) bool {
	if strings.HasPrefix(alias, aliasWord+" ") || strings.HasPrefix(name, linkPrefix) {
		return true
	}
	for _, prefix := range []string{"lo", "veth", "docker", "nerdctl"} {
		if strings.HasPrefix(strings.ToLower(name), prefix) {
			return true
		}
	}
	return false
}

func counted(s *netlink.LinkStatistics) Traffic {
	return Traffic{
		RxBytes: s.RxBytes, RxPackets: s.RxPackets, RxErrors: s.RxErrors, RxDropped: s.RxDropped,
		TxBytes: s.TxBytes, TxPackets: s.TxPackets, TxErrors: s.TxErrors, TxDropped: s.TxDropped,
	}
}

// mirrored turns the counters of the host's end round: what the host has sent, the pod has received.
func mirrored(s *netlink.LinkStatistics) Traffic {
	return Traffic{
		RxBytes: s.TxBytes, RxPackets: s.TxPackets, RxErrors: s.TxErrors, RxDropped: s.TxDropped,
		TxBytes: s.RxBytes, TxPackets: s.RxPackets, TxErrors: s.RxErrors, TxDropped: s.RxDropped,
	}
}
