package apiserver

import (
	"gantry.dev/gantry/internal/api"
)

// openID answers with the OIDC provider configuration, from which others learn to check our tokens.
func (s *Server) openID(c *call) error {
	if s.Tokens == nil {
		return errNoPath
	}
	c.w.Header()["Cache-Control"] = []string{"public, max-age=3600"}
	prefix := ""
	if c.cluster != api.Host {
		prefix = clusterPrefix + string(c.cluster)
	}
	c.w.Header().Set("Content-Type", mediaJSON)
	s.sendBytes(c, s.Tokens.Discovery(c.cluster, s.URL+prefix+"/openid/v1/jwks"))
	return nil
}

func (s *Server) keySet(c *call) error {
	if s.Tokens == nil {
		return errNoPath
	}
	set, err := s.Tokens.KeySet()
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/jwk-set+json")
	s.sendBytes(c, set)
	return nil
}
