package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	pluginapi "k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1"
)

// plugin is a device plugin as a vendor would write one.
type plugin struct {
	pluginapi.UnimplementedDevicePluginServer
}

// GetDevicePluginOptions implements pluginapi.DevicePluginServer: nodes refuse plugins that do not answer it.
func (plugin) GetDevicePluginOptions(context.Context, *pluginapi.Empty) (*pluginapi.DevicePluginOptions, error) {
	return &pluginapi.DevicePluginOptions{}, nil
}

// ListAndWatch implements pluginapi.DevicePluginServer.
func (plugin) ListAndWatch(_ *pluginapi.Empty, s grpc.ServerStreamingServer[pluginapi.ListAndWatchResponse]) error {
	var list []*pluginapi.Device
	for _, id := range []string{"null0", "null1", "null2"} {
		list = append(list, &pluginapi.Device{ID: id, Health: pluginapi.Healthy})
	}
	if err := s.Send(&pluginapi.ListAndWatchResponse{Devices: list}); err != nil {
		return err
	}
	<-s.Context().Done()
	return nil
}

// Allocate implements pluginapi.DevicePluginServer.
func (plugin) Allocate(_ context.Context, r *pluginapi.AllocateRequest) (*pluginapi.AllocateResponse, error) {
	out := &pluginapi.AllocateResponse{}
	for _, c := range r.ContainerRequests {
		one := &pluginapi.ContainerAllocateResponse{Envs: map[string]string{"NULLS": strings.Join(c.DevicesIds, ",")}}
		for _, id := range c.DevicesIds {
			one.Devices = append(one.Devices, &pluginapi.DeviceSpec{HostPath: "/dev/null", ContainerPath: "/dev/" + id, Permissions: "rw"})
		}
		out.ContainerResponses = append(out.ContainerResponses, one)
	}
	return out, nil
}

func devices(ctx context.Context, dir string) error {
	const socket = "null.sock"
	path := filepath.Join(dir, socket)
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	srv := grpc.NewServer()
	pluginapi.RegisterDevicePluginServer(srv, plugin{})
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	conn, err := grpc.NewClient("unix:"+filepath.Join(dir, "kubelet.sock"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := pluginapi.NewRegistrationClient(conn).Register(ctx, &pluginapi.RegisterRequest{Version: pluginapi.Version, Endpoint: socket, ResourceName: "example.com/null"}); err != nil {
		return err
	}
	fmt.Println("registered")
	return <-failed
}
