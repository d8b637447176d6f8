package scheduler

import (
	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	storagev1 "k8s.io/api/storage/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/devices"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/view"
)

// WhatIf says where a pod would go if it were decided now, or what keeps it from each node. The pod need not exist. It
// looks at the whole cluster anew, beside the scheduler: any goroutine may ask.
func (s *Scheduler) WhatIf(cluster api.Cluster, p *corev1.Pod) schedule.Answer {
	snap := s.View.Snapshot()
	c := newCluster(cluster, s.View, s.profiles, s.selectors)
	for n := range view.List[corev1.Node](snap, api.Scope{Resource: plan.Nodes, Cluster: cluster}) {
		c.state.SetNode(n)
	}
	for other := range view.List[corev1.Pod](snap, api.Scope{Resource: plan.Pods, Cluster: cluster}) {
		switch {
		case other.UID == p.UID:
		case other.Spec.NodeName != "":
			c.state.SetPod(other)
		case other.Status.NominatedNodeName != "" && other.DeletionTimestamp == nil:
			c.state.Nominate(other, other.Status.NominatedNodeName)
		}
	}
	key := plan.KeyOf(cluster, plan.Pods, p)
	in := schedule.Pod{Pod: p, Siblings: newSiblings(snap).of(key, p), Profile: s.profiles[p.Spec.SchedulerName]}
	if n := needsOf(snap, key, p, nil); n != nil {
		in.Volumes = n.volumes()
	}
	if attaches(p) {
		c.learnLimits(snap)
		in.Volumes = s.limited(c, p, nil, in.Volumes)
	}
	c.learnDevices(snap)
	if n := c.deviceNeeds(p, s.Clock()); n != nil {
		in.Devices = c.devicesOf(p, n, nil)
	}
	return c.state.WhatIf(&in)
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
		c.limits = c.limits || len(limitsOf(on)) > 0
	}
	for va := range view.List[storagev1.VolumeAttachment](s, api.Scope{Resource: storage.Attachments, Cluster: c.id}) {
		c.attach(va)
	}
}
