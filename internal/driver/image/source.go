package image

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/driver/image/distribution"
)

// metadataLimit bounds a config or manifest, which is read into memory.
const metadataLimit = distribution.MetadataLimit

// source is an image that is about to come into the store, whatever it comes from.
type source struct {
	config   []byte // raw; its digest is the image's ID
	manifest []byte // raw manifest of the platform; nil if there is none
	origin   string // registry name@digest to read blobs from again; "" if the layers are kept
	layers   []layerSource
}

// layerSource is one layer of a source.
type layerSource struct {
	diffID v1.Hash
	blob   v1.Hash // digest of what open reads
	size   int64   // of what open reads, as the manifest has it; 0 if nobody said
	keep   bool    // keep those bytes, for a later push
	open   opener
	note   *progress // may be nil
	// again says whether to try again after an error; nil never does.
	again func(error) bool
}

// opener opens the bytes of one blob, from their start each time.
type opener func(context.Context) (io.ReadCloser, error)

// layersOf joins a manifest's layer blobs with the diff IDs that the config has for them.
func layersOf(
	config, manifest []byte, m *v1.Manifest, keep bool, open func(v1.Descriptor) opener,
) (source, error) {
	file, err := v1.ParseConfigFile(bytes.NewReader(config))
	if err != nil {
		return source{}, because(BadImage, fmt.Errorf("image config: %w", err))
	}
	if len(file.RootFS.DiffIDs) != len(m.Layers) {
		return source{}, because(BadImage, fmt.Errorf("not a container image: %d layers in the manifest, %d in the config (media type %s)",
			len(m.Layers), len(file.RootFS.DiffIDs), m.Config.MediaType))
	}
	src := source{config: config, manifest: manifest}
	for i, l := range m.Layers {
		src.layers = append(src.layers, layerSource{diffID: file.RootFS.DiffIDs[i], blob: l.Digest, size: l.Size, keep: keep, open: open(l)})
	}
	return src, nil
}

// readMetadata reads a config or manifest and verifies that it is what the descriptor names.
func readMetadata(ctx context.Context, what string, d v1.Descriptor, open opener) ([]byte, error) {
	if d.Digest == (v1.Hash{}) {
		return nil, because(BadImage, fmt.Errorf("not a container image: its manifest names no %s", what))
	}
	if d.Size > metadataLimit {
		return nil, because(BadImage, fmt.Errorf("%s of %d bytes (at most %d)", what, d.Size, metadataLimit))
	}
	r, err := open(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, because(BadImage, fmt.Errorf("%s %s is missing", what, d.Digest))
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, metadataLimit+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	if got := digestOf(data); got != d.Digest {
		return nil, because(BadDigest, fmt.Errorf("%s has digest %s, but is named %s", what, got, d.Digest))
	}
	return data, nil
}
