package nodeapi

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/host"
)

// burner reads a node with one pod that has run since a minute and uses half a core, and counts its readings.
type burner struct {
	began time.Time
	reads int
}

func (b *burner) read(context.Context) (nodeUsage, error) {
	b.reads++
	now := time.Now()
	st := container.Details{Stats: container.Stats{Time: now, CPUUsageNanos: uint64(now.Sub(b.began) / 2)}}
	return nodeUsage{at: now, machine: host.MachineUsage{CPU: 2 * now.Sub(b.began)}, pods: []podUsage{{
		pod: &corev1.Pod{ObjectMeta: metav1.ObjectMeta{UID: "pod"}}, started: b.began, stats: st,
		containers: []containerUsage{{name: "c", id: "ctr", started: b.began, stats: st}},
	}}}, nil
}

func TestRates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r := &burner{began: time.Now()}, &rates{}
		time.Sleep(time.Minute)
		ask := func(reads int) {
			t.Helper()
			m, err := r.read(t.Context(), b.read)
			if err != nil {
				t.Fatal(err)
			}
			const half = uint64(time.Second / 2)
			if m.speed["pod"] != half || m.speed["ctr"] != half || m.speed[""] != 4*half {
				t.Errorf("speeds %v", m.speed)
			}
			if b.reads != reads {
				t.Errorf("%d readings, want %d", b.reads, reads)
			}
		}
		ask(2) // nothing to compare with
		ask(2) // fresh
		time.Sleep(usageFresh)
		ask(3)
		time.Sleep(usageStale + time.Second)
		ask(5) // the old one is no base any more
	})
}

func TestRatesFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r := &burner{began: time.Now()}, &rates{}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := r.read(ctx, b.read); !errors.Is(err, context.Canceled) {
			t.Errorf("a client that has gone: %v", err)
		}
		broken := errors.New("broken")
		if _, err := r.read(t.Context(), func(context.Context) (nodeUsage, error) { return nodeUsage{}, broken }); !errors.Is(err, broken) {
			t.Errorf("a reading that fails: %v", err)
		}
	})
}

func TestSpeeds(t *testing.T) {
	at := time.Unix(1000, 0)
	later := at.Add(10 * time.Second)
	before := map[string]counter{"steady": {at, 5e9}, "again": {at, 9e9}, "gone": {at, 1}}
	now := map[string]counter{"steady": {later, 6e9}, "again": {later, 1e9}, "new": {later, 2e9}, "unknown": {later, 2e9}}
	starts := map[string]time.Time{"again": later.Add(-2 * time.Second), "new": later.Add(-4 * time.Second)}
	got := speeds(before, now, starts)
	want := map[string]uint64{"steady": 1e8, "again": 5e8, "new": 5e8}
	if len(got) != len(want) {
		t.Errorf("%v, want %v", got, want)
	}
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s: %d, want %d", k, got[k], v)
		}
	}
}
