package image_test

import (
	"os"
	"path/filepath"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/testimage"
)

// FuzzImport imports damaged archives: each is refused as what it is, and leaves nothing.
func FuzzImport(f *testing.F) {
	made := testimage.Image(f, v1.Config{}, testimage.Layer(f, testimage.File("f", "content", 0o644)))
	f.Add([]byte(readFile(f, testimage.Save(f, map[string]v1.Image{"web:1": made}))))
	f.Add([]byte(readFile(f, tarOf(f, testimage.Layout(f, "web:1", made)))))
	f.Add(testimage.Tar(f, testimage.File("manifest.json", `[{"Config":"c","Layers":["l"]}]`, 0o644),
		testimage.File("c", `{"rootfs":{"diff_ids":["sha256:00"]}}`, 0o644), testimage.Symlink("l", "l")))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := filepath.Join(t.TempDir(), "images")
		s := openStoreIn(t, dir)
		path := filepath.Join(t.TempDir(), "archive")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		images, err := s.Import(t.Context(), path, "web:1")
		if err == nil {
			return
		}
		if c := image.CauseOf(err); c != image.BadImage && c != image.BadDigest && c != image.NoPlatform && c != image.InvalidName {
			t.Errorf("cause %s: %v", c, err)
		}
		if n := entriesOf(t, filepath.Join(dir, "layers")); len(images) == 0 && n != 0 {
			t.Errorf("%d layers of no image", n)
		}
	})
}

func FuzzParseDockerConfig(f *testing.F) {
	f.Add([]byte(`{"auths":{"reg.io":{"auth":"dTpw"}}}`))
	f.Add([]byte(`{"https://index.docker.io/v1/":{"username":"u","password":"p"},"[":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		auths, err := image.ParseDockerConfig(data)
		if err != nil && auths != nil {
			t.Error("credentials together with an error")
		}
	})
}
