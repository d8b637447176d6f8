package registry

import (
	"fmt"
	"sync"
	"sync/atomic"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/admit"
	"gantry.dev/gantry/internal/admit/policy"
	"gantry.dev/gantry/internal/admit/webhook"
	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

const ruleGroup = "admissionregistration.k8s.io"

// The collections that a rulebook is made of.
const (
	mutatingHooks = iota
	validatingHooks
	mutatingPolicies
	mutatingBindings
	validatingPolicies
	validatingBindings
	ruleCollections
)

func ruleResource(i int) api.Resource {
	return api.Resource{Group: ruleGroup, Name: [ruleCollections]string{"mutatingwebhookconfigurations", "validatingwebhookconfigurations",
		"mutatingadmissionpolicies", "mutatingadmissionpolicybindings", "validatingadmissionpolicies", "validatingadmissionpolicybindings"}[i]}
}

// rulebook is what the users of a cluster have written about writes, compiled. It is immutable.
type rulebook struct {
	// at is the revision of the cluster's bookmark when the book was made.
	at              api.Revision
	mutating        []policy.MutatingRule
	validating      []policy.ValidatingRule
	mutatingHooks   []*webhook.Hook
	validatingHooks []*webhook.Hook
	// compiled holds what each record was compiled to, so that a change of one rule compiles one rule.
	compiled map[api.Key]compiledRule
}

type compiledRule struct {
	rev  api.Revision
	rule any
}

// bookmarks name one record per cluster that is written together with every rule: one look at it tells whether a book
// is current. They are not served.
var bookmarks = api.Resource{Group: api.Private, Name: "rulebooks"}

func bookmark(c api.Cluster) api.Key {
	return api.Key{Resource: bookmarks, Cluster: c, Name: "admission"}
}

// markRules makes p, the write of a rule, move the bookmark.
func markRules(q *Request, p *pending) {
	if q.Kind.Resource.Group == ruleGroup {
		p.txn.Ops = append(p.txn.Ops, store.Op{Key: bookmark(q.Cluster), Body: []byte{0}})
	}
}

// rulebooks keeps the books of the clusters whose users have written any rules. A book is pulled: every write looks at
// the bookmark, so that a rule is in force for all writes that begin after it was acknowledged, and nothing runs for
// clusters that nobody writes to.
type rulebooks struct {
	mu   sync.RWMutex
	kept map[api.Cluster]*bookshelf
}

// bookshelf holds the book of one cluster; making a new one locks out others who would make it.
type bookshelf struct {
	mu  sync.Mutex
	now atomic.Pointer[rulebook]
}

// rulebook is the book of a cluster as of now; nil if it has no rules. It is called for every write.
func (r *Registry) rulebook(c api.Cluster) (*rulebook, error) {
	mark := r.Store.Get(bookmark(c))
	if mark == nil {
		return nil, nil
	}
	at := mark.Rev
	shelf := r.dynamic.books.shelf(c)
	if b := shelf.now.Load(); b != nil && b.at == at {
		return b, nil
	}
	shelf.mu.Lock()
	defer shelf.mu.Unlock()
	old := shelf.now.Load()
	if old != nil && old.at == at {
		return old, nil
	}
	b, err := r.compileBook(c, at, old)
	if err != nil {
		return nil, apierrors.NewInternalError(fmt.Errorf("reading the admission rules of cluster %s: %w", c, err))
	}
	shelf.now.Store(b)
	return b, nil
}

func (bs *rulebooks) shelf(c api.Cluster) *bookshelf {
	bs.mu.RLock()
	s := bs.kept[c]
	bs.mu.RUnlock()
	if s != nil {
		return s
	}
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if bs.kept == nil {
		bs.kept = map[api.Cluster]*bookshelf{}
	}
	if bs.kept[c] == nil {
		bs.kept[c] = &bookshelf{}
	}
	return bs.kept[c]
}

// compileBook reads the collections, which are at least as new as the bookmark was: if they are newer, the next write
// makes another book.
func (r *Registry) compileBook(c api.Cluster, at api.Revision, old *rulebook) (*rulebook, error) {
	b := &rulebook{at: at, compiled: map[api.Key]compiledRule{}}
	var all [ruleCollections][]any
	for i := range all {
		res := ruleResource(i)
		page, err := r.Store.Range(store.Range{Scope: api.Scope{Resource: res, Cluster: c}})
		if err != nil {
			return nil, err
		}
		for _, rec := range page.Records {
			have := compiledRule{rev: rec.Rev}
			if old != nil {
				have = old.compiled[rec.Key]
			}
			if have.rule == nil || have.rev != rec.Rev {
				obj, err := r.Law.Typed(r.Law.Kind(res), rec)
				if err != nil {
					return nil, err
				}
				if have = (compiledRule{rec.Rev, compileRule(obj)}); have.rule == nil {
					return nil, fmt.Errorf("%s holds a %T", rec.Key, obj)
				}
			}
			b.compiled[rec.Key] = have
			all[i] = append(all[i], have.rule)
		}
	}
	for i, plugin := range [ruleCollections]string{mutatingHooks: admit.MutatingAdmissionWebhook, validatingHooks: admit.ValidatingWebhook,
		mutatingPolicies: admit.MutatingAdmissionPolicy, validatingPolicies: admit.ValidatingAdmissionPolicy} {
		if plugin != "" && !r.rules.On(plugin) {
			all[i] = nil
		}
	}
	for _, hooks := range all[mutatingHooks] { // records come in the order of names
		b.mutatingHooks = append(b.mutatingHooks, hooks.([]*webhook.Hook)...)
	}
	for _, hooks := range all[validatingHooks] {
		b.validatingHooks = append(b.validatingHooks, hooks.([]*webhook.Hook)...)
	}
	b.mutating = policy.MutatingRules(as[*policy.Mutating](all[mutatingPolicies]), as[*policy.MutatingBinding](all[mutatingBindings]))
	b.validating = policy.ValidatingRules(as[*policy.Validating](all[validatingPolicies]), as[*policy.ValidatingBinding](all[validatingBindings]))
	return b, nil
}

func as[T any](in []any) []T {
	out := make([]T, len(in))
	for i := range in {
		out[i] = in[i].(T)
	}
	return out
}

// compileRule prepares a typed object; CEL expressions are compiled at their first use. Nil for what is no rule.
func compileRule(obj any) any {
	switch o := obj.(type) {
	case *admissionregistrationv1.MutatingWebhookConfiguration:
		return webhook.Mutating(o)
	case *admissionregistrationv1.ValidatingWebhookConfiguration:
		return webhook.Validating(o)
	case *admissionregistrationv1.MutatingAdmissionPolicy:
		return policy.NewMutating(o)
	case *admissionregistrationv1.MutatingAdmissionPolicyBinding:
		return policy.NewMutatingBinding(o)
	case *admissionregistrationv1.ValidatingAdmissionPolicy:
		return policy.NewValidating(o)
	case *admissionregistrationv1.ValidatingAdmissionPolicyBinding:
		return policy.NewValidatingBinding(o)
	}
	return nil
}

// mayCall says whether writes of a resource may have to wait for webhooks.
func (b *rulebook) mayCall(r kschema.GroupResource) bool {
	for _, hooks := range [][]*webhook.Hook{b.mutatingHooks, b.validatingHooks} {
		for _, h := range hooks {
			if h.MayCall(r) {
				return true
			}
		}
	}
	return false
}
