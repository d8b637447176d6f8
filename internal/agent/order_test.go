package agent

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/types"
)

// Pods that have begun overtake the others; within each kind the order is that of arrival, and nothing is lost.
func TestOrder(t *testing.T) {
	o := newOrder()
	o.begin("b1")
	o.begin("b2")
	for _, uid := range []types.UID{"n1", "b1", "n2", "b2", "n3"} {
		o.Push(uid)
	}
	o.forget("b2")
	o.Push("b2")
	var got []types.UID
	for o.Len() > 0 {
		got = append(got, o.Pop())
	}
	if want := "[b1 b2 n1 n2 n3 b2]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
