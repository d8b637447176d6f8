package dnsrecords

import (
	"net/netip"
	"testing"

	"github.com/miekg/dns"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// Names of both families, of one Service and its endpoints, and the names of their addresses.
func TestDualStack(t *testing.T) {
	in := example()
	in.Services[0].Spec.ClusterIPs = []string{"10.97.0.10", "fd00:0:0:1::10"}
	six := slice1("default", "db", "db-6", in.Slices[1].Ports, ready("db-0", "fd00::1"), ready("", "fd00::2"))
	six.AddressType = discoveryv1.AddressTypeIPv6
	wrong := slice1("default", "db", "db-7", in.Slices[1].Ports, ready("", "fd00::77"))
	in.Slices = append(in.Slices, six, wrong)
	in.Services = append(in.Services, service1("default", "six", "fd00:0:0:1::11", corev1.ServicePort{Name: "http", Port: 80}))
	in.Ranges = append(in.Ranges, netip.MustParsePrefix("fd00::/64"), netip.MustParsePrefix("fd00:0:0:1::/112"))
	z := Build(in)
	const reverse = ".0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa."
	for _, c := range []struct {
		name  string
		qtype uint16
		want  string
	}{
		{"web.default.svc.cluster.local.", dns.TypeA, "A 10.97.0.10"},
		{"web.default.svc.cluster.local.", dns.TypeAAAA, "AAAA fd00:0:0:1::10"},
		{"web.default.svc.cluster.local.", dns.TypeANY, "A 10.97.0.10; AAAA fd00:0:0:1::10"},
		{"six.default.svc.cluster.local.", dns.TypeA, "NODATA"},
		{"_http._tcp.six.default.svc.cluster.local.", dns.TypeSRV, "SRV 0 100 80 six.default.svc.cluster.local. [AAAA fd00:0:0:1::11]"},
		{"db.default.svc.cluster.local.", dns.TypeAAAA, "AAAA fd00::1; AAAA fd00::2"},
		{"db-0.db.default.svc.cluster.local.", dns.TypeANY, "A 10.96.0.1; AAAA fd00::1"},
		{"fd00--2.db.default.svc.cluster.local.", dns.TypeAAAA, "AAAA fd00::2"},
		{"fd00--9.default.pod.cluster.local.", dns.TypeAAAA, "AAAA fd00::9"},
		{"2001-db8--9.default.pod.cluster.local.", dns.TypeAAAA, "NXDOMAIN"},
		{"0.1.0.0" + reverse, dns.TypePTR, "PTR web.default.svc.cluster.local."},
		{"9.9.0.0" + reverse, dns.TypePTR, "NXDOMAIN"},
		{"0.1.0" + reverse, dns.TypePTR, "NOTOURS"},
		{"0.1.0.g" + reverse, dns.TypePTR, "NOTOURS"},
		{"0.1.0.00" + reverse[1:], dns.TypePTR, "NOTOURS"},
		{"2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa.", dns.TypePTR, "PTR fd00--2.db.default.svc.cluster.local."},
	} {
		if got := answerText(z.Lookup(c.name, c.qtype)); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.name, dns.TypeToString[c.qtype], got, c.want)
		}
	}
	if got := z.SOA("1.0.ip6.arpa.").Header().Name; got != "ip6.arpa." {
		t.Errorf("the negative answer to a reverse name is of zone %s", got)
	}
}
