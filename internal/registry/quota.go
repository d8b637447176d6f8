package registry

import (
	"context"
	"iter"
	"slices"

	corev1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/admission"
	quotaconfig "k8s.io/apiserver/pkg/admission/plugin/resourcequota/apis/resourcequota"

	"gantry.dev/gantry/internal/admit"
	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

var (
	resourceQuotas = api.Resource{Name: "resourcequotas"}
	deviceClaims   = api.Resource{Group: resourcev1.GroupName, Name: "resourceclaims"}
	deviceClasses  = api.Resource{Group: resourcev1.GroupName, Name: "deviceclasses"}
)

// chargeQuota looks whether quotas of the namespace count a write. Those that do are charged when it is committed (see
// quotagroup.go): together with it, in one transaction.
func (r *Registry) chargeQuota(_ context.Context, st *step) error {
	q := st.q
	limited := r.limited()
	if st.p == nil || !q.Kind.Namespaced || st.obj == nil || len(limited) == 0 && r.Store.Changed(resourceQuotas, q.Cluster) == 0 {
		return nil
	}
	if st.op != admission.Create && !r.counters.ByContent(q.Kind.Resource) {
		return nil
	}
	counter := r.counters.Of(q.Kind.Resource)
	if counter == nil {
		return nil
	}
	quotas, err := r.quotasOf(q.Cluster, q.Namespace)
	if err != nil || len(quotas)+len(limited) == 0 {
		return err
	}
	if q.Kind.Resource == deviceClaims && slices.ContainsFunc(quotas, func(a account) bool { return schema.LimitsDevices(a.quota) }) {
		counter = r.counters.With(r.devices(q.Cluster)).Of(deviceClaims)
	}
	w, err := r.final(st, asking{lookup{r, q.Cluster}, q.Trusted})
	if err != nil {
		return err
	}
	change := &admit.Change{Attributes: w.Attributes, Counter: counter, Limited: limited, Lenient: !r.rules.On(admit.ResourceQuota)}
	if len(limited) == 0 && !concerned(change, quotas) {
		return nil
	}
	if st.dryRun {
		_, err := change.Charge(statuses(quotas))
		return err
	}
	st.p.change = change
	return nil
}

// limited are the resources that nobody may use without a quota.
func (r *Registry) limited() []quotaconfig.LimitedResource {
	if !r.rules.On(admit.ResourceQuota) {
		return nil
	}
	return r.rules.Limited()
}

// dischargeQuota gives back to the quotas what an object used that goes with p. old is its record.
func (r *Registry) dischargeQuota(q *Request, p *pending, old *store.Record) error {
	p.change = nil // what the last update would have changed
	if !q.Kind.Namespaced || old == nil || r.Store.Changed(resourceQuotas, q.Cluster) == 0 {
		return nil
	}
	counter := r.counters.Of(q.Kind.Resource)
	if counter == nil {
		return nil
	}
	quotas, err := r.quotasOf(q.Cluster, q.Namespace)
	if err != nil || len(quotas) == 0 {
		return err
	}
	obj, err := r.Law.Typed(q.Kind, old)
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	if c, ok := obj.(*resourcev1.ResourceClaim); ok && slices.ContainsFunc(quotas, func(a account) bool { return schema.LimitsDevices(a.quota) }) {
		if _, special := schema.MadeForPod(c); !special { // of those only the controller knows what they counted for: their pods may be gone
			counter = r.counters.With(r.devices(q.Cluster)).Of(deviceClaims)
		}
	}
	st := &step{q: q, op: admission.Delete, old: obj}
	if change := (&admit.Change{Attributes: st.attributes(), Counter: counter, Gone: true}); concerned(change, quotas) {
		p.change = change
	}
	return nil
}

func concerned(c *admit.Change, quotas []account) bool {
	for i := range quotas {
		if c.Concerns(quotas[i].quota) {
			return true
		}
	}
	return false
}

// account is a quota and its record. The quota is shared until it is charged.
type account struct {
	rec   *store.Record
	quota *corev1.ResourceQuota
	// dirty says that quota is a copy with a new status.
	dirty bool
}

func statuses(accounts []account) []corev1.ResourceQuota {
	out := make([]corev1.ResourceQuota, len(accounts))
	for i := range accounts {
		out[i] = *accounts[i].quota
	}
	return out
}

// quotasOf reads the quotas of a namespace.
func (r *Registry) quotasOf(c api.Cluster, namespace string) ([]account, error) {
	page, err := r.Store.Range(store.Range{Scope: api.Scope{Resource: resourceQuotas, Cluster: c, Namespace: namespace}})
	if err != nil {
		return nil, rangeError(err)
	}
	kind := r.Law.Kind(resourceQuotas)
	out := make([]account, 0, len(page.Records))
	for _, rec := range page.Records {
		obj, err := r.Law.Typed(kind, rec)
		if err != nil {
			return nil, apierrors.NewInternalError(err)
		}
		out = append(out, account{rec: rec, quota: obj.(*corev1.ResourceQuota)})
	}
	return out, nil
}

// recount measures what a namespace uses of a quota that was made or changed after its last count. Writes that count
// are kept out meanwhile by the group's turn, so from the first write on nothing slips through.
func (r *Registry) recount(a *account, c api.Cluster, namespace string) error {
	counters := r.counters
	if schema.LimitsDevices(a.quota) {
		counters = counters.With(r.devices(c))
	}
	used, err := counters.Count(a.quota, func(res api.Resource) (schema.Collection, error) {
		kind, err := r.KindOf(context.Background(), c, res)
		if err != nil {
			return schema.Collection{}, nil // a quota may name what is not there (yet)
		}
		page, err := r.Store.Range(store.Range{Scope: api.Scope{Resource: kind.StoreAs, Cluster: c, Namespace: namespace}})
		if err != nil {
			return schema.Collection{}, rangeError(err)
		}
		return r.Law.Collection(kind, page.Records), nil
	})
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	a.quota, a.dirty = a.quota.DeepCopy(), true
	a.quota.Status = corev1.ResourceQuotaStatus{Hard: a.quota.Spec.Hard, Used: used}
	return nil
}

// devices reads what counting claims for devices needs to know of a cluster. What cannot be read does not count.
func (r *Registry) devices(c api.Cluster) schema.Devices {
	return schema.Devices{
		Classes: typedIn[*resourcev1.DeviceClass](r, api.Scope{Resource: deviceClasses, Cluster: c}),
		Pod: func(namespace, name string) *corev1.Pod {
			rec := r.Store.Get(api.Key{Resource: pods, Cluster: c, Namespace: namespace, Name: name})
			if rec == nil {
				return nil
			}
			obj, err := r.Law.Typed(r.Law.Kind(pods), rec)
			if err != nil {
				return nil
			}
			return obj.(*corev1.Pod)
		},
		Claims: func(namespace string, pod types.UID) (out []*resourcev1.ResourceClaim) {
			for claim := range typedIn[*resourcev1.ResourceClaim](r, api.Scope{Resource: deviceClaims, Cluster: c, Namespace: namespace}) {
				if of, ok := schema.MadeForPod(claim); ok && of == pod {
					out = append(out, claim)
				}
			}
			return out
		},
	}
}

// typedIn ranges over the objects of a scope as far as they can be read.
func typedIn[T any](r *Registry, scope api.Scope) iter.Seq[T] {
	return func(yield func(T) bool) {
		page, err := r.Store.Range(store.Range{Scope: scope})
		if err != nil {
			return
		}
		kind := r.Law.Kind(scope.Resource)
		for _, rec := range page.Records {
			if obj, err := r.Law.Typed(kind, rec); err == nil && !yield(obj.(T)) {
				return
			}
		}
	}
}
