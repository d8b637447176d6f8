package agent

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/link"
)

var errDead = errors.New("the agent is dead")

// crasher lets an agent die at its n-th effect on the world: just before it, or just after. From then on nothing that
// this agent does has an effect, as after kill -9.
type crasher struct {
	at    int
	after bool

	mu    sync.Mutex
	count int
	dead  bool
	died  chan struct{}
}

func newCrasher(at int, after bool) *crasher {
	return &crasher{at: at, after: after, died: make(chan struct{})}
}

func (c *crasher) effect(f func() error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead {
		return errDead
	}
	c.count++
	if c.count != c.at {
		return f()
	}
	if c.after {
		// Whatever came of it, nobody learns it.
		_ = f()
	}
	c.dead = true
	close(c.died)
	return errDead
}

// mortalRuntime, mortalNetwork and mortalAPI are the agent's hands on the world.
type mortalRuntime struct {
	*container.Fake
	c *crasher
}

func (m mortalRuntime) CreateNetNS(ctx context.Context, name string) error {
	return m.c.effect(func() error { return m.Fake.CreateNetNS(ctx, name) })
}

func (m mortalRuntime) RemoveNetNS(ctx context.Context, name string) error {
	return m.c.effect(func() error { return m.Fake.RemoveNetNS(ctx, name) })
}

func (m mortalRuntime) CreateSandbox(ctx context.Context, sc container.SandboxConfig) error {
	return m.c.effect(func() error { return m.Fake.CreateSandbox(ctx, sc) })
}

func (m mortalRuntime) RemoveSandbox(ctx context.Context, id string) error {
	return m.c.effect(func() error { return m.Fake.RemoveSandbox(ctx, id) })
}

func (m mortalRuntime) Start(ctx context.Context, s container.Spec) error {
	return m.c.effect(func() error { return m.Fake.Start(ctx, s) })
}

func (m mortalRuntime) Signal(ctx context.Context, id string, sig int) error {
	return m.c.effect(func() error { return m.Fake.Signal(ctx, id, sig) })
}

func (m mortalRuntime) Remove(ctx context.Context, id string) error {
	return m.c.effect(func() error { return m.Fake.Remove(ctx, id) })
}

type mortalNetwork struct {
	*fakeNetwork
	c *crasher
}

func (m mortalNetwork) AttachPod(ctx context.Context, p link.Pod) error {
	return m.c.effect(func() error { return m.fakeNetwork.AttachPod(ctx, p) })
}

func (m mortalNetwork) DetachPod(uid string) error {
	return m.c.effect(func() error { return m.fakeNetwork.DetachPod(uid) })
}

type mortalAPI struct {
	*fakeAPI
	c *crasher
}

func (m mortalAPI) Apply(ctx context.Context, writes []client.Write) []client.Result {
	var out []client.Result
	err := m.c.effect(func() error {
		out = m.fakeAPI.Apply(ctx, writes)
		return nil
	})
	if err != nil {
		out = make([]client.Result, len(writes))
		for i := range out {
			out[i].Err = err
		}
	}
	return out
}

// restartedSpec has everything that leaves traces: a volume, init container, a main container that is restarted.
const restartedSpec = `
terminationGracePeriodSeconds: 5
initContainers: [{name: setup, image: busybox}]
containers: [{name: web, image: nginx, volumeMounts: [{name: tmp, mountPath: /tmp}]}]
volumes: [{name: tmp, emptyDir: {}}]
`

// TestCrashAtEveryEffect lets the agent die at each of its effects in the life of a pod, from its start over a restart
// of its container to its deletion, and expects the same end from the agent that comes after.
func TestCrashAtEveryEffect(t *testing.T) {
	for _, after := range []bool{false, true} {
		for at := 1; ; at++ {
			crashed := false
			t.Run(fmt.Sprintf("after=%t/%d", after, at), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { crashed = crashOnce(t, at, after) })
			})
			if !crashed {
				if at < 10 {
					t.Errorf("only %d effects were seen", at)
				}
				break
			}
		}
	}
}

// crashOnce plays the story with one crash and says whether it came to it.
func crashOnce(t *testing.T, at int, after bool) bool {
	w := newWorld(t)
	// The node registers first: its story is another.
	w.begin()
	w.stop()
	c := newCrasher(at, after)
	w.mortal = c
	w.begin()
	revived := false
	// survive goes on with a new agent if the old one has died.
	survive := func() {
		w.pass(time.Second)
		select {
		case <-c.died:
			if !revived {
				revived = true
				w.stop()
				w.mortal = nil
				w.begin()
			}
		default:
		}
		w.pass(30 * time.Second)
	}
	w.apply("web", restartedSpec)
	survive()
	if st, err := w.run.Status(t.Context(), w.id("web", "setup", 0)); err == nil && st.State == container.Running {
		if err := w.run.Exit(st.ID, 0); err != nil {
			t.Fatal(err)
		}
	}
	survive()
	p := w.expectPhase("web", corev1.PodRunning)
	if p.Status.ContainerStatuses[0].RestartCount != 0 {
		t.Errorf("it was restarted for no reason: %+v", p.Status.ContainerStatuses[0])
	}
	if err := w.run.Exit(w.id("web", "web", 0), 1); err != nil {
		t.Fatal(err)
	}
	survive()
	p = w.expectPhase("web", corev1.PodRunning)
	if c := p.Status.ContainerStatuses[0]; c.RestartCount != 1 || c.LastTerminationState.Terminated == nil || c.LastTerminationState.Terminated.ExitCode != 1 {
		t.Errorf("after the restart: %+v", c)
	}
	w.oneInstanceEach()
	w.api.deletePod("web", 5)
	survive()
	if w.api.pod("web") != nil {
		t.Errorf("the pod is still in the API: %+v", w.api.pod("web").Status)
	}
	w.expectNothing()
	w.stop()
	return revived
}

// oneInstanceEach holds that no container runs twice.
func (w *world) oneInstanceEach() {
	w.t.Helper()
	list, _ := w.run.List(w.t.Context())
	running := map[string]int{}
	for _, st := range list {
		if st.State == container.Running {
			running[st.Sandbox+"/"+st.Labels[labelContainer]]++
		}
	}
	for name, n := range running {
		if n > 1 {
			w.t.Errorf("%s runs %d times", name, n)
		}
	}
}
