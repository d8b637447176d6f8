package dra

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
	drapb "k8s.io/kubelet/pkg/apis/dra/v1"
	drabeta "k8s.io/kubelet/pkg/apis/dra/v1beta1"
)

// callTimeout bounds one call to a driver, as kubelet's.
const callTimeout = 45 * time.Second

// driver is one registration of a driver. While one instance replaces another there are two.
type driver struct {
	name, endpoint, socket string
	conn                   *grpc.ClientConn
	client                 interface {
		NodePrepareResources(context.Context, *drapb.NodePrepareResourcesRequest, ...grpc.CallOption) (*drapb.NodePrepareResourcesResponse, error)
		NodeUnprepareResources(context.Context, *drapb.NodeUnprepareResourcesRequest, ...grpc.CallOption) (*drapb.NodeUnprepareResourcesResponse, error)
	}
	ctx    context.Context // ends with the registration
	hangUp func()
}

// services are those of the API that a driver may offer, the one that is liked best first.
func services() []string { return []string{drapb.DRAPluginService, drabeta.DRAPluginService} }

// dial connects to a driver that offers some services. Nothing is sent yet.
func dial(life context.Context, name, endpoint, socket string, offers []string, more ...grpc.DialOption) (*driver, error) {
	i := slices.IndexFunc(services(), func(s string) bool { return slices.Contains(offers, s) })
	if i < 0 {
		return nil, fmt.Errorf("none of services supported by the plugin (%q) are supported by the kubelet (%q)", offers, services())
	}
	conn, err := grpc.NewClient("unix:"+endpoint, append(more, grpc.WithTransportCredentials(insecure.NewCredentials()))...) // a local socket
	if err != nil {
		return nil, fmt.Errorf("create gRPC connection to DRA driver %s plugin at endpoint %s: %w", name, endpoint, err)
	}
	d := &driver{name: name, endpoint: endpoint, socket: socket, conn: conn, client: drapb.NewDRAPluginClient(conn)}
	if services()[i] == drabeta.DRAPluginService {
		d.client = drabeta.V1Beta1ClientWrapper{DRAPluginClient: drabeta.NewDRAPluginClient(conn)}
	}
	ctx, cancel := context.WithCancel(life)
	d.ctx = ctx
	d.hangUp = sync.OnceFunc(func() {
		cancel()
		_ = conn.Close() // nothing is on its way that anybody waits for
	})
	return d, nil
}

// follow tells whether the driver answers, until it is hung up on.
func (d *driver) follow(tell func(up bool)) {
	d.conn.Connect()
	for {
		s := d.conn.GetState()
		tell(s == connectivity.Ready || s == connectivity.Idle)
		if s == connectivity.Idle {
			d.conn.Connect()
		}
		if !d.conn.WaitForStateChange(d.ctx, s) {
			return
		}
	}
}

func requests(batch []*claim) (out []*drapb.Claim) {
	for _, c := range batch {
		out = append(out, &drapb.Claim{Namespace: c.Namespace, Uid: c.UID, Name: c.Name})
	}
	return out
}

// prepare returns the devices by the UIDs of claims.
func (d *driver) prepare(ctx context.Context, batch []*claim) (map[string][]Prepared, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	res, err := d.client.NodePrepareResources(ctx, &drapb.NodePrepareResourcesRequest{Claims: requests(batch)})
	if err != nil {
		return nil, fmt.Errorf("NodePrepareResources: %w", err)
	}
	out := map[string][]Prepared{}
	for uid, r := range res.Claims {
		name, err := claimOf(batch, uid, "NodePrepareResources")
		if err == nil && r.GetError() != "" {
			err = fmt.Errorf("NodePrepareResources failed for ResourceClaim %s: %s", name, r.GetError())
		}
		if err != nil {
			return nil, err
		}
		for _, dev := range r.GetDevices() {
			out[uid] = append(out[uid], Prepared{
				Device: Device{d.name, dev.PoolName, dev.DeviceName}, ShareID: dev.GetShareId(), Requests: dev.RequestNames, CDI: dev.CdiDeviceIds,
			})
		}
	}
	return out, skipped(len(batch)-len(res.Claims), "NodePrepareResources")
}

func (d *driver) unprepare(ctx context.Context, batch []*claim) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	res, err := d.client.NodeUnprepareResources(ctx, &drapb.NodeUnprepareResourcesRequest{Claims: requests(batch)})
	if err != nil {
		return fmt.Errorf("NodeUnprepareResources: %w", err)
	}
	for uid, r := range res.Claims {
		name, err := claimOf(batch, uid, "NodeUnprepareResources")
		if err == nil && r.GetError() != "" {
			err = fmt.Errorf("NodeUnprepareResources failed for ResourceClaim %s: %s", name, r.GetError())
		}
		if err != nil {
			return err
		}
	}
	return skipped(len(batch)-len(res.Claims), "NodeUnprepareResources")
}

func claimOf(batch []*claim, uid, call string) (string, error) {
	i := slices.IndexFunc(batch, func(c *claim) bool { return c.UID == uid })
	if i < 0 {
		return "", fmt.Errorf("%s returned result for unknown claim UID %s", call, uid)
	}
	return batch[i].Name, nil
}

func skipped(n int, call string) error {
	if n > 0 {
		return fmt.Errorf("%s skipped %d ResourceClaims", call, n)
	}
	return nil
}

// driver is the newest registration of a driver.
func (m *Manager) driver(name string) (*driver, error) {
	if name == "" {
		return nil, errors.New("DRA driver name is empty")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	list := m.drivers[name]
	if len(list) == 0 {
		return nil, fmt.Errorf("DRA driver %s is not registered", name)
	}
	for _, d := range slices.Backward(list) {
		if d.conn.GetState() == connectivity.Ready {
			return d, nil
		}
	}
	return list[len(list)-1], nil
}
