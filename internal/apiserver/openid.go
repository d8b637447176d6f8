package apiserver

import (
	"gantry.dev/gantry/internal/api"
)

// openID answers with the OIDC provider configuration, from which others learn to check our tokens.
func (s *Server) openID(c *call) error {
	if s.Tokens == nil {
		return errNoPath
	}
	if err := c.produces(mediaJSON); err != nil {
		return err
	}
	c.w.Header()["Cache-Control"] = keptAnHour
	prefix := ""
	if c.cluster != api.Host {
		prefix = clusterPrefix + string(c.cluster)
	}
	c.w.Header().Set("Content-Type", mediaJSON)
	s.sendBytes(c, s.Tokens.Discovery(c.cluster, s.URL+prefix+"/openid/v1/jwks"))
	return nil
}

// keptAnHour is shared: nobody may change it. What tokens are checked with may be kept for as long as upstream says.
var keptAnHour = []string{"public, max-age=3600"}

func (s *Server) keySet(c *call) error {
	if s.Tokens == nil {
		return errNoPath
	}
	const mediaKeys = "application/jwk-set+json"
	if err := c.produces(mediaKeys); err != nil {
		return err
	}
	set, err := s.Tokens.KeySet()
	if err != nil {
		return err
	}
	c.w.Header()["Cache-Control"] = keptAnHour
	c.w.Header().Set("Content-Type", mediaKeys)
	s.sendBytes(c, set)
	return nil
}
