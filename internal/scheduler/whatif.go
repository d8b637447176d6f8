package scheduler

import (
	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	storagev1 "k8s.io/api/storage/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan/devices"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/view"
)

// WhatIf says where a pod would go if it were decided now, or what keeps it from each node. The pod need not exist. It
// looks at the whole cluster anew, beside the scheduler: any goroutine may ask.
func (s *Scheduler) WhatIf(cluster api.Cluster, p *corev1.Pod) schedule.Answer {
	d := s.Draft(cluster)
	d.c.state.RemovePod(p.UID)
	d.c.state.Nominate(p, "")
	return d.whatIf(d.ask(p, nil))
}

// Schedules reports whether a scheduler name is one that this scheduler decides for.
func (s *Scheduler) Schedules(name string) bool {
	_, ok := s.profiles[name]
	return ok
}

// learnDevices takes in what a snapshot has of devices.
func (c *cluster) learnDevices(s *view.Snapshot) {
	scope := func(r api.Resource) api.Scope { return api.Scope{Resource: r, Cluster: c.id} }
	for x := range view.List[resourceapi.DeviceClass](s, scope(devices.Classes)) {
		c.world().SetClass(x)
	}
	for x := range view.List[resourceapi.ResourceSlice](s, scope(devices.Slices)) {
		c.world().SetSlice(x)
	}
	for x := range view.List[resourceapi.ResourceClaim](s, scope(devices.Claims)) {
		c.world().SetClaim(x)
	}
}

// learnLimits takes in which volumes are attached, and how many may be.
func (c *cluster) learnLimits(s *view.Snapshot) {
	for on := range view.List[storagev1.CSINode](s, api.Scope{Resource: storage.Nodes, Cluster: c.id}) {
		if !c.limits && len(limitsOf(on)) > 0 {
			c.limit(s)
		}
	}
	for va := range view.List[storagev1.VolumeAttachment](s, api.Scope{Resource: storage.Attachments, Cluster: c.id}) {
		c.attach(va)
	}
}
