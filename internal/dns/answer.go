package dns

import (
	"math/rand/v2"
	"strings"

	"github.com/miekg/dns"

	"gantry.dev/gantry/internal/plan/dnsrecords"
)

// answer makes the response to a request, of any size.
func (s *Server) answer(req *dns.Msg, tcp bool) *dns.Msg {
	resp := new(dns.Msg)
	resp.SetReply(req)
	resp.RecursionAvailable = true
	zone := s.zone.Load()
	switch {
	case req.Opcode != dns.OpcodeQuery:
		return fail(resp, dns.RcodeNotImplemented)
	case len(req.Question) != 1:
		return fail(resp, dns.RcodeFormatError)
	case req.IsEdns0() != nil && req.IsEdns0().Version() != 0:
		resp.SetEdns0(maxUDP, false)
		return fail(resp, dns.RcodeBadVers)
	case zone == nil:
		return fail(resp, dns.RcodeServerFailure)
	}
	q := req.Question[0]
	if q.Qclass != dns.ClassINET && q.Qclass != dns.ClassANY {
		return s.forward(req, resp, tcp)
	}
	a := zone.Lookup(q.Name, q.Qtype)
	if !a.Ours {
		return s.forward(req, resp, tcp)
	}
	resp.Authoritative = true
	resp.Answer, resp.Extra = a.Records, a.Extra
	if len(a.Records) == 1 && q.Qtype != dns.TypeCNAME && q.Qtype != dns.TypeANY {
		if cname, ok := a.Records[0].(*dns.CNAME); ok {
			s.follow(zone, resp, cname.Target, q.Qtype, tcp)
			return resp
		}
	}
	if len(a.Records) == 0 {
		if !a.Exists {
			resp.Rcode = dns.RcodeNameError
		}
		resp.Ns = []dns.RR{zone.SOA(q.Name)}
	}
	// Clients that take the first address spread over all.
	rand.Shuffle(len(resp.Answer), func(i, j int) { resp.Answer[i], resp.Answer[j] = resp.Answer[j], resp.Answer[i] })
	return resp
}

// follow completes the answer behind a CNAME of ours: a stub resolver expects the whole chain.
func (s *Server) follow(zone *dnsrecords.Zone, resp *dns.Msg, target string, qtype uint16, tcp bool) {
	seen := map[string]bool{strings.ToLower(resp.Question[0].Name): true}
	for range maxChain {
		if seen[strings.ToLower(target)] {
			fail(resp, dns.RcodeServerFailure)
			return
		}
		seen[strings.ToLower(target)] = true
		a := zone.Lookup(target, qtype)
		if !a.Ours {
			s.followOutside(resp, target, qtype, tcp)
			return
		}
		resp.Answer = append(resp.Answer, a.Records...)
		if len(a.Records) == 0 {
			if !a.Exists {
				resp.Rcode = dns.RcodeNameError
			}
			resp.Ns = []dns.RR{zone.SOA(target)}
			return
		}
		cname, ok := a.Records[0].(*dns.CNAME)
		if !ok {
			return
		}
		target = cname.Target
	}
	fail(resp, dns.RcodeServerFailure)
}

// followOutside asks the upstreams for the rest of the chain.
func (s *Server) followOutside(resp *dns.Msg, target string, qtype uint16, tcp bool) {
	req := new(dns.Msg)
	req.SetQuestion(target, qtype)
	more, err := s.upstream.ask(req, tcp)
	if err != nil {
		s.cfg.Log.Debug("the target of an external name was not resolved", "target", target, "error", err)
		fail(resp, dns.RcodeServerFailure)
		return
	}
	resp.Answer = append(resp.Answer, more.Answer...)
	resp.Ns, resp.Rcode, resp.Truncated = more.Ns, more.Rcode, more.Truncated
}

// forward passes the question to the upstreams.
func (s *Server) forward(req, resp *dns.Msg, tcp bool) *dns.Msg {
	if !req.RecursionDesired {
		return fail(resp, dns.RcodeRefused)
	}
	got, err := s.upstream.ask(req, tcp)
	if err != nil {
		s.cfg.Log.Debug("a DNS question was not answered upstream", "name", req.Question[0].Name, "error", err)
		return fail(resp, dns.RcodeServerFailure)
	}
	got.Id = req.Id
	got.Question = req.Question
	got.RecursionAvailable = true
	return got
}

// fail empties a response but for the code.
func fail(resp *dns.Msg, code int) *dns.Msg {
	resp.Rcode = code
	resp.Authoritative = false
	resp.Answer, resp.Ns = nil, nil
	return resp
}
