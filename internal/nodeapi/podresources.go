package nodeapi

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	corev1 "k8s.io/api/core/v1"
	podresources "k8s.io/kubelet/pkg/apis/podresources/v1"
	podresourcesv1alpha1 "k8s.io/kubelet/pkg/apis/podresources/v1alpha1"
	"k8s.io/utils/cpuset"

	"gantry.dev/gantry/internal/agent"
	"gantry.dev/gantry/internal/plan/numa"
)

// podResourcesSocket is the socket's name, kubelet's.
const podResourcesSocket = "kubelet.sock"

// ServePodResources answers kubelet's pod resources API (v1, and v1alpha1 for those who still ask it) on a socket in dir until ctx ends: which devices and CPUs containers
// have for their own. Monitoring agents of devices ask it. Who may open the socket may ask.
func (s *Server) ServePodResources(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("nodeapi: pod resources: %w", err)
	}
	path := filepath.Join(dir, podResourcesSocket)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("nodeapi: pod resources: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return fmt.Errorf("nodeapi: pod resources: %w", err)
	}
	srv := grpc.NewServer()
	podresources.RegisterPodResourcesListerServer(srv, podLister{agent: s.agent})
	podresourcesv1alpha1.RegisterPodResourcesListerServer(srv, oldPodLister{lister: podLister{agent: s.agent}})
	defer context.AfterFunc(ctx, srv.Stop)()
	if err := srv.Serve(l); err != nil && ctx.Err() == nil {
		return fmt.Errorf("nodeapi: pod resources: serving %s: %w", path, err)
	}
	return nil
}

// podLister is the service.
type podLister struct {
	podresources.UnimplementedPodResourcesListerServer
	agent *agent.Agent
}

// List implements kubelet's PodResourcesLister: the pods that have not ended.
func (l podLister) List(context.Context, *podresources.ListPodResourcesRequest) (*podresources.ListPodResourcesResponse, error) {
	out := &podresources.ListPodResourcesResponse{}
	for _, p := range l.agent.Pods() {
		if p.Status.Phase != corev1.PodSucceeded && p.Status.Phase != corev1.PodFailed {
			out.PodResources = append(out.PodResources, l.of(p))
		}
	}
	return out, nil
}

// Get implements kubelet's PodResourcesLister.
func (l podLister) Get(_ context.Context, r *podresources.GetPodResourcesRequest) (*podresources.GetPodResourcesResponse, error) {
	p, err := l.agent.Pod(r.PodNamespace, r.PodName)
	if err != nil {
		return nil, status.Errorf(codes.NotFound, "pod %s in namespace %s not found", r.PodName, r.PodNamespace)
	}
	return &podresources.GetPodResourcesResponse{PodResources: l.of(p)}, nil
}

// GetAllocatableResources implements kubelet's PodResourcesLister: all that there is to be given.
func (l podLister) GetAllocatableResources(context.Context, *podresources.AllocatableResourcesRequest) (*podresources.AllocatableResourcesResponse, error) {
	return &podresources.AllocatableResourcesResponse{Devices: l.devicesOf(l.agent.Devices()), CpuIds: ids(l.agent.OwnCPUs()), Memory: memoryOf(l.agent.OwnMemory())}, nil
}

func (l podLister) of(p *corev1.Pod) *podresources.PodResources {
	out := &podresources.PodResources{Name: p.Name, Namespace: p.Namespace}
	for _, c := range l.agent.ResourcesOf(p) {
		out.Containers = append(out.Containers, &podresources.ContainerResources{
			Name: c.Name, CpuIds: ids(c.CPUs), Devices: l.devicesOf(c.Devices), Memory: memoryOf(c.Memory), DynamicResources: claimsOf(p.Namespace, c.Claims),
		})
	}
	return out
}

func ids(set cpuset.CPUSet) (out []int64) {
	for _, id := range set.List() {
		out = append(out, int64(id))
	}
	return out
}

func claimsOf(namespace string, claims []agent.ClaimResources) (out []*podresources.DynamicResource) {
	for _, c := range claims {
		r := &podresources.DynamicResource{ClaimName: c.Name, ClaimNamespace: namespace}
		for _, d := range c.Devices {
			res := &podresources.ClaimResource{DriverName: d.Driver, PoolName: d.Pool, DeviceName: d.Device.Device}
			if d.ShareID != "" {
				res.ShareId = &d.ShareID
			}
			for _, name := range d.CDI {
				res.CdiDevices = append(res.CdiDevices, &podresources.CDIDevice{Name: name})
			}
			r.ClaimResources = append(r.ClaimResources, res)
		}
		out = append(out, r)
	}
	return out
}

func memoryOf(blocks []numa.Block) (out []*podresources.ContainerMemory) {
	for _, b := range blocks {
		m := &podresources.ContainerMemory{MemoryType: string(b.Kind), Size: b.Bytes, Topology: &podresources.TopologyInfo{}}
		for _, n := range b.Nodes.Nodes() {
			m.Topology.Nodes = append(m.Topology.Nodes, &podresources.NUMANode{ID: int64(n)})
		}
		out = append(out, m)
	}
	return out
}

// devicesOf tells of devices, those that lie on the same NUMA nodes together, as kubelet does.
func (l podLister) devicesOf(by map[string][]string) (out []*podresources.ContainerDevices) {
	for _, name := range slices.Sorted(maps.Keys(by)) {
		at := l.agent.PlacesOf(name)
		groups := map[numa.Mask]*podresources.ContainerDevices{}
		for _, id := range by[name] {
			mask := numa.Of(at[id]...)
			if groups[mask] == nil {
				groups[mask] = &podresources.ContainerDevices{ResourceName: name}
				for _, n := range mask.Nodes() {
					if groups[mask].Topology == nil {
						groups[mask].Topology = &podresources.TopologyInfo{}
					}
					groups[mask].Topology.Nodes = append(groups[mask].Topology.Nodes, &podresources.NUMANode{ID: int64(n)})
				}
				out = append(out, groups[mask])
			}
			groups[mask].DeviceIds = append(groups[mask].DeviceIds, id)
		}
	}
	return out
}
