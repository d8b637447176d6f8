package nodeapi

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/authentication/user"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/agent"
	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/firewall"
	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/driver/link"
	"gantry.dev/gantry/internal/driver/pki"
	"gantry.dev/gantry/internal/driver/volume"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store/disk"
)

// insideEnv marks the test program that runs in namespaces of its own.
const insideEnv = "GANTRY_NODE_TEST"

// TestRealNode runs TestInside in network and mount namespaces of its own: real containers, links, rules and volumes,
// with the real registry behind the agent.
func TestRealNode(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("real containers need root")
	}
	if _, err := exec.LookPath("busybox"); err != nil {
		t.Skip("real containers need a static busybox to run")
	}
	bin := os.Getenv("GANTRY_SUPERVISOR")
	if bin == "" {
		bin = filepath.Join(t.TempDir(), "gantry-supervisor")
		if out, err := exec.Command("../../cmd/gantry-supervisor/build.sh", bin).CombinedOutput(); err != nil {
			t.Skipf("the supervisor cannot be built here: %v\n%s", err, out)
		}
	}
	inside := "^TestInside$"
	if os.Getenv(manyEnv) != "" {
		inside = "^TestInsideMany$"
	}
	cmd := exec.Command(os.Args[0], "-test.run="+inside, "-test.v", "-test.timeout=4m")
	cmd.Env = append(os.Environ(), insideEnv+"=1", "GANTRY_SUPERVISOR="+bin)
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: unix.CLONE_NEWNET | unix.CLONE_NEWNS, Pdeathsig: unix.SIGTERM}
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatal(err)
	}
}

// node is a whole node with a registry, and the keys to its door.
type node struct {
	t      *testing.T
	client client.Interface // the administrator's
	self   client.Interface // the node's
	cfg    agent.Config
	run    *container.Native
	opts   container.Options
	ca     *pki.Authority
	addr   netip.Addr
	agent  *agent.Agent
	stop   func()
	http   *http.Client
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newNode(t *testing.T) *node {
	lo := must(netlink.LinkByName("lo"))(t)
	if err := netlink.LinkSetUp(lo); err != nil {
		t.Fatal(err)
	}
	raw := make([]byte, 4)
	_, _ = rand.Read(raw) // never fails
	n := &node{t: t, addr: netip.MustParseAddr("10.78.255.254")}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelInfo}))
	n.opts = container.Options{
		Instance: "nt" + hex.EncodeToString(raw), Binary: os.Getenv("GANTRY_SUPERVISOR"), DataDir: t.TempDir(), Log: log,
	}
	n.opts.RunDir = filepath.Join(os.TempDir(), "gantry-"+n.opts.Instance)
	t.Cleanup(func() {
		if err := container.Cleanup(n.opts); err != nil {
			t.Errorf("cleaning up containers: %v", err)
		}
	})
	n.run = must(openContainers(t.Context(), n.opts))(t)
	t.Cleanup(n.run.Close)
	n.registry()
	pods, services := netip.MustParsePrefix("10.77.0.0/24"), netip.MustParsePrefix("10.78.0.0/17")
	network := must(link.Setup(t.Context(), link.Config{Instance: n.opts.Instance, Families: []link.Family{{NodeAddress: n.addr, PodCIDR: pods, ServiceCIDR: services}}}))(t)
	t.Cleanup(func() {
		network.Close()
		if err := link.Cleanup(n.opts.Instance); err != nil {
			t.Errorf("cleaning up links: %v", err)
		}
	})
	fw := must(firewall.Open(firewall.Config{Instance: n.opts.Instance, Families: []firewall.Family{{PodCIDR: pods, ServiceCIDR: services, NodeAddress: n.addr}}}))(t)
	t.Cleanup(func() { fw.Close() })
	dir := t.TempDir()
	volumes := must(volume.Open(volume.Config{Dir: filepath.Join(dir, "pods"), Memory: filepath.Join(dir, "memory")}))(t)
	t.Cleanup(func() {
		if err := volumes.Close(); err != nil {
			t.Error(err)
		}
	})
	n.cfg = agent.Config{
		Cluster: api.Host, NodeName: "n1", Instance: n.opts.Instance, Version: "v1.36.3+gantry", DataDir: dir, NodeAddress: n.addr,
		PodCIDR: pods, ClusterDNS: []netip.Addr{n.addr}, KubeletPort: 10250, Client: n.self, Containers: n.run,
		Images: n.images(), Network: network, Volumes: volumes, Firewall: fw, Log: log,
	}
	return n
}

// openContainers tries several times: Linux 6.18 numbers mount namespaces from a pool per CPU and refuses (EINVAL) to pin
// one whose number is not greater than that of the namespace it is pinned in. The next attempt may be on another CPU.
func openContainers(ctx context.Context, o container.Options) (n *container.Native, err error) {
	for range 50 {
		if n, err = container.Open(ctx, o); !errors.Is(err, unix.EINVAL) {
			return n, err
		}
	}
	return nil, err
}

// images is a store with busybox in it.
func (n *node) images() *image.Store {
	st := must(image.Open(n.t.TempDir(), image.Options{}))(n.t)
	n.t.Cleanup(func() { st.Close() })
	path := must(exec.LookPath("busybox"))(n.t)
	files := []image.File{{Path: "/bin/busybox", Mode: 0o755, Source: path}, {Path: "/etc/passwd", Data: []byte("root:x:0:0::/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n")}, {Path: "/tmp", Dir: true, Mode: 0o1777}}
	for name := range strings.FieldsSeq(string(must(exec.Command(path, "--list").Output())(n.t))) {
		if name != "busybox" {
			files = append(files, image.File{Path: "/bin/" + name, Link: "/bin/busybox"})
		}
	}
	img := must(image.FromFiles(image.Config{Env: []string{"PATH=/bin"}, Cmd: []string{"sh"}}, files...))(n.t)
	must(st.Add(n.t.Context(), "busybox:test", img))(n.t)
	return st
}

// registry is the real one, on a store in memory.
func (n *node) registry() {
	t := n.t
	law := must(schema.New())(t)
	st := must(disk.Open("store", disk.Options{FS: vfs.NewMem()}))(t)
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	n.ca = must(pki.Open(t.TempDir(), time.Now))(t)
	reg := must(registry.New(registry.Config{
		Law: law, Store: st, Clock: time.Now, UID: func() types.UID { return types.UID(uuid.NewString()) },
		Suffix: func() string { return uuid.NewString()[:5] }, ServiceCIDR: "10.78.0.0/17", Tokens: issuer{},
	}))(t)
	n.self = reg.Client(&user.DefaultInfo{Name: "system:node:n1", Groups: []string{user.NodesGroup}}, "agent")
	n.client = reg.Client(&user.DefaultInfo{Name: "admin", Groups: []string{user.SystemPrivilegedGroup}}, "test")
	for _, ns := range []string{"default", "kube-node-lease"} {
		n.create("Namespace", "", &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}})
	}
	n.create("ServiceAccount", "default", &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default", Namespace: "default"}})
	n.create("ConfigMap", "default", &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "kube-root-ca.crt", Namespace: "default"}, Data: map[string]string{"ca.crt": string(n.ca.CAPEM())},
	})
}

// issuer gives out tokens that nobody checks.
type issuer struct{}

func (issuer) Issue(_ context.Context, _ api.Cluster, sa types.NamespacedName, _ types.UID, _ *registry.Bound, tr *authenticationv1.TokenRequest) error {
	tr.Status.Token, tr.Status.ExpirationTimestamp = "token of "+sa.String(), metav1.NewTime(time.Now().Add(time.Hour))
	return nil
}

var plurals = map[string]string{"Namespace": "namespaces", "ServiceAccount": "serviceaccounts", "Pod": "pods", "ConfigMap": "configmaps", "Secret": "secrets"}

func (n *node) create(kind, namespace string, obj runtime.Object) {
	n.t.Helper()
	res := api.Resource{Name: plurals[kind]}
	r := n.client.Apply(n.t.Context(), []client.Write{{Verb: client.Create, Key: api.Key{Resource: res, Cluster: api.Host, Namespace: namespace}, Object: obj}})[0]
	if r.Err != nil {
		n.t.Fatalf("creating a %s: %v", kind, r.Err)
	}
}

// begin starts the agent and the node's server.
func (n *node) begin() {
	t := n.t
	n.agent = must(agent.New(n.cfg))(t)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { ended <- n.agent.Run(ctx) }()
	select {
	case <-n.agent.Ready():
	case err := <-ended:
		t.Fatalf("the agent did not start: %v", err)
	}
	pair := must(n.ca.Pair("node", pki.Leaf{CommonName: "system:node:n1", IPs: []net.IP{n.addr.AsSlice()}, Server: true}))(t)
	cert := must(tls.X509KeyPair(pair.CertPEM, pair.KeyPEM))(t)
	l := must(net.Listen("tcp", net.JoinHostPort(n.addr.String(), "10250")))(t)
	srv := New(Config{Agent: n.agent, Containers: n.run, Traffic: n.cfg.Network.(*link.Network).Traffic, Clients: []string{"kube-apiserver-kubelet-client"}, Log: n.cfg.Log})
	go func() { ended <- srv.Serve(ctx, l, cert, n.ca.Pool()) }()
	n.http = n.clientOf("kube-apiserver-kubelet-client")
	n.stop = sync.OnceFunc(func() {
		cancel()
		for range 2 {
			if err := <-ended; err != nil {
				t.Errorf("stopping: %v", err)
			}
		}
	})
	t.Cleanup(n.stop)
}

// clientOf speaks to the node's server with a certificate of that name.
func (n *node) clientOf(name string) *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: n.tls(name)}}
}

func (n *node) tls(name string) *tls.Config {
	pair := must(n.ca.Pair("client-"+name, pki.Leaf{CommonName: name, Client: true}))(n.t)
	return &tls.Config{RootCAs: n.ca.Pool(), Certificates: []tls.Certificate{must(tls.X509KeyPair(pair.CertPEM, pair.KeyPEM))(n.t)}}
}

// pod creates a pod from its spec.
func (n *node) pod(name, spec string) {
	n.t.Helper()
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name, Labels: map[string]string{"app": name}}}
	if err := yaml.UnmarshalStrict([]byte(spec), &p.Spec); err != nil {
		n.t.Fatal(err)
	}
	p.Spec.NodeName = "n1"
	n.create("Pod", "default", p)
}

func podKey(name string) api.Key {
	return api.Key{Resource: api.Resource{Name: "pods"}, Cluster: api.Host, Namespace: "default", Name: name}
}

// until waits for a pod to be as wanted; nil is a pod that is gone.
func (n *node) until(name, what string, ok func(*corev1.Pod) bool) *corev1.Pod {
	n.t.Helper()
	ctx, cancel := context.WithTimeout(n.t.Context(), time.Minute)
	defer cancel()
	scope := api.Scope{Resource: api.Resource{Name: "pods"}, Cluster: api.Host, Namespace: "default"}
	list, rev, err := n.client.List(ctx, scope, client.ListOptions{})
	if err != nil {
		n.t.Fatal(err)
	}
	var last *corev1.Pod
	for _, obj := range list {
		if p := obj.(*corev1.Pod); p.Name == name {
			last = p
		}
	}
	w, err := n.client.Watch(ctx, scope, rev, client.ListOptions{})
	if err != nil {
		n.t.Fatal(err)
	}
	defer w.Stop()
	for !ok(last) {
		events, _, err := w.Next(ctx)
		if err != nil {
			n.t.Fatalf("pod %s did not become %s: %v\n%s", name, what, err, n.story(last))
		}
		for _, ev := range events {
			if ev.Key.Name == name {
				last = ev.Object.(*corev1.Pod)
				if ev.Type == client.Deleted {
					last = nil
				}
			}
		}
	}
	return last
}

// story is what there is to know about a pod that is not as it should be.
func (n *node) story(p *corev1.Pod) string {
	if p == nil {
		return "it does not exist"
	}
	text := string(must(yaml.Marshal(p.Status))(n.t))
	list, _, err := n.client.List(context.WithoutCancel(n.t.Context()), api.Scope{Resource: api.Resource{Name: "events"}, Cluster: api.Host}, client.ListOptions{})
	if err != nil {
		return text + err.Error()
	}
	for _, obj := range list {
		ev := obj.(*corev1.Event)
		text += ev.InvolvedObject.Name + ": " + ev.Reason + ": " + ev.Message + "\n"
	}
	return text
}

func ready(p *corev1.Pod) bool {
	if p == nil {
		return false
	}
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}
