package agent

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/component-helpers/nodedeclaredfeatures/features/extendwebsocketstokubelet"
	"k8s.io/component-helpers/nodedeclaredfeatures/features/inplacepodresize"
	"k8s.io/component-helpers/nodedeclaredfeatures/features/restartallcontainers"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/device"
	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/plan/pod"
	"gantry.dev/gantry/internal/plan/storage"
)

// nodeRetry is the pause after the API refused the node or its lease.
const nodeRetry = time.Second

// nodeKeeper keeps the Node object and its Lease.
type nodeKeeper struct {
	a       *Agent
	machine machine
	tell    nodeEvents
	// stale asks for a look at the status before its period is over.
	stale chan struct{}

	mu   sync.Mutex
	node *corev1.Node
	// listed are the images as last read from the store: reading them is not for every look at the status.
	listed []corev1.ContainerImage
}

func newNodeKeeper(a *Agent) *nodeKeeper {
	return &nodeKeeper{a: a, machine: readMachine(), tell: nodeEvents{a: a}, stale: make(chan struct{}, 1)}
}

// memory is the machine's, for OOM scores.
func (k *nodeKeeper) memory() int64 { return k.machine.memory }

// imagesChanged has the list of images in the status written anew, with the next status.
func (k *nodeKeeper) imagesChanged() {
	select {
	case k.stale <- struct{}{}:
	default:
	}
}

// conditionsChanged has the status written at once.
func (k *nodeKeeper) conditionsChanged() { k.imagesChanged() }

// uid is the Node's, empty before it is registered.
func (k *nodeKeeper) uid() types.UID {
	if n := k.get(); n != nil {
		return n.UID
	}
	return ""
}

func (k *nodeKeeper) key() api.Key {
	return api.Key{Resource: nodeResource, Cluster: k.a.cfg.Cluster, Name: k.a.cfg.NodeName}
}

// get is the Node as last seen; nil before it is registered.
func (k *nodeKeeper) get() *corev1.Node {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.node
}

// register creates the Node, or takes over the one that is there.
func (k *nodeKeeper) register(ctx context.Context) error {
	for {
		err := k.tryRegister(ctx)
		if err == nil {
			now := k.status(nil)
			k.tell.begin(&now)
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		k.a.log.Warn("registering the node, will try again", "node", k.a.cfg.NodeName, "err", err)
		pause(ctx, nodeRetry)
	}
}

func (k *nodeKeeper) tryRegister(ctx context.Context) error {
	cfg := &k.a.cfg
	k.readImages()
	want := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: cfg.NodeName, Labels: k.labels(), Annotations: k.annotations()},
		Spec:       corev1.NodeSpec{Taints: cfg.NodeTaints, PodCIDR: cfg.PodCIDR.String(), PodCIDRs: prefixTexts(cfg.podCIDRs())},
	}
	want.Status = k.status(nil)
	res := cfg.Client.Apply(ctx, []client.Write{{Verb: client.Create, Key: k.key(), Object: want, Why: "the node registers"}})[0]
	switch {
	case res.Err == nil:
		return k.took(res.Object)
	case !apierrors.IsAlreadyExists(res.Err):
		return fmt.Errorf("creating the node: %w", res.Err)
	}
	obj, err := cfg.Client.Get(ctx, k.key())
	if err != nil {
		return fmt.Errorf("reading the node: %w", err)
	}
	if err := k.took(obj); err != nil {
		return err
	}
	if err := k.relabel(ctx); err != nil {
		return err
	}
	return k.report(ctx, true)
}

func (k *nodeKeeper) took(obj any) error {
	n, ok := obj.(*corev1.Node)
	if !ok {
		return fmt.Errorf("the API answered with %T for a node", obj)
	}
	zone := k.zone()
	k.mu.Lock()
	k.node = n
	k.mu.Unlock()
	if k.zone() != zone {
		k.a.plane.touch()
	}
	return nil
}

// zone is the node's, as its label says; empty if it is not known.
func (k *nodeKeeper) zone() string {
	if n := k.get(); n != nil {
		return n.Labels[corev1.LabelTopologyZone]
	}
	return ""
}

// annotations are those by which the node says what it can do.
func (k *nodeKeeper) annotations() map[string]string {
	notes := map[string]string{storage.Managed: "true"}
	maps.Copy(notes, k.a.locals.offered())
	return notes
}

// labels are those that every node has, and the configured ones.
func (k *nodeKeeper) labels() map[string]string {
	labels := map[string]string{
		corev1.LabelHostname: k.a.cfg.Hostname, corev1.LabelOSStable: runtime.GOOS, corev1.LabelArchStable: runtime.GOARCH,
		"beta.kubernetes.io/os": runtime.GOOS, "beta.kubernetes.io/arch": runtime.GOARCH,
	}
	maps.Copy(labels, k.a.cfg.NodeLabels)
	return labels
}

// mislabelled says that the labels by which pods ask for a system and a processor do not tell the truth any more.
func (k *nodeKeeper) mislabelled() bool {
	is := k.get().Labels
	return is[corev1.LabelOSStable] != runtime.GOOS || is[corev1.LabelArchStable] != runtime.GOARCH
}

// relabel brings the node's own labels and annotations to a Node that was there before, and leaves those of others.
func (k *nodeKeeper) relabel(ctx context.Context) error {
	missing := map[string]string{}
	for name, value := range k.labels() {
		if k.get().Labels[name] != value {
			missing[name] = value
		}
	}
	notes := annotated(k.get(), k.annotations())
	if len(missing)+len(notes) == 0 {
		return nil
	}
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"labels": missing, "annotations": notes}})
	if err != nil {
		return err
	}
	res := k.a.cfg.Client.Apply(ctx, []client.Write{{Verb: client.Patch, Key: k.key(), Patch: patch, PatchType: types.MergePatchType, Why: "labels of the node"}})[0]
	if res.Err != nil {
		return fmt.Errorf("labelling the node: %w", res.Err)
	}
	return k.took(res.Object)
}

// status is what the node says about itself; times of conditions that have not changed are kept.
func (k *nodeKeeper) status(old *corev1.Node) corev1.NodeStatus {
	cfg := &k.a.cfg
	st := corev1.NodeStatus{
		Capacity: k.capacity(), Allocatable: k.allocatable(),
		Addresses:        cfg.statusAddresses(),
		DeclaredFeatures: declaredFeatures(),
		DaemonEndpoints:  corev1.NodeDaemonEndpoints{KubeletEndpoint: corev1.DaemonEndpoint{Port: cfg.KubeletPort}},
		NodeInfo:         k.machine.info(cfg.Version),
		Images:           k.knownImages(),
		RuntimeHandlers:  k.a.runtimeHandlers(),
	}
	if old != nil {
		// What others have put on the Node stays: there is as much to give as there is.
		for name, q := range old.Status.Capacity {
			if _, ours := st.Capacity[name]; !ours && device.Extended(string(name)) {
				st.Capacity[name], st.Allocatable[name] = q, q
			}
		}
	}
	now := metav1.NewTime(k.a.cfg.Clock()).Rfc3339Copy()
	for _, kind := range []corev1.NodeConditionType{corev1.NodeMemoryPressure, corev1.NodeDiskPressure, corev1.NodePIDPressure, corev1.NodeReady} {
		ok, reason, message := corev1.ConditionTrue, "KubeletReady", "kubelet is posting ready status"
		switch {
		case kind != corev1.NodeReady:
			ok, reason, message = k.a.pressure.words(kind)
		case k.a.shutdown.underway():
			ok, reason, message = corev1.ConditionFalse, "KubeletNotReady", "node is shutting down"
		}
		cond := corev1.NodeCondition{Type: kind, Status: ok, Reason: reason, Message: message, LastHeartbeatTime: now, LastTransitionTime: now}
		if old != nil {
			for _, o := range old.Status.Conditions {
				if o.Type == kind && o.Status == ok {
					cond.LastTransitionTime = o.LastTransitionTime
				}
			}
		}
		st.Conditions = append(st.Conditions, cond)
	}
	return st
}

func (k *nodeKeeper) capacity() corev1.ResourceList {
	list := corev1.ResourceList{
		corev1.ResourceCPU:              *resource.NewQuantity(k.machine.cpus, resource.DecimalSI),
		corev1.ResourceMemory:           *resource.NewQuantity(k.machine.memory, resource.BinarySI),
		corev1.ResourcePods:             *resource.NewQuantity(k.maxPods(), resource.DecimalSI),
		corev1.ResourceEphemeralStorage: *resource.NewQuantity(diskSize(k.a.cfg.DataDir), resource.BinarySI),
	}
	maps.Copy(list, k.machine.hugePages)
	k.a.addDevices(list, func(n device.Amount) int64 { return n.Capacity })
	return list
}

// What is kept for the machine itself if nothing is configured: a twentieth, but not more than a large node needs.
const (
	reserveShare     = 20
	maxReserveCPU    = 500
	maxReserveMemory = 1 << 30
)

// The default of maxPods follows the memory, as a pod's own cost does: a pod without limits is counted with this much. It is
// never less than kubelet's default of 110.
const (
	memoryPerPod = 2 << 20
	leastMaxPods = 110
)

// maxPods is what is configured, or as many as the memory holds.
func (k *nodeKeeper) maxPods() int64 {
	most := cmp.Or(k.a.cfg.MaxPods, max(k.machine.memory/memoryPerPod, leastMaxPods))
	if per := k.a.cfg.Settings.PodsPerCPU; per > 0 {
		return min(most, per*k.machine.cpus)
	}
	return most
}

// allocatable is capacity without what is kept: what the settings say, and then also what eviction defends, as kubelet; else a
// fraction, and of the disk what eviction defends.
func (k *nodeKeeper) allocatable() corev1.ResourceList {
	list, keep := k.kept()
	k.a.addDevices(list, func(n device.Amount) int64 { return n.Allocatable })
	memory := keep[corev1.ResourceMemory]
	for _, pages := range k.machine.hugePages { // memory in huge pages is good for nothing else
		memory.Add(pages)
	}
	if !memory.IsZero() {
		keep[corev1.ResourceMemory] = memory
	}
	for name, q := range keep {
		left := list[name]
		left.Sub(q)
		if left.Sign() < 0 {
			left = resource.Quantity{}
		}
		list[name] = left
	}
	return list
}

// kept is what the node has, and what is kept of it.
func (k *nodeKeeper) kept() (capacity, keep corev1.ResourceList) {
	list := k.capacity()
	said := &k.a.cfg.Settings
	keep = said.Reserved.DeepCopy()
	if keep == nil {
		defended := corev1.ResourceList{}
		k.a.pressure.defend(defended, list)
		keep = corev1.ResourceList{
			corev1.ResourceEphemeralStorage: defended[corev1.ResourceEphemeralStorage],
			corev1.ResourceCPU:              *resource.NewMilliQuantity(min(k.machine.cpus*1000/reserveShare, maxReserveCPU), resource.DecimalSI),
			corev1.ResourceMemory:           *resource.NewQuantity(min(k.machine.memory/reserveShare, maxReserveMemory), resource.BinarySI),
		}
	} else {
		k.a.pressure.defend(keep, list)
	}
	if n, whole := k.a.allot.reserved(); whole {
		keep[corev1.ResourceCPU] = *resource.NewQuantity(int64(n), resource.DecimalSI)
	}
	return list, keep
}

// boundPods has the kernel keep all pods within what is not reserved, or lets them go beyond. What eviction defends is theirs until then.
func (k *nodeKeeper) boundPods(ctx context.Context) error {
	said := &k.a.cfg.Settings
	var r container.Resources
	if said.BoundPods {
		has := k.capacity()
		for name, q := range said.Reserved {
			left := has[name]
			left.Sub(q)
			has[name] = left
		}
		cpu, memory := has[corev1.ResourceCPU], has[corev1.ResourceMemory]
		r.CPUShares, r.MemoryBytes, r.SwapBytes = pod.CPUShares(cpu), memory.Value(), k.machine.swap
	}
	if err := k.a.cfg.Containers.LimitPods(ctx, r); err != nil {
		return fmt.Errorf("agent: enforceNodeAllocatable: %w", err)
	}
	return nil
}

func (k *nodeKeeper) knownImages() []corev1.ContainerImage {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.listed
}

// readImages takes a new look at the store.
func (k *nodeKeeper) readImages() {
	list := k.images()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.listed = list
}

// images are the largest images, as many as the status may hold.
func (k *nodeKeeper) images() []corev1.ContainerImage {
	all, err := k.a.cfg.Images.List()
	if err != nil {
		k.a.log.Warn("listing images for the node's status", "err", err)
		return nil
	}
	slices.SortStableFunc(all, func(a, b image.Image) int { return int(min(max(b.Size-a.Size, -1), 1)) })
	var out []corev1.ContainerImage
	for _, img := range all[:min(len(all), maxImagesInStatus)] {
		names := append(slices.Clone(img.RepoDigests), img.Tags...)
		if len(names) > 0 {
			out = append(out, corev1.ContainerImage{Names: names, SizeBytes: img.Size})
		}
	}
	return out
}

// run renews the lease and keeps the status current until ctx ends.
func (k *nodeKeeper) run(ctx context.Context) {
	lease := time.NewTicker(leaseRenew)
	defer lease.Stop()
	status := time.NewTicker(nodeStatusPeriod)
	defer status.Stop()
	k.renew(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-lease.C:
			k.renew(ctx)
			// Somebody may have called the node lost while it was not; that is put right at once.
			k.tryReport(ctx, false)
		case <-status.C:
			k.readImages()
			k.tryReport(ctx, true)
		case <-k.stale:
			k.readImages()
			k.tryReport(ctx, false)
		}
	}
}

func (k *nodeKeeper) tryReport(ctx context.Context, force bool) {
	if err := k.report(ctx, force); err != nil && ctx.Err() == nil {
		k.a.log.Warn("writing the node's status", "err", err)
	}
}

// report writes the status if it has changed, or with force.
func (k *nodeKeeper) report(ctx context.Context, force bool) error {
	obj, err := k.a.cfg.Client.Get(ctx, k.key())
	if apierrors.IsNotFound(err) {
		// Somebody deleted the node; it is still there, so it says so.
		return k.tryRegister(ctx)
	}
	if err != nil {
		return fmt.Errorf("reading the node: %w", err)
	}
	if err := k.took(obj); err != nil {
		return err
	}
	if k.mislabelled() {
		if err := k.relabel(ctx); err != nil {
			return err
		}
	}
	old := k.get()
	want := k.status(old)
	k.tell.seen(old, &want)
	if !force && sameReport(old.Status, want) {
		return nil
	}
	before, err := json.Marshal(&corev1.Node{Status: ownNodeStatus(old.Status)})
	if err != nil {
		return err
	}
	after, err := json.Marshal(&corev1.Node{Status: want})
	if err != nil {
		return err
	}
	patch, err := strategicpatch.CreateTwoWayMergePatch(before, after, corev1.Node{})
	if err != nil {
		return fmt.Errorf("making the patch of the node's status: %w", err)
	}
	res := k.a.cfg.Client.Apply(ctx, []client.Write{{
		Verb: client.Patch, Key: k.key(), Subresource: "status", Patch: patch, PatchType: types.StrategicMergePatchType, Why: "status of the node",
	}})[0]
	if res.Err != nil {
		return res.Err
	}
	k.tell.tell(old, &want)
	return k.took(res.Object)
}

// declaredFeatures are what the node says that it can do, sorted, so that the scheduler sends it pods which need that.
func declaredFeatures() []string {
	return []string{
		extendwebsocketstokubelet.ExtendWebSocketsToKubeletFeatureGate, inplacepodresize.IPPRPodLevelResourcesFeatureGate,
		inplacepodresize.IPPRInitContainersFeatureGate, restartallcontainers.RestartAllContainersOnContainerExits,
	}
}

// sameReport compares what a node says about itself, but for the times of its conditions.
func sameReport(old, want corev1.NodeStatus) bool {
	old = ownNodeStatus(old)
	if len(old.Conditions) != len(want.Conditions) {
		return false
	}
	for _, c := range old.Conditions {
		i := slices.IndexFunc(want.Conditions, func(w corev1.NodeCondition) bool { return w.Type == c.Type })
		if i < 0 || want.Conditions[i].Status != c.Status || want.Conditions[i].Reason != c.Reason {
			return false
		}
	}
	old.Conditions, want.Conditions = nil, nil
	return apiequality.Semantic.DeepEqual(old, want)
}

// ownNodeStatus leaves away what others write (conditions of other types, volumes), so that a patch does not touch it.
func ownNodeStatus(st corev1.NodeStatus) corev1.NodeStatus {
	own := corev1.NodeStatus{
		DeclaredFeatures: st.DeclaredFeatures,
		Capacity:         st.Capacity, Allocatable: st.Allocatable, Addresses: st.Addresses, DaemonEndpoints: st.DaemonEndpoints,
		NodeInfo: st.NodeInfo, Images: st.Images, RuntimeHandlers: st.RuntimeHandlers,
	}
	for _, c := range st.Conditions {
		switch c.Type {
		case corev1.NodeReady, corev1.NodeMemoryPressure, corev1.NodeDiskPressure, corev1.NodePIDPressure:
			own.Conditions = append(own.Conditions, c)
		}
	}
	return own
}
