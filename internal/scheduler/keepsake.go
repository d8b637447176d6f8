package scheduler

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/view"
)

// maxCommon bounds what is kept to be shared: more kinds of pods and nodes than that share nothing with those of before.
const maxCommon = 4096

// keepsakes makes what the scheduler keeps of placed pods and of nodes, for as long as they are there: of an object that the
// view has decoded, five to ten kilobytes, only what decisions look at, and what many have in common once. They belong to the
// goroutine of the scheduler. Nil keeps objects as they are.
type keepsakes struct {
	pods  map[string]*corev1.Pod  // by the encoding of what is shared
	nodes map[string]*corev1.Node // likewise
}

func newKeepsakes() *keepsakes {
	return &keepsakes{pods: map[string]*corev1.Pod{}, nodes: map[string]*corev1.Node{}}
}

// share returns one with the same encoding that has been seen before, else x itself.
func share[T any](known map[string]*T, x *T, encode func() ([]byte, error)) *T {
	key, err := encode()
	if err != nil {
		return x // what cannot be encoded is kept for itself
	}
	if was, ok := known[string(key)]; ok {
		return was
	}
	if len(known) >= maxCommon {
		clear(known)
	}
	known[string(key)] = x
	return x
}

// node is what is kept of a node. labels are its own, which others may share.
func (k *keepsakes) node(n *corev1.Node, labels map[string]string) *corev1.Node {
	if k == nil {
		return n
	}
	same := &corev1.Node{Spec: corev1.NodeSpec{Taints: n.Spec.Taints, Unschedulable: n.Spec.Unschedulable},
		Status: corev1.NodeStatus{Allocatable: n.Status.Allocatable, Images: n.Status.Images, DeclaredFeatures: n.Status.DeclaredFeatures}}
	same = share(k.nodes, same, same.Marshal)
	out := &corev1.Node{Spec: same.Spec, Status: same.Status}
	out.Name, out.UID, out.Labels = n.Name, n.UID, labels
	for _, key := range [...]string{schedule.Price, storage.LocalDirectory} {
		if v, ok := n.Annotations[key]; ok {
			if out.Annotations == nil {
				out.Annotations = map[string]string{}
			}
			out.Annotations[key] = v
		}
	}
	return out
}

// pod is what is kept of a pod that has a node. labels are its own, which others may share.
func (k *keepsakes) pod(p *corev1.Pod, labels map[string]string) *corev1.Pod {
	if k == nil {
		return p
	}
	same := &corev1.Pod{
		Spec: corev1.PodSpec{Containers: gist(p.Spec.Containers), InitContainers: gist(p.Spec.InitContainers), Overhead: p.Spec.Overhead, Resources: p.Spec.Resources,
			Affinity: company(p.Spec.Affinity), Priority: p.Spec.Priority, PreemptionPolicy: p.Spec.PreemptionPolicy, SchedulingGroup: p.Spec.SchedulingGroup, HostNetwork: p.Spec.HostNetwork},
		Status: corev1.PodStatus{Phase: p.Status.Phase, ContainerStatuses: taken(p.Status.ContainerStatuses), InitContainerStatuses: taken(p.Status.InitContainerStatuses),
			Resources: p.Status.Resources, AllocatedResources: p.Status.AllocatedResources},
	}
	same = share(k.pods, same, same.Marshal)
	out := &corev1.Pod{Spec: same.Spec, Status: same.Status}
	out.Name, out.Namespace, out.UID, out.Generation, out.Labels = p.Name, p.Namespace, p.UID, p.Generation, labels
	out.CreationTimestamp, out.DeletionTimestamp, out.Annotations = p.CreationTimestamp, p.DeletionTimestamp, p.Annotations
	out.Spec.NodeName, out.Spec.Volumes, out.Spec.ResourceClaims = p.Spec.NodeName, mattering(p.Spec.Volumes), p.Spec.ResourceClaims
	out.Status.StartTime, out.Status.NominatedNodeName, out.Status.ResourceClaimStatuses = p.Status.StartTime, p.Status.NominatedNodeName, p.Status.ResourceClaimStatuses
	out.Status.Conditions = telling(p.Status.Conditions)
	return out
}

// gist is what containers ask of a node.
func gist(in []corev1.Container) []corev1.Container {
	if len(in) == 0 {
		return nil
	}
	out := make([]corev1.Container, len(in))
	for i := range in {
		c := &in[i]
		out[i] = corev1.Container{Name: c.Name, Resources: c.Resources, RestartPolicy: c.RestartPolicy}
		if slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool { return p.HostPort != 0 }) {
			out[i].Ports = c.Ports
		}
	}
	return out
}

// taken is what containers have been given, as far as it is told.
func taken(in []corev1.ContainerStatus) (out []corev1.ContainerStatus) {
	if !slices.ContainsFunc(in, func(st corev1.ContainerStatus) bool { return st.Resources != nil || st.AllocatedResources != nil }) {
		return nil
	}
	for i := range in {
		out = append(out, corev1.ContainerStatus{Name: in[i].Name, Resources: in[i].Resources, AllocatedResources: in[i].AllocatedResources, State: began(in[i].State)})
	}
	return out
}

// began leaves of a container's state which one it is.
func began(st corev1.ContainerState) (out corev1.ContainerState) {
	switch {
	case st.Running != nil:
		out.Running = &corev1.ContainerStateRunning{}
	case st.Terminated != nil:
		out.Terminated = &corev1.ContainerStateTerminated{}
	}
	return out
}

// company are the terms about other pods.
func company(a *corev1.Affinity) *corev1.Affinity {
	if a == nil || a.PodAffinity == nil && a.PodAntiAffinity == nil {
		return nil
	}
	return &corev1.Affinity{PodAffinity: a.PodAffinity, PodAntiAffinity: a.PodAntiAffinity}
}

// mattering leaves out the volumes that a node makes for itself.
func mattering(in []corev1.Volume) (out []corev1.Volume) {
	for i := range in {
		if v := &in[i]; v.Projected == nil && v.ConfigMap == nil && v.Secret == nil && v.DownwardAPI == nil && v.EmptyDir == nil && v.HostPath == nil {
			out = append(out, *v)
		}
	}
	return out
}

// telling leaves the conditions that decisions look at: those of preemption and resizes.
func telling(in []corev1.PodCondition) (out []corev1.PodCondition) {
	for i := range in {
		if t := in[i].Type; t == corev1.DisruptionTarget || t == corev1.PodResizePending || t == corev1.PodResizeInProgress {
			out = append(out, in[i])
		}
	}
	return out
}

// wholeNodes are the nodes of keepsakes as the view has them now, for those who want all of them.
func (c *cluster) wholeNodes(s *view.Snapshot, kept []*corev1.Node) []*corev1.Node {
	out := make([]*corev1.Node, 0, len(kept))
	for _, n := range kept {
		if whole, ok := view.Get[corev1.Node](s, api.Key{Resource: plan.Nodes, Cluster: c.id, Name: n.Name}); ok {
			n = whole
		}
		out = append(out, n)
	}
	return out
}

// wholeOffers are offers with the pods as the view has them now.
func (c *cluster) wholeOffers(s *view.Snapshot, offers map[string]schedule.Offer) map[string]schedule.Offer {
	out := maps.Clone(offers)
	for node, o := range out {
		o.Victims = slices.Clone(o.Victims)
		for i, p := range o.Victims {
			if whole, ok := view.Get[corev1.Pod](s, plan.KeyOf(c.id, plan.Pods, p)); ok && whole.UID == p.UID {
				o.Victims[i] = whole
			}
		}
		out[node] = o
	}
	return out
}
