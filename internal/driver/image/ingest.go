package image

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// ingest brings a source into the store under names (normalised; tags or digests) and returns the image.
func (s *Store) ingest(ctx context.Context, src source, names []string) (Image, error) {
	var file v1.ConfigFile
	if err := json.Unmarshal(src.config, &file); err != nil {
		return Image{}, because(BadImage, fmt.Errorf("image config: %w", err))
	}
	if err := checkPlatform(file.OS, file.Architecture); err != nil {
		return Image{}, err
	}
	rec := record{Origin: src.origin, Created: file.Created.Time, Config: newConfig(file)}
	id := digestOf(src.config)
	rec.ID = id.String()
	wants := []v1.Hash{id}
	if src.manifest != nil {
		m := digestOf(src.manifest)
		rec.Manifest = &m
		wants = append(wants, m)
	}
	for _, l := range src.layers {
		ref := layerRef{DiffID: l.diffID}
		wants = append(wants, l.diffID)
		if l.keep {
			ref.Blob = &l.blob
			wants = append(wants, l.blob)
		}
		rec.Layers = append(rec.Layers, ref)
	}

	j, err := s.begin()
	if err != nil {
		return Image{}, err
	}
	defer j.end()
	if err := j.pin(wants); err != nil {
		return Image{}, err
	}
	if err := j.bringLayers(ctx, src.layers); err != nil {
		return Image{}, err
	}
	if err := j.adoptParents(&rec, wants); err != nil {
		return Image{}, err
	}
	for _, blob := range [][]byte{src.config, src.manifest} {
		if blob == nil {
			continue
		}
		if err := j.addBlob(digestOf(blob), blob); err != nil {
			return Image{}, err
		}
	}
	return s.commit(rec, names)
}

// commit makes an image visible, once its layers are durable.
func (s *Store) commit(rec record, names []string) (Image, error) {
	for id := range rec.dirs() {
		info, ok, err := s.hasLayer(id)
		if err != nil {
			return Image{}, err
		}
		if !ok {
			return Image{}, fmt.Errorf("layer %s vanished from the store", id)
		}
		rec.Size += info.Size
	}
	ix, err := s.load()
	if err != nil {
		return Image{}, err
	}
	if !ix.holds(rec) {
		if err := s.syncAll(); err != nil {
			return Image{}, err
		}
	}
	err = s.update(func(ix *index) error {
		if had, ok := ix.Images[rec.ID]; ok {
			rec = had.mergedWith(rec)
		}
		ix.Images[rec.ID] = rec
		for _, n := range names {
			ix.Names[n] = rec.ID
		}
		return nil
	})
	if err != nil {
		return Image{}, err
	}
	if ix, err = s.load(); err != nil {
		return Image{}, err
	}
	return s.image(ix, rec), nil
}

// holds reports whether all that the record needs is already part of a record, and therefore durable.
func (ix *index) holds(rec record) bool {
	have := map[v1.Hash]bool{}
	for _, r := range ix.Images {
		for h := range r.needs() {
			have[h] = true
		}
	}
	for h := range rec.needs() {
		if !have[h] {
			return false
		}
	}
	return true
}

// mergedWith joins two records of the same image: what is kept stays kept, else the newer is right.
func (r record) mergedWith(o record) record {
	if r.Origin == "" && o.Origin != "" {
		return r
	}
	return o
}

// addBlob writes a small blob under its digest.
func (j *job) addBlob(h v1.Hash, data []byte) error {
	path := j.s.blobPath(h)
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	tmp := filepath.Join(j.dir, "blob-"+h.Hex)
	if err := os.WriteFile(tmp, data, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}
