package app

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"
)

func (s *Server) node(ctx context.Context, g *errgroup.Group) error {
	return errors.New("no node yet")
}
