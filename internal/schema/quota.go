package schema

import (
	"iter"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	quota "k8s.io/apiserver/pkg/quota/v1"
	"k8s.io/apiserver/pkg/quota/v1/generic"
	"k8s.io/dynamic-resource-allocation/deviceclass/extendedresourcecache"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/quota/v1/evaluator/core"
	"k8s.io/kubernetes/pkg/quota/v1/install"
	"k8s.io/utils/clock"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// Counters say how resource quotas count objects: upstream's evaluators, which read typed objects. They hold no state but
// the clock, by which pods stop to count that ought to be gone.
//
// A quota for the devices of an extended resource (requests.<domain>/<name>) counts what claims ask for as well by Counters that are made With
// the classes of a cluster; without, it counts what pods ask for alone.
type Counters struct {
	special map[schema.GroupResource]quota.Evaluator
}

// NewCounters makes counters that tell time by now.
func NewCounters(now func() time.Time) (*Counters, error) {
	claims := resourcev1.SchemeGroupVersion.WithResource("resourceclaims")
	pods := corev1.SchemeGroupVersion.WithResource("pods")
	list, err := core.NewEvaluators(nil, nil, func(r schema.GroupVersionResource) bool { return r != claims && r != pods })
	if err != nil {
		return nil, err
	}
	list = append(list, core.NewPodEvaluator(nil, setClock{now: now}),
		core.NewResourceClaimEvaluator(nil, extendedresourcecache.NewExtendedResourceCache(klog.Background()), nil, nil))
	c := &Counters{special: make(map[schema.GroupResource]quota.Evaluator, len(list))}
	for _, e := range list {
		c.special[e.GroupResource()] = e
	}
	return c, nil
}

// setClock tells the time that it is told; the evaluators ask for nothing else.
type setClock struct {
	clock.RealClock
	now func() time.Time
}

func (c setClock) Now() time.Time { return c.now() }

// Of is how objects of a resource are counted; nil if quotas do not count them.
func (c *Counters) Of(r api.Resource) quota.Evaluator {
	gr := schema.GroupResource{Group: r.Group, Resource: r.Name}
	if e := c.special[gr]; e != nil {
		return e
	}
	if _, ignored := install.DefaultIgnoredResources()[gr]; ignored {
		return nil
	}
	return generic.NewObjectCountEvaluator(gr, nil, "")
}

// ByContent says whether more counts than that an object is there: its updates may change what it uses.
func (c *Counters) ByContent(r api.Resource) bool {
	switch (schema.GroupResource{Group: r.Group, Resource: r.Name}) {
	case corev1.Resource("pods"), corev1.Resource("services"), corev1.Resource("persistentvolumeclaims"), resourcev1.Resource("resourceclaims"):
		return true
	}
	return false
}

// counted lists the resources whose objects count for any of the names.
func (c *Counters) counted(names []corev1.ResourceName) (out []api.Resource) {
	for gr, e := range c.special {
		if len(e.MatchingResources(names)) > 0 {
			out = append(out, api.Resource{Group: gr.Group, Name: gr.Resource})
		}
	}
	for _, name := range names {
		gr, ok := strings.CutPrefix(string(name), "count/")
		if !ok {
			continue
		}
		plural, group, _ := strings.Cut(gr, ".")
		if r := (api.Resource{Group: group, Name: plural}); c.special[schema.GroupResource{Group: group, Resource: plural}] == nil && c.Of(r) != nil {
			out = append(out, r)
		}
	}
	return out
}

// Collection is what is to be counted of one resource in a namespace.
type Collection struct {
	// Len is the number of objects.
	Len int
	// Objects ranges over them, typed.
	Objects iter.Seq2[runtime.Object, error]
}

// Count measures what a namespace uses of what the quota limits. read hands in the collections.
func (c *Counters) Count(q *corev1.ResourceQuota, read func(api.Resource) (Collection, error)) (corev1.ResourceList, error) {
	fresh := &corev1.ResourceQuota{Spec: q.Spec, Status: corev1.ResourceQuotaStatus{Hard: q.Spec.Hard}}
	names := quota.ResourceNames(q.Spec.Hard)
	used := corev1.ResourceList{}
	for _, r := range c.counted(names) {
		e := c.Of(r)
		mine := e.MatchingResources(names)
		for _, name := range mine {
			if _, there := used[name]; !there {
				used[name] = resource.Quantity{Format: resource.DecimalSI}
			}
		}
		all, err := read(r)
		if err != nil {
			return nil, err
		}
		if !c.ByContent(r) {
			for _, name := range mine {
				add(used, name, *resource.NewQuantity(int64(all.Len), resource.DecimalSI))
			}
			continue
		}
		for obj, err := range all.Objects {
			if err != nil {
				return nil, err
			}
			if matches, err := e.Matches(fresh, obj); err != nil || !matches {
				continue // as upstream: what cannot be matched does not count
			}
			usage, err := e.Usage(obj)
			if err != nil {
				return nil, err
			}
			for _, name := range mine {
				if n, ok := usage[name]; ok {
					add(used, name, n)
				}
			}
		}
	}
	return used, nil
}

// Collection hands in records of a kind.
func (s *Schema) Collection(k *Kind, recs []*store.Record) Collection {
	return Collection{Len: len(recs), Objects: func(yield func(runtime.Object, error) bool) {
		for _, rec := range recs {
			if !yield(s.Typed(k, rec)) {
				return
			}
		}
	}}
}

func add(list corev1.ResourceList, name corev1.ResourceName, n resource.Quantity) {
	sum := list[name]
	sum.Add(n)
	list[name] = sum
}

// IsCounted says whether the status of a quota is about its present spec.
func IsCounted(q *corev1.ResourceQuota) bool {
	return equality.Semantic.DeepEqual(q.Spec.Hard, q.Status.Hard)
}
