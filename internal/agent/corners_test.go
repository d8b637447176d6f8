package agent

import (
	"context"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/driver/container"
)

// What an image's policy says: never is never, always is always, and a pull that worked forgets its back-off.
func TestPullPolicies(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.images.pulled["here"], w.images.missing["late"] = true, true
		w.begin()
		w.apply("never", "containers: [{name: c, image: absent, imagePullPolicy: Never}]")
		w.apply("present", "containers: [{name: c, image: here, imagePullPolicy: IfNotPresent}]")
		w.pass(time.Second)
		if c := w.expectPhase("never", corev1.PodPending).Status.ContainerStatuses[0]; c.State.Waiting.Reason != "ErrImageNeverPull" || w.images.asked > 0 {
			t.Errorf("%+v, %d pulls", c.State.Waiting, w.images.asked)
		}
		w.expectPhase("present", corev1.PodRunning)
		w.apply("always", "containers: [{name: c, image: here, imagePullPolicy: Always}]")
		w.pass(time.Second)
		w.expectPhase("always", corev1.PodRunning)
		if w.images.asked != 1 {
			t.Errorf("%d pulls", w.images.asked)
		}
		w.apply("late", "containers: [{name: c, image: late}]")
		w.pass(time.Minute)
		w.images.mu.Lock()
		delete(w.images.missing, "late")
		w.images.mu.Unlock()
		w.pass(time.Minute)
		w.expectPhase("late", corev1.PodRunning)
		if delay := w.agent.pulls.delays["uid-late"]["late"]; delay != 0 {
			t.Errorf("the next failure would wait as if it was one of many: %v", delay)
		}
	})
}

// deadInit is a runtime in which the first process of a shared PID namespace has died.
type deadInit struct{ container.Runtime }

func (r deadInit) SandboxStatus(ctx context.Context, id string) (container.SandboxStatus, error) {
	st, err := r.Runtime.SandboxStatus(ctx, id)
	st.InitAlive = false
	return st, err
}

// When a container of a shared PID namespace ends because the namespace has, the sandbox is made anew.
func TestSharedNamespaceThatEnds(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.under = func(r container.Runtime) container.Runtime { return deadInit{r} }
		w.begin()
		w.apply("web", "shareProcessNamespace: true\ncontainers: [{name: c, image: nginx}]")
		w.pass(time.Second)
		if err := w.run.Exit(w.id("web", "c", 0), 137); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		w.expectPhase("web", corev1.PodRunning)
		if events := strings.Join(w.api.events(), "\n"); !strings.Contains(events, "SandboxChanged") {
			t.Errorf("events:\n%s", events)
		}
	})
}

// No pod is let in while the node goes down.
func TestPodThatComesDuringAShutdown(t *testing.T) {
	atWork(t, func(t *testing.T, w *world) {
		if _, err := w.agent.Shutdown(); err != nil {
			t.Fatal(err)
		}
		w.apply("late", simplePod)
		w.pass(time.Second)
		if p := w.expectPhase("late", corev1.PodFailed); p.Status.Reason != "NodeShutdown" {
			t.Errorf("status %+v", p.Status)
		}
	})
}

// Ends are known whichever way the agent hears of them: before it knows of the start, or never, and then by asking.
func TestEndsThatAreHeardOfOddly(t *testing.T) {
	atWork(t, func(t *testing.T, w *world) {
		w.apply("web", simplePod)
		w.pass(time.Second)
		ps, id := w.agent.podOf("uid-web"), w.id("web", "web", 0)
		w.agent.ended(container.Status{ID: "early", Sandbox: "uid-web", State: container.Exited})
		ps.change(func() {
			if _, known := ps.exits["early"]; !known {
				t.Error("an end that came before its start is lost")
			}
			delete(ps.exits, "early")
		})
		w.stop() // nobody hears of the next
		if err := w.run.Exit(id, 3); err != nil {
			t.Fatal(err)
		}
		if err := w.agent.confirmEnd(t.Context(), ps, id, container.ErrNotRunning); err != nil {
			t.Fatal(err)
		}
		if c := ps.containers[id]; c.Running || c.ExitCode != 3 {
			t.Errorf("container %+v", c)
		}
	})
}

// What a pod that leaves has begun is ended at once, and what it held is given back with its sandbox.
func TestWhatALeavingPodHolds(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.run.IgnoreTERM = true
		w.begin()
		w.apply("web", simplePod)
		w.pass(time.Second)
		ps := w.agent.podOf("uid-web")
		w.agent.ids.hold("uid-web", container.IDMap{HostID: 1 << 16, Size: 1 << 16})
		if ps.over() {
			t.Error("a pod that runs is over")
		}
		w.api.deletePod("web", 30)
		w.pass(time.Second)
		if ps.starting.Err() == nil {
			t.Error("pulls and hooks of a pod that leaves go on")
		}
		if ps.over() {
			t.Error("devices of a container that still runs would be given to others")
		}
		w.pass(time.Minute)
		w.expectNothing()
		if len(w.agent.ids.held) > 0 {
			t.Error("its range of ids is still taken")
		}
	})
}

// A status that is another pod's by now says that ours is gone.
func TestStatusOfAnotherPod(t *testing.T) {
	atWork(t, func(t *testing.T, w *world) {
		w.apply("web", simplePod)
		w.pass(time.Second)
		ps := w.agent.podOf("uid-web")
		w.agent.status.finish(t.Context(), &wantedStatus{ps: ps}, client.Result{Err: apierrors.NewConflict(corev1.Resource("pods"), "web", nil)})
		ps.change(func() {
			if !ps.gone {
				t.Error("the pod is thought to be there")
			}
		})
		w.pass(time.Minute)
		w.expectNothing()
	})
}

// A condition of the node goes when its cause has been away for long enough.
func TestConditionThatPasses(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		vols := w.make()
		defer vols.Close()
		p := w.agent.pressure
		p.seen[corev1.NodeDiskPressure] = time.Now()
		time.Sleep(defaultTransition - time.Second)
		if !p.has(corev1.NodeDiskPressure) {
			t.Error("it went too early")
		}
		time.Sleep(2 * time.Second)
		if p.has(corev1.NodeDiskPressure) {
			t.Error("it stays")
		}
	})
}

// The object of a pod is deleted when all of it is gone, but not one that has its name since.
func TestDeletesNoNamesake(t *testing.T) {
	atWork(t, func(t *testing.T, w *world) {
		w.apply("web", simplePod)
		w.pass(time.Second)
		ps := w.agent.podOf("uid-web")
		w.stop()
		w.api.mu.Lock()
		w.api.remove(podKey("web"))
		w.api.mu.Unlock()
		w.api.create(podResource, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "web", UID: "another"}})
		if err := w.agent.deletePod(t.Context(), ps); err != nil {
			t.Fatal(err)
		}
		if p := w.api.pod("web"); p == nil || p.UID != "another" {
			t.Errorf("a pod of the same name is gone: %v", p)
		}
	})
}
