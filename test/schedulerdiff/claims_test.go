package schedulerdiff

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/cache"
	resourceslicetracker "k8s.io/dynamic-resource-allocation/resourceslice/tracker"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/dynamicresources"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/nodevolumelimits"
	fwkruntime "k8s.io/kubernetes/pkg/scheduler/framework/runtime"
	"k8s.io/kubernetes/pkg/scheduler/util/assumecache"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan/devices"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/scheduler"
	"gantry.dev/gantry/internal/view/viewtest"
)

// claimPlugins are those that need to know of volumes and devices.
var claimPlugins = []string{"NodeUnschedulable", "NodeName", "TaintToleration", "NodeAffinity", "NodePorts", "NodeResourcesFit", "VolumeRestrictions",
	"NodeVolumeLimits", "VolumeBinding", "VolumeZone", "DynamicResources"}

// TestClaimsDiff is TestDiff in worlds of volumes and devices. Our side finds out what claims mean by package scheduler.
func TestClaimsDiff(t *testing.T) {
	for seed := *first; seed < *first+uint64(*seeds); seed++ {
		if problems := compareClaims(t, seed, nil); len(problems) > 0 {
			t.Errorf("seed %d:\n%s", seed, strings.Join(problems, "\n"))
			if seed > *first+10 {
				return
			}
		}
	}
}

// TestFindsClaimMutants falsifies our side: each plugin switched off must be noticed.
func TestFindsClaimMutants(t *testing.T) {
	for _, name := range []string{"VolumeRestrictions", "NodeVolumeLimits", "VolumeBinding", "VolumeZone", "DynamicResources"} {
		t.Run(name, func(t *testing.T) {
			p := schedule.DefaultProfile()
			p.Off = append(p.Off, name)
			p, err := p.Compile()
			must(t, err)
			for seed := range uint64(mutantSeeds) {
				if len(compareClaims(t, seed, p)) > 0 {
					return
				}
			}
			t.Errorf("nothing was noticed in %d clusters", mutantSeeds)
		})
	}
}

func compareClaims(t testing.TB, seed uint64, profile *schedule.Profile) (problems []string) {
	t.Helper()
	w := newClaimWorld(seed)
	peer := newPeer(t, w, defaults)
	defer peer.close()
	vw := viewtest.New(t)
	for _, ns := range w.namespaces {
		vw.Put(ns.DeepCopy())
	}
	for _, n := range w.nodes {
		vw.Put(n.DeepCopy())
	}
	for _, p := range w.placed {
		vw.Put(p.DeepCopy())
	}
	for _, obj := range w.claims {
		vw.Put(obj.DeepCopyObject())
	}
	draft := scheduler.DraftOf(vw.Snapshot(), api.Host, time.Unix(0, 0))
	ours := draft.State()
	for i := range 10 {
		pod := w.claimPod(fmt.Sprintf("new%d", i))
		note := func(format string, args ...any) {
			problems = append(problems, fmt.Sprintf("  %s: ", pod.Name)+fmt.Sprintf(format, args...))
		}
		var booked *devices.Booking
		in := draft.Ask(pod, func(b *devices.Booking) { booked = b })
		in.Profile = profile
		peer.refresh()
		whole := peer.filter(t, peer.full, pod)
		if whole.diag.PreFilterMsg == "" {
			findings := map[string]schedule.Finding{}
			for _, f := range ours.Inspect(in) {
				findings[f.Node] = f
			}
			for _, plugin := range slices.Sorted(maps.Keys(peer.single)) {
				comparePlugin(t, peer, plugin, pod, whole, findings, note)
			}
			compareWhole(t, peer, pod, whole, findings, note)
		}
		bindings, refusals := ours.Assign([]schedule.Pod{*in})
		if len(bindings) == 0 {
			said, _, _ := strings.Cut(refusals[0].Message, " still not schedulable")
			said, _, _ = strings.Cut(said, " deallocation of ResourceClaim")
			said, _, _ = strings.Cut(said, " no new claims to deallocate")
			if want := whole.message(pod); said != want {
				note("we say      %s\n      upstream    %s", said, want)
			}
			ours.Nominate(pod, "")
			continue
		}
		if !whole.names().Has(bindings[0].Node) {
			note("we choose %s, upstream takes %v", bindings[0].Node, sets.List(whole.names()))
		}
		if w.binds(pod) { // what is written for its volumes, upstream would have to be told
			if in.Devices != nil {
				in.Devices.GiveBack()
			}
			ours.RemovePod(pod.UID)
			continue
		}
		bound := pod.DeepCopy()
		bound.Spec.NodeName = bindings[0].Node
		w.placed = append(w.placed, bound)
		ours.SetPod(bound)
		peer.hold(t, booked)
	}
	return problems
}

// hold tells upstream what a pod has got: it counts that as being written.
func (p *peer) hold(t testing.TB, b *devices.Booking) {
	t.Helper()
	if b == nil {
		return
	}
	for i := range b.Claims {
		if a := b.Claims[i].Allocation; a != nil {
			c := b.Claims[i].Claim.DeepCopy()
			c.Status.Allocation = a
			must(t, p.devices.ResourceClaims().SignalClaimPendingAllocation(c.UID, c))
		}
	}
}

// claimed sets upstream up for a world with claims: its caches are fed by informers that run.
func (p *peer) claimed(t testing.TB, doc string) {
	t.Helper()
	objs := slices.Clone(p.world.claims)
	for _, ns := range p.world.namespaces {
		objs = append(objs, ns)
	}
	client := fake.NewClientset(objs...)
	inf := informers.NewSharedInformerFactory(client, 0)
	claims := assumecache.NewAssumeCache(klog.Background(), inf.Resource().V1().ResourceClaims().Informer(), "ResourceClaim", "", nil)
	slicesOf, err := resourceslicetracker.StartTracker(p.ctx, resourceslicetracker.Options{EnableConsumableCapacity: true, SliceInformer: inf.Resource().V1().ResourceSlices(), KubeClient: client})
	must(t, err)
	p.devices = dynamicresources.NewDRAManager(p.ctx, claims, slicesOf, inf)
	classes, err := inf.Resource().V1().DeviceClasses().Informer().AddEventHandler(p.devices.DeviceClassResolver().(cache.ResourceEventHandler))
	must(t, err)
	p.frameworks(t, doc, claimPlugins, fwkruntime.WithInformerFactory(inf), fwkruntime.WithClientSet(client), fwkruntime.WithSharedDRAManager(p.devices),
		fwkruntime.WithSharedCSIManager(nodevolumelimits.NewCSIManager(inf.Storage().V1().CSINodes().Lister())))
	inf.Start(p.ctx.Done())
	inf.WaitForCacheSync(p.ctx.Done())
	must(t, wait.PollUntilContextTimeout(p.ctx, time.Millisecond, time.Minute, true, func(context.Context) (bool, error) { return classes.HasSynced() && p.settled(t), nil }))
}

// settled reports whether the plugins' caches, which are fed behind the informers, know of all claims, volumes and slices.
func (p *peer) settled(t testing.TB) bool {
	t.Helper()
	claims, err := p.devices.ResourceClaims().List()
	must(t, err)
	have, err := p.devices.ResourceSlices().ListWithDeviceTaintRules()
	must(t, err)
	state, err := p.devices.ResourceClaims().GatherAllocatedState()
	if err != nil {
		return false // it is changing
	}
	p.refresh()
	left := len(claims) + len(have) + state.AllocatedDevices.Len()
	for _, obj := range p.world.claims {
		switch obj := obj.(type) {
		case *resourceapi.ResourceClaim:
			if left--; obj.Status.Allocation != nil {
				left--
			}
		case *resourceapi.ResourceSlice:
			left--
		case *corev1.PersistentVolumeClaim:
			pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "probe", Namespace: obj.Namespace}, Spec: corev1.PodSpec{Volumes: []corev1.Volume{{Name: "v",
				VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: obj.Name}}}}}}
			for _, f := range []framework.Framework{p.full, p.single["VolumeBinding"]} {
				if said := p.filter(t, f, pod).message(pod); strings.Contains(said, "not found") && !strings.Contains(said, "persistentvolume \"") || strings.Contains(said, "non-existent pv") && p.world.has(obj.Spec.VolumeName) {
					return false
				}
			}
		}
	}
	return left == 0
}

// has reports whether there is a volume.
func (w *world) has(volume string) bool {
	return slices.ContainsFunc(w.claims, func(obj runtime.Object) bool {
		v, ok := obj.(*corev1.PersistentVolume)
		return ok && v.Name == volume
	})
}

// newClaimWorld is a random cluster of volumes and devices.
func newClaimWorld(seed uint64) *world {
	w := &world{r: rand.New(rand.NewPCG(seed, 2))}
	w.namespaces = append(w.namespaces, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "ns0"}})
	for i := range 2 + w.r.IntN(6) {
		name := fmt.Sprintf("n%d", i)
		n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelHostname: name, corev1.LabelTopologyZone: pick(w, "z1", "z2"), "disk": pick(w, "ssd", "hdd")}},
			Status: corev1.NodeStatus{Allocatable: corev1.ResourceList{corev1.ResourceCPU: milli(4000), corev1.ResourceMemory: quantity(8 << 30), corev1.ResourcePods: quantity(pick[int64](w, 3, 20))}}}
		if w.chance(0.2) {
			n.Status.Allocatable["example.com/dev"] = quantity(1)
		}
		w.nodes = append(w.nodes, n)
		if w.chance(0.7) {
			cn := &storagev1.CSINode{ObjectMeta: metav1.ObjectMeta{Name: name}}
			cn.Spec.Drivers = append(cn.Spec.Drivers, storagev1.CSINodeDriver{Name: "csi.example.com", NodeID: name, Allocatable: &storagev1.VolumeNodeResources{Count: ptr(int32(w.r.IntN(4)))}})
			w.claims = append(w.claims, cn)
		}
	}
	w.volumes()
	w.devices()
	for i := range w.r.IntN(2 * len(w.nodes)) {
		p := w.claimPod(fmt.Sprintf("old%d", i))
		p.Spec.ResourceClaims, p.Spec.Containers[0].Resources = nil, corev1.ResourceRequirements{}
		p.Spec.NodeName = w.nodes[w.r.IntN(len(w.nodes))].Name
		w.placed = append(w.placed, p)
	}
	return w
}

func (w *world) selectorFor(key string, values ...string) *corev1.NodeSelector {
	return &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: corev1.NodeSelectorOpIn, Values: values}}}}}
}

func (w *world) volumes() {
	wait, now := storagev1.VolumeBindingWaitForFirstConsumer, storagev1.VolumeBindingImmediate
	class := func(name, provisioner string, mode storagev1.VolumeBindingMode) *storagev1.StorageClass {
		return &storagev1.StorageClass{ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID(name), ResourceVersion: "1"}, Provisioner: provisioner, VolumeBindingMode: &mode}
	}
	zoned := class("zoned", "csi.example.com", wait)
	zoned.AllowedTopologies = []corev1.TopologySelectorTerm{{MatchLabelExpressions: []corev1.TopologySelectorLabelRequirement{{Key: "disk", Values: []string{"ssd"}}}}}
	w.claims = append(w.claims, class("wait", "csi.example.com", wait), class("pool", "pool.example.com", wait), class("static", "kubernetes.io/no-provisioner", wait), class("now", "csi.example.com", now), zoned,
		&storagev1.CSIDriver{ObjectMeta: metav1.ObjectMeta{Name: "pool.example.com"}, Spec: storagev1.CSIDriverSpec{StorageCapacity: ptr(true)}})
	for i := range w.r.IntN(4) {
		c := &storagev1.CSIStorageCapacity{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("cap%d", i), Namespace: "ns0"}, StorageClassName: "pool", NodeTopology: &metav1.LabelSelector{MatchLabels: map[string]string{"disk": pick(w, "ssd", "hdd")}}}
		c.Capacity = resource.NewQuantity(pick[int64](w, 1, 10)<<30, resource.BinarySI)
		if w.chance(0.3) {
			c.MaximumVolumeSize = resource.NewQuantity(1<<29, resource.BinarySI)
		}
		w.claims = append(w.claims, c)
	}
	for i := range 12 {
		name := fmt.Sprintf("c%d", i)
		claim := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "ns0", UID: types.UID(name), ResourceVersion: "1", Annotations: map[string]string{}},
			Spec: corev1.PersistentVolumeClaimSpec{AccessModes: []corev1.PersistentVolumeAccessMode{pick(w, corev1.ReadWriteOnce, corev1.ReadWriteOnce, corev1.ReadWriteOncePod)},
				Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: quantity(pick[int64](w, 1, 5) << 30)}}}}
		switch w.r.IntN(6) {
		case 0:
			claim.Spec.StorageClassName = ptr(pick(w, "wait", "pool", "static", "zoned"))
			if w.chance(0.1) {
				claim.Annotations["volume.kubernetes.io/selected-node"] = w.nodes[0].Name
			}
		case 1:
			claim.Spec.StorageClassName = ptr(pick(w, "now", "wait", "static"))
		default:
			claim.Spec.StorageClassName, claim.Spec.VolumeName, claim.Status.Phase = ptr(""), "v-"+name, corev1.ClaimBound
			claim.Annotations["pv.kubernetes.io/bind-completed"] = "yes"
			if w.chance(0.9) {
				w.claims = append(w.claims, w.volume("v-"+name, claim))
			}
		}
		w.claims = append(w.claims, claim)
	}
	for i := range w.r.IntN(3) {
		v := w.volume(fmt.Sprintf("free%d", i), nil)
		v.Spec.StorageClassName = "static"
		v.Status.Phase = corev1.VolumeAvailable
		w.claims = append(w.claims, v)
	}
}

func (w *world) volume(name string, claim *corev1.PersistentVolumeClaim) *corev1.PersistentVolume {
	v := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID(name), ResourceVersion: "1", Labels: map[string]string{}},
		Spec: corev1.PersistentVolumeSpec{AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce, corev1.ReadWriteOncePod}, Capacity: corev1.ResourceList{corev1.ResourceStorage: quantity(5 << 30)},
			PersistentVolumeSource: corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: pick(w, "csi.example.com", "csi.example.com", "other.example.com"), VolumeHandle: name}}}}
	if claim != nil {
		v.Spec.ClaimRef = &corev1.ObjectReference{Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID}
		v.Status.Phase = corev1.VolumeBound
	}
	if w.chance(0.3) {
		v.Spec.NodeAffinity = &corev1.VolumeNodeAffinity{Required: w.selectorFor("disk", pick(w, "ssd", "hdd"))}
	}
	if w.chance(0.2) {
		v.Labels[corev1.LabelTopologyZone] = pick(w, "z1", "z2", "z1__z2")
	}
	return v
}

func (w *world) devices() {
	w.claims = append(w.claims, &resourceapi.DeviceClass{ObjectMeta: metav1.ObjectMeta{Name: "dev"}, Spec: resourceapi.DeviceClassSpec{ExtendedResourceName: ptr("example.com/dev"),
		Selectors: []resourceapi.DeviceSelector{{CEL: &resourceapi.CELDeviceSelector{Expression: `device.driver == "d.example.com"`}}}}})
	whole := w.chance(0.5) // all pools are complete; requests for all of a pool that is not are errors, on both sides
	for i, n := range w.nodes {
		if w.chance(0.3) {
			continue
		}
		s := &resourceapi.ResourceSlice{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("s%d", i), UID: types.UID(fmt.Sprintf("s%d", i)), ResourceVersion: "1"},
			Spec: resourceapi.ResourceSliceSpec{Driver: "d.example.com", NodeName: &n.Name, Pool: resourceapi.ResourcePool{Name: n.Name, Generation: 1, ResourceSliceCount: 1}}}
		if !whole {
			s.Spec.Pool.ResourceSliceCount = pick[int64](w, 1, 1, 2)
		}
		for k := range 1 + w.r.IntN(3) {
			d := resourceapi.Device{Name: fmt.Sprintf("d%d", k), Attributes: map[resourceapi.QualifiedName]resourceapi.DeviceAttribute{"size": {StringValue: ptr(pick(w, "big", "small"))}}}
			if w.chance(0.1) {
				d.Taints = []resourceapi.DeviceTaint{{Key: "broken", Effect: resourceapi.DeviceTaintEffectNoSchedule}}
			}
			s.Spec.Devices = append(s.Spec.Devices, d)
		}
		w.claims = append(w.claims, s)
	}
	if w.chance(0.5) { // a device in the network
		w.claims = append(w.claims, &resourceapi.ResourceSlice{ObjectMeta: metav1.ObjectMeta{Name: "net", UID: "net", ResourceVersion: "1"}, Spec: resourceapi.ResourceSliceSpec{Driver: "d.example.com",
			NodeSelector: w.selectorFor("disk", "ssd"), Pool: resourceapi.ResourcePool{Name: "net", Generation: 1, ResourceSliceCount: 1},
			Devices: []resourceapi.Device{{Name: "far", Attributes: map[resourceapi.QualifiedName]resourceapi.DeviceAttribute{"size": {StringValue: ptr("big")}}}}}})
	}
	for i := range 12 {
		name := fmt.Sprintf("r%d", i)
		c := &resourceapi.ResourceClaim{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "ns0", UID: types.UID(name), ResourceVersion: "1"}}
		size := func() []resourceapi.DeviceSelector {
			return []resourceapi.DeviceSelector{{CEL: &resourceapi.CELDeviceSelector{Expression: `device.attributes["d.example.com"].size == "` + pick(w, "big", "small") + `"`}}}
		}
		r := resourceapi.DeviceRequest{Name: "r"}
		if w.chance(0.3) {
			r.FirstAvailable = []resourceapi.DeviceSubRequest{{Name: "a", DeviceClassName: "dev", Selectors: size(), AllocationMode: resourceapi.DeviceAllocationModeExactCount, Count: 2},
				{Name: "b", DeviceClassName: "dev", AllocationMode: resourceapi.DeviceAllocationModeExactCount, Count: 1}}
		} else {
			r.Exactly = &resourceapi.ExactDeviceRequest{DeviceClassName: pick(w, "dev", "dev", "dev", "none"), AllocationMode: resourceapi.DeviceAllocationModeExactCount, Count: 1 + int64(w.r.IntN(2))}
			if w.chance(0.5) {
				r.Exactly.Selectors = size()
			}
			if whole && w.chance(0.1) {
				r.Exactly.AllocationMode, r.Exactly.Count = resourceapi.DeviceAllocationModeAll, 0
			}
		}
		c.Spec.Devices.Requests = []resourceapi.DeviceRequest{r}
		if w.chance(0.2) { // it has a device of a driver that is gone
			c.Status.Allocation = &resourceapi.AllocationResult{NodeSelector: w.selectorFor("disk", pick(w, "ssd", "hdd")),
				Devices: resourceapi.DeviceAllocationResult{Results: []resourceapi.DeviceRequestAllocationResult{{Request: "r", Driver: "gone.example.com", Pool: "p", Device: name}}}}
			if w.chance(0.3) {
				for k := range resourceapi.ResourceClaimReservedForMaxSize {
					c.Status.ReservedFor = append(c.Status.ReservedFor, resourceapi.ResourceClaimConsumerReference{Resource: "pods", Name: fmt.Sprint(k), UID: types.UID(fmt.Sprint(k))})
				}
			}
		}
		w.claims = append(w.claims, c)
	}
}

// claimPod is a random pod with claims.
func (w *world) claimPod(name string) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "ns0", UID: types.UID(name)}}
	p.Spec.Containers = []corev1.Container{{Name: "c", Image: "i"}}
	if w.chance(0.8) {
		for i, n := range w.r.Perm(13)[:1+w.r.IntN(2)] { // upstream gets confused by a claim that is unbound and mounted twice
			p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: fmt.Sprint("v", i),
				VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: fmt.Sprintf("c%d", n)}}})
		}
	}
	if w.chance(0.5) {
		for i, n := range w.r.Perm(13)[:1+w.r.IntN(2)] { // upstream allocates twice for a claim that is named twice
			p.Spec.ResourceClaims = append(p.Spec.ResourceClaims, corev1.PodResourceClaim{Name: fmt.Sprint("d", i), ResourceClaimName: ptr(fmt.Sprintf("r%d", n))})
		}
	}
	if w.chance(0.2) {
		p.Spec.Containers[0].Resources.Requests = corev1.ResourceList{"example.com/dev": quantity(1)}
	}
	return p
}

// binds reports whether something has to be written for the volumes of a pod.
func (w *world) binds(p *corev1.Pod) bool {
	return slices.ContainsFunc(p.Spec.Volumes, func(v corev1.Volume) bool {
		return slices.ContainsFunc(w.claims, func(obj runtime.Object) bool {
			c, ok := obj.(*corev1.PersistentVolumeClaim)
			return ok && c.Name == v.PersistentVolumeClaim.ClaimName && c.Spec.VolumeName == ""
		})
	})
}
