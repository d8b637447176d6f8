package agent

import (
	"net/netip"
	"sync"

	"gantry.dev/gantry/internal/plan/ipam"
)

// addresses hands out pod addresses; an ipam.Allocator behind a lock.
type addresses struct {
	mu    sync.Mutex
	alloc *ipam.Allocator
}

// newAddresses starts from those that are in use.
func newAddresses(prefix netip.Prefix, used []netip.Addr) (*addresses, error) {
	alloc, err := ipam.NewAllocator(prefix, used)
	return &addresses{alloc: alloc}, err
}

func (a *addresses) next() (netip.Addr, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.alloc.Next()
}

func (a *addresses) free(ip netip.Addr) {
	if !ip.IsValid() {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.alloc.Free(ip)
}
