package dnsrecords

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func service1(namespace, name, ip string, ports ...corev1.ServicePort) *corev1.Service {
	return &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Spec: corev1.ServiceSpec{ClusterIP: ip, Ports: ports}}
}

func slice1(namespace, service, name string, ports []discoveryv1.EndpointPort, eps ...discoveryv1.Endpoint) *discoveryv1.EndpointSlice {
	return &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{discoveryv1.LabelServiceName: service}},
		AddressType: discoveryv1.AddressTypeIPv4, Ports: ports, Endpoints: eps,
	}
}

func ready(hostname string, ips ...string) discoveryv1.Endpoint {
	ep := discoveryv1.Endpoint{Addresses: ips}
	if hostname != "" {
		ep.Hostname = &hostname
	}
	return ep
}

func notReady(ips ...string) discoveryv1.Endpoint {
	no := false
	return discoveryv1.Endpoint{Addresses: ips, Conditions: discoveryv1.EndpointConditions{Ready: &no}}
}

// example is a cluster with one service of each kind.
func example() Input {
	http, tcp, port := "http", corev1.ProtocolTCP, int32(8080)
	name := service1("default", "ext", "")
	name.Spec.Type, name.Spec.ExternalName = corev1.ServiceTypeExternalName, "www.example.org"
	ports := []discoveryv1.EndpointPort{{Name: &http, Protocol: &tcp, Port: &port}}
	return Input{
		Services: []*corev1.Service{
			service1("default", "web", "10.97.0.10", corev1.ServicePort{Name: "http", Port: 80, Protocol: corev1.ProtocolTCP}, corev1.ServicePort{Name: "Dns", Port: 53, Protocol: corev1.ProtocolUDP}),
			service1("default", "db", "None", corev1.ServicePort{Name: "http", Port: 80}),
			service1("default", "empty", "None"),
			service1("other", "unnamed", "10.97.0.11", corev1.ServicePort{Port: 80}),
			name,
		},
		Slices: []*discoveryv1.EndpointSlice{
			slice1("default", "web", "web-a", ports, ready("", "10.96.0.7")),
			slice1("default", "db", "db-a", ports, ready("db-0", "10.96.0.1"), ready("", "10.96.0.2"), notReady("10.96.0.3")),
			slice1("default", "db", "db-b", ports, ready("db-0", "10.96.0.1"), ready("", "10.96.0.4")),
		},
		Ranges: []netip.Prefix{netip.MustParsePrefix("10.96.0.0/16"), netip.MustParsePrefix("10.97.0.0/17")},
		Serial: 42,
	}
}

// answerText is an answer as words: NOTOURS, NXDOMAIN, NODATA, or the data of the records, extra ones in brackets.
func answerText(a Answer) string {
	switch {
	case !a.Ours:
		return "NOTOURS"
	case !a.Exists:
		return "NXDOMAIN"
	case len(a.Records) == 0:
		return "NODATA"
	}
	data := func(rrs []dns.RR) []string {
		var out []string
		for _, rr := range rrs {
			text := strings.TrimPrefix(rr.String(), rr.Header().String())
			out = append(out, dns.TypeToString[rr.Header().Rrtype]+" "+text)
		}
		slices.Sort(out)
		return out
	}
	text := strings.Join(data(a.Records), "; ")
	if len(a.Extra) > 0 {
		text += " [" + strings.Join(data(a.Extra), "; ") + "]"
	}
	return text
}

func TestLookup(t *testing.T) {
	z := Build(example())
	for _, c := range []struct {
		name  string
		qtype uint16
		want  string
	}{
		{"web.default.svc.cluster.local.", dns.TypeA, "A 10.97.0.10"},
		{"WEB.Default.svc.Cluster.Local.", dns.TypeA, "A 10.97.0.10"},
		{"web.default.svc.cluster.local", dns.TypeA, "A 10.97.0.10"},
		{"web.default.svc.cluster.local.", dns.TypeAAAA, "NODATA"},
		{"web.default.svc.cluster.local.", dns.TypeANY, "A 10.97.0.10"},
		{"nobody.default.svc.cluster.local.", dns.TypeA, "NXDOMAIN"},
		{"web.nowhere.svc.cluster.local.", dns.TypeA, "NXDOMAIN"},
		{"_http._tcp.web.default.svc.cluster.local.", dns.TypeSRV, "SRV 0 100 80 web.default.svc.cluster.local. [A 10.97.0.10]"},
		{"_dns._udp.web.default.svc.cluster.local.", dns.TypeSRV, "SRV 0 100 53 web.default.svc.cluster.local. [A 10.97.0.10]"},
		{"_http._udp.web.default.svc.cluster.local.", dns.TypeSRV, "NXDOMAIN"},
		{"_http._tcp.web.default.svc.cluster.local.", dns.TypeA, "NODATA"},
		{"_tcp.web.default.svc.cluster.local.", dns.TypeSRV, "NODATA"},
		{"_sctp.web.default.svc.cluster.local.", dns.TypeSRV, "NXDOMAIN"},

		{"db.default.svc.cluster.local.", dns.TypeA, "A 10.96.0.1; A 10.96.0.2; A 10.96.0.4"},
		{"db-0.db.default.svc.cluster.local.", dns.TypeA, "A 10.96.0.1"},
		{"10-96-0-2.db.default.svc.cluster.local.", dns.TypeA, "A 10.96.0.2"},
		{"10-96-0-3.db.default.svc.cluster.local.", dns.TypeA, "NXDOMAIN"},
		{"_http._tcp.db.default.svc.cluster.local.", dns.TypeSRV,
			"SRV 0 100 8080 10-96-0-2.db.default.svc.cluster.local.; SRV 0 100 8080 10-96-0-4.db.default.svc.cluster.local.; " +
				"SRV 0 100 8080 db-0.db.default.svc.cluster.local. [A 10.96.0.1; A 10.96.0.2; A 10.96.0.4]"},
		{"empty.default.svc.cluster.local.", dns.TypeA, "NODATA"},

		{"ext.default.svc.cluster.local.", dns.TypeA, "CNAME www.example.org."},
		{"ext.default.svc.cluster.local.", dns.TypeCNAME, "CNAME www.example.org."},
		{"x.ext.default.svc.cluster.local.", dns.TypeA, "NXDOMAIN"},

		{"10-96-0-9.default.pod.cluster.local.", dns.TypeA, "A 10.96.0.9"},
		{"8-8-8-8.default.pod.cluster.local.", dns.TypeA, "NXDOMAIN"},
		{"web.default.pod.cluster.local.", dns.TypeA, "NXDOMAIN"},
		{"default.pod.cluster.local.", dns.TypeA, "NXDOMAIN"},

		{"10.0.97.10.in-addr.arpa.", dns.TypePTR, "PTR web.default.svc.cluster.local."},
		{"1.0.96.10.in-addr.arpa.", dns.TypePTR, "PTR db-0.db.default.svc.cluster.local."},
		{"2.0.96.10.in-addr.arpa.", dns.TypePTR, "PTR 10-96-0-2.db.default.svc.cluster.local."},
		{"7.0.96.10.in-addr.arpa.", dns.TypePTR, "NXDOMAIN"}, // an endpoint, but not of a headless service
		{"10.0.97.10.in-addr.arpa.", dns.TypeA, "NODATA"},
		{"8.8.8.8.in-addr.arpa.", dns.TypePTR, "NOTOURS"},
		{"8.8.in-addr.arpa.", dns.TypePTR, "NOTOURS"},

		{"dns-version.cluster.local.", dns.TypeTXT, `TXT "1.1.0"`},
		{"cluster.local.", dns.TypeSOA, "SOA ns.dns.cluster.local. hostmaster.cluster.local. 42 7200 1800 86400 5"},
		{"cluster.local.", dns.TypeA, "NODATA"},
		{"svc.cluster.local.", dns.TypeA, "NODATA"},
		{"default.svc.cluster.local.", dns.TypeA, "NODATA"},
		{"nowhere.svc.cluster.local.", dns.TypeA, "NXDOMAIN"},
		{"def.svc.cluster.local.", dns.TypeA, "NXDOMAIN"},
		{"x.cluster.local.", dns.TypeA, "NXDOMAIN"},
		{"a.b.c.d.web.default.svc.cluster.local.", dns.TypeA, "NXDOMAIN"},
		{"example.org.", dns.TypeA, "NOTOURS"},
		{"notcluster.local.", dns.TypeA, "NOTOURS"},
		{".", dns.TypeNS, "NOTOURS"},
	} {
		if got := answerText(z.Lookup(c.name, c.qtype)); got != c.want {
			t.Errorf("%s %s: %s, want %s", dns.TypeToString[c.qtype], c.name, got, c.want)
		}
	}
}

func TestOtherDomain(t *testing.T) {
	in := example()
	in.Domain = "corp.example"
	z := Build(in)
	if got := answerText(z.Lookup("web.default.svc.corp.example.", dns.TypeA)); got != "A 10.97.0.10" {
		t.Error(got)
	}
	if got := answerText(z.Lookup("web.default.svc.cluster.local.", dns.TypeA)); got != "NOTOURS" {
		t.Error(got)
	}
}

// TestBuilderNeverDiffersFromBuild changes a cluster at random; old zones go on to say what they said.
func TestBuilderNeverDiffersFromBuild(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	b := NewBuilder()
	in := example()
	var old *Zone
	var said string
	for step := range 300 {
		name, id := fmt.Sprintf("s%d", r.IntN(4)), r.IntN(3)
		in.Services = slices.DeleteFunc(slices.Clone(in.Services), func(s *corev1.Service) bool { return s.Name == name })
		if r.IntN(3) > 0 {
			in.Services = append(in.Services, service1("n", name, [...]string{"None", "10.97.0.50", "10.97.0.51"}[r.IntN(3)]))
		}
		sliceName := fmt.Sprintf("%s-%d", name, id)
		in.Slices = slices.DeleteFunc(slices.Clone(in.Slices), func(s *discoveryv1.EndpointSlice) bool { return s.Name == sliceName })
		if r.IntN(3) > 0 {
			in.Slices = append(in.Slices, slice1("n", name, sliceName, nil, ready("", fmt.Sprintf("10.96.1.%d", r.IntN(4)))))
		}
		z := b.Build(in)
		if got, want := everything(z), everything(Build(in)); got != want {
			t.Fatalf("step %d: got\n%s\nwant\n%s", step, got, want)
		}
		if old != nil && everything(old) != said {
			t.Fatalf("step %d: an old zone has changed", step)
		}
		old, said = z, everything(z)
	}
}

func everything(z *Zone) string {
	var out strings.Builder
	for i := range 4 {
		fmt.Fprintln(&out, answerText(z.Lookup(fmt.Sprintf("s%d.n.svc.cluster.local.", i), dns.TypeA)))
		fmt.Fprintln(&out, answerText(z.Lookup(fmt.Sprintf("%d.1.96.10.in-addr.arpa.", i), dns.TypePTR)))
		fmt.Fprintln(&out, answerText(z.Lookup(fmt.Sprintf("%d.0.97.10.in-addr.arpa.", 50+i), dns.TypePTR)))
	}
	return out.String()
}

// FuzzLookup never panics and never answers with records to a name that does not exist.
func FuzzLookup(f *testing.F) {
	z := Build(example())
	for _, name := range []string{"web.default.svc.cluster.local.", "..", "", "_._.db.default.svc.cluster.local", "1-2-3-4-5.x.pod.cluster.local.", "1.2.3.4.in-addr.arpa.", "\x00.cluster.local."} {
		f.Add(name, dns.TypeA)
	}
	f.Fuzz(func(t *testing.T, name string, qtype uint16) {
		a := z.Lookup(name, qtype)
		if (!a.Ours && a.Exists) || (!a.Exists && len(a.Records) > 0) {
			t.Errorf("%q %d: %+v", name, qtype, a)
		}
	})
}

func BenchmarkBuildOneChange(b *testing.B) {
	in := Input{}
	for i := range 10_000 {
		name := fmt.Sprintf("s%d", i)
		in.Services = append(in.Services, service1("d", name, fmt.Sprintf("10.97.%d.%d", i/250, i%250)))
		in.Slices = append(in.Slices, slice1("d", name, name+"-x", nil, ready("", "10.96.0.1")))
	}
	builder := NewBuilder()
	builder.Build(in)
	two := [2]*discoveryv1.EndpointSlice{slice1("d", "s77", "s77-x", nil, ready("", "10.96.0.2")), slice1("d", "s77", "s77-x", nil, ready("", "10.96.0.3"))}
	for i := 0; b.Loop(); i++ {
		in.Slices[77] = two[i%2]
		builder.Build(in)
	}
}

func BenchmarkLookup(b *testing.B) {
	z := Build(example())
	b.ReportAllocs()
	for b.Loop() {
		z.Lookup("web.default.svc.cluster.local.", dns.TypeA)
	}
}
