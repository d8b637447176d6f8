package app

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"strconv"

	"golang.org/x/sync/errgroup"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/agent"
	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/dns"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/firewall"
	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/driver/link"
	"gantry.dev/gantry/internal/driver/loopback"
	"gantry.dev/gantry/internal/driver/volume"
)

const (
	// kubeletPort is where the node's own server listens, on the node address: that of kubelet.
	kubeletPort = 10250
	dnsPort     = 53
)

// runtimeOptions are those of the container runtime of an instance.
func (l Layout) runtimeOptions() container.Options {
	return container.Options{Instance: l.Instance, RunDir: l.RunDir(), DataDir: l.Node()}
}

// volumes is the tmpfs for what must not reach a disk; it lies beside the run directory, whose own tmpfs is the runtime's.
func (l Layout) volumes() volume.Config {
	return volume.Config{Dir: filepath.Join(l.Node(), "pods"), Memory: l.RunDir() + "-volumes"}
}

// node starts the agent of this machine and returns when it works.
func (s *Server) node(ctx context.Context, g *errgroup.Group) error {
	in := s.instance
	name := "system:node:" + s.cfg.NodeName
	c := s.reg.Client(&user.DefaultInfo{Name: name, Groups: []string{user.NodesGroup, user.AllAuthenticated}}, "gantry-agent")
	network, err := link.Setup(ctx, link.Config{Instance: in.ID, NodeAddress: in.NodeAddress, PodCIDR: in.PodCIDR, ServiceCIDR: in.ServiceCIDR})
	if err != nil {
		return err
	}
	s.cleanup = append(s.cleanup, func() { network.Close() })
	if err := s.alsoListen(ctx, g); err != nil {
		return err
	}
	a, err := s.agent(ctx, g, c, network)
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	g.Go(func() error {
		err := a.Run(ctx)
		failed <- err
		return err
	})
	select {
	case <-a.Ready():
		return nil
	case err := <-failed:
		return fmt.Errorf("the node agent did not start: %w", err)
	}
}

// alsoListen serves the API at the node address, where pods reach it. With an address that covers it already there is
// nothing to do.
func (s *Server) alsoListen(ctx context.Context, g *errgroup.Group) error {
	if s.listen.Addr().IsUnspecified() || s.listen.Addr() == s.instance.NodeAddress {
		return nil
	}
	at := netip.AddrPortFrom(s.instance.NodeAddress, s.listen.Port())
	l, err := net.Listen("tcp", at.String())
	if err != nil {
		return fmt.Errorf("listening on the node address %s: %w", at, err)
	}
	g.Go(func() error { return s.api.Serve(ctx, l, s.tls, drain) })
	return nil
}

// agent opens the drivers and wires the agent over them.
func (s *Server) agent(ctx context.Context, g *errgroup.Group, c client.Interface, network *link.Network) (*agent.Agent, error) {
	in, l := s.instance, s.layout
	ro := l.runtimeOptions()
	ro.Log = s.log
	containers, err := container.Open(ctx, ro)
	if err != nil {
		return nil, err
	}
	s.cleanup = append(s.cleanup, containers.Close)
	images, err := image.Open(l.Images(), image.Options{})
	if err != nil {
		return nil, err
	}
	volumes, err := volume.Open(l.volumes())
	if err != nil {
		return nil, err
	}
	fw, err := firewall.Open(firewall.Config{Instance: in.ID, PodCIDR: in.PodCIDR, ServiceCIDR: in.ServiceCIDR, NodeAddress: in.NodeAddress})
	if err != nil {
		return nil, err
	}
	s.cleanup = append(s.cleanup, func() { fw.Close() })
	lo := loopback.New(s.log)
	s.cleanup = append(s.cleanup, func() { lo.Close() })
	names := dns.New(dns.Config{Addresses: []string{net.JoinHostPort(in.NodeAddress.String(), strconv.Itoa(dnsPort))}, Log: s.log})
	g.Go(func() error { return names.ListenAndServe(ctx, nil) })
	return agent.New(agent.Config{
		Cluster: api.Host, NodeName: s.cfg.NodeName, Instance: in.ID, Version: Version().GitVersion,
		DataDir: l.Node(), NodeAddress: in.NodeAddress, PodCIDR: in.PodCIDR, ClusterDNS: []netip.Addr{in.NodeAddress}, KubeletPort: kubeletPort,
		Client: c, Containers: containers, Images: images, Network: network, Volumes: volumes,
		Firewall: fw, Loopback: lo, DNS: names, Clock: s.clock, Log: s.log,
	})
}
