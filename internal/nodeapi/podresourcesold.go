package nodeapi

import (
	"context"

	podresourcesv1alpha1 "k8s.io/kubelet/pkg/apis/podresources/v1alpha1"
)

// oldPodLister is the service as it was first: pods, their containers and the devices of plugins.
type oldPodLister struct {
	podresourcesv1alpha1.UnimplementedPodResourcesListerServer
	lister podLister
}

// List implements kubelet's PodResourcesLister of v1alpha1.
func (l oldPodLister) List(ctx context.Context, _ *podresourcesv1alpha1.ListPodResourcesRequest) (*podresourcesv1alpha1.ListPodResourcesResponse, error) {
	now, err := l.lister.List(ctx, nil)
	if err != nil {
		return nil, err
	}
	out := &podresourcesv1alpha1.ListPodResourcesResponse{}
	for _, p := range now.PodResources {
		old := &podresourcesv1alpha1.PodResources{Name: p.Name, Namespace: p.Namespace}
		for _, c := range p.Containers {
			oc := &podresourcesv1alpha1.ContainerResources{Name: c.Name}
			for _, d := range c.Devices {
				oc.Devices = append(oc.Devices, &podresourcesv1alpha1.ContainerDevices{ResourceName: d.ResourceName, DeviceIds: d.DeviceIds})
			}
			old.Containers = append(old.Containers, oc)
		}
		out.PodResources = append(out.PodResources, old)
	}
	return out, nil
}
