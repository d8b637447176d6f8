// Package device gives containers devices that plugins look after: the device manager of a kubelet. Plugins are programs that
// speak kubelet's gRPC API (device plugin v1beta1) over sockets in one directory: they register, list their devices and
// say which are well, and answer what a container has to be given.
//
// It speaks with plugins and knows which device belongs to which container. It reads no API and touches no container: what a
// Grant says is carried out by the agent. It remembers nothing on disk: the agent writes what a container was granted into
// the container's labels, and tells it again after a restart (Restore).
package device

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"k8s.io/apimachinery/pkg/util/validation"
	pluginapi "k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1"
)

// socketName is where plugins register.
const socketName = "kubelet.sock"

// goneAfter is how long a node still shows the devices of a plugin that has gone, which may be about to come back, as
// kubelet's endpointStopGracePeriod.
const goneAfter = 5 * time.Minute

// Manager knows plugins, their devices and who has them. Make it with Open. It is safe for concurrent use.
type Manager struct {
	dir     string
	log     *slog.Logger
	changed func()

	state string

	mu      sync.Mutex
	plugins map[string]*plugin          // by resource
	known   map[string]bool             // resources that plugins have ever had here
	taken   map[string]map[string]owner // by resource and device
}

// owner is a pod, and those of its containers that have a device: init containers that have ended when a later one starts leave it to that one,
// and are started with it again.
type owner struct {
	pod        string
	containers []string
}

// ended says whether all containers that have a device have ended.
func (o owner) ended(ended []string) bool {
	return !slices.ContainsFunc(o.containers, func(c string) bool { return !slices.Contains(ended, c) })
}

// Config is all that a Manager is told.
type Config struct {
	// Dir is the directory of the sockets. It is made if it is missing.
	Dir string
	// State is a file that remembers which resources are plugins', so that those are told from what others put on the Node.
	State string
	// Changed is called whenever Resources may answer something else. It must not call the Manager.
	Changed func()
	Log     *slog.Logger
}

// New makes a Manager that does not listen yet.
func New(c Config) (*Manager, error) {
	m := &Manager{dir: c.Dir, state: c.State, log: c.Log, changed: c.Changed, plugins: map[string]*plugin{}, known: map[string]bool{}, taken: map[string]map[string]owner{}}
	text, err := os.ReadFile(m.state)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("device plugins: %w", err)
	}
	for name := range strings.FieldsSeq(string(text)) {
		m.known[name] = true
	}
	return m, nil
}

// remember notes that a resource is a plugin's. The caller holds mu.
func (m *Manager) remember(resource string) error {
	if m.known[resource] {
		return nil
	}
	names := append(slices.Collect(maps.Keys(m.known)), resource)
	slices.Sort(names)
	next := m.state + ".new"
	if err := os.WriteFile(next, []byte(strings.Join(names, "\n")+"\n"), 0o600); err != nil {
		return err
	}
	if err := os.Rename(next, m.state); err != nil {
		return err
	}
	m.known[resource] = true
	return nil
}

// Serve takes registrations until ctx ends, and then hangs up on all plugins. The socket is made anew, which tells plugins
// that ran before to register again.
func (m *Manager) Serve(ctx context.Context) error {
	if err := os.MkdirAll(m.dir, 0o750); err != nil {
		return fmt.Errorf("device plugins: %w", err)
	}
	path := filepath.Join(m.dir, socketName)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("device plugins: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return fmt.Errorf("device plugins: %w", err)
	}
	srv := grpc.NewServer()
	var streams sync.WaitGroup
	pluginapi.RegisterRegistrationServer(srv, &registrar{m: m, life: ctx, streams: &streams})
	end := context.AfterFunc(ctx, srv.Stop)
	defer end()
	err = srv.Serve(l)
	streams.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("device plugins: serving %s: %w", path, err)
}

// registrar is the service that plugins call.
type registrar struct {
	pluginapi.UnimplementedRegistrationServer
	m       *Manager
	life    context.Context
	streams *sync.WaitGroup
}

// Register implements kubelet's Registration service.
func (r *registrar) Register(ctx context.Context, req *pluginapi.RegisterRequest) (*pluginapi.Empty, error) {
	if err := check(req); err != nil {
		r.m.log.Warn("a device plugin was refused", "resource", req.ResourceName, "endpoint", req.Endpoint, "err", err)
		return nil, err
	}
	p, err := dial(filepath.Join(r.m.dir, req.Endpoint), req)
	if err != nil {
		return nil, err
	}
	if err := p.ask(ctx); err != nil {
		p.hangUp()
		r.m.log.Warn("a device plugin was refused", "resource", req.ResourceName, "endpoint", req.Endpoint, "err", err)
		return nil, err
	}
	r.m.mu.Lock()
	old := r.m.plugins[req.ResourceName]
	r.m.plugins[req.ResourceName] = p
	err = r.m.remember(req.ResourceName)
	r.m.mu.Unlock()
	if err != nil {
		r.m.log.Warn("remembering a device plugin's resource", "resource", req.ResourceName, "err", err)
	}
	if old != nil {
		old.hangUp()
	}
	r.m.log.Info("a device plugin registered", "resource", req.ResourceName, "endpoint", req.Endpoint)
	r.streams.Go(func() { r.m.follow(r.life, p) })
	return &pluginapi.Empty{}, nil
}

// check refuses what kubelet refuses, and an endpoint that leads out of the directory.
func check(req *pluginapi.RegisterRequest) error {
	if req.Version != pluginapi.Version {
		return fmt.Errorf("requested API version %q is not supported by kubelet. Supported version is %q", req.Version, pluginapi.SupportedVersions)
	}
	if !Extended(req.ResourceName) {
		return fmt.Errorf("the ResourceName %q is invalid", req.ResourceName)
	}
	if req.Endpoint == "" || req.Endpoint != filepath.Base(req.Endpoint) || req.Endpoint == socketName {
		return fmt.Errorf("the Endpoint %q is invalid: it names a socket in the directory of %s", req.Endpoint, socketName)
	}
	return nil
}

// Extended says whether a name may be that of an extended resource: qualified, and not Kubernetes' own.
func Extended(name string) bool {
	domain, _, qualified := strings.Cut(name, "/")
	return qualified && domain != "kubernetes.io" && !strings.HasSuffix(domain, ".kubernetes.io") && !strings.HasPrefix(name, "requests.") &&
		len(validation.IsQualifiedName("requests."+name)) == 0
}

// follow keeps the devices of a plugin up to date until it or ctx ends.
func (m *Manager) follow(ctx context.Context, p *plugin) {
	defer p.hangUp()
	stop := context.AfterFunc(ctx, p.hangUp)
	defer stop()
	err := p.watch(func(devices []*pluginapi.Device) {
		m.mu.Lock()
		p.take(devices)
		m.mu.Unlock()
		m.changed()
	})
	if ctx.Err() != nil {
		return
	}
	m.mu.Lock()
	p.gone = time.Now()
	p.healthy = nil
	replaced := m.plugins[p.resource] != p
	m.mu.Unlock()
	if !replaced {
		m.log.Warn("a device plugin has gone", "resource", p.resource, "err", err)
		m.changed()
	}
}

// Amount is how many devices a node has of a resource, and how many of them are well.
type Amount struct{ Capacity, Allocatable int64 }

// Resources counts the devices of all plugins that there ever were. Of one that has been gone for long there are none.
func (m *Manager) Resources() map[string]Amount {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string]Amount{}
	for resource := range m.known {
		out[resource] = Amount{}
	}
	for resource, p := range m.plugins {
		if p.gone.IsZero() || time.Since(p.gone) < goneAfter {
			out[resource] = Amount{int64(len(p.all)), int64(len(p.healthy))}
		}
	}
	return out
}
