package dns

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
)

// recheck is how often the resolv.conf is looked at for changes, at most.
const recheck = 5 * time.Second

// errBusy and errNoUpstream become SERVFAIL.
var (
	errBusy       = errors.New("too many questions are under way")
	errNoUpstream = errors.New("no upstream resolver is configured")
)

// upstream asks the host's resolvers.
type upstream struct {
	cfg   Config
	slots chan struct{}
	cache *cache

	mu      sync.Mutex
	servers []string
	read    time.Time // when the file was looked at
	changed time.Time // its modification time then
	// preferred is the index of the server that answered last; one that is dead costs its timeout only once.
	preferred atomic.Uint32
}

func newUpstream(cfg Config) *upstream {
	return &upstream{cfg: cfg, slots: make(chan struct{}, maxForwards), cache: newCache()}
}

// ask returns the answer of the first upstream that gives one. The message is the caller's.
func (u *upstream) ask(req *dns.Msg, tcp bool) (*dns.Msg, error) {
	key := keyFor(req, tcp)
	if hit := u.cache.get(key, time.Now()); hit != nil {
		return hit, nil
	}
	servers, err := u.current()
	if err != nil {
		return nil, err
	}
	select {
	case u.slots <- struct{}{}:
		defer func() { <-u.slots }()
	default:
		return nil, errBusy
	}
	// An ID of our own: those of our clients may be equal.
	ours := req.Copy()
	ours.Id = dns.Id()
	first := u.preferred.Load()
	var errs []error
	for i := range servers {
		n := (int(first) + i) % len(servers)
		resp, err := u.exchange(ours, servers[n], tcp)
		if err != nil {
			errs = append(errs, fmt.Errorf("ask %s: %w", servers[n], err))
			continue
		}
		u.preferred.Store(uint32(n))
		u.cache.put(key, resp, time.Now())
		return resp, nil
	}
	return nil, errors.Join(errs...)
}

// exchange asks one server. A server that fails or refuses is as good as one that is silent: the next one may know.
func (u *upstream) exchange(req *dns.Msg, server string, tcp bool) (*dns.Msg, error) {
	client := dns.Client{Net: "udp", Timeout: u.cfg.Timeout, UDPSize: dns.MaxMsgSize}
	if tcp {
		client.Net = "tcp"
	}
	resp, _, err := client.Exchange(req, server)
	if err != nil {
		return nil, err
	}
	if len(resp.Question) != 1 || !strings.EqualFold(resp.Question[0].Name, req.Question[0].Name) {
		return nil, errors.New("answered another question")
	}
	if resp.Rcode == dns.RcodeServerFailure || resp.Rcode == dns.RcodeRefused {
		return nil, fmt.Errorf("answered %s", dns.RcodeToString[resp.Rcode])
	}
	return resp, nil
}

// current returns the upstreams, from the file if it has changed.
func (u *upstream) current() ([]string, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if now := time.Now(); now.Sub(u.read) >= recheck {
		if err := u.reload(); err != nil && len(u.servers) == 0 {
			return nil, err
		}
		u.read = now
	}
	if len(u.servers) == 0 {
		return nil, errNoUpstream
	}
	return u.servers, nil
}

func (u *upstream) reload() error {
	info, err := os.Stat(u.cfg.ResolvConf)
	if err != nil {
		return fmt.Errorf("look for upstream resolvers: %w", err)
	}
	if info.ModTime().Equal(u.changed) {
		return nil
	}
	conf, err := dns.ClientConfigFromFile(u.cfg.ResolvConf)
	if err != nil {
		return fmt.Errorf("read upstream resolvers: %w", err)
	}
	u.changed, u.servers = info.ModTime(), nil
	for _, host := range conf.Servers {
		addr := net.JoinHostPort(host, conf.Port)
		if slices.Contains(u.cfg.Addresses, addr) {
			u.cfg.Log.Warn("the resolv.conf of the host names this DNS server itself; it is left out", "file", u.cfg.ResolvConf, "server", addr)
			continue
		}
		u.servers = append(u.servers, addr)
	}
	return nil
}
