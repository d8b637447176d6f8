package admit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/admission"
	quotaconfig "k8s.io/apiserver/pkg/admission/plugin/resourcequota/apis/resourcequota"
	"k8s.io/apiserver/pkg/authentication/user"
	podsecurity "k8s.io/pod-security-admission/api"

	"gantry.dev/gantry/internal/api"
)

// place is where rules are hung up: an operation on a resource or one of its subresources.
type place struct {
	res api.Resource
	sub string
	op  admission.Operation
}

// Concerned is what of a write tells whether there could be a rule about it at all.
type Concerned struct {
	Resource    api.Resource
	Subresource string
	Operation   admission.Operation
	User        user.Info
}

// entry is one rule and the cheap question whether it has anything to say about a write. Most writes meet no rule, and
// those must not pay for the conversion to typed objects.
type entry struct {
	rule Rule
	// when looks at the untyped object's metadata at most; nil is always.
	when func(a admission.Attributes, l Lookup) bool
	// judges says of a rule among the mutating ones that it only refuses.
	judges bool
	// again says of a validating rule that it looks again at what a mutating one has made sure of: it is left out when
	// nothing has changed the object since.
	again bool
	// order is that of its plugin.
	order int
}

// wide is an entry for writes of any resource.
type wide struct {
	entry
	concerns func(Concerned) bool
}

// board holds the rules of one phase.
type board struct {
	at   map[place][]entry
	wide []wide
}

// Rules is the table of all rules. It is immutable but for the counts of EventRateLimit, and serves all clusters.
type Rules struct {
	mutating, validating board
	on                   sets.Set[string]
	limited              []quotaconfig.LimitedResource
}

// New makes the table that settings ask for.
func New(s Settings) (*Rules, error) {
	on, err := s.Enabled()
	if err != nil {
		return nil, err
	}
	h := &hanger{mutating: board{at: map[place][]entry{}}, validating: board{at: map[place][]entry{}}}
	for i, p := range plugins() {
		if h.order = i; p.hang == nil || !on.Has(p.name) {
			continue
		}
		if err := p.hang(h, &s); err != nil {
			return nil, fmt.Errorf("admission plugin %s: %w", p.name, err)
		}
	}
	return &Rules{mutating: h.mutating, validating: h.validating, on: on, limited: s.Limited}, nil
}

// On says whether a plugin is on.
func (r *Rules) On(plugin string) bool { return r.on.Has(plugin) }

// Limited are the resources that nobody may use without a quota for them.
func (r *Rules) Limited() []quotaconfig.LimitedResource { return r.limited }

// hanger hangs the rules of one plugin after the other.
type hanger struct {
	mutating, validating board
	order                int
}

// ops are operations that a rule is for.
type ops uint8

const (
	creates ops = 1 << iota
	updates
	deletes
	writes = creates | updates
)

func (o ops) has(op admission.Operation) bool {
	switch op {
	case admission.Create:
		return o&creates != 0
	case admission.Update:
		return o&updates != 0
	case admission.Delete:
		return o&deletes != 0
	}
	return false
}

func (h *hanger) mutate(on ops, res api.Resource, sub string, e entry) {
	h.hang(&h.mutating, on, res, sub, e)
}

func (h *hanger) validate(on ops, res api.Resource, sub string, e entry) {
	h.hang(&h.validating, on, res, sub, e)
}

func (h *hanger) hang(b *board, on ops, res api.Resource, sub string, e entry) {
	e.order = h.order
	for _, op := range []admission.Operation{admission.Create, admission.Update, admission.Delete} {
		if p := (place{res, sub, op}); on.has(op) {
			b.at[p] = append(b.at[p], e)
		}
	}
}

func (h *hanger) everywhere(b *board, e entry, concerns func(Concerned) bool) {
	e.order = h.order
	b.wide = append(b.wide, wide{e, concerns})
}

// Concern says whether there could be a rule about such a write at all. It is cheap: most writes have none.
func (r *Rules) Concern(c Concerned) bool {
	p := place{c.Resource, c.Subresource, c.Operation}
	return len(r.mutating.at[p]) > 0 || len(r.validating.at[p]) > 0 || r.mutating.concern(c) || r.validating.concern(c)
}

func (b *board) concern(c Concerned) bool {
	return slices.ContainsFunc(b.wide, func(w wide) bool { return w.concerns(c) })
}

// Mutating returns the rules that want to change a write, in order, and whether any of them does more than to refuse.
// a may hold objects in any form that has metadata.
func (r *Rules) Mutating(a admission.Attributes, l Lookup) (rules []Rule, changes bool) {
	for _, e := range r.mutating.due(a, l) {
		rules, changes = append(rules, e.rule), changes || !e.judges
	}
	return rules, changes
}

// Validating returns the rules that want to judge a write in its final form, in order. changed says that others have
// changed the object since the mutating rules saw it, so that what those made sure of is checked again.
func (r *Rules) Validating(a admission.Attributes, l Lookup, changed bool) (rules []Rule) {
	for _, e := range r.validating.due(a, l) {
		if changed || !e.again {
			rules = append(rules, e.rule)
		}
	}
	return rules
}

func (b *board) due(a admission.Attributes, l Lookup) (out []entry) {
	c := Concerned{resourceOf(a), a.GetSubresource(), a.GetOperation(), a.GetUserInfo()}
	for _, e := range b.at[place{c.Resource, c.Subresource, c.Operation}] {
		if e.when == nil || e.when(a, l) {
			out = append(out, e)
		}
	}
	narrow := len(out)
	for _, w := range b.wide {
		if w.concerns(c) && (w.when == nil || w.when(a, l)) {
			out = append(out, w.entry)
		}
	}
	if len(out) > narrow {
		slices.SortStableFunc(out, func(a, b entry) int { return cmp.Compare(a.order, b.order) })
	}
	return out
}

func resourceOf(a admission.Attributes) api.Resource {
	gr := a.GetResource()
	return api.Resource{Group: gr.Group, Name: gr.Resource}
}

func metaOf(obj any) metav1.Object {
	m, _ := obj.(metav1.Object)
	return m
}

// hasLimits passes over objects that are being deleted, as upstream.
func hasLimits(a admission.Attributes, l Lookup) bool {
	if old := metaOf(a.GetOldObject()); old != nil && old.GetDeletionTimestamp() != nil {
		return false
	}
	return l.Holds(limitRanges, a.GetNamespace())
}

// hasPodSecurity says whether a namespace asks for more than privileged, which allows everything and says nothing.
func hasPodSecurity(a admission.Attributes, l Lookup) bool {
	asks := func(labels map[string]string) bool {
		for k := range labels {
			if strings.HasPrefix(k, podsecurity.AuditAnnotationPrefix) {
				return true
			}
		}
		return false
	}
	if resourceOf(a) == namespaces {
		m, old := metaOf(a.GetObject()), metaOf(a.GetOldObject())
		return m != nil && asks(m.GetLabels()) || old != nil && asks(old.GetLabels())
	}
	ns, ok := get[*corev1.Namespace](l, namespaces, "", a.GetNamespace())
	return ok && asks(ns.Labels)
}

// specChanged looks at the generation, which counts changes of a pod's spec.
func specChanged(a admission.Attributes, _ Lookup) bool {
	m, old := metaOf(a.GetObject()), metaOf(a.GetOldObject())
	return m != nil && old != nil && m.GetGeneration() != old.GetGeneration()
}
