package devices

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// many makes pools of all kinds, and claims that ask for all kinds of devices, at random.
type many struct {
	*rand.Rand
	nodes []*corev1.Node
}

func (m many) one(in int) bool { return m.IntN(in) == 0 }

// pool is one of one or two slices: partitions of counters, devices that are shared, tainted, bound to nodes, have to be made ready.
func (m many) pool(i int) (out []*resourceapi.ResourceSlice) {
	s := &resourceapi.ResourceSlice{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("s%d", i)},
		Spec: resourceapi.ResourceSliceSpec{Driver: fmt.Sprintf("driver%d", i%2), Pool: resourceapi.ResourcePool{Name: fmt.Sprintf("p%d", i), ResourceSliceCount: 1}}}
	switch m.IntN(8) {
	case 0:
		s.Spec.NodeName = new(m.nodes[m.IntN(len(m.nodes))].Name)
	case 1, 2:
		s.Spec.NodeSelector = &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{
			{Key: "zone", Operator: corev1.NodeSelectorOpIn, Values: []string{fmt.Sprint(m.IntN(2))}}}}}}
	case 3:
		s.Spec.PerDeviceNodeSelection = new(true)
	default:
		s.Spec.AllNodes = new(true)
	}
	parts := m.one(3)
	for k := range 1 + m.IntN(3) {
		d := resourceapi.Device{Name: fmt.Sprintf("d%d", k), Attributes: map[resourceapi.QualifiedName]resourceapi.DeviceAttribute{
			"size": {IntValue: new(m.Int64N(3))}, "example.com/box": {StringValue: new(fmt.Sprint("box", i))}, "example.com/half": {StringValue: new(fmt.Sprint("box", i, k/2))},
			"example.com/colour": {StringValue: new([]string{"red", "green"}[m.IntN(2)])}}}
		if s.Spec.PerDeviceNodeSelection != nil {
			d.NodeName = new(m.nodes[m.IntN(len(m.nodes))].Name)
		}
		if m.one(10) {
			d.BindsToNode = new(true)
		}
		if m.one(10) {
			d.BindingConditions, d.BindingFailureConditions = []string{"example.com/there"}, []string{"example.com/lost"}
		}
		if m.one(6) {
			d.Taints = []resourceapi.DeviceTaint{{Key: "worn", Effect: resourceapi.DeviceTaintEffectNoSchedule}}
		}
		if m.one(3) {
			d.AllowMultipleAllocations = new(true)
			d.Capacity = map[resourceapi.QualifiedName]resourceapi.DeviceCapacity{"memory": {Value: resource.MustParse("10Gi"),
				RequestPolicy: &resourceapi.CapacityRequestPolicy{Default: new(resource.MustParse("1Gi"))}}}
		}
		if parts {
			d.ConsumesCounters = []resourceapi.DeviceCounterConsumption{{CounterSet: "set", Counters: map[string]resourceapi.Counter{"part": {Value: *resource.NewQuantity(1+m.Int64N(2), resource.DecimalSI)}}}}
		}
		s.Spec.Devices = append(s.Spec.Devices, d)
	}
	switch m.IntN(20) {
	case 0: // invalid
		s.Spec.Devices = append(s.Spec.Devices, s.Spec.Devices[0])
	case 1: // incomplete
		s.Spec.Pool.ResourceSliceCount = 9
	}
	if !parts && !m.one(3) {
		return []*resourceapi.ResourceSlice{s}
	}
	s.Spec.Pool.ResourceSliceCount++
	more := s.DeepCopy()
	more.Name += "-more"
	if parts {
		more.Spec.Devices = nil
		more.Spec.SharedCounters = []resourceapi.CounterSet{{Name: "set", Counters: map[string]resourceapi.Counter{"part": {Value: resource.MustParse("3")}}}}
	} else {
		more.Spec.Devices = more.Spec.Devices[:1]
		more.Spec.Devices[0].Name, more.Spec.Devices[0].BindingConditions = "other", nil
	}
	return []*resourceapi.ResourceSlice{s, more}
}

func (m many) claim(name string) *resourceapi.ResourceClaim {
	c := &resourceapi.ResourceClaim{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name, UID: types.UID("uid-" + name)}}
	d := &c.Spec.Devices
	for k := range 1 + m.IntN(2) {
		e := resourceapi.ExactDeviceRequest{DeviceClassName: fmt.Sprintf("c%d", m.IntN(4)), AllocationMode: resourceapi.DeviceAllocationModeExactCount, Count: 1 + m.Int64N(4)/3}
		if m.one(4) {
			e.Selectors = []resourceapi.DeviceSelector{{CEL: &resourceapi.CELDeviceSelector{Expression: `device.attributes[device.driver].size > 1`}}}
		}
		if m.one(4) {
			e.Tolerations = []resourceapi.DeviceToleration{{Key: "worn", Operator: resourceapi.DeviceTolerationOpExists}}
		}
		if m.one(4) {
			e.Capacity = &resourceapi.CapacityRequirements{Requests: map[resourceapi.QualifiedName]resource.Quantity{"memory": resource.MustParse("4Gi")}}
		}
		r := resourceapi.DeviceRequest{Name: fmt.Sprintf("r%d", k), Exactly: &e}
		switch m.IntN(12) {
		case 0:
			e.AllocationMode, e.Count = resourceapi.DeviceAllocationModeAll, 0
		case 1:
			e.AdminAccess = new(true)
		case 2, 3:
			r.Exactly = nil
			for j := range 2 {
				r.FirstAvailable = append(r.FirstAvailable, resourceapi.DeviceSubRequest{Name: fmt.Sprintf("a%d", j), DeviceClassName: fmt.Sprintf("c%d", m.IntN(4)),
					AllocationMode: e.AllocationMode, Count: 1 + m.Int64N(2), Selectors: e.Selectors, Capacity: e.Capacity})
			}
		}
		d.Requests = append(d.Requests, r)
	}
	if m.one(3) {
		of := resourceapi.FullyQualifiedName("example.com/" + []string{"box", "half", "colour"}[m.IntN(3)])
		con := resourceapi.DeviceConstraint{MatchAttribute: &of}
		if m.one(4) {
			con = resourceapi.DeviceConstraint{DistinctAttribute: &of}
		}
		if m.one(4) {
			con.Requests = []string{"r0"}
		}
		d.Constraints = []resourceapi.DeviceConstraint{con}
	}
	return c
}

// anonymous are results without the names that shares are given by chance.
func anonymous(list []resourceapi.AllocationResult) []resourceapi.AllocationResult {
	out := make([]resourceapi.AllocationResult, len(list))
	for i := range list {
		list[i].DeepCopyInto(&out[i])
		for k := range out[i].Devices.Results {
			out[i].Devices.Results[k].ShareID = nil
		}
	}
	return out
}

// With the shortlist the search says the same as with all there is, word for word, whatever comes and goes.
func TestShortlistEqualsSearch(t *testing.T) {
	asked, found, shortened := 0, 0, 0
	for seed := range uint64(12) {
		m := many{Rand: rand.New(rand.NewPCG(seed, 2))}
		for i := range 5 {
			m.nodes = append(m.nodes, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("n%d", i), Labels: map[string]string{"zone": fmt.Sprint(i % 2)}}})
		}
		w := New(&Selectors{}, func(time.Duration) (context.Context, context.CancelFunc) { return context.WithCancel(t.Context()) })
		for i, expr := range []string{`device.driver == "driver0"`, `device.driver == "driver1"`, `true`, `device.driver == "nobody"`} {
			w.SetClass(&resourceapi.DeviceClass{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("c%d", i)}, Spec: resourceapi.DeviceClassSpec{
				Selectors: []resourceapi.DeviceSelector{{CEL: &resourceapi.CELDeviceSelector{Expression: expr}}}}})
		}
		put := func(i int) {
			w.RemoveSlice(fmt.Sprintf("s%d-more", i))
			w.RemoveSlice(fmt.Sprintf("s%d", i))
			for _, s := range m.pool(i) {
				w.SetSlice(s)
			}
		}
		for i := range 14 {
			put(i)
		}
		var taken []types.UID
		for step := range 100 {
			switch {
			case m.one(15):
				put(m.IntN(14))
			case m.one(15):
				i := m.IntN(len(m.nodes)) // it moves
				n := m.nodes[i].DeepCopy()
				n.Labels["zone"] = fmt.Sprint(m.IntN(2))
				m.nodes[i] = n
			case m.one(4) && len(taken) > 0:
				w.drop(taken[0])
				taken = taken[1:]
			}
			claims := []*resourceapi.ResourceClaim{m.claim(fmt.Sprint(step))}
			if m.one(8) {
				claims = append(claims, m.claim(fmt.Sprint(step, "-2")))
			}
			node := m.nodes[m.IntN(len(m.nodes))]
			want, wantErr := w.allocator(t.Context(), node, claims, w.reachable(node.Name))
			given, err := w.shortlist(t.Context(), node, claims)
			if err != nil {
				t.Fatal(err)
			}
			if len(given) < len(w.reachable(node.Name)) {
				shortened++
			}
			got, gotErr := w.allocator(t.Context(), node, claims, given)
			asked++
			if fmt.Sprint(wantErr) != fmt.Sprint(gotErr) || !equality.Semantic.DeepEqual(anonymous(want), anonymous(got)) {
				t.Fatalf("seed %d, step %d: of %d slices: %v, %v\nof all %d: %v, %v\nfor %v", seed, step, len(given), got, gotErr, len(w.reachable(node.Name)), want, wantErr, claims)
			}
			if len(got) > 0 {
				found++
				for i, c := range claims {
					w.hold(c.UID, &got[i])
					taken = append(taken, c.UID)
				}
			}
		}
	}
	t.Logf("asked %d times, shortened %d times, found %d times", asked, shortened, found)
	if found < asked/4 || asked-found < asked/10 || shortened < asked/2 {
		t.Errorf("asked %d times, shortened %d times, found %d times: the test says little", asked, shortened, found)
	}
}
