package admit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/component-helpers/nodedeclaredfeatures"
	declaredtypes "k8s.io/component-helpers/nodedeclaredfeatures/types"
	resourcehelper "k8s.io/component-helpers/resource"
)

// Upstream's causes of a refused resize.
const (
	causeCapacity metav1.CauseType = "NodeCapacity"
	causePlatform metav1.CauseType = "UnsupportedPlatform"
)

// release is the Kubernetes release whose law this is; declared features of older ones are taken for granted.
const release = "1.36.0"

// boundNode is the node that a pod is bound to, nil if none.
func boundNode(w *Write, pod *corev1.Pod) (*corev1.Node, error) {
	if pod.Spec.NodeName == "" {
		return nil, nil
	}
	node, ok := get[*corev1.Node](w, nodes, "", pod.Spec.NodeName)
	if !ok {
		return nil, w.forbid(fmt.Errorf("node %q not found", pod.Spec.NodeName))
	}
	return node, nil
}

// resizeFits refuses to give a pod more than its node could ever have.
func resizeFits(_ context.Context, w *Write) error {
	pod := w.GetObject().(*corev1.Pod)
	node, err := boundNode(w, pod)
	if err != nil || node == nil {
		return err
	}
	if os, ok := node.Labels[corev1.LabelOSStable]; ok && os != "linux" {
		return because(w, causePlatform, fmt.Errorf("pod resize is only supported on linux nodes, node %q is %q", node.Name, os))
	}
	want := resourcehelper.PodRequests(pod, resourcehelper.PodResourcesOptions{})
	var short []string
	if cpu, has := want.Cpu(), node.Status.Allocatable.Cpu(); cpu.Cmp(*has) > 0 {
		short = append(short, fmt.Sprintf("cpu, requested: %d, allocatable: %d", cpu.MilliValue(), has.MilliValue()))
	}
	if mem, has := want.Memory(), node.Status.Allocatable.Memory(); mem.Cmp(*has) > 0 {
		short = append(short, fmt.Sprintf("memory, requested: %d, allocatable: %d", mem.Value(), has.Value()))
	}
	if len(short) > 0 {
		return because(w, causeCapacity, fmt.Errorf("node didn't have enough allocatable resources: %s", strings.Join(short, "; ")))
	}
	return nil
}

func because(w *Write, cause metav1.CauseType, err error) error {
	err = w.forbid(err)
	var status *apierrors.StatusError
	if errors.As(err, &status) {
		status.ErrStatus.Details.Causes = append(status.ErrStatus.Details.Causes, metav1.StatusCause{Type: cause})
	}
	return err
}

// nodeFeatures refuses an update of a bound pod that needs a feature which its node has not declared.
func nodeFeatures(_ context.Context, w *Write) error {
	pod, old := w.GetObject().(*corev1.Pod), w.GetOldObject().(*corev1.Pod)
	if pod.Spec.NodeName == "" {
		return nil
	}
	f := nodedeclaredfeatures.DefaultFramework
	need, err := f.InferForPodUpdate(&declaredtypes.PodInfo{Spec: &old.Spec, Status: &old.Status},
		&declaredtypes.PodInfo{Spec: &pod.Spec, Status: &pod.Status}, version.MustParse(release))
	if err != nil {
		return w.forbid(fmt.Errorf("failed to infer pod capability requirements: %w", err))
	}
	if need.IsEmpty() {
		return nil
	}
	node, err := boundNode(w, pod)
	if err != nil {
		return err
	}
	has, err := f.MatchNode(need, node)
	if err != nil {
		return w.forbid(fmt.Errorf("failed to match pod requirements against node %q: %w", node.Name, err))
	}
	if !has.IsMatch {
		return w.forbid(fmt.Errorf("pod update requires features %s which are not available on node %q", strings.Join(has.UnsatisfiedRequirements, ", "), node.Name))
	}
	return nil
}
