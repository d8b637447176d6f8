package agent

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/device"
	"gantry.dev/gantry/internal/driver/dra"
	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/driver/image/credential"
	"gantry.dev/gantry/internal/driver/link"
	"gantry.dev/gantry/internal/driver/tracing"
	"gantry.dev/gantry/internal/driver/volume"
	"gantry.dev/gantry/internal/plan/dataplane"
	"gantry.dev/gantry/internal/plan/dnsrecords"
	"gantry.dev/gantry/internal/plan/eviction"
	"gantry.dev/gantry/internal/plan/settings"
)

// Config is all that a node agent is told. Fields without a comment of "may be" are required.
type Config struct {
	// Cluster is the control plane that the node belongs to.
	Cluster api.Cluster
	// NodeName is the name of the Node object; Hostname (may be empty: NodeName) its Hostname address and label.
	NodeName string
	Hostname string
	// Instance is the instance id, for names that the host sees.
	Instance string
	// Version is gantry's version for status.nodeInfo.kubeletVersion, "v1.36.3+gantry-…".
	Version string

	// DataDir is the agent's own directory: pods/<uid>/… (volumes, hosts, termination logs).
	DataDir string
	// LogDir holds container logs as <namespace>_<name>_<uid>/<container>/<attempt>.log. May be empty: DataDir/logs.
	LogDir string

	// NodeAddress is the node's InternalIP: reachable from pods, where DNS, node ports and the API answer.
	NodeAddress netip.Addr
	// NodeAddress6, PodCIDR6 and ServiceCIDR6 are the IPv6 half of a dual stack node, whose pods have an address of both
	// families. All three may be empty.
	NodeAddress6           netip.Addr
	PodCIDR6, ServiceCIDR6 netip.Prefix
	// ExtraAddresses are further addresses on which node ports answer (the machine's own). May be empty.
	ExtraAddresses []netip.Addr
	// PodCIDR is the prefix that pod addresses of this node are taken from.
	PodCIDR netip.Prefix
	// ServiceCIDR is the range of ClusterIPs; DNS owns the reverse names in it. May be empty.
	ServiceCIDR netip.Prefix
	// Reserved are prefixes that no Service may capture, see dataplane.Input. May be empty.
	Reserved []netip.Prefix
	// Announcer answers for load balancer addresses. May be nil: then they have to be routed here.
	Announcer Announcer
	// ClusterDNS is what pods get as nameserver: the node address, or a Service's.
	ClusterDNS []netip.Addr
	// ClusterDomain may be empty: cluster.local.
	ClusterDomain string
	// ResolvConf is the host's resolv.conf for dnsPolicy Default. May be empty: /etc/resolv.conf.
	ResolvConf string
	// KubeletPort is where nodeapi listens, for status.daemonEndpoints.
	KubeletPort int32

	// NodeLabels and NodeTaints are set when the Node is first registered. May be empty.
	NodeLabels map[string]string
	NodeTaints []corev1.Taint
	// Handlers are the names of further runtimes that Containers has, see container.Handler. May be empty.
	Handlers []string
	// MaxPods bounds pods on the node. May be zero: as many as the memory holds (see node.go).
	MaxPods int64
	// Settings is what the administrator says; its zero value says nothing. MaxPods, Eviction, PressureTransition, NodeTaints and
	// ResolvConf here win over what it says of them.
	Settings settings.Node
	// Eviction are the hard thresholds of node-pressure eviction. May be nil: eviction.Defaults.
	Eviction []eviction.Threshold
	// PressureTransition is how long a pressure condition stays after its cause. May be zero: kubelet's five minutes.
	PressureTransition time.Duration
	// ImageDir holds the images; thresholds of imagefs are about its file system. May be empty: they are not looked at.
	ImageDir string

	Client     client.Interface
	Containers container.Runtime
	Images     Images
	// Credentials are programs that give credentials of registries; nil for none.
	Credentials *credential.Providers
	Network     Network
	Volumes     *volume.Manager
	// Devices gives containers devices of plugins; nil gives none.
	Devices *device.Manager
	// DRA prepares the devices of ResourceClaims; nil prepares none.
	DRA *dra.Manager
	// Firewall, Loopback and DNS may each be nil: then that part of the dataplane is not served (control tests).
	Firewall Firewall
	Loopback Loopback
	DNS      DNS

	// ReadPod reads the manifest of a static pod, has it completed, and validates it. It may be nil if the settings name none.
	ReadPod func(manifest []byte, complete func(*corev1.Pod)) (*corev1.Pod, error)

	// Tracer is sent the start of each pod, as a trace. It may be nil.
	Tracer *tracing.Tracer

	// Clock may be nil: time.Now. Timers are the time package's own, which testing/synctest replaces.
	Clock client.Clock
	// Log may be nil: slog.Default.
	Log *slog.Logger
}

// Images is what the agent needs of the image store; *image.Store has it.
type Images interface {
	Get(ref string) (image.Image, bool)
	Pull(ctx context.Context, ref string, auths []image.Auth) (image.Image, error)
	// Pulls are those under way.
	Pulls() []image.Progress
	List() ([]image.Image, error)
	GC(keep func(image.Image) bool) (int64, error)
}

// Network is what the agent needs of the node's links; *link.Network has it.
type Network interface {
	AttachPod(ctx context.Context, pod link.Pod) error
	DetachPod(podUID string) error
	DetachLink(name string) error
	Observe() ([]link.Attachment, error)
	// RouteAddresses lets the node itself reach addresses that only packet rules know, and no others but those.
	RouteAddresses(want []netip.Addr) error
}

// Firewall takes packet rules; *firewall.Firewall has it.
type Firewall interface {
	Apply(ctx context.Context, want dataplane.Desired) error
}

// Loopback listens for node ports on 127.0.0.1; *loopback.Forwarder has it.
type Loopback interface {
	Apply(ctx context.Context, want []dataplane.LoopbackPort) error
}

// Announcer answers for load balancer addresses on the links of the node; *announce.Announcer has it.
type Announcer interface {
	// Apply answers for these addresses and for no others.
	Apply(ctx context.Context, want []netip.Addr) error
	// Networks are the networks of its links, and the addresses in them that are the machine's own.
	Networks() (nets []netip.Prefix, own []netip.Addr, err error)
}

// DNS takes zones; *dns.Server has it.
type DNS interface {
	Set(z *dnsrecords.Zone)
}

// Bounds and periods of the agent. They are upstream's figures unless a reason says otherwise.
const (
	// workers carry out pod steps. Starts are bound by kernel locks; more than a few only queue there.
	workers = 8
	// leaseDuration and leaseRenew are kubelet's nodeLeaseDurationSeconds and a quarter of it.
	leaseDuration = 40 * time.Second
	leaseRenew    = 10 * time.Second
	// nodeStatusPeriod is kubelet's nodeStatusReportFrequency: an unchanged status is written this often.
	nodeStatusPeriod = 5 * time.Minute
	// maxImagesInStatus is kubelet's nodeStatusMaxImages.
	maxImagesInStatus = 50
	// parallelPulls bounds layers on their way to one disk; kubelet serialises by default, which one slow registry stops.
	parallelPulls = 4
)
