package devices

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/dynamic-resource-allocation/structured"
)

// plainly asks upstream's search itself, with everything that there is, or with no devices but those of an answer. It goes through pools
// in any order, so of two times that it is asked it may find different ones.
func plainly(t *testing.T, w *World, node *corev1.Node, claims []*resourceapi.ResourceClaim, only []resourceapi.AllocationResult) []resourceapi.AllocationResult {
	t.Helper()
	given := map[[3]string]bool{}
	for _, r := range only {
		for _, d := range r.Devices.Results {
			given[[3]string{d.Driver, d.Pool, d.Device}] = true
		}
	}
	var all []*resourceapi.ResourceSlice
	for _, s := range w.slices {
		if only != nil {
			s = s.DeepCopy()
			s.Spec.Devices = slices.DeleteFunc(s.Spec.Devices, func(d resourceapi.Device) bool { return !given[[3]string{s.Spec.Driver, s.Spec.Pool.Name, d.Name}] })
		}
		all = append(all, s)
	}
	a, err := structured.NewAllocator(t.Context(), features, w.state, w, all, w.selectors.compiled())
	if err != nil {
		t.Fatal(err)
	}
	out, err := a.Allocate(t.Context(), node, claims)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What is remembered is what the search would say, whatever has come and gone since it was asked.
func TestMemoryEqualsSearch(t *testing.T) {
	asked, found := 0, 0
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		w := New(&Selectors{}, func(time.Duration) (context.Context, context.CancelFunc) { return context.WithCancel(t.Context()) })
		nodes := make([]*corev1.Node, 6)
		for i := range nodes {
			nodes[i] = &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("n%d", i), Labels: map[string]string{"zone": fmt.Sprint(i % 2)}}}
		}
		slice := func(i int) *resourceapi.ResourceSlice {
			s := &resourceapi.ResourceSlice{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("s%d", i)},
				Spec: resourceapi.ResourceSliceSpec{Driver: fmt.Sprintf("driver%d", i%2), Pool: resourceapi.ResourcePool{Name: fmt.Sprintf("p%d", i), ResourceSliceCount: 1}}}
			switch rnd.IntN(4) {
			case 0:
				s.Spec.AllNodes = new(true)
			case 1:
				s.Spec.NodeSelector = &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{
					{Key: "zone", Operator: corev1.NodeSelectorOpIn, Values: []string{fmt.Sprint(rnd.IntN(2))}}}}}}
			case 2:
				s.Spec.PerDeviceNodeSelection = new(true)
			default:
				s.Spec.NodeName = new(fmt.Sprintf("n%d", rnd.IntN(len(nodes))))
			}
			for k := range 1 + rnd.IntN(3) {
				size := int64(rnd.IntN(3))
				d := resourceapi.Device{Name: fmt.Sprintf("d%d", k), Attributes: map[resourceapi.QualifiedName]resourceapi.DeviceAttribute{"size": {IntValue: &size}}}
				if s.Spec.PerDeviceNodeSelection != nil {
					d.NodeName = new(fmt.Sprintf("n%d", rnd.IntN(len(nodes))))
				}
				if rnd.IntN(4) == 0 {
					d.BindsToNode = new(true)
				}
				s.Spec.Devices = append(s.Spec.Devices, d)
			}
			return s
		}
		classes := []string{`device.driver == "driver0"`, `device.driver == "driver0"`, `device.driver == "driver1"`, `device.driver.startsWith("driver")`,
			`device.attributes[device.driver].size > 0`}
		class := func(i int) *resourceapi.DeviceClass {
			return &resourceapi.DeviceClass{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("c%d", i)}, Spec: resourceapi.DeviceClassSpec{
				Selectors: []resourceapi.DeviceSelector{{CEL: &resourceapi.CELDeviceSelector{Expression: classes[rnd.IntN(len(classes))]}}}}}
		}
		for i := range classes {
			w.SetClass(class(i))
		}
		var specs [3]resourceapi.ResourceClaimSpec // few, so that the same is asked again
		for i := range specs {
			for k := range 1 + rnd.IntN(2) {
				specs[i].Devices.Requests = append(specs[i].Devices.Requests, resourceapi.DeviceRequest{Name: fmt.Sprintf("r%d", k), Exactly: &resourceapi.ExactDeviceRequest{
					DeviceClassName: fmt.Sprintf("c%d", rnd.IntN(len(classes))), AllocationMode: resourceapi.DeviceAllocationModeExactCount, Count: 1 + rnd.Int64N(2)}})
			}
		}
		claim := func(i int) *resourceapi.ResourceClaim {
			return &resourceapi.ResourceClaim{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: fmt.Sprintf("claim%d", i), UID: types.UID(fmt.Sprint("uid", i))}, Spec: specs[rnd.IntN(len(specs))]}
		}
		var taken []types.UID
		for step := range 120 {
			switch rnd.IntN(6) {
			case 0:
				w.SetSlice(slice(rnd.IntN(8)))
			case 1:
				if rnd.IntN(4) == 0 {
					w.RemoveSlice(fmt.Sprintf("s%d", rnd.IntN(8)))
				}
			case 2:
				if rnd.IntN(6) == 0 {
					w.SetClass(class(rnd.IntN(len(classes))))
				}
			case 3:
				if len(taken) > 0 {
					w.drop(taken[0])
					taken = taken[1:]
				}
			default:
				c, node := claim(step), nodes[rnd.IntN(len(nodes))]
				claims := []*resourceapi.ResourceClaim{c}
				want := plainly(t, w, node, claims, nil)
				exactly := rnd.IntN(3) == 0
				got, why, err := w.allocate(node, claims, w.question(claims), 0, exactly)
				if err != nil {
					t.Fatal(err)
				}
				asked++
				if (why == "") != (len(want) > 0) {
					t.Fatalf("seed %d, step %d: %q where the search finds %v", seed, step, why, want)
				}
				if why != "" {
					continue
				}
				found++
				// With nothing else to choose, the search chooses the same, for the same nodes.
				again := plainly(t, w, node, claims, got)
				if len(again) == 0 || len(again[0].Devices.Results) != len(got[0].Devices.Results) || exactly && !equality.Semantic.DeepEqual(again[0].NodeSelector, got[0].NodeSelector) {
					t.Fatalf("seed %d, step %d: %v\nof which the search finds %v, and of all %v", seed, step, got, again, want)
				}
				if exactly {
					w.hold(c.UID, &got[0])
					taken = append(taken, c.UID)
				}
			}
		}
	}
	if found < 300 || asked-found < 100 {
		t.Errorf("asked %d times, something was found %d times: the test says little", asked, found)
	}
}
