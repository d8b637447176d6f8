package accept

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/dynamic-resource-allocation/kubeletplugin"
	"k8s.io/dynamic-resource-allocation/resourceslice"
	healthpb "k8s.io/kubelet/pkg/apis/dra-health/v1alpha1"
	podresources "k8s.io/kubelet/pkg/apis/podresources/v1"
)

// draDriver is a DRA driver on upstream's library: each device is a variable and a directory.
type draDriver struct {
	healthpb.UnimplementedDRAResourceHealthServer
	name, dir string
	sick      chan string // a device that is unwell from now on

	mu      sync.Mutex
	claims  map[types.UID]int // how often they were prepared since they were unprepared last
	refuses error             // what every preparation fails with
}

// PrepareResourceClaims implements kubeletplugin.DRAPlugin.
func (d *draDriver) PrepareResourceClaims(_ context.Context, claims []*resourceapi.ResourceClaim) (map[types.UID]kubeletplugin.PrepareResult, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := map[types.UID]kubeletplugin.PrepareResult{}
	for _, c := range claims {
		var r kubeletplugin.PrepareResult
		r.Err = d.refuses
		for _, a := range c.Status.Allocation.Devices.Results {
			r.Devices = append(r.Devices, kubeletplugin.Device{
				Requests: []string{a.Request}, PoolName: a.Pool, DeviceName: a.Device, CDIDeviceIDs: []string{d.name + "/thing=" + a.Device},
			})
		}
		d.claims[c.UID]++
		out[c.UID] = r
	}
	return out, nil
}

// UnprepareResourceClaims implements kubeletplugin.DRAPlugin.
func (d *draDriver) UnprepareResourceClaims(_ context.Context, claims []kubeletplugin.NamespacedObject) (map[types.UID]error, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := map[types.UID]error{}
	for _, c := range claims {
		delete(d.claims, c.UID)
		out[c.UID] = nil
	}
	return out, nil
}

// HandleError implements kubeletplugin.DRAPlugin: what is published is tried again.
func (d *draDriver) HandleError(context.Context, error, string) {}

// NodeWatchResources implements kubelet's DRA health API.
func (d *draDriver) NodeWatchResources(_ *healthpb.NodeWatchResourcesRequest, s grpc.ServerStreamingServer[healthpb.NodeWatchResourcesResponse]) error {
	say := func(device string, h healthpb.HealthStatus, message string) error {
		return s.Send(&healthpb.NodeWatchResourcesResponse{Devices: []*healthpb.DeviceHealth{{
			Device: &healthpb.DeviceIdentifier{PoolName: "pool", DeviceName: device}, Health: h, Message: message,
			LastUpdatedTime: time.Now().Unix(), HealthCheckTimeoutSeconds: 3600,
		}}})
	}
	err := errors.Join(say("one", healthpb.HealthStatus_HEALTHY, ""), say("two", healthpb.HealthStatus_HEALTHY, ""))
	for err == nil {
		select {
		case <-s.Context().Done():
			return nil
		case device := <-d.sick:
			err = say(device, healthpb.HealthStatus_UNHEALTHY, "it burns")
		}
	}
	return err
}

// prepared is how many claims are, and how often they were in all.
func (d *draDriver) prepared() (claims, calls int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, n := range d.claims {
		calls += n
	}
	return len(d.claims), calls
}

func (d *draDriver) refuse(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refuses = err
}

// serve starts the driver and publishes two devices.
func (d *draDriver) serve(w *world, node string) *kubeletplugin.Helper {
	w.Helper()
	data := filepath.Join(w.dir, "driver")
	if err := os.MkdirAll(data, 0o750); err != nil {
		w.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.Cleanup(cancel)
	h, err := kubeletplugin.Start(ctx, d, kubeletplugin.DriverName(d.name), kubeletplugin.NodeName(node), kubeletplugin.KubeClient(w.client()),
		kubeletplugin.RegistrarDirectoryPath(d.dir), kubeletplugin.PluginDataDirectoryPath(data))
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(h.Stop)
	err = h.PublishResources(ctx, resourceslice.DriverResources{Pools: map[string]resourceslice.Pool{
		"pool": {Slices: []resourceslice.Slice{{Devices: []resourceapi.Device{{Name: "one"}, {Name: "two"}}}}},
	}})
	if err != nil {
		w.Fatal(err)
	}
	return h
}

// describe writes the CDI file of the driver's devices.
func (d *draDriver) describe(w *world) {
	w.Helper()
	const dir = "/var/run/cdi"
	if err := os.MkdirAll(dir, 0o755); err != nil {
		w.Fatal(err)
	}
	gift := filepath.Join(w.dir, "gift")
	if err := os.MkdirAll(gift, 0o755); err != nil {
		w.Fatal(err)
	}
	write(w.T, filepath.Join(gift, "word"), "from the driver\n")
	device := `{"name": %q, "containerEdits": {"env": ["THING=%[1]s"], "deviceNodes": [{"path": "/dev/thing", "hostPath": "/dev/null"}]}}`
	path := filepath.Join(dir, d.name+".json")
	w.Cleanup(func() {
		if err := os.Remove(path); err != nil {
			w.Error(err)
		}
	})
	write(w.T, path, fmt.Sprintf(`{"cdiVersion": "0.6.0", "kind": "%s/thing", "devices": [%s, %s], "containerEdits": {"mounts": [{"hostPath": %q, "containerPath": "/gift", "options": ["ro"]}]}}`,
		d.name, fmt.Sprintf(device, "one"), fmt.Sprintf(device, "two"), gift))
}

// H60: devices of ResourceClaims, prepared by a DRA driver over kubelet's API.
func TestH60(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16631")
	sockets, tell := filepath.Join(in.dir, "plugins"), filepath.Join(in.dir, "tell")
	flags := []string{"up", "--listen", in.listen, "--dra-plugin-dir", sockets, "--pod-resources-dir", tell}
	if _, err := in.gantry(flags...); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	node := w.field("nodes", ".items[0].metadata.name")
	d := &draDriver{name: fmt.Sprintf("dra%d.example.com", os.Getpid()), dir: sockets, sick: make(chan string), claims: map[types.UID]int{}}
	d.describe(w)
	helper := d.serve(w, node)
	w.apply(fmt.Sprintf(`
{apiVersion: resource.k8s.io/v1, kind: DeviceClass, metadata: {name: thing}, spec: {selectors: [{cel: {expression: 'device.driver == %q'}}]}}
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: thing}
spec: {spec: {devices: {requests: [{name: r, exactly: {deviceClassName: thing}}]}}}
---
{apiVersion: resource.k8s.io/v1, kind: ResourceClaim, metadata: {name: shared}, spec: {devices: {requests: [{name: r, exactly: {deviceClassName: thing}}]}}}
`, d.name))
	const look = "echo has $THING; /bin/busybox cat /gift/word; echo x > /dev/thing && echo node; touch /gift/x || echo read-only; "
	claims := func(source string) string { return "resourceClaims: [{name: mine, " + source + "}]" }
	const uses = "resources: {claims: [{name: mine}]}"
	w.apply(pod("stays", busybox, look+idle, uses, claims("resourceClaimTemplateName: thing")+", restartPolicy: Always"))
	w.ready("condition=Ready", "pod/stays")
	w.eventually("it has its device", func() error {
		return want(w.k("logs", "stays"), "has one\nfrom the driver\nnode", "read-only")
	})
	w.eventually("its health is told", func() error {
		return want(w.field("pod/stays", ".status.containerStatuses[0].allocatedResourcesStatus"), "claim:mine", d.name+"/thing=one", "Healthy")
	})
	d.sick <- "one"
	w.eventually("its illness is told", func() error {
		return want(w.field("pod/stays", ".status.containerStatuses[0].allocatedResourcesStatus"), "Unhealthy", "it burns")
	})
	listsClaims(w, filepath.Join(tell, "kubelet.sock"), "stays", d.name)

	w.apply(pod("first", busybox, look, uses, claims("resourceClaimName: shared")) + pod("second", busybox, look, uses, claims("resourceClaimName: shared")))
	w.prints("first", "has two")
	w.prints("second", "has two")
	w.apply(pod("without", busybox, "echo has $THING; ls /gift", "", claims("resourceClaimName: shared")))
	if _, logs := w.ended("without"); strings.Contains(logs, "two") {
		t.Errorf("a container that asks for nothing has %q", logs)
	}
	w.k("delete", "pod", "first", "second", "without")
	w.eventually("the shared claim is given back", func() error {
		if n, _ := d.prepared(); n != 1 {
			return fmt.Errorf("%d claims are prepared", n)
		}
		return nil
	})

	w.killDaemon()
	if _, err := in.gantry(flags...); err != nil {
		t.Fatal(err)
	}
	w.eventually("a restarted agent has its driver again, and its slices", func() error {
		return want(w.k("get", "resourceslices", "-o", "name"), "resourceslice")
	})
	if n, calls := d.prepared(); n != 1 || calls != 1 {
		t.Errorf("after the agent's death %d claims have been prepared %d times", n, calls)
	}
	d.refuse(errors.New("not today"))
	w.apply(pod("refused", busybox, look, uses, claims("resourceClaimName: shared")))
	w.eventually("a refusal is told", func() error {
		return want(w.k("get", "events", "--field-selector=involvedObject.name=refused"), "FailedPrepareDynamicResources", "not today")
	})
	d.refuse(nil)
	w.prints("refused", "has two")
	if err := want(w.k("get", "--raw", "/api/v1/nodes/"+node+"/proxy/metrics"), `dra_resource_claims_in_use{driver_name="<any>"} 1`, `dra_operations_duration_seconds_count{is_error="true",operation_name="PrepareResources"}`,
		`method_name="/k8s.io.kubelet.pkg.apis.dra.`, `grpc_status_code="OK"`); err != nil {
		t.Error(err)
	}
	w.k("delete", "pod", "refused", "stays")
	w.eventually("all is given back", func() error {
		if n, _ := d.prepared(); n != 0 {
			return fmt.Errorf("%d claims are prepared", n)
		}
		return nil
	})

	helper.Stop()
	w.apply(pod("alone", busybox, look, uses, claims("resourceClaimName: shared")))
	w.eventually("the driver's absence is told", func() error {
		return want(w.k("get", "events", "--field-selector=involvedObject.name=alone"), "FailedPrepareDynamicResources", "DRA driver "+d.name+" is not registered")
	})
	w.eventually("its slices are removed", func() error {
		if got := w.k("get", "resourceslices", "-o", "name"); got != "" {
			return errors.New(got)
		}
		return nil
	})
	d.serve(w, node)
	w.prints("alone", "has one")
}

// listsClaims wants the pod resources API to tell the claims of a pod.
func listsClaims(w *world, socket, pod, driver string) {
	w.Helper()
	conn, err := grpc.NewClient("unix:"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		w.Fatal(err)
	}
	defer conn.Close()
	list, err := podresources.NewPodResourcesListerClient(conn).List(w.Context(), &podresources.ListPodResourcesRequest{})
	if err != nil {
		w.Fatal(err)
	}
	for _, p := range list.PodResources {
		if p.Name == pod && len(p.Containers) == 1 && len(p.Containers[0].DynamicResources) == 1 {
			r := p.Containers[0].DynamicResources[0].ClaimResources
			if len(r) == 1 && r[0].DriverName == driver && r[0].DeviceName == "one" && len(r[0].CdiDevices) == 1 {
				return
			}
		}
	}
	w.Errorf("pod resources: %v", list.PodResources)
}
