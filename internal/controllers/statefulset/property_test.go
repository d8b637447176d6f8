package statefulset

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

// storm is a random history of a set: users scale, update, change the partition and delete pods; pods become ready, get
// sick, end; claims of pods that were scaled down are collected.
type storm struct {
	w        *viewtest.World
	r        *rand.Rand
	parallel bool
}

func (s *storm) step() {
	w, r := s.w, s.r
	ps := pods(w)
	switch r.IntN(9) {
	case 0:
		change(w, scale(int32(r.IntN(5))))
	case 1:
		change(w, image(fmt.Sprintf("db:%d", r.IntN(3))))
	case 2:
		n := int32(r.IntN(4))
		change(w, func(set *appsv1.StatefulSet) { set.Spec.UpdateStrategy.RollingUpdate.Partition = &n })
	case 3:
		change(w, func(set *appsv1.StatefulSet) {
			set.Spec.Ordinals = &appsv1.StatefulSetOrdinals{Start: int32(r.IntN(3))}
		})
	case 4:
		if len(ps) > 0 {
			p := ps[r.IntN(len(ps))]
			p.Finalizers = nil
			if r.IntN(2) == 0 {
				p.Finalizers = []string{"test/kubelet"}
			}
			rec := w.Put(p)
			w.Apply(plan.Delete(rec.Key, p, "a user does"))
		}
	case 5:
		if len(ps) > 0 {
			p := ps[r.IntN(len(ps))]
			p.Status = corev1.PodStatus{Phase: []corev1.PodPhase{corev1.PodFailed, corev1.PodSucceeded, corev1.PodRunning}[r.IntN(3)]}
			w.Put(p)
		}
	case 6:
		collect(w)
	case 7:
		release(w)
	default:
		if len(ps) > 0 {
			run(w, ps[r.IntN(len(ps))].Name)
		}
	}
}

// never is what must not be, whatever happens.
func (s *storm) never(before []*corev1.Pod) error {
	names := map[string]bool{}
	fresh := 0
	for _, p := range pods(s.w) {
		if names[p.Name] {
			return fmt.Errorf("two pods are called %s", p.Name)
		}
		names[p.Name] = true
		if p.Labels["statefulset.kubernetes.io/pod-name"] != p.Name {
			return fmt.Errorf("pod %s has labels %v", p.Name, p.Labels)
		}
		_, ordinal := identity(p.Name)
		if s.w.Snapshot().Record(plan.Beside(key, plan.VolumeClaims, fmt.Sprintf("data-db-%d", ordinal))) == nil {
			return fmt.Errorf("pod %s has no claim", p.Name)
		}
		if !slices.ContainsFunc(before, func(o *corev1.Pod) bool { return o.UID == p.UID }) {
			fresh++
		}
	}
	if !s.parallel && fresh > 1 {
		return fmt.Errorf("%d pods were created at once", fresh)
	}
	if st := get(s.w).Status; st.CurrentReplicas < 0 || st.UpdatedReplicas > st.Replicas || st.AvailableReplicas > st.ReadyReplicas || st.ReadyReplicas > st.Replicas {
		return fmt.Errorf("status %+v", st)
	}
	return nil
}

// Never two of a name, a pod without its claim, two ordered pods at once; finally, when pods behave and users rest, the
// set is what it should be.
func TestStorm(t *testing.T) {
	for seed := range uint64(24) {
		r := rand.New(rand.NewPCG(seed, 7))
		parallel := seed%2 == 1
		policy := "OrderedReady"
		if parallel {
			policy = "Parallel"
		}
		w := viewtest.New(t, with(claims, "persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}", "podManagementPolicy: "+policy, "updateStrategy: {rollingUpdate: {partition: 0}}"))
		if seed%4 == 3 {
			two := intstr.FromInt32(2)
			change(w, func(set *appsv1.StatefulSet) { set.Spec.UpdateStrategy.RollingUpdate.MaxUnavailable = &two })
		}
		s := &storm{w, r, parallel}
		for i := range 60 {
			before := pods(w)
			s.step()
			w.Settle(Controller())
			if err := s.never(before); err != nil {
				t.Fatalf("seed %d, step %d: %v", seed, i, err)
			}
		}
		change(w, func(set *appsv1.StatefulSet) { set.Spec.UpdateStrategy.RollingUpdate.Partition = new(int32) })
		for range 40 {
			steps(w)
			release(w)
			collect(w)
			w.Settle(Controller())
		}
		set := get(w)
		var want []string
		for i := range int(*set.Spec.Replicas) {
			want = append(want, podName(set, first(set)+i))
		}
		var got []string
		for _, p := range pods(w) {
			got = append(got, p.Name)
			if p.Spec.Containers[0].Image != set.Spec.Template.Spec.Containers[0].Image || !ready(p) {
				t.Errorf("seed %d: %s is left with %s", seed, p.Name, p.Spec.Containers[0].Image)
			}
		}
		if !slices.Equal(got, want) || int(set.Status.AvailableReplicas) != len(want) {
			t.Errorf("seed %d: pods %v, want %v, status %+v", seed, got, want, set.Status)
		}
	}
}
