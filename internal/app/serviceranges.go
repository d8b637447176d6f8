package app

import (
	"fmt"
	"net/netip"
	"strings"
)

// serviceRanges are what --service-cluster-ip-range asks for. A flag that is not given asks for nothing: an instance keeps
// what it has.
type serviceRanges struct {
	v4, v6 netip.Prefix
	// dual is --dual-stack: some range of IPv6, whichever, has to be there.
	dual bool
}

// Bits that a range of ClusterIPs leaves to its addresses: a smaller one has no room for the API's and DNS's own, and of
// IPv6 upstream takes no larger one than a subnet.
const (
	minServiceBits = 8
	maxV6Bits      = 64
)

// parseServiceRanges reads --service-cluster-ip-range as kube-apiserver has it: one range, or two of different families.
// The first is IPv4: it is the family of default/kubernetes, which leads to the node's own address.
func parseServiceRanges(flag string) (out serviceRanges, err error) {
	const name = "--service-cluster-ip-range"
	if flag == "" {
		return out, nil
	}
	list := strings.Split(flag, ",")
	if len(list) > 2 {
		return out, fmt.Errorf("%s must not contain more than two entries", name)
	}
	for i, text := range list {
		p, err := netip.ParsePrefix(strings.TrimSpace(text))
		switch {
		case err != nil:
			return out, fmt.Errorf("%s[%d] %q: want a range like 10.96.0.0/16 or fd00:10:96::/112", name, i, text)
		case p.Addr().Is4In6() || p != p.Masked():
			return out, fmt.Errorf("%s[%d] %q: want the range in its own form, %s", name, i, text, p.Masked())
		case p.Addr().BitLen()-p.Bits() < minServiceBits:
			return out, fmt.Errorf("%s[%d] %q: too small, want /%d or larger", name, i, text, p.Addr().BitLen()-minServiceBits)
		case p.Addr().Is6() && p.Bits() < maxV6Bits:
			return out, fmt.Errorf("%s[%d] %q: too large, want /%d or smaller", name, i, text, maxV6Bits)
		case i == 0 && p.Addr().Is6():
			return out, fmt.Errorf("%s[0] %q: service IP family must match the node address, which is IPv4; name the IPv6 range second", name, text)
		case i == 1 && p.Addr().Is4():
			return out, fmt.Errorf("%s[0] and %s[1] must be of different IP family", name, name)
		case i == 0:
			out.v4 = p
		default:
			out.v6 = p
		}
	}
	return out, nil
}

// choose puts the ranges into an instance that is being made. taken are the routes and addresses of the machine.
func (r serviceRanges) choose(in *Instance, taken []netip.Prefix) error {
	if r.v4.IsValid() {
		if r.v4.Overlaps(in.PodCIDR) || r.v4.Contains(in.NodeAddress) {
			return fmt.Errorf("--service-cluster-ip-range %s overlaps the instance's pods %s or node address %s", r.v4, in.PodCIDR, in.NodeAddress)
		}
		in.ServiceCIDR = r.v4
	}
	in.ServiceCIDR6 = r.v6
	for _, p := range []netip.Prefix{r.v4, r.v6} {
		for _, t := range taken {
			if p.IsValid() && t.Bits() > 0 && t.Overlaps(p) {
				return fmt.Errorf("--service-cluster-ip-range %s overlaps %s, which this machine has a route to", p, t)
			}
		}
	}
	return nil
}

// change says whether an instance that exists takes the ranges on, and takes them on: a second range may come and go, as
// upstream's may; Services that have addresses of it keep them. The first stays.
func (r serviceRanges) change(in *Instance) (changed bool, err error) {
	if !r.v4.IsValid() {
		return false, nil
	}
	if r.v4 != in.ServiceCIDR {
		return false, fmt.Errorf("--service-cluster-ip-range %s: this instance's Services have addresses of %s, which stays its first range; add others as ServiceCIDR objects", r.v4, in.ServiceCIDR)
	}
	changed = in.ServiceCIDR6 != r.v6
	in.ServiceCIDR6 = r.v6
	return changed, nil
}

// services are the instance's ranges of ClusterIPs, the default family's first.
func (in Instance) services() []string {
	out := []string{in.ServiceCIDR.String()}
	if in.ServiceCIDR6.IsValid() {
		out = append(out, in.ServiceCIDR6.String())
	}
	return out
}
