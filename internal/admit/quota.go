package admit

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/resourcequota"
	quotaconfig "k8s.io/apiserver/pkg/admission/plugin/resourcequota/apis/resourcequota"
	quota "k8s.io/apiserver/pkg/quota/v1"
)

// Change is a write as resource quotas count it. Its attributes hold typed objects.
type Change struct {
	admission.Attributes
	Counter quota.Evaluator
	// Gone says that the object is not there afterwards.
	Gone bool
	// Limited are the resources that nobody may use without a quota.
	Limited []quotaconfig.LimitedResource
	// Lenient counts and never refuses: the plugin is off.
	Lenient bool
}

// SameUsage compares what is used.
func SameUsage(a, b corev1.ResourceList) bool { return quota.Equals(a, b) }

// Concerns says whether the change could touch what a quota limits.
func (c *Change) Concerns(q *corev1.ResourceQuota) bool {
	if len(c.Counter.MatchingResources(quota.ResourceNames(q.Spec.Hard))) == 0 {
		return false
	}
	if c.Gone || c.GetOldObject() == nil || c.Counter.Handles(c) {
		return true
	}
	before, after, err := c.usage(q)
	return err != nil || !quota.Equals(before, after)
}

// Charge returns what is used of each quota after the change; upstream's refusal if that is too much. Unlike upstream's
// it goes down as well as up: the caller writes the object and the quotas together, so the sums stay exact.
func (c *Change) Charge(quotas []corev1.ResourceQuota) ([]corev1.ResourceList, error) {
	if !c.Gone && !c.Lenient && c.Counter.Handles(c) {
		if _, err := resourcequota.CheckRequest(quotas, c, c.Counter, c.Limited); err != nil {
			return nil, err
		}
	}
	out := make([]corev1.ResourceList, len(quotas))
	for i := range quotas {
		before, after, err := c.usage(&quotas[i])
		if err != nil {
			return nil, err
		}
		used := maps.Clone(quotas[i].Status.Used)
		for name := range quotas[i].Status.Hard {
			less, was := before[name]
			more, is := after[name]
			sum, known := used[name]
			if !known || !was && !is {
				continue
			}
			sum = sum.DeepCopy()
			sum.Sub(less)
			sum.Add(more)
			if sum.Sign() < 0 {
				sum.Sub(sum)
			}
			used[name] = sum
		}
		out[i] = used
	}
	return out, nil
}

// usage is what the object uses of a quota before and after the change.
func (c *Change) usage(q *corev1.ResourceQuota) (before, after corev1.ResourceList, err error) {
	of := func(obj runtime.Object) (corev1.ResourceList, error) {
		if obj == nil {
			return nil, nil
		}
		if matches, err := c.Counter.Matches(q, obj); err != nil || !matches {
			return nil, err
		}
		usage, err := c.Counter.Usage(obj)
		if err != nil {
			return nil, err
		}
		return quota.Mask(usage, quota.ResourceNames(q.Status.Hard)), nil
	}
	if before, err = of(c.GetOldObject()); err != nil || c.Gone {
		return before, nil, err
	}
	after, err = of(c.GetObject())
	return before, after, err
}
