// Package announce lets a machine answer for addresses that none of its links has: the addresses of load balancers, which
// packet rules translate. On each link that an administrator has named it answers ARP requests for them, and says so
// unasked when one is new, so that neighbours that knew another machine for it learn better. IPv6 addresses are not announced
// yet: they have to be routed to the machine.
//
// It changes nothing on the links: one packet socket each, bound to ARP. When it ends, nobody answers any more. It does not
// defend addresses: that no other machine uses them is the business of who names the pool.
package announce

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
)

// Announcer answers on some links. Its methods are safe for concurrent use.
type Announcer struct {
	log   *slog.Logger
	links []*answerer
	work  sync.WaitGroup

	mu   sync.Mutex
	held map[netip.Addr]bool
}

// Open begins to listen on links, by name. Nothing is answered before Apply.
func Open(links []string, log *slog.Logger) (*Announcer, error) {
	a := &Announcer{log: log, held: map[netip.Addr]bool{}}
	for _, name := range links {
		l, err := listen(name)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("announce addresses on link %s: %w", name, err), a.Close())
		}
		a.links = append(a.links, l)
		a.work.Go(func() {
			if err := l.answer(a.has); err != nil {
				a.log.Error("announcing addresses ended", "link", name, "err", err)
			}
		})
	}
	return a, nil
}

func (a *Announcer) has(addr netip.Addr) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.held[addr]
}

// Apply answers for these addresses and for no others, and tells all neighbours of those that are new. The error joins one
// per link and address that could not be told of; they are answered for all the same.
func (a *Announcer) Apply(ctx context.Context, want []netip.Addr) error {
	now := map[netip.Addr]bool{}
	var errs []error
	for _, addr := range want {
		if !addr.Is4() {
			errs = append(errs, fmt.Errorf("%s: IPv6 addresses are not announced, they have to be routed to this machine", addr))
			continue
		}
		now[addr] = true
	}
	a.mu.Lock()
	before := a.held
	a.held = now
	a.mu.Unlock()
	for _, addr := range slices.SortedFunc(maps.Keys(now), netip.Addr.Compare) {
		if before[addr] {
			continue
		}
		for _, l := range a.links {
			if err := errors.Join(ctx.Err(), l.say(addr)); err != nil {
				errs = append(errs, fmt.Errorf("tell neighbours on link %s of %s: %w", l.link.Name, addr, err))
			}
		}
	}
	return errors.Join(errs...)
}

// Networks are the IPv4 networks of the links, and the addresses in them that the machine itself has.
func (a *Announcer) Networks() (nets []netip.Prefix, own []netip.Addr, err error) {
	for _, l := range a.links {
		addrs, err := l.link.Addrs()
		if err != nil {
			return nil, nil, fmt.Errorf("addresses of link %s: %w", l.link.Name, err)
		}
		for _, at := range addrs {
			n, ok := at.(*net.IPNet)
			if !ok {
				continue
			}
			ip, ok := netip.AddrFromSlice(n.IP.To4())
			if !ok {
				continue // not announced
			}
			ones, _ := n.Mask.Size()
			nets = append(nets, netip.PrefixFrom(ip, ones).Masked())
			own = append(own, ip)
		}
	}
	return nets, own, nil
}

// Close stops answering.
func (a *Announcer) Close() error {
	var errs []error
	for _, l := range a.links {
		errs = append(errs, l.close())
	}
	a.work.Wait()
	return errors.Join(errs...)
}
