package scheduler

import (
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/schedule"
)

// sure are the pods that batch returns, which are not doubtful.
func (c *cluster) sure(now time.Time, limit int) []*waiting {
	pods, doubtful := c.batch(now, limit)
	if doubtful {
		return nil
	}
	return pods
}

// Pods of a source of which one after the other was refused are tried beside the others and not before them, in turns: those of other sources
// do not wait for each other's flood either; and when one of them gets a node, or something should help them, they are pods like others again.
func TestDoubtfulPodsTakeTurns(t *testing.T) {
	c := newCluster("", nil, profiles{Name: schedule.Default()}, nil)
	now := time.Unix(1e9, 0)
	add := func(ns string, prio int32, n int) (out []*waiting) {
		for i := range n {
			p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: fmt.Sprintf("%s-%d-%d", ns, prio, i), UID: types.UID(fmt.Sprintf("%s-%d-%d", ns, prio, i))}, Spec: corev1.PodSpec{Priority: &prio}}
			w := &waiting{key: plan.KeyOf(c.id, plan.Pods, p), pod: p}
			c.pending[w.key] = w
			out = append(out, w)
		}
		return out
	}
	flood := schedule.Source{Namespace: "flood", Priority: 10}
	others := schedule.Source{Namespace: "others", Priority: 20}
	for range 100 {
		c.doubts.Refused(flood)
		c.doubts.Refused(others)
	}
	add("flood", 10, 1000)
	gone := add("others", 20, 3)[0]
	add("plain", 0, 4000)
	const limit = 100
	tried := map[string]int{}
	round := func() (doubtful bool) {
		pods, doubtful := c.batch(now, limit)
		for _, w := range pods {
			tried[w.pod.Namespace]++
		}
		c.turns.Took(doubtful, 10*time.Millisecond, 10*time.Millisecond)
		return doubtful
	}
	if round() || tried["plain"] != limit {
		t.Fatalf("the first turn was of %v", tried)
	}
	c.forget(gone.key)
	turns := 0
	for range 32 { // 2 of 33 turns, one more being due: a sixteenth of the time
		if round() {
			turns++
		}
	}
	if turns != 2 || tried["others"] != 2 || tried["flood"] == 0 || tried["flood"] > 100 {
		t.Errorf("%d turns were of the doubtful, in all %v", turns, tried)
	}
	if c.state = schedule.NewState(nil); c.lane.get(gone.key) != nil {
		t.Error("a deleted pod still waits")
	}
	left := c.lane.len()
	c.doubts = schedule.Doubts{}
	before := tried["flood"]
	if round() || tried["flood"]-before != min(left, limit) || c.lane.len() != 0 {
		t.Errorf("after one of them got a node %d of %d were tried", tried["flood"]-before, left)
	}
	for round(); len(c.pending) > 0; round() {
	}
	if n := tried["flood"] + tried["plain"] + tried["others"]; n != 5002 {
		t.Errorf("%d pods were tried of 5002: %v", n, tried)
	}
}
