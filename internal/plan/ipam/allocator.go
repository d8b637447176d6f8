package ipam

import (
	"errors"
	"fmt"
	"net/netip"
)

// ErrExhausted is returned when every address of the prefix is in use.
var ErrExhausted = errors.New("ipam: all addresses of the node's prefix are in use")

// Allocator hands out the addresses of one prefix in turn: an address that was freed comes back only when all others
// have had their turn, so that late packets and cached names of a dead pod do not reach a new one.
//
// It is a plain value without locks; its owner calls it from one goroutine.
type Allocator struct {
	prefix netip.Prefix
	used   map[netip.Addr]bool
	next   netip.Addr
}

// NewAllocator makes an allocator for a prefix of either family. used are the addresses that pods have now; the turn
// continues behind the greatest of them. The first and last address of the prefix are never given out.
func NewAllocator(prefix netip.Prefix, used []netip.Addr) (*Allocator, error) {
	if !prefix.IsValid() || prefix.Addr().BitLen()-prefix.Bits() < 2 {
		return nil, fmt.Errorf("ipam: pod prefix %s has no room for pods", prefix)
	}
	a := &Allocator{prefix: prefix.Masked(), used: make(map[netip.Addr]bool, len(used))}
	a.next = a.prefix.Addr().Next()
	for _, u := range used {
		if !a.Reserve(u) {
			return nil, fmt.Errorf("ipam: address %s is outside of %s or used twice", u, prefix)
		}
		if u.Compare(a.next) >= 0 {
			a.next = u.Next()
		}
	}
	return a, nil
}

// Next takes the next free address in turn.
func (a *Allocator) Next() (netip.Addr, error) {
	// Each turn of the loop passes an address that is in use, or one of the two ends.
	for range len(a.used) + 3 {
		candidate := a.next
		a.next = a.next.Next()
		if !a.usable(candidate) {
			// Behind the end: wrap around.
			a.next = a.prefix.Addr().Next()
			continue
		}
		if !a.used[candidate] {
			a.used[candidate] = true
			return candidate, nil
		}
	}
	return netip.Addr{}, fmt.Errorf("%w: %s", ErrExhausted, a.prefix)
}

// Reserve takes a certain address, for a pod that already has it. It reports whether the address was free and usable.
func (a *Allocator) Reserve(addr netip.Addr) bool {
	if !a.usable(addr) || a.used[addr] {
		return false
	}
	a.used[addr] = true
	return true
}

// Free gives an address back. Freeing what is free is harmless.
func (a *Allocator) Free(addr netip.Addr) { delete(a.used, addr) }

// Used is the number of addresses handed out.
func (a *Allocator) Used() int { return len(a.used) }

// usable excludes addresses outside the prefix, its network address and its last one.
func (a *Allocator) usable(addr netip.Addr) bool {
	return a.prefix.Contains(addr) && addr != a.prefix.Addr() && a.prefix.Contains(addr.Next())
}
