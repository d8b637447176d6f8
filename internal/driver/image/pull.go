package image

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Pull makes the image that ref names present as it is now at its registry, and returns it. It always asks the
// registry; whether to is the caller's policy (Get tells what is present). Of auths, those that match the registry are
// tried, the most specific first; with none that match the pull is anonymous.
func (s *Store) Pull(ctx context.Context, ref string, auths []Auth) (Image, error) {
	n, err := parseName(ref)
	if err != nil {
		return Image{}, failed("pull", ref, err)
	}
	var img Image
	err = withEach(authenticators(n, auths), func(auth authn.Authenticator) error {
		img, err = s.pullWith(ctx, n, auth)
		return err
	})
	return img, failed("pull", ref, err)
}

func (s *Store) pullWith(ctx context.Context, n imageName, auth authn.Authenticator) (Image, error) {
	at, err := n.remote(isPlain(n.host(), s.remotes.plain))
	if err != nil {
		return Image{}, err
	}
	p, err := remote.NewPuller(s.remotes.options(ctx, auth)...)
	if err != nil {
		return Image{}, err
	}
	top, err := p.Get(ctx, at)
	if err != nil {
		return Image{}, err
	}
	src, err := s.remoteSource(ctx, p, at.Context(), top)
	if err != nil {
		return Image{}, err
	}
	byDigest := n.withDigest(top.Digest.String())
	src.origin = n.withDigest(digestOf(src.manifest).String())
	return s.ingest(ctx, src, []string{n.key(), byDigest})
}

// remoteSource reads the manifest for this platform and the config; the layers are read when they are needed.
func (s *Store) remoteSource(ctx context.Context, p *remote.Puller, repo name.Repository, top *remote.Descriptor) (source, error) {
	raw, mediaType := top.Manifest, top.MediaType
	switch mediaType {
	case types.DockerManifestSchema1, types.DockerManifestSchema1Signed:
		return source{}, because(BadImage, fmt.Errorf("manifest schema 1 is not supported: build and push the image anew"))
	case types.OCIImageIndex, types.DockerManifestList:
		im, err := v1.ParseIndexManifest(bytes.NewReader(raw))
		if err != nil {
			return source{}, because(BadImage, fmt.Errorf("image index: %w", err))
		}
		child, err := choose(im)
		if err != nil {
			return source{}, err
		}
		desc, err := p.Get(ctx, repo.Digest(child.Digest.String()))
		if err != nil {
			return source{}, err
		}
		raw = desc.Manifest
	}
	m, err := v1.ParseManifest(bytes.NewReader(raw))
	if err != nil {
		return source{}, because(BadImage, fmt.Errorf("image manifest: %w", err))
	}
	open := func(d v1.Descriptor) opener {
		return func(ctx context.Context) (io.ReadCloser, error) {
			return guardStall(ctx, func(ctx context.Context) (io.ReadCloser, error) {
				l, err := p.Layer(ctx, repo.Digest(d.Digest.String()))
				if err != nil {
					return nil, err
				}
				r, err := l.Compressed() // verifies the digest when it ends
				if err != nil {
					return nil, err
				}
				return &sizeGuard{ReadCloser: r, left: d.Size}, nil
			})
		}
	}
	config, err := readMetadata(ctx, "image config", m.Config, open(m.Config))
	if err != nil {
		return source{}, err
	}
	return layersOf(config, raw, m, false, open)
}
