package dnsrecords

import (
	"net/netip"
	"strings"

	"github.com/miekg/dns"
)

// question is one lookup under way. Methods add all records of the name that fit the type.
type question struct {
	zone   *Zone
	name   string // as asked
	qtype  uint16
	answer Answer
}

func (q *question) wants(t uint16) bool { return q.qtype == t || q.qtype == dns.TypeANY }

func (q *question) header(t uint16) dns.RR_Header {
	return dns.RR_Header{Name: q.name, Rrtype: t, Class: dns.ClassINET, Ttl: ttl}
}

func (q *question) exists() { q.answer.Exists = true }

func (q *question) add(rr dns.RR) {
	q.exists()
	if q.wants(rr.Header().Rrtype) {
		q.answer.Records = append(q.answer.Records, rr)
	}
}

func (q *question) address(addr netip.Addr) {
	if addr.Is4() {
		q.add(&dns.A{Hdr: q.header(dns.TypeA), A: addr.AsSlice()})
	} else {
		q.add(&dns.AAAA{Hdr: q.header(dns.TypeAAAA), AAAA: addr.AsSlice()})
	}
}

// forward answers a name below the domain; rel is the part before it.
func (q *question) forward(rel string) {
	if rel == "" {
		q.add(q.zone.SOA(q.zone.domain))
		return
	}
	labels := strings.Split(rel, ".")
	last := labels[len(labels)-1]
	switch rest := labels[:len(labels)-1]; {
	case rel == "dns-version":
		q.add(&dns.TXT{Hdr: q.header(dns.TypeTXT), Txt: []string{specVersion}})
	case len(rest) == 0 && (last == "svc" || last == "pod"):
		q.exists()
	case last == "pod" && len(rest) == 2:
		q.pod(rest[0])
	case last == "svc" && len(rest) == 1:
		q.answer.Exists = q.zone.hasNamespace(rest[0])
	case last == "svc":
		namespace, name := rest[len(rest)-1], rest[len(rest)-2]
		if s, ok := q.zone.names.Get(nameKey(namespace, name)); ok {
			q.service(s, rest[:len(rest)-2])
		}
	}
}

// pod answers a-b-c-d.namespace.pod, and a-b--c.namespace.pod for IPv6, for addresses of the cluster.
func (q *question) pod(dashed string) {
	addr, err := netip.ParseAddr(strings.ReplaceAll(dashed, "-", "."))
	if err != nil {
		addr, err = netip.ParseAddr(strings.ReplaceAll(dashed, "-", ":"))
	}
	if err == nil && q.zone.inRanges(addr) {
		q.address(addr)
	}
}

// service answers names at (no labels) and below a service: hostname, or _port._protocol, or _protocol.
func (q *question) service(s *service, below []string) {
	if s.external() {
		if len(below) == 0 {
			q.exists()
			q.answer.Records = append(q.answer.Records, &dns.CNAME{Hdr: q.header(dns.TypeCNAME), Target: dns.Fqdn(s.Spec.ExternalName)})
		}
		return
	}
	switch {
	case len(below) == 0:
		q.exists() // also without an endpoint
		for _, addr := range s.clusterIPs() {
			q.address(addr)
		}
		if s.headless() {
			q.distinctAddresses(s, "")
		}
	case len(below) == 1 && !strings.HasPrefix(below[0], "_"):
		q.distinctAddresses(s, below[0])
	case len(below) == 1:
		for p := range s.ports() {
			if "_"+p.protocol == below[0] {
				q.exists()
			}
		}
	case len(below) == 2:
		for p := range s.ports() {
			if "_"+p.name == below[0] && "_"+p.protocol == below[1] {
				q.srv(s, p)
			}
		}
	}
}

// distinctAddresses answers with the endpoints that have the hostname, or all if it is empty.
func (q *question) distinctAddresses(s *service, hostname string) {
	seen := make(map[netip.Addr]bool)
	for ep := range s.endpoints() {
		if (hostname == "" || ep.hostname == hostname) && !seen[ep.addr] {
			seen[ep.addr] = true
			q.address(ep.addr)
		}
	}
}

// srvWeight is shared evenly: all targets are as good as each other.
const srvWeight = 100

// srv answers _port._protocol of a service: the service itself, or each endpoint of a headless one.
func (q *question) srv(s *service, p servicePort) {
	target := s.fqdn(q.zone)
	add := func(target string, port uint16, addrs ...netip.Addr) {
		for _, rr := range q.answer.Records {
			if srv, ok := rr.(*dns.SRV); ok && srv.Target == target && srv.Port == port {
				return
			}
		}
		q.add(&dns.SRV{Hdr: q.header(dns.TypeSRV), Weight: srvWeight, Port: port, Target: target})
		if !q.wants(dns.TypeSRV) {
			return
		}
		for _, a := range addrs {
			hdr := dns.RR_Header{Name: target, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: ttl}
			if a.Is4() {
				q.answer.Extra = append(q.answer.Extra, &dns.A{A: a.AsSlice(), Hdr: hdr})
				continue
			}
			hdr.Rrtype = dns.TypeAAAA
			q.answer.Extra = append(q.answer.Extra, &dns.AAAA{AAAA: a.AsSlice(), Hdr: hdr})
		}
	}
	if !s.headless() {
		add(target, p.number, s.clusterIPs()...)
		return
	}
	for ep := range s.endpoints() {
		if number, ok := ep.port(p); ok {
			add(ep.hostname+"."+target, number, ep.addr)
		}
	}
}

// pointer answers a reverse name.
func (q *question) pointer(addr netip.Addr) {
	owners, _ := q.zone.reverse.Get(addr.String())
	q.answer.Ours = len(owners) > 0 || q.zone.inRanges(addr)
	for _, s := range owners {
		target := s.fqdn(q.zone)
		if !s.headless() {
			q.ptr(target)
			continue
		}
		for ep := range s.endpoints() {
			if ep.addr == addr {
				q.ptr(ep.hostname + "." + target)
			}
		}
	}
}

func (q *question) ptr(target string) {
	for _, rr := range q.answer.Records {
		if rr.(*dns.PTR).Ptr == target {
			return
		}
	}
	q.add(&dns.PTR{Hdr: q.header(dns.TypePTR), Ptr: target})
}

// fqdn is the service's own name.
func (s *service) fqdn(z *Zone) string { return s.Name + "." + s.Namespace + ".svc." + z.domain }

// dashed is the hostname of an endpoint that has none: "10-1-0-2", "fd00--2".
func dashed(addr netip.Addr) string {
	return strings.NewReplacer(".", "-", ":", "-").Replace(addr.String())
}
