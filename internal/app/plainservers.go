package app

import (
	"context"
	"fmt"
	"net"
	"net/netip"

	"golang.org/x/sync/errgroup"

	"gantry.dev/gantry/internal/nodeapi"
)

// servePlain runs the servers without TLS that the settings ask for.
func (n *node) servePlain(ctx context.Context, g *errgroup.Group, s *nodeapi.Server) error {
	plain := n.settings.Plain
	for _, p := range []struct {
		name  string
		at    netip.AddrPort
		serve func(context.Context, net.Listener) error
	}{
		{"healthzPort", plain.Healthz, s.ServeHealthz},
		{"readOnlyPort", netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), plain.ReadOnly), s.ServeReadOnly},
	} {
		if p.at.Port() == 0 {
			continue
		}
		l, err := net.Listen("tcp", p.at.String())
		if err != nil {
			return fmt.Errorf("%s of the KubeletConfiguration: %w", p.name, err)
		}
		g.Go(func() error { return p.serve(ctx, l) })
	}
	return nil
}
