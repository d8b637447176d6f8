package pod

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// The shapes of pods that random lives are made of.
var shapes = []string{
	`containers: [{name: a, image: x}]`,
	`{restartPolicy: Never, containers: [{name: a, image: x}, {name: b, image: y}]}`,
	`{restartPolicy: OnFailure, initContainers: [{name: i, image: x}], containers: [{name: a, image: x}]}`,
	`{terminationGracePeriodSeconds: 5, initContainers: [{name: i, image: x}, {name: s, image: x, restartPolicy: Always}, {name: j, image: x}], containers: [{name: a, image: x}, {name: b, image: x}]}`,
	`{restartPolicy: Never, initContainers: [{name: s, image: x, restartPolicy: Always}, {name: t, image: x, restartPolicy: Always}], containers: [{name: a, image: x}]}`,
	`containers: [{name: a, image: x, lifecycle: {preStop: {sleep: {seconds: 5}}, postStart: {sleep: {seconds: 1}}}, startupProbe: {tcpSocket: {port: 1}}, livenessProbe: {tcpSocket: {port: 1}}}]`,
	`{activeDeadlineSeconds: 40, containers: [{name: a, image: x}]}`,
}

// TestRandomLives plays random things to random pods. node.check holds what may never happen; at the end the pod is
// left alone and has to reach what its spec says, then it is deleted and has to be gone.
func TestRandomLives(t *testing.T) {
	for seed := range uint64(400) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { randomLife(t, rand.New(rand.NewPCG(seed, 0))) })
		if t.Failed() {
			t.Fatalf("reproduce with -run TestRandomLives/%d", seed)
		}
	}
}

func randomLife(t *testing.T, r *rand.Rand) {
	p := &corev1.Pod{}
	if err := yaml.UnmarshalStrict([]byte(shapes[r.IntN(len(shapes))]), &p.Spec); err != nil {
		t.Fatal(err)
	}
	n := newNode(t, p)
	n.settle()
	for range 30 {
		n.disturb(r)
		n.settle()
	}
	n.leaveAlone()
	st := n.in.Pod.Status
	switch {
	case terminal(st.Phase):
		if n.in.Sandbox != nil || n.in.Volumes.Present || len(n.in.Containers) > 0 {
			t.Fatalf("finally: a pod that has ended (%s) leaves nothing: %+v", st.Phase, n.in)
		}
	case st.Phase != corev1.PodRunning:
		t.Fatalf("finally: a pod that is left alone runs, this one is %s: %+v", st.Phase, st)
	default:
		for _, c := range st.ContainerStatuses {
			if c.State.Running == nil && p.Spec.RestartPolicy == corev1.RestartPolicyAlways {
				t.Fatalf("finally: every container runs: %+v", c)
			}
		}
	}
	n.step("delete 5s")
	n.leaveAlone()
	if !n.deleted || n.in.Sandbox != nil || n.in.Volumes.Present {
		t.Fatalf("finally: a deleted pod is gone: %+v", n.in)
	}
}

// disturb does one thing that may happen to a pod.
func (n *node) disturb(r *rand.Rand) {
	switch r.IntN(12) {
	case 0:
		n.now = n.now.Add(time.Duration(r.IntN(60)) * time.Second)
	case 1:
		n.in.Sandbox, n.in.Containers = nil, nil // the machine restarts
	case 2:
		if n.in.Sandbox != nil {
			n.in.Sandbox.Broken = true
		}
	case 3:
		n.badImages["x"] = !n.badImages["x"]
	case 4:
		// The agent restarts: it forgets images, failures, hooks and probes, and knows the API's status.
		n.in.Images, n.in.Failures, n.in.Probes = map[string]Image{}, map[string]Failure{}, map[string]ProbeResults{}
		n.in.Was = n.in.Pod.Status
		n.in.Volumes.Ready = false
		for i := range n.in.Containers {
			n.in.Containers[i].Stop, n.in.Containers[i].PostStart = nil, Done
		}
	default:
		if len(n.in.Containers) > 0 {
			n.disturbContainer(r, &n.in.Containers[r.IntN(len(n.in.Containers))])
		}
	}
}

func (n *node) disturbContainer(r *rand.Rand, c *Container) {
	if !c.Running {
		return
	}
	switch r.IntN(6) {
	case 0:
		c.Lost = true
		n.end(c, 255)
	case 1:
		n.in.Probes[c.ID] = ProbeResults{Startup: Healthy, Liveness: Outcome(r.IntN(3)), Readiness: Outcome(r.IntN(3))}
	case 2:
		c.PostStart = []Step{Done, Failed}[r.IntN(2)]
	default:
		n.end(c, int32(r.IntN(2)))
	}
}

// leaveAlone lets time pass with everything well: hooks end, probes are answered, init containers and what is told to
// stop end.
func (n *node) leaveAlone() {
	clear(n.badImages)
	for range 60 {
		if n.deleted {
			return
		}
		for i := range n.in.Containers {
			c := &n.in.Containers[i]
			if !c.Running {
				continue
			}
			if c.PostStart == Underway {
				c.PostStart = Done
			}
			n.in.Probes[c.ID] = ProbeResults{Startup: Healthy, Liveness: Healthy, Readiness: Healthy}
			stopped := c.Stop != nil && !c.Stop.Signalled.IsZero()
			if stopped || n.isInit(c.Name) {
				n.end(c, 0)
			}
		}
		n.now = n.now.Add(20 * time.Second)
		n.settle()
	}
}

func (n *node) isInit(name string) bool {
	for i := range n.in.Pod.Spec.InitContainers {
		if c := &n.in.Pod.Spec.InitContainers[i]; c.Name == name {
			return !isSidecar(c)
		}
	}
	return false
}
