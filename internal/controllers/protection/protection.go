// Package protection lets go what nobody uses any more: it takes the protecting finalizer, which admission puts on every
// claim, volume, volume attributes class and group of pods, from those that are being deleted.
//
// It reads PersistentVolumeClaims, PersistentVolumes, VolumeAttributesClasses, PodGroups and Pods and writes finalizers.
package protection

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/component-helpers/storage/ephemeral"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

var (
	claims  = api.Resource{Name: "persistentvolumeclaims"}
	volumes = api.Resource{Name: "persistentvolumes"}
	classes = api.Resource{Group: "storage.k8s.io", Name: "volumeattributesclasses"}
)

const (
	claimFinalizer  = "kubernetes.io/pvc-protection"
	volumeFinalizer = "kubernetes.io/pv-protection"
	classFinalizer  = "kubernetes.io/vac-protection"
)

// Controllers are the rows of this package.
func Controllers() []reconcile.Controller {
	return []reconcile.Controller{
		{
			Name: "persistentvolumeclaim-protection-controller", Plan: decideClaim,
			Watches: map[api.Resource]reconcile.Trigger{claims: reconcile.Self, plan.Pods: claimsOfPod},
			Writes:  []string{"persistentvolumeclaims:metadata.finalizers[" + claimFinalizer + "]"},
		},
		{
			Name: "persistentvolume-protection-controller", Plan: decideVolume,
			Watches: map[api.Resource]reconcile.Trigger{volumes: reconcile.Self},
			Writes:  []string{"persistentvolumes:metadata.finalizers[" + volumeFinalizer + "]"},
		},
		{
			Name: "volumeattributesclass-protection-controller", Plan: decideClass,
			Watches: map[api.Resource]reconcile.Trigger{classes: reconcile.Self, claims: classOfClaim, volumes: classOfVolume},
			Writes:  []string{"volumeattributesclasses.storage.k8s.io:metadata.finalizers[" + classFinalizer + "]"},
		},
	}
}

// going says whether an object is being deleted and held by the finalizer.
func going(m metav1.Object, finalizer string) bool {
	return m.GetDeletionTimestamp() != nil && slices.Contains(m.GetFinalizers(), finalizer)
}

// object is what release needs of a typed object.
type object interface {
	metav1.Object
	runtime.Object
}

func release(p *reconcile.Plan, key api.Key, fresh object, finalizer string) {
	fresh.SetFinalizers(slices.DeleteFunc(fresh.GetFinalizers(), func(f string) bool { return f == finalizer }))
	p.Writes = append(p.Writes, plan.Update(key, fresh, "nobody uses it"))
}

// claimsOfPod wakes the claims of a pod that changes or goes, if they wait for it.
func claimsOfPod(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	if !s.Holds(plan.Around(ev.Record.Key, claims)) {
		return nil // as in most namespaces: no pod is decoded for them
	}
	pod := view.Of[corev1.Pod](s, ev.Record)
	for i := range pod.Spec.Volumes {
		name := claimOf(pod, &pod.Spec.Volumes[i])
		if name == "" {
			continue
		}
		key := plan.Beside(ev.Record.Key, claims, name)
		if rec := s.Record(key); rec != nil && s.Meta(rec).DeletionTimestamp != nil {
			keys = append(keys, key)
		}
	}
	return keys
}

func claimOf(pod *corev1.Pod, v *corev1.Volume) string {
	switch {
	case v.PersistentVolumeClaim != nil:
		return v.PersistentVolumeClaim.ClaimName
	case v.Ephemeral != nil:
		return ephemeral.VolumeClaimName(pod, v)
	}
	return ""
}

func decideClaim(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	claim, ok := view.Get[corev1.PersistentVolumeClaim](s, key)
	if !ok || !going(claim, claimFinalizer) {
		return p, nil
	}
	for pod := range view.List[corev1.Pod](s, plan.Around(key, plan.Pods)) {
		if uses(pod, claim) {
			p.Note = "pod " + pod.Name + " uses it"
			return p, nil
		}
	}
	release(&p, key, claim.DeepCopy(), claimFinalizer)
	return p, nil
}

// uses says whether a pod may have the claim mounted. One that is not bound yet never will: a node does not start a pod
// whose claim is going.
func uses(pod *corev1.Pod, claim *corev1.PersistentVolumeClaim) bool {
	if pod.Spec.NodeName == "" {
		return false
	}
	for i := range pod.Spec.Volumes {
		v := &pod.Spec.Volumes[i]
		if claimOf(pod, v) != claim.Name {
			continue
		}
		// The claim of an ephemeral volume goes with its pod, which may wait for the claim: a pod that is shut down does not hold it.
		if v.Ephemeral == nil || !shutDown(pod) && ephemeral.VolumeIsForPod(pod, claim) == nil {
			return true
		}
	}
	return false
}

func shutDown(pod *corev1.Pod) bool {
	return pod.DeletionTimestamp != nil && pod.DeletionGracePeriodSeconds != nil && *pod.DeletionGracePeriodSeconds == 0
}

func decideVolume(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	v, ok := view.Get[corev1.PersistentVolume](s, key)
	if ok && going(v, volumeFinalizer) && v.Status.Phase != corev1.VolumeBound {
		release(&p, key, v.DeepCopy(), volumeFinalizer)
	}
	return p, nil
}

func classKey(s *view.Snapshot, c api.Cluster, names ...*string) (keys []api.Key) {
	for _, name := range names {
		if name == nil || *name == "" {
			continue
		}
		key := api.Key{Resource: classes, Cluster: c, Name: *name}
		if rec := s.Record(key); rec != nil && s.Meta(rec).DeletionTimestamp != nil {
			keys = append(keys, key)
		}
	}
	return keys
}

func classOfClaim(s *view.Snapshot, ev store.Event) []api.Key {
	names := claimClasses(view.Of[corev1.PersistentVolumeClaim](s, ev.Record))
	if ev.Prev != nil {
		names = append(names, claimClasses(view.Of[corev1.PersistentVolumeClaim](s, ev.Prev))...)
	}
	return classKey(s, ev.Record.Key.Cluster, names...)
}

// claimClasses are the classes that a claim has or is on its way to.
func claimClasses(c *corev1.PersistentVolumeClaim) []*string {
	names := []*string{c.Spec.VolumeAttributesClassName, c.Status.CurrentVolumeAttributesClassName}
	if m := c.Status.ModifyVolumeStatus; m != nil {
		names = append(names, &m.TargetVolumeAttributesClassName)
	}
	return names
}

func classOfVolume(s *view.Snapshot, ev store.Event) []api.Key {
	names := []*string{view.Of[corev1.PersistentVolume](s, ev.Record).Spec.VolumeAttributesClassName}
	if ev.Prev != nil {
		names = append(names, view.Of[corev1.PersistentVolume](s, ev.Prev).Spec.VolumeAttributesClassName)
	}
	return classKey(s, ev.Record.Key.Cluster, names...)
}

func decideClass(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	class, ok := view.Get[storagev1.VolumeAttributesClass](s, key)
	if !ok || !going(class, classFinalizer) {
		return p, nil
	}
	is := func(name *string) bool { return name != nil && *name == class.Name }
	for v := range view.List[corev1.PersistentVolume](s, api.Scope{Resource: volumes, Cluster: key.Cluster}) {
		if is(v.Spec.VolumeAttributesClassName) {
			p.Note = "volume " + v.Name + " uses it"
			return p, nil
		}
	}
	for c := range view.List[corev1.PersistentVolumeClaim](s, api.Scope{Resource: claims, Cluster: key.Cluster}) {
		if slices.ContainsFunc(claimClasses(c), is) {
			p.Note = "claim " + c.Namespace + "/" + c.Name + " uses it"
			return p, nil
		}
	}
	release(&p, key, class.DeepCopy(), classFinalizer)
	return p, nil
}
