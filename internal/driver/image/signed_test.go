package image_test

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/driver/image/trust"
	"gantry.dev/gantry/internal/testimage"
)

// TestSignatures pulls under a policy: what is not signed as it says is not even read.
func TestSignatures(t *testing.T) {
	reg := testimage.NewRegistry(t)
	key, public := testimage.NewKey(t)
	stranger, _ := testimage.NewKey(t)
	p, err := trust.Parse(fmt.Appendf(nil, `{"default":[{"type":"insecureAcceptAnything"}],"transports":{"docker":{
		%q:[{"type":"sigstoreSigned","keyData":%q,"signedIdentity":{"type":"matchRepository"}}], %q:[{"type":"reject"}]}}}`,
		reg.Host+"/safe", base64.StdEncoding.EncodeToString(public), reg.Host+"/never"), nil)
	if err != nil {
		t.Fatal(err)
	}
	img, layer := big(t, "signed")
	index := testimage.Index(t, map[string]v1.Image{"linux/amd64": img, "linux/arm64": img})
	s, err := image.Open(filepath.Join(t.TempDir(), "images"), image.Options{Trust: p})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	refused := func(ref, words string) {
		t.Helper()
		_, err := s.Pull(t.Context(), ref, nil)
		wantCause(t, err, image.Untrusted)
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v, want the words %q", ref, err, words)
		}
		if n := reg.Count("GET", "/blobs/"+digestOf(t, layer)); n != 0 {
			t.Errorf("the layer of %s was read", ref)
		}
	}
	refused(reg.Push(t, "never/web:1", img), "refuses this image")
	web := reg.Push(t, "safe/web:1", img)
	refused(web, "no signature")
	reg.Sign(t, "safe/web", img, stranger, reg.Host+"/safe/web", false)
	refused(web, "none of the policy's keys")
	reg.Sign(t, "safe/web", img, key, reg.Host+"/safe/other", false)
	refused(web, "the signature is for "+reg.Host+"/safe/other")
	reg.Sign(t, "safe/web", img, key, reg.Host+"/safe/web", false)
	pull(t, s, web)

	multi := reg.Push(t, "safe/multi:1", index)
	reg.Sign(t, "safe/multi", index, key, reg.Host+"/safe/multi", true)
	pull(t, s, multi)
	each := reg.Push(t, "safe/each:1", index)
	reg.Sign(t, "safe/each", img, key, reg.Host+"/safe/each", true)
	pull(t, s, each)
	pull(t, s, reg.Push(t, "any/web:1", img))

	d, _ := img.Digest()
	moved := reg.Host + "/safe/web@" + d.String()
	if got := pull(t, s, moved); got.RepoDigests == nil {
		t.Errorf("by digest: %+v", got)
	}
}
