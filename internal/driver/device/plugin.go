package device

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	pluginapi "k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1"
)

// callTimeout bounds calls to plugins: an allocation may reset a device. It is kubelet's for PreStartContainer.
const callTimeout = pluginapi.KubeletPreStartContainerRPCTimeoutInSecs * time.Second

// preferTimeout bounds the question which devices a plugin would give: it is asked while a pod is let in, when others wait. A plugin that
// does not answer has no preference.
const preferTimeout = 2 * time.Second

// plugin is one registration. What is below the line is guarded by the Manager's lock.
type plugin struct {
	resource string
	options  *pluginapi.DevicePluginOptions
	conn     *grpc.ClientConn
	client   pluginapi.DevicePluginClient
	ctx      context.Context // of its stream
	hangUp   func()

	all     map[string][]int // device → its NUMA nodes, none if it lies anywhere
	healthy map[string]bool
	gone    time.Time // when its stream ended; zero while it is there
}

func dial(socket string, req *pluginapi.RegisterRequest) (*plugin, error) {
	conn, err := grpc.NewClient("unix:"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, fmt.Errorf("device plugin %s: %w", req.ResourceName, err)
	}
	p := &plugin{resource: req.ResourceName, conn: conn, client: pluginapi.NewDevicePluginClient(conn)}
	ctx, cancel := context.WithCancel(context.Background())
	p.ctx = ctx
	p.hangUp = sync.OnceFunc(func() {
		cancel()
		_ = conn.Close() // a connection that was only used for calls which have ended
	})
	return p, nil
}

// ask learns what the plugin wants to be asked. What it said of that when it registered is not looked at, as with kubelet.
func (p *plugin) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var err error
	if p.options, err = p.client.GetDevicePluginOptions(ctx, &pluginapi.Empty{}, grpc.WaitForReady(true)); err != nil {
		return fmt.Errorf("failed to get device plugin options: %w", err)
	}
	return nil
}

// watch hands each list of devices to got until the stream ends, which is an error.
func (p *plugin) watch(got func([]*pluginapi.Device)) error {
	stream, err := p.client.ListAndWatch(p.ctx, &pluginapi.Empty{})
	if err != nil {
		return err
	}
	for {
		list, err := stream.Recv()
		if err != nil {
			return err
		}
		got(list.Devices)
	}
}

// take replaces the devices. Call under the Manager's lock.
func (p *plugin) take(devices []*pluginapi.Device) {
	p.all, p.healthy = map[string][]int{}, map[string]bool{}
	for _, d := range devices {
		p.all[d.ID] = nil
		for _, n := range d.GetTopology().GetNodes() {
			p.all[d.ID] = append(p.all[d.ID], int(n.ID))
		}
		if d.Health == pluginapi.Healthy {
			p.healthy[d.ID] = true
		}
	}
}

// prefer asks the plugin which devices it would give, if it has a say in that; nil leaves the choice to us.
func (p *plugin) prefer(ctx context.Context, free, must []string, n int) ([]string, error) {
	if p.options == nil || !p.options.GetPreferredAllocationAvailable {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, preferTimeout)
	defer cancel()
	res, err := p.client.GetPreferredAllocation(ctx, &pluginapi.PreferredAllocationRequest{ContainerRequests: []*pluginapi.ContainerPreferredAllocationRequest{
		{AvailableDeviceIDs: free, MustIncludeDeviceIDs: must, AllocationSize: int32(n)}}})
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("device plugin GetPreferredAllocation rpc failed with err: %w", err)
	}
	if len(res.ContainerResponses) == 0 {
		return nil, nil
	}
	return res.ContainerResponses[0].DeviceIDs, nil
}

// allocate asks what a container with these devices has to be given, and has them prepared.
func (p *plugin) allocate(ctx context.Context, ids []string) (*pluginapi.ContainerAllocateResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	res, err := p.client.Allocate(ctx, &pluginapi.AllocateRequest{ContainerRequests: []*pluginapi.ContainerAllocateRequest{{DevicesIds: ids}}})
	if err != nil {
		return nil, fmt.Errorf("device plugin %s: Allocate: %w", p.resource, err)
	}
	if len(res.ContainerResponses) != 1 {
		return nil, fmt.Errorf("device plugin %s: Allocate answered for %d containers instead of one", p.resource, len(res.ContainerResponses))
	}
	if p.options != nil && p.options.PreStartRequired {
		if _, err := p.client.PreStartContainer(ctx, &pluginapi.PreStartContainerRequest{DevicesIds: ids}); err != nil {
			return nil, fmt.Errorf("device plugin %s: PreStartContainer: %w", p.resource, err)
		}
	}
	return res.ContainerResponses[0], nil
}
