package image

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// layoutIndex is the file that makes a directory or archive an OCI layout.
const layoutIndex = "index.json"

// indexDepth bounds indexes within indexes: index.json, a multi-platform index, and one more as some builders nest.
const indexDepth = 4

// Annotations of a layout's index that name an image. OCI's own holds a full name or, as often, only a tag.
const (
	annotationContainerd = "io.containerd.image.name"
	annotationOCI        = "org.opencontainers.image.ref.name"
)

// readLayout finds the images of an OCI layout that are for this platform.
func readLayout(ctx context.Context, files fs.FS) ([]named, error) {
	data, err := readFile(files, layoutIndex)
	if err != nil {
		return nil, err
	}
	index, err := v1.ParseIndexManifest(bytes.NewReader(data))
	if err != nil {
		return nil, because(BadImage, fmt.Errorf("%s: %w", layoutIndex, err))
	}
	l := layout{files}
	var out []named
	var foreign error
	for _, d := range index.Manifests {
		if _, err := choose(&v1.IndexManifest{Manifests: []v1.Descriptor{d}}); err != nil {
			foreign = err // of another platform, or an attestation
			continue
		}
		src, err := l.image(ctx, d, indexDepth)
		if err != nil {
			return nil, err
		}
		out = append(out, named{src, namesOf(d)})
	}
	if len(out) == 0 {
		return nil, errors.Join(because(NoPlatform, errors.New("the layout has no image for this machine")), foreign)
	}
	return out, nil
}

// namesOf reads an image's names from its descriptor; none is no error.
func namesOf(d v1.Descriptor) []string {
	for _, key := range []string{annotationContainerd, annotationOCI} {
		ref := d.Annotations[key]
		if !strings.ContainsAny(ref, "/:@") {
			continue // nothing, or a tag without a repository
		}
		if n, err := parseName(ref); err == nil {
			return []string{n.key(), n.withDigest(d.Digest.String())}
		}
	}
	return nil
}

type layout struct{ files fs.FS }

// image follows a descriptor through indexes to the image for this platform.
func (l layout) image(ctx context.Context, d v1.Descriptor, depth int) (source, error) {
	if depth == 0 {
		return source{}, because(BadImage, errors.New("image indexes are nested too deeply"))
	}
	raw, err := readMetadata(ctx, "manifest", d, l.blob(d))
	if err != nil {
		return source{}, err
	}
	if d.MediaType.IsIndex() {
		im, err := v1.ParseIndexManifest(bytes.NewReader(raw))
		if err != nil {
			return source{}, because(BadImage, fmt.Errorf("image index: %w", err))
		}
		child, err := choose(im)
		if err != nil {
			return source{}, err
		}
		return l.image(ctx, child, depth-1)
	}
	m, err := v1.ParseManifest(bytes.NewReader(raw))
	if err != nil {
		return source{}, because(BadImage, fmt.Errorf("image manifest: %w", err))
	}
	config, err := readMetadata(ctx, "image config", m.Config, l.blob(m.Config))
	if err != nil {
		return source{}, err
	}
	return layersOf(config, raw, m, true, l.blob)
}

func (l layout) blob(d v1.Descriptor) opener {
	return fileOpener(l.files, "blobs/"+d.Digest.Algorithm+"/"+d.Digest.Hex)
}
