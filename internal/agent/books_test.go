package agent

import (
	"log/slog"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/plan/settings"
)

// The ledger lets pods in while there is room, counts a pod that asks again once, and gives room back.
func TestLedger(t *testing.T) {
	l := newLedger()
	room, want := demand{1000, 1 << 30}, demand{600, 1 << 20}
	for range 2 {
		if refusal := l.admit("a", want, room); refusal != nil {
			t.Fatal(refusal)
		}
	}
	if refusal := l.admit("b", want, room); refusal == nil || refusal.Reason != "OutOfcpu" {
		t.Errorf("a pod beyond the room: %v", refusal)
	}
	l.release("a")
	if refusal := l.admit("b", want, room); refusal != nil {
		t.Errorf("room was given back: %v", refusal)
	}
}

// Ranges of ids that are found at a start are given to nobody else.
func TestIDRangesDoNotOverlap(t *testing.T) {
	r := newIDRanges("test", 0)
	var all []container.IDMap
	for _, uid := range []types.UID{"a", "b", "c"} {
		r.next = 7 // all begin their search at one place
		m, err := r.take(uid)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range all {
			if m.HostID < o.HostID+o.Size && o.HostID < m.HostID+m.Size {
				t.Errorf("%v and %v overlap", m, o)
			}
		}
		all = append(all, m)
	}
}

// Pods end with the step whose priority is not above theirs.
func TestShutdownGroups(t *testing.T) {
	steps := []settings.ShutdownStep{{Priority: 0}, {Priority: 100}, {Priority: 2000}}
	for priority, want := range map[int32]int{-5: 0, 0: 0, 99: 0, 100: 1, 101: 1, 1999: 1, 2000: 2, 5000: 2} {
		ps := newPodState(t.Context(), &corev1.Pod{Spec: corev1.PodSpec{Priority: &priority}}, 1, time.Time{})
		for i, group := range groupByPriority(steps, []*podState{ps}) {
			if (len(group) == 1) != (i == want) {
				t.Errorf("priority %d: %d in step %d, want it in %d", priority, len(group), i, want)
			}
		}
	}
}

// A version of a pod that is older than the one known changes nothing.
func TestOlderVersion(t *testing.T) {
	p := func(name string) *corev1.Pod { return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}} }
	ps := newPodState(t.Context(), p("newer"), 5, time.Time{})
	if ps.take(p("older"), 4) || ps.take(p("same"), 5) || ps.current().Name != "newer" {
		t.Errorf("it is %s", ps.current().Name)
	}
	if !ps.take(p("newest"), 6) || ps.current().Name != "newest" {
		t.Errorf("it is %s", ps.current().Name)
	}
}

// What a new list does not have any more is told as gone.
func TestMirrorForgets(t *testing.T) {
	gone := ""
	m := newMirror(nil, api.Scope{Resource: serviceResource}, client.ListOptions{}, slog.New(slog.DiscardHandler), func(old, now runtime.Object, _ api.Revision) {
		if now == nil {
			gone += old.(*corev1.Service).Name
		}
	})
	svc := func(name string) runtime.Object { return &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: name}} }
	m.replace([]runtime.Object{svc("a"), svc("b")})
	m.replace([]runtime.Object{svc("b")})
	if gone != "a" || len(m.list()) != 1 {
		t.Errorf("gone: %q, left: %v", gone, m.list())
	}
}
