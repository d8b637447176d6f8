package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/plan/pod"
)

// brokenRuntime refuses some calls for as long as it is told to.
type brokenRuntime struct {
	container.Runtime
	exec, remove func() error
}

func (r brokenRuntime) Exec(ctx context.Context, id string, e container.ExecSpec) (container.Process, error) {
	if err := r.exec(); err != nil {
		return nil, err
	}
	return r.Runtime.Exec(ctx, id, e)
}

func (r brokenRuntime) RemoveSandbox(ctx context.Context, id string) error {
	if err := r.remove(); err != nil {
		return err
	}
	return r.Runtime.RemoveSandbox(ctx, id)
}

func never() error { return nil }

// Probes that cannot be asked, because the supervisor of their container is being started, count for nothing: containers that are well
// are not restarted for it, and stay ready. That they take too long does count.
func TestProbesWithoutASupervisor(t *testing.T) {
	for name, c := range map[string]struct {
		err      error
		restarts int32
	}{
		"away":        {fmt.Errorf("%w: %w", container.ErrUnsent, container.ErrUnavailable), 0},
		"lost answer": {container.ErrUnavailable, 0},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				broken := false
				w.under = func(r container.Runtime) container.Runtime {
					return brokenRuntime{r, func() error {
						if broken {
							return c.err
						}
						return nil
					}, never}
				}
				w.begin()
				w.apply("web", `
containers:
- name: web
  image: nginx
  readinessProbe: {exec: {command: [ok]}, periodSeconds: 1, failureThreshold: 3, successThreshold: 1, timeoutSeconds: 1}
  livenessProbe: {exec: {command: [ok]}, periodSeconds: 1, failureThreshold: 3, successThreshold: 1, timeoutSeconds: 1}
`)
				w.pass(5 * time.Second)
				broken = true
				w.pass(time.Minute)
				p := w.expectPhase("web", corev1.PodRunning)
				if got := p.Status.ContainerStatuses[0].RestartCount; got != c.restarts || !conditionTrue(&p.Status, corev1.PodReady) {
					t.Errorf("%d restarts, %+v", got, p.Status.Conditions)
				}
				if !slices.ContainsFunc(w.api.events(), func(e string) bool {
					return e == "Unhealthy: Liveness probe errored and resulted in unknown state: "+c.err.Error()
				}) {
					t.Errorf("nobody was told: %v", w.api.events())
				}
			})
		})
	}
}

// What is left of a pod that is gone, and cannot be removed when the agent starts, is removed when it can be.
func TestOrphanThatCannotBeRemoved(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		if err := w.run.CreateSandbox(t.Context(), container.SandboxConfig{ID: "uid-gone", HostNetwork: true, Labels: map[string]string{labelIP: "10.96.0.1"}}); err != nil {
			t.Fatal(err)
		}
		tries := 0
		w.under = func(r container.Runtime) container.Runtime {
			return brokenRuntime{r, never, func() error {
				if tries++; tries <= 3 {
					return errors.New("processes are left")
				}
				return nil
			}}
		}
		w.begin()
		w.pass(2 * orphanRetry)
		if n := w.agent.ips.allocs[0].Used(); n != 1 {
			t.Errorf("the address of what is there still is free: %d are taken", n)
		}
		w.pass(2 * orphanRetry)
		w.expectNothing()
	})
}

// What cannot be removed of a static pod is not removed any more when its manifest, and with it its UID, has come back.
func TestOrphanThatComesBack(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		if err := w.run.CreateSandbox(t.Context(), container.SandboxConfig{ID: "uid-web", HostNetwork: true}); err != nil {
			t.Fatal(err)
		}
		tries := 0
		w.under = func(r container.Runtime) container.Runtime {
			return brokenRuntime{r, never, func() error {
				if tries++; tries == 1 {
					return errors.New("processes are left")
				}
				return nil
			}}
		}
		w.begin()
		w.apply("web", simplePod)
		w.pass(2 * orphanRetry)
		w.expectPhase("web", corev1.PodRunning)
		if tries != 1 {
			t.Errorf("its sandbox was removed %d times", tries-1)
		}
	})
}

// An agent that knows no pods yet cannot end them, and says so.
func TestShutdownTooEarly(t *testing.T) {
	w := newWorld(t)
	vols := w.make()
	defer vols.Close()
	if done, err := w.agent.Shutdown(); done != nil || !errors.Is(err, errNotReady) {
		t.Errorf("shutdown: %v, %v", done, err)
	}
}

// The limits that a pod is given when it is resized are as complete as those that it began with.
func TestResizedLimits(t *testing.T) {
	w := newWorld(t)
	vols := w.make()
	defer vols.Close()
	w.agent.node.machine.hugePages = corev1.ResourceList{"hugepages-2Mi": resource.MustParse("8Mi")}
	p := &corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Resources: corev1.ResourceRequirements{
		Requests: corev1.ResourceList{"hugepages-2Mi": resource.MustParse("4Mi")},
	}}}}}
	if r := w.agent.podLimited(p, pod.PodLimits(p)); r.HugePages["2MB"] != 4<<20 || r.PIDs == 0 {
		t.Errorf("limits %+v", r)
	}
}
