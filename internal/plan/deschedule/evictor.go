package deschedule

import (
	"encoding/json"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/plan"
)

// evictor is upstream's DefaultEvictor: which pods may be evicted at all.
type evictor struct {
	evictorArgs
	labels selector
	nodes  selector
}

type evictorArgs struct {
	metav1.TypeMeta         `json:",inline"`
	NodeSelector            string                `json:"nodeSelector,omitempty"`
	EvictLocalStoragePods   bool                  `json:"evictLocalStoragePods,omitempty"`
	EvictDaemonSetPods      bool                  `json:"evictDaemonSetPods,omitempty"`
	EvictSystemCriticalPods bool                  `json:"evictSystemCriticalPods,omitempty"`
	IgnorePvcPods           bool                  `json:"ignorePvcPods,omitempty"`
	EvictFailedBarePods     bool                  `json:"evictFailedBarePods,omitempty"`
	LabelSelector           *metav1.LabelSelector `json:"labelSelector,omitempty"`
	PriorityThreshold       *struct {
		Value *int32 `json:"value,omitempty"`
		Name  string `json:"name,omitempty"`
	} `json:"priorityThreshold,omitempty"`
	NodeFit              bool             `json:"nodeFit,omitempty"`
	MinReplicas          uint             `json:"minReplicas,omitempty"`
	MinPodAge            *metav1.Duration `json:"minPodAge,omitempty"`
	IgnorePodsWithoutPDB bool             `json:"ignorePodsWithoutPDB,omitempty"`
	NoEvictionPolicy     string           `json:"noEvictionPolicy,omitempty"`
}

const (
	// evictAnyway is the annotation of pods that may be evicted whatever the evictor says, upstream's.
	evictAnyway = "descheduler.alpha.kubernetes.io/evict"
	// systemCritical is the least priority of system-critical pods.
	systemCritical = 2 * 1000000000
	mirror         = corev1.MirrorPodAnnotationKey
	configSource   = "kubernetes.io/config.source"
)

func readEvictor(raw json.RawMessage) (*evictor, error) {
	e := &evictor{}
	if err := strict(raw, &e.evictorArgs); err != nil {
		return nil, err
	}
	if e.NoEvictionPolicy != "" {
		return nil, fmt.Errorf("noEvictionPolicy is not supported")
	}
	if t := e.PriorityThreshold; t != nil && t.Value != nil && t.Name != "" {
		return nil, fmt.Errorf("priorityThreshold: only one of value and name can be set")
	}
	if t := e.PriorityThreshold; t != nil && e.EvictSystemCriticalPods {
		return nil, fmt.Errorf("priorityThreshold and evictSystemCriticalPods cannot be set together")
	}
	var err error
	if e.labels, err = selectorOf(e.LabelSelector); err != nil {
		return nil, err
	}
	if e.nodes, err = parseSelector(e.NodeSelector); err != nil {
		return nil, fmt.Errorf("nodeSelector: %w", err)
	}
	return e, nil
}

// refuses says why a pod must not be evicted, "" if it may.
func (e *evictor) refuses(w *World, p *corev1.Pod) string {
	if _, ok := p.Annotations[evictAnyway]; ok && p.DeletionTimestamp == nil {
		return ""
	}
	daemon := false
	for _, ref := range p.OwnerReferences {
		daemon = daemon || ref.Kind == "DaemonSet"
	}
	limit := int32(systemCritical)
	if t := e.PriorityThreshold; t != nil {
		switch {
		case t.Value != nil:
			limit = *t.Value
		case t.Name != "":
			v, ok := w.Priorities[t.Name]
			if !ok {
				return fmt.Sprintf("there is no priority class %s to compare with", t.Name)
			}
			limit = v
		}
	}
	_, static := p.Annotations[mirror]
	source := p.Annotations[configSource]
	switch {
	case p.DeletionTimestamp != nil:
		return "it is being deleted"
	case static || source != "" && source != "api":
		return "it is a static pod"
	case len(p.OwnerReferences) == 0 && !(e.EvictFailedBarePods && p.Status.Phase == corev1.PodFailed):
		return "nobody would make it anew"
	case daemon && !e.EvictDaemonSetPods:
		return "it is of a DaemonSet"
	case !e.EvictSystemCriticalPods && priorityOf(p) >= limit:
		return fmt.Sprintf("its priority %d is not below %d", priorityOf(p), limit)
	case !e.EvictLocalStoragePods && hasLocalStorage(p):
		return "it has local storage"
	case e.IgnorePvcPods && hasClaim(p):
		return "it has a volume claim"
	case !e.labels.matches(p.Labels):
		return "its labels are not selected"
	case e.MinReplicas > 1 && w.replicas(p) < int(e.MinReplicas):
		return fmt.Sprintf("it has %d replicas, of at least %d one may go", w.replicas(p), e.MinReplicas)
	case e.MinPodAge != nil && (p.Status.StartTime == nil || w.Now.Sub(p.Status.StartTime.Time) < e.MinPodAge.Duration):
		return fmt.Sprintf("it is younger than %s", e.MinPodAge.Duration.Round(time.Second))
	case e.IgnorePodsWithoutPDB && !w.budgeted(p):
		return "it has no disruption budget"
	case e.NodeFit && !w.fitsElsewhere(p, e.nodes):
		return "no other node has a place for it"
	}
	return ""
}

func priorityOf(p *corev1.Pod) int32 {
	if p.Spec.Priority == nil {
		return 0
	}
	return *p.Spec.Priority
}

func hasLocalStorage(p *corev1.Pod) bool {
	for i := range p.Spec.Volumes {
		if v := &p.Spec.Volumes[i]; v.HostPath != nil || v.EmptyDir != nil {
			return true
		}
	}
	return false
}

func hasClaim(p *corev1.Pod) bool {
	for i := range p.Spec.Volumes {
		if p.Spec.Volumes[i].PersistentVolumeClaim != nil {
			return true
		}
	}
	return false
}

// budgeted reports whether a disruption budget selects a pod.
func (w *World) budgeted(p *corev1.Pod) bool { return len(w.budgetsOf(p)) > 0 }

// budgetsOf are the disruption budgets that an eviction of a pod is charged to. Pods that do not run have none.
func (w *World) budgetsOf(p *corev1.Pod) (out []*policyv1.PodDisruptionBudget) {
	if p.Status.Phase != corev1.PodRunning {
		return nil
	}
	for _, b := range w.Budgets {
		if b.Namespace == p.Namespace && plan.Selects(b.Spec.Selector, p.Labels) {
			out = append(out, b)
		}
	}
	return out
}
