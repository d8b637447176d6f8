package testimage

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// NewKey makes a key as cosign does and gives its public half in PEM.
func NewKey(t testing.TB) (crypto.Signer, []byte) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k, PublicKey(t, k)
}

// PublicKey is the public half of a key in PEM.
func PublicKey(t testing.TB, k crypto.Signer) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(k.Public())
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

// SimpleSigning is a text as cosign signs it, and its signature.
func SimpleSigning(t testing.TB, k crypto.Signer, digest, identity string) (payload, signature []byte) {
	t.Helper()
	payload = fmt.Appendf(nil, `{"critical":{"identity":{"docker-reference":%q},"image":{"docker-manifest-digest":%q},"type":"cosign container image signature"},"optional":null}`, identity, digest)
	sum := sha256.Sum256(payload)
	message, opts := sum[:], crypto.SignerOpts(crypto.SHA256)
	if _, ok := k.(ed25519.PrivateKey); ok {
		message, opts = payload, crypto.Hash(0)
	}
	signature, err := k.Sign(rand.Reader, message, opts)
	if err != nil {
		t.Fatal(err)
	}
	return payload, signature
}

// Sign puts a signature of an image or index beside it, as cosign does: with a tag, or as a referrer. n is a name without a
// host ("team/web"), identity what the signature says that the image is called.
func (r *Registry) Sign(t testing.TB, n string, what interface {
	Digest() (v1.Hash, error)
	Size() (int64, error)
	MediaType() (types.MediaType, error)
}, k crypto.Signer, identity string, referrer bool) {
	t.Helper()
	d, err := what.Digest()
	if err != nil {
		t.Fatal(err)
	}
	payload, signature := SimpleSigning(t, k, d.String(), identity)
	img, err := mutate.Append(mutate.MediaType(empty.Image, types.OCIManifestSchema1), mutate.Addendum{
		Layer:       static.NewLayer(payload, "application/vnd.dev.cosign.simplesigning.v1+json"),
		Annotations: map[string]string{"dev.cosignproject.cosign/signature": base64.StdEncoding.EncodeToString(signature)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !referrer {
		r.Push(t, n+":"+d.Algorithm+"-"+d.Hex+".sig", img)
		return
	}
	subject := v1.Descriptor{Digest: d}
	if subject.Size, err = what.Size(); err != nil {
		t.Fatal(err)
	}
	if subject.MediaType, err = what.MediaType(); err != nil {
		t.Fatal(err)
	}
	made := mutate.Subject(mutate.ConfigMediaType(img, "application/vnd.dev.cosign.artifact.sig.v1+json"), subject)
	own, err := made.(v1.Image).Digest()
	if err != nil {
		t.Fatal(err)
	}
	r.Push(t, n+"@"+own.String(), made)
}
