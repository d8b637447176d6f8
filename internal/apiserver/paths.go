package apiserver

import (
	"net/http"
	"strings"

	kschema "k8s.io/apimachinery/pkg/runtime/schema"
)

// servePath serves what is for no resource.
func (s *Server) servePath(c *call) error {
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		return errNoPath
	}
	path := strings.TrimSuffix(c.path, "/")
	switch path {
	case "":
		return s.index(c)
	case "/version":
		return s.version(c)
	case "/metrics":
		s.metrics.handler.ServeHTTP(c.w, c.r)
		return nil
	case "/.well-known/openid-configuration":
		return s.openID(c)
	case "/openid/v1/jwks":
		return s.keySet(c)
	}
	switch {
	case path == "/api" || path == "/apis" || strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/apis/"):
		return s.discover(c, path)
	case strings.HasPrefix(path, "/openapi/"):
		return s.openAPI(c, path)
	case strings.HasPrefix(path, "/healthz"), strings.HasPrefix(path, "/livez"), strings.HasPrefix(path, "/readyz"):
		return s.health(c, path)
	}
	return errNoPath
}

// jsonAnswer sends JSON that is not an API object.
func (s *Server) jsonAnswer(c *call, body []byte) error {
	s.write(c.w, c.r, format{pretty: wantsPretty(c.r)}, http.StatusOK, body)
	return nil
}

var coreV1 = kschema.GroupVersion{Version: "v1"}
