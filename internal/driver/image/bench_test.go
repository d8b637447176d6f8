package image_test

import (
	"fmt"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/testimage"
)

// BenchmarkPull pulls and unpacks a 100 MB image of four layers from loopback into an empty store. Bytes are of the
// unpacked content. Half of the content does not compress, as in images with binaries.
func BenchmarkPull(b *testing.B) {
	const layers, files, size = 4, 250, 100 << 10
	reg := testimage.NewRegistry(b)
	random := noise(layers * files * size / 2)
	build := func(form func([]byte) v1.Layer) v1.Image {
		var ls []v1.Layer
		for l := range layers {
			var entries []testimage.Entry
			for f := range files {
				data := append(random[(l*files+f)*size/2:][:size/2:size/2], make([]byte, size/2)...)
				e := testimage.File(fmt.Sprintf("l%d/f%d", l, f), "", 0o644)
				e.Data = data
				entries = append(entries, e)
			}
			ls = append(ls, form(testimage.Tar(b, entries...)))
		}
		return testimage.Image(b, v1.Config{}, ls...)
	}
	for name, form := range map[string]func([]byte) v1.Layer{
		"gzip":  func(t []byte) v1.Layer { return testimage.Blob(b, t) },
		"zstd":  func(t []byte) v1.Layer { return testimage.Zstd(b, t) },
		"plain": func(t []byte) v1.Layer { return testimage.Plain(b, t) },
	} {
		ref := reg.Push(b, name+":1", build(form))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(layers * files * size)
			s := openStore(b)
			for b.Loop() {
				pull(b, s, ref)
				b.StopTimer()
				if _, err := s.GC(func(image.Image) bool { return false }); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

// BenchmarkGet looks up one of 200 images, as the agent does for each container that it starts.
func BenchmarkGet(b *testing.B) {
	s := openStore(b)
	for i := range 200 {
		img, err := image.FromFiles(image.Config{User: fmt.Sprint(i)}, image.File{Path: "f", Data: []byte(fmt.Sprint(i))})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Add(b.Context(), fmt.Sprintf("app:%d", i), img); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if _, ok := s.Get("app:150"); !ok {
			b.Fatal("not found")
		}
	}
}
