package statefulset

import (
	"slices"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/history"
	"gantry.dev/gantry/internal/plan/replicas"
	"gantry.dev/gantry/internal/view"
)

func podName(set *appsv1.StatefulSet, ordinal int) string {
	return set.Name + "-" + strconv.Itoa(ordinal)
}

// create makes the pod of a place, its claims first. It reports whether nothing stood in the way.
func (w *work) create(ordinal int) (bool, error) {
	name := podName(w.set, ordinal)
	if other, taken := view.Get[corev1.Pod](w.s, plan.Beside(w.key, plan.Pods, name)); taken {
		// Of an earlier set of this name, or a stranger's. The set is woken when it is gone.
		if other.DeletionTimestamp == nil {
			w.warn("FailedCreate", failed("Create", name, w.set.Name, `pods "`+name+`" already exists`))
		}
		w.wait("waiting for a pod of the name %s, which is not the set's, to be gone", name)
		return false, nil
	}
	rev := w.update
	if w.below(ordinal) {
		rev = w.current
	}
	template, err := history.Template(rev)
	if err != nil {
		return false, err
	}
	pod := replicas.Pod(template, w.set.Namespace, name, ref(w.set))
	pod.GenerateName = w.set.Name + "-"
	pod.Spec.Hostname, pod.Spec.Subdomain = name, w.set.Spec.ServiceName
	identify(w.set, pod, ordinal)
	pod.Labels[appsv1.StatefulSetRevisionLabel] = rev.Name
	if w.stale(pod, ordinal) {
		w.wait("waiting for the claims of an earlier pod %s to be gone", name)
		return false, nil
	}
	before := len(w.Writes)
	if !w.claims(pod, ordinal) {
		return false, nil
	}
	if len(w.Writes) > before {
		w.wait("pod %s comes when its claims are there", name)
		return true, nil
	}
	for _, wr := range w.own(pod, ordinal) {
		w.do(wr, "", "")
	}
	w.do(plan.Create(plan.Beside(w.key, plan.Pods, name), pod, "the set has no such replica"), "SuccessfulCreate", told("Create", name, w.set.Name))
	return true, nil
}

// below reports whether a pod of this ordinal is still made of the current revision.
func (w *work) below(ordinal int) bool {
	st := &w.set.Spec.UpdateStrategy
	if st.RollingUpdate != nil {
		return w.held(ordinal)
	}
	return st.Type == appsv1.RollingUpdateStatefulSetStrategyType && ordinal < first(w.set)+int(w.set.Status.CurrentReplicas)
}

func partition(set *appsv1.StatefulSet) int {
	if r := set.Spec.UpdateStrategy.RollingUpdate; r != nil && r.Partition != nil {
		return int(*r.Partition)
	}
	return 0
}

// identify labels a pod with its name and index and gives it its claims as volumes.
func identify(set *appsv1.StatefulSet, pod *corev1.Pod, ordinal int) {
	if pod.Labels == nil {
		pod.Labels = map[string]string{}
	}
	pod.Labels[appsv1.StatefulSetPodNameLabel] = pod.Name
	pod.Labels[appsv1.PodIndexLabel] = strconv.Itoa(ordinal)
	var volumes []corev1.Volume
	for i := range set.Spec.VolumeClaimTemplates {
		t := &set.Spec.VolumeClaimTemplates[i]
		volumes = append(volumes, corev1.Volume{Name: t.Name, VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claimName(set, t, ordinal)}}})
	}
	for _, v := range pod.Spec.Volumes {
		if !slices.ContainsFunc(volumes, func(o corev1.Volume) bool { return o.Name == v.Name }) {
			volumes = append(volumes, v)
		}
	}
	pod.Spec.Volumes = volumes
}

// corrected is the pod with the identity that it should have, or nil if it has it.
func corrected(set *appsv1.StatefulSet, p *corev1.Pod, ordinal int) *corev1.Pod {
	if p.Labels[appsv1.StatefulSetPodNameLabel] == p.Name && stored(set, p, ordinal) {
		return nil
	}
	fresh := p.DeepCopy()
	identify(set, fresh, ordinal)
	return fresh
}

// stored reports whether the pod's volumes are the claims of its place.
func stored(set *appsv1.StatefulSet, p *corev1.Pod, ordinal int) bool {
	for i := range set.Spec.VolumeClaimTemplates {
		t := &set.Spec.VolumeClaimTemplates[i]
		if !slices.ContainsFunc(p.Spec.Volumes, func(v corev1.Volume) bool {
			return v.Name == t.Name && v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.ClaimName == claimName(set, t, ordinal)
		}) {
			return false
		}
	}
	return true
}
