package link

import (
	"errors"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// dumpTries bounds how often a list is asked for again: the kernel says of a list during which something changed that it
// may lack entries, and on a machine where pods come and go that is often.
const dumpTries = 32

// dump lists until nothing has changed meanwhile.
func dump[T any](list func() ([]T, error)) (out []T, err error) {
	for range dumpTries {
		if out, err = list(); !errors.Is(err, netlink.ErrDumpInterrupted) {
			return out, err
		}
	}
	return nil, err
}

func listLinks() ([]netlink.Link, error) { return dump(netlink.LinkList) }

// listAddresses lists the addresses of a link, nil for all links.
func listAddresses(l netlink.Link) ([]netlink.Addr, error) {
	return dump(func() ([]netlink.Addr, error) { return netlink.AddrList(l, unix.AF_UNSPEC) })
}

// listRoutes lists the routes of both families that match the fields of a filter that mask names.
func listRoutes(filter *netlink.Route, mask uint64) (all []netlink.Route, err error) {
	for _, family := range []int{unix.AF_INET, unix.AF_INET6} {
		part, err := dump(func() ([]netlink.Route, error) { return netlink.RouteListFiltered(family, filter, mask) })
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	return all, nil
}
