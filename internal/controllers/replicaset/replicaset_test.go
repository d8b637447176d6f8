package replicaset

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/replicas"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view/viewtest"
)

const web = `
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web, uid: uid-web, generation: 1}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: i}]}
`

var key = api.Key{Resource: plan.ReplicaSets, Cluster: api.Host, Namespace: "default", Name: "web"}

func pods(w *viewtest.World) []*corev1.Pod { return viewtest.All[corev1.Pod](w, plan.Pods) }

func scale(w *viewtest.World, n int32) {
	rs := viewtest.Get[appsv1.ReplicaSet](w, plan.ReplicaSets, "default", "web")
	rs.Spec.Replicas = &n
	rs.Generation++
	w.Put(rs)
}

func ready(w *viewtest.World, p *corev1.Pod, node string) {
	p.Spec.NodeName = node
	p.Status.Phase = corev1.PodRunning
	plan.SetPodCondition(&p.Status, corev1.PodCondition{Type: corev1.PodReady, Status: corev1.ConditionTrue}, w.Now)
	w.Put(p)
}

func TestScaleUpAndDown(t *testing.T) {
	w := viewtest.New(t, web)
	told, _ := w.Settle(Controller())
	ps := pods(w)
	if len(ps) != 3 {
		t.Fatalf("%d pods", len(ps))
	}
	for i, p := range ps {
		if !strings.HasPrefix(p.Name, "web-") || len(p.Name) != len("web-")+5 {
			t.Errorf("name %q is not shaped like upstream's", p.Name)
		}
		if want := "web Normal SuccessfulCreate: Created pod: " + p.Name; !strings.Contains(strings.Join(told, "\n"), want) {
			t.Errorf("pod %d: no event %q in %q", i, want, told)
		}
		ready(w, p, fmt.Sprintf("n%d", i%2)) // two of them share n0
	}
	w.Settle(Controller())
	rs := viewtest.Get[appsv1.ReplicaSet](w, plan.ReplicaSets, "default", "web")
	if st := rs.Status; st.Replicas != 3 || st.ReadyReplicas != 3 || st.AvailableReplicas != 3 || st.FullyLabeledReplicas != 3 || st.ObservedGeneration != rs.Generation {
		t.Errorf("status %+v", st)
	}
	scale(w, 2)
	told, _ = w.Settle(Controller())
	if len(told) != 1 || !strings.Contains(told[0], "SuccessfulDelete: Deleted pod: ") {
		t.Errorf("events %q", told)
	}
	nodes := map[string]bool{}
	for _, p := range pods(w) {
		nodes[p.Spec.NodeName] = true
	}
	if len(nodes) != 2 {
		t.Errorf("the pod that was doubled up should have gone first; left: %v", nodes)
	}
}

// Two planners with the same stale snapshot, and a planner that died half way, never make more pods than asked for.
func TestPlanningTwiceNeverOvershoots(t *testing.T) {
	for cut := range 4 {
		w := viewtest.New(t, web)
		stale := w.Snapshot()
		first, err := Controller().Plan(stale, key, w.Now)
		if err != nil {
			t.Fatal(err)
		}
		w.Apply(first.Writes[:cut]...) // the process died here
		second, err := Controller().Plan(stale, key, w.Now)
		if err != nil {
			t.Fatal(err)
		}
		w.Apply(second.Writes...)
		third, err := Controller().Plan(w.Snapshot(), key, w.Now)
		if err != nil {
			t.Fatal(err)
		}
		w.Apply(third.Writes...)
		if n := len(pods(w)); n != 3 {
			t.Errorf("died after %d writes: %d pods", cut, n)
		}
	}
}

func TestDeadPodsNameDoesNotComeBack(t *testing.T) {
	w := viewtest.New(t, web)
	w.Settle(Controller())
	seen := map[string]bool{}
	for round := range 20 {
		for _, p := range pods(w) {
			if round > 0 && seen[p.Name+string(p.UID)] {
				continue
			}
			seen[p.Name+string(p.UID)] = true
		}
		victim := pods(w)[0]
		w.Remove(plan.KeyOf(api.Host, plan.Pods, victim))
		w.Settle(Controller())
		for _, p := range pods(w) {
			if p.Name == victim.Name {
				t.Fatalf("round %d: name %s came back", round, p.Name)
			}
		}
	}
}

func TestStrangersNameIsPassedOver(t *testing.T) {
	w := viewtest.New(t, web)
	p, err := Controller().Plan(w.Snapshot(), key, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	w.Put(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: p.Writes[0].Key.Name, Namespace: "default"},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "i"}}}})
	w.Settle(Controller())
	if n := len(pods(w)); n != 4 {
		t.Errorf("%d pods, want the stranger and three of ours", n)
	}
}

func TestAdoptAndRelease(t *testing.T) {
	w := viewtest.New(t, web, `
apiVersion: v1
kind: Pod
metadata: {name: orphan, labels: {app: web}}
spec: {containers: [{name: c, image: i}]}
`)
	w.Settle(Controller())
	if n := len(pods(w)); n != 3 {
		t.Fatalf("%d pods, want the adopted and two new", n)
	}
	orphan := viewtest.Get[corev1.Pod](w, plan.Pods, "default", "orphan")
	if ref := metav1.GetControllerOf(orphan); ref == nil || ref.UID != "uid-web" {
		t.Fatalf("not adopted: %v", orphan.OwnerReferences)
	}
	orphan.Labels = map[string]string{"app": "mine"}
	w.Put(orphan)
	w.Settle(Controller())
	orphan = viewtest.Get[corev1.Pod](w, plan.Pods, "default", "orphan")
	if len(orphan.OwnerReferences) != 0 {
		t.Errorf("not released: %v", orphan.OwnerReferences)
	}
	if n := len(pods(w)); n != 4 {
		t.Errorf("%d pods, want the released and three of ours", n)
	}
}

func TestMinReadySecondsAsksForAWakeUp(t *testing.T) {
	w := viewtest.New(t, strings.Replace(web, "replicas: 3", "replicas: 1\n  minReadySeconds: 10", 1))
	w.Settle(Controller())
	ready(w, pods(w)[0], "n0")
	_, again := w.Settle(Controller())
	if want := w.Now.Add(10 * 1e9); !again.Equal(want) {
		t.Fatalf("again at %v, want %v", again, want)
	}
	w.Now = again
	w.Plan(Controller(), key)
	if rs := viewtest.Get[appsv1.ReplicaSet](w, plan.ReplicaSets, "default", "web"); rs.Status.AvailableReplicas != 1 {
		t.Errorf("status %+v", rs.Status)
	}
}

func TestRefusedCreateIsShownAndStartsSlowly(t *testing.T) {
	w := viewtest.New(t, web)
	ctl := Controller()
	p, err := ctl.Plan(w.Snapshot(), key, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := ctl.Refused(w.Snapshot(), key, w.Now, []reconcile.Refusal{{Write: p.Writes[0], Err: errors.New("exceeded quota")}})
	if err != nil {
		t.Fatal(err)
	}
	if len(shown.Events) != 1 || viewtest.EventText(shown.Events[0]) != "web Warning FailedCreate: Error creating: exceeded quota" {
		t.Errorf("events %v", shown.Events)
	}
	w.Apply(shown.Writes...)
	rs := viewtest.Get[appsv1.ReplicaSet](w, plan.ReplicaSets, "default", "web")
	c := replicas.Failure(&rs.Status)
	if c == nil || c.Reason != "FailedCreate" || c.Message != "exceeded quota" {
		t.Fatalf("condition %v", c)
	}
	if p, err = ctl.Plan(w.Snapshot(), key, w.Now); err != nil {
		t.Fatal(err)
	}
	creates := 0
	for _, wr := range p.Writes {
		if wr.Verb == client.Create {
			creates++
		}
	}
	if creates != 1 {
		t.Errorf("%d creates after a failure, want 1", creates)
	}
	w.Settle(ctl)
	rs = viewtest.Get[appsv1.ReplicaSet](w, plan.ReplicaSets, "default", "web")
	if len(pods(w)) != 3 || replicas.Failure(&rs.Status) != nil {
		t.Errorf("%d pods, status %+v", len(pods(w)), rs.Status)
	}
}

// Never more active pods than asked for by creation, finally exactly as many: under random loss, failure and scaling.
func TestConverges(t *testing.T) {
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := viewtest.New(t, web)
		want := 3
		for range 30 {
			switch ps := pods(w); r.IntN(4) {
			case 0:
				want = r.IntN(6)
				scale(w, int32(want))
			case 1:
				if len(ps) > 0 {
					w.Remove(plan.KeyOf(api.Host, plan.Pods, ps[r.IntN(len(ps))]))
				}
			case 2:
				if len(ps) > 0 {
					p := ps[r.IntN(len(ps))]
					p.Status.Phase = corev1.PodFailed
					w.Put(p)
				}
			case 3:
				if len(ps) > 0 {
					ready(w, ps[r.IntN(len(ps))], "n0")
				}
			}
			w.Settle(Controller())
			active := 0
			for _, p := range pods(w) {
				if plan.Active(p) {
					active++
				}
			}
			if active != want {
				t.Fatalf("seed %d: %d active, want %d", seed, active, want)
			}
		}
	}
}
