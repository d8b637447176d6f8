package link

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// Removing a link makes the kernel wait for all its processors, about 15 ms with the RTNL lock held, whether it is one
// link or a thousand. So links are removed by group: what is to go gets a group number of its own, and the group is
// removed at once.

// removeBatch bounds the requests of one send; their acknowledgements have to fit into one buffer.
const removeBatch = 256

// doomedGroup is the group of an instance's links that are about to be removed. Group numbers in use elsewhere are small
// or, by 31 bits of a hash, different; Setup refuses an instance that meets a stranger's.
func doomedGroup(instance string) uint32 { return uint32(routeMetric(instance)) }

// checkGroup refuses to go on where a link of somebody else is in our group: it would be removed with ours.
func checkGroup(instance string) error {
	links, err := listLinks()
	if err != nil {
		return fmt.Errorf("list links: %w", err)
	}
	for _, l := range links {
		if a := l.Attrs(); a.Group == doomedGroup(instance) && !strings.HasPrefix(a.Name, instancePrefix(instance)) {
			return fmt.Errorf("link %s is in group %d, which instance %s uses: choose another instance id", a.Name, a.Group, instance)
		}
	}
	return nil
}

// removeLinks removes links by name. Those that are gone are success.
func removeLinks(s *rtnl, instance string, names []string) error {
	gone := []unix.Errno{unix.ENODEV}
	if len(names) == 1 {
		return s.run(step{"remove link " + names[0], deleteLink(names[0]), gone})
	}
	var steps []step
	for _, name := range names {
		steps = append(steps, step{"mark link " + name + " for removal", setGroup(name, doomedGroup(instance)), gone})
	}
	for batch := range slices.Chunk(steps, removeBatch) {
		if err := s.run(batch...); err != nil {
			return err
		}
	}
	if len(names) == 0 {
		return nil
	}
	return s.run(step{fmt.Sprintf("remove %d links", len(names)), deleteGroup(doomedGroup(instance)), gone})
}

func setGroup(name string, group uint32) *nl.NetlinkRequest {
	req := nl.NewNetlinkRequest(unix.RTM_SETLINK, 0)
	req.AddData(nl.NewIfInfomsg(unix.AF_UNSPEC))
	req.AddData(nl.NewRtAttr(unix.IFLA_IFNAME, nl.ZeroTerminated(name)))
	req.AddData(nl.NewRtAttr(unix.IFLA_GROUP, nl.Uint32Attr(group)))
	return req
}

// deleteLink removes a link (a pair, if it is one end of it) by name.
func deleteLink(name string) *nl.NetlinkRequest {
	req := nl.NewNetlinkRequest(unix.RTM_DELLINK, 0)
	req.AddData(nl.NewIfInfomsg(unix.AF_UNSPEC))
	req.AddData(nl.NewRtAttr(unix.IFLA_IFNAME, nl.ZeroTerminated(name)))
	return req
}

func deleteGroup(group uint32) *nl.NetlinkRequest {
	req := nl.NewNetlinkRequest(unix.RTM_DELLINK, 0)
	req.AddData(nl.NewIfInfomsg(unix.AF_UNSPEC))
	req.AddData(nl.NewRtAttr(unix.IFLA_GROUP, nl.Uint32Attr(group)))
	return req
}

// remover removes pod links for many callers at once: whoever comes while a removal is under way shares the next one.
// It has a socket of its own, so that attaching does not wait for it.
type remover struct {
	instance string

	mu      sync.Mutex // guards waiting
	waiting []*removal

	turn sync.Mutex // guards sock and orders the removals
	sock *rtnl
}

// removal is one caller's link. err and done belong to whoever has the turn.
type removal struct {
	name string
	done bool
	err  error
}

func (r *remover) remove(name string) error {
	mine := &removal{name: name}
	r.mu.Lock()
	r.waiting = append(r.waiting, mine)
	r.mu.Unlock()

	r.turn.Lock()
	defer r.turn.Unlock()
	if mine.done {
		return mine.err
	}
	r.mu.Lock()
	batch := r.waiting
	r.waiting = nil
	r.mu.Unlock()
	var names []string
	for _, w := range batch {
		names = append(names, w.name)
	}
	slices.Sort(names)
	err := errClosed
	if r.sock != nil {
		err = removeLinks(r.sock, r.instance, slices.Compact(names))
	}
	for _, w := range batch {
		w.done, w.err = true, err
	}
	return err
}

func (r *remover) close() error {
	r.turn.Lock()
	defer r.turn.Unlock()
	if r.sock == nil {
		return nil
	}
	err := r.sock.close()
	r.sock = nil
	return err
}

var errClosed = errors.New("link: network is closed")
