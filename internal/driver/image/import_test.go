package image_test

import (
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/testimage"
)

// twoLayers is a small image of two layers.
func twoLayers(t testing.TB, content string) v1.Image {
	t.Helper()
	return testimage.Image(t, v1.Config{User: "7"},
		testimage.Layer(t, testimage.File("base", "base", 0o644)), testimage.Layer(t, testimage.File("top", content, 0o644)))
}

func importOne(t testing.TB, s *image.Store, path, name string) image.Image {
	t.Helper()
	list, err := s.Import(t.Context(), path, name)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 {
		t.Fatalf("%d images, want 1", len(list))
	}
	return list[0]
}

// tarOf packs a directory with the system's tar.
func tarOf(t testing.TB, dir string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "layout.tar")
	if out, err := exec.Command("tar", "-C", dir, "-cf", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("tar: %v\n%s", err, out)
	}
	return path
}

func gzipOf(t testing.TB, path string) string {
	t.Helper()
	out, err := os.Create(path + ".gz")
	if err != nil {
		t.Fatal(err)
	}
	w := gzip.NewWriter(out)
	if _, err := io.WriteString(w, readFile(t, path)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Name()
}

// pipeOf serves a file through a named pipe, as a shell's <(...) does.
func pipeOf(t testing.TB, path string) string {
	t.Helper()
	fifo := path + ".fifo"
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- os.WriteFile(fifo, []byte(readFile(t, path)), 0) }()
	t.Cleanup(func() {
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return fifo
}

// TestImportForms imports one image in every form and pushes it again.
func TestImportForms(t *testing.T) {
	made := twoLayers(t, "top")
	id, _ := made.ConfigName()
	digest, _ := made.Digest()
	saved := testimage.Save(t, map[string]v1.Image{"example.com/web:1": made})
	laid := testimage.Layout(t, "example.com/web:1", made)
	nested := testimage.Layout(t, "example.com/web:1", testimage.Index(t, map[string]v1.Image{
		"linux/amd64": made, "linux/arm64": made, "linux/s390x": testimage.ImageFor(t, "linux", "s390x", v1.Config{}),
	}))
	for name, c := range map[string]struct {
		path         string
		keepManifest bool
	}{
		"docker save":         {saved, false},
		"docker save gzip":    {gzipOf(t, saved), false},
		"docker save pipe":    {pipeOf(t, saved), false},
		"layout":              {laid, true},
		"layout archive":      {tarOf(t, laid), true},
		"layout archive gzip": {gzipOf(t, tarOf(t, laid)), true},
		"layout of index":     {nested, true},
	} {
		t.Run(name, func(t *testing.T) {
			s, reg := openStore(t), testimage.NewRegistry(t)
			img := importOne(t, s, c.path, "")
			if img.ID != id.String() || img.Config.User != "7" || !slices.Equal(img.Tags, []string{"example.com/web:1"}) {
				t.Errorf("imported %+v", img)
			}
			if got := readFile(t, filepath.Join(mount(t, img), "top")); got != "top" {
				t.Errorf("top holds %q", got)
			}

			to := reg.Host + "/pushed:1"
			if err := s.Push(t.Context(), "example.com/web:1", to, nil); err != nil {
				t.Fatal(err)
			}
			back := pull(t, openStore(t), to)
			if back.ID != img.ID {
				t.Errorf("pushed as %s, want %s", back.ID, img.ID)
			}
			if c.keepManifest && !strings.HasSuffix(back.Ref(), digest.String()) {
				t.Errorf("pushed as %s, want the manifest %s", back.Ref(), digest)
			}
		})
	}
}

func TestImportSeveral(t *testing.T) {
	s := openStore(t)
	list, err := s.Import(t.Context(), testimage.Save(t, map[string]v1.Image{
		"one:1": twoLayers(t, "1"), "two:1": twoLayers(t, "2"),
	}), "")
	if err != nil || len(list) != 2 {
		t.Fatalf("%d images, %v", len(list), err)
	}
	if list[0].Layers[0] != list[1].Layers[0] {
		t.Error("the shared layer is there twice")
	}
	for _, name := range []string{"one:1", "docker.io/library/two:1"} {
		if _, ok := s.Get(name); !ok {
			t.Errorf("no %s", name)
		}
	}
}

func TestImportNames(t *testing.T) {
	s := openStore(t)
	laid := testimage.Layout(t, "", twoLayers(t, "1"))
	if img := importOne(t, s, laid, ""); len(img.Tags) != 0 {
		t.Errorf("tags %v from nowhere", img.Tags)
	}
	if img := importOne(t, s, laid, "web"); !slices.Equal(img.Tags, []string{"docker.io/library/web:latest"}) {
		t.Errorf("tags %v", img.Tags)
	}
	if _, err := s.Import(t.Context(), laid, "Bad Name"); image.CauseOf(err) != image.InvalidName {
		t.Errorf("a bad name: %v", err)
	}
}

func TestImportFailures(t *testing.T) {
	s := openStore(t)
	write := func(data []byte) string {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	incomplete := testimage.Layout(t, "", twoLayers(t, "1"))
	layers, _ := twoLayers(t, "1").Layers()
	digest, _ := layers[1].Digest()
	if err := os.Remove(filepath.Join(incomplete, "blobs", "sha256", digest.Hex)); err != nil {
		t.Fatal(err)
	}
	tampered := testimage.Layout(t, "", twoLayers(t, "1"))
	if err := os.WriteFile(filepath.Join(tampered, "blobs", "sha256", digest.Hex), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	escaping := t.TempDir()
	if err := os.Symlink("/etc/passwd", filepath.Join(escaping, "index.json")); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path string
		want image.Cause
	}{
		"missing file":     {"/nonexistent", image.Internal},
		"not an archive":   {write([]byte(strings.Repeat("hello ", 500))), image.BadImage},
		"empty file":       {write(nil), image.BadImage},
		"another tar":      {write(testimage.Tar(t, testimage.File("f", "", 0o644))), image.BadImage},
		"half gzip":        {write([]byte{0x1f, 0x8b, 8, 0, 0, 0}), image.BadImage},
		"missing config":   {write(testimage.Tar(t, testimage.File("manifest.json", `[{"Config":"../../etc/passwd"}]`, 0o644))), image.BadImage},
		"missing blob":     {incomplete, image.BadImage},
		"tampered blob":    {tampered, image.BadDigest},
		"symlinked index":  {escaping, image.BadImage},
		"foreign platform": {testimage.Layout(t, "", testimage.ImageFor(t, "linux", "s390x", v1.Config{})), image.NoPlatform},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Import(t.Context(), c.path, "")
			wantCause(t, err, c.want)
		})
	}
}

func TestPushPulledImage(t *testing.T) {
	s, from, to := openStore(t), testimage.NewRegistry(t), testimage.NewRegistry(t)
	cred := testimage.Credentials{Username: "u", Password: "p", Bearer: true}
	to.Require(cred)
	ref := from.Push(t, "web:1", twoLayers(t, "1"))
	img := pull(t, s, ref)
	target := to.Host + "/copy:1"
	wantCause(t, s.Push(t.Context(), ref, target, nil), image.Unauthorized)
	auth := image.Auth{Registry: to.Host, Username: cred.Username, Password: cred.Password}
	if err := s.Push(t.Context(), ref, target, []image.Auth{auth}); err != nil {
		t.Fatal(err)
	}
	if got := pull(t, openStore(t), target, auth); got.ID != img.ID {
		t.Errorf("the copy is %s, want %s", got.ID, img.ID)
	}
	wantCause(t, s.Push(t.Context(), "nothing:1", target, nil), image.NotFound)
	from.Close()
	wantCause(t, s.Push(t.Context(), ref, target, []image.Auth{auth}), image.Unreachable)
}

func TestFromFiles(t *testing.T) {
	s, reg := openStore(t), testimage.NewRegistry(t)
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, []byte("#!"), 0o755); err != nil {
		t.Fatal(err)
	}
	build := func() v1.Image {
		made, err := image.FromFiles(image.Config{Entrypoint: []string{"/bin/app"}, Env: []string{"A=b"}, ExposedPorts: []string{"80/tcp"}},
			image.File{Path: "/bin/app", Source: program},
			image.File{Path: "/etc/conf/app.yaml", Data: []byte("a: b")},
			image.File{Path: "/tmp", Dir: true, Mode: 0o777 | os.ModeSticky},
			image.File{Path: "/app", Link: "bin/app"})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	img, err := s.Add(t.Context(), "demo/app:1", build())
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Add(t.Context(), "demo/app:2", build())
	if err != nil || again.ID != img.ID {
		t.Errorf("built twice: %s and %s, %v", img.ID, again.ID, err)
	}
	root := mount(t, img)
	if got := readFile(t, filepath.Join(root, "app")); got != "#!" {
		t.Errorf("app holds %q", got)
	}
	for name, want := range map[string]os.FileMode{"bin/app": 0o755, "etc/conf": os.ModeDir | 0o755, "etc/conf/app.yaml": 0o644, "tmp": os.ModeDir | os.ModeSticky | 0o777} {
		if st, err := os.Lstat(filepath.Join(root, name)); err != nil || st.Mode() != want {
			t.Errorf("%s: %v, %v; want %v", name, st.Mode(), err, want)
		}
	}
	if err := s.Push(t.Context(), img.ID, reg.Host+"/demo:1", nil); err != nil {
		t.Fatal(err)
	}
	if got := pull(t, openStore(t), reg.Host+"/demo:1"); got.ID != img.ID || !slices.Equal(got.Config.ExposedPorts, []string{"80/tcp"}) {
		t.Errorf("pushed and pulled: %+v", got)
	}
}
