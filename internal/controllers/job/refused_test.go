package job

import (
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan/replicas"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view/viewtest"
)

func TestRefusalsAreShown(t *testing.T) {
	ending := &apierrors.StatusError{ErrStatus: metav1.Status{Details: &metav1.StatusDetails{Causes: []metav1.StatusCause{{Type: corev1.NamespaceTerminatingCause}}}}}
	w := viewtest.New(t, head)
	p, err := Controllers(false)[0].Refused(w.Snapshot(), key, w.Now, []reconcile.Refusal{
		{Write: client.Write{Verb: client.Create}, Err: errors.New("exceeded quota")},
		{Write: client.Write{Verb: client.Delete}, Err: errors.New("forbidden")},
		{Write: client.Write{Verb: client.Create}, Err: ending},
		{Write: client.Write{Verb: client.Update}, Err: errors.New("overtaken")},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"work Warning FailedCreate: Error creating: exceeded quota", "work Warning FailedDelete: Error deleting: forbidden"}
	if len(p.Events) != len(want) {
		t.Fatalf("events %v", p.Events)
	}
	for i, e := range p.Events {
		if got := viewtest.EventText(e); got != want[i] {
			t.Errorf("event %q, want %q", got, want[i])
		}
	}
}

// A job that is refused its pods asks for a few of them again, not for a thousand.
func TestStartsSlowly(t *testing.T) {
	w := viewtest.New(t, head+"  parallelism: 1000\n  completions: 1000")
	p, err := Controllers(false)[0].Plan(w.Snapshot(), key, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	creates := 0
	for _, wr := range p.Writes {
		if wr.Verb == client.Create {
			creates++
		}
	}
	if want := replicas.Start(0, replicas.Burst); creates != want {
		t.Errorf("%d creates at first, want %d", creates, want)
	}
	w.Settle(Controllers(false)...)
	if n := len(never(t, w)); n != 1000 {
		t.Errorf("%d active in the end", n)
	}
}
