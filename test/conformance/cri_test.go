package conformance

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	runtime "k8s.io/cri-api/pkg/apis/runtime/v1"
	"k8s.io/kubelet/pkg/types"
)

// cri answers what the suite asks a container runtime, where that can be seen from outside: which containers have logs, as those of a pod go when
// nothing else is left of it, and which images there are. What would change containers behind the node's back is refused.
type cri struct {
	runtime.UnimplementedRuntimeServiceServer
	runtime.UnimplementedImageServiceServer
	gantry, dir string
}

func serveCRI(t *testing.T, gantry, dir string) (socket string) {
	t.Helper()
	socket = filepath.Join(t.TempDir(), "cri")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	c := &cri{gantry: gantry, dir: dir}
	s := grpc.NewServer()
	runtime.RegisterRuntimeServiceServer(s, c)
	runtime.RegisterImageServiceServer(s, c)
	go func() { _ = s.Serve(l) }()
	t.Cleanup(s.Stop)
	return socket
}

func (*cri) Version(context.Context, *runtime.VersionRequest) (*runtime.VersionResponse, error) {
	return &runtime.VersionResponse{Version: "0.1.0", RuntimeName: "gantry", RuntimeVersion: "1.36.3", RuntimeApiVersion: "v1"}, nil
}

func (*cri) Status(context.Context, *runtime.StatusRequest) (*runtime.StatusResponse, error) {
	var on []*runtime.RuntimeCondition
	for _, c := range []string{runtime.RuntimeReady, runtime.NetworkReady} {
		on = append(on, &runtime.RuntimeCondition{Type: c, Status: true})
	}
	return &runtime.StatusResponse{Status: &runtime.RuntimeStatus{Conditions: on}}, nil
}

// containers are those that have logs, the newest attempt of each.
func (c *cri) containers() ([]*runtime.ContainerStatus, error) {
	logs, err := filepath.Glob(filepath.Join(c.dir, "node", "logs", "*", "*", "*.log"))
	if err != nil {
		return nil, err
	}
	var out []*runtime.ContainerStatus
	for _, path := range logs {
		pod := strings.Split(filepath.Base(filepath.Dir(filepath.Dir(path))), "_")
		attempt, err := strconv.ParseUint(strings.TrimSuffix(filepath.Base(path), ".log"), 10, 32)
		if len(pod) != 3 || err != nil {
			continue
		}
		real, err := filepath.EvalSymlinks(path)
		if err != nil {
			continue // it is just going
		}
		name := filepath.Base(filepath.Dir(path))
		out = append(out, &runtime.ContainerStatus{Id: fmt.Sprintf("%s_%s_%d", pod[2], name, attempt), LogPath: real, Metadata: &runtime.ContainerMetadata{Name: name, Attempt: uint32(attempt)},
			Labels: map[string]string{types.KubernetesPodNameLabel: pod[1], types.KubernetesPodNamespaceLabel: pod[0], types.KubernetesPodUIDLabel: pod[2], types.KubernetesContainerNameLabel: name}})
	}
	return out, nil
}

func (c *cri) ListContainers(_ context.Context, r *runtime.ListContainersRequest) (*runtime.ListContainersResponse, error) {
	all, err := c.containers()
	if err != nil {
		return nil, err
	}
	out := &runtime.ListContainersResponse{}
	for _, s := range all {
		if id := r.Filter.GetId(); id != "" && id != s.Id {
			continue
		}
		fits := true
		for k, v := range r.Filter.GetLabelSelector() {
			fits = fits && s.Labels[k] == v
		}
		if fits {
			out.Containers = append(out.Containers, &runtime.Container{Id: s.Id, Metadata: s.Metadata, Labels: s.Labels})
		}
	}
	return out, nil
}

func (c *cri) ContainerStatus(_ context.Context, r *runtime.ContainerStatusRequest) (*runtime.ContainerStatusResponse, error) {
	all, err := c.containers()
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(all, func(s *runtime.ContainerStatus) bool { return s.Id == r.ContainerId }); i >= 0 {
		return &runtime.ContainerStatusResponse{Status: all[i]}, nil
	}
	return nil, status.Errorf(codes.NotFound, "no container %s", r.ContainerId)
}

func (c *cri) ListImages(ctx context.Context, _ *runtime.ListImagesRequest) (*runtime.ListImagesResponse, error) {
	b, err := exec.CommandContext(ctx, c.gantry, "image", "list", "--data-dir", c.dir).Output()
	if err != nil {
		return nil, fmt.Errorf("the images of the node: %w", err)
	}
	out := &runtime.ListImagesResponse{}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 1 && strings.Contains(f[0], "/") {
			out.Images = append(out.Images, &runtime.Image{Id: f[1], RepoTags: []string{f[0]}})
		}
	}
	return out, nil
}

func (c *cri) ImageStatus(ctx context.Context, r *runtime.ImageStatusRequest) (*runtime.ImageStatusResponse, error) {
	all, err := c.ListImages(ctx, nil)
	if err != nil {
		return nil, err
	}
	out := &runtime.ImageStatusResponse{}
	for _, i := range all.Images {
		if i.RepoTags[0] == r.Image.GetImage() {
			out.Image = i
		}
	}
	return out, nil
}

func (c *cri) PullImage(ctx context.Context, r *runtime.PullImageRequest) (*runtime.PullImageResponse, error) {
	if b, err := exec.CommandContext(ctx, c.gantry, "image", "pull", r.Image.GetImage(), "--data-dir", c.dir).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, b)
	}
	return &runtime.PullImageResponse{ImageRef: r.Image.GetImage()}, nil
}

func (c *cri) ImageFsInfo(context.Context, *runtime.ImageFsInfoRequest) (*runtime.ImageFsInfoResponse, error) {
	at := []*runtime.FilesystemUsage{{FsId: &runtime.FilesystemIdentifier{Mountpoint: filepath.Join(c.dir, "images")}, UsedBytes: &runtime.UInt64Value{}, InodesUsed: &runtime.UInt64Value{}}}
	return &runtime.ImageFsInfoResponse{ImageFilesystems: at, ContainerFilesystems: at}, os.MkdirAll(at[0].FsId.Mountpoint, 0o755)
}
