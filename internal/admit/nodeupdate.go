package admit

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apiserver/pkg/admission"
	kubeletapis "k8s.io/kubelet/pkg/apis"
)

// nodeUpdate keeps a node from drawing workloads to itself: by its taints, its owners, or labels that are not its own.
func nodeUpdate(w *Write, name string) error {
	node, old := w.GetObject().(*corev1.Node), w.GetOldObject().(*corev1.Node)
	switch {
	case node.Spec.ConfigSource != nil && !equality.Semantic.DeepEqual(node.Spec.ConfigSource, old.Spec.ConfigSource):
		return w.forbid(fmt.Errorf("node %q is not allowed to update configSource to a new non-nil configSource", name))
	case !equality.Semantic.DeepEqual(node.Spec.Taints, old.Spec.Taints):
		return w.forbid(fmt.Errorf("node %q is not allowed to modify taints", name))
	case !equality.Semantic.DeepEqual(node.OwnerReferences, old.OwnerReferences):
		return w.forbid(fmt.Errorf("node %q is not allowed to modify ownerReferences", name))
	}
	if bad := foreignLabels(node.Labels, old.Labels); len(bad) > 0 {
		return w.forbid(fmt.Errorf("is not allowed to modify labels: %s", strings.Join(bad, ", ")))
	}
	return nil
}

// foreignLabels are, in order, the labels that differ and that a node may not write on itself: those for isolation, and
// those of Kubernetes that are not the node's own to report.
func foreignLabels(labels, old map[string]string) (bad []string) {
	look := func(a, b map[string]string) {
		for k, v := range a {
			if w, same := b[k]; (!same || v != w) && foreignLabel(k) && !slices.Contains(bad, k) {
				bad = append(bad, k)
			}
		}
	}
	look(labels, old)
	look(old, labels)
	slices.Sort(bad)
	return bad
}

func foreignLabel(key string) bool {
	domain, _, ok := strings.Cut(key, "/")
	if !ok {
		return false
	}
	if below(domain, corev1.LabelNamespaceNodeRestriction) {
		return true
	}
	return (below(domain, "kubernetes.io") || below(domain, "k8s.io")) && !kubeletapis.IsKubeletLabel(key)
}

// below says whether a domain is another or below it.
func below(domain, of string) bool { return domain == of || strings.HasSuffix(domain, "."+of) }

// nodeClaimStatus lets a node report the growth of a claim and nothing else.
func nodeClaimStatus(w *Write, node string) error {
	if w.GetOperation() != admission.Update {
		return w.forbid(fmt.Errorf("unexpected operation %q", w.GetOperation()))
	}
	plain := func(c *corev1.PersistentVolumeClaim) *corev1.PersistentVolumeClaim {
		c = c.DeepCopy()
		c.ResourceVersion, c.ManagedFields = "", nil
		c.Status.Capacity, c.Status.Conditions = nil, nil
		c.Status.AllocatedResources, c.Status.AllocatedResourceStatuses = nil, nil
		return c
	}
	old, claim := plain(w.GetOldObject().(*corev1.PersistentVolumeClaim)), plain(w.GetObject().(*corev1.PersistentVolumeClaim))
	if !equality.Semantic.DeepEqual(old, claim) {
		return w.forbid(fmt.Errorf("node %q is not allowed to update fields other than status.quantity and status.conditions", node))
	}
	return nil
}

// nodeVolume lets a node note on a volume that lies on its disk that it has made or wiped it, and nothing else: the label
// that says whose disk it is is not the node's to set.
func nodeVolume(w *Write, node string) error {
	if w.GetOperation() != admission.Update || w.GetSubresource() != "" {
		return w.forbid(fmt.Errorf("node %q may only update volumes on its disk", node))
	}
	plain := func(v *corev1.PersistentVolume) *corev1.PersistentVolume {
		v = v.DeepCopy()
		v.ResourceVersion, v.Generation, v.ManagedFields, v.Annotations, v.Finalizers = "", 0, nil, nil, nil
		return v
	}
	old, v := w.GetOldObject().(*corev1.PersistentVolume), w.GetObject().(*corev1.PersistentVolume)
	if old.Labels[localNode] != node || !equality.Semantic.DeepEqual(plain(old), plain(v)) {
		return w.forbid(fmt.Errorf("node %q is not allowed to update fields other than metadata.annotations and metadata.finalizers of volumes on its disk", node))
	}
	return nil
}

// localNode is the label of volumes on a node's own disk (plan/storage).
const localNode = "gantry.dev/local-volumes-node"
