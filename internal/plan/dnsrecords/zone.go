package dnsrecords

import (
	"cmp"
	"net/netip"
	"strconv"
	"strings"

	"github.com/miekg/dns"
	"github.com/tidwall/btree"
)

// Zone is an immutable answer book. Its methods are safe for concurrent use.
type Zone struct {
	domain  string // fully qualified, lower case, with the final dot
	ranges  []netip.Prefix
	serial  uint32
	names   *btree.Map[string, *service]
	reverse *btree.Map[string, []*service]
}

func newZone(in Input, names *btree.Map[string, *service], reverse *btree.Map[string, []*service]) *Zone {
	return &Zone{
		domain: strings.ToLower(dns.Fqdn(cmp.Or(in.Domain, defaultDomain))),
		ranges: in.Ranges, serial: in.Serial, names: names, reverse: reverse,
	}
}

// Answer is what the zone says to a question.
type Answer struct {
	// Ours says that the zone is responsible for the name. If not, the other fields are zero and somebody else has to
	// be asked.
	Ours bool
	// Exists says that the name exists, if only with other types: NODATA, not NXDOMAIN.
	Exists bool
	// Records answer the question. A CNAME stands alone; who asked has to follow it.
	Records []dns.RR
	// Extra are the addresses of the targets of SRV records.
	Extra []dns.RR
}

// Lookup answers a question of class IN. The owner names of the answer are spelled as in the question.
func (z *Zone) Lookup(name string, qtype uint16) Answer {
	lower := strings.ToLower(dns.Fqdn(name))
	q := &question{zone: z, name: name, qtype: qtype}
	if rest, ok := strings.CutSuffix(lower, z.domain); ok && (rest == "" || strings.HasSuffix(rest, ".")) {
		q.answer.Ours = true
		q.forward(strings.TrimSuffix(rest, "."))
	} else if addr, ok := reverseAddr(lower); ok {
		q.pointer(addr)
	}
	return q.answer
}

// SOA is the record that goes with a negative answer to a question about name.
func (z *Zone) SOA(name string) dns.RR {
	owner := z.domain
	if lower := strings.ToLower(dns.Fqdn(name)); !dns.IsSubDomain(z.domain, lower) {
		owner = reverse4
		if dns.IsSubDomain(reverse6, lower) {
			owner = reverse6
		}
	}
	return &dns.SOA{
		Hdr: dns.RR_Header{Name: owner, Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: ttl},
		Ns:  "ns.dns." + z.domain, Mbox: "hostmaster." + z.domain,
		Serial: z.serial, Refresh: 7200, Retry: 1800, Expire: 86400, Minttl: ttl,
	}
}

// Domain is the cluster domain with its final dot.
func (z *Zone) Domain() string { return z.domain }

// hasNamespace reports whether a namespace has a Service, that is whether names below it exist.
func (z *Zone) hasNamespace(namespace string) bool {
	found := false
	prefix := nameKey(namespace, "")
	z.names.Ascend(prefix, func(key string, _ *service) bool {
		found = strings.HasPrefix(key, prefix)
		return false
	})
	return found
}

func (z *Zone) inRanges(addr netip.Addr) bool {
	for _, p := range z.ranges {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// The domains of reverse names.
const reverse4, reverse6 = "in-addr.arpa.", "ip6.arpa."

// reverseAddr reads "4.3.2.1.in-addr.arpa." or 32 digits and "ip6.arpa.".
func reverseAddr(lower string) (netip.Addr, bool) {
	if rest, ok := strings.CutSuffix(lower, "."+reverse6); ok {
		return nibbles(rest)
	}
	rest, ok := strings.CutSuffix(lower, "."+reverse4)
	if !ok {
		return netip.Addr{}, false
	}
	labels := strings.Split(rest, ".")
	if len(labels) != 4 {
		return netip.Addr{}, false
	}
	addr, err := netip.ParseAddr(labels[3] + "." + labels[2] + "." + labels[1] + "." + labels[0])
	return addr, err == nil
}

// nibbles reads the digits of an IPv6 address, the last one first, with dots between them.
func nibbles(rest string) (netip.Addr, bool) {
	var b [16]byte
	if len(rest) != 4*len(b)-1 {
		return netip.Addr{}, false
	}
	for i := range 2 * len(b) {
		n, err := strconv.ParseUint(rest[2*i:2*i+1], 16, 8)
		if err != nil || i > 0 && rest[2*i-1] != '.' {
			return netip.Addr{}, false
		}
		b[len(b)-1-i/2] |= byte(n) << (4 * (i % 2))
	}
	return netip.AddrFrom16(b), true
}
