package admit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	resourcehelper "k8s.io/component-helpers/resource"
)

// limitsNote is where LimitRanger writes down what it has set.
const limitsNote = "kubernetes.io/limit-ranger"

func limitRanger(h *hanger, _ *Settings) error {
	h.mutate(creates, pods, "", entry{rule: limitDefaults, when: hasLimits})
	h.mutate(updates, pods, "resize", entry{rule: limitDefaults, when: hasLimits})
	h.validate(creates, pods, "", entry{rule: limitPod, when: hasLimits})
	h.validate(updates, pods, "resize", entry{rule: limitPod, when: hasLimits})
	h.validate(writes, claims, "", entry{rule: limitClaim, when: hasLimits})
	return nil
}

func limitRangesOf(w *Write) (out []*corev1.LimitRange) {
	for _, obj := range w.Objects(limitRanges, w.GetNamespace()) {
		out = append(out, obj.(*corev1.LimitRange))
	}
	return out
}

// limitDefaults gives containers the requests and limits that the namespace's limit ranges name as defaults.
func limitDefaults(_ context.Context, w *Write) error {
	pod := w.GetObject().(*corev1.Pod)
	for _, lr := range limitRangesOf(w) {
		requests, limits := corev1.ResourceList{}, corev1.ResourceList{}
		for i := range lr.Spec.Limits {
			if item := &lr.Spec.Limits[i]; item.Type == corev1.LimitTypeContainer {
				fill(requests, item.DefaultRequest, true)
				fill(limits, item.Default, true)
			}
		}
		var notes []string
		each := func(what string, cs []corev1.Container) {
			for i := range cs {
				notes = append(notes, defaultContainer(&cs[i], what, requests, limits)...)
			}
		}
		each("container", pod.Spec.Containers)
		each("init container", pod.Spec.InitContainers)
		if len(notes) > 0 {
			pod.Annotations = merged(pod.Annotations, map[string]string{limitsNote: "LimitRanger plugin set: " + strings.Join(notes, "; ")})
		}
	}
	return nil
}

// fill copies quantities, and returns in order the names that it has set.
func fill(into, from corev1.ResourceList, replace bool) (set []string) {
	for name, q := range from {
		if _, there := into[name]; !there || replace {
			into[name] = q.DeepCopy()
			set = append(set, string(name))
		}
	}
	slices.Sort(set)
	return set
}

func defaultContainer(c *corev1.Container, what string, requests, limits corev1.ResourceList) (notes []string) {
	if c.Resources.Limits == nil {
		c.Resources.Limits = corev1.ResourceList{}
	}
	if c.Resources.Requests == nil {
		c.Resources.Requests = corev1.ResourceList{}
	}
	setLimits, setRequests := fill(c.Resources.Limits, limits, false), fill(c.Resources.Requests, requests, false)
	if len(setRequests) > 0 {
		notes = append(notes, fmt.Sprintf("%s request for %s %s", strings.Join(setRequests, ", "), what, c.Name))
	}
	if len(setLimits) > 0 {
		notes = append(notes, fmt.Sprintf("%s limit for %s %s", strings.Join(setLimits, ", "), what, c.Name))
	}
	return notes
}

// limitPod holds a pod and its containers against the limit ranges of the namespace.
func limitPod(_ context.Context, w *Write) error {
	pod := w.GetObject().(*corev1.Pod)
	for _, lr := range limitRangesOf(w) {
		var errs []error
		for i := range lr.Spec.Limits {
			item := &lr.Spec.Limits[i]
			switch item.Type {
			case corev1.LimitTypeContainer:
				for _, cs := range [][]corev1.Container{pod.Spec.Containers, pod.Spec.InitContainers} {
					for j := range cs {
						errs = append(errs, within(item, cs[j].Resources.Requests, cs[j].Resources.Limits)...)
					}
				}
			case corev1.LimitTypePod:
				requests, limits := wholePod(pod)
				errs = append(errs, within(item, requests, limits)...)
			}
		}
		if err := utilerrors.NewAggregate(errs); err != nil {
			return w.forbid(err)
		}
	}
	return nil
}

// wholePod is what a pod asks for as LimitRanger counts it: without its overhead, which is the node's business, and of what
// is said for the whole pod only CPU and memory.
func wholePod(pod *corev1.Pod) (requests, limits corev1.ResourceList) {
	opts := resourcehelper.PodResourcesOptions{ExcludeOverhead: true, SkipPodLevelResources: true}
	requests, limits = resourcehelper.PodRequests(pod, opts), resourcehelper.PodLimits(pod, opts)
	if pod.Spec.Resources == nil {
		return requests, limits
	}
	for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
		if q, ok := pod.Spec.Resources.Requests[name]; ok {
			requests[name] = q
		}
		if q, ok := pod.Spec.Resources.Limits[name]; ok {
			limits[name] = q
		}
	}
	return requests, limits
}

// limitClaim holds the size that a claim asks for against the limit ranges of the namespace.
func limitClaim(_ context.Context, w *Write) error {
	claim := w.GetObject().(*corev1.PersistentVolumeClaim)
	for _, lr := range limitRangesOf(w) {
		var errs []error
		for i := range lr.Spec.Limits {
			item := &lr.Spec.Limits[i]
			if item.Type != corev1.LimitTypePersistentVolumeClaim {
				continue
			}
			for _, name := range sorted(item.Min) {
				errs = append(errs, atLeast(item.Type, name, item.Min[name], claim.Spec.Resources.Requests, nil))
			}
			for _, name := range sorted(item.Max) {
				errs = append(errs, requestAtMost(item.Type, name, item.Max[name], claim.Spec.Resources.Requests))
			}
		}
		if err := utilerrors.NewAggregate(errs); err != nil {
			return w.forbid(err)
		}
	}
	return nil
}

// within checks one item against requests and limits; nil errors stand for what is well.
func within(item *corev1.LimitRangeItem, requests, limits corev1.ResourceList) (errs []error) {
	for _, name := range sorted(item.Min) {
		errs = append(errs, atLeast(item.Type, name, item.Min[name], requests, limits))
	}
	for _, name := range sorted(item.Max) {
		errs = append(errs, atMost(item.Type, name, item.Max[name], requests, limits))
	}
	for _, name := range sorted(item.MaxLimitRequestRatio) {
		errs = append(errs, ratio(item.Type, name, item.MaxLimitRequestRatio[name], requests, limits))
	}
	return errs
}

func sorted(list corev1.ResourceList) []corev1.ResourceName {
	names := make([]corev1.ResourceName, 0, len(list))
	for n := range list {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// alike are quantities in thousandths, or in whole units if one is too large for that. Fractions are rounded up, as
// upstream rounds them.
func alike(request, limit, bound resource.Quantity) (r, l, b int64) {
	r, l, b = request.Value(), limit.Value(), bound.Value()
	if max(r, l, b) <= resource.MaxMilliValue {
		r, l, b = request.MilliValue(), limit.MilliValue(), bound.MilliValue()
	}
	return r, l, b
}

func atLeast(t corev1.LimitType, name corev1.ResourceName, floor resource.Quantity, requests, limits corev1.ResourceList) error {
	req, asked := requests[name]
	lim, limited := limits[name]
	have, most, least := alike(req, lim, floor)
	switch {
	case !asked:
		return fmt.Errorf("minimum %s usage per %s is %s.  No request is specified", name, t, floor.String())
	case have < least:
		return fmt.Errorf("minimum %s usage per %s is %s, but request is %s", name, t, floor.String(), req.String())
	case limited && most < least:
		return fmt.Errorf("minimum %s usage per %s is %s, but limit is %s", name, t, floor.String(), lim.String())
	}
	return nil
}

func atMost(t corev1.LimitType, name corev1.ResourceName, ceiling resource.Quantity, requests, limits corev1.ResourceList) error {
	req, asked := requests[name]
	lim, limited := limits[name]
	have, most, top := alike(req, lim, ceiling)
	switch {
	case !limited:
		return fmt.Errorf("maximum %s usage per %s is %s.  No limit is specified", name, t, ceiling.String())
	case most > top:
		return fmt.Errorf("maximum %s usage per %s is %s, but limit is %s", name, t, ceiling.String(), lim.String())
	case asked && have > top:
		return fmt.Errorf("maximum %s usage per %s is %s, but request is %s", name, t, ceiling.String(), req.String())
	}
	return nil
}

// requestAtMost is the maximum of a kind that has no limits.
func requestAtMost(t corev1.LimitType, name corev1.ResourceName, ceiling resource.Quantity, requests corev1.ResourceList) error {
	req, asked := requests[name]
	have, _, top := alike(req, resource.Quantity{}, ceiling)
	switch {
	case !asked:
		return fmt.Errorf("maximum %s usage per %s is %s.  No request is specified", name, t, ceiling.String())
	case have > top:
		return fmt.Errorf("maximum %s usage per %s is %s, but request is %s", name, t, ceiling.String(), req.String())
	}
	return nil
}

func ratio(t corev1.LimitType, name corev1.ResourceName, ceiling resource.Quantity, requests, limits corev1.ResourceList) error {
	req, lim := requests[name], limits[name]
	have, most, _ := alike(req, lim, ceiling)
	switch {
	case have == 0:
		return fmt.Errorf("%s max limit to request ratio per %s is %s, but no request is specified or request is 0", name, t, ceiling.String())
	case most == 0:
		return fmt.Errorf("%s max limit to request ratio per %s is %s, but no limit is specified or limit is 0", name, t, ceiling.String())
	}
	r, top := float64(most)/float64(have), float64(ceiling.Value())
	scaled := r
	if ceiling.Value() <= resource.MaxMilliValue {
		scaled, top = r*1000, float64(ceiling.MilliValue())
	}
	if scaled > top {
		return fmt.Errorf("%s max limit to request ratio per %s is %s, but provided ratio is %f", name, t, ceiling.String(), r)
	}
	return nil
}
