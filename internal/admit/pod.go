package admit

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
)

// priority resolves the class of a pod; nobody may set the number himself.
func priority(_ context.Context, w *Write) error {
	pod := w.GetObject().(*corev1.Pod)
	value, policy := int32(0), corev1.PreemptLowerPriority
	var class *schedulingv1.PriorityClass
	if name := pod.Spec.PriorityClassName; name != "" {
		var ok bool
		if class, ok = get[*schedulingv1.PriorityClass](w, priorityClasses, "", name); !ok {
			return w.forbid(fmt.Errorf("no PriorityClass with name %s was found", name))
		}
	} else if class = defaultPriority(w); class != nil {
		pod.Spec.PriorityClassName = class.Name
	}
	if class != nil {
		value = class.Value
		if class.PreemptionPolicy != nil {
			policy = *class.PreemptionPolicy
		}
	}
	if pod.Spec.Priority != nil && *pod.Spec.Priority != value {
		return w.forbid(fmt.Errorf("the integer value of priority (%d) must not be provided in pod spec; priority admission controller computed %d from the given PriorityClass name", *pod.Spec.Priority, value))
	}
	if pod.Spec.PreemptionPolicy != nil && *pod.Spec.PreemptionPolicy != policy {
		return w.forbid(fmt.Errorf("the string value of PreemptionPolicy (%s) must not be provided in pod spec; priority admission controller computed %s from the given PriorityClass name", *pod.Spec.PreemptionPolicy, policy))
	}
	pod.Spec.Priority, pod.Spec.PreemptionPolicy = &value, &policy
	return nil
}

// keepPriority lets clients update a pod that do not know the fields.
func keepPriority(_ context.Context, w *Write) error {
	pod, old := w.GetObject().(*corev1.Pod), w.GetOldObject().(*corev1.Pod)
	if pod.Spec.Priority == nil {
		pod.Spec.Priority = old.Spec.Priority
	}
	if pod.Spec.PreemptionPolicy == nil {
		pod.Spec.PreemptionPolicy = old.Spec.PreemptionPolicy
	}
	return nil
}

// defaultPriority is the class with globalDefault, the one of lowest value if a race has made several, or nil.
func defaultPriority(l Lookup) (best *schedulingv1.PriorityClass) {
	for _, obj := range l.Objects(priorityClasses, "") {
		if pc, ok := obj.(*schedulingv1.PriorityClass); ok && pc.GlobalDefault && (best == nil || pc.Value < best.Value) {
			best = pc
		}
	}
	return best
}

func oneDefaultPriority(_ context.Context, w *Write) error {
	pc := w.GetObject().(*schedulingv1.PriorityClass)
	if !pc.GlobalDefault {
		return nil
	}
	if other := defaultPriority(w); other != nil && (w.GetOldObject() == nil || other.Name != pc.Name) {
		return w.forbid(fmt.Errorf("PriorityClass %v is already marked as default. Only one default can exist", other.Name))
	}
	return nil
}
