package device

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	pluginapi "k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1"
)

// realPlugin is a device plugin that speaks gRPC over a socket, in this process.
type realPlugin struct {
	pluginapi.UnimplementedDevicePluginServer
	lists     chan []*pluginapi.Device
	preferred []string
	refuse    bool
	options   *pluginapi.DevicePluginOptions
	noOptions error
	mu        sync.Mutex
	prepared  []string
}

func (p *realPlugin) ListAndWatch(_ *pluginapi.Empty, s grpc.ServerStreamingServer[pluginapi.ListAndWatchResponse]) error {
	for {
		select {
		case list, ok := <-p.lists:
			if !ok {
				return errors.New("the plugin ends")
			}
			if err := s.Send(&pluginapi.ListAndWatchResponse{Devices: list}); err != nil {
				return err
			}
		case <-s.Context().Done():
			return nil
		}
	}
}

func (p *realPlugin) GetPreferredAllocation(_ context.Context, r *pluginapi.PreferredAllocationRequest) (*pluginapi.PreferredAllocationResponse, error) {
	return &pluginapi.PreferredAllocationResponse{ContainerResponses: []*pluginapi.ContainerPreferredAllocationResponse{{DeviceIDs: p.preferred}}}, nil
}

func (p *realPlugin) GetDevicePluginOptions(context.Context, *pluginapi.Empty) (*pluginapi.DevicePluginOptions, error) {
	return p.options, p.noOptions
}

func (p *realPlugin) Allocate(_ context.Context, r *pluginapi.AllocateRequest) (*pluginapi.AllocateResponse, error) {
	if p.refuse {
		return nil, errors.New("the device is on fire")
	}
	ids := r.ContainerRequests[0].DevicesIds
	return &pluginapi.AllocateResponse{ContainerResponses: []*pluginapi.ContainerAllocateResponse{{
		Envs: map[string]string{"DEVICES": strings.Join(ids, ",")}, Devices: []*pluginapi.DeviceSpec{{HostPath: "/dev/null", ContainerPath: "/dev/" + ids[0], Permissions: "rw"}},
	}}}, nil
}

func (p *realPlugin) PreStartContainer(_ context.Context, r *pluginapi.PreStartContainerRequest) (*pluginapi.PreStartContainerResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.prepared = r.DevicesIds
	return &pluginapi.PreStartContainerResponse{}, nil
}

// bench is a Manager with its directory and its news.
type bench struct {
	*Manager
	t       *testing.T
	dir     string
	changed chan struct{}
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, dir: t.TempDir(), changed: make(chan struct{}, 100)}
	b.Manager = b.open()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return b
}

// plug starts a plugin and registers it.
func (b *bench) plug(resource, endpoint string, p *realPlugin, o *pluginapi.DevicePluginOptions) {
	b.t.Helper()
	if err := b.try(resource, endpoint, p, o); err != nil {
		b.t.Fatal(err)
	}
}

// try is plug, and says what the registration was answered.
func (b *bench) try(resource, endpoint string, p *realPlugin, o *pluginapi.DevicePluginOptions) error {
	b.t.Helper()
	p.lists = make(chan []*pluginapi.Device, 10)
	if p.options = o; o == nil {
		p.options = &pluginapi.DevicePluginOptions{}
	}
	l, err := net.Listen("unix", filepath.Join(b.dir, endpoint))
	if err != nil {
		b.t.Fatal(err)
	}
	srv := grpc.NewServer()
	pluginapi.RegisterDevicePluginServer(srv, p)
	go func() { _ = srv.Serve(l) }()
	b.t.Cleanup(srv.Stop)
	return b.register(&pluginapi.RegisterRequest{Version: pluginapi.Version, ResourceName: resource, Endpoint: endpoint, Options: o})
}

func (b *bench) register(r *pluginapi.RegisterRequest) error {
	conn, err := grpc.NewClient("unix:"+filepath.Join(b.dir, socketName), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		b.t.Fatal(err)
	}
	defer conn.Close()
	_, err = pluginapi.NewRegistrationClient(conn).Register(b.t.Context(), r, grpc.WaitForReady(true))
	return err
}

// news waits until the resources are as wanted.
func (b *bench) news(resource string, want Amount) {
	b.t.Helper()
	for b.Resources()[resource] != want {
		select {
		case <-b.changed:
		case <-time.After(30 * time.Second):
			b.t.Fatalf("%s: %+v, want %+v", resource, b.Resources()[resource], want)
		}
	}
}

func devices(ids ...string) (list []*pluginapi.Device) {
	for _, id := range ids {
		d := &pluginapi.Device{ID: id, Health: pluginapi.Healthy}
		if strings.HasPrefix(id, "!") {
			d.ID, d.Health = id[1:], pluginapi.Unhealthy
		}
		list = append(list, d)
	}
	return list
}

const gpu = "example.com/gpu"

// open makes a Manager, as at the start of an agent.
func (b *bench) open() *Manager {
	b.t.Helper()
	m, err := New(Config{Dir: b.dir, State: filepath.Join(b.dir, "resources"), Log: slog.New(slog.DiscardHandler), Changed: func() { b.changed <- struct{}{} }})
	if err != nil {
		b.t.Fatal(err)
	}
	return m
}

func TestDevices(t *testing.T) {
	b, p := newBench(t), &realPlugin{}
	b.plug(gpu, "gpu.sock", p, nil)
	p.lists <- devices("a", "b", "c", "!d")
	b.news(gpu, Amount{4, 3})
	claim := func(pod, container string, n int64, ended ...string) (string, error) {
		g, err := b.Allocate(t.Context(), Claim{Pod: pod, Container: container, Wants: map[string]int64{gpu: n, "other.com/thing": 1}, Ended: ended})
		return g.Env["DEVICES"], err
	}
	expect := func(want string, got string, err error) {
		t.Helper()
		if err != nil || got != want {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
	got, err := claim("p1", "init", 2)
	expect("a,b", got, err)
	got, err = claim("p1", "init", 2) // restarted
	expect("a,b", got, err)
	if _, err = claim("p2", "c", 2); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "for example.com/gpu. Requested: 2, Available: 1") {
		t.Errorf("more than there is: %v", err)
	}
	got, err = claim("p1", "main", 3, "init") // the init container has ended
	expect("a,b,c", got, err)
	b.Release("p1")
	got, err = claim("p2", "c", 2)
	expect("a,b", got, err)
	b.Release("p2")
	b.Restore("p3", "c", map[string][]string{gpu: {"b"}})
	got, err = claim("p3", "c", 1)
	expect("b", got, err)

	p.lists <- devices("a", "!b", "c")
	b.news(gpu, Amount{3, 2})
	close(p.lists)
	b.news(gpu, Amount{3, 0}) // the plugin has gone
	if _, err := claim("p4", "c", 1); !errors.Is(err, ErrUnavailable) {
		t.Errorf("a device of a plugin that has gone: %v", err)
	}
	again := &realPlugin{}
	b.plug(gpu, "gpu2.sock", again, nil)
	again.lists <- devices("a", "b")
	b.news(gpu, Amount{2, 2})
	got, err = claim("p4", "c", 1)
	expect("a", got, err) // b is still p3's
	if got := b.open().Resources(); len(got) != 1 || got[gpu] != (Amount{}) {
		t.Errorf("before its plugin comes again, the next agent has %v", got)
	}
}

func TestOptions(t *testing.T) {
	b, p := newBench(t), &realPlugin{preferred: []string{"c"}}
	b.plug(gpu, "gpu.sock", p, &pluginapi.DevicePluginOptions{PreStartRequired: true, GetPreferredAllocationAvailable: true})
	p.lists <- devices("a", "b", "c")
	b.news(gpu, Amount{3, 3})
	g, err := b.Allocate(t.Context(), Claim{Pod: "p", Container: "c", Wants: map[string]int64{gpu: 1}})
	if err != nil || g.Env["DEVICES"] != "c" || g.Nodes[0].ContainerPath != "/dev/c" || !slices.Equal(p.prepared, []string{"c"}) || !slices.Equal(g.Devices[gpu], []string{"c"}) {
		t.Errorf("%+v, %v; prepared %v", g, err, p.prepared)
	}
	p.refuse = true
	if _, err := b.Allocate(t.Context(), Claim{Pod: "q", Container: "c", Wants: map[string]int64{gpu: 1}}); err == nil || !strings.Contains(err.Error(), "on fire") {
		t.Errorf("a plugin that refuses: %v", err)
	}
}

// Many containers at once never get one device twice.
func TestAllocateAtOnce(t *testing.T) {
	b, p := newBench(t), &realPlugin{}
	b.plug(gpu, "gpu.sock", p, nil)
	const all = 20
	var ids []string
	for i := range all {
		ids = append(ids, fmt.Sprintf("d%02d", i))
	}
	p.lists <- devices(ids...)
	b.news(gpu, Amount{all, all})
	var mu sync.Mutex
	var wg sync.WaitGroup
	given := map[string]int{}
	for i := range all + 10 {
		wg.Go(func() {
			g, err := b.Allocate(t.Context(), Claim{Pod: fmt.Sprint(i), Container: "c", Wants: map[string]int64{gpu: 1}})
			if err == nil {
				mu.Lock()
				defer mu.Unlock()
				given[g.Devices[gpu][0]]++
			} else if !errors.Is(err, ErrUnavailable) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(given) != all {
		t.Errorf("%d of %d devices were given", len(given), all)
	}
	for id, n := range given {
		if n > 1 {
			t.Errorf("%s was given %d times", id, n)
		}
	}
}

func TestBadRegistrations(t *testing.T) {
	b := newBench(t)
	for _, r := range []*pluginapi.RegisterRequest{
		{Version: "v1alpha", ResourceName: gpu, Endpoint: "gpu.sock"},
		{Version: pluginapi.Version, ResourceName: "cpu", Endpoint: "gpu.sock"},
		{Version: pluginapi.Version, ResourceName: "kubernetes.io/gpu", Endpoint: "gpu.sock"},
		{Version: pluginapi.Version, ResourceName: "bad name/x", Endpoint: "gpu.sock"},
		{Version: pluginapi.Version, ResourceName: gpu, Endpoint: "../gpu.sock"},
		{Version: pluginapi.Version, ResourceName: gpu, Endpoint: ""},
		{Version: pluginapi.Version, ResourceName: gpu, Endpoint: socketName},
	} {
		if err := b.register(r); err == nil {
			t.Errorf("%v was let in", r)
		}
	}
	if n := len(b.Resources()); n != 0 {
		t.Errorf("%d resources", n)
	}
}

// What was reserved when a pod was let in is nobody else's until the pod is released, whatever fails on the way to its start.
func TestReserve(t *testing.T) {
	b := newBench(t)
	p := &realPlugin{}
	b.plug("example.com/gpu", "gpu.sock", p, nil)
	p.lists <- devices("a", "b")
	b.news("example.com/gpu", Amount{2, 2})
	p.lists <- devices("a", "!b")
	b.news("example.com/gpu", Amount{2, 1})
	if got := b.Allocatable(); fmt.Sprint(got) != "map[example.com/gpu:[a]]" {
		t.Errorf("devices that are well: %v", got)
	}
	p.lists <- devices("a", "b")
	b.news("example.com/gpu", Amount{2, 2})
	claim := func(pod string) Claim {
		return Claim{Pod: pod, Container: "main", Wants: map[string]int64{"example.com/gpu": 1}}
	}
	for _, pod := range []string{"one", "two"} {
		if err := b.Reserve(t.Context(), claim(pod)); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Reserve(t.Context(), claim("three")); !errors.Is(err, ErrUnavailable) {
		t.Errorf("a third of two devices: %v", err)
	}
	want := b.Held("one", "main")
	p.refuse = true
	if _, err := b.Allocate(t.Context(), claim("one")); err == nil {
		t.Error("the plugin refused, and the container got its device")
	}
	p.refuse = false
	if _, err := b.Allocate(t.Context(), claim("three")); !errors.Is(err, ErrUnavailable) {
		t.Errorf("a device that waits for another start: %v", err)
	}
	g, err := b.Allocate(t.Context(), claim("one"))
	if err != nil || fmt.Sprint(g.Devices) != fmt.Sprint(want) {
		t.Errorf("started with %v, %v, want what was reserved, %v", g.Devices, err, want)
	}
	b.Release("one")
	if err := b.Reserve(t.Context(), claim("three")); err != nil {
		t.Errorf("after the release: %v", err)
	}
}

// Containers that start when others of their pod have ended get the devices of those, which have them all the same when the pod starts.
func TestReserveAgain(t *testing.T) {
	b := newBench(t)
	p := &realPlugin{}
	b.plug("example.com/gpu", "gpu.sock", p, nil)
	p.lists <- devices("a", "b")
	b.news("example.com/gpu", Amount{2, 2})
	claims := []Claim{{Container: "init"}, {Container: "sidecar", Ended: []string{"init"}}, {Container: "main", Ended: []string{"init"}}}
	for i := range claims {
		claims[i].Pod, claims[i].Wants = "one", map[string]int64{"example.com/gpu": 1}
		if err := b.Reserve(t.Context(), claims[i]); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []string{"a", "a", "b"} {
		g, err := b.Allocate(t.Context(), claims[i])
		if err != nil || fmt.Sprint(g.Devices) != fmt.Sprintf("map[example.com/gpu:[%s]]", want) {
			t.Errorf("%s: %v, %v", claims[i].Container, g.Devices, err)
		}
	}
	late := claims[2]
	late.Pod = "two"
	if err := b.Reserve(t.Context(), late); !errors.Is(err, ErrUnavailable) {
		t.Errorf("a third of two devices: %v", err)
	}
	b.Release("one")
	if err := b.Reserve(t.Context(), late); err != nil {
		t.Errorf("after the release: %v", err)
	}
}

// A plugin that does not answer what it wants is not used; a node that is started again does not start containers without the devices
// of a plugin that has not come back yet.
func TestRefusedAndAway(t *testing.T) {
	b := newBench(t)
	p := &realPlugin{noOptions: errors.New("GetDevicePluginOptions failed")}
	if err := b.try("example.com/gpu", "gpu.sock", p, nil); err == nil || !strings.Contains(err.Error(), "failed to get device plugin options") {
		t.Errorf("a plugin without options: %v", err)
	}
	if got := b.Resources(); len(got) > 0 {
		t.Errorf("resources of a plugin that was refused: %v", got)
	}
	b.known["example.com/gpu"] = true // as Open reads it
	_, err := b.Allocate(t.Context(), Claim{Pod: "one", Container: "main", Wants: map[string]int64{"example.com/gpu": 1}})
	if !errors.Is(err, ErrNotRegistered) {
		t.Errorf("a container without the devices that it asks for: %v", err)
	}
}
