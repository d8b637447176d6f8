package reconcile

import (
	"testing"
	"time"

	"gantry.dev/gantry/internal/api"
)

// An item counts as waiting from when it is added until it is taken, and as worked on from then until it is done.
func TestQueueIsWatched(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ctls := []Controller{{Name: "a"}, {Name: "b"}}
	q := newQueue(func() time.Time { return now }, newMetrics(ctls).watch(ctls))
	for _, name := range []string{"x", "y", "x"} {
		q.add(item{1, api.Key{Name: name}})
	}
	if depth, _, _ := q.now(2); depth[0] != 0 || depth[1] != 2 {
		t.Errorf("depth %v, want 0 and 2", depth)
	}
	items := q.poll(1)
	now = now.Add(3 * time.Second)
	if depth, sum, longest := q.now(2); depth[1] != 1 || sum[1] != 3*time.Second || longest[1] != 3*time.Second || sum[0] != 0 {
		t.Errorf("depth %v, sum %v, longest %v", depth, sum, longest)
	}
	q.add(items[0]) // dirty: it waits again when the work is done
	q.done(items)
	if depth, sum, _ := q.now(2); depth[1] != 2 || sum[1] != 0 {
		t.Errorf("afterwards depth %v, sum %v", depth, sum)
	}
}
