package image

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// index is what index.json holds: small (some kilobytes for each image), read whole and replaced whole.
// A value that was loaded is shared and never changed; update works on a clone.
type index struct {
	Names  map[string]string `json:"names"`  // normalised name with tag or digest → image ID
	Images map[string]record `json:"images"` // by image ID
}

// record is one image. Invariant: once a record is in the index, its layers and its config are durable on disk.
type record struct {
	ID       string     `json:"id"`
	Manifest *v1.Hash   `json:"manifest,omitempty"` // blob with the platform's manifest; nil if it was imported without one
	Origin   string     `json:"origin,omitempty"`   // where it was pulled from, name@digest; "" if its layer blobs are kept
	Created  time.Time  `json:"created,omitzero"`
	Size     int64      `json:"size"`
	Config   Config     `json:"config"`
	Layers   []layerRef `json:"layers"`
}

// layerRef names one layer of an image: the directory by its diff ID, the blob (if it is kept) by its digest.
type layerRef struct {
	DiffID  v1.Hash  `json:"diffID"`
	Blob    *v1.Hash `json:"blob,omitempty"`
	Variant *v1.Hash `json:"variant,omitempty"` // used in place of the layer itself, see adoptParents
}

// dir names the directory that the image uses for the layer.
func (l layerRef) dir() v1.Hash {
	if l.Variant != nil {
		return *l.Variant
	}
	return l.DiffID
}

// dirs yields the layers' directories in document order, each layer once. Of a layer that occurs twice only the topmost
// counts: whatever the lower one holds or removes, the upper one holds or removes again, and overlayfs refuses a
// directory twice.
func (r record) dirs() iter.Seq[v1.Hash] {
	return func(yield func(v1.Hash) bool) {
		for i, l := range r.Layers {
			again := slices.ContainsFunc(r.Layers[i+1:], func(o layerRef) bool { return o.DiffID == l.DiffID })
			if !again && !yield(l.dir()) {
				return
			}
		}
	}
}

// cachedIndex is the last index that was read. The file is held open: as long as it is, its inode cannot be reused, so
// "the path still leads to this inode" means "the content is still the same", whatever the clock's resolution.
type cachedIndex struct {
	file *os.File
	ix   *index
}

func (c *cachedIndex) drop() error {
	if c.file == nil {
		return nil
	}
	err := c.file.Close()
	*c = cachedIndex{}
	return err
}

func (s *Store) indexPath() string { return filepath.Join(s.dir, "index.json") }

// load returns the current index, from memory if the file on disk is still the one that was read.
func (s *Store) load() (*index, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, err := os.Stat(s.indexPath())
	if errors.Is(err, fs.ErrNotExist) {
		return &index{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read image index: %w", err)
	}
	if s.cached.file != nil {
		if had, err := s.cached.file.Stat(); err == nil && os.SameFile(had, now) {
			return s.cached.ix, nil
		}
	}
	f, err := os.Open(s.indexPath())
	if err != nil {
		return nil, fmt.Errorf("read image index: %w", err)
	}
	ix := &index{}
	if err := json.NewDecoder(f).Decode(ix); err != nil {
		f.Close()
		return nil, fmt.Errorf("image index %s is damaged (%w): remove it, and pull or import the images again", s.indexPath(), err)
	}
	_ = s.cached.drop() // a descriptor that was only read from
	s.cached = cachedIndex{file: f, ix: ix}
	return ix, nil
}

// update changes the index under the exclusive lock: change gets a clone, which replaces the file if change succeeds.
func (s *Store) update(change func(*index) error) error {
	unlock, err := s.lock(exclusive)
	if err != nil {
		return err
	}
	defer unlock()
	return s.updateLocked(change)
}

func (s *Store) updateLocked(change func(*index) error) error {
	old, err := s.load()
	if err != nil {
		return err
	}
	ix := &index{Names: maps.Clone(old.Names), Images: maps.Clone(old.Images)}
	if ix.Names == nil {
		ix.Names = map[string]string{}
	}
	if ix.Images == nil {
		ix.Images = map[string]record{}
	}
	if err := change(ix); err != nil {
		return err
	}
	data, err := json.Marshal(ix)
	if err != nil {
		return fmt.Errorf("encode image index: %w", err)
	}
	return writeDurable(s.indexPath(), data)
}

// drop removes an image and all names that lead to it.
func (ix *index) drop(id string) {
	delete(ix.Images, id)
	maps.DeleteFunc(ix.Names, func(_, to string) bool { return to == id })
}

// resolve gives the ID that a name or an ID stands for, "" if it stands for nothing.
func (ix *index) resolve(ref string) string {
	if id, ok := imageID(ref); ok {
		return id
	}
	n, err := parseName(ref)
	if err != nil {
		return ""
	}
	return ix.Names[n.key()]
}
