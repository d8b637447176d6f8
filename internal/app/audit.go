package app

import (
	"context"
	"net"

	"golang.org/x/sync/errgroup"
)

// serveAPI answers requests until ctx ends, and keeps the audit log until the last of them has been answered and told.
func (s *Server) serveAPI(ctx context.Context, l net.Listener) error {
	if s.audit == nil {
		return s.api.Serve(ctx, l, s.tls, drain)
	}
	// What is still to be told when the API has ended gets as long as requests do; a webhook that is away must not hold the
	// process.
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var g errgroup.Group
	g.Go(func() error { return s.audit.Run(late) })
	g.Go(func() error {
		err := s.api.Serve(ctx, l, s.tls, drain)
		s.audit.Close()
		last, stop := context.WithTimeout(late, drain)
		context.AfterFunc(last, func() { stop(); cancel() })
		return err
	})
	return g.Wait()
}
