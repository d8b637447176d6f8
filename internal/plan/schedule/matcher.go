package schedule

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// perNodeCount is a count per node that remembers its last changes, so that sums by domain can follow step by step.
type perNodeCount struct {
	perNode []int32
	total   int
	version uint64
	recent  []step // those that led to version, at most maxSteps
}

// step is one change of a count.
type step struct{ node, by int32 }

// maxSteps bounds what a count remembers: who has not looked for so long counts again, a pass over the nodes.
const maxSteps = 512

func (c *perNodeCount) add(i int, n int32) {
	c.perNode[i] += n
	c.total += int(n)
	c.version++
	if len(c.recent) == maxSteps {
		c.recent = append(c.recent[:0], c.recent[maxSteps/2:]...)
	}
	c.recent = append(c.recent, step{int32(i), n})
}

// since are the steps after a version; ok is false if they are not remembered.
func (c *perNodeCount) since(version uint64) (steps []step, ok bool) {
	n := c.version - version
	if n > uint64(len(c.recent)) {
		return nil, false
	}
	return c.recent[uint64(len(c.recent))-n:], true
}

// matcher counts the placed pods that match all of its terms, per node. Classes whose affinity or spreading asks the
// same question share one.
type matcher struct {
	perNodeCount
	terms []*term
	// living leaves out pods that are being deleted: spreading does not count them, affinity does.
	living bool
	// settled leaves out pods for which room is only kept: nobody may rely on their company yet.
	settled bool
	// home is the only namespace that it can match in, or "".
	home string
}

// term selects pods by namespace and labels.
type term struct {
	key        string
	selector   labels.Selector
	namespaces []string        // sorted
	nsSelector labels.Selector // nil: namespaces only
	topology   string
	resolved   map[string]bool // namespaces asked about so far, with a namespace selector
}

// home is the only namespace that a term can match in, "" if there are several.
func (t *term) home() string {
	if t.nsSelector == nil && len(t.namespaces) == 1 {
		return t.namespaces[0]
	}
	return ""
}

func (s *State) termMatches(t *term, p *corev1.Pod) bool {
	if _, ok := slices.BinarySearch(t.namespaces, p.Namespace); !ok {
		if t.nsSelector == nil {
			return false
		}
		yes, known := t.resolved[p.Namespace]
		if !known {
			if t.resolved == nil {
				t.resolved = map[string]bool{}
			}
			yes = t.nsSelector.Matches(s.namespaceLabels(p.Namespace))
			t.resolved[p.Namespace] = yes
		}
		if !yes {
			return false
		}
	}
	return t.selector.Matches(labels.Set(p.Labels))
}

// counts reports whether a placed pod, or one for which room is kept, is one that a matcher counts.
func (s *State) counts(m *matcher, pl *placed) bool {
	return !(m.settled && pl.nominee) && s.matched(m, pl.pod)
}

func (s *State) matched(m *matcher, p *corev1.Pod) bool {
	if m.living && p.DeletionTimestamp != nil {
		return false
	}
	for _, t := range m.terms {
		if !s.termMatches(t, p) {
			return false
		}
	}
	return true
}

// newTerm reads an affinity term of a pod. An invalid selector matches nothing; validation refuses it anyway.
func newTerm(p *corev1.Pod, t *corev1.PodAffinityTerm) *term {
	sel, err := metav1.LabelSelectorAsSelector(t.LabelSelector)
	if err != nil {
		sel = labels.Nothing()
	}
	sel = withKeys(sel, p, t.MatchLabelKeys, t.MismatchLabelKeys)
	out := &term{selector: sel, topology: t.TopologyKey}
	switch {
	case len(t.Namespaces) > 0:
		out.namespaces = slices.Sorted(slices.Values(t.Namespaces))
	case t.NamespaceSelector == nil:
		out.namespaces = []string{p.Namespace}
	}
	if t.NamespaceSelector != nil {
		if ns, err := metav1.LabelSelectorAsSelector(t.NamespaceSelector); err == nil {
			out.nsSelector = ns
		}
	}
	return out.keyed()
}

// keyed gives a term the key under which equal ones are shared.
func (t *term) keyed() *term {
	ns := ""
	if t.nsSelector != nil {
		ns = "?" + spelt(t.nsSelector)
	}
	t.key = strings.Join(t.namespaces, ",") + ns + "|" + spelt(t.selector) + "|" + t.topology
	return t
}

// spelt writes a selector out. What matches nothing and what matches everything have the same String.
func spelt(sel labels.Selector) string {
	if _, selectable := sel.Requirements(); !selectable {
		return "nothing"
	}
	return "=" + sel.String()
}

// withKeys adds what matchLabelKeys demand. The registry writes them into the selector of new pods itself; an equal
// requirement twice does no harm.
func withKeys(sel labels.Selector, p *corev1.Pod, match, mismatch []string) labels.Selector {
	for _, k := range match {
		if v, ok := p.Labels[k]; ok {
			sel = and(sel, labels.SelectorFromSet(labels.Set{k: v}))
		}
	}
	for _, k := range mismatch {
		if v, ok := p.Labels[k]; ok {
			not, err := metav1.LabelSelectorAsSelector(&metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: k, Operator: metav1.LabelSelectorOpNotIn, Values: []string{v}}}})
			if err == nil {
				sel = and(sel, not)
			}
		}
	}
	return sel
}

func and(a, b labels.Selector) labels.Selector {
	reqs, ok := b.Requirements()
	if !ok {
		return labels.Nothing()
	}
	return a.Add(reqs...)
}

// matcher returns the shared matcher of terms, counting what is there when it is new.
func (s *State) matcher(living, settled bool, terms ...*term) *matcher {
	var b strings.Builder
	if living {
		b.WriteString("living ")
	}
	if settled {
		b.WriteString("settled ")
	}
	for _, t := range terms {
		b.WriteString(t.key)
		b.WriteByte('&')
	}
	m := s.matchers[b.String()]
	if m == nil {
		m = &matcher{terms: terms, living: living, settled: settled}
		for _, t := range terms {
			m.home = cmp.Or(t.home(), m.home)
		}
		s.matchers[b.String()] = m
		s.atHome[m.home] = append(s.atHome[m.home], m)
		s.recount(m)
	}
	return m
}

func (s *State) recount(m *matcher) {
	fresh := perNodeCount{perNode: make([]int32, len(s.nodes)), version: m.version + 1}
	for _, t := range m.terms {
		t.resolved = nil
	}
	m.perNodeCount = fresh
	for _, pl := range s.pods {
		pl.matches = slices.DeleteFunc(pl.matches, func(o *matcher) bool { return o == m })
		if s.counts(m, pl) {
			m.add(pl.node, 1)
			pl.matches = append(pl.matches, m)
		}
	}
}

// sweepMatchers forgets the matchers that no class asks any more.
func (s *State) sweepMatchers() {
	asked := map[*matcher]bool{}
	for _, c := range s.classes {
		for _, m := range c.matchers() {
			asked[m] = true
		}
	}
	before := len(s.matchers)
	for k, m := range s.matchers {
		if !asked[m] {
			delete(s.matchers, k)
			s.atHome[m.home] = slices.DeleteFunc(s.atHome[m.home], func(o *matcher) bool { return o == m })
		}
	}
	if len(s.matchers) == before {
		return
	}
	for _, pl := range s.pods {
		pl.matches = slices.DeleteFunc(pl.matches, func(m *matcher) bool { return !asked[m] })
	}
}
