package ttlafterfinished

import (
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

const job = `
apiVersion: batch/v1
kind: Job
metadata: {name: work, uid: uid-work}
spec: {ttlSecondsAfterFinished: 60, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}
`

var key = api.Key{Resource: plan.Jobs, Cluster: api.Host, Namespace: "default", Name: "work"}

func TestTTL(t *testing.T) {
	for _, how := range []batchv1.JobConditionType{batchv1.JobComplete, batchv1.JobFailed} {
		w := viewtest.New(t, job)
		if _, again := w.Settle(Controller()); !again.IsZero() {
			t.Fatalf("a job that runs is due at %v", again)
		}
		obj := viewtest.Get[batchv1.Job](w, plan.Jobs, "default", "work")
		obj.Status.Conditions = []batchv1.JobCondition{{Type: how, Status: corev1.ConditionTrue, LastTransitionTime: metav1.NewTime(w.Now)}}
		w.Put(obj)
		_, again := w.Settle(Controller())
		if want := w.Now.Add(time.Minute); !again.Equal(want) {
			t.Fatalf("%s: due at %v, want %v", how, again, want)
		}
		w.Now = again
		w.Plan(Controller(), key)
		obj = viewtest.Get[batchv1.Job](w, plan.Jobs, "default", "work")
		if obj.DeletionTimestamp == nil || len(obj.Finalizers) != 1 || obj.Finalizers[0] != metav1.FinalizerDeleteDependents {
			t.Errorf("%s: not deleted in the foreground: %v %v", how, obj.DeletionTimestamp, obj.Finalizers)
		}
		p, err := Controller().Plan(w.Snapshot(), key, w.Now)
		if err != nil || len(p.Writes) > 0 {
			t.Errorf("deleted twice: %v %v", p.Writes, err)
		}
	}
}
