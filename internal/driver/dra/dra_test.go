package dra

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	drabeta "k8s.io/kubelet/pkg/apis/dra/v1beta1"
	registerapi "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

// betaDriver speaks v1beta1 alone. Each claim gets one device that is named like it.
type betaDriver struct {
	drabeta.UnimplementedDRAPluginServer
	registerapi.UnimplementedRegistrationServer
	info *registerapi.PluginInfo

	mu    sync.Mutex
	told  []*registerapi.RegistrationStatus
	calls []string
}

func (d *betaDriver) GetInfo(context.Context, *registerapi.InfoRequest) (*registerapi.PluginInfo, error) {
	return d.info, nil
}

func (d *betaDriver) NotifyRegistrationStatus(_ context.Context, s *registerapi.RegistrationStatus) (*registerapi.RegistrationStatusResponse, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.told = append(d.told, s)
	return &registerapi.RegistrationStatusResponse{}, nil
}

func (d *betaDriver) NodePrepareResources(_ context.Context, r *drabeta.NodePrepareResourcesRequest) (*drabeta.NodePrepareResourcesResponse, error) {
	out := &drabeta.NodePrepareResourcesResponse{Claims: map[string]*drabeta.NodePrepareResourceResponse{}}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range r.Claims {
		d.calls = append(d.calls, "prepare "+c.Name)
		if c.Name == "forgotten" {
			continue
		}
		out.Claims[c.Uid] = &drabeta.NodePrepareResourceResponse{Devices: []*drabeta.Device{{PoolName: "p", DeviceName: c.Name, RequestNames: []string{"r"}, CdiDeviceIds: []string{"v.com/c=" + c.Name}}}}
	}
	return out, nil
}

func (d *betaDriver) NodeUnprepareResources(_ context.Context, r *drabeta.NodeUnprepareResourcesRequest) (*drabeta.NodeUnprepareResourcesResponse, error) {
	out := &drabeta.NodeUnprepareResourcesResponse{Claims: map[string]*drabeta.NodeUnprepareResourceResponse{}}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range r.Claims {
		d.calls = append(d.calls, "unprepare "+c.Name)
		out.Claims[c.Uid] = &drabeta.NodeUnprepareResourceResponse{}
	}
	return out, nil
}

// serve lets a driver listen at a socket.
func (d *betaDriver) serve(t *testing.T, socket string) {
	t.Helper()
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	s := grpc.NewServer()
	registerapi.RegisterRegistrationServer(s, d)
	drabeta.RegisterDRAPluginServer(s, d)
	go s.Serve(l)
	t.Cleanup(s.Stop)
}

// heard waits until the driver has been told n times how its registration went, and returns what it was told last.
func (d *betaDriver) heard(t *testing.T, n int) *registerapi.RegistrationStatus {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	giveUp := time.After(time.Minute)
	for {
		d.mu.Lock()
		told := slices.Clone(d.told)
		d.mu.Unlock()
		if len(told) >= n {
			return told[n-1]
		}
		select {
		case <-tick.C:
		case <-giveUp:
			t.Fatal("the driver was never told of its registration")
		}
	}
}

// manager serves one until the test, or its end function, ends it.
func manager(t *testing.T, dir string) (m *Manager, end func()) {
	t.Helper()
	m, err := New(Config{
		Dir: dir, State: filepath.Join(dir, "state"), Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Gone: func(context.Context, string) error { return nil }, Changed: func([]string) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- m.Serve(ctx) }()
	end = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(end)
	return m, end
}

func TestClaims(t *testing.T) {
	dir := t.TempDir()
	m, end := manager(t, dir)
	ctx := t.Context()
	a := Claim{Namespace: "n", Name: "a", UID: "1", Drivers: []string{"d.com"}}
	if err := m.Prepare(ctx, "pod1", []Claim{a}); err == nil || err.Error() != "DRA driver d.com is not registered" {
		t.Errorf("without the driver: %v", err)
	}
	if pods := m.Pods(); len(pods) != 0 {
		t.Errorf("without the driver %v have claims", pods)
	}
	d := &betaDriver{info: &registerapi.PluginInfo{Type: registerapi.DRAPlugin, Name: "d.com", SupportedVersions: []string{drabeta.DRAPluginService}}}
	d.serve(t, filepath.Join(dir, "d.sock"))
	if told := d.heard(t, 1); !told.PluginRegistered {
		t.Fatal(told.Error)
	}
	for range 2 { // repeating it is harmless
		if err := m.Prepare(ctx, "pod1", []Claim{a}); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Prepare(ctx, "pod2", []Claim{a}); err != nil {
		t.Fatal(err)
	}
	got, err := m.Devices("n", "a", "r")
	if err != nil || len(got) != 1 || got[0].Device != (Device{"d.com", "p", "a"}) || !slices.Equal(got[0].CDI, []string{"v.com/c=a"}) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := m.Devices("n", "a", "other"); err != nil || len(got) != 0 {
		t.Errorf("of another request: %+v, %v", got, err)
	}
	err = m.Prepare(ctx, "pod3", []Claim{{Namespace: "n", Name: "a", UID: "2", Drivers: a.Drivers}})
	if err == nil || !strings.Contains(err.Error(), "old ResourceClaim with same name a and different UID 1 still exists") {
		t.Errorf("another claim by that name: %v", err)
	}
	err = m.Prepare(ctx, "pod3", []Claim{{Namespace: "n", Name: "forgotten", UID: "3", Drivers: a.Drivers}})
	if err == nil || err.Error() != "NodePrepareResources skipped 1 ResourceClaims" {
		t.Errorf("a driver that forgets: %v", err)
	}
	if _, err := m.Devices("n", "forgotten", ""); !errors.Is(err, ErrUnknown) {
		t.Errorf("what is not prepared: %v", err)
	}
	end()

	m, _ = manager(t, dir)
	if got, err := m.Devices("n", "a", ""); err != nil || len(got) != 1 {
		t.Errorf("after a restart: %+v, %v", got, err)
	}
	if pods := m.Pods(); !slices.Equal(pods, []string{"pod1", "pod2", "pod3"}) {
		t.Errorf("after a restart %v have claims", pods)
	}
	d.heard(t, 2)
	for _, pod := range []string{"pod1", "pod2", "pod3", "pod3"} {
		err := m.Unprepare(ctx, pod)
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"prepare a", "prepare forgotten", "unprepare a", "unprepare forgotten"}
	if d.mu.Lock(); !slices.Equal(d.calls, want) {
		t.Errorf("calls %q, want %q", d.calls, want)
	}
	d.mu.Unlock()
	if body, err := os.ReadFile(filepath.Join(dir, "state")); string(body) != "[]" {
		t.Errorf("left %s, %v", body, err)
	}
}

func TestRegistrationsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		info *registerapi.PluginInfo
		want string
	}{
		"another type":    {&registerapi.PluginInfo{Type: registerapi.CSIPlugin, Name: "d"}, "a plugin of type CSIPlugin"},
		"no version":      {&registerapi.PluginInfo{Type: registerapi.DRAPlugin, Name: "d"}, "empty list of supported gRPC services"},
		"another version": {&registerapi.PluginInfo{Type: registerapi.DRAPlugin, Name: "d", SupportedVersions: []string{"v9.DRAPlugin"}}, "none of services supported by the plugin"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			manager(t, dir)
			d := &betaDriver{info: c.info}
			d.serve(t, filepath.Join(dir, "d.sock"))
			if told := d.heard(t, 1); told.PluginRegistered || !strings.Contains(told.Error, c.want) {
				t.Errorf("told %v, want %q", told, c.want)
			}
		})
	}
}
