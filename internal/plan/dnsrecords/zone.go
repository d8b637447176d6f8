package dnsrecords

import (
	"cmp"
	"net/netip"
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
		owner = "in-addr.arpa."
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

// reverseAddr reads "4.3.2.1.in-addr.arpa.".
func reverseAddr(lower string) (netip.Addr, bool) {
	rest, ok := strings.CutSuffix(lower, ".in-addr.arpa.")
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
