package registry_test

import (
	"context"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

func claimKey(name string) api.Key {
	return api.Key{Resource: api.Resource{Group: resourcev1.GroupName, Name: "resourceclaims"}, Cluster: api.Host, Namespace: "default", Name: name}
}

func deviceClaim(name string, n int64) *resourcev1.ResourceClaim {
	return &resourcev1.ResourceClaim{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default"}, Spec: resourcev1.ResourceClaimSpec{Devices: resourcev1.DeviceClaim{
		Requests: []resourcev1.DeviceRequest{{Name: "r", Exactly: &resourcev1.ExactDeviceRequest{DeviceClassName: "gpu", AllocationMode: resourcev1.DeviceAllocationModeExactCount, Count: n}}}}}}
}

// A finalizer is put on with a status and taken off with it, or with the delete that then ends the object.
func TestFinalizerInTheSameWrite(t *testing.T) {
	h := newHouse(t)
	on, off := &client.Finalizer{Name: resourcev1.Finalizer}, &client.Finalizer{Name: resourcev1.Finalizer, Off: true}
	allotted := func(c *resourcev1.ResourceClaim) client.Result {
		fresh := c.DeepCopy()
		fresh.Status.Allocation = &resourcev1.AllocationResult{Devices: resourcev1.DeviceAllocationResult{Results: []resourcev1.DeviceRequestAllocationResult{
			{Request: "r", Driver: "d.example.com", Pool: "p", Device: "g"}}}}
		return h.write(client.Write{Verb: client.Update, Subresource: "status", Key: claimKey(c.Name), Object: fresh, Finalizer: on})
	}
	held := func(name string) (*resourcev1.ResourceClaim, bool) {
		obj, err := h.c.Get(context.Background(), claimKey(name))
		if apierrors.IsNotFound(err) {
			return nil, false
		}
		if err != nil {
			t.Fatal(err)
		}
		c := obj.(*resourcev1.ResourceClaim)
		return c, slices.Contains(c.Finalizers, resourcev1.Finalizer)
	}

	res := allotted(h.create(deviceClaim("a", 1)).(*resourcev1.ResourceClaim))
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	if c, ok := held("a"); !ok || c.Status.Allocation == nil || !slices.Contains(res.Object.(*resourcev1.ResourceClaim).Finalizers, resourcev1.Finalizer) {
		t.Fatalf("after its devices were written: %v", c)
	}
	if err := h.write(client.Write{Verb: client.Delete, Key: claimKey("a"), Finalizer: off}).Err; err != nil {
		t.Fatal(err)
	}
	if c, _ := held("a"); c != nil {
		t.Fatalf("it is still there: %v", c)
	}

	res = allotted(h.create(deviceClaim("b", 1)).(*resourcev1.ResourceClaim))
	if err := h.write(client.Write{Verb: client.Delete, Key: claimKey("b")}).Err; err != nil || res.Err != nil {
		t.Fatal(err, res.Err)
	}
	c, ok := held("b")
	if !ok || c.DeletionTimestamp == nil {
		t.Fatalf("its finalizer did not hold it: %v", c)
	}
	freed := c.DeepCopy()
	freed.Status.Allocation = nil
	if err := h.write(client.Write{Verb: client.Update, Subresource: "status", Key: claimKey("b"), Object: freed, Finalizer: off}).Err; err != nil {
		t.Fatal(err)
	}
	if c, _ := held("b"); c != nil {
		t.Fatalf("it is still there: %v", c)
	}

	// One that is on its way out takes no finalizer any more.
	other := deviceClaim("c", 1)
	other.Finalizers = []string{"example.com/other"}
	h.create(other)
	if err := h.write(client.Write{Verb: client.Delete, Key: claimKey("c")}).Err; err != nil {
		t.Fatal(err)
	}
	c, _ = held("c")
	if err := allotted(c).Err; !apierrors.IsConflict(err) {
		t.Fatalf("a finalizer was put on what is being deleted: %v", err)
	}
}

// Claims are charged to quotas of the extended resource that their class stands for, and give it back.
func TestQuotaOfClaims(t *testing.T) {
	h := newHouse(t)
	h.create(&resourcev1.DeviceClass{ObjectMeta: metav1.ObjectMeta{Name: "gpu"}, Spec: resourcev1.DeviceClassSpec{ExtendedResourceName: new("example.com/gpu")}})
	h.create(quotaOf("q", "requests.example.com/gpu", "3"))
	h.create(deviceClaim("a", 2))
	h.wantUsed("q", "requests.example.com/gpu", "2")
	if err := h.try(deviceClaim("b", 2)).Err; !apierrors.IsForbidden(err) {
		t.Fatalf("two more of three: %v", err)
	}
	p := pod("p")
	one := corev1.ResourceList{"example.com/gpu": resource.MustParse("1")}
	p.Spec.Containers[0].Resources = corev1.ResourceRequirements{Requests: one, Limits: one}
	made := h.create(p).(*corev1.Pod)
	h.wantUsed("q", "requests.example.com/gpu", "3")
	c := deviceClaim("for-p", 1) // the pod counts for it
	c.Annotations = map[string]string{resourcev1.ExtendedResourceClaimAnnotation: "true"}
	c.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "Pod", Name: "p", UID: made.UID, Controller: new(true)}}
	h.create(c)
	h.wantUsed("q", "requests.example.com/gpu", "3")
	if err := h.write(client.Write{Verb: client.Delete, Key: claimKey("for-p")}).Err; err != nil {
		t.Fatal(err)
	}
	h.wantUsed("q", "requests.example.com/gpu", "3")
	if err := h.write(client.Write{Verb: client.Delete, Key: claimKey("a")}).Err; err != nil {
		t.Fatal(err)
	}
	h.wantUsed("q", "requests.example.com/gpu", "1")
}
