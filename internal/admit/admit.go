// Package admit holds the built-in admission rules as pure functions on typed objects: what a Pod gets from its
// ServiceAccount, its priority class and the default tolerations, and which namespaces may not go. What a rule needs to
// know of the cluster it asks through Lookup; it does no I/O and starts nothing.
package admit

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
)

// Lookup is what rules may ask of the cluster. Every answer becomes a guard of the write or is stable enough that
// upstream, too, admits by a cache.
type Lookup interface {
	ServiceAccount(namespace, name string) *corev1.ServiceAccount
	PriorityClass(name string) *schedulingv1.PriorityClass
	// DefaultPriorityClass is the class with globalDefault, the one of lowest value if there are several, or nil.
	DefaultPriorityClass() *schedulingv1.PriorityClass
}

var pods = kschema.GroupResource{Resource: "pods"}

// Pod runs all rules for a new pod, in upstream's order. suffix is a random string for the name of the token volume.
func Pod(pod *corev1.Pod, l Lookup, suffix func() string) error {
	if err := serviceAccount(pod, l, suffix); err != nil {
		return err
	}
	defaultTolerations(pod)
	return priority(pod, l)
}

// Immortal are the namespaces that no delete takes.
func Immortal(namespace string) bool {
	return namespace == corev1.NamespaceDefault || namespace == "kube-system" || namespace == "kube-public"
}

// NamespaceDelete refuses to delete the namespaces that a cluster cannot do without.
func NamespaceDelete(name string) error {
	if Immortal(name) {
		return apierrors.NewForbidden(kschema.GroupResource{Resource: "namespaces"}, name, fmt.Errorf("this namespace may not be deleted"))
	}
	return nil
}

// tolerationSeconds is how long pods stay on a node that is not ready or not reachable, if they do not say: upstream's
// default of DefaultTolerationSeconds.
const tolerationSeconds = 300

func defaultTolerations(pod *corev1.Pod) {
	for _, key := range []string{corev1.TaintNodeNotReady, corev1.TaintNodeUnreachable} {
		if !tolerates(pod.Spec.Tolerations, key) {
			s := int64(tolerationSeconds)
			pod.Spec.Tolerations = append(pod.Spec.Tolerations, corev1.Toleration{
				Key: key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: &s})
		}
	}
}

func tolerates(ts []corev1.Toleration, key string) bool {
	for _, t := range ts {
		if (t.Key == key || t.Key == "") && (t.Effect == corev1.TaintEffectNoExecute || t.Effect == "") {
			return true
		}
	}
	return false
}

// priority resolves the class of a pod; nobody may set the number himself.
func priority(pod *corev1.Pod, l Lookup) error {
	value, policy := int32(0), corev1.PreemptLowerPriority
	var class *schedulingv1.PriorityClass
	if name := pod.Spec.PriorityClassName; name != "" {
		if class = l.PriorityClass(name); class == nil {
			return apierrors.NewForbidden(pods, pod.Name, fmt.Errorf("no PriorityClass with name %s was found", name))
		}
	} else if class = l.DefaultPriorityClass(); class != nil {
		pod.Spec.PriorityClassName = class.Name
	}
	if class != nil {
		value = class.Value
		if class.PreemptionPolicy != nil {
			policy = *class.PreemptionPolicy
		}
	}
	if pod.Spec.Priority != nil && *pod.Spec.Priority != value {
		return apierrors.NewForbidden(pods, pod.Name, fmt.Errorf("the integer value of priority (%d) must not be provided in pod spec; priority admission controller computed %d from the given PriorityClass name", *pod.Spec.Priority, value))
	}
	if pod.Spec.PreemptionPolicy != nil && *pod.Spec.PreemptionPolicy != policy {
		return apierrors.NewForbidden(pods, pod.Name, fmt.Errorf("the string value of PreemptionPolicy (%s) must not be provided in pod spec; priority admission controller computed %s from the given PriorityClass name", *pod.Spec.PreemptionPolicy, policy))
	}
	pod.Spec.Priority, pod.Spec.PreemptionPolicy = &value, &policy
	return nil
}
