package admit

import (
	"context"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/labels"
)

const (
	// nodeSelectorNote on a namespace is what PodNodeSelector adds to the selectors of its pods.
	nodeSelectorNote = "scheduler.alpha.kubernetes.io/node-selector"
	// clusterNodeSelector is the entry of PodNodeSelector's configuration for namespaces without the annotation.
	clusterNodeSelector = "clusterDefaultNodeSelector"
)

// nodeSelectors are PodNodeSelector's configuration: by namespace what its pods may select, and the cluster's default.
type nodeSelectors map[string]string

// merge gives a pod the selector of its namespace.
func (s nodeSelectors) merge(ctx context.Context, w *Write) error {
	pod := w.GetObject().(*corev1.Pod)
	want, err := s.required(w, pod)
	if err != nil {
		return err
	}
	pod.Spec.NodeSelector = labels.Merge(want, pod.Spec.NodeSelector)
	return s.check(ctx, w)
}

func (s nodeSelectors) check(_ context.Context, w *Write) error {
	pod := w.GetObject().(*corev1.Pod)
	if _, err := s.required(w, pod); err != nil {
		return err
	}
	allowed, err := labels.ConvertSelectorToLabelsMap(s[w.GetNamespace()])
	if err != nil {
		return err
	}
	for k, v := range pod.Spec.NodeSelector {
		if is, ok := allowed[k]; len(allowed) > 0 && (!ok || is != v) {
			return apierrors.NewForbidden(w.GetResource().GroupResource(), pod.Name, fmt.Errorf("pod node label selector labels conflict with its namespace whitelist"))
		}
	}
	return nil
}

// required is the selector of the namespace, which the pod's own must not contradict.
func (s nodeSelectors) required(w *Write, pod *corev1.Pod) (labels.Set, error) {
	ns, ok := get[*corev1.Namespace](w, namespaces, "", w.GetNamespace())
	if !ok {
		return nil, apierrors.NewInternalError(fmt.Errorf("namespace %s does not exist", w.GetNamespace()))
	}
	text, said := ns.Annotations[nodeSelectorNote]
	if !said {
		text = s[clusterNodeSelector]
	}
	want, err := labels.ConvertSelectorToLabelsMap(text)
	if err != nil {
		return nil, err
	}
	if labels.Conflicts(want, labels.Set(pod.Spec.NodeSelector)) {
		return nil, apierrors.NewForbidden(w.GetResource().GroupResource(), pod.Name, fmt.Errorf("pod node label selector conflicts with its namespace node label selector"))
	}
	return maps.Clone(want), nil
}
