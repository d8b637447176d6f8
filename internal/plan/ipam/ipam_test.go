package ipam

import (
	"errors"
	"net/netip"
	"slices"
	"testing"
)

func prefixes(list ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range list {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

func addrs(list ...string) []netip.Addr {
	var out []netip.Addr
	for _, s := range list {
		out = append(out, netip.MustParseAddr(s))
	}
	return out
}

func TestChooseRanges(t *testing.T) {
	for _, c := range []struct {
		name  string
		taken []netip.Prefix
		pods  string
	}{
		{"nothing in use", nil, "10.96.0.0/16"},
		{"a default route is no collision", prefixes("0.0.0.0/0", "192.0.2.0/24"), "10.96.0.0/16"},
		{"another instance", prefixes("10.96.0.0/16", "10.97.0.0/17", "10.97.255.254/32"), "10.98.0.0/16"},
		{"only its services", prefixes("10.97.0.0/17"), "10.98.0.0/16"},
		{"the upper half", prefixes("10.96.0.0/11", "10.128.0.0/9"), "10.0.0.0/16"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := ChooseRanges(c.taken)
			if err != nil || r.Pods.String() != c.pods {
				t.Fatalf("got %v, %v, want pods in %s", r, err, c.pods)
			}
			if r.Pods.Overlaps(r.Services) || r.Pods.Contains(r.Node) || r.Services.Contains(r.Node) {
				t.Errorf("ranges overlap: %v", r)
			}
		})
	}
	if _, err := ChooseRanges(prefixes("10.0.0.0/8")); !errors.Is(err, ErrNoRange) {
		t.Errorf("all in use: %v, want ErrNoRange", err)
	}
}

func TestChooseRanges6(t *testing.T) {
	a, err := ChooseRanges6(nil, "one")
	if err != nil {
		t.Fatal(err)
	}
	if !netip.MustParsePrefix("fd00::/8").Contains(a.Node) || a.Pods.Overlaps(a.Services) || a.Pods.Contains(a.Node) || a.Services.Contains(a.Node) {
		t.Errorf("ranges %v", a)
	}
	if again, _ := ChooseRanges6(prefixes("::/0", "2001:db8::/32"), "one"); again != a {
		t.Errorf("the same instance chose %v and %v", a, again)
	}
	if b, _ := ChooseRanges6(nil, "two"); b.Pods.Overlaps(a.Pods) {
		t.Errorf("two instances chose %v and %v", a, b)
	}
	if b, err := ChooseRanges6([]netip.Prefix{a.Services}, "one"); err != nil || b.Services.Overlaps(a.Services) {
		t.Errorf("what is in use was chosen: %v, %v", b, err)
	}
	if _, err := ChooseRanges6(prefixes("fc00::/7"), "one"); !errors.Is(err, ErrNoRange) {
		t.Errorf("all in use: %v, want ErrNoRange", err)
	}
}

func TestAllocatorOfIPv6(t *testing.T) {
	a, err := NewAllocator(netip.MustParsePrefix("fd00:1::/64"), addrs("fd00:1::ffff"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := a.Next(); err != nil || got.String() != "fd00:1::1:0" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestAllocatorTakesTurns(t *testing.T) {
	a, err := NewAllocator(netip.MustParsePrefix("10.1.0.0/29"), addrs("10.1.0.2"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	next := func() netip.Addr {
		t.Helper()
		addr, err := a.Next()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, addr.String())
		return addr
	}
	a.Free(next()) // .3 is free again, but the turn goes on
	next()
	next()
	next()
	next() // wraps around to .1
	next() // and comes to .3
	want := []string{"10.1.0.3", "10.1.0.4", "10.1.0.5", "10.1.0.6", "10.1.0.1", "10.1.0.3"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if _, err := a.Next(); !errors.Is(err, ErrExhausted) {
		t.Errorf("a full prefix: %v, want ErrExhausted", err)
	}
}

func TestAllocatorRefuses(t *testing.T) {
	for _, c := range []struct {
		prefix string
		used   []netip.Addr
	}{
		{"fd00::/127", nil}, {"10.1.0.0/31", nil}, {"10.1.0.0/24", addrs("fd00::1")},
		{"10.1.0.0/24", addrs("10.2.0.1")}, {"10.1.0.0/24", addrs("10.1.0.1", "10.1.0.1")}, {"10.1.0.0/24", addrs("10.1.0.0")},
	} {
		if _, err := NewAllocator(netip.MustParsePrefix(c.prefix), c.used); err == nil {
			t.Errorf("NewAllocator(%s, %v) succeeded", c.prefix, c.used)
		}
	}
}

// FuzzAllocator never gives out an address twice, nor one outside of the prefix.
func FuzzAllocator(f *testing.F) {
	f.Add([]byte{0, 0, 1, 0, 2, 0, 0})
	f.Fuzz(func(t *testing.T, ops []byte) {
		prefix := netip.MustParsePrefix("10.1.0.0/28")
		a, err := NewAllocator(prefix, nil)
		if err != nil {
			t.Fatal(err)
		}
		var live []netip.Addr
		for _, op := range ops {
			if op%3 == 2 && len(live) > 0 {
				i := int(op) % len(live)
				a.Free(live[i])
				live = slices.Delete(live, i, i+1)
				continue
			}
			addr, err := a.Next()
			if err != nil {
				if len(live) != 14 {
					t.Fatalf("%v with %d addresses in use", err, len(live))
				}
				continue
			}
			if slices.Contains(live, addr) || !prefix.Contains(addr) {
				t.Fatalf("gave out %s with %v in use", addr, live)
			}
			live = append(live, addr)
		}
		if a.Used() != len(live) {
			t.Fatalf("counts %d addresses, want %d", a.Used(), len(live))
		}
	})
}
