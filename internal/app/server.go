// Package app wires a Gantry by hand: it builds the graph of store, registry, view, controllers, scheduler, API server and
// node agent from one configuration, starts it in order and stops it in the reverse. It decides nothing.
package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/types"
	utilrand "k8s.io/apimachinery/pkg/util/rand"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/apiserver"
	"gantry.dev/gantry/internal/authz"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/client/events"
	"gantry.dev/gantry/internal/driver/auditlog"
	"gantry.dev/gantry/internal/driver/pki"
	"gantry.dev/gantry/internal/driver/tracing"
	"gantry.dev/gantry/internal/driver/webhook"
	"gantry.dev/gantry/internal/plan/deschedule"
	"gantry.dev/gantry/internal/plan/ipam"
	"gantry.dev/gantry/internal/plan/settings"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/scheduler"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store/disk"
	"gantry.dev/gantry/internal/token"
	"gantry.dev/gantry/internal/view"
)

// Config is what a Gantry is told from outside.
type Config struct {
	DataDir string
	// Listen is the address and port of the API, normally on loopback. With a node, the API answers on the same port of
	// the node address too, for pods.
	Listen string
	// Node also runs the agent of this machine in the process.
	Node bool
	// NodeName is the name of this machine's Node; empty takes the host's name.
	NodeName string
	// Eviction is the node's --eviction-hard, and PressureTransition how long its conditions stay; both may be empty.
	Eviction           string
	PressureTransition time.Duration
	// Runtimes is a file of further runtimes, which RuntimeClasses name; empty is none. See container.ParseHandlers.
	Runtimes string
	// Images is what the node is told of images.
	Images Images
	// Kubelet is what the node is told by KubeletConfig, the file of a KubeletConfiguration; flags of their own win over it.
	Kubelet       settings.Node
	KubeletConfig string
	// MaxPods bounds the pods of the node; zero follows the machine's memory.
	MaxPods int64
	// DevicePlugins is the directory where device plugins register; empty is one of the instance's own.
	DevicePlugins string
	// DRAPlugins is the directory where DRA drivers register; empty is one of the instance's own.
	DRAPlugins string
	// PodResources is the directory of the socket of kubelet's pod resources API; empty is one of the instance's own.
	PodResources string
	// SimNodes is how many simulated nodes there are at least; see package simnode.
	SimNodes int
	// SimNodeLeases has each of them renew a Lease of its own, as kubelets do, instead of one for all.
	SimNodeLeases bool
	// SchedulerConfig is the file of a KubeSchedulerConfiguration; empty is upstream's default.
	SchedulerConfig string
	// ServiceRanges is --service-cluster-ip-range: a range of ClusterIPs, or one of IPv4 and one of IPv6 with a comma; empty
	// is what the instance has, or what is free on the machine.
	ServiceRanges string
	// DualStack gives pods, Services and the node IPv6 addresses beside their IPv4 ones, as a second of ServiceRanges does.
	DualStack bool
	// FeatureGates and RuntimeConfig are --feature-gates and --runtime-config as kube-apiserver has them; see schema.ParseFeatures.
	FeatureGates, RuntimeConfig string
	// Controllers is --controllers as kube-controller-manager has it: which controllers run; empty is all.
	Controllers []string
	// DeschedulerPolicy is the file of a DeschedulerPolicy; empty is no descheduler. DeschedulingInterval is how often it runs, zero for
	// the default.
	DeschedulerPolicy    string
	DeschedulingInterval time.Duration
	// BalancerPool are the ranges from which Services of type LoadBalancer get addresses.
	BalancerPool []string
	// Concurrency bounds the requests of the API; the zero value is the default.
	Concurrency apiserver.Concurrency
	// Audit says where the audit log goes, if anywhere.
	Audit auditlog.Options
	// Tracing is the file of a TracingConfiguration; empty leaves it to the environment's OTEL_ variables.
	Tracing string
	// Admission says which admission plugins are on.
	Admission Admission
	// BalancerLinks are the links of this machine on which it answers for those addresses.
	BalancerLinks []string
	Log           *slog.Logger
}

// drain is how long requests may go on after a stop was asked for.
const drain = 3 * time.Second

// generatedSuffix is the length of the random part of generated names, as upstream's.
const generatedSuffix = 5

// Server is a control plane, and the node of this machine if the configuration says so.
type Server struct {
	cfg      Config
	layout   Layout
	instance Instance
	listen   netip.AddrPort
	clock    client.Clock
	log      *slog.Logger
	lock     *os.File

	law   *schema.Schema
	store *disk.Store
	pki   *pki.Authority
	// webhooks calls what users and extensions serve: also API aggregation goes through it.
	webhooks *webhook.Caller
	// front shows extension servers that requests come from this server; see aggregation.go.
	front frontProxy
	reg   *registry.Registry
	// access answers whether a user may do something.
	access func(api.Cluster, authorizer.Attributes) (bool, string)
	keys   *token.Keys
	pool   ipam.Pool
	view   *view.View
	runner *reconcile.Runner
	events *events.Recorder
	// deschedule is what the descheduler does, nil if there is none.
	deschedule *deschedule.Policy
	// whatIf says where pods would go.
	whatIf *scheduler.Scheduler
	api    *apiserver.Server
	tls    *tls.Config
	// audit is nil if no audit log is kept.
	audit *auditlog.Log
	// tracer is nil if nobody asks for spans.
	tracer  *tracing.Tracer
	runs    []func(context.Context) error
	cleanup []func()
}

// Open takes the data directory and builds everything. It listens on nothing and starts nothing yet.
func Open(ctx context.Context, cfg Config) (*Server, error) {
	s := &Server{cfg: cfg, clock: time.Now, log: cfg.Log, layout: Layout{Dir: cfg.DataDir}}
	if err := s.open(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Server) open(ctx context.Context) (err error) {
	if s.listen, err = netip.ParseAddrPort(s.cfg.Listen); err != nil {
		return fmt.Errorf("--listen %q: want ADDR:PORT, for example 127.0.0.1:6443", s.cfg.Listen)
	}
	if s.lock, err = s.layout.Lock(); err != nil {
		return err
	}
	s.cleanup = append(s.cleanup, func() { s.lock.Close() })
	services, err := parseServiceRanges(s.cfg.ServiceRanges)
	if err != nil {
		return err
	}
	services.dual = s.cfg.DualStack
	if s.instance, err = openInstance(s.cfg.DataDir, s.cfg.Listen, services); err != nil {
		return err
	}
	s.layout.Instance = s.instance.ID
	if s.pool, err = parsePool(s.cfg.BalancerPool, s.instance); err != nil {
		return err
	}
	if s.cfg.NodeName == "" {
		if s.cfg.NodeName, err = os.Hostname(); err != nil {
			return fmt.Errorf("the name of this machine: %w", err)
		}
	}
	if s.audit, err = auditlog.Open(s.cfg.Audit, s.log); err != nil {
		return err
	}
	if s.tracer, err = openTracer(ctx, s.cfg, s.instance.ID); err != nil {
		return err
	}
	s.cleanup = append(s.cleanup, func() { closeTracer(s.tracer, s.log) })
	on, err := schema.ParseFeatures(s.cfg.FeatureGates, s.cfg.RuntimeConfig)
	if err != nil {
		return err
	}
	if err := s.ground(on); err != nil {
		return err
	}
	return s.controlPlane(ctx)
}

// ground opens what stands on nothing: law, store and keys, side by side.
func (s *Server) ground(on schema.Features) error {
	var g errgroup.Group
	g.Go(func() (err error) { s.law, err = schema.NewWith(on); return err })
	g.Go(func() (err error) { s.store, err = disk.Open(s.layout.Store(), disk.Options{}); return err })
	g.Go(func() (err error) { s.pki, err = pki.Open(s.layout.PKI(), s.clock); return err })
	err := g.Wait()
	if s.store != nil {
		s.cleanup = append(s.cleanup, func() {
			if s.removed() {
				return // closing would work on files that are not ours any more
			}
			if err := s.store.Close(); err != nil {
				s.log.Error("closing the store", "err", err)
			}
		})
	}
	return err
}

// controlPlane builds the floors from the registry to the API server.
func (s *Server) controlPlane(ctx context.Context) error {
	key, err := s.pki.SigningKey("service-accounts")
	if err != nil {
		return err
	}
	keys, err := token.NewKeys(key)
	if err != nil {
		return err
	}
	s.keys = keys
	s.view = view.New(s.law, s.store, Stored(s.law))
	admission, credentials, err := s.cfg.Admission.open()
	if err != nil {
		return err
	}
	s.webhooks = webhook.New(s.serviceTargets, credentials)
	if s.front, err = openFrontProxy(s.layout.PKI(), s.clock); err != nil {
		return err
	}
	policy := newPolicySource(s.view)
	auth := authz.New(policy, nil)
	s.access = access(auth)
	s.reg, err = registry.New(registry.Config{
		Law: s.law, Store: s.store, Clock: s.clock,
		UID:         func() types.UID { return types.UID(uuid.NewString()) },
		Suffix:      func() string { return utilrand.String(generatedSuffix) },
		ServiceCIDR: strings.Join(s.instance.services(), ","),
		Escalation:  auth,
		Access:      s.access,
		Tokens:      tokenIssuer{keys, s.clock},
		Webhooks:    s.webhooks,
		Admission:   admission,
	})
	if err != nil {
		return err
	}
	self := &user.DefaultInfo{Name: user.APIServerUser, Groups: []string{user.SystemPrivilegedGroup}}
	own := s.reg.Client(self, ownManager)
	if err := bootstrap(ctx, own, s.law, api.Host, s.instance, int32(s.listen.Port())); err != nil {
		return err
	}
	if err := bootstrapFlow(ctx, s.reg.Client(self, flowManager), s.law, api.Host); err != nil {
		return err
	}
	if err := readyServiceCIDR(ctx, s.reg.Client(self, serviceCIDRManager), api.Host, s.instance, s.clock); err != nil {
		return err
	}
	if err := readyAggregation(ctx, own, s.law, api.Host, s.pki, s.front); err != nil {
		return err
	}
	if err := s.hands(own); err != nil {
		return err
	}
	if s.tls, err = s.serving(); err != nil {
		return err
	}
	nodes, err := s.towardsNodes()
	if err != nil {
		return err
	}
	config := apiserver.Config{
		Law: s.law, Registry: s.reg, Authorizer: auth, Flows: newFlowSource(s.view), Tokens: keys, Objects: tokenObjects{s.law, s.store},
		ClientCAs: s.pki.Pool(), Nodes: nodes, Extensions: s.extensionTransport, URL: "https://" + nth(s.instance.ServiceCIDR, 1).String() + ":443",
		Explain: s.explain, ExplainManifest: s.explainManifest, Graph: s.graph, Version: Version(), Clock: s.clock, Log: s.log,
		Checks: []apiserver.Check{{Name: "store", Probe: func(context.Context) error { return s.reg.Ready() }}},
	}
	if s.cfg.Concurrency != (apiserver.Concurrency{}) {
		config.Concurrency = &s.cfg.Concurrency
	}
	if s.audit != nil {
		config.Audit = s.audit
	}
	if s.tracer != nil {
		config.Wrap = func(h http.Handler) http.Handler { return s.tracer.Handler(h, "KubernetesAPI") }
	}
	if s.api, err = apiserver.New(config); err != nil {
		return err
	}
	s.api.MustRegister(append(s.reg.Collectors(), s.runner.Collectors()...)...)
	s.api.MustRegister(s.whatIf.Collectors()...)
	if s.audit != nil {
		s.api.MustRegister(s.audit.Collectors()...)
	}
	return nil
}

// serving is the server's certificate: every name and address under which clients reach the API.
func (s *Server) serving() (*tls.Config, error) {
	ips := []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback, s.instance.NodeAddress.AsSlice(), nth(s.instance.ServiceCIDR, 1).AsSlice()}
	if a := s.listen.Addr(); !a.IsUnspecified() && !a.IsLoopback() {
		ips = append(ips, a.AsSlice())
	}
	names := []string{"localhost", s.cfg.NodeName, "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"}
	pair, err := s.pki.Pair("apiserver", pki.Leaf{CommonName: "kube-apiserver", DNSNames: names, IPs: ips, Server: true})
	if err != nil {
		return nil, err
	}
	cert, err := tls.X509KeyPair(pair.CertPEM, pair.KeyPEM)
	if err != nil {
		return nil, fmt.Errorf("the server's certificate: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}, nil
}

// towardsNodes is how the API server shows itself to nodes.
func (s *Server) towardsNodes() (*tls.Config, error) {
	pair, err := s.pki.Pair("apiserver-kubelet-client", pki.Leaf{CommonName: kubeletClient, Organizations: []string{user.SystemPrivilegedGroup}, Client: true})
	if err != nil {
		return nil, err
	}
	cert, err := tls.X509KeyPair(pair.CertPEM, pair.KeyPEM)
	if err != nil {
		return nil, fmt.Errorf("the certificate towards nodes: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, RootCAs: s.pki.Pool(), MinVersion: tls.VersionTLS12}, nil
}

// kubeletClient is the name by which nodes know the API server.
const kubeletClient = "kube-apiserver-kubelet-client"

// Run serves until ctx ends. ready, if not nil, is called when the API answers.
func (s *Server) Run(ctx context.Context, ready func()) error {
	l, err := net.Listen("tcp", s.listen.String())
	if err != nil {
		return fmt.Errorf("listening on %s: %w; choose another address with --listen", s.listen, err)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.view.Run(ctx) })
	if _, err := s.view.AtLeast(ctx, s.store.Revision()); err != nil {
		return err
	}
	g.Go(func() error { return s.upkeep(ctx) })
	g.Go(func() error { return s.guard(ctx) })
	g.Go(func() error { return s.keepMemory(ctx) })
	for _, run := range s.runs {
		g.Go(func() error { return run(ctx) })
	}
	// First the kubeconfig: who sees the API ready may look for it.
	if err := s.writeKubeconfig(); err != nil {
		return s.abort(stop, g, err)
	}
	g.Go(func() error { return s.serveAPI(ctx, l) })
	g.Go(func() error { return s.api.PrepareDocuments(ctx) })
	if s.cfg.Node {
		if err := s.node(ctx, g); err != nil {
			return s.abort(stop, g, err)
		}
	}
	if ready != nil {
		ready()
	}
	// What the first write would otherwise wait for.
	g.Go(func() error { return s.law.Warm() })
	err = g.Wait()
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		return nil
	}
	return err
}

// abort ends a start that failed half way: everything that runs is stopped before Close takes the ground away.
func (s *Server) abort(stop context.CancelFunc, g *errgroup.Group, err error) error {
	stop()
	_ = g.Wait() // what matters is why
	return err
}

// Close releases what Open took.
func (s *Server) Close() {
	for i := len(s.cleanup) - 1; i >= 0; i-- {
		s.cleanup[i]()
	}
	s.cleanup = nil
}
