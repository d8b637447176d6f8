package scheduler

import (
	"fmt"
	"maps"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/devices"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/view"
)

// Draft is a picture of a cluster in which pods that do not exist are given places, one after the other: nothing of it is
// written. It belongs to one goroutine, any.
type Draft struct {
	c    *cluster
	snap *view.Snapshot
	now  time.Time
	made int
	took func(*devices.Booking)
}

// Placement is where pods of one kind would go.
type Placement struct {
	Nodes map[string]int // how many, by node
	Left  int            // how many would have to wait
	Why   schedule.Answer
}

// Draft begins with the cluster as it is now.
func (s *Scheduler) Draft(cluster api.Cluster) *Draft {
	return newDraft(s.View.Snapshot(), cluster, s.profiles, s.selectors, s.Clock())
}

// DraftOf begins with a cluster as a snapshot has it; the profiles are compiled, none are upstream's default.
func DraftOf(snap *view.Snapshot, cluster api.Cluster, now time.Time, profs ...*schedule.Profile) *Draft {
	all := profiles{Name: schedule.Default()}
	for _, p := range profs {
		all[p.Name] = p
	}
	return newDraft(snap, cluster, all, &devices.Selectors{}, now)
}

func newDraft(snap *view.Snapshot, cluster api.Cluster, profs profiles, sel *devices.Selectors, now time.Time) *Draft {
	d := &Draft{snap: snap, now: now, took: func(*devices.Booking) {},
		c: newCluster(cluster, func() *view.Snapshot { return snap }, profs, sel)}
	d.c.learnQuotas(snap)
	for n := range view.List[corev1.Node](snap, api.Scope{Resource: plan.Nodes, Cluster: cluster}) {
		d.c.state.SetNode(n)
	}
	for other := range view.List[corev1.Pod](snap, api.Scope{Resource: plan.Pods, Cluster: cluster}) {
		switch {
		case other.Spec.NodeName != "":
			d.c.state.SetPod(other)
		case other.Status.NominatedNodeName != "" && other.DeletionTimestamp == nil:
			d.c.state.Nominate(other, other.Status.NominatedNodeName)
		}
	}
	d.c.learnLimits(snap)
	d.c.learnDevices(snap)
	return d
}

// Place gives n pods places that are like p; claims are those that would be made for each, by name. It ends with the first that
// finds none: the others would not either.
func (d *Draft) Place(p *corev1.Pod, n int, claims map[string]*corev1.PersistentVolumeClaim) Placement {
	out := Placement{Nodes: map[string]int{}}
	for i := range n {
		in := d.pod(p, claims)
		var bindings []schedule.Binding
		if d.bound(in) == "" {
			bindings, _ = d.c.state.Assign([]schedule.Pod{*in})
		}
		if len(bindings) == 0 {
			out.Left, out.Why = n-i, d.whatIf(in)
			break
		}
		out.Nodes[bindings[0].Node]++
	}
	return out
}

// Everywhere gives a place on each node that takes one to pods that are like p, as a DaemonSet does.
func (d *Draft) Everywhere(p *corev1.Pod) Placement {
	in := d.pod(p, nil)
	out := Placement{Nodes: map[string]int{}, Why: d.whatIf(in)}
	nodes, _ := d.c.state.Fitting(in)
	for i, node := range nodes {
		next := d.pod(p, nil)
		if out.Why.Held = d.bound(next); out.Why.Held != "" {
			out.Left = len(nodes) - i
			break
		}
		there := next.DeepCopy()
		there.Spec.NodeName = node.Name
		d.c.state.SetPod(there)
		out.Nodes[node.Name] = 1
	}
	for _, r := range out.Why.Refused {
		out.Left += len(r.Nodes)
	}
	return out
}

// whatIf is what would become of a pod in the picture.
func (d *Draft) whatIf(in *schedule.Pod) schedule.Answer {
	held := d.bound(in)
	a := d.c.state.WhatIf(in)
	a.Held = held
	return a
}

// bound is what the quotas of the picture have to say of a pod: "" if it may have a node, and then whom it may drive out for it.
func (d *Draft) bound(in *schedule.Pod) string {
	w := &waiting{pod: in.Pod}
	batch, held := []*waiting{w}, map[*waiting]string{}
	if s := d.c.shares(batch); s != nil {
		in.MayTake = s.admit(batch, nil, held)[w]
	}
	return held[w]
}

// pod is one more pod like p, with what would be made for it.
func (d *Draft) pod(p *corev1.Pod, claims map[string]*corev1.PersistentVolumeClaim) *schedule.Pod {
	d.made++
	p = p.DeepCopy()
	p.UID = types.UID(fmt.Sprintf("draft-%d", d.made))
	p.Name = fmt.Sprintf("%s%d", p.GenerateName, d.made)
	d.claimDevices(p)
	return d.ask(p, claims)
}

// State is the picture itself.
func (d *Draft) State() *schedule.State { return d.c.state }

// Ask is a pod that exists as the brain wants it; took is told what its claims for devices get.
func (d *Draft) Ask(p *corev1.Pod, took func(*devices.Booking)) *schedule.Pod {
	d.took = took
	return d.ask(p, nil)
}

func (d *Draft) ask(p *corev1.Pod, claims map[string]*corev1.PersistentVolumeClaim) *schedule.Pod {
	key := plan.KeyOf(d.c.id, plan.Pods, p)
	in := &schedule.Pod{Pod: p, Siblings: newSiblings(d.snap).of(key, p), Profile: d.c.profiles[p.Spec.SchedulerName]}
	more := map[string]*corev1.PersistentVolumeClaim{}
	maps.Copy(more, claims)
	for i := range p.Spec.Volumes {
		if v := &p.Spec.Volumes[i]; v.Ephemeral != nil {
			more[storage.ClaimOf(p, v)] = &corev1.PersistentVolumeClaim{Spec: v.Ephemeral.VolumeClaimTemplate.Spec,
				ObjectMeta: metav1.ObjectMeta{Namespace: p.Namespace, Name: storage.ClaimOf(p, v), OwnerReferences: []metav1.OwnerReference{plan.ControllerRef(p, "v1", "Pod")}}}
		}
	}
	for _, claim := range more {
		if claim.Spec.StorageClassName == nil {
			claim.Spec.StorageClassName = d.defaultClass()
		}
	}
	n := d.c.claimsOf(d.snap, key, p, more)
	in.Volumes = n.volumes()
	if attaches(p) {
		in.Volumes = d.c.limited(p, n, in.Volumes, nil)
	}
	if n := d.c.deviceNeeds(p, d.now); n != nil {
		in.Devices = d.c.devicesOf(p, n, d.took)
	}
	return in
}

// defaultClass is the storage class that claims get which name none: the newest that is marked so; nil if there is none.
func (d *Draft) defaultClass() (name *string) {
	var newest *storagev1.StorageClass
	for c := range view.List[storagev1.StorageClass](d.snap, api.Scope{Resource: storage.Classes, Cluster: d.c.id}) {
		if c.Annotations["storageclass.kubernetes.io/is-default-class"] == "true" && (newest == nil || newest.CreationTimestamp.Before(&c.CreationTimestamp)) {
			newest, name = c, &c.Name
		}
	}
	return name
}

// claimDevices makes likenesses of the claims that a pod would get from templates.
func (d *Draft) claimDevices(p *corev1.Pod) {
	p.Status.ResourceClaimStatuses = nil
	for i := range p.Spec.ResourceClaims {
		pc := &p.Spec.ResourceClaims[i]
		if pc.ResourceClaimTemplateName == nil {
			continue
		}
		t, ok := view.Get[resourceapi.ResourceClaimTemplate](d.snap, api.Key{Resource: devices.Templates, Cluster: d.c.id, Namespace: p.Namespace, Name: *pc.ResourceClaimTemplateName})
		if !ok {
			continue
		}
		name := p.Name + "-" + pc.Name
		d.c.world().SetClaim(&resourceapi.ResourceClaim{Spec: t.Spec.Spec, ObjectMeta: metav1.ObjectMeta{Namespace: p.Namespace, Name: name, UID: p.UID + types.UID("-"+pc.Name),
			OwnerReferences: []metav1.OwnerReference{plan.ControllerRef(p, "v1", "Pod")}}})
		p.Status.ResourceClaimStatuses = append(p.Status.ResourceClaimStatuses, corev1.PodResourceClaimStatus{Name: pc.Name, ResourceClaimName: &name})
	}
}
