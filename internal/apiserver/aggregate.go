package apiserver

import (
	"net/http"
	"net/url"
	"strings"

	utilnet "k8s.io/apimachinery/pkg/util/net"
	upgrade "k8s.io/apimachinery/pkg/util/proxy"
	"k8s.io/client-go/transport"
	"k8s.io/streaming/pkg/httpstream"

	"gantry.dev/gantry/internal/driver/extension"
)

// delegate sends a request on to the extension server of its group and version. The user has been authenticated and
// authorized here; the server hears of them by headers that it trusts because of our certificate.
func (s *Server) delegate(c *call, e *remote) error {
	if e.built != nil {
		return e.built.answer(s, c, e)
	}
	if !e.available {
		http.Error(c.w, "service unavailable", http.StatusServiceUnavailable)
		return nil
	}
	if c.verb == "watch" {
		s.leave(c) // how it begins is the other server's affair
	}
	if c.streams() || httpstream.IsUpgradeRequest(c.r) {
		c.lift(s)
	}
	ctx, cancel := s.streamContext(c.requestContext())
	defer cancel()
	if !c.streams() && !httpstream.IsUpgradeRequest(c.r) {
		limited, done, err := c.deadline()
		if err != nil {
			return err
		}
		defer done()
		ctx = limited
	}
	loc, err := url.Parse(extension.URL(e.to))
	if err != nil {
		return err
	}
	loc.Path, loc.RawQuery = c.path, c.r.URL.RawQuery
	r := c.r.Clone(ctx)
	r.URL = loc
	r.Host = loc.Host
	r.Header = utilnet.CloneHeader(c.r.Header)
	rt := s.Extensions(c.cluster, e.to)
	if httpstream.IsUpgradeRequest(r) { // its connection is dialled beside the transport's wrappers
		transport.SetAuthProxyHeaders(r, c.user.GetName(), c.user.GetUID(), c.user.GetGroups(), c.user.GetExtra())
	} else {
		rt = transport.NewAuthProxyRoundTripper(c.user.GetName(), c.user.GetUID(), c.user.GetGroups(), c.user.GetExtra(), rt)
	}
	h := upgrade.NewUpgradeAwareHandler(loc, rt, true, httpstream.IsUpgradeRequest(r), extensionErrors{s, c})
	h.ServeHTTP(c.w, r)
	return nil
}

// extensionErrors answers for an extension server that cannot be reached, as upstream does: in plain text.
type extensionErrors struct {
	s *Server
	c *call
}

// Error is upstream's ErrorResponder.
func (p extensionErrors) Error(w http.ResponseWriter, r *http.Request, err error) {
	if p.c.w.code != 0 {
		p.s.Log.Debug("an answer of an extension server broke off", "path", r.URL.Path, "err", err)
		return
	}
	http.Error(w, err.Error(), http.StatusServiceUnavailable)
}

// elsewhere serves a resource that this server does not know, if it is of a group and version of another's.
func (s *Server) elsewhere(c *call) error {
	e, err := s.foreign(c, c.group, c.version)
	if err != nil {
		return err
	}
	if e == nil {
		return errNoPath
	}
	if c.streams() {
		g := s.streamGauge(c)
		g.Inc()
		defer g.Dec()
	}
	return s.delegate(c, e)
}

// delegatePath serves what lies at /apis/GROUP/VERSION and below and is for no resource, if that is another's.
func (s *Server) delegatePath(c *call, path string) (served bool, err error) {
	parts := strings.SplitN(path, "/", 5)
	if len(parts) < 4 || parts[1] != "apis" {
		return false, nil
	}
	e, err := s.foreign(c, parts[2], parts[3])
	if e == nil || err != nil {
		return false, err
	}
	return true, s.delegate(c, e)
}

// foreign finds who answers for a group and version that this server does not serve itself: what is its own, no
// extension takes away. Nil means that nobody does.
func (s *Server) foreign(c *call, group, version string) (*remote, error) {
	e, err := s.extensionFor(c.cluster, group, version)
	if e == nil || err != nil {
		return nil, err
	}
	dir, _, err := s.directory(c)
	if err != nil || dir.Resources(group, version) != nil {
		return nil, err
	}
	return e, nil
}
