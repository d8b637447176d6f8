package dns

import (
	"context"
	"errors"

	"gantry.dev/gantry/internal/plan/dnsrecords"
)

// Server is one DNS server. Its methods are safe for concurrent use.
type Server struct{ cfg Config }

// New makes a server with no zone: until Set, questions to the cluster domain are answered SERVFAIL.
func New(cfg Config) *Server { return &Server{cfg: cfg} }

// Set swaps the zone; answers in flight finish with the one that they began with.
func (s *Server) Set(z *dnsrecords.Zone) {}

// ListenAndServe binds all addresses, calls ready (if not nil) once they are bound, and serves until ctx ends; then it
// stops gracefully and returns nil. It returns an error if an address cannot be bound.
func (s *Server) ListenAndServe(ctx context.Context, ready func()) error {
	return errors.New("dns: not written yet")
}
