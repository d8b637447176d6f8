package accept

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/testimage"
)

// crowd is how many containers end again and again.
const crowd = 100

// H22: bad neighbours, a hundred that crash in a loop and one that forks without end, and bad registries harm only themselves.
func TestH22(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16483")
	config := filepath.Join(in.dir, "kubelet.yaml")
	write(t, config, "{apiVersion: kubelet.config.k8s.io/v1beta1, kind: KubeletConfiguration, podPidsLimit: 150}")
	if _, err := in.gantry("up", "--listen", in.listen, "--kubelet-config", config); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	w.apply(pod("bystander", busybox, idle, "readinessProbe: {exec: {command: [/bin/busybox, 'true']}}", "restartPolicy: Always"))
	w.ready("condition=Ready", "pod/bystander")
	before := w.field("pod/bystander", ".status.containerStatuses[0].containerID")

	var all strings.Builder
	for i := range crowd {
		all.WriteString(pod(fmt.Sprintf("crash-%d", i), busybox, "exit 3", "", "restartPolicy: Always"))
	}
	all.WriteString(pod("bomb", busybox, "bomb() { bomb | bomb & }; bomb; while :; do bomb; done", "resources: {limits: {cpu: 200m}}", "restartPolicy: Always"))
	w.apply(all.String())
	w.eventually("all have crashed twice", func() error {
		counts := strings.Fields(w.field("pods", `.items[*].status.containerStatuses[0].restartCount`))
		restarted := 0
		for _, c := range counts {
			if c != "0" {
				restarted++
			}
		}
		if restarted < crowd {
			return fmt.Errorf("%d of %d", restarted, crowd)
		}
		return nil
	})
	w.eventually("they wait for their next attempt", func() error {
		return want(w.field("pod/crash-0", ".status.containerStatuses[0].state.waiting.reason"), "CrashLoopBackOff")
	})
	w.badRegistries(t)
	w.apply(pod("after", busybox, "echo here", "", ""))
	w.prints("after", "here")
	if got := w.field("nodes", `.items[0].status.conditions[?(@.type=="Ready")].status`); got != "True" {
		t.Errorf("the node is Ready: %s", got)
	}
	w.ready("condition=Ready", "pod/bystander")
	if now := w.field("pod/bystander", ".status.containerStatuses[0].containerID"); now != before {
		t.Errorf("the bystander was restarted: %s is now %s", before, now)
	}
	w.k("delete", "pods", "--all", "--wait=false")
	w.eventually("nothing of the pods is left", w.nothingLeft)
}

// badRegistries wants of images that cannot be had that each pod says why, and that one comes as soon as it can be had.
func (w *world) badRegistries(t *testing.T) {
	t.Helper()
	layer := testimage.Layer(t, testimage.File("f", strings.Repeat("text ", 10_000), 0o644))
	base := testimage.BusyboxLayer(t)
	image := func() v1.Image { return testimage.Image(t, v1.Config{}, base, layer) }
	onManifest := func(h testimage.Hook) testimage.Hook {
		return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.Contains(r.URL.Path, "/manifests/") {
				h(rw, r, next)
				return
			}
			next.ServeHTTP(rw, r)
		}
	}
	text := func(s string) testimage.Hook {
		return onManifest(func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) {
			rw.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
			_, _ = rw.Write([]byte(s)) // the client may have gone
		})
	}
	counts := func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) {
		rw.Header().Set("Retry-After", "3600")
		rw.WriteHeader(http.StatusTooManyRequests)
	}
	var healed *testimage.Registry
	var manifests strings.Builder
	says := map[string]string{}
	for name, c := range map[string]struct {
		hook testimage.Hook
		says string
	}{
		"lies":      {testimage.OnBlob(layer, testimage.Corrupt), "BadDigest"},
		"truncates": {testimage.OnBlob(layer, testimage.Truncate), "Unreachable"},
		"counts":    {counts, "429"},
		"garbles":   {text("{"), "BadImage"},
		"empty":     {text(`{"schemaVersion": 2}`), "BadImage"},
	} {
		reg := testimage.NewRegistry(t)
		ref := reg.Push(t, "web:1", image())
		reg.SetHook(c.hook)
		if name == "truncates" {
			healed = reg
		}
		says[name] = c.says
		manifests.WriteString(pod("registry-"+name, ref, "echo got it", "", ""))
	}
	w.apply(manifests.String())
	for name, words := range says {
		w.eventually("a registry that "+name, func() error {
			state := w.field("pod/registry-"+name, ".status.containerStatuses[0].state.waiting")
			if want(state, "ErrImagePull") != nil && want(state, "ImagePullBackOff") != nil {
				return errors.New(state)
			}
			return want(w.k("get", "events", "--field-selector=involvedObject.name=registry-"+name), words)
		})
	}
	healed.SetHook(nil)
	w.prints("registry-truncates", "got it")
}
