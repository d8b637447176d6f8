package image

import (
	"bytes"
	"context"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"gantry.dev/gantry/internal/driver/image/distribution"
)

// Pull makes the image that ref names present as it is now at its registry, and returns it. It always asks the
// registry, or a mirror that may answer for it; whether to is the caller's policy (Get tells what is present). Of auths,
// those that match the registry are tried, the most specific first; with none that match the pull is anonymous.
func (s *Store) Pull(ctx context.Context, ref string, auths []Auth) (Image, error) {
	n, err := parseName(ref)
	if err != nil {
		return Image{}, failed("pull", ref, err)
	}
	note, end := s.track(n.key())
	defer end()
	img, err := (&fetch{s: s, name: n, sites: s.sites(n, auths), note: note, liars: map[*site]bool{}}).pull(ctx)
	return img, failed("pull", ref, err)
}

func (f *fetch) pull(ctx context.Context) (Image, error) {
	if err := f.permitted(); err != nil {
		return Image{}, err
	}
	ref, tag := f.name.reference()
	top, err := f.manifest(ctx, ref, tag)
	if err != nil {
		return Image{}, err
	}
	src, err := f.source(ctx, top)
	if err != nil {
		return Image{}, err
	}
	f.note.expect(src.layers)
	src.origin = f.name.withDigest(digestOf(src.manifest).String())
	return f.s.ingest(ctx, src, []string{f.name.key(), f.name.withDigest(top.Digest.String())})
}

// source reads the manifest for this platform and the config; the layers are read when they are needed.
// Nothing but manifests is read of an image that is not trusted.
func (f *fetch) source(ctx context.Context, m distribution.Manifest) (source, error) {
	digests := []v1.Hash{m.Digest}
	switch m.MediaType {
	case types.DockerManifestSchema1, types.DockerManifestSchema1Signed:
		return source{}, because(BadImage, fmt.Errorf("manifest schema 1 is not supported: build and push the image anew"))
	case types.OCIImageIndex, types.DockerManifestList:
		im, err := v1.ParseIndexManifest(bytes.NewReader(m.Raw))
		if err != nil {
			return source{}, because(BadImage, fmt.Errorf("image index: %w", err))
		}
		child, err := choose(im)
		if err != nil {
			return source{}, err
		}
		if m, err = f.manifest(ctx, child.Digest.String(), false); err != nil {
			return source{}, err
		}
		digests = append(digests, m.Digest)
	}
	if err := f.trusted(ctx, digests...); err != nil {
		return source{}, err
	}
	parsed, err := v1.ParseManifest(bytes.NewReader(m.Raw))
	if err != nil {
		return source{}, because(BadImage, fmt.Errorf("image manifest: %w", err))
	}
	f.askPeers(ctx, digests[0])
	config, err := f.metadata(ctx, "image config", parsed.Config)
	if err != nil {
		return source{}, err
	}
	src, err := layersOf(config, m.Raw, parsed, f.s.share, f.blob)
	for i := range src.layers {
		src.layers[i].note, src.layers[i].again = f.note, f.another()
	}
	return src, err
}
