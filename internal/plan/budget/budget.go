// Package budget is the arithmetic of a PodDisruptionBudget: how many of its pods there should be, how many are healthy,
// and how many may be disrupted now. It is pure; package controllers/disruption writes the result.
package budget

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"

	"gantry.dev/gantry/internal/plan"
)

// DeletionTimeout is how long an evicted pod is counted as gone before its deletion has been seen; upstream's figure.
const DeletionTimeout = 2 * time.Minute

// Scale finds the controller of pods and how many replicas it wants. ok is false if there is none of that name and UID; an
// error says why it cannot be asked.
type Scale func(ref metav1.OwnerReference) (uid types.UID, replicas int32, ok bool, err error)

// Count is what a budget comes to.
type Count struct {
	Status policyv1.PodDisruptionBudgetStatus // without conditions
	// Unmanaged are pods without a controller, where a controller's size is needed.
	Unmanaged []string
	// NotDeleted are pods that were evicted but never deleted.
	NotDeleted []*corev1.Pod
	// Again is when an eviction stops to count if its pod is still there.
	Again time.Time
}

// Of counts a budget over the pods that its selector matches.
func Of(b *policyv1.PodDisruptionBudget, pods []*corev1.Pod, scale Scale, now time.Time) (Count, error) {
	var c Count
	expected, desired, err := c.want(b, pods, scale)
	if err != nil {
		return c, err
	}
	evicted := map[string]metav1.Time{}
	var healthy int32
	for _, p := range pods {
		if p.DeletionTimestamp != nil {
			continue
		}
		if at, ok := b.Status.DisruptedPods[p.Name]; ok {
			until := at.Add(DeletionTimeout)
			if until.After(now) {
				evicted[p.Name] = at
				c.Again = plan.Sooner(c.Again, until)
				continue // as good as gone
			}
			c.NotDeleted = append(c.NotDeleted, p)
		}
		if plan.Ready(p) {
			healthy++
		}
	}
	allowed := healthy - desired
	if expected <= 0 || allowed <= 0 {
		allowed = 0 // also for the first pods of a budget that has seen none
	}
	c.Status = policyv1.PodDisruptionBudgetStatus{CurrentHealthy: healthy, DesiredHealthy: desired, ExpectedPods: expected,
		DisruptionsAllowed: allowed, DisruptedPods: evicted, ObservedGeneration: b.Generation}
	return c, nil
}

// want resolves minAvailable or maxUnavailable.
func (c *Count) want(b *policyv1.PodDisruptionBudget, pods []*corev1.Pod, scale Scale) (expected, desired int32, err error) {
	switch {
	case b.Spec.MaxUnavailable != nil:
		if expected, err = c.scales(pods, scale); err != nil {
			return 0, 0, err
		}
		n, err := intstr.GetScaledValueFromIntOrPercent(b.Spec.MaxUnavailable, int(expected), true)
		return expected, max(0, expected-int32(n)), err
	case b.Spec.MinAvailable == nil:
		return 0, 0, nil
	case b.Spec.MinAvailable.Type == intstr.Int:
		return int32(len(pods)), b.Spec.MinAvailable.IntVal, nil
	default:
		if expected, err = c.scales(pods, scale); err != nil {
			return 0, 0, err
		}
		n, err := intstr.GetScaledValueFromIntOrPercent(b.Spec.MinAvailable, int(expected), true)
		return expected, int32(n), err
	}
}

// scales adds up what the controllers of the pods want.
func (c *Count) scales(pods []*corev1.Pod, scale Scale) (n int32, err error) {
	seen := map[types.UID]bool{}
	for _, p := range pods {
		ref := metav1.GetControllerOf(p)
		if ref == nil {
			c.Unmanaged = append(c.Unmanaged, p.Name)
			continue
		}
		uid, replicas, ok, err := scale(*ref)
		if err != nil {
			return 0, err
		}
		if !ok {
			return 0, fmt.Errorf("found no controllers for pod %q", p.Name)
		}
		if !seen[uid] {
			seen[uid] = true
			n += replicas
		}
	}
	return n, nil
}

// Allowed is the condition that goes with a status.
func Allowed(st *policyv1.PodDisruptionBudgetStatus) metav1.Condition {
	c := metav1.Condition{Type: policyv1.DisruptionAllowedCondition, Status: metav1.ConditionFalse, Reason: policyv1.InsufficientPodsReason, ObservedGeneration: st.ObservedGeneration}
	if st.DisruptionsAllowed > 0 {
		c.Status, c.Reason = metav1.ConditionTrue, policyv1.SufficientPodsReason
	}
	return c
}

// SetCondition sets a condition; its transition time moves with the status only.
func SetCondition(conds []metav1.Condition, c metav1.Condition, now time.Time) []metav1.Condition {
	c.LastTransitionTime = metav1.NewTime(now)
	for i := range conds {
		if conds[i].Type == c.Type {
			if conds[i].Status == c.Status {
				c.LastTransitionTime = conds[i].LastTransitionTime
			}
			conds[i] = c
			return conds
		}
	}
	return append(conds, c)
}
