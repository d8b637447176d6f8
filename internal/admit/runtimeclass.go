package admit

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	nodev1 "k8s.io/api/node/v1"
	"k8s.io/apimachinery/pkg/api/equality"
)

// runtimeClassOf finds the class that a pod names; nil if it names none.
func runtimeClassOf(w *Write, pod *corev1.Pod) (*nodev1.RuntimeClass, error) {
	if pod.Spec.RuntimeClassName == nil {
		return nil, nil
	}
	class, ok := get[*nodev1.RuntimeClass](w, runtimeClasses, "", *pod.Spec.RuntimeClassName)
	if !ok {
		return nil, w.forbid(fmt.Errorf("pod rejected: RuntimeClass %q not found", *pod.Spec.RuntimeClassName))
	}
	return class, nil
}

var errOverhead = fmt.Errorf("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")

// runtimeClass gives a pod what its class says: overhead, and where it may be scheduled.
func runtimeClass(ctx context.Context, w *Write) error {
	pod := w.GetObject().(*corev1.Pod)
	class, err := runtimeClassOf(w, pod)
	if err != nil {
		return err
	}
	if class != nil && class.Overhead != nil {
		if len(pod.Spec.Overhead) > 0 && !equality.Semantic.DeepEqual(class.Overhead.PodFixed, pod.Spec.Overhead) {
			return w.forbid(errOverhead)
		}
		pod.Spec.Overhead = class.Overhead.PodFixed.DeepCopy()
	}
	if class != nil && class.Scheduling != nil {
		if err := schedule(w, pod, class.Scheduling); err != nil {
			return err
		}
	}
	return checkOverhead(ctx, w)
}

func schedule(w *Write, pod *corev1.Pod, by *nodev1.Scheduling) error {
	for _, key := range slices.Sorted(maps.Keys(by.NodeSelector)) {
		if v, ok := pod.Spec.NodeSelector[key]; ok && v != by.NodeSelector[key] {
			return w.forbid(fmt.Errorf("conflict: runtimeClass.scheduling.nodeSelector[%s] = %s; pod.spec.nodeSelector[%s] = %s", key, by.NodeSelector[key], key, v))
		}
	}
	pod.Spec.NodeSelector = merged(pod.Spec.NodeSelector, by.NodeSelector)
	pod.Spec.Tolerations = mergeTolerations(pod.Spec.Tolerations, by.Tolerations)
	return nil
}

// checkOverhead allows only the overhead of the pod's class.
func checkOverhead(_ context.Context, w *Write) error {
	pod := w.GetObject().(*corev1.Pod)
	class, err := runtimeClassOf(w, pod)
	switch {
	case err != nil:
		return err
	case class != nil && class.Overhead != nil:
		if !equality.Semantic.DeepEqual(class.Overhead.PodFixed, pod.Spec.Overhead) {
			return w.forbid(errOverhead)
		}
	case pod.Spec.Overhead != nil:
		return w.forbid(fmt.Errorf("pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"))
	}
	return nil
}

// mergeTolerations keeps of two lists what is not covered by another: of equals the first.
func mergeTolerations(first, second []corev1.Toleration) (out []corev1.Toleration) {
	all := slices.Concat(first, second)
	for i, t := range all {
		covered := slices.ContainsFunc(out, func(o corev1.Toleration) bool { return covers(o, t) }) ||
			slices.ContainsFunc(all[i+1:], func(o corev1.Toleration) bool {
				return !equality.Semantic.DeepEqual(t, o) && covers(o, t)
			})
		if !covered {
			out = append(out, t)
		}
	}
	return out
}

// covers says whether a tolerates all that b tolerates.
func covers(a, b corev1.Toleration) bool {
	switch {
	case equality.Semantic.DeepEqual(a, b):
		return true
	case a.Key != b.Key && (a.Key != "" || a.Operator != corev1.TolerationOpExists): // an empty key with Exists is every key
		return false
	case a.Effect != b.Effect && a.Effect != "":
		return false
	case a.Effect == corev1.TaintEffectNoExecute && a.TolerationSeconds != nil &&
		(b.TolerationSeconds == nil || *b.TolerationSeconds > *a.TolerationSeconds):
		return false
	case a.Operator == corev1.TolerationOpExists:
		return true
	case a.Operator == corev1.TolerationOpEqual || a.Operator == "":
		return b.Operator == corev1.TolerationOpEqual && a.Value == b.Value
	}
	return false
}
