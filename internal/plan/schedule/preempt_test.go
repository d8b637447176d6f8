package schedule

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func ranked(name, cpu string, priority int32, node string) *corev1.Pod {
	p := mkPod(name, cpu, "1Mi")
	p.Spec.Priority = &priority
	p.Spec.NodeName = node
	p.Labels = map[string]string{"name": name}
	return p
}

func names(pods []*corev1.Pod) string {
	var out []string
	for _, p := range pods {
		out = append(out, p.Name)
	}
	return strings.Join(out, " ")
}

func TestPreemption(t *testing.T) {
	never := corev1.PreemptNever
	web := func(p *corev1.Pod) *corev1.Pod { p.Labels["app"] = "web"; return p }
	for _, tc := range []struct {
		name    string
		placed  []*corev1.Pod
		budgets []*policyv1.PodDisruptionBudget
		pod     *corev1.Pod
		node    string
		victims string
		message string
	}{
		{"the least important goes", []*corev1.Pod{ranked("low", "2", 1, "a"), ranked("mid", "2", 5, "a"), ranked("full", "4", 50, "b")}, nil,
			ranked("p", "2", 10, ""), "a", "low", ""},
		{"the node with the lowest victim", []*corev1.Pod{ranked("mid", "4", 5, "a"), ranked("low", "4", 1, "b")}, nil, ranked("p", "2", 10, ""), "b", "low", ""},
		{"the fewest of equals", []*corev1.Pod{ranked("a1", "2", 1, "a"), ranked("a2", "2", 1, "a"), ranked("b1", "4", 1, "b")}, nil, ranked("p", "4", 10, ""), "b", "b1", ""},
		{"no budget violated", []*corev1.Pod{web(ranked("low", "4", 1, "a")), ranked("mid", "4", 5, "b")},
			[]*policyv1.PodDisruptionBudget{{ObjectMeta: metav1.ObjectMeta{Namespace: "default"}, Spec: policyv1.PodDisruptionBudgetSpec{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}}}},
			ranked("p", "2", 10, ""), "b", "mid", ""},
		{"equals stay", []*corev1.Pod{ranked("a1", "4", 10, "a"), ranked("b1", "4", 10, "b")}, nil, ranked("p", "2", 10, ""), "", "",
			"0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod."},
		{"too large for any", []*corev1.Pod{ranked("a1", "4", 1, "a")}, nil, ranked("p", "8", 10, ""), "", "",
			"0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."},
		{"never", []*corev1.Pod{ranked("a1", "4", 1, "a"), ranked("b1", "4", 1, "b")}, nil, func() *corev1.Pod { p := ranked("p", "2", 10, ""); p.Spec.PreemptionPolicy = &never; return p }(), "", "",
			"0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := NewState(nil)
			s.SetBudgets(func() []*policyv1.PodDisruptionBudget { return tc.budgets })
			s.SetNode(mkNode("a", "4", "4Gi", 10))
			s.SetNode(mkNode("b", "4", "4Gi", 10))
			for _, p := range tc.placed {
				s.SetPod(p)
			}
			b, r := s.Assign([]Pod{{Pod: tc.pod}})
			if len(b) > 0 {
				t.Fatalf("bound to %s", b[0].Node)
			}
			if r[0].Nominated != tc.node || names(r[0].Victims) != tc.victims || tc.message != "" && r[0].Message != tc.message {
				t.Errorf("node %q, victims %q, message %q", r[0].Nominated, names(r[0].Victims), r[0].Message)
			}
		})
	}
}

// Room is kept for a pod until those that leave for it have left: equals do not take it, more important ones may.
func TestNominee(t *testing.T) {
	s := NewState(nil)
	s.SetNode(mkNode("a", "4", "4Gi", 10))
	s.SetPod(ranked("low", "4", 1, "a"))
	p := ranked("p", "4", 10, "")
	if _, r := s.Assign([]Pod{{Pod: p}}); r[0].Nominated != "a" || names(r[0].Victims) != "low" {
		t.Fatalf("not nominated: %+v", r[0])
	}
	if _, there := s.Where("p"); there {
		t.Error("it is told to be there already")
	}
	s.RemovePod("low")
	equal := ranked("equal", "4", 10, "")
	if b, _ := s.Assign([]Pod{{Pod: equal}}); len(b) > 0 {
		t.Fatal("an equal took the room")
	}
	// One that need not respect it is looked at between, and does not fit: the picture is that of before again.
	if b, _ := s.Assign([]Pod{{Pod: ranked("large", "8", 100, "")}, {Pod: equal}}); len(b) > 0 {
		t.Fatalf("%s took the room after a more important pod was tried", b[0].Pod.Name)
	}
	b, r := s.Assign([]Pod{{Pod: equal}, {Pod: p}})
	if len(b) != 1 || b[0].Pod.Name != "p" || len(r) != 1 {
		t.Fatalf("bound %v", b)
	}
	s.RemovePod("p")
	s.Nominate(p, "a")
	if b, _ := s.Assign([]Pod{{Pod: ranked("high", "4", 100, "")}}); len(b) != 1 {
		t.Error("a more important pod was kept away")
	}
	s.Nominate(p, "")
	s.RemovePod("high")
	if b, _ := s.Assign([]Pod{{Pod: equal}}); len(b) != 1 {
		t.Error("room is still kept for who gave it up")
	}
}

// Victims that keep an incoming pod away by anti-affinity or ports leave; those that it needs for company are no help.
func TestPreemptionBeyondRoom(t *testing.T) {
	for _, tc := range []struct{ name, placed, pod, victims string }{
		{"anti-affinity", `{metadata: {labels: {app: web}}}`,
			`spec: {priority: 10, affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}}`, "there"},
		{"its anti-affinity", `spec: {affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: loud}}}]}}}`,
			`{metadata: {labels: {app: loud}}, spec: {priority: 10}}`, "there"},
		{"host port", `spec: {containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 80}]}]}`,
			`spec: {priority: 10, containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 80}]}]}`, "there"},
		{"spread", `{metadata: {labels: {app: web}}}`,
			`{metadata: {labels: {app: web}}, spec: {priority: 10, topologySpreadConstraints: [{maxSkew: 1, minDomains: 2, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}]}}`, "there"},
		{"disk", `spec: {volumes: [{name: d, awsElasticBlockStore: {volumeID: v}}]}`, `spec: {priority: 10, volumes: [{name: d, awsElasticBlockStore: {volumeID: v}}]}`, "there"},
		{"taint", `{}`, `spec: {priority: 10, nodeSelector: {no: such}}`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := NewState(nil)
			s.SetNode(mkNode("a", "4", "4Gi", 10))
			there := read(t, "there", tc.placed)
			there.Spec.NodeName = "a"
			s.SetPod(there)
			_, r := s.Assign([]Pod{{Pod: read(t, "p", tc.pod)}})
			if len(r) != 1 || names(r[0].Victims) != tc.victims {
				t.Errorf("%+v", r)
			}
		})
	}
}
