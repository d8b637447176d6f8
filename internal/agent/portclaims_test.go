package agent

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// A port of the machine is one pod's at a time, per protocol and address.
func TestHostPortsAreTakenOnce(t *testing.T) {
	claimant := func(uid string, restart *corev1.ContainerRestartPolicy, ports ...corev1.ContainerPort) *corev1.Pod {
		c := corev1.Container{Name: "c", Ports: ports, RestartPolicy: restart}
		p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{UID: types.UID(uid)}}
		if restart != nil || uid == "init" {
			p.Spec.InitContainers = []corev1.Container{c}
		} else {
			p.Spec.Containers = []corev1.Container{c}
		}
		return p
	}
	always := corev1.ContainerRestartPolicyAlways
	web := corev1.ContainerPort{HostPort: 80}
	for _, tc := range []struct {
		name    string
		second  *corev1.Pod
		refused bool
	}{
		{"the same", claimant("b", nil, web), true},
		{"the same, of a sidecar", claimant("b", &always, web), true},
		{"of an init container, which ends", claimant("init", nil, web), false},
		{"another protocol", claimant("b", nil, corev1.ContainerPort{HostPort: 80, Protocol: corev1.ProtocolUDP}), false},
		{"another port", claimant("b", nil, corev1.ContainerPort{HostPort: 81, ContainerPort: 80}), false},
		{"no host port", claimant("b", nil, corev1.ContainerPort{ContainerPort: 80}), false},
		{"one address of all", claimant("b", nil, corev1.ContainerPort{HostPort: 80, HostIP: "10.0.0.1"}), true},
		{"once more", claimant("a", nil, web), false},
	} {
		l := newLedger()
		if r := l.claimPorts(claimant("a", nil, web)); r != nil {
			t.Fatalf("the first: %v", r)
		}
		r := l.claimPorts(tc.second)
		if (r != nil) != tc.refused || r != nil && r.Reason != "NodePorts" {
			t.Errorf("%s: %v", tc.name, r)
		}
		l.release("a")
		if r := l.claimPorts(tc.second); r != nil {
			t.Errorf("%s, after the first is gone: %v", tc.name, r)
		}
	}
	l := newLedger()
	one, other := corev1.ContainerPort{HostPort: 80, HostIP: "10.0.0.1"}, corev1.ContainerPort{HostPort: 80, HostIP: "10.0.0.2"}
	if a, b := l.claimPorts(claimant("a", nil, one)), l.claimPorts(claimant("b", nil, other)); a != nil || b != nil {
		t.Errorf("two addresses: %v, %v", a, b)
	}
}
