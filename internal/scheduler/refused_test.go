package scheduler

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan/schedule"
)

// What happens on a node is held against one pod of a kind, and concerns that and those for which room is kept there.
func TestRefusalsAreHeldAgainstKinds(t *testing.T) {
	amounts := func(cpu string) corev1.ResourceList {
		return corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourcePods: resource.MustParse("10")}
	}
	pod := func(name, cpu string, priority int32) *corev1.Pod {
		list := amounts(cpu)
		delete(list, corev1.ResourcePods)
		return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: name, UID: types.UID(name), Generation: 1},
			Spec: corev1.PodSpec{Priority: &priority, SchedulerName: Name, Containers: []corev1.Container{{Name: "c", Resources: corev1.ResourceRequirements{Requests: list}}}}}
	}
	state := schedule.NewState(nil)
	var pods []schedule.Pod
	for i := range 4 {
		node := fmt.Sprintf("n%d", i)
		state.SetNode(&corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: node}, Status: corev1.NodeStatus{Allocatable: amounts("2")}})
		low := pod("low-"+node, "2", 0)
		low.Spec.NodeName = node
		state.SetPod(low)
		pods = append(pods, schedule.Pod{Pod: pod("high-"+node, "2", 10)})
	}
	for i := range 3 {
		pods = append(pods, schedule.Pod{Pod: pod(fmt.Sprintf("vain-%d", i), "5", 10)})
	}
	bindings, refused := state.Assign(pods)
	if len(bindings) > 0 {
		t.Fatalf("%d pods were placed", len(bindings))
	}
	var r refusals
	nominated := map[string]string{}
	for i := range refused {
		ref := &refused[i]
		if !slices.Equal(ref.Plugins, []string{schedule.NodeResourcesFit}) {
			t.Errorf("%s was refused by %v", ref.Pod.Name, ref.Plugins)
		}
		w := &waiting{key: api.Key{Name: ref.Pod.Name}, pod: ref.Pod, help: ref.Help, room: ref.Room}
		nominated[w.key.Name] = ref.Nominated
		r.add(w)
		r.add(w) // twice is once
	}
	helped := func(node string, h schedule.Help) (names []string, asked int) {
		for w := range r.helpedAt(node, h, func(room *schedule.Room) bool { asked++; return state.Suffices(room, node) }) {
			names = append(names, w.key.Name)
		}
		slices.Sort(names)
		return names, asked
	}
	var mine string
	for name, node := range nominated {
		if node == "n1" {
			mine = name
		}
	}
	if names, asked := helped("n1", schedule.HelpRoom); !slices.Equal(names, []string{mine}) || asked > 3 {
		t.Errorf("a departure from n1 helps %v, for which %d rooms were looked at; want %s", names, asked, mine)
	}
	if names, _ := helped("n1", schedule.HelpPods); len(names) > 0 {
		t.Errorf("other pods help %v", names)
	}
	state.SetNode(&corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n9"}, Status: corev1.NodeStatus{Allocatable: amounts("3")}})
	if names, asked := helped("n9", schedule.HelpNode); len(names) != 4 || asked > 2 {
		t.Errorf("a node with room helps %v, for which %d rooms were looked at", names, asked)
	}
	for name := range nominated {
		r.remove(api.Key{Name: name})
		r.remove(api.Key{Name: name})
	}
	if r.len() > 0 || len(r.sorts) > 0 || len(maps.Collect(r.all())) > 0 {
		t.Errorf("something is left: %v", r.sorts)
	}
}
