package admit

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// notReadyTaint keeps pods away from a new node until the node lifecycle controller has seen it ready.
func notReadyTaint(_ context.Context, w *Write) error {
	node := w.GetObject().(*corev1.Node)
	taint := corev1.Taint{Key: corev1.TaintNodeNotReady, Effect: corev1.TaintEffectNoSchedule}
	if !slices.ContainsFunc(node.Spec.Taints, func(t corev1.Taint) bool { return t.MatchTaint(&taint) }) {
		node.Spec.Taints = append(node.Spec.Taints, taint)
	}
	return nil
}

// topologyOf are the labels of a node that its pods carry, so that they can read them through the downward API. A node
// that is not there (yet) has none.
func topologyOf(l Lookup, node string) map[string]string {
	n, ok := get[*corev1.Node](l, nodes, "", node)
	if node == "" || !ok {
		return nil
	}
	out := map[string]string{}
	for _, key := range []string{corev1.LabelTopologyZone, corev1.LabelTopologyRegion} {
		if v, ok := n.Labels[key]; ok {
			out[key] = v
		}
	}
	return out
}

// topologyLabels labels a pod that names its node; it overwrites what is there.
func topologyLabels(_ context.Context, w *Write) error {
	pod := w.GetObject().(*corev1.Pod)
	pod.Labels = merged(pod.Labels, topologyOf(w, pod.Spec.NodeName))
	return nil
}

// bindingTopology labels a binding, from which the registry copies them to the pod.
func bindingTopology(_ context.Context, w *Write) error {
	b := w.GetObject().(*corev1.Binding)
	if b.Target.Kind == "Node" {
		b.Labels = merged(b.Labels, topologyOf(w, b.Target.Name))
	}
	return nil
}

func merged(labels, add map[string]string) map[string]string {
	if len(add) == 0 {
		return labels
	}
	out := make(map[string]string, len(labels)+len(add))
	for k, v := range labels {
		out[k] = v
	}
	for k, v := range add {
		out[k] = v
	}
	return out
}
