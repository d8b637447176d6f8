// Package gang knows the groups of pods that are of use only together: the PodGroup of the coscheduling plugin
// (scheduling.x-k8s.io/v1alpha1), a custom resource whose definition is in this package, and that of Kubernetes itself
// (scheduling.k8s.io/v1alpha2, gate GangScheduling). It says which group a pod is in, what the group demands, and what the
// status of a coscheduling group should be. Who places a gang is plan/schedule; package scheduler brings the two together.
package gang

import (
	_ "embed" // the definition
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	schedulingv1alpha2 "k8s.io/api/scheduling/v1alpha2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/api"
)

// Gate is the feature gate by which upstream's own groups are gangs.
const Gate = "GangScheduling"

// Label names a pod's coscheduling group, in the pod's namespace.
const Label = "scheduling.x-k8s.io/pod-group"

// The resources of groups. They are constants in all but grammar.
var (
	// Groups are those of the coscheduling plugin.
	Groups = api.Resource{Group: "scheduling.x-k8s.io", Name: "podgroups"}
	// Native are upstream's own.
	Native = api.Resource{Group: schedulingv1alpha2.GroupName, Name: "podgroups"}
	// Workloads are what upstream's groups are made from.
	Workloads = api.Resource{Group: schedulingv1alpha2.GroupName, Name: "workloads"}
)

// Definition is the CustomResourceDefinition of the coscheduling PodGroup.
//
//go:embed podgroups.yaml
var Definition string //nolint:gochecknoglobals // embedded, never changed

const (
	// defaultTimeout is how long a coscheduling group may keep room without running, if it does not say: the plugin's
	// permitWaitingTimeSeconds.
	defaultTimeout = 60 * time.Second
	// nativeTimeout is upstream's for its own groups, which cannot say.
	nativeTimeout = 5 * time.Minute
)

// Group is what a group of pods demands.
type Group struct {
	// Min is how many pods have to run at the same time for any to run; zero makes no gang of them.
	Min int
	// Timeout is how long room is kept for the group until all of it has come.
	Timeout time.Duration
	// Resources must be free in the cluster before the group is tried; may be empty.
	Resources corev1.ResourceList
	// Whole has all pods of the group leave if one has to.
	Whole bool
	// Priority, if not nil, is that of the group, whatever its pods' are: for whom others leave, and for whom a whole group does.
	Priority *int32
}

// Of returns the key of the group that a pod says it is in.
func Of(c api.Cluster, p *corev1.Pod) (key api.Key, ok bool) {
	if g := p.Spec.SchedulingGroup; g != nil && g.PodGroupName != nil {
		return api.Key{Resource: Native, Cluster: c, Namespace: p.Namespace, Name: *g.PodGroupName}, true
	}
	if name := p.Labels[Label]; name != "" {
		return api.Key{Resource: Groups, Cluster: c, Namespace: p.Namespace, Name: name}, true
	}
	return api.Key{}, false
}

// Spec is that of a coscheduling PodGroup.
type Spec struct {
	MinMember              int32               `json:"minMember,omitempty"`
	MinResources           corev1.ResourceList `json:"minResources,omitempty"`
	ScheduleTimeoutSeconds *int32              `json:"scheduleTimeoutSeconds,omitempty"`
}

// Status is that of a coscheduling PodGroup.
type Status struct {
	Phase             Phase        `json:"phase,omitempty"`
	OccupiedBy        string       `json:"occupiedBy,omitempty"`
	Running           int32        `json:"running,omitempty"`
	Succeeded         int32        `json:"succeeded,omitempty"`
	Failed            int32        `json:"failed,omitempty"`
	ScheduleStartTime *metav1.Time `json:"scheduleStartTime,omitempty"`
}

// PodGroup is what we know of a coscheduling PodGroup: its definition may have more fields.
type PodGroup struct {
	Spec   Spec   `json:"spec,omitempty"`
	Status Status `json:"status,omitempty"`
}

// Parse reads a coscheduling PodGroup. A field of the wrong type is an error: the definition in the cluster may be another than
// ours.
func Parse(u *unstructured.Unstructured) (*PodGroup, error) {
	g := &PodGroup{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(map[string]any{"spec": u.Object["spec"], "status": u.Object["status"]}, g); err != nil {
		return nil, fmt.Errorf("pod group %s/%s: %w", u.GetNamespace(), u.GetName(), err)
	}
	return g, nil
}

// Demands is what a coscheduling group demands.
func (g *PodGroup) Demands() Group {
	out := Group{Min: int(g.Spec.MinMember), Timeout: defaultTimeout, Resources: g.Spec.MinResources}
	if t := g.Spec.ScheduleTimeoutSeconds; t != nil && *t > 0 {
		out.Timeout = time.Duration(*t) * time.Second
	}
	return out
}

// DemandsOf is what one of upstream's groups demands; without gangs (the gate GangScheduling) its pods stand for themselves.
func DemandsOf(g *schedulingv1alpha2.PodGroup, gangs bool) Group {
	out := Group{Timeout: nativeTimeout}
	if p := g.Spec.SchedulingPolicy.Gang; p != nil && gangs {
		out.Min = int(p.MinCount)
	}
	out.Priority = g.Spec.Priority
	out.Whole = g.Spec.DisruptionMode != nil && *g.Spec.DisruptionMode == schedulingv1alpha2.DisruptionModePodGroup
	return out
}
