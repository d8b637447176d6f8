package dns

import (
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"
)

const (
	// maxEntries bounds the cache; an entry takes about a kilobyte.
	maxEntries = 4096
	// maxAge bounds how long an answer is kept, whatever its TTL: this is a small cache in front of a real one.
	maxAge = 30 * time.Second
)

// cacheKey is what makes questions the same. Answers over TCP are not cut, so they are kept apart.
type cacheKey struct {
	name          string
	qtype, qclass uint16
	dnssec        bool // DNSSEC OK or checking disabled
	edns, tcp     bool
}

func keyFor(req *dns.Msg, tcp bool) cacheKey {
	q := req.Question[0]
	k := cacheKey{name: strings.ToLower(q.Name), qtype: q.Qtype, qclass: q.Qclass, dnssec: req.CheckingDisabled, tcp: tcp}
	if opt := req.IsEdns0(); opt != nil {
		k.edns = true
		k.dnssec = k.dnssec || opt.Do()
	}
	return k
}

// cacheEntry is an answer with the time from which its TTLs count.
type cacheEntry struct {
	msg         *dns.Msg // not changed
	stored, end time.Time
}

// cache holds answers of upstreams.
type cache struct {
	mu      sync.Mutex
	entries map[cacheKey]cacheEntry
}

func newCache() *cache { return &cache{entries: make(map[cacheKey]cacheEntry)} }

// get returns a copy with TTLs counted down, or nil.
func (c *cache) get(key cacheKey, now time.Time) *dns.Msg {
	c.mu.Lock()
	e, ok := c.entries[key]
	c.mu.Unlock()
	if !ok || !now.Before(e.end) {
		return nil
	}
	msg := e.msg.Copy()
	age := uint32(now.Sub(e.stored) / time.Second)
	eachRecord(msg, func(h *dns.RR_Header) { h.Ttl -= min(h.Ttl, age) })
	return msg
}

// put keeps a copy of an answer that may be kept.
func (c *cache) put(key cacheKey, msg *dns.Msg, now time.Time) {
	if msg.Truncated || (msg.Rcode != dns.RcodeSuccess && msg.Rcode != dns.RcodeNameError) {
		return
	}
	age := maxAge
	counted := false
	eachRecord(msg, func(h *dns.RR_Header) {
		counted = true
		age = min(age, time.Duration(h.Ttl)*time.Second)
	})
	if len(msg.Answer) == 0 {
		// A negative answer lasts as long as its SOA says, and not at all without one.
		counted = false
		for _, rr := range msg.Ns {
			if soa, ok := rr.(*dns.SOA); ok {
				counted = true
				age = min(age, time.Duration(soa.Minttl)*time.Second)
			}
		}
	}
	if !counted || age <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) >= maxEntries {
		c.makeRoom(now)
	}
	c.entries[key] = cacheEntry{msg: msg.Copy(), stored: now, end: now.Add(age)}
}

// makeRoom drops what has ended, or else an entry of the map's choice.
func (c *cache) makeRoom(now time.Time) {
	for key, e := range c.entries {
		if !now.Before(e.end) {
			delete(c.entries, key)
		}
	}
	for key := range c.entries {
		if len(c.entries) < maxEntries {
			return
		}
		delete(c.entries, key)
	}
}

// eachRecord visits the headers of all records that have a TTL.
func eachRecord(msg *dns.Msg, f func(*dns.RR_Header)) {
	for _, section := range [][]dns.RR{msg.Answer, msg.Ns, msg.Extra} {
		for _, rr := range section {
			if rr.Header().Rrtype != dns.TypeOPT {
				f(rr.Header())
			}
		}
	}
}
