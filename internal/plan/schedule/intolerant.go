package schedule

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// A toleration that matches no taint which any node has decides nothing. Thousands of pods, each with such a toleration of its own, need
// no look at the nodes each: what they are does not go by it (classKey), so that they share their form. When the first node has such a
// taint those forms that leave something out are forgotten, since their pods may part.

// systemKeys begins the keys of taints that come and go with what happens to nodes. Nearly every pod tolerates some of them: tolerations of these
// always count, or all that is known of pods would be forgotten when a node fails or is cordoned.
const systemKeys = "node.kubernetes.io/"

// countTaints counts the taints of a node, which had others before; nil is no node.
func (s *State) countTaints(was, is *corev1.Node) {
	var a, b []corev1.Taint
	if was != nil {
		a = was.Spec.Taints
	}
	if is != nil {
		b = is.Spec.Taints
	}
	fresh := false
	for i := range b { // first, so that what stays is no news
		fresh = s.taints.add(b[i].Key, b[i].Value, 1) || fresh
	}
	for i := range a {
		s.taints.add(a[i].Key, a[i].Value, -1)
	}
	if fresh {
		s.forgetPartial()
	}
}

// idleToleration reports whether it is plain that a toleration matches no node's taint.
func (s *State) idleToleration(t *corev1.Toleration) bool {
	if t.Key == "" || strings.HasPrefix(t.Key, systemKeys) {
		return false
	}
	switch t.Operator {
	case corev1.TolerationOpExists:
		return len(s.taints[t.Key]) == 0
	case corev1.TolerationOpEqual, "":
		return s.taints[t.Key][t.Value] == 0
	}
	return false
}

// partial reports whether tolerations of a pod are left out of what its form goes by.
func (s *State) partial(p *corev1.Pod) bool {
	return slices.ContainsFunc(p.Spec.Tolerations, func(t corev1.Toleration) bool { return s.idleToleration(&t) })
}

// forgetPartial forgets the forms that leave tolerations out, with their classes.
func (s *State) forgetPartial() {
	maps.DeleteFunc(s.forms, func(_ string, f *form) bool { return f.partial })
	for _, classes := range []map[string]*class{s.classes, s.idle} {
		maps.DeleteFunc(classes, func(_ string, c *class) bool { return c.partial })
	}
}
