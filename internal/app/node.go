package app

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/agent"
	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/dns"
	"gantry.dev/gantry/internal/driver/announce"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/device"
	"gantry.dev/gantry/internal/driver/dra"
	"gantry.dev/gantry/internal/driver/firewall"
	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/driver/image/credential"
	"gantry.dev/gantry/internal/driver/link"
	"gantry.dev/gantry/internal/driver/loopback"
	"gantry.dev/gantry/internal/driver/pki"
	"gantry.dev/gantry/internal/driver/tracing"
	"gantry.dev/gantry/internal/driver/volume"
	"gantry.dev/gantry/internal/nodeapi"
	"gantry.dev/gantry/internal/plan/eviction"
	"gantry.dev/gantry/internal/plan/settings"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/schema"
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
	return volume.Config{Dir: filepath.Join(l.Node(), "pods"), Memory: l.RunDir() + "-volumes", Local: l.Volumes(), IsLocal: storage.IsLocal}
}

// node is the node of this machine: the agent over its drivers, and the servers that listen on the node address.
type node struct {
	layout   Layout
	instance Instance
	name     string
	maxPods  int64
	// handlers are the runtimes besides our own.
	handlers []container.Handler
	// imageOptions and credentials are what the node is told of images.
	imageOptions image.Options
	credentials  *credential.Providers
	// share gives layers of images to other nodes, by the handler shared.
	share  bool
	shared http.Handler
	// devicePlugins is the directory where device plugins register.
	devicePlugins string
	draPlugins    string // where DRA drivers do
	// podResources is the directory of the socket of the pod resources API.
	podResources string
	// tracer is nil if nobody asks for spans.
	tracer *tracing.Tracer
	// settings are the administrator's; eviction and transition are those of agent.Config.
	settings settings.Node
	// law reads the manifests of static pods; nil if there are none.
	law        *schema.Schema
	eviction   []eviction.Threshold
	transition time.Duration
	// balancerLinks are those on which addresses of load balancers are announced.
	balancerLinks []string
	client        client.Interface
	pki           *pki.Authority
	clock         client.Clock
	log           *slog.Logger
	cleanup       []func()
}

func nodeUser(name string) *user.DefaultInfo {
	return &user.DefaultInfo{Name: "system:node:" + name, Groups: []string{user.NodesGroup, user.AllAuthenticated}}
}

// network makes the node's links and its address, on which others may then listen.
func (n *node) network(ctx context.Context) (*link.Network, error) {
	in := n.instance
	network, err := link.Setup(ctx, link.Config{Instance: in.ID, Families: in.links()})
	if err != nil {
		return nil, err
	}
	n.cleanup = append(n.cleanup, func() { network.Close() })
	return network, nil
}

// start runs the node in g and returns when it has taken over what ran before and works.
func (n *node) start(ctx context.Context, g *errgroup.Group, network *link.Network) error {
	a, containers, err := n.agent(ctx, g, network)
	if err != nil {
		return err
	}
	if err := n.serve(ctx, g, a, containers, network); err != nil {
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

func (n *node) close() {
	for i := len(n.cleanup) - 1; i >= 0; i-- {
		n.cleanup[i]()
	}
}

// links are the instance's families as driver/link wants them.
func (in Instance) links() []link.Family {
	out := []link.Family{{NodeAddress: in.NodeAddress, PodCIDR: in.PodCIDR, ServiceCIDR: in.ServiceCIDR}}
	if in.NodeAddress6.IsValid() {
		out = append(out, link.Family{NodeAddress: in.NodeAddress6, PodCIDR: in.PodCIDR6, ServiceCIDR: in.ServiceCIDR6})
	}
	return out
}

// walls are the instance's families as driver/firewall wants them.
func (in Instance) walls() (out []firewall.Family) {
	for _, f := range in.links() {
		out = append(out, firewall.Family{PodCIDR: f.PodCIDR, ServiceCIDR: f.ServiceCIDR, NodeAddress: f.NodeAddress})
	}
	return out
}

// agent opens the drivers and wires the agent over them.
func (n *node) agent(ctx context.Context, g *errgroup.Group, network *link.Network) (*agent.Agent, container.Runtime, error) {
	in, l := n.instance, n.layout
	ro := l.runtimeOptions()
	ro.Log, ro.Handlers = n.log, n.handlers
	var err error
	if ro.Foreign, err = n.foreign(ctx); err != nil {
		return nil, nil, err
	}
	containers, err := container.Open(ctx, ro)
	if err != nil {
		return nil, nil, err
	}
	n.cleanup = append(n.cleanup, containers.Close)
	var a *agent.Agent
	if n.share {
		n.imageOptions.Share = true
		find := func(ctx context.Context, name string) []string { return a.ImagePeers(ctx, name) }
		if n.imageOptions.Peers, err = n.imagePeers(find); err != nil {
			return nil, nil, err
		}
	}
	images, err := image.Open(l.Images(), n.imageOptions)
	if err != nil {
		return nil, nil, err
	}
	n.cleanup = append(n.cleanup, func() { images.Close() })
	if n.share {
		n.shared = images.Handler()
	}
	volumes, err := volume.Open(l.volumes())
	if err != nil {
		return nil, nil, err
	}
	fw, err := firewall.Open(firewall.Config{Instance: in.ID, Families: in.walls()})
	if err != nil {
		return nil, nil, err
	}
	n.cleanup = append(n.cleanup, func() { fw.Close() })
	reserved, err := link.HostNetworks()
	if err != nil {
		return nil, nil, fmt.Errorf("looking for the machine's own networks: %w", err)
	}
	lo := loopback.New(n.log)
	n.cleanup = append(n.cleanup, func() { lo.Close() })
	announcer, err := n.announcer()
	if err != nil {
		return nil, nil, err
	}
	names := dns.New(dns.Config{Addresses: []string{n.at(dnsPort)}, Log: n.log})
	g.Go(func() error { return names.ListenAndServe(ctx, nil) })
	var manifests func([]byte, func(*corev1.Pod)) (*corev1.Pod, error)
	if n.law != nil {
		manifests = n.law.StaticPod
	}
	devices, err := device.New(device.Config{Dir: n.devicePlugins, State: filepath.Join(l.Node(), "device-resources"), Changed: func() { a.DevicesChanged() }, Log: n.log})
	if err != nil {
		return nil, nil, err
	}
	claims, err := dra.New(dra.Config{
		Dir: n.draPlugins, State: filepath.Join(l.Node(), "resource-claims.json"), Log: n.log,
		Gone:    func(ctx context.Context, driver string) error { return a.RemoveSlices(ctx, driver) },
		Changed: func(pods []string) { a.DevicesUnwell(pods) },
	})
	if err != nil {
		return nil, nil, err
	}
	a, err = agent.New(agent.Config{
		Cluster: api.Host, NodeName: n.name, Instance: in.ID, Version: Version().GitVersion,
		DataDir: l.Node(), NodeAddress: in.NodeAddress, PodCIDR: in.PodCIDR, ServiceCIDR: in.ServiceCIDR, Reserved: reserved,
		NodeAddress6: in.NodeAddress6, PodCIDR6: in.PodCIDR6, ServiceCIDR6: in.ServiceCIDR6,
		ClusterDNS: []netip.Addr{in.NodeAddress}, KubeletPort: kubeletPort,
		Client: n.client, Containers: containers, Images: images, Credentials: n.credentials, Network: network, Volumes: volumes,
		Handlers: n.handlerNames(), Devices: devices, DRA: claims, Settings: n.settings, MaxPods: n.maxPods, Eviction: n.eviction, PressureTransition: n.transition, ImageDir: l.Images(),
		Firewall: fw, Loopback: lo, DNS: names, Announcer: announcer, ReadPod: manifests, Tracer: n.tracer, Clock: n.clock, Log: n.log,
	})
	if err != nil {
		return nil, nil, err
	}
	g.Go(func() error { return devices.Serve(ctx) })
	g.Go(func() error { return claims.Serve(ctx) })
	return a, containers, nil
}

// announcer answers for load balancer addresses on the links that the administrator has named; nil without any.
func (n *node) announcer() (agent.Announcer, error) {
	if len(n.balancerLinks) == 0 {
		return nil, nil
	}
	a, err := announce.Open(n.balancerLinks, n.log)
	if err != nil {
		return nil, fmt.Errorf("--load-balancer-link: %w", err)
	}
	n.cleanup = append(n.cleanup, func() { a.Close() })
	return a, nil
}

// serve runs the node's own server, for logs, exec and the like.
func (n *node) serve(ctx context.Context, g *errgroup.Group, a *agent.Agent, containers container.Runtime, network *link.Network) error {
	pair, err := n.pki.Pair("kubelet", pki.Leaf{CommonName: "system:node:" + n.name, Organizations: []string{user.NodesGroup},
		DNSNames: []string{n.name}, IPs: []net.IP{n.instance.NodeAddress.AsSlice()}, Server: true})
	if err != nil {
		return err
	}
	cert, err := tls.X509KeyPair(pair.CertPEM, pair.KeyPEM)
	if err != nil {
		return fmt.Errorf("the node's certificate: %w", err)
	}
	conf, err := n.identity()
	if err != nil {
		return err
	}
	review, err := newReviewer(n.name, conf)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", n.at(kubeletPort))
	if err != nil {
		return fmt.Errorf("the node's server: %w", err)
	}
	s := nodeapi.New(nodeapi.Config{Agent: a, Containers: containers, Traffic: network.Traffic, Clients: []string{kubeletClient}, Reviewer: review, Images: n.shared, Version: Version(), Log: n.log,
		OwnLog: n.layout.Log(), LogQueries: n.settings.LogQueries, NoLogs: n.settings.NoLogs})
	g.Go(func() error { return s.ServePodResources(ctx, n.podResources) })
	if err := n.servePlain(ctx, g, s); err != nil {
		return err
	}
	g.Go(func() error {
		if err := s.Serve(ctx, l, cert, n.pki.Pool()); err != nil && !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	})
	return nil
}

// thresholds takes over what a node is told of eviction, runtimes and devices.
func (n *node) thresholds(cfg Config) (err error) {
	if n.handlers, err = LoadRuntimes(cfg.Runtimes); err != nil {
		return fmt.Errorf("--runtimes: %w", err)
	}
	if n.imageOptions, n.credentials, err = cfg.Images.Load(); err != nil {
		return err
	}
	n.share = cfg.Images.Share
	n.eviction, err = agent.ParseEviction(cfg.Eviction)
	n.settings = cfg.Kubelet
	n.transition, n.devicePlugins = cfg.PressureTransition, cmp.Or(cfg.DevicePlugins, n.layout.DevicePlugins())
	n.draPlugins = cmp.Or(cfg.DRAPlugins, n.layout.DRAPlugins())
	n.podResources = cmp.Or(cfg.PodResources, n.layout.PodResources())
	return err
}

// at is a port of the node address.
func (n *node) at(port int) string {
	return net.JoinHostPort(n.instance.NodeAddress.String(), strconv.Itoa(port))
}

// node runs the node of this machine inside of the server's process.
func (s *Server) node(ctx context.Context, g *errgroup.Group) error {
	n := &node{layout: s.layout, instance: s.instance, name: s.cfg.NodeName, maxPods: s.cfg.MaxPods, balancerLinks: s.cfg.BalancerLinks, client: s.reg.Client(nodeUser(s.cfg.NodeName), "gantry-agent"),
		pki: s.pki, law: s.law, tracer: s.tracer, clock: s.clock, log: s.log}
	s.cleanup = append(s.cleanup, n.close)
	if err := n.thresholds(s.cfg); err != nil {
		return err
	}
	n.settings.StopSignals = n.settings.StopSignals || s.law.Enabled(settings.StopSignalGate)
	network, err := n.network(ctx)
	if err != nil {
		return err
	}
	// Pods reach the API at the node address. With an address that covers it already there is nothing to do.
	if !s.listen.Addr().IsUnspecified() && s.listen.Addr() != s.instance.NodeAddress {
		l, err := net.Listen("tcp", n.at(int(s.listen.Port())))
		if err != nil {
			return fmt.Errorf("the API at the node address: %w", err)
		}
		g.Go(func() error { return s.api.Serve(ctx, l, s.tls, drain) })
	}
	return n.start(ctx, g, network)
}
