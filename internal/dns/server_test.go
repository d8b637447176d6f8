package dns

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/nettest"
	"gantry.dev/gantry/internal/plan/dnsrecords"
)

func TestMain(m *testing.M) { os.Exit(nettest.Main(m)) }

// patience bounds a wait for an answer that has to come.
const patience = 5 * time.Second

// freeAddress is one on which nobody listens now.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// start serves until the test ends.
func start(t testing.TB, cfg Config) (*Server, string) {
	t.Helper()
	addr := freeAddress(t)
	cfg.Addresses = []string{addr}
	return run(t, cfg), addr
}

// startAt serves at a given address.
func startAt(t testing.TB, addr string) *Server { return run(t, Config{Addresses: []string{addr}}) }

func run(t testing.TB, cfg Config) *Server {
	t.Helper()
	cfg.Log = slog.New(slog.DiscardHandler)
	if cfg.ResolvConf == "" {
		cfg.ResolvConf = filepath.Join(t.TempDir(), "none")
	}
	s := New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	done, ready := make(chan error, 1), make(chan struct{})
	go func() { done <- s.ListenAndServe(ctx, func() { close(ready) }) }()
	select {
	case <-ready:
	case err := <-done:
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s
}

// resolvConf names upstreams, all of one port.
func resolvConf(t testing.TB, hosts ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "resolv.conf")
	if err := os.WriteFile(file, []byte("nameserver "+strings.Join(hosts, "\nnameserver ")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func zone(endpoints int) *dnsrecords.Zone {
	big := &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Namespace: "default", Name: "big-a", Labels: map[string]string{discoveryv1.LabelServiceName: "big"}},
		AddressType: discoveryv1.AddressTypeIPv4,
	}
	for i := range endpoints {
		big.Endpoints = append(big.Endpoints, discoveryv1.Endpoint{Addresses: []string{fmt.Sprintf("10.96.%d.%d", i/250, i%250+1)}})
	}
	svc := func(name string, spec corev1.ServiceSpec) *corev1.Service {
		return &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name}, Spec: spec}
	}
	external := func(name, target string) *corev1.Service {
		return svc(name, corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: target})
	}
	return dnsrecords.Build(dnsrecords.Input{
		Services: []*corev1.Service{
			svc("web", corev1.ServiceSpec{ClusterIP: "10.97.0.10"}),
			svc("big", corev1.ServiceSpec{ClusterIP: "None"}),
			external("inside", "web.default.svc.cluster.local"),
			external("outside", "www.example.org"),
			external("ping", "pong.default.svc.cluster.local"), external("pong", "ping.default.svc.cluster.local"),
		},
		Slices: []*discoveryv1.EndpointSlice{big},
		Ranges: []netip.Prefix{netip.MustParsePrefix("10.96.0.0/15")},
	})
}

func ask(t testing.TB, network, addr, name string, qtype uint16, edns uint16) *dns.Msg {
	t.Helper()
	req := new(dns.Msg)
	req.SetQuestion(name, qtype)
	if edns > 0 {
		req.SetEdns0(edns, false)
	}
	client := dns.Client{Net: network, Timeout: patience, UDPSize: dns.MaxMsgSize}
	resp, _, err := client.Exchange(req, addr)
	if err != nil {
		t.Fatalf("%s %s: %v", network, name, err)
	}
	return resp
}

// text is code and data of an answer.
func text(m *dns.Msg) string {
	out := []string{}
	for _, rr := range m.Answer {
		out = append(out, strings.TrimPrefix(rr.String(), rr.Header().String()))
	}
	slices.Sort(out)
	return strings.TrimSpace(dns.RcodeToString[m.Rcode] + " " + strings.Join(out, " "))
}

func TestAnswers(t *testing.T) {
	s, addr := start(t, Config{})
	if got := text(ask(t, "udp", addr, "web.default.svc.cluster.local.", dns.TypeA, 0)); got != "SERVFAIL" {
		t.Errorf("without a zone: %s", got)
	}
	s.Set(zone(3))
	for _, network := range []string{"udp", "tcp"} {
		for _, c := range []struct {
			name  string
			qtype uint16
			want  string
			soa   bool
		}{
			{"web.default.svc.cluster.local.", dns.TypeA, "NOERROR 10.97.0.10", false},
			{"web.default.svc.cluster.local.", dns.TypeAAAA, "NOERROR", true},
			{"nobody.default.svc.cluster.local.", dns.TypeA, "NXDOMAIN", true},
			{"big.default.svc.cluster.local.", dns.TypeA, "NOERROR 10.96.0.1 10.96.0.2 10.96.0.3", false},
			{"inside.default.svc.cluster.local.", dns.TypeA, "NOERROR 10.97.0.10 web.default.svc.cluster.local.", false},
			{"ping.default.svc.cluster.local.", dns.TypeA, "SERVFAIL", false},
			{"outside.default.svc.cluster.local.", dns.TypeA, "SERVFAIL", false}, // no upstream here
			{"example.org.", dns.TypeA, "SERVFAIL", false},
		} {
			m := ask(t, network, addr, c.name, c.qtype, 0)
			if got := text(m); got != c.want || (len(m.Ns) > 0) != c.soa {
				t.Errorf("%s %s %s: %s with %v, want %s", network, dns.TypeToString[c.qtype], c.name, got, m.Ns, c.want)
			}
			if ours := !strings.HasPrefix(c.want, "SERVFAIL"); m.Authoritative != ours {
				t.Errorf("%s: authoritative is %v", c.name, m.Authoritative)
			}
		}
	}
}

func TestTruncates(t *testing.T) {
	s, addr := start(t, Config{})
	s.Set(zone(200))
	const name = "big.default.svc.cluster.local."
	for _, c := range []struct {
		network string
		edns    uint16
		size    int
		cut     bool
	}{
		{"udp", 0, minUDP, true}, {"udp", 4096, maxUDP, true}, {"tcp", 0, dns.MaxMsgSize, false},
	} {
		m := ask(t, c.network, addr, name, dns.TypeA, c.edns)
		m.Compress = true // as it was on the wire
		if m.Truncated != c.cut || m.Len() > c.size || (c.edns > 0) != (m.IsEdns0() != nil) {
			t.Errorf("%s with EDNS size %d: truncated %v, %d bytes, EDNS %v", c.network, c.edns, m.Truncated, m.Len(), m.IsEdns0())
		}
		if !c.cut && len(m.Answer) != 200 {
			t.Errorf("%s: %d records, want 200", c.network, len(m.Answer))
		}
	}
}

// fakeUpstream answers every question about example.org with an address and counts them.
func fakeUpstream(t testing.TB, host string) *atomic.Int32 {
	t.Helper()
	var asked atomic.Int32
	p, err := net.ListenPacket("udp", host+":53")
	if err != nil {
		t.Skipf("needs port 53 of %s for a fake upstream: %v", host, err)
	}
	srv := &dns.Server{PacketConn: p, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, req *dns.Msg) {
		asked.Add(1)
		resp := new(dns.Msg).SetReply(req)
		if name := req.Question[0].Name; strings.HasSuffix(strings.ToLower(name), "example.org.") {
			rr, err := dns.NewRR(name + " 60 IN A 203.0.113.1")
			if err != nil {
				t.Error(err)
			}
			resp.Answer = []dns.RR{rr}
		} else {
			resp.Rcode = dns.RcodeNameError
		}
		if err := w.WriteMsg(resp); err != nil {
			t.Error(err)
		}
	})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.ActivateAndServe() // ends with the socket
	}()
	t.Cleanup(func() {
		p.Close()
		<-done
	})
	return &asked
}

func TestForwards(t *testing.T) {
	asked := fakeUpstream(t, "127.0.53.1")
	s, addr := start(t, Config{ResolvConf: resolvConf(t, "127.0.53.1")})
	s.Set(zone(1))
	for range 3 {
		if got := text(ask(t, "udp", addr, "www.example.org.", dns.TypeA, 0)); got != "NOERROR 203.0.113.1" {
			t.Errorf("got %s", got)
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("the upstream was asked %d times, want once: the answer is cached", n)
	}
	if got := text(ask(t, "udp", addr, "outside.default.svc.cluster.local.", dns.TypeA, 0)); got != "NOERROR 203.0.113.1 www.example.org." {
		t.Errorf("an external name: %s", got)
	}
	if got := text(ask(t, "udp", addr, "nobody.test.", dns.TypeA, 0)); got != "NXDOMAIN" {
		t.Errorf("got %s", got)
	}
	if got := text(ask(t, "udp", addr, "8.8.8.8.in-addr.arpa.", dns.TypePTR, 0)); got != "NXDOMAIN" || asked.Load() != 3 {
		t.Errorf("a reverse name outside: %s after %d questions to the upstream", got, asked.Load())
	}
}

func TestDeadUpstreamIsPassedOver(t *testing.T) {
	asked := fakeUpstream(t, "127.0.53.2")
	// Nobody listens at the first: the kernel says so at once.
	s, addr := start(t, Config{ResolvConf: resolvConf(t, "127.0.53.9", "127.0.53.2")})
	s.Set(zone(1))
	for i := range 2 {
		if got := text(ask(t, "udp", addr, fmt.Sprintf("w%d.example.org.", i), dns.TypeA, 0)); got != "NOERROR 203.0.113.1" {
			t.Errorf("got %s", got)
		}
	}
	if asked.Load() != 2 || s.upstream.preferred.Load() != 1 {
		t.Errorf("asked %d times, preferred upstream %d", asked.Load(), s.upstream.preferred.Load())
	}
}

func TestOwnAddressIsNoUpstream(t *testing.T) {
	cfg := Config{Addresses: []string{"127.0.53.3:53"}, ResolvConf: resolvConf(t, "127.0.53.3"), Log: slog.New(slog.DiscardHandler)}
	s := New(cfg)
	if servers, err := s.upstream.current(); err == nil {
		t.Errorf("upstreams %v, want none: it is the server itself", servers)
	}
}

func TestPortInUse(t *testing.T) {
	_, addr := start(t, Config{})
	other := New(Config{Addresses: []string{addr}, Log: slog.New(slog.DiscardHandler)})
	err := other.ListenAndServe(context.Background(), nil)
	if err == nil || !strings.Contains(err.Error(), addr) {
		t.Errorf("a second server on %s: %v", addr, err)
	}
}

func TestCacheCountsDownAndIsBounded(t *testing.T) {
	c := newCache()
	now := time.Unix(1000, 0)
	put := func(name string) cacheKey {
		req := new(dns.Msg)
		req.SetQuestion(name, dns.TypeA)
		resp := new(dns.Msg).SetReply(req)
		rr, err := dns.NewRR(name + " 20 IN A 203.0.113.1")
		if err != nil {
			t.Fatal(err)
		}
		resp.Answer = []dns.RR{rr}
		c.put(keyFor(req, false), resp, now)
		return keyFor(req, false)
	}
	key := put("a.example.")
	if m := c.get(key, now.Add(5*time.Second)); m == nil || m.Answer[0].Header().Ttl != 15 {
		t.Errorf("after five seconds: %v", m)
	}
	if m := c.get(key, now.Add(20*time.Second)); m != nil {
		t.Errorf("after its time: %v", m)
	}
	for i := range maxEntries + 100 {
		put(fmt.Sprintf("n%d.example.", i))
	}
	if len(c.entries) > maxEntries {
		t.Errorf("%d entries, want at most %d", len(c.entries), maxEntries)
	}
}

func BenchmarkAnswer(b *testing.B) {
	s := New(Config{Log: slog.New(slog.DiscardHandler)})
	s.Set(zone(3))
	req := new(dns.Msg)
	req.SetQuestion("web.default.svc.cluster.local.", dns.TypeA)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.answer(req, false).Pack(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUDP(b *testing.B) {
	s, addr := start(b, Config{})
	s.Set(zone(3))
	b.RunParallel(func(pb *testing.PB) {
		conn, err := dns.Dial("udp", addr)
		if err != nil {
			b.Error(err)
			return
		}
		defer conn.Close()
		for pb.Next() {
			req := new(dns.Msg)
			req.SetQuestion("web.default.svc.cluster.local.", dns.TypeA)
			if err := conn.WriteMsg(req); err != nil {
				b.Error(err)
				return
			}
			if _, err := conn.ReadMsg(); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
