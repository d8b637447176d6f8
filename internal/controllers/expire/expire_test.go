package expire

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

func TestEventsLiveAnHourFromTheirLastRepeat(t *testing.T) {
	w := viewtest.New(t)
	e := &corev1.Event{ObjectMeta: metav1.ObjectMeta{Name: "e", Namespace: "default"}, LastTimestamp: metav1.NewTime(w.Now)}
	w.Put(e)
	_, again := w.Settle(New(DefaultTTL))
	if !again.Equal(w.Now.Add(time.Hour)) {
		t.Fatalf("again %v", again)
	}
	w.Now = again.Add(-time.Minute)
	e.LastTimestamp = metav1.NewTime(w.Now)
	w.Put(e)
	w.Now = again
	_, again = w.Plan(New(DefaultTTL), w.Key(e))
	if len(viewtest.All[corev1.Event](w, plan.Events)) != 1 {
		t.Fatal("a repeated event has expired")
	}
	w.Now = again
	w.Plan(New(DefaultTTL), w.Key(e))
	if n := len(viewtest.All[corev1.Event](w, plan.Events)); n != 0 {
		t.Errorf("%d events left", n)
	}
}
