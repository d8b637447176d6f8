package schedule

import (
	"fmt"
	"testing"
	"time"
)

// In the middle of a batch in which one pod of a source after the other is refused, the rest of that source is left for later and others are not; a
// pod of it that gets a node ends the doubt.
func TestDoubtsWithinABatch(t *testing.T) {
	s := NewState(nil)
	s.SetNode(mkNode("a", "4", "4Gi", 1000))
	high, low := int32(10), int32(0)
	var pods []Pod
	for i := range 200 {
		p := mkPod(fmt.Sprint("large", i), fmt.Sprint(8+i), "1Mi")
		p.Namespace, p.Spec.Priority = "flood", &high
		pods = append(pods, Pod{Pod: p})
	}
	for i := range 20 {
		p := mkPod(fmt.Sprint("small", i), "10m", "1Mi")
		p.Spec.Priority = &low
		pods = append(pods, Pod{Pod: p})
	}
	var d Doubts
	bound, refused, later := s.AssignSure(pods, &d)
	if len(bound) != 20 || len(refused) != patience || len(later) != 200-patience {
		t.Fatalf("%d bound, %d refused, %d left for later", len(bound), len(refused), len(later))
	}
	from := SourceOf(later[0].Pod)
	if bound, refused := s.AssignDoubtful(later[:1], &d); len(bound)+len(refused) != 1 || !d.Of(from) {
		t.Errorf("one of them: %v, %v, doubted: %v", bound, refused, d.Of(from))
	}
	s.SetNode(mkNode("b", "9", "4Gi", 10))
	d.Helped(from)
	if bound, _, later := s.AssignSure(pods[:2], &d); len(bound) != 1 || len(later) != 0 || d.Of(from) {
		t.Errorf("with a larger node %v are bound, %d left, doubted: %v", bound, len(later), d.Of(from))
	}
}

// Both kinds of turns come up for ever as long as pods of both kinds wait, in proportion to the time that they take, whatever the clock says.
func TestTurnsStarveNobody(t *testing.T) {
	for _, took := range [][2]time.Duration{{time.Millisecond, time.Millisecond}, {time.Second, time.Microsecond}, {time.Microsecond, time.Second}, {0, 0}, {time.Millisecond, 0}} {
		var turns Turns
		var n [2]int
		var spent [2]time.Duration
		for range 20000 {
			k := 0
			if turns.Doubtful(true, true) {
				k = 1
			}
			n[k]++
			spent[k] += took[k]
			turns.Took(k == 1, took[k], took[k])
			if c := turns.Chunk(); c < 1 || c > maximum {
				t.Fatalf("%d at a time", c)
			}
		}
		if n[0] == 0 || n[1] == 0 || n[1]*(turnsBetween+1) < n[0]-turnsBetween && n[1]*turnsBetween < n[0]-turnsBetween {
			t.Errorf("turns of %v: %v", took, n)
		}
		if slack := took[1] * time.Duration(1+n[0]/turnsBetween); spent[1] > spent[0]/turnShare+slack {
			t.Errorf("turns of %v: the doubtful had %v, the others %v", took, spent[1], spent[0])
		}
	}
	var turns Turns
	if turns.Doubtful(true, false) || !turns.Doubtful(false, true) {
		t.Error("those who wait alone have to have their turn")
	}
}
