package registry_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

// Upstream's strategy takes the time of a volume's phase from the machine's clock; ours is injected.
func TestVolumePhaseHasTheInjectedTime(t *testing.T) {
	h := newHouse(t)
	at := func(v *corev1.PersistentVolume, want time.Time) {
		t.Helper()
		if got := v.Status.LastPhaseTransitionTime; got == nil || !got.Time.Equal(want) {
			t.Errorf("phase %s since %v, want %v", v.Status.Phase, got, want)
		}
	}
	k := api.Key{Resource: api.Resource{Name: "persistentvolumes"}, Cluster: api.Host, Name: "v"}
	res := h.write(client.Write{Verb: client.Create, Key: k, Object: &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: "v"}, Spec: corev1.PersistentVolumeSpec{
		Capacity: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}, AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
		PersistentVolumeSource: corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/v"}}}}})
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	at(res.Object.(*corev1.PersistentVolume), start)
	update := func(sub string, edit func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		t.Helper()
		v := res.Object.(*corev1.PersistentVolume).DeepCopy()
		v.ResourceVersion = ""
		edit(v)
		res = h.write(client.Write{Verb: client.Update, Key: k, Subresource: sub, Object: v})
		if res.Err != nil {
			t.Fatal(res.Err)
		}
		return res.Object.(*corev1.PersistentVolume)
	}
	h.now = start.Add(time.Hour)
	available := func(v *corev1.PersistentVolume) { v.Status.Phase = corev1.VolumeAvailable }
	at(update("", available), start) // a write to the spec has no say in that
	at(update("status", available), h.now)
	given := start.Add(time.Minute)
	at(update("status", func(v *corev1.PersistentVolume) {
		v.Status.Phase, v.Status.LastPhaseTransitionTime = corev1.VolumeBound, &metav1.Time{Time: given}
	}), given)
	h.now = start.Add(2 * time.Hour)
	at(update("status", func(v *corev1.PersistentVolume) { v.Status.Message = "news" }), given)
}

// The same holds for the time since when an APIService without a server of its own is available.
func TestLocalAPIServiceHasTheInjectedTime(t *testing.T) {
	h := newHouse(t)
	a := h.create(&apiregistrationv1.APIService{ObjectMeta: metav1.ObjectMeta{Name: "v1.x.example.com"},
		Spec: apiregistrationv1.APIServiceSpec{Group: "x.example.com", Version: "v1", GroupPriorityMinimum: 1, VersionPriority: 1}}).(*apiregistrationv1.APIService)
	if len(a.Status.Conditions) != 1 || !a.Status.Conditions[0].LastTransitionTime.Time.Equal(start) {
		t.Errorf("conditions %+v, want one since %s", a.Status.Conditions, start)
	}
}
