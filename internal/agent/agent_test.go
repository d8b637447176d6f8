package agent

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/device"
	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/driver/link"
	"gantry.dev/gantry/internal/driver/volume"
	"gantry.dev/gantry/internal/plan/settings"
)

// fakeImages has every image but those named "nope…".
type fakeImages struct {
	mu     sync.Mutex
	pulled map[string]bool
	// missing makes pulls fail.
	missing map[string]bool
	// kept are those that List has, removed those that GC took from it, in order.
	kept    []image.Image
	removed []string
	// asked counts pulls.
	asked int
	// signal is the stop signal of all.
	signal string
}

func (f *fakeImages) Get(ref string) (image.Image, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.image(ref), f.pulled[ref]
}

func (f *fakeImages) image(ref string) image.Image {
	return image.Image{ID: "sha256:" + ref, Tags: []string{ref}, Size: 1000, Config: image.Config{Entrypoint: []string{"/" + ref}, Env: []string{"PATH=/bin"}, StopSignal: f.signal}}
}

func (f *fakeImages) Pull(_ context.Context, ref string, _ []image.Auth) (image.Image, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	if f.missing[ref] {
		return image.Image{}, &image.Error{Op: "pull", Ref: ref, Cause: image.NotFound, Err: fmt.Errorf("manifest unknown")}
	}
	f.pulled[ref] = true
	return f.image(ref), nil
}

func (f *fakeImages) Pulls() []image.Progress { return nil }

func (f *fakeImages) List() ([]image.Image, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.kept), nil
}

func (f *fakeImages) GC(keep func(image.Image) bool) (freed int64, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.kept = slices.DeleteFunc(f.kept, func(img image.Image) bool {
		if keep(img) {
			return false
		}
		f.removed, freed = append(f.removed, img.ID), freed+img.Size
		return true
	})
	return freed, nil
}

// fakeNetwork remembers attachments.
type fakeNetwork struct {
	mu   sync.Mutex
	pods map[string]netip.Addr
}

func (f *fakeNetwork) AttachPod(_ context.Context, p link.Pod) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for uid, ip := range f.pods {
		if ip == p.Addresses[0] && uid != p.UID {
			return fmt.Errorf("address %s is used twice", ip)
		}
	}
	f.pods[p.UID] = p.Addresses[0]
	return nil
}

func (f *fakeNetwork) DetachPod(uid string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.pods, uid)
	return nil
}

func (f *fakeNetwork) DetachLink(string) error { return nil }

func (f *fakeNetwork) RouteAddresses([]netip.Addr) error { return nil }

func (f *fakeNetwork) Observe() ([]link.Attachment, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []link.Attachment
	for uid, ip := range f.pods {
		out = append(out, link.Attachment{PodUID: uid, Link: "v" + uid, Addresses: []netip.Addr{ip}})
	}
	return out, nil
}

// world is a node with everything faked but volumes, which are plain directories.
type world struct {
	t      *testing.T
	api    *fakeAPI
	run    *container.Fake
	images *fakeImages
	net    *fakeNetwork
	dir    string
	agent  *Agent
	// stop ends the agent that begin started; nil when none runs.
	stop func()
	// settings are those of the next agent.
	settings settings.Node
	// mortal, if set, decides when the next agent dies.
	mortal *crasher
	// under, if set, is put between the next agent and the containers.
	under func(container.Runtime) container.Runtime
	// devices are those of the next agent.
	devices *device.Manager
}

func newWorld(t *testing.T) *world {
	w := &world{
		t: t, api: newFakeAPI(), run: container.NewFake(time.Now), dir: t.TempDir(),
		images: &fakeImages{pulled: map[string]bool{}, missing: map[string]bool{}}, net: &fakeNetwork{pods: map[string]netip.Addr{}},
	}
	w.api.create(serviceResource, &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "kubernetes"},
		Spec:       corev1.ServiceSpec{ClusterIP: "10.97.0.1", Ports: []corev1.ServicePort{{Name: "https", Port: 443}}},
	})
	return w
}

// inWorld runs a test in a new world with a clock of its own, and stops the agent if it still runs then.
func inWorld(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer func() { // also after a failure, which else would be hidden by the panic that goroutines are left
			if w.stop != nil {
				w.stop()
			}
		}()
		test(t, w)
	})
}

// atWork is inWorld with an agent that works.
func atWork(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	inWorld(t, func(t *testing.T, w *world) {
		w.begin()
		test(t, w)
	})
}

// make makes an agent that has not touched anything.
func (w *world) make() *volume.Manager {
	vols, err := volume.Open(volume.Config{Dir: filepath.Join(w.dir, "pods"), Memory: filepath.Join(w.dir, "memory")})
	if err != nil {
		w.t.Fatal(err)
	}
	cfg := Config{
		Cluster: api.Host, NodeName: "n1", Instance: "test", Version: "v1.36.3+gantry", DataDir: w.dir,
		NodeAddress: netip.MustParseAddr("10.97.255.254"), PodCIDR: netip.MustParsePrefix("10.96.0.0/24"),
		ClusterDNS: []netip.Addr{netip.MustParseAddr("10.97.255.254")}, KubeletPort: 10250,
		Client: w.api, Containers: w.run, Images: w.images, Network: w.net, Volumes: vols, Settings: w.settings, Devices: w.devices,
		Log: slog.New(slog.NewTextHandler(testWriter{w.t}, &slog.HandlerOptions{Level: slog.LevelInfo})),
	}
	if w.mortal != nil {
		cfg.Client, cfg.Containers, cfg.Network = mortalAPI{w.api, w.mortal}, mortalRuntime{w.run, w.mortal}, mortalNetwork{w.net, w.mortal}
	}
	if w.under != nil {
		cfg.Containers = w.under(cfg.Containers)
	}
	w.agent, err = New(cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	return vols
}

// begin starts an agent and returns when it works.
func (w *world) begin() {
	vols := w.make()
	// A test that fails before stop must not leave the mount behind.
	w.t.Cleanup(func() {
		if err := vols.Close(); err != nil {
			w.t.Error(err)
		}
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.agent.Run(ctx) }()
	w.stop = func() {
		w.stop = nil
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("Run: %v", err)
		}
		if err := vols.Close(); err != nil {
			w.t.Error(err)
		}
	}
	if w.mortal == nil {
		<-w.agent.Ready()
	}
	synctest.Wait()
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}

// pass lets time go by until all is quiet.
func (w *world) pass(d time.Duration) {
	time.Sleep(d) // virtual: the bubble's clock
	synctest.Wait()
}

// apply creates a pod from its spec.
func (w *world) apply(name, spec string) {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name, UID: types.UID("uid-" + name)}}
	if err := yaml.UnmarshalStrict([]byte(spec), &p.Spec); err != nil {
		w.t.Fatal(err)
	}
	p.Spec.NodeName = "n1"
	if p.Spec.RestartPolicy == "" {
		p.Spec.RestartPolicy = corev1.RestartPolicyAlways
	}
	w.api.create(podResource, p)
	synctest.Wait()
}

func (w *world) id(pod, name string, attempt int) string {
	return containerID(w.api.pod(pod).UID, name, attempt)
}

func (w *world) expectPhase(name string, want corev1.PodPhase) *corev1.Pod {
	w.t.Helper()
	p := w.api.pod(name)
	if p == nil {
		w.t.Fatalf("pod %s is not in the API", name)
	}
	if p.Status.Phase != want {
		w.t.Fatalf("pod %s is %s, want %s: %+v", name, p.Status.Phase, want, p.Status.ContainerStatuses)
	}
	return p
}

// expectNothing holds that the node is as empty as before.
func (w *world) expectNothing() {
	w.t.Helper()
	list, _ := w.run.List(w.t.Context())
	sandboxes, _ := w.run.ListSandboxes(w.t.Context())
	namespaces, _ := w.run.ListNetNS(w.t.Context())
	dirs, err := w.agent.cfg.Volumes.Pods()
	if len(list)+len(sandboxes)+len(namespaces)+len(w.net.pods)+len(dirs) > 0 || err != nil {
		w.t.Errorf("left behind: %v %v %v %v %v %v", list, sandboxes, namespaces, w.net.pods, dirs, err)
	}
	if n := w.agent.ips.allocs[0].Used(); n != 0 {
		w.t.Errorf("%d addresses are still taken", n)
	}
}

const simplePod = `
terminationGracePeriodSeconds: 30
containers:
- {name: web, image: nginx, terminationMessagePath: /dev/termination-log}
`

func TestLifeOfAPod(t *testing.T) {
	atWork(t, func(t *testing.T, w *world) {
		w.apply("web", simplePod)
		w.pass(time.Second)
		p := w.expectPhase("web", corev1.PodRunning)
		if p.Status.PodIP != "10.96.0.1" || p.Status.HostIP != "10.97.255.254" || !conditionTrue(&p.Status, corev1.PodReady) {
			t.Errorf("status: %+v", p.Status)
		}
		spec, _ := w.run.Spec(w.id("web", "web", 0))
		if !slices.Contains(spec.Env, "KUBERNETES_SERVICE_HOST=10.97.0.1") || !slices.Equal(spec.Args, []string{"/nginx"}) || spec.Seccomp != container.SeccompRuntimeDefault {
			t.Errorf("spec: %+v", spec)
		}
		w.api.deletePod("web", 30)
		w.pass(time.Second)
		if w.api.pod("web") != nil {
			t.Error("the pod is still in the API")
		}
		w.expectNothing()
		want := []string{
			"Pulling: Pulling image \"nginx\"", "Pulled: Successfully pulled image \"nginx\" in 0s (0s including waiting). Image size: 1000 bytes.",
			"Created: Container created", "Started: Container started", "Killing: Stopping container web",
		}
		got := w.api.events()
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("events:\n%s", strings.Join(got, "\n"))
		}
	})
}

// An agent that dies at any time is replaced by one that goes on, and containers notice nothing.
func TestRestartedAgentGoesOn(t *testing.T) {
	atWork(t, func(t *testing.T, w *world) {
		w.apply("web", simplePod+`
volumes: [{name: tmp, emptyDir: {}}]
`)
		w.apply("gone", simplePod)
		w.pass(time.Second)
		was, _ := w.run.Status(t.Context(), w.id("web", "web", 0))
		writes := w.api.writes["5 pods/status"]
		w.stop()
		// While nobody looks, one pod is deleted and forgotten.
		w.api.mu.Lock()
		w.api.remove(podKey("gone"))
		w.api.mu.Unlock()
		w.begin()
		w.pass(time.Second)
		now, err := w.run.Status(t.Context(), w.id("web", "web", 0))
		if err != nil || now.PID != was.PID {
			t.Errorf("the container did not live on: %+v %v", now, err)
		}
		if w.api.writes["5 pods/status"] != writes {
			t.Errorf("the new agent wrote statuses that had not changed: %v", w.api.writes)
		}
		if list, _ := w.run.ListSandboxes(t.Context()); len(list) != 1 {
			t.Errorf("sandboxes: %v", list)
		}
		// An end that nobody saw is seen by the next agent, and the first restart is immediate.
		w.stop()
		if err := w.run.Exit(w.id("web", "web", 0), 3); err != nil {
			t.Fatal(err)
		}
		w.begin()
		w.pass(time.Second)
		p := w.expectPhase("web", corev1.PodRunning)
		c := p.Status.ContainerStatuses[0]
		if c.RestartCount != 1 || c.State.Running == nil || c.LastTerminationState.Terminated.ExitCode != 3 {
			t.Errorf("status: %+v", c)
		}
	})
}

func TestCrashLoopAndProbes(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		var healthy atomic.Bool
		healthy.Store(true)
		w.run.OnExec = func(string, container.ExecSpec, *container.FakeIO) int {
			if healthy.Load() {
				return 0
			}
			return 1
		}
		w.begin()
		w.apply("web", `
containers:
- name: web
  image: nginx
  readinessProbe: {exec: {command: [ok]}, periodSeconds: 5, failureThreshold: 2, successThreshold: 1, timeoutSeconds: 1}
  livenessProbe: {exec: {command: [ok]}, periodSeconds: 10, failureThreshold: 3, successThreshold: 1, timeoutSeconds: 1}
`)
		w.pass(time.Second)
		if p := w.expectPhase("web", corev1.PodRunning); !conditionTrue(&p.Status, corev1.PodReady) {
			t.Errorf("not ready: %+v", p.Status.Conditions)
		}
		healthy.Store(false)
		w.pass(10 * time.Second)
		if p := w.expectPhase("web", corev1.PodRunning); conditionTrue(&p.Status, corev1.PodReady) {
			t.Error("still ready after two failed probes")
		}
		w.pass(25 * time.Second)
		p := w.expectPhase("web", corev1.PodRunning)
		if p.Status.ContainerStatuses[0].RestartCount != 1 {
			t.Errorf("the liveness probe did not restart it: %+v", p.Status.ContainerStatuses[0])
		}
		events := strings.Join(w.api.events(), "\n")
		for _, want := range []string{"Unhealthy: Readiness probe failed: ", "Unhealthy: Liveness probe failed: ", "Killing: Container web failed liveness probe, will be restarted"} {
			if !strings.Contains(events, want) {
				t.Errorf("no event %q in\n%s", want, events)
			}
		}
		healthy.Store(true)
		if err := w.run.Exit(w.id("web", "web", 1), 1); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Second)
		if c := w.api.pod("web").Status.ContainerStatuses[0]; c.State.Waiting == nil || c.State.Waiting.Reason != "CrashLoopBackOff" {
			t.Errorf("state: %+v", c)
		}
		w.pass(10 * time.Second)
		if c := w.api.pod("web").Status.ContainerStatuses[0]; c.State.Running == nil || c.RestartCount != 2 {
			t.Errorf("state: %+v", c)
		}
	})
}

func TestImageThatIsMissing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.images.missing["nope"] = true
		w.begin()
		w.apply("web", "containers: [{name: web, image: nope}]")
		w.pass(time.Second)
		c := w.expectPhase("web", corev1.PodPending).Status.ContainerStatuses[0]
		if c.State.Waiting.Reason != "ErrImagePull" || !strings.Contains(c.State.Waiting.Message, "NotFound: manifest unknown") {
			t.Errorf("state: %+v", c.State.Waiting)
		}
		w.pass(5 * time.Second)
		if c := w.api.pod("web").Status.ContainerStatuses[0]; c.State.Waiting.Reason != "ImagePullBackOff" {
			t.Errorf("state: %+v", c.State.Waiting)
		}
		w.images.mu.Lock()
		delete(w.images.missing, "nope")
		w.images.mu.Unlock()
		w.pass(10 * time.Second)
		w.expectPhase("web", corev1.PodRunning)
	})
}

// Grace: what does not end by itself is killed when its time is over, and only then.
func TestGrace(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.run.IgnoreTERM = true
		w.begin()
		w.apply("web", simplePod)
		w.pass(time.Second)
		w.api.deletePod("web", 30)
		w.pass(29 * time.Second)
		w.expectPhase("web", corev1.PodRunning)
		w.pass(2 * time.Second)
		if w.api.pod("web") != nil {
			t.Error("the pod is still in the API")
		}
		w.expectNothing()
	})
}

// A config map that comes late, then changes: the volume follows.
func TestConfigMapVolume(t *testing.T) {
	atWork(t, func(t *testing.T, w *world) {
		w.apply("web", `
containers: [{name: web, image: nginx, volumeMounts: [{name: conf, mountPath: /etc/conf}]}]
volumes: [{name: conf, configMap: {name: conf, defaultMode: 420}}]
`)
		w.pass(500 * time.Millisecond)
		w.expectPhase("web", corev1.PodPending)
		if events := strings.Join(w.api.events(), "\n"); !strings.Contains(events, `FailedMount: MountVolume.SetUp failed for volume "conf" : `) {
			t.Errorf("events:\n%s", events)
		}
		cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "conf"}, Data: map[string]string{"a": "1"}}
		w.api.create(configMapRes, cm)
		w.pass(time.Second)
		p := w.expectPhase("web", corev1.PodRunning)
		file := filepath.Join(w.agent.cfg.Volumes.MemoryDir(string(p.UID)), "conf", "a")
		if got := line(file); got != "1" {
			t.Errorf("file: %q", got)
		}
		w.api.mu.Lock()
		cm = cm.DeepCopy()
		cm.Data["a"] = "2"
		w.api.put(api.Key{Resource: configMapRes, Cluster: api.Host, Namespace: "default", Name: "conf"}, cm)
		w.api.mu.Unlock()
		w.pass(time.Second)
		if got := line(file); got != "2" {
			t.Errorf("file after the change: %q", got)
		}
	})
}

// A job's pod: it ends, its end is recorded before anything is removed, and nothing is left but its object.
func TestPodThatEnds(t *testing.T) {
	atWork(t, func(t *testing.T, w *world) {
		w.apply("job", "restartPolicy: Never\ncontainers: [{name: work, image: busybox}]")
		w.pass(time.Second)
		w.api.mu.Lock()
		w.api.down = true
		w.api.mu.Unlock()
		if err := w.run.Exit(w.id("job", "work", 0), 0); err != nil {
			t.Fatal(err)
		}
		w.pass(5 * time.Second)
		if list, _ := w.run.List(t.Context()); len(list) != 1 {
			t.Error("the container was removed although the API does not know how it ended")
		}
		w.api.mu.Lock()
		w.api.down = false
		w.api.mu.Unlock()
		w.pass(5 * time.Second)
		w.expectPhase("job", corev1.PodSucceeded)
		w.expectNothing()
	})
}

// A program that is a little late is ready a little later, not a period later.
func TestReadyBeforeThePeriodIsOver(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		begun := time.Now()
		w.run.OnExec = func(string, container.ExecSpec, *container.FakeIO) int {
			if time.Since(begun) < time.Second {
				return 1
			}
			return 0
		}
		w.begin()
		w.apply("web", "containers: [{name: web, image: nginx, readinessProbe: {exec: {command: [ok]}, periodSeconds: 30, timeoutSeconds: 1}}]")
		w.pass(2 * time.Second)
		if p := w.expectPhase("web", corev1.PodRunning); !conditionTrue(&p.Status, corev1.PodReady) {
			t.Errorf("not ready: %+v", p.Status.Conditions)
		}
		if events := strings.Join(w.api.events(), "\n"); strings.Contains(events, "Unhealthy") {
			t.Errorf("events:\n%s", events)
		}
	})
}

// The node says that it lives.
func TestNodeAndLease(t *testing.T) {
	atWork(t, func(t *testing.T, w *world) {
		n := w.agent.node.get()
		if n.Labels[corev1.LabelHostname] != "n1" || n.Status.DaemonEndpoints.KubeletEndpoint.Port != 10250 || n.Spec.PodCIDR != "10.96.0.0/24" {
			t.Errorf("node: %+v", n)
		}
		key := api.Key{Resource: leaseResource, Cluster: api.Host, Namespace: "kube-node-lease", Name: "n1"}
		before, err := w.api.Get(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		w.pass(leaseRenew + time.Second)
		after, err := w.api.Get(t.Context(), key)
		if err != nil || accessor(before).GetResourceVersion() == accessor(after).GetResourceVersion() {
			t.Errorf("the lease was not renewed: %v", err)
		}
	})
}
