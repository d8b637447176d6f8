package sim

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/store"
)

// Tenant is a label (and annotation of templates) that says of an object, of which cluster it is: nothing of one is ever
// in another.
const Tenant = "sim.gantry.dev/tenant"

// laws is what is remembered to judge the next event by.
type laws struct {
	// address is who has an address, per cluster.
	address map[place]types.UID
	// succeeded are the pods of a job that ended well, by the job's UID: per index, and all.
	succeeded map[types.UID]map[types.UID]string
	// most is the largest size that a replica set ever asked for, by its UID.
	most map[types.UID]int32
	// gone are the objects that were deleted for good.
	gone map[types.UID]bool
}

type place struct {
	cluster api.Cluster
	address string
}

func newLaws() laws {
	return laws{address: map[place]types.UID{}, succeeded: map[types.UID]map[types.UID]string{}, most: map[types.UID]int32{}, gone: map[types.UID]bool{}}
}

// judge holds one event against what must never be, whatever the story. The world has taken it in.
func (w *World) judge(ev *store.Event) error {
	key := ev.Record.Key
	obj := w.object(ev.Record)
	if m, ok := obj.(metav1.Object); ok {
		if err := w.judgeObject(ev, m); err != nil {
			return err
		}
	}
	switch o := obj.(type) {
	case *corev1.Pod:
		var old *corev1.Pod
		if ev.Prev != nil {
			old = w.object(ev.Prev).(*corev1.Pod)
		}
		return w.judgePod(ev, o, old)
	case *corev1.Service:
		if ev.Type == store.Delete {
			delete(w.laws.address, place{key.Cluster, o.Spec.ClusterIP})
		} else if o.Spec.ClusterIP != "" && o.Spec.ClusterIP != corev1.ClusterIPNone {
			return w.claim(key, o.Spec.ClusterIP, o.UID)
		}
	case *appsv1.ReplicaSet:
		w.laws.most[o.UID] = max(w.laws.most[o.UID], *o.Spec.Replicas)
	case *batchv1.Job:
		if ev.Type == store.Put {
			return w.judgeJob(key, o)
		}
	case *corev1.PersistentVolumeClaim:
		if ev.Type == store.Put && o.Spec.VolumeName != "" {
			for _, c := range List[corev1.PersistentVolumeClaim](w, api.Scope{Resource: key.Resource, Cluster: key.Cluster}) {
				if c.UID != o.UID && c.Spec.VolumeName == o.Spec.VolumeName {
					return fmt.Errorf("volume %s has two claims, %s and %s", o.Spec.VolumeName, c.Name, o.Name)
				}
			}
		}
	}
	return nil
}

// judgeObject holds any object against what is true of all.
func (w *World) judgeObject(ev *store.Event, m metav1.Object) error {
	key := ev.Record.Key
	if ev.Type == store.Delete {
		w.laws.gone[m.GetUID()] = true
		return nil
	}
	if t := m.GetLabels()[Tenant]; t != "" && t != string(key.Cluster) {
		return fmt.Errorf("%s is an object of tenant %s", key, t)
	}
	if w.laws.gone[m.GetUID()] {
		return fmt.Errorf("%s is back from the dead", key)
	}
	if ev.Prev == nil {
		return nil
	}
	old, ok := w.object(ev.Prev).(metav1.Object)
	switch {
	case !ok:
	case old.GetUID() != m.GetUID():
		return fmt.Errorf("%s became another, %s after %s, without having been deleted", key, m.GetUID(), old.GetUID())
	case old.GetDeletionTimestamp() != nil && m.GetDeletionTimestamp() == nil:
		return fmt.Errorf("the deletion of %s was taken back", key)
	case old.GetGeneration() > m.GetGeneration():
		return fmt.Errorf("%s went back from generation %d to %d", key, old.GetGeneration(), m.GetGeneration())
	}
	return nil
}

func (w *World) claim(key api.Key, address string, uid types.UID) error {
	at := place{key.Cluster, address}
	if other := w.laws.address[at]; other != "" && other != uid {
		return fmt.Errorf("address %s is given twice, to %s and %s (%s)", address, other, uid, key)
	}
	w.laws.address[at] = uid
	return nil
}

// judgeJob compares what a job says with what its pods did.
func (w *World) judgeJob(key api.Key, j *batchv1.Job) error {
	done := w.laws.succeeded[j.UID]
	if int(j.Status.Succeeded) > len(done) {
		return fmt.Errorf("job %s counts %d pods that ended well, there were %d", key, j.Status.Succeeded, len(done))
	}
	if n := j.Spec.Completions; n != nil && len(done) > int(*n) {
		return fmt.Errorf("job %s: %d pods ended well, %d were wanted", key, len(done), *n)
	}
	return nil
}

// Bounded is an invariant of a story: no more pods than that match, of those that still count.
func Bounded(scope api.Scope, app string, most int) func(*World) error {
	return func(w *World) error {
		n := 0
		for _, p := range w.Pods(scope.Cluster, scope.Namespace) {
			if p.Labels["app"] == app && plan.Active(p) {
				n++
			}
		}
		if n > most {
			return fmt.Errorf("%d pods of %s, %d allowed", n, app, most)
		}
		return nil
	}
}

// Available is an invariant of a story: never fewer pods are ready.
func Available(scope api.Scope, app string, least int) func(*World) error {
	return func(w *World) error {
		ready := 0
		for _, p := range w.Pods(scope.Cluster, scope.Namespace) {
			if p.Labels["app"] == app && plan.Ready(p) && p.DeletionTimestamp == nil {
				ready++
			}
		}
		if ready < least {
			return fmt.Errorf("%d pods of %s are ready, never fewer than %d", ready, app, least)
		}
		return nil
	}
}

// Sized is an invariant of a story: a deployment never asks its replica sets for more pods than that. (There may be more
// for a moment, while a set that was told to shrink has not done so: upstream's bound is on what is asked for, too.)
func Sized(key api.Key, most int32) func(*World) error {
	return func(w *World) error {
		n := int32(0)
		for _, rs := range List[appsv1.ReplicaSet](w, api.Scope{Resource: plan.ReplicaSets, Cluster: key.Cluster, Namespace: key.Namespace}) {
			if ref := metav1.GetControllerOf(rs); ref != nil && ref.Kind == "Deployment" && ref.Name == key.Name {
				n += *rs.Spec.Replicas
			}
		}
		if n > most {
			return fmt.Errorf("%s asks for %d pods, %d allowed", key, n, most)
		}
		return nil
	}
}
