package agent

import (
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/device"
	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/plan/eviction"
	"gantry.dev/gantry/internal/plan/settings"
)

// Images go in the order of their last use, as many as are needed, but none that is young, named, or imported; what is too old goes
// anyway.
func TestImagesThatGo(t *testing.T) {
	for name, c := range map[string]struct {
		need int64
		say  settings.ImageGC
		want string
	}{
		"nothing is needed": {0, settings.ImageGC{}, ""},
		"one is enough":     {1000, settings.ImageGC{}, "oldest"},
		"and one more":      {1001, settings.ImageGC{}, "oldest old"},
		"all that may":      {1 << 40, settings.ImageGC{}, "oldest old"},
		"young ones too":    {1 << 40, settings.ImageGC{MinAge: time.Second}, "oldest old young"},
		"for age alone":     {0, settings.ImageGC{MaxAge: 4 * time.Hour}, "oldest"},
		"age counts":        {1000, settings.ImageGC{MaxAge: 4 * time.Hour}, "oldest"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.settings.ImageGC = c.say
				w.begin()
				w.apply("web", "containers: [{name: web, image: named}]\nvolumes: [{name: v, image: {reference: mounted}}]")
				w.pass(time.Minute)
				now := time.Now()
				known := map[string]imageTimes{
					"old": {now.Add(-10 * time.Hour), now.Add(-3 * time.Hour)}, "oldest": {now.Add(-9 * time.Hour), now.Add(-5 * time.Hour)},
					"young": {now.Add(-time.Minute), now.Add(-time.Minute)}, "sha256:named": {}, "sha256:mounted": {}, "imported": {},
				}
				w.images.mu.Lock()
				w.images.pulled["mounted"], w.images.pulled["named"] = true, true
				for id := range known {
					w.images.kept = append(w.images.kept, image.Image{ID: id, Size: 1000, Local: id == "imported"})
				}
				w.images.mu.Unlock()
				w.agent.images.mu.Lock()
				w.agent.images.known = known
				w.agent.images.mu.Unlock()
				w.agent.collectBytes(c.need)
				if got := strings.Join(w.images.removed, " "); got != c.want {
					t.Errorf("removed %q, want %q", got, c.want)
				}
				w.pass(time.Second)
				short := slices.ContainsFunc(w.api.eventsOf("Node"), func(e string) bool { return strings.HasPrefix(e, "FreeDiskSpaceFailed") })
				if short != (c.need > int64(len(w.images.removed))*1000) {
					t.Errorf("that it is not enough was said: %v", short)
				}
				// An image that a pod has used lately is used lately, also when that pod is gone.
				if used := w.agent.images.known["sha256:named"].used; !used.Equal(now) {
					t.Errorf("the image of a pod that runs was used %v ago", now.Sub(used))
				}
			})
		})
	}
}

// One pod at a time goes for a shortage: not those of the node's own manifests, that leave already, or that ended.
func TestPodsThatGo(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.run.IgnoreTERM = true
		w.begin()
		for name, priority := range map[string]string{"leaving": "-3", "ended": "-2", "static": "-1", "low": "1", "high": "2"} {
			w.apply(name, "restartPolicy: Never\npriority: "+priority+"\nterminationGracePeriodSeconds: 300\ncontainers: [{name: c, image: nginx}]")
		}
		w.pass(time.Second)
		w.api.deletePod("leaving", 300)
		if err := w.run.Exit(w.id("ended", "c", 0), 0); err != nil {
			t.Fatal(err)
		}
		static := w.agent.podOf("uid-static")
		static.change(func() { static.static = true })
		w.pass(time.Second)
		goes := func() string {
			w.pass(time.Second)
			var out []string
			for _, name := range []string{"leaving", "ended", "static", "low", "high"} {
				ps := w.agent.podOf(types.UID("uid-" + name))
				ps.change(func() {
					if ps.evicted != nil {
						out = append(out, name)
					}
				})
			}
			return strings.Join(out, " ")
		}
		short := eviction.Shortage{Signal: eviction.Memory}
		w.agent.pressure.relieve(t.Context(), short)
		if got := goes(); got != "low" {
			t.Errorf("evicted: %q", got)
		}
		w.agent.pressure.relieve(t.Context(), short)
		if got := goes(); got != "low" {
			t.Errorf("evicted before the last one has gone: %q", got)
		}
		w.pass(evictionWait)
		w.agent.pressure.relieve(t.Context(), short)
		if got := goes(); got != "low high" {
			t.Errorf("evicted after a while: %q", got)
		}
	})
}

// A pod that was ready when an agent ended is ready when the next one begins, although it cannot be asked yet, and one that had
// started need not start again.
func TestReadinessOutlivesTheAgent(t *testing.T) {
	atWork(t, func(t *testing.T, w *world) {
		w.apply("web", `
containers:
- name: web
  image: nginx
  startupProbe: {exec: {command: [ok]}, periodSeconds: 5, failureThreshold: 2, successThreshold: 1, timeoutSeconds: 1}
  readinessProbe: {exec: {command: [ok]}, periodSeconds: 5, failureThreshold: 3, successThreshold: 1, timeoutSeconds: 1}
`)
		w.pass(10 * time.Second)
		w.expectReady("web")
		w.stop()
		away := true
		w.under = func(r container.Runtime) container.Runtime {
			return brokenRuntime{r, func() error {
				if away {
					return container.ErrUnsent
				}
				return nil
			}, never}
		}
		w.run.OnExec = func(string, container.ExecSpec, *container.FakeIO) int { return 1 }
		w.begin()
		w.pass(time.Minute)
		if p := w.expectReady("web"); p.Status.ContainerStatuses[0].Started == nil || !*p.Status.ContainerStatuses[0].Started {
			t.Errorf("status %+v", p.Status.ContainerStatuses[0])
		}
		away = false
		w.pass(time.Minute)
		if p := w.expectPhase("web", corev1.PodRunning); conditionTrue(&p.Status, corev1.PodReady) {
			t.Error("it is ready still, and its probe fails")
		}
	})
}

func (w *world) expectReady(name string) *corev1.Pod {
	w.t.Helper()
	p := w.expectPhase(name, corev1.PodRunning)
	if !conditionTrue(&p.Status, corev1.PodReady) {
		w.t.Errorf("pod %s is not ready: %+v", name, p.Status.Conditions)
	}
	return p
}

// Nothing is asked before a probe's initial delay is over.
func TestInitialDelay(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		var first time.Time
		asked := 0
		w.run.OnExec = func(string, container.ExecSpec, *container.FakeIO) int {
			if first.IsZero() {
				first = time.Now()
			}
			asked++
			return 0
		}
		w.begin()
		begun := time.Now()
		w.apply("web", "containers: [{name: web, image: nginx, readinessProbe: {exec: {command: [ok]}, initialDelaySeconds: 30, periodSeconds: 5, timeoutSeconds: 1}}]")
		w.pass(time.Minute)
		if after := first.Sub(begun); after < 30*time.Second || after > 36*time.Second {
			t.Errorf("asked after %v", after)
		}
		if asked > 8 { // half a minute, each five seconds
			t.Errorf("asked %d times", asked)
		}
	})
}

// What a pod that ended has held is there for the next one, before its object is deleted.
func TestRoomOfAPodThatEnded(t *testing.T) {
	atWork(t, func(t *testing.T, w *world) {
		has, offers := w.agent.node.capacity()[corev1.ResourceEphemeralStorage], w.agent.node.allocatable()[corev1.ResourceEphemeralStorage]
		if offers.Cmp(has) >= 0 {
			t.Errorf("of %s of disk it offers %s, also what pods are evicted for", has.String(), offers.String())
		}
		most := w.agent.node.allocatable()[corev1.ResourceCPU]
		spec := "restartPolicy: Never\ncontainers: [{name: c, image: nginx, resources: {requests: {cpu: " + most.String() + "}}}]"
		w.apply("first", spec)
		w.pass(time.Second)
		if err := w.run.Exit(w.id("first", "c", 0), 0); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Second)
		w.expectPhase("first", corev1.PodSucceeded)
		w.apply("second", spec)
		w.pass(time.Second)
		w.expectPhase("second", corev1.PodRunning)
	})
}

// Devices are known to be held when the agent starts anew, and free when their pod is gone.
func TestDevicesOfAPod(t *testing.T) {
	atWork(t, func(t *testing.T, w *world) {
		w.apply("web", simplePod)
		w.pass(time.Second)
		spec, _ := w.run.Spec(w.id("web", "web", 0))
		spec.Labels[labelDevices] = `{"example.com/gpu":["g0"]}` // as applyGrant writes it
		w.stop()
		devices, err := device.New(device.Config{})
		if err != nil {
			t.Fatal(err)
		}
		w.devices = devices
		w.begin()
		if held := devices.Held("uid-web", "web"); !slices.Equal(held["example.com/gpu"], []string{"g0"}) {
			t.Errorf("held: %v", held)
		}
		w.api.deletePod("web", 1)
		w.pass(5 * time.Second)
		w.expectNothing()
		if held := devices.Held("uid-web", "web"); len(held) > 0 {
			t.Errorf("a pod that is gone holds %v", held)
		}
	})
}

// Devices of an init container can be used again when it has ended; one that goes on beside the others keeps its own.
func TestInitContainersThatHaveEnded(t *testing.T) {
	always := corev1.ContainerRestartPolicyAlways
	p := &corev1.Pod{Spec: corev1.PodSpec{InitContainers: []corev1.Container{{Name: "a"}, {Name: "beside", RestartPolicy: &always}, {Name: "b"}}, Containers: []corev1.Container{{Name: "c"}}}}
	for name, want := range map[string]string{"a": "", "beside": "a", "b": "a", "c": "a b"} {
		if got := strings.Join(endedInits(p, name), " "); got != want {
			t.Errorf("before %s: %q, want %q", name, got, want)
		}
	}
}

// Of the statuses of a pod the newest is written; one that was refused does not come back over it.
func TestStatusThatWasRefused(t *testing.T) {
	w := newWorld(t)
	vols := w.make()
	defer vols.Close()
	ps := newPodState(t.Context(), &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web", UID: "u"}}, 1, time.Time{})
	sw := w.agent.status
	status := func(message string) corev1.PodStatus { return corev1.PodStatus{Message: message} }
	sw.submit(ps, status("old"))
	old := sw.wanted["u"]
	first := old.due
	sw.submit(ps, status("newer"))
	if got := sw.wanted["u"]; got.status.Message != "newer" || got.due.After(first) {
		t.Errorf("%q is due %v later than the first", got.status.Message, got.due.Sub(first))
	}
	sw.finish(t.Context(), old, client.Result{Err: apierrors.NewInternalError(io.ErrUnexpectedEOF)})
	if got := sw.wanted["u"].status.Message; got != "newer" {
		t.Errorf("a status that was refused came back: %q", got)
	}
	delete(sw.wanted, "u")
	sw.finish(t.Context(), old, client.Result{Err: apierrors.NewInternalError(io.ErrUnexpectedEOF)})
	if sw.wanted["u"] == nil {
		t.Error("a status that was refused is not tried again")
	}
}

// A restart is told at once, a message when there is time.
func TestUrgent(t *testing.T) {
	restarted := corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{{RestartCount: 1}}}
	ready := corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}}
	for name, c := range map[string]struct {
		now  corev1.PodStatus
		want bool
	}{
		"message": {corev1.PodStatus{Message: "m"}, false}, "phase": {corev1.PodStatus{Phase: corev1.PodRunning}, true},
		"restart": {restarted, true}, "ready": {ready, true},
	} {
		if got := urgent(&corev1.PodStatus{}, &c.now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A container is told to end as its spec says, else as its image does, else by SIGTERM, also where a signal has no name.
func TestStopSignals(t *testing.T) {
	w := newWorld(t)
	vols := w.make()
	defer vols.Close()
	usr2 := corev1.SIGUSR2
	says := &corev1.Container{Lifecycle: &corev1.Lifecycle{StopSignal: &usr2}}
	for _, c := range []struct {
		spec  *corev1.Container
		image string
		want  unix.Signal
	}{
		{says, "SIGQUIT", unix.SIGUSR2}, {&corev1.Container{}, "SIGQUIT", unix.SIGQUIT}, {nil, "QUIT", unix.SIGQUIT}, {nil, "3", unix.SIGQUIT},
		{nil, "SIGRTMIN", 34}, {nil, "SIGRTMIN+3", 37}, {nil, "RTMAX-1", 63}, {nil, "SIGRTMAX", 64},
		{nil, "", unix.SIGTERM}, {nil, "SIGNOTHING", unix.SIGTERM}, {nil, "0", unix.SIGTERM}, {nil, "65", unix.SIGTERM}, {nil, "SIGRTMIN+31", unix.SIGTERM},
	} {
		w.images.signal, w.images.pulled["i"] = c.image, true
		if got := w.agent.stopSignal(c.spec, "i"); got != c.want {
			t.Errorf("%v, image %q: %d, want %d", c.spec != nil, c.image, got, c.want)
		}
	}
}

// A node that is to tell of stop signals names that of each instance as the API has it, for as long as the instance is told of.
func TestStopSignalsThatAreTold(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.StopSignals = true
		w.begin()
		w.images.signal = "3"
		w.apply("web", "containers: [{name: own, image: nginx, lifecycle: {stopSignal: SIGRTMIN+15}}, {name: image, image: nginx}, {name: absent, image: none, imagePullPolicy: Never}]")
		w.pass(time.Second)
		told := func() string {
			var out []string
			for _, c := range w.api.pod("web").Status.ContainerStatuses {
				signal := "none"
				if c.StopSignal != nil {
					signal = string(*c.StopSignal)
				}
				out = append(out, c.Name+" "+signal)
			}
			slices.Sort(out)
			return strings.Join(out, ", ")
		}
		const want = "absent none, image SIGQUIT, own SIGRTMIN+15"
		if got := told(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		w.images.signal = "9"
		w.pass(time.Minute)
		if got := told(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		for sig, want := range map[unix.Signal]corev1.Signal{34: "SIGRTMIN", 49: "SIGRTMIN+15", 50: "SIGRTMAX-14", 63: "SIGRTMAX-1", 64: "SIGRTMAX", 15: "SIGTERM"} {
			if got := signalName(sig); got != want {
				t.Errorf("%d is %s, want %s", sig, got, want)
			}
		}
	})
}
