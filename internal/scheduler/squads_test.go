package scheduler

import (
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/plan/schedule"
)

// A gang gives up the room that is kept for it when its timeout is over, and is tried again after others had a turn.
func TestGangGivesUpItsRoom(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	c := &cluster{id: "c", state: schedule.NewState(nil), profiles: profiles{Name: nil}, pending: map[api.Key]*waiting{},
		assumed: map[api.Key]api.Revision{}, reserved: map[api.Key]*reserved{}, chosen: map[api.Key]string{}}
	c.state.SetNode(&corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n"}, Status: corev1.NodeStatus{Allocatable: corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse("2"), corev1.ResourceMemory: resource.MustParse("1Gi"), corev1.ResourcePods: resource.MustParse("10")}}})
	mk := func(name string) *waiting {
		p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: name, UID: types.UID(name), Labels: map[string]string{gang.Label: "g"}}}
		p.Spec.SchedulerName = Name
		p.Spec.Containers = []corev1.Container{{Name: "c", Resources: corev1.ResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("1")}}}}
		return &waiting{key: plan.KeyOf("c", plan.Pods, p), pod: p}
	}
	var members []*waiting
	for i := range 2 {
		w := mk(fmt.Sprint("m", i))
		w.pod.Status.NominatedNodeName = "n"
		c.gangUp(w.key, w.pod, false)
		c.refused.add(w)
		c.state.Nominate(w.pod, "n")
		members = append(members, w)
	}
	sq := c.groupOf(members[0])
	sq.known, sq.group = true, gang.Group{Min: 2, Timeout: 20 * time.Second}
	sq.keeps(true, now)
	sq.keeps(true, now.Add(10*time.Second)) // refused again: the clock goes on
	other := mk("other")
	other.pod.Labels = nil
	fits := func() bool {
		b, _ := c.state.Assign([]schedule.Pod{{Pod: other.pod}})
		for _, x := range b {
			c.state.RemovePod(x.Pod.UID)
		}
		return len(b) == 1
	}
	s := &Scheduler{}
	d := newDecision(nil)
	if s.expire(d, c, now.Add(19*time.Second)); len(d.writes) > 0 || fits() {
		t.Fatal("the room was given up before its time")
	}
	if again, _ := c.next(now.Add(19 * time.Second)); !again.Equal(now.Add(20 * time.Second)) {
		t.Errorf("the scheduler wants to look again at %s", again)
	}
	late := now.Add(20 * time.Second)
	if s.expire(d, c, late); len(d.writes) != 2 || !fits() {
		t.Fatalf("%d writes, room for others: %t", len(d.writes), fits())
	}
	for _, w := range d.writes {
		if p := w.Object.(*corev1.Pod); w.Verb != client.Update || w.Subresource != "status" || p.Status.NominatedNodeName != "" {
			t.Errorf("%s %s: nominated for %q", w.Subresource, w.Key, p.Status.NominatedNodeName)
		}
	}
	if b := c.sure(late, bindBatch); len(b) != 0 {
		t.Error("the gang is tried again at once")
	}
	if b := c.sure(late.Add(lastRetry), bindBatch); len(b) != 2 {
		t.Errorf("%d pods of the gang are tried again in time", len(b))
	}
}

// A gang is decided as a whole, however small the batch and whatever its pods wait for; an incomplete one is held.
func TestGangsComeWhole(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	c := &cluster{id: "c", state: schedule.NewState(nil), profiles: profiles{Name: nil}, pending: map[api.Key]*waiting{}, reserved: map[api.Key]*reserved{}}
	add := func(group string, n int, to func(*waiting)) {
		for i := range n {
			p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: fmt.Sprint(group, len(c.pending)+c.refused.len(), i), Labels: map[string]string{gang.Label: group}}}
			p.UID, p.Spec.SchedulerName = types.UID(p.Name), Name
			w := &waiting{key: plan.KeyOf("c", plan.Pods, p), pod: p}
			c.gangUp(w.key, p, false)
			to(w)
		}
		sq := c.squad(api.Key{Resource: gang.Groups, Cluster: "c", Namespace: "ns", Name: group})
		sq.known, sq.group.Min = true, 4
	}
	pend := func(w *waiting) { c.pending[w.key] = w }
	add("a", 3, pend)
	add("a", 2, c.refused.add)
	add("b", 3, pend)
	batch := c.sure(now, 1)
	of, held := c.gangs(batch)
	if len(batch) != 5 || len(of) != 5 || len(held) != 0 || of[batch[0]].Need != 4 {
		t.Fatalf("%d pods in the batch, %d of gangs, %d held", len(batch), len(of), len(held))
	}
	batch = c.sure(now, 10)
	if _, held = c.gangs(batch); len(batch) != 3 || held[batch[0]] != "pod group ns/b cannot find enough sibling pods, current pods number: 3, minMember of group: 4" {
		t.Errorf("%d pods in the batch, held: %v", len(batch), held)
	}
}
