package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/driver/container"
)

// An image that is removed between its pull and a start that had to be repeated is pulled again.
func TestImageThatGoesAway(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		refused := false
		w.run.OnStart = func(container.Spec) error {
			if refused {
				return nil
			}
			refused = true
			w.images.mu.Lock()
			delete(w.images.pulled, "nginx")
			w.images.mu.Unlock()
			return errors.New("no space left on device")
		}
		w.begin()
		w.apply("web", simplePod)
		w.pass(time.Minute)
		w.expectPhase("web", corev1.PodRunning)
	})
}

// CPUs of a pod that was deleted while no agent ran are free again.
func TestCPUsOfAnOrphan(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.ExclusiveCPUs, w.settings.ReservedCPUs = true, "0"
		err := w.run.CreateSandbox(t.Context(), container.SandboxConfig{ID: "uid-gone", HostNetwork: true, Labels: map[string]string{labelAllotted: `{"web":{"cpus":"0"}}`}})
		if err != nil {
			t.Fatal(err)
		}
		w.begin()
		if held := w.agent.allot.of("uid-gone"); len(held) > 0 {
			t.Errorf("a pod that is gone still has %v", held)
		}
		w.expectNothing()
	})
}

// A container that crashes again and again leaves the last words of two instances on the disk: that which runs, and the one before.
func TestLastWordsOfMany(t *testing.T) {
	atWork(t, func(t *testing.T, w *world) {
		w.apply("web", simplePod)
		for attempt := range 5 {
			w.pass(10 * time.Minute)
			if err := w.run.Exit(w.id("web", "web", attempt), 1); err != nil {
				t.Fatal(err)
			}
		}
		w.pass(10 * time.Minute)
		files, err := os.ReadDir(filepath.Join(w.agent.cfg.Volumes.PodDir("uid-web"), "containers", "web"))
		if err != nil || len(files) > 2 {
			t.Errorf("left: %v %v", files, err)
		}
	})
}

// A directory of manifests that cannot be read ends no static pod; one that is gone does.
func TestManifestsThatCannotBeRead(t *testing.T) {
	atWork(t, func(t *testing.T, w *world) {
		dir := filepath.Join(t.TempDir(), "manifests")
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(os.Mkdir(dir, 0o755))
		must(os.WriteFile(filepath.Join(dir, "web.yaml"), []byte("metadata: {name: web}\nspec: {containers: [{name: web, image: nginx}]}"), 0o600))
		w.agent.cfg.ReadPod = func(text []byte, complete func(*corev1.Pod)) (*corev1.Pod, error) {
			p := &corev1.Pod{}
			err := yaml.UnmarshalStrict(text, p)
			complete(p)
			return p, err
		}
		w.agent.statics.path = dir
		running := func() int {
			t.Helper()
			w.agent.statics.touch()
			w.pass(time.Minute)
			list, err := w.run.List(t.Context())
			must(err)
			return len(list)
		}
		if n := running(); n != 1 {
			t.Fatalf("%d containers run of the static pod", n)
		}
		must(os.Rename(dir, dir+".away"))
		must(os.Symlink(dir, dir)) // a loop
		if n := running(); n != 1 {
			t.Errorf("%d containers run while the manifests cannot be read", n)
		}
		must(os.Remove(dir))
		if n := running(); n != 0 {
			t.Errorf("%d containers run without a manifest", n)
		}
	})
}

// refusingClient takes nothing.
type refusingClient struct{ client.Interface }

func (refusingClient) Apply(_ context.Context, writes []client.Write) []client.Result {
	out := make([]client.Result, len(writes))
	for i := range out {
		out[i].Err = errors.New("the server is away")
	}
	return out
}

// Of the events that the API could not take the newest are kept.
func TestEventsWhileTheAPIIsAway(t *testing.T) {
	r := newRecorder(&Config{NodeName: "n1", Client: refusingClient{}, Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	const sent = 3 * eventBatch
	for i := range sent {
		r.record(corev1.ObjectReference{Kind: "Pod", Namespace: "default", Name: "p", UID: types.UID(fmt.Sprint(i))}, false, "Reason", fmt.Sprint(i))
		r.write(t.Context(), []*corev1.Event{<-r.in})
	}
	if len(r.again) != eventBatch {
		t.Fatalf("%d are kept", len(r.again))
	}
	for i, ev := range r.again {
		if want := fmt.Sprint(sent - eventBatch + i); ev.ev.Message != want {
			t.Fatalf("number %d is %s, want %s", i, ev.ev.Message, want)
		}
	}
}
