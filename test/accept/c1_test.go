package accept

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/testimage"
)

// who makes an image that tells its name: the script `cat /who` prints it.
func who(t *testing.T, name string, shared ...v1.Layer) v1.Image {
	layers := append([]v1.Layer{testimage.BusyboxLayer(t)}, shared...)
	return testimage.Image(t, v1.Config{Env: []string{"PATH=/bin"}}, append(layers, testimage.Layer(t, testimage.File("who", name, 0o644)))...)
}

const tellWho = "cat /who"

// C1: images from registries, archives and layouts, and what is said when there is none.
func TestC1(t *testing.T) {
	w := newWorld(t)
	t.Run("a registry that asks for credentials", func(t *testing.T) {
		for _, bearer := range []bool{false, true} {
			w, name := w.sub(t), fmt.Sprintf("auth-%v", bearer)
			r := testimage.NewRegistry(t)
			r.Require(testimage.Credentials{Username: "ann", Password: "secret", Bearer: bearer})
			ref := r.Push(t, "team/"+name+":1", who(t, name))

			w.k("create", "secret", "docker-registry", name, "--docker-server="+r.Host, "--docker-username=ann", "--docker-password=secret")
			w.apply(pod(name, ref, tellWho, "", "imagePullSecrets: [{name: "+name+"}]"))
			w.prints(name, name)
			// The image is on the node now; a pod without credentials asks for another one of the registry.
			other := r.Push(t, "team/"+name+":2", who(t, name+"-2"))
			w.apply(pod(name+"-stranger", other, tellWho, "", ""))
			w.waits(name+"-stranger", "ErrImagePull", "Unauthorized")
		}
	})
	t.Run("a digest", func(t *testing.T) {
		w, r := w.sub(t), testimage.NewRegistry(t)
		first := who(t, "first")
		digest, err := first.Digest()
		if err != nil {
			t.Fatal(err)
		}
		r.Push(t, "digest:1", first)
		r.Push(t, "digest:1", who(t, "second")) // the tag moves on, the digest stays
		w.apply(pod("digest", r.Host+"/digest@"+digest.String(), tellWho, "", ""))
		w.prints("digest", "first")
		if id := w.field("pod/digest", ".status.containerStatuses[0].imageID"); !strings.Contains(id, digest.String()) {
			t.Errorf("imageID %q does not name %s", id, digest)
		}
	})
	t.Run("a manifest list", func(t *testing.T) {
		w, r := w.sub(t), testimage.NewRegistry(t)
		stranger := testimage.ImageFor(t, "linux", "s390x", v1.Config{}, testimage.Layer(t, testimage.File("who", "stranger", 0o644)))
		ref := r.Push(t, "list:1", testimage.Index(t, map[string]v1.Image{"linux/s390x": stranger, platform(): who(t, "native")}))
		w.apply(pod("list", ref, tellWho, "", ""))
		w.prints("list", "native")
		only := r.Push(t, "list:2", testimage.Index(t, map[string]v1.Image{"linux/s390x": stranger}))
		w.apply(pod("list-other", only, tellWho, "", ""))
		w.waits("list-other", "ErrImagePull", "NoPlatform")
	})
	t.Run("several pulls at once share layers", func(t *testing.T) {
		w, r := w.sub(t), testimage.NewRegistry(t)
		shared := testimage.Layer(t, testimage.File("shared", strings.Repeat("a layer of three images ", 1000), 0o644))
		digest, err := shared.Digest()
		if err != nil {
			t.Fatal(err)
		}
		const pulls = 3
		var manifest string
		for i := range pulls {
			name := fmt.Sprintf("shared-%d", i)
			manifest += pod(name, r.Push(t, name+":1", who(t, name, shared)), tellWho+"; /bin/busybox wc -c /shared", "", "")
		}
		// Every pull is held at its manifest until all of them have come so far: they are under way together.
		arrived, release := make(chan string), make(chan struct{})
		r.SetHook(func(rw http.ResponseWriter, req *http.Request, next http.Handler) {
			if strings.Contains(req.URL.Path, "/manifests/1") {
				testimage.Gate(arrived, release)(rw, req, next)
				return
			}
			next.ServeHTTP(rw, req)
		})
		w.apply(manifest)
		images := map[string]bool{}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		for len(images) < pulls {
			select {
			case path := <-arrived:
				images[path] = true
			case <-ctx.Done():
				t.Fatalf("only %v were pulled at once", images)
			}
		}
		r.SetHook(nil)
		close(release)
		for i := range pulls {
			w.prints(fmt.Sprintf("shared-%d", i), fmt.Sprintf("shared-%d", i), "24000")
		}
		if n := r.Count("GET", "/blobs/"+digest.String()); n != 1 {
			t.Errorf("the shared layer was fetched %d times", n)
		}
	})
	t.Run("an archive and a layout", func(t *testing.T) {
		w := w.sub(t)
		sources := map[string]string{
			"tar":    testimage.Save(t, map[string]v1.Image{"local/tar:1": who(t, "from a tar")}),
			"layout": testimage.Layout(t, "local/layout:1", who(t, "from a layout")),
		}
		for name, path := range sources {
			if _, err := w.gantry("image", "import", path); err != nil {
				t.Fatal(err)
			}
			w.apply(pod(name, "local/"+name+":1", tellWho, "imagePullPolicy: Never", ""))
			w.prints(name, "from a "+name)
		}
		out, err := w.gantry("image", "list")
		if err := errors.Join(err, want(out, "local/tar:1", "local/layout:1")); err != nil {
			t.Error(err)
		}
	})
	t.Run("a pushed image comes back", func(t *testing.T) {
		w, r := w.sub(t), testimage.NewRegistry(t)
		r.Require(testimage.Credentials{Username: "ann", Password: "secret"})
		auth := filepath.Join(t.TempDir(), "config.json")
		write(t, auth, `{"auths":{"`+r.Host+`":{"auth":"`+base64.StdEncoding.EncodeToString([]byte("ann:secret"))+`"}}}`)
		if _, err := w.gantry("image", "push", busybox, r.Host+"/pushed:1", "--auth-file", auth); err != nil {
			t.Fatal(err)
		}
		w.k("create", "secret", "docker-registry", "pushed", "--docker-server="+r.Host, "--docker-username=ann", "--docker-password=secret")
		w.apply(pod("pushed", r.Host+"/pushed:1", "echo here I am", "", "imagePullSecrets: [{name: pushed}]"))
		w.prints("pushed", "here I am")
	})
	t.Run("a failed pull tells its cause and goes on trying", func(t *testing.T) {
		w, r := w.sub(t), testimage.NewRegistry(t)
		dead := testimage.NewRegistry(t)
		dead.Close()
		bad := testimage.Layer(t, testimage.File("bad", "a layer that arrives damaged", 0o644))
		damaged := r.Push(t, "damaged:1", who(t, "damaged", bad))
		r.SetHook(testimage.OnBlob(bad, testimage.Corrupt))
		w.apply(pod("late", r.Host+"/late:1", tellWho, "", "") +
			pod("dead", dead.Host+"/dead:1", tellWho, "", "") +
			pod("damaged", damaged, tellWho, "", "") +
			pod("misnamed", "Not A Name", tellWho, "", "") +
			pod("never", r.Host+"/never:1", tellWho, "imagePullPolicy: Never", ""))
		w.waits("late", "ErrImagePull", "NotFound")
		w.waits("late", "ImagePullBackOff", "NotFound", r.Host+"/late:1")
		w.waits("dead", "ImagePullBackOff", "Unreachable")
		w.waits("damaged", "ImagePullBackOff", "BadDigest")
		w.waits("misnamed", "InvalidImageName")
		w.waits("never", "ErrImageNeverPull")
		w.eventually("events tell it as well", func() error {
			out, err := w.try("events", "--for=pod/late")
			return errors.Join(err, want(out, "Failed to pull image", "Error: ErrImagePull", "Error: ImagePullBackOff"))
		})
		r.Push(t, "late:1", who(t, "better late than never"))
		w.prints("late", "better late than never")
	})
}

// waits wants the first container of a pod to wait for a reason, with a message that has words.
func (w *world) waits(name, reason string, words ...string) {
	w.Helper()
	w.eventually("pod "+name+" waits because of "+reason, func() error {
		got := w.field("pod/"+name, ".status.containerStatuses[0].state.waiting.reason")
		message := w.field("pod/"+name, ".status.containerStatuses[0].state.waiting.message")
		if got != reason {
			return fmt.Errorf("it waits because of %q: %s", got, message)
		}
		return want(message, words...)
	})
}
