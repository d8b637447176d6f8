package nodelifecycle

import (
	"cmp"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view"
)

// ours are the taints that follow from conditions and spec.unschedulable; others are not touched.
func ours(t corev1.Taint) bool {
	switch t.Key {
	case corev1.TaintNodeNotReady, corev1.TaintNodeUnreachable:
		return t.Effect == corev1.TaintEffectNoSchedule || t.Effect == corev1.TaintEffectNoExecute
	case corev1.TaintNodeMemoryPressure, corev1.TaintNodeDiskPressure, corev1.TaintNodePIDPressure,
		corev1.TaintNodeNetworkUnavailable, corev1.TaintNodeUnschedulable:
		return t.Effect == corev1.TaintEffectNoSchedule
	default:
		return false
	}
}

// wantedKeys are the keys of the NoSchedule taints that a node should have, in a fixed order.
func wantedKeys(n *corev1.Node) []string {
	var keys []string
	if r := condition(n, corev1.NodeReady); r != nil {
		switch r.Status {
		case corev1.ConditionFalse:
			keys = append(keys, corev1.TaintNodeNotReady)
		case corev1.ConditionUnknown:
			keys = append(keys, corev1.TaintNodeUnreachable)
		}
	}
	for _, c := range []struct {
		t   corev1.NodeConditionType
		key string
	}{
		{corev1.NodeMemoryPressure, corev1.TaintNodeMemoryPressure}, {corev1.NodeDiskPressure, corev1.TaintNodeDiskPressure},
		{corev1.NodePIDPressure, corev1.TaintNodePIDPressure}, {corev1.NodeNetworkUnavailable, corev1.TaintNodeNetworkUnavailable},
	} {
		if got := condition(n, c.t); got != nil && got.Status == corev1.ConditionTrue {
			keys = append(keys, c.key)
		}
	}
	if n.Spec.Unschedulable {
		keys = append(keys, corev1.TaintNodeUnschedulable)
	}
	return keys
}

// executed returns the node's NoExecute taint of ours, or nil.
func executed(n *corev1.Node) *corev1.Taint {
	i := slices.IndexFunc(n.Spec.Taints, func(t corev1.Taint) bool { return ours(t) && t.Effect == corev1.TaintEffectNoExecute })
	if i < 0 {
		return nil
	}
	return &n.Spec.Taints[i]
}

// taints returns the taints that a node should have now, and when a NoExecute taint that is held back may come.
func (c Config) taints(s *view.Snapshot, key api.Key, n *corev1.Node, now time.Time) (out []corev1.Taint, again time.Time) {
	stamp := metav1.NewTime(now.Truncate(time.Second)) // as it is stored
	for _, t := range n.Spec.Taints {
		if ours(t) {
			continue
		}
		if t.Effect == corev1.TaintEffectNoExecute && t.TimeAdded == nil {
			t.TimeAdded = &stamp // from here on tolerationSeconds count
		}
		out = append(out, t)
	}
	keep := func(t corev1.Taint) {
		for _, old := range n.Spec.Taints {
			if old.Key == t.Key && old.Effect == t.Effect {
				t = old
				break
			}
		}
		if t.TimeAdded == nil {
			t.TimeAdded = &stamp
		}
		out = append(out, t)
	}
	keys := wantedKeys(n)
	for _, k := range keys {
		keep(corev1.Taint{Key: k, Effect: corev1.TaintEffectNoSchedule})
	}
	if len(keys) > 0 && (keys[0] == corev1.TaintNodeNotReady || keys[0] == corev1.TaintNodeUnreachable) {
		may, at := c.mayExecute(s, key, n, now)
		if may {
			keep(corev1.Taint{Key: keys[0], Effect: corev1.TaintEffectNoExecute})
		}
		again = at
	}
	return order(out, n.Spec.Taints), again
}

// order keeps the taints in the places that they have, new ones behind, so that nothing is written for order's sake.
func order(taints, old []corev1.Taint) []corev1.Taint {
	place := func(t corev1.Taint) int {
		i := slices.IndexFunc(old, func(o corev1.Taint) bool { return o.Key == t.Key && o.Effect == t.Effect })
		if i < 0 {
			return len(old)
		}
		return i
	}
	slices.SortStableFunc(taints, func(a, b corev1.Taint) int { return cmp.Compare(place(a), place(b)) })
	return taints
}

// excludedFromZones is the label of nodes that are expected to come and go, and are no sign of trouble; upstream's.
const excludedFromZones = "node.kubernetes.io/exclude-disruption"

// zoneOf groups nodes that are likely to fail together.
func zoneOf(n *corev1.Node) string {
	return n.Labels[corev1.LabelTopologyRegion] + "\x00" + n.Labels[corev1.LabelTopologyZone]
}

// zone is the health of one zone.
type zone struct {
	ready, unready int
	last           time.Time      // newest NoExecute taint of ours
	queue          []*corev1.Node // not ready and not yet tainted NoExecute
}

func (z *zone) full() bool { return z.ready == 0 && z.unready > 0 }

// mayExecute decides whether a node that is not ready may have its NoExecute taint now. All is counted from the taints and
// conditions that stand in the snapshot, so any number of planners come to the same answer: the first in the line of its
// zone, when the last one was long enough ago.
func (c Config) mayExecute(s *view.Snapshot, key api.Key, n *corev1.Node, now time.Time) (bool, time.Time) {
	zones := map[string]*zone{}
	for o := range view.List[corev1.Node](s, api.Scope{Resource: plan.Nodes, Cluster: key.Cluster}) {
		z := zones[zoneOf(o)]
		if z == nil {
			z = &zone{}
			zones[zoneOf(o)] = z
		}
		_, silent := o.Labels[excludedFromZones]
		switch {
		case ready(o):
			if !silent {
				z.ready++
			}
			continue
		case !silent:
			z.unready++
		}
		if t := executed(o); t == nil {
			z.queue = append(z.queue, o)
		} else if t.TimeAdded != nil && t.TimeAdded.After(z.last) {
			z.last = t.TimeAdded.Time
		}
	}
	full, judged := 0, 0
	for _, z := range zones {
		if z.ready+z.unready > 0 {
			judged++
		}
		if z.full() {
			full++
		}
	}
	outage := judged > 0 && full == judged
	if outage {
		return false, time.Time{} // all is silent: taints that stand are taken back, too
	}
	if executed(n) != nil {
		return true, time.Time{}
	}
	z := zones[zoneOf(n)]
	interval := c.Interval
	if z.unready > 2 && !z.full() && z.unready*100 >= c.Unhealthy*(z.ready+z.unready) {
		if z.ready+z.unready <= c.LargeZone {
			return false, time.Time{}
		}
		interval = c.SlowInterval
	}
	next := z.last.Add(interval)
	if z.last.IsZero() {
		next = now
	}
	slices.SortFunc(z.queue, func(a, b *corev1.Node) int {
		return cmp.Or(since(a).Compare(since(b)), strings.Compare(a.Name, b.Name))
	})
	turn := slices.IndexFunc(z.queue, func(o *corev1.Node) bool { return o.Name == n.Name })
	at := next.Add(time.Duration(turn) * interval)
	if turn > 0 || now.Before(at) {
		return false, at
	}
	return true, time.Time{}
}

// since is when a node ceased to be ready.
func since(n *corev1.Node) time.Time {
	if c := condition(n, corev1.NodeReady); c != nil {
		return c.LastTransitionTime.Time
	}
	return n.CreationTimestamp.Time
}
