package link

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// The answers to pods that talk to the outside come in by an uplink, so the uplink has to forward. That is a setting of
// the host that outlives us, so the value found is kept in the alias of the node's link ("gantry <instance> node
// eth0=0 ipv6/eth0=0"), where every instance of this machine can read it: who comes second takes over the first one's
// memory, and the last to leave restores.
//
// For IPv6 the kernel knows two settings: one of the machine as a whole, which makes it a router that listens to no other
// any more, and since Linux 6.17 one of each link (force_forwarding). We only ever set the second.

// maxInstance leaves room in an alias (255 bytes) for settings.
const maxInstance = 63

// uplink is a link that has to forward one family.
type uplink struct {
	name string
	v6   bool
}

// allLinks stands for all of them in a forwarding setting.
const allLinks = "all"

// String is the word for it in an alias; a link's name has no slash.
func (u uplink) String() string {
	if u.v6 {
		return "ipv6/" + u.name
	}
	return u.name
}

func parseUplink(word string) uplink {
	name, v6 := strings.CutPrefix(word, "ipv6/")
	return uplink{name, v6}
}

// memory maps an uplink, as a word, to the value of its forwarding setting before any Gantry changed it.
type memory map[string]string

func (m memory) alias(instance string) string {
	words := []string{aliasWord, instance, nodeSuffix}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		words = append(words, name+"="+m[name])
	}
	return strings.Join(words, " ")
}

// parseMemory reads an alias; it is nil for a link that is not a node's.
func parseMemory(alias string) (instance string, m memory) {
	words := strings.Fields(alias)
	if len(words) < 3 || words[0] != aliasWord || words[2] != nodeSuffix {
		return "", nil
	}
	m = memory{}
	for _, w := range words[3:] {
		if name, value, ok := strings.Cut(w, "="); ok {
			m[name] = value
		}
	}
	return words[1], m
}

// memories collects what each instance on this machine remembers.
func memories() (map[string]memory, error) {
	links, err := listLinks()
	if err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}
	all := make(map[string]memory)
	for _, l := range links {
		if instance, m := parseMemory(l.Attrs().Alias); m != nil && l.Attrs().Name == nodeLink(instance) {
			all[instance] = m
		}
	}
	return all, nil
}

// claimForwarding lets the uplinks forward and remembers what they did before. The caller holds the namespace's lock.
func claimForwarding(s *rtnl, instance string, uplinks []uplink) error {
	all, err := memories()
	if err != nil {
		return err
	}
	mine := memory{}
	maps.Copy(mine, all[instance])
	for _, l := range uplinks {
		name := l.String()
		old, err := readForwarding(l)
		if err != nil {
			return err
		}
		for _, m := range all {
			if before, ok := m[name]; ok {
				old = before
			}
		}
		if old != "1" {
			mine[name] = old
		}
	}
	// First the memory, then the change: a crash in between restores what was not changed, which is harmless.
	if err := s.run(step{"remember host settings in the alias of " + nodeLink(instance), setAlias(nodeLink(instance), mine.alias(instance)), nil}); err != nil {
		return err
	}
	for name := range mine {
		if err := writeForwarding(parseUplink(name), "1"); err != nil {
			return err
		}
	}
	return nil
}

// restoreForwarding undoes claimForwarding for an instance whose memory is given, unless another instance needs the
// setting, somebody has changed it since, or forwarding has been switched on for the whole machine by others. The
// caller holds the namespace's lock and has removed the instance's node link.
func restoreForwarding(mine memory) error {
	others, err := memories()
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(mine)) {
		if slices.ContainsFunc(slices.Collect(maps.Values(others)), func(m memory) bool { _, ok := m[name]; return ok }) {
			continue
		}
		link := parseUplink(name)
		all, err := readForwarding(uplink{allLinks, link.v6})
		if err != nil {
			return err
		}
		now, err := readForwarding(link)
		if errors.Is(err, os.ErrNotExist) {
			continue // the link is gone and the setting with it
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if all == "0" && now == "1" {
			errs = append(errs, writeForwarding(link, mine[name]))
		}
	}
	return errors.Join(errs...)
}

func forwardingFile(link uplink) string {
	if link.v6 {
		return "/proc/sys/net/ipv6/conf/" + link.name + "/force_forwarding"
	}
	return "/proc/sys/net/ipv4/conf/" + link.name + "/forwarding"
}

// forwards6 says how IPv6 is forwarded: by links that are told to, one by one, or because the machine is a router anyway.
func (n *Network) forwards6() (force bool, err error) {
	if !slices.ContainsFunc(n.cfg.Families, Family.is6) {
		return false, nil
	}
	if !n.ipv6 {
		return false, errors.New("the kernel has no IPv6")
	}
	b, err := os.ReadFile("/proc/sys/net/ipv6/conf/all/forwarding")
	if err != nil {
		return false, fmt.Errorf("read whether the machine forwards IPv6: %w", err)
	}
	if strings.TrimSpace(string(b)) == "1" {
		return false, nil
	}
	if _, err := os.Stat(forwardingFile(uplink{allLinks, true})); err != nil {
		return false, errors.New("the machine does not forward IPv6, and this kernel, older than 6.17, cannot forward link by link: " +
			"set net.ipv6.conf.all.forwarding=1 (and accept_ra=2 on links that learn their routes from a router), or do without IPv6")
	}
	return true, nil
}

func readForwarding(link uplink) (string, error) {
	b, err := os.ReadFile(forwardingFile(link))
	if err != nil {
		return "", fmt.Errorf("read whether %s forwards: %w", link, err)
	}
	return strings.TrimSpace(string(b)), nil
}

func writeForwarding(link uplink, value string) error {
	if err := os.WriteFile(forwardingFile(link), []byte(value), 0o644); err != nil {
		return fmt.Errorf("set forwarding of %s to %s: %w", link, value, err)
	}
	return nil
}

// leaveOutIPv6 takes IPv6 off the host's end of a link that is still down, for a pod without an IPv6 address. Otherwise the
// kernel gives each such link a multicast route, in one list that it walks whole for every link that comes up: a third of
// the cost of the 10,000th. Where the setting cannot be written the link is only dearer.
func (n *Network) leaveOutIPv6(name string) {
	if n.ipv6 {
		_ = os.WriteFile("/proc/sys/net/ipv6/conf/"+name+"/disable_ipv6", []byte("1"), 0)
	}
}

// lockNamespace excludes other Gantry processes in the same network namespace until release is called: the lock lies on
// the namespace itself.
func lockNamespace() (release func(), err error) {
	f, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return nil, fmt.Errorf("open the network namespace to lock it: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("lock the network namespace: %w", err), f.Close())
	}
	return func() { _ = f.Close() }, nil // closing gives up the lock
}

// linksByMetric fetches links, the one of the lowest metric first.
func linksByMetric(metrics map[int]int) ([]netlink.Link, error) {
	indexes := slices.SortedFunc(maps.Keys(metrics), func(a, b int) int {
		if metrics[a] != metrics[b] {
			return metrics[a] - metrics[b]
		}
		return a - b
	})
	var links []netlink.Link
	for _, index := range indexes {
		l, err := netlink.LinkByIndex(index)
		if err != nil {
			return nil, fmt.Errorf("look up the link of a default route: %w", err)
		}
		links = append(links, l)
	}
	return links, nil
}
