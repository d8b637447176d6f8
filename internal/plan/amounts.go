package plan

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Amounts are quantities of resources as the scheduler counts them: CPU in thousandths, everything else in units. What is not
// there is zero.
type Amounts map[corev1.ResourceName]int64

// AmountsOf converts a list of quantities.
func AmountsOf(list corev1.ResourceList) Amounts {
	out := make(Amounts, len(list))
	for name, q := range list {
		if name == corev1.ResourceCPU {
			out[name] = q.MilliValue()
		} else {
			out[name] = q.Value()
		}
	}
	return out
}

// Add adds amounts sign times.
func (a Amounts) Add(b Amounts, sign int64) {
	for name, n := range b {
		a[name] += sign * n
	}
}

// List converts back, without zeros.
func (a Amounts) List() corev1.ResourceList {
	out := corev1.ResourceList{}
	for name, n := range a {
		if n != 0 {
			out[name] = Quantity(name, n)
		}
	}
	return out
}

// Quantity is one amount as people write it.
func Quantity(name corev1.ResourceName, n int64) resource.Quantity {
	switch name {
	case corev1.ResourceCPU:
		return *resource.NewMilliQuantity(n, resource.DecimalSI)
	case corev1.ResourceMemory, corev1.ResourceEphemeralStorage:
		return *resource.NewQuantity(n, resource.BinarySI)
	default:
		return *resource.NewQuantity(n, resource.DecimalSI)
	}
}
