package image

import (
	"context"
	"fmt"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Add puts an image that was made in this process (see FromFiles) under a name.
func (s *Store) Add(ctx context.Context, name string, img v1.Image) (Image, error) {
	n, err := parseName(name)
	if err != nil {
		return Image{}, failed("import", name, err)
	}
	src, err := madeSource(img)
	if err != nil {
		return Image{}, failed("import", name, err)
	}
	out, err := s.ingest(ctx, src, []string{n.key()})
	return out, failed("import", name, err)
}

// madeSource takes a made image's layers uncompressed, which is how they exist.
func madeSource(img v1.Image) (source, error) {
	config, err := img.RawConfigFile()
	if err != nil {
		return source{}, err
	}
	layers, err := img.Layers()
	if err != nil {
		return source{}, err
	}
	src := source{config: config}
	for _, l := range layers {
		diffID, err := l.DiffID()
		if err != nil {
			return source{}, err
		}
		open := func(context.Context) (io.ReadCloser, error) { return l.Uncompressed() }
		src.layers = append(src.layers, layerSource{diffID: diffID, blob: diffID, keep: true, open: open})
	}
	return src, nil
}

// plainLayer is a layer whose bytes exist uncompressed; it is compressed when it is pushed.
type plainLayer struct {
	diffID v1.Hash
	open   func() (io.ReadCloser, error)
}

func (l plainLayer) DiffID() (v1.Hash, error)             { return l.diffID, nil }
func (l plainLayer) Uncompressed() (io.ReadCloser, error) { return l.open() }
func (l plainLayer) MediaType() (types.MediaType, error)  { return types.DockerLayer, nil }

// plainImage is an image without a registry manifest; pushing makes one.
type plainImage struct {
	config []byte
	layers map[v1.Hash]v1.Layer
}

func (i plainImage) RawConfigFile() ([]byte, error)      { return i.config, nil }
func (i plainImage) MediaType() (types.MediaType, error) { return types.DockerManifestSchema2, nil }
func (i plainImage) LayerByDiffID(h v1.Hash) (partial.UncompressedLayer, error) {
	l, ok := i.layers[h]
	if !ok {
		return nil, fmt.Errorf("no layer %s in the image", h)
	}
	return l, nil
}
