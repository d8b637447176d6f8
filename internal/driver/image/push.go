package image

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/google/go-containerregistry/pkg/authn"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Push writes the present image src (a name or an ID) to its registry under the name ref, which may be the same. The
// image keeps its ID; its manifest is the one that it came with, or a new one if it came without (docker save, Add).
// The layers of a pulled image are read from where it was pulled from, with auths as well.
func (s *Store) Push(ctx context.Context, src, ref string, auths []Auth) error {
	n, err := parseName(ref)
	if err != nil {
		return failed("push", ref, err)
	}
	ix, err := s.load()
	if err != nil {
		return failed("push", ref, err)
	}
	rec, ok := ix.Images[ix.resolve(src)]
	if !ok {
		return failed("push", ref, because(NotFound, fmt.Errorf("no image %q in the store", src)))
	}
	to, err := n.remote(isPlain(n.host(), s.remotes.plain))
	if err != nil {
		return failed("push", ref, err)
	}
	img, err := s.stored(ctx, rec, auths)
	if err != nil {
		return failed("push", ref, err)
	}
	err = withEach(authenticators(n.host(), n.path(), auths), func(auth authn.Authenticator) error {
		return remote.Write(to, img, s.remotes.options(ctx, auth)...)
	})
	return failed("push", ref, err)
}

// stored gives an image of the store in go-containerregistry's form, to be read completely.
func (s *Store) stored(ctx context.Context, rec record, auths []Auth) (v1.Image, error) {
	if rec.Origin != "" && !rec.kept() {
		return s.atOrigin(ctx, rec, auths)
	}
	id, err := v1.NewHash(rec.ID)
	if err != nil {
		return nil, err
	}
	config, err := os.ReadFile(s.blobPath(id))
	if err != nil {
		return nil, err
	}
	if rec.Manifest == nil {
		img := plainImage{config: config, layers: map[v1.Hash]v1.Layer{}}
		for _, l := range rec.Layers {
			open := func() (io.ReadCloser, error) { return openPlain(s.blobPath(*l.Blob)) }
			layer, err := partial.UncompressedToLayer(plainLayer{diffID: l.DiffID, open: open})
			if err != nil {
				return nil, err
			}
			img.layers[l.DiffID] = layer
		}
		return partial.UncompressedToImage(img)
	}
	manifest, err := os.ReadFile(s.blobPath(*rec.Manifest))
	if err != nil {
		return nil, err
	}
	parsed, err := v1.ParseManifest(bytes.NewReader(manifest))
	if err != nil {
		return nil, err
	}
	return partial.CompressedToImage(keptImage{s: s, config: config, manifest: manifest, parsed: parsed})
}

// kept reports whether the blobs of all layers are in the store.
func (r record) kept() bool {
	return !slices.ContainsFunc(r.Layers, func(l layerRef) bool { return l.Blob == nil })
}

// atOrigin reads a pulled image from where it came from.
func (s *Store) atOrigin(ctx context.Context, rec record, auths []Auth) (img v1.Image, err error) {
	n, err := parseName(rec.Origin)
	if err != nil {
		return nil, err
	}
	at, err := n.remote(isPlain(n.host(), s.remotes.plain))
	if err != nil {
		return nil, err
	}
	err = withEach(authenticators(n.host(), n.path(), auths), func(auth authn.Authenticator) error {
		img, err = remote.Image(at, s.remotes.options(ctx, auth)...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read it from where it was pulled from: %w", err)
	}
	return img, nil
}

// keptImage is an image whose manifest and compressed layers are in the store.
type keptImage struct {
	s        *Store
	config   []byte
	manifest []byte
	parsed   *v1.Manifest
}

func (i keptImage) RawConfigFile() ([]byte, error)      { return i.config, nil }
func (i keptImage) RawManifest() ([]byte, error)        { return i.manifest, nil }
func (i keptImage) MediaType() (types.MediaType, error) { return i.parsed.MediaType, nil }
func (i keptImage) LayerByDigest(h v1.Hash) (partial.CompressedLayer, error) {
	for _, d := range append(i.parsed.Layers, i.parsed.Config) {
		if d.Digest == h {
			return keptLayer{i.s, d}, nil
		}
	}
	return nil, fmt.Errorf("no layer %s in the image", h)
}

type keptLayer struct {
	s *Store
	d v1.Descriptor
}

func (l keptLayer) Digest() (v1.Hash, error)            { return l.d.Digest, nil }
func (l keptLayer) Size() (int64, error)                { return l.d.Size, nil }
func (l keptLayer) MediaType() (types.MediaType, error) { return l.d.MediaType, nil }
func (l keptLayer) Compressed() (io.ReadCloser, error)  { return os.Open(l.s.blobPath(l.d.Digest)) }
