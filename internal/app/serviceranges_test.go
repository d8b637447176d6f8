package app

import (
	"net/netip"
	"strings"
	"testing"
)

func TestParseServiceRanges(t *testing.T) {
	for _, c := range []struct{ flag, want string }{
		{"", "invalid Prefix,invalid Prefix"},
		{"10.96.0.0/16", "10.96.0.0/16,invalid Prefix"},
		{"10.96.0.0/16,fd00:96::/112", "10.96.0.0/16,fd00:96::/112"},
		{"10.96.0.0/16, fd00:96::/112", "10.96.0.0/16,fd00:96::/112"},
		{"10.96.0.0/24", "10.96.0.0/24,invalid Prefix"},
		{"10.96.0.0/25", "too small"},
		{"10.96.0.1/16", "in its own form, 10.96.0.0/16"},
		{"fd00:96::/112", "name the IPv6 range second"},
		{"fd00:96::/112,10.96.0.0/16", "name the IPv6 range second"},
		{"10.96.0.0/16,10.97.0.0/16", "must be of different IP family"},
		{"10.96.0.0/16,fd00::/48", "too large"},
		{"10.96.0.0/16,fd00:96::/112,fd00:97::/112", "more than two entries"},
		{"10.96.0.0/16,", "want a range like"},
		{"nonsense", "want a range like"},
	} {
		got, err := parseServiceRanges(c.flag)
		said := got.v4.String() + "," + got.v6.String()
		if err != nil {
			said = err.Error()
		}
		if said != c.want && (err == nil || !strings.Contains(said, c.want)) {
			t.Errorf("%q: %s, want %s", c.flag, said, c.want)
		}
	}
}

// TestInstanceServiceRanges: an instance is made with the ranges asked for, keeps the first, and takes a second one on later.
func TestInstanceServiceRanges(t *testing.T) {
	dir := t.TempDir()
	ask := func(flag string) (Instance, error) {
		t.Helper()
		r, err := parseServiceRanges(flag)
		if err != nil {
			t.Fatal(err)
		}
		return openInstance(dir, "127.0.0.1:6443", r)
	}
	const first, second = "203.0.113.0/24", "fd00:6761:6e74::/112" // addresses for documentation, and a unique local range
	in, err := ask(first)
	if err != nil || in.ServiceCIDR != netip.MustParsePrefix(first) || in.ServiceCIDR6.IsValid() {
		t.Fatalf("made with one range: %+v, %v", in, err)
	}
	if in, err = ask(first + "," + second); err != nil || strings.Join(in.services(), ",") != first+","+second {
		t.Fatalf("with a second range: %+v, %v", in, err)
	}
	if in, err = ask(""); err != nil || in.ServiceCIDR6 != netip.MustParsePrefix(second) {
		t.Errorf("without the flag the ranges stay: %+v, %v", in, err)
	}
	if _, err = ask("198.51.100.0/24"); err == nil || !strings.Contains(err.Error(), "stays its first range") {
		t.Errorf("another first range: %v", err)
	}
	if in, err = ask(first); err != nil || in.ServiceCIDR6.IsValid() {
		t.Errorf("back to one: %+v, %v", in, err)
	}
}
