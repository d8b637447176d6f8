package image

import (
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// GC removes the images that keep refuses, with their names, and then every layer and blob that neither an image nor a
// running pull needs. Layers in use by a container must be kept by keep: GC knows no containers, and keep must not call
// the store. It returns the bytes freed.
func (s *Store) GC(keep func(Image) bool) (int64, error) {
	freed, err := s.sweep(keep)
	if err != nil {
		return freed, fmt.Errorf("collect unused images: %w", err)
	}
	return freed, nil
}

// sweep removes dead jobs, refused images, and what nothing needs. Under the exclusive lock the doomed are only moved
// away; deleting thousands of files happens outside of it.
func (s *Store) sweep(keep func(Image) bool) (int64, error) {
	j, err := s.begin()
	if err != nil {
		return 0, err
	}
	doomed, err := s.condemn(j, keep)
	var freed int64
	for _, path := range doomed {
		freed += diskUse(path)
	}
	j.end()
	return freed, err
}

// condemn moves what nothing needs into the job's directory.
func (s *Store) condemn(j *job, keep func(Image) bool) (doomed []string, err error) {
	unlock, err := s.lock(exclusive)
	if err != nil {
		return nil, err
	}
	defer unlock()
	needed, err := s.sweepJobs()
	if err != nil {
		return nil, err
	}
	ix, err := s.load()
	if err != nil {
		return nil, err
	}
	var refused []string
	for id, rec := range ix.Images {
		if !keep(s.image(ix, rec)) {
			refused = append(refused, id)
			continue
		}
		for h := range rec.needs() {
			needed[h] = true
		}
	}
	if len(refused) > 0 { // the names go first: a crash after this leaves garbage, never an image without its layers
		if err := s.updateLocked(func(ix *index) error {
			for _, id := range refused {
				ix.drop(id)
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	for _, kind := range []string{"layers", "blobs"} {
		entries, err := os.ReadDir(filepath.Join(s.dir, kind))
		if err != nil {
			return doomed, err
		}
		for _, e := range entries {
			if needed[v1.Hash{Algorithm: "sha256", Hex: e.Name()}] {
				continue
			}
			grave := filepath.Join(j.dir, kind+"-"+e.Name())
			if err := os.Rename(filepath.Join(s.dir, kind, e.Name()), grave); err != nil {
				return doomed, err
			}
			doomed = append(doomed, grave)
		}
	}
	return doomed, nil
}

// needs yields what the image cannot do without: layers by diff ID, blobs by digest.
func (r record) needs() iter.Seq[v1.Hash] {
	return func(yield func(v1.Hash) bool) {
		if id, err := v1.NewHash(r.ID); err == nil && !yield(id) {
			return
		}
		if r.Manifest != nil && !yield(*r.Manifest) {
			return
		}
		for _, l := range r.Layers {
			if !yield(l.DiffID) || l.Blob != nil && !yield(*l.Blob) || l.Variant != nil && !yield(*l.Variant) {
				return
			}
		}
	}
}

// diskUse adds up the regular files below path; what cannot be read counts nothing.
func diskUse(path string) int64 {
	var n int64
	_ = filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // an estimate for the log
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			n += info.Size()
		}
		return nil
	})
	return n
}
