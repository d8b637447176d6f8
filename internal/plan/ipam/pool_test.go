package ipam

import (
	"net/netip"
	"testing"
)

func TestPool(t *testing.T) {
	p := Pool{netip.MustParsePrefix("198.51.100.0/30"), netip.MustParsePrefix("203.0.113.7/32")}
	taken := map[netip.Addr]bool{}
	var got string
	for {
		a, ok := p.First(func(a netip.Addr) bool { return taken[a] })
		if !ok {
			break
		}
		if !p.Has(a) {
			t.Errorf("%s is given but not had", a)
		}
		taken[a] = true
		got += a.String() + " "
	}
	if got != "198.51.100.1 198.51.100.2 203.0.113.7 " {
		t.Errorf("got %s", got)
	}
	for _, edge := range []string{"198.51.100.0", "198.51.100.3", "198.51.100.4"} {
		if p.Has(netip.MustParseAddr(edge)) {
			t.Errorf("has %s", edge)
		}
	}
}
