package apiserver

import (
	"io"
	"net/http"
	"net/http/pprof"
	"strings"

	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/server/statusz"

	"gantry.dev/gantry/internal/api"
)

// servePath serves what is for no resource. What upstream's router serves is for GET alone (see onlyGet); for the rest of its
// paths the method says nothing, and they are what they are, without a slash at their end.
func (s *Server) servePath(c *call) error {
	if c.path == "/debug/explain" && c.r.Method == http.MethodPost && s.ExplainManifest != nil {
		return s.explainManifest(c, c.r.URL.Query().Get("namespace"))
	}
	path := strings.TrimSuffix(c.path, "/")
	switch path {
	case "/version":
		return onlyGet(c, s.version)
	case "/.well-known/openid-configuration":
		return onlyGet(c, s.openID)
	case "/openid/v1/jwks":
		return onlyGet(c, s.keySet)
	}
	if path == "/api" || path == "/apis" || strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/apis/") {
		return s.discover(c, path)
	}
	switch c.path {
	case "/":
		return s.index(c)
	case "/metrics":
		s.serveMetrics(c)
		return nil
	case statusz.DefaultStatuszPath:
		if s.statusz == nil {
			return errNoPath
		}
		c.w.Header()["Cache-Control"] = noCache
		s.statusz.ServeHTTP(c.w, c.r)
		return nil
	case "/metrics/slis":
		s.metrics.slis.ServeHTTP(c.w, c.r)
		return nil
	}
	switch {
	case strings.HasPrefix(c.path, "/openapi/"):
		return s.openAPI(c, c.path)
	case strings.HasPrefix(c.path, "/healthz"), strings.HasPrefix(c.path, "/livez"), strings.HasPrefix(c.path, "/readyz"):
		return s.health(c, c.path)
	case strings.HasPrefix(c.path, "/debug/pprof"):
		return s.profile(c, path)
	case strings.HasPrefix(path, flowDumps):
		return s.dumpFlows(c, strings.TrimPrefix(path, flowDumps))
	case path == "/debug/explain" && s.Explain != nil:
		return s.explain(c)
	case path == "/debug/graph" && s.Graph != nil:
		return plain(c, s.Graph())
	}
	return errNoPath
}

// onlyGet serves a path that exists for GET alone: not even HEAD is let through by upstream's router.
func onlyGet(c *call, serve func(*call) error) error {
	if c.r.Method != http.MethodGet {
		return notAllowed()
	}
	return serve(c)
}

// explain answers for the object that the query names by group, resource, namespace and name.
func (s *Server) explain(c *call) error {
	q := c.r.URL.Query()
	key := api.Key{Resource: api.Resource{Group: q.Get("group"), Name: q.Get("resource")}, Cluster: c.cluster, Namespace: q.Get("namespace"), Name: q.Get("name")}
	text, err := s.Explain(c.r.Context(), key)
	if err != nil {
		return err
	}
	return plain(c, text)
}

// explainManifest answers for objects that are not created: they are the body.
func (s *Server) explainManifest(c *call, namespace string) error {
	body, err := s.readBody(c)
	if err != nil {
		return err
	}
	text, err := s.ExplainManifest(c.r.Context(), c.cluster, c.user, namespace, body)
	if err != nil {
		return err
	}
	return plain(c, text)
}

// plain answers with a text for people.
func plain(c *call, text string) error {
	c.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(c.w, text) // a client that went away has nobody to tell
	return nil
}

// profile serves Go's profiles, as upstream does, to whom RBAC lets read the path.
func (s *Server) profile(c *call, path string) error {
	c.lift(s) // a CPU profile takes as long as it is asked for
	switch name := strings.TrimPrefix(strings.TrimPrefix(path, "/debug/pprof"), "/"); name {
	case "":
		pprof.Index(c.w, c.r)
	case "cmdline":
		pprof.Cmdline(c.w, c.r)
	case "profile":
		pprof.Profile(c.w, c.r)
	case "symbol":
		pprof.Symbol(c.w, c.r)
	case "trace":
		pprof.Trace(c.w, c.r)
	default:
		pprof.Handler(name).ServeHTTP(c.w, c.r)
	}
	return nil
}

// jsonAnswer sends JSON that is not an API object.
func (s *Server) jsonAnswer(c *call, body []byte) error {
	s.write(c.w, c.r, format{pretty: wantsPretty(c.r)}, http.StatusOK, body)
	return nil
}

var coreV1 = kschema.GroupVersion{Version: "v1"}
