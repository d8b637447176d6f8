package pod

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Delays double from ten seconds to five minutes, or to what the node says, and somebody looks again when one is over.
func TestBackoff(t *testing.T) {
	var d time.Duration
	for _, want := range []time.Duration{10, 20, 40, 80, 160, 300, 300} {
		if d = NextBackoff(d); d != want*time.Second {
			t.Errorf("%v, want %v s", d, want)
		}
	}
	n := newNode(t, &corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "i"}}}})
	n.in.BackoffMax = 15 * time.Second
	n.settle()
	for range 4 {
		c := n.find("c")
		n.end(c, 1)
		n.settle()
		if n.find("c").Running {
			continue // the first restart is immediate
		}
		if n.plan.Wake.IsZero() {
			t.Fatal("nobody looks again when the delay is over")
		}
		n.now = n.plan.Wake
		n.settle()
	}
	if c := n.find("c"); !c.Running || c.Backoff != 15*time.Second {
		t.Errorf("container %+v", c)
	}
}

// Which containers are started again, by their own rules, their own policy, and the pod's.
func TestRestarts(t *testing.T) {
	always, never := corev1.ContainerRestartPolicyAlways, corev1.ContainerRestartPolicyNever
	not := []corev1.ContainerRestartRule{{Action: corev1.ContainerRestartRuleActionRestart, ExitCodes: &corev1.ContainerRestartRuleOnExitCodes{
		Operator: corev1.ContainerRestartRuleOnExitCodesOpNotIn, Values: []int32{0, 7},
	}}}
	for name, c := range map[string]struct {
		pod  corev1.RestartPolicy
		own  corev1.Container
		role Role
		code int32
		want bool
	}{
		"an init container that succeeded":  {corev1.RestartPolicyAlways, corev1.Container{}, Init, 0, false},
		"an init container that failed":     {corev1.RestartPolicyAlways, corev1.Container{}, Init, 1, true},
		"a sidecar that succeeded":          {corev1.RestartPolicyNever, corev1.Container{RestartPolicy: &always}, Sidecar, 0, true},
		"an ephemeral container":            {corev1.RestartPolicyAlways, corev1.Container{}, Ephemeral, 1, false},
		"a code that no rule leaves out":    {corev1.RestartPolicyNever, corev1.Container{RestartPolicy: &never, RestartPolicyRules: not}, Main, 1, true},
		"a code that a rule leaves out":     {corev1.RestartPolicyAlways, corev1.Container{RestartPolicy: &never, RestartPolicyRules: not}, Main, 7, false},
		"on failure, and it did not":        {corev1.RestartPolicyOnFailure, corev1.Container{}, Main, 0, false},
		"its own policy, against the pod's": {corev1.RestartPolicyAlways, corev1.Container{RestartPolicy: &never}, Main, 1, false},
	} {
		if got := restarts(&corev1.PodSpec{RestartPolicy: c.pod}, &c.own, c.role, c.code); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A container is asked whether it has started, then whether it lives and is ready, and while it ends only whether it is ready.
func TestProbesThatRun(t *testing.T) {
	if NewProbeCount(Liveness).Outcome != Healthy || NewProbeCount(Readiness).Outcome != Unknown {
		t.Error("a container lives until something else is known, and is not ready until then")
	}
	p := func() *corev1.Probe { return &corev1.Probe{} }
	n := newNode(t, &corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "i", StartupProbe: p(), LivenessProbe: p(), ReadinessProbe: p()}}}})
	asked := func() string {
		n.settle()
		var kinds []string
		for _, target := range n.plan.Probes {
			kinds = append(kinds, string(target.Kind))
		}
		return strings.Join(kinds, " ")
	}
	if got := asked(); got != string(Startup) {
		t.Errorf("before it has started: %s", got)
	}
	n.in.Probes[n.find("c").ID] = ProbeResults{Startup: Healthy}
	if got := asked(); got != string(Liveness)+" "+string(Readiness) {
		t.Errorf("when it has started: %s", got)
	}
	n.find("c").Stop = &Stop{Since: n.now, Grace: time.Minute}
	if got := asked(); got != string(Readiness) {
		t.Errorf("while it ends: %s", got)
	}
}

// Sidecars are told to end one after another, the last one first.
func TestSidecarsEndInTurn(t *testing.T) {
	always := corev1.ContainerRestartPolicyAlways
	n := newNode(t, &corev1.Pod{Spec: corev1.PodSpec{
		RestartPolicy:  corev1.RestartPolicyNever,
		InitContainers: []corev1.Container{{Name: "one", Image: "i", RestartPolicy: &always}, {Name: "two", Image: "i", RestartPolicy: &always}},
		Containers:     []corev1.Container{{Name: "main", Image: "i"}},
	}})
	n.settle()
	told := func(name string) bool { return strings.Contains(strings.Join(n.log, "\n"), "signal "+name) }
	n.end(n.find("main"), 0)
	n.settle()
	if !told("two") || told("one") {
		t.Errorf("when the main container has ended:\n%s", strings.Join(n.log, "\n"))
	}
	n.end(n.find("two"), 0)
	n.settle()
	if !told("one") {
		t.Errorf("when the second has ended:\n%s", strings.Join(n.log, "\n"))
	}
}
