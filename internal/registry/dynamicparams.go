package registry

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/admit/policy"
	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// params finds the parameters of policies in the store: a policy is evaluated with them as they are when the write is
// prepared.
func (r *Registry) params(ctx context.Context, c api.Cluster) policy.ParamSource {
	return func(gvk kschema.GroupVersionKind) (policy.Params, bool) {
		k, err := r.KindFor(ctx, c, gvk)
		if err != nil || k == nil || k.Virtual {
			return policy.Params{}, false
		}
		p := paramReader{r, k, c, gvk}
		return policy.Params{Namespaced: k.Namespaced, Get: p.get, List: p.list}, true
	}
}

// paramReader reads the parameters of one kind.
type paramReader struct {
	r   *Registry
	k   *schema.Kind
	c   api.Cluster
	gvk kschema.GroupVersionKind
}

func (p paramReader) get(namespace, name string) (runtime.Object, error) {
	rec := p.r.Store.Get(api.Key{Resource: p.k.StoreAs, Cluster: p.c, Namespace: namespace, Name: name})
	if rec == nil {
		return nil, nil
	}
	return p.object(rec)
}

func (p paramReader) list(namespace string, sel labels.Selector) (out []runtime.Object, err error) {
	page, err := p.r.Store.Range(store.Range{Scope: api.Scope{Resource: p.k.StoreAs, Cluster: p.c, Namespace: namespace}})
	if err != nil {
		return nil, rangeError(err)
	}
	for _, rec := range page.Records {
		m, err := p.r.Law.Meta(p.k, rec)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", rec.Key, err)
		}
		if !sel.Matches(labels.Set(m.Labels)) {
			continue
		}
		obj, err := p.object(rec)
		if err != nil {
			return nil, err
		}
		out = append(out, obj)
	}
	return out, nil
}

// object is a parameter in the version that the policy names, with its kind.
func (p paramReader) object(rec *store.Record) (runtime.Object, error) {
	obj, err := p.r.Law.Typed(p.k, rec)
	if err == nil {
		obj = obj.DeepCopyObject() // what the law hands out is shared
		if !p.k.IsCustom() && p.gvk.GroupVersion() != p.k.Storage {
			obj, err = p.r.Law.ToVersion(p.k, obj, p.gvk.Version)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", rec.Key, err)
	}
	obj.GetObjectKind().SetGroupVersionKind(p.gvk)
	return obj, nil
}
