// Package cri has containers made by a runtime that serves Kubernetes' Container Runtime Interface: containerd, or another.
//
// It reads and writes the runtime's socket, and a directory of its own with the CNI plugin that the runtime is to call: the sandbox's
// network namespace is ours, and the plugin puts it in the place of the one that the runtime has made. Images are the runtime's own:
// it pulls by name, with the credentials of its own configuration.
package cri

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	api "k8s.io/cri-api/pkg/apis/runtime/v1"

	"gantry.dev/gantry/internal/driver/container"
)

// Options say which runtime is used, and for whom.
type Options struct {
	// Name is the handler that RuntimeClasses name, Handler the runtime's own for it; it may be empty.
	Name, Handler string
	// Endpoint is the runtime's socket: "unix:///run/containerd/containerd.sock".
	Endpoint string
	// Instance tells our containers from those of others in the same runtime.
	Instance string
	// Dir is a directory of ours: the CNI plugin lies in Dir/bin, its configuration in Dir/net.d. The runtime must be told of both.
	Dir string
	Log *slog.Logger // nil: slog.Default
}

// Runtime implements container.Foreign.
type Runtime struct {
	o    Options
	log  *slog.Logger
	conn *grpc.ClientConn
	rs   api.RuntimeServiceClient
	is   api.ImageServiceClient

	// life ends with Close; stops that are on their way hang on it.
	life context.Context
	end  context.CancelFunc
	work sync.WaitGroup
	// look asks the follower to look now.
	look chan struct{}

	mu   sync.Mutex
	ids  map[string]string // the runtime's own of each of our containers
	logs map[string]logLimit
	// told are containers whose end has been told.
	told map[string]bool
	tell func(container.Status)
}

var _ container.Foreign = (*Runtime)(nil)

// Labels of what is made in the runtime.
const (
	labelInstance  = "gantry.dev/instance"
	labelHandler   = "gantry.dev/handler"
	labelSandbox   = "gantry.dev/sandbox"
	labelContainer = "gantry.dev/container"
	// noteStatus is the annotation with what the runtime does not keep of a container.
	noteStatus = "gantry.dev/status"
	// noteCgroup is the annotation with the Pod's cgroup of a sandbox, below which its containers go.
	noteCgroup = "gantry.dev/cgroup"
)

// maxMessage is kubelet's bound of one message.
const maxMessage = 16 << 20

// Open connects to a runtime, which must answer, and writes the CNI plugin.
func Open(ctx context.Context, o Options) (*Runtime, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if err := writePlugin(o.Dir); err != nil {
		return nil, fmt.Errorf("runtime %q: CNI plugin: %w", o.Name, err)
	}
	conn, err := grpc.NewClient(o.Endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()), // a local socket
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)))
	if err != nil {
		return nil, fmt.Errorf("runtime %q: endpoint %s: %w", o.Name, o.Endpoint, err)
	}
	r := &Runtime{
		o: o, log: o.Log, conn: conn, rs: api.NewRuntimeServiceClient(conn), is: api.NewImageServiceClient(conn),
		look: make(chan struct{}, 1), ids: map[string]string{}, logs: map[string]logLimit{}, told: map[string]bool{},
	}
	if err := noteUse(o); err != nil {
		conn.Close()
		return nil, fmt.Errorf("runtime %q: note its use: %w", o.Name, err)
	}
	r.life, r.end = context.WithCancel(context.Background())
	if _, err := r.rs.Version(ctx, &api.VersionRequest{}); err != nil {
		r.Close()
		return nil, fmt.Errorf("runtime %q: endpoint %s: %w", o.Name, o.Endpoint, known(err))
	}
	return r, nil
}

// Close lets go of the runtime, whose containers run on.
func (r *Runtime) Close() {
	r.end()
	r.work.Wait()
	r.conn.Close()
}

// known turns an answer of the runtime into an error that errors.Is knows.
func known(err error) error {
	s, ok := status.FromError(err)
	if err == nil || !ok {
		return err
	}
	switch s.Code() {
	case codes.NotFound:
		return &refusal{s.Message(), container.ErrNotFound}
	case codes.Unavailable:
		return &refusal{s.Message(), container.ErrUnavailable}
	case codes.Unimplemented:
		return &refusal{s.Message(), container.ErrUnsupported}
	case codes.DeadlineExceeded:
		return &refusal{s.Message(), context.DeadlineExceeded}
	case codes.Canceled:
		return &refusal{s.Message(), context.Canceled}
	}
	return errors.New(s.Message())
}

// refusal is the runtime's words with what errors.Is knows.
type refusal struct {
	text string
	kind error
}

func (e *refusal) Error() string { return e.text }
func (e *refusal) Unwrap() error { return e.kind }

// notStarted is why a container that was created did not start.
func notStarted(err error) error {
	s, ok := status.FromError(err)
	if !ok || s.Code() != codes.Unknown { // the runtime gives no reason of its own for a process that does not start
		return known(err)
	}
	return &refusal{s.Message(), container.ErrStart}
}

// gone is err unless it says that the thing is not there.
func gone(err error) error {
	if errors.Is(err, container.ErrNotFound) {
		return nil
	}
	return err
}

// own are the labels of all that is ours.
func (r *Runtime) own() map[string]string {
	return map[string]string{labelInstance: r.o.Instance, labelHandler: r.o.Name}
}

func (r *Runtime) lacks(what string) error { return container.Lacks(r.o.Name, what) }

// containerID is the runtime's own name of a container of ours; empty if it has none.
func (r *Runtime) containerID(ctx context.Context, id string) (string, error) {
	r.mu.Lock()
	have := r.ids[id]
	r.mu.Unlock()
	if have != "" {
		return have, nil
	}
	want := r.own()
	want[labelContainer] = id
	list, err := r.rs.ListContainers(ctx, &api.ListContainersRequest{Filter: &api.ContainerFilter{LabelSelector: want}})
	if err != nil {
		return "", fmt.Errorf("look for container %s: %w", id, known(err))
	}
	for _, c := range list.Containers {
		r.mu.Lock()
		r.ids[id] = c.Id
		r.mu.Unlock()
		return c.Id, nil
	}
	return "", nil
}

// mustID is containerID for one that has to be there.
func (r *Runtime) mustID(ctx context.Context, id string) (string, error) {
	cid, err := r.containerID(ctx, id)
	if err == nil && cid == "" {
		err = fmt.Errorf("container %s: %w", id, container.ErrNotFound)
	}
	return cid, err
}

// Cgroup implements container.Foreign: runtimes with the cgroupfs driver name it after the container.
func (r *Runtime) Cgroup(id string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.TrimPrefix(r.ids[id], "/")
}
