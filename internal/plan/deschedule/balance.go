package deschedule

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// RemoveDuplicates and RemovePodsViolatingTopologySpreadConstraint: pods of one kind that are not spread as they could be.

func duplicates(raw json.RawMessage) (func(*run, *World), error) {
	var args struct {
		metav1.TypeMeta   `json:",inline"`
		Namespaces        *namespaces `json:"namespaces,omitempty"`
		ExcludeOwnerKinds []string    `json:"excludeOwnerKinds,omitempty"`
	}
	if err := strict(raw, &args); err != nil {
		return nil, err
	}
	if err := args.Namespaces.check(); err != nil {
		return nil, err
	}
	return func(r *run, _ *World) {
		nodes := r.nodes()
		all := map[string]map[*Node][]*corev1.Pod{} // by what the pods are copies of
		for _, n := range nodes {
			for _, p := range r.pods(n, scope{namespaces: args.Namespaces}) {
				if ownedByKind(p, args.ExcludeOwnerKinds) || !r.may(p) {
					continue
				}
				key := copyOf(p)
				if key == "" {
					continue
				}
				if all[key] == nil {
					all[key] = map[*Node][]*corev1.Pod{}
				}
				all[key][n] = append(all[key][n], p)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(all)) {
			r.thin(nodes, all[key])
		}
	}, nil
}

// thin evicts the copies of a pod that are more on their node than the others' share.
func (r *run) thin(nodes []*Node, copies map[*Node][]*corev1.Pod) {
	total := 0
	var one *corev1.Pod
	for _, pods := range copies {
		total += len(pods)
	}
	for _, n := range nodes { // the first, so that a repetition finds the same
		if len(copies[n]) > 0 {
			one = copies[n][0]
			break
		}
	}
	targets := 0
	for _, n := range nodes {
		if n.takes(one) {
			targets++
		}
	}
	if targets < 2 {
		return
	}
	share := (total + targets - 1) / targets
	for _, n := range nodes {
		pods := copies[n]
		for i := len(pods) - 1; i >= share; i-- {
			r.evict(pods[i], fmt.Sprintf("its node has %d pods of its kind, %d would be its share", len(pods), share))
		}
	}
}

// copyOf names what a pod is a copy of: its owners and images. It is empty for pods without an owner.
func copyOf(p *corev1.Pod) string {
	if len(p.OwnerReferences) == 0 {
		return ""
	}
	var images, owners []string
	for i := range p.Spec.Containers {
		images = append(images, p.Spec.Containers[i].Image)
	}
	slices.Sort(images)
	for _, ref := range p.OwnerReferences {
		owners = append(owners, strings.Join([]string{p.Namespace, ref.Kind, ref.Name, strings.Join(images, " ")}, "/"))
	}
	slices.Sort(owners)
	return strings.Join(owners, "\n")
}

func topologySpread(raw json.RawMessage) (func(*run, *World), error) {
	var args struct {
		scoped                 `json:",inline"`
		Constraints            []corev1.UnsatisfiableConstraintAction `json:"constraints,omitempty"`
		TopologyBalanceNodeFit *bool                                  `json:"topologyBalanceNodeFit,omitempty"`
	}
	s, err := readScoped(raw, &args, &args.scoped)
	if err != nil {
		return nil, err
	}
	if len(args.Constraints) == 0 {
		args.Constraints = []corev1.UnsatisfiableConstraintAction{corev1.DoNotSchedule}
	}
	for _, c := range args.Constraints {
		if c != corev1.DoNotSchedule && c != corev1.ScheduleAnyway {
			return nil, fmt.Errorf("constraints: %q is neither %s nor %s", c, corev1.DoNotSchedule, corev1.ScheduleAnyway)
		}
	}
	fit := args.TopologyBalanceNodeFit == nil || *args.TopologyBalanceNodeFit
	return func(r *run, w *World) {
		for _, c := range w.constraints(r.nodes(), s, args.Constraints) {
			r.level(c, s, fit)
		}
	}, nil
}

// constraint is a topology spread constraint of the pods of a namespace.
type constraint struct {
	corev1.TopologySpreadConstraint
	namespace string
	selects   selector
	of        *corev1.Pod // one that has it
}

// constraints are those of all pods, each once.
func (w *World) constraints(nodes []*Node, s scope, kinds []corev1.UnsatisfiableConstraintAction) (out []constraint) {
	seen := map[string]bool{}
	for _, n := range nodes {
		for _, p := range n.Pods {
			if !s.namespaces.has(p.Namespace) || p.DeletionTimestamp != nil {
				continue
			}
			for _, c := range p.Spec.TopologySpreadConstraints {
				for _, k := range c.MatchLabelKeys {
					if v, ok := p.Labels[k]; ok {
						c.LabelSelector = c.LabelSelector.DeepCopy()
						c.LabelSelector = metav1.AddLabelToSelector(cmp.Or(c.LabelSelector, &metav1.LabelSelector{}), k, v)
					}
				}
				sel, err := selectorOf(c.LabelSelector)
				if err != nil || c.LabelSelector == nil || !slices.Contains(kinds, c.WhenUnsatisfiable) {
					continue
				}
				key := fmt.Sprint(p.Namespace, c.TopologyKey, c.MaxSkew, sel.String())
				if !seen[key] {
					seen[key] = true
					out = append(out, constraint{c, p.Namespace, sel, p})
				}
			}
		}
	}
	return out
}

// domain is a topology domain with the pods that a constraint counts there.
type domain struct {
	name  string
	nodes []*Node
	pods  []*corev1.Pod // those that may be evicted last
}

// level evicts pods of full domains until the constraint would be met if they went to the emptiest ones.
func (r *run) level(c constraint, s scope, fit bool) {
	by := map[string]*domain{}
	for _, n := range r.nodes() {
		name, ok := n.Labels[c.TopologyKey]
		if !ok || !n.wanted(c.of) || n.Spec.Unschedulable {
			continue
		}
		d := by[name]
		if d == nil {
			d = &domain{name: name}
			by[name] = d
		}
		d.nodes = append(d.nodes, n)
		for _, p := range r.pods(n, scope{}) {
			if p.Namespace == c.namespace && c.selects.matches(p.Labels) {
				d.pods = append(d.pods, p)
			}
		}
	}
	var domains []*domain
	for _, name := range slices.Sorted(maps.Keys(by)) {
		slices.SortStableFunc(by[name].pods, func(a, b *corev1.Pod) int { return cmp.Compare(priorityOf(b), priorityOf(a)) })
		domains = append(domains, by[name])
	}
	if len(domains) < 2 {
		return
	}
	for {
		slices.SortStableFunc(domains, func(a, b *domain) int { return cmp.Compare(len(a.pods), len(b.pods)) })
		low, high := domains[0], domains[len(domains)-1]
		if len(high.pods)-len(low.pods) <= int(c.MaxSkew) || !r.shift(c, s, high, low, fit) {
			return
		}
	}
}

// shift evicts one pod of a domain, to be counted in another.
func (r *run) shift(c constraint, s scope, from, to *domain, fit bool) bool {
	for i := len(from.pods) - 1; i >= 0; i-- {
		p := from.pods[i]
		place := func(n *Node) bool { return n.takes(p) && n.roomFor(p) }
		if p.Spec.NodeName == "" || !s.has(p) || r.w.gone(p) || !r.may(p) || fit && !slices.ContainsFunc(to.nodes, place) {
			continue
		}
		why := fmt.Sprintf("its %s %s has %d pods like it, %s has %d, and %d more are allowed", c.TopologyKey, from.name, len(from.pods), to.name, len(to.pods), c.MaxSkew)
		if !r.evict(p, why) {
			return false
		}
		from.pods = slices.Delete(from.pods, i, i+1)
		moved := *p
		moved.Spec.NodeName = "" // it is somewhere there, nobody knows on which node
		to.pods = append(to.pods, &moved)
		return true
	}
	return false
}

// gone reports whether a pod has been taken out of the picture.
func (w *World) gone(p *corev1.Pod) bool {
	n := w.node(p.Spec.NodeName)
	return n == nil || !slices.ContainsFunc(n.Pods, func(o *corev1.Pod) bool { return o.UID == p.UID })
}
