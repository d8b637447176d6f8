package scheduler

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/schedule"
)

// Pauses double up to the most, whatever that is.
func TestPauses(t *testing.T) {
	for _, tc := range []struct {
		Backoff
		before int
		want   time.Duration
	}{
		{Backoff{}, 0, firstRetry}, {Backoff{}, 1, 2 * firstRetry}, {Backoff{}, 1000, lastRetry},
		{Backoff{time.Second, 10 * time.Second}, 0, time.Second}, {Backoff{time.Second, 10 * time.Second}, 3, 8 * time.Second}, {Backoff{time.Second, 10 * time.Second}, 4, 10 * time.Second},
		{Backoff{time.Second, 1 << 31 * time.Second}, 30, 1 << 30 * time.Second}, {Backoff{time.Second, 1 << 31 * time.Second}, 99, 1 << 31 * time.Second},
		{Backoff{7 * time.Second, 7 * time.Second}, 5, 7 * time.Second},
	} {
		if got := tc.pause(tc.before); got != tc.want {
			t.Errorf("%+v after %d: %s, want %s", tc.Backoff, tc.before, got, tc.want)
		}
	}
}

// Refused pods that something has woken let others go first while they rest, and go in the order in which their rests end.
func TestRefusedPodsRest(t *testing.T) {
	begin := time.Unix(1000, 0)
	for name, tc := range map[string]struct {
		backoff Backoff
		others  bool
		after   time.Duration
		want    string
	}{
		"no back-off":                 {Backoff{}, true, 0, "often once other"},
		"others go first":             {Backoff{time.Second, 10 * time.Second}, true, 500 * time.Millisecond, "other"},
		"nobody else":                 {Backoff{time.Second, 10 * time.Second}, false, 500 * time.Millisecond, "once"},
		"one has rested":              {Backoff{time.Second, 10 * time.Second}, true, 3 * time.Second, "once other"},
		"both have rested":            {Backoff{time.Second, 10 * time.Second}, true, 11 * time.Second, "often once other"},
		"the most is not much":        {Backoff{time.Second, time.Second}, true, 3 * time.Second, "often once other"},
		"within one window all go on": {Backoff{time.Second, time.Second}, false, 0, "often once"},
	} {
		t.Run(name, func(t *testing.T) {
			c := &cluster{id: "c", state: schedule.NewState(nil), profiles: profiles{Name: schedule.Default()}, pending: map[api.Key]*waiting{}, backoff: tc.backoff}
			add := func(name string, tries int) {
				p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: name, CreationTimestamp: metav1.Unix(int64(100-tries), 0)}, Spec: corev1.PodSpec{SchedulerName: Name}}
				w := &waiting{key: plan.KeyOf("c", plan.Pods, p), pod: p, help: schedule.HelpRoom}
				if tries == 0 {
					c.pending[w.key] = w
					return
				}
				for range tries {
					c.rest(w, begin)
				}
				c.hold(w, begin)
			}
			add("once", 1)
			add("often", 9)
			if tc.others {
				add("other", 0)
			}
			c.at = begin.Add(tc.after)
			c.wake(schedule.HelpRoom)
			all := len(c.pending)
			var got []string
			for _, w := range c.sure(c.at, bindBatch) {
				got = append(got, w.pod.Name)
			}
			if s := strings.Join(got, " "); s != tc.want {
				t.Errorf("%q have their turn, want %q", s, tc.want)
			}
			for range 3 { // the others have theirs in time, and nobody twice
				for _, w := range c.sure(c.at, bindBatch) {
					got = append(got, w.pod.Name)
				}
			}
			if slices.Sort(got); len(got) != all || len(slices.Compact(got)) != all {
				t.Error(fmt.Sprint("had a turn in all: ", got))
			}
		})
	}
}
