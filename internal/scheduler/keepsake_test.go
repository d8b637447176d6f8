package scheduler

import (
	"fmt"
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/plan/storage"
)

// What a keepsake says must be decided on as if it were the object: the room that is left on a node by pods of every sort.
func TestKeepsakesCountAsTheObjects(t *testing.T) {
	list := func(cpu, mem string) corev1.ResourceList {
		return corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(mem)}
	}
	always := corev1.ContainerRestartPolicyAlways
	box := func(cpu string) corev1.Container {
		return corev1.Container{Name: "c" + cpu, Image: "i", Resources: corev1.ResourceRequirements{Requests: list(cpu, "1Gi"), Limits: list(cpu, "1Gi")}}
	}
	for name, edit := range map[string]func(*corev1.Pod){
		"plain":          func(*corev1.Pod) {},
		"asks nothing":   func(p *corev1.Pod) { p.Spec.Containers[0].Resources = corev1.ResourceRequirements{} },
		"init container": func(p *corev1.Pod) { p.Spec.InitContainers = []corev1.Container{box("3")} },
		"sidecar": func(p *corev1.Pod) {
			side := box("1")
			side.RestartPolicy = &always
			side.Ports = []corev1.ContainerPort{{HostPort: 80, ContainerPort: 80}}
			p.Spec.InitContainers = []corev1.Container{side, box("2")}
		},
		"ports": func(p *corev1.Pod) {
			p.Spec.Containers[0].Ports = []corev1.ContainerPort{{HostPort: 81, ContainerPort: 80}}
		},
		"overhead": func(p *corev1.Pod) { p.Spec.Overhead = list("500m", "1Gi") },
		"whole":    func(p *corev1.Pod) { p.Spec.Resources = &corev1.ResourceRequirements{Requests: list("4", "2Gi")} },
		"being resized": func(p *corev1.Pod) {
			got := corev1.ResourceRequirements{Requests: list("3", "1Gi")}
			p.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: p.Spec.Containers[0].Name, Resources: &got, AllocatedResources: list("2", "1Gi"),
				State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}}
		},
		"a resize that cannot be": func(p *corev1.Pod) {
			got := corev1.ResourceRequirements{Requests: list("500m", "1Gi")}
			p.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: p.Spec.Containers[0].Name, Resources: &got, AllocatedResources: list("500m", "1Gi")}}
			p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodResizePending, Status: corev1.ConditionTrue, Reason: corev1.PodReasonInfeasible}}
		},
		"ended": func(p *corev1.Pod) { p.Status.Phase = corev1.PodSucceeded },
	} {
		t.Run(name, func(t *testing.T) {
			p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p", Namespace: "default", UID: "u", Generation: 1}, Spec: corev1.PodSpec{NodeName: "n", Containers: []corev1.Container{box("1")}}}
			edit(p)
			node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n"}, Status: corev1.NodeStatus{Allocatable: list("16", "64Gi")}}
			k := newKeepsakes()
			var used [2]string
			for i, kept := range []*corev1.Pod{p, k.pod(p, nil)} {
				s := schedule.NewState(nil)
				s.SetNode([]*corev1.Node{node, k.node(node, nil)}[i])
				s.SetPod(kept)
				rival := p.DeepCopy()
				rival.UID, rival.Spec.NodeName = "other", ""
				bindings, refusals := s.Assign([]schedule.Pod{{Pod: rival}})
				used[i] = fmt.Sprint(s.Ask(kept), len(bindings), len(refusals))
				if len(refusals) > 0 {
					used[i] += refusals[0].Message
				}
			}
			if used[0] != used[1] {
				t.Errorf("the pod: %s, its keepsake: %s", used[0], used[1])
			}
		})
	}
}

// Of a node everything is kept whose change is looked at (nodeChanged).
func TestNodesKeepWhatMatters(t *testing.T) {
	n := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: "n", UID: "u", Labels: map[string]string{"zone": "a"},
			Annotations: map[string]string{schedule.Price: "1.5", storage.LocalDirectory: "/volumes", "other": "x"}},
		Spec: corev1.NodeSpec{Unschedulable: true, Taints: []corev1.Taint{{Key: "k", Effect: corev1.TaintEffectNoExecute}}},
		Status: corev1.NodeStatus{Allocatable: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("4")}, DeclaredFeatures: []string{"F"},
			Images: []corev1.ContainerImage{{Names: []string{"i"}, SizeBytes: 7}}},
	}
	kept := newKeepsakes().node(n, n.Labels)
	if kept.Name != n.Name || nodeChanged(n, kept) {
		t.Errorf("%+v\nis kept as %+v", n, kept)
	}
	if kept.Annotations["other"] != "" {
		t.Error("what nobody looks at is kept")
	}
}

// Pods that differ in names only share what they ask for, and never what is their own.
func TestKeepsakesShare(t *testing.T) {
	k := newKeepsakes()
	make := func(name, cpu string) *corev1.Pod {
		return k.pod(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID(name)}, Spec: corev1.PodSpec{NodeName: "on-" + name, Volumes: []corev1.Volume{
			{Name: "token-" + name, VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{}}},
			{Name: "data", VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: name}}}},
			Containers: []corev1.Container{{Name: "c", Image: name, Resources: corev1.ResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu)}}}}}},
			map[string]string{"name": name})
	}
	a, b, other := make("a", "1"), make("b", "1"), make("c", "2")
	if &a.Spec.Containers[0] != &b.Spec.Containers[0] || &a.Spec.Containers[0] == &other.Spec.Containers[0] {
		t.Error("equal containers are not shared, or others are")
	}
	for _, p := range []*corev1.Pod{a, b, other} {
		if p.UID != types.UID(p.Name) || p.Spec.NodeName != "on-"+p.Name || p.Labels["name"] != p.Name || len(p.Spec.Volumes) != 1 || p.Spec.Volumes[0].PersistentVolumeClaim.ClaimName != p.Name {
			t.Errorf("not its own: %+v", p)
		}
	}
	for i := range maxCommon + 10 { // as many as are kept, and more
		if p := make(fmt.Sprint(i), fmt.Sprint(i)); p.Spec.Containers[0].Resources.Requests.Cpu().Value() != int64(i) {
			t.Fatalf("pod %d asks for %v", i, p.Spec.Containers[0].Resources.Requests)
		}
	}
	if len(k.pods) > maxCommon {
		t.Errorf("%d are kept", len(k.pods))
	}
	var none *keepsakes
	if p := (&corev1.Pod{}); none.pod(p, nil) != p {
		t.Error("without keepsakes a pod is kept as it is")
	}
	if n := (&corev1.Node{}); none.node(n, nil) != n || !reflect.DeepEqual(n, &corev1.Node{}) {
		t.Error("without keepsakes a node is kept as it is")
	}
}
