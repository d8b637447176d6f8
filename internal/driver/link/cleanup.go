package link

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Cleanup removes every link and route of the instance and restores the host settings that it changed, where they are
// still as it left them and no other instance needs them. Twice is harmless.
func Cleanup(instance string) error {
	if err := cleanup(instance); err != nil {
		return fmt.Errorf("remove the network of instance %s: %w", instance, err)
	}
	return nil
}

func cleanup(instance string) error {
	release, err := lockNamespace()
	if err != nil {
		return err
	}
	defer release()
	s, err := openRTNL(new(atomic.Int64), ackBuffer)
	if err != nil {
		return err
	}
	defer s.close()
	all, err := memories()
	if err != nil {
		return err
	}
	links, err := listLinks()
	if err != nil {
		return fmt.Errorf("list links: %w", err)
	}
	var names []string
	for _, l := range links {
		name, alias := l.Attrs().Name, l.Attrs().Alias
		foreign := alias != "" && !strings.HasPrefix(alias, aliasWord+" "+instance+" ")
		if strings.HasPrefix(name, instancePrefix(instance)) && !foreign && name != nodeLink(instance) && name != peerLink(instance) {
			names = append(names, name)
		}
	}
	errs := []error{removeLinks(s, instance, names), deleteRoutes(instance)}
	// The node's link goes last: it holds the memory of the host settings, which are restored right after it. A crash
	// in between leaves a forwarding uplink, never one that is switched off under another instance.
	errs = append(errs, removeLinks(s, instance, []string{nodeLink(instance)}))
	errs = append(errs, restoreForwarding(all[instance]))
	return errors.Join(errs...)
}

// deleteRoutes removes the routes of an instance that hang on no link.
func deleteRoutes(instance string) error {
	routes, err := ourRoutes()
	if err != nil {
		return err
	}
	for _, r := range routes {
		if r.Type != unix.RTN_UNREACHABLE || uint32(r.Priority) != uint32(routeMetric(instance)) {
			continue
		}
		if err := netlink.RouteDel(&r); err != nil && !errors.Is(err, unix.ESRCH) {
			return fmt.Errorf("remove route %s: %w", r.Dst, err)
		}
	}
	return nil
}
