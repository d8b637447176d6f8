package schema

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
)

// What quotas of extended resources count, by upstream's rules: pods for what they ask for, claims for what the pod that they were made for
// does not count for.
func TestQuotaOfExtendedResources(t *testing.T) {
	gpu := resource.MustParse("2")
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "p", UID: "uid-p"}, Spec: corev1.PodSpec{Containers: []corev1.Container{{
		Name: "c", Resources: corev1.ResourceRequirements{Requests: corev1.ResourceList{"example.com/gpu": gpu}, Limits: corev1.ResourceList{"example.com/gpu": gpu}}}}}}
	class := &resourcev1.DeviceClass{ObjectMeta: metav1.ObjectMeta{Name: "gpu"}, Spec: resourcev1.DeviceClassSpec{ExtendedResourceName: new("example.com/gpu")}}
	bare := &resourcev1.DeviceClass{ObjectMeta: metav1.ObjectMeta{Name: "nic"}}
	claim := func(name, class string, n int64, forPod types.UID) *resourcev1.ResourceClaim {
		c := &resourcev1.ResourceClaim{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name}, Spec: resourcev1.ResourceClaimSpec{Devices: resourcev1.DeviceClaim{
			Requests: []resourcev1.DeviceRequest{{Name: "r", Exactly: &resourcev1.ExactDeviceRequest{DeviceClassName: class, AllocationMode: resourcev1.DeviceAllocationModeExactCount, Count: n}}}}}}
		if forPod != "" {
			c.Annotations = map[string]string{resourcev1.ExtendedResourceClaimAnnotation: "true"}
			c.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "Pod", Name: "p", UID: forPod, Controller: new(true)}}
		}
		return c
	}
	const explicit, implicit = "requests.example.com/gpu", "requests.deviceclass.resource.kubernetes.io/gpu"
	for name, c := range map[string]struct {
		pods   []*corev1.Pod
		claims []*resourcev1.ResourceClaim
		want   map[corev1.ResourceName]int64
	}{
		"a pod alone":                       {pods: []*corev1.Pod{pod}, want: map[corev1.ResourceName]int64{explicit: 2, implicit: 0}},
		"a claim of a class for it":         {claims: []*resourcev1.ResourceClaim{claim("c", "gpu", 3, "")}, want: map[corev1.ResourceName]int64{explicit: 3, implicit: 3}},
		"a claim of another class":          {claims: []*resourcev1.ResourceClaim{claim("c", "nic", 3, "")}, want: map[corev1.ResourceName]int64{explicit: 0, implicit: 0}},
		"both":                              {pods: []*corev1.Pod{pod}, claims: []*resourcev1.ResourceClaim{claim("c", "gpu", 3, "")}, want: map[corev1.ResourceName]int64{explicit: 5, implicit: 3}},
		"the claim made for the pod":        {pods: []*corev1.Pod{pod}, claims: []*resourcev1.ResourceClaim{claim("c", "gpu", 2, "uid-p")}, want: map[corev1.ResourceName]int64{explicit: 2, implicit: 2}},
		"one that has more than it":         {pods: []*corev1.Pod{pod}, claims: []*resourcev1.ResourceClaim{claim("c", "gpu", 3, "uid-p")}, want: map[corev1.ResourceName]int64{explicit: 3, implicit: 3}},
		"a second one for the same pod":     {pods: []*corev1.Pod{pod}, claims: []*resourcev1.ResourceClaim{claim("a", "gpu", 2, "uid-p"), claim("b", "gpu", 2, "uid-p")}, want: map[corev1.ResourceName]int64{explicit: 4, implicit: 4}},
		"one of an earlier pod of the name": {pods: []*corev1.Pod{pod}, claims: []*resourcev1.ResourceClaim{claim("c", "gpu", 2, "uid-q")}, want: map[corev1.ResourceName]int64{explicit: 4, implicit: 2}},
		"one whose pod is gone":             {claims: []*resourcev1.ResourceClaim{claim("c", "gpu", 2, "uid-p")}, want: map[corev1.ResourceName]int64{explicit: 2, implicit: 2}},
	} {
		counters, err := NewCounters(time.Now)
		if err != nil {
			t.Fatal(err)
		}
		counters = counters.With(Devices{Classes: slices.Values([]*resourcev1.DeviceClass{class, bare}),
			Pod: func(_, name string) *corev1.Pod {
				for _, p := range c.pods {
					if p.Name == name {
						return p
					}
				}
				return nil
			},
			Claims: func(_ string, pod types.UID) (out []*resourcev1.ResourceClaim) {
				for _, have := range c.claims {
					if of, ok := MadeForPod(have); ok && of == pod {
						out = append(out, have)
					}
				}
				return out
			}})
		q := &corev1.ResourceQuota{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "q"}, Spec: corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{explicit: gpu, implicit: gpu}}}
		if !LimitsDevices(q) {
			t.Error("the quota is said not to limit devices")
		}
		used, err := counters.Count(q, func(r api.Resource) (Collection, error) {
			var objs []runtime.Object
			for _, p := range c.pods {
				if r.Name == "pods" {
					objs = append(objs, p)
				}
			}
			for _, have := range c.claims {
				if r.Name == "resourceclaims" {
					objs = append(objs, have)
				}
			}
			return Collection{Len: len(objs), Objects: func(yield func(runtime.Object, error) bool) {
				for _, o := range objs {
					if !yield(o, nil) {
						return
					}
				}
			}}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for res, n := range c.want {
			if got := used[res]; got.Value() != n {
				t.Errorf("%s: %s is used %s times, want %d", name, res, got.String(), n)
			}
		}
	}
}
