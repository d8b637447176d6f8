package accept

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/testimage"
)

// H57: images that cannot be read: layers that are no archives, or end in the middle, or reach outside, programs for another machine, files
// that are no images, and a layer that the disk has lost. Each pod says why it waits, nothing of them stays, and others run.
func TestH57(t *testing.T) {
	in := newInstance(t, "127.0.0.1:17483")
	if _, err := in.gantry("up", "--listen", in.listen); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w, r := worldIn(t, in), testimage.NewRegistry(t)
	w.apply(pod("good", busybox, idle, "", ""))
	w.ready("condition=Ready", "pod/good")
	layers := filepath.Join(in.dir, "images", "layers")
	before := len(w.entries(layers))

	whole := testimage.Tar(t, testimage.File("f", strings.Repeat("x", 4096), 0o644))
	spoilt := func(l v1.Layer) v1.Image { return testimage.Image(t, v1.Config{}, l) }
	bad := map[string]struct {
		image v1.Image
		says  string
	}{
		"no-archive": {spoilt(testimage.Plain(t, []byte(strings.Repeat("not a tar ", 200)))), "BadImage"},
		"half":       {spoilt(testimage.Plain(t, whole[:2000])), "BadImage"},
		"half-gzip":  {spoilt(testimage.Plain(t, []byte{0x1f, 0x8b, 8, 0, 0, 0})), "BadImage"},
		"outside":    {spoilt(testimage.Layer(t, testimage.Hardlink("mine", "../../../../etc/passwd", 0o644))), "BadImage"},
		"foreign":    {testimage.ImageFor(t, "linux", "s390x", v1.Config{}, testimage.BusyboxLayer(t)), "NoPlatform"},
	}
	var all strings.Builder
	for name, c := range bad {
		all.WriteString(pod(name, r.Push(t, name+":1", c.image), tellWho, "", ""))
	}
	w.apply(all.String())
	for name, c := range bad {
		w.waits(name, "ImagePullBackOff", c.says)
	}
	file := filepath.Join(t.TempDir(), "file")
	for name, text := range map[string]string{"empty": "", "text": strings.Repeat("hello ", 500), "half gzip": "\x1f\x8b\x08\x00"} {
		write(t, file, text)
		if out, err := in.gantry("image", "import", file); err == nil || want(err.Error(), "BadImage") != nil {
			t.Errorf("a file that is %s is loaded: %s, %v", name, out, err)
		}
	}
	if now := len(w.entries(layers)); now != before {
		t.Errorf("%d layers are here, %d were", now, before)
	}
	if left := w.entries(filepath.Join(in.dir, "images", "work")); len(left) > 0 {
		t.Errorf("left of images that cannot be read: %v", left)
	}

	// What was good is good again when it comes anew.
	ref := r.Push(t, "lost:1", who(t, "found again", testimage.Layer(t, testimage.File("more", "more", 0o644))))
	w.apply(pod("first", ref, tellWho, "", ""))
	w.prints("first", "found again")
	lost := 0
	for _, name := range w.entries(layers) {
		if _, err := os.Stat(filepath.Join(layers, name, "fs", "more")); err == nil {
			lost++
			if err := os.RemoveAll(filepath.Join(layers, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if lost != 1 {
		t.Fatalf("%d layers have the file", lost)
	}
	w.apply(pod("second", ref, tellWho+"; cat /more", "", ""))
	w.prints("second", "found again")

	if got := w.field("nodes", `.items[0].status.conditions[?(@.type=="Ready")].status`); got != "True" {
		t.Errorf("the node is Ready: %s", got)
	}
	if n := w.field("pod/good", ".status.containerStatuses[0].restartCount"); n != "0" {
		t.Errorf("a neighbour was restarted %s times", n)
	}
	uids := strings.Fields(w.field("pods", ".items[*].metadata.uid"))
	w.k("delete", "pods", "--all", "--timeout=60s")
	w.eventually("nothing is left of the pods", func() error { return w.nothingOf(uids...) })
}

// entries are the names of what is in a directory.
func (w *world) entries(dir string) (names []string) {
	w.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		w.Fatal(fmt.Errorf("the store of images: %w", err))
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}
