package schedule

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// A pod of one container demands what upstream's way to add pods up finds.
func TestDemandOfOneIsTheDemandOfMany(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	names := []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage, "example.com/gpu", "hugepages-2Mi"}
	amounts := []string{"0", "1", "250m", "1500", "64Mi", "100u", "0.5", "3G", "1e3"}
	s := NewState(nil)
	for i := range 500 {
		p := mkPod(fmt.Sprint(i), "", "")
		p.Spec.Containers[0].Resources.Requests = corev1.ResourceList{}
		for _, name := range names {
			if r.IntN(2) == 0 {
				p.Spec.Containers[0].Resources.Requests[name] = resource.MustParse(amounts[r.IntN(len(amounts))])
			}
		}
		one, ok := s.demandOfOne(p)
		many := s.demandOfMany(p)
		for _, d := range []*demand{&one, &many} {
			slices.SortFunc(d.amounts, func(a, b want) int { return a.resource - b.resource })
			d.amounts = append([]want{}, d.amounts...)
		}
		if !ok || !reflect.DeepEqual(one, many) {
			t.Fatalf("%v: %+v (%v), upstream's way %+v", p.Spec.Containers[0].Resources.Requests, one, ok, many)
		}
	}
}
