package image

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/driver/image/hosts"
	"gantry.dev/gantry/internal/driver/image/trust"
)

// layerSlots bounds the layers that a store fetches and unpacks at once, over all pulls. Unpacking is bound by one core
// per layer and by the disk; more streams than this only make each slower and hold more connections.
const layerSlots = 4

// Options are the few things that a store can be told. The zero value is right for a node.
type Options struct {
	// PlainHTTP lists registries ("registry.local:5000") that are spoken to without TLS. Loopback always is.
	PlainHTTP []string
	// Hosts are mirrors of registries, and how registries are reached.
	Hosts hosts.Config
	// Trust says which images may be pulled; nil lets all be. What is imported or built here is the administrator's own.
	Trust *trust.Policy
	// Share keeps the layers that are pulled as they came, so that Handler has them for others.
	Share bool
	// Peers finds other nodes that may have an image, by its full name with digest; nil finds none. What they give is
	// compared with its digest like anything else.
	Peers func(ctx context.Context, name string) []Peer
	// Transport replaces the HTTP transport to registries, for tests; what Hosts says of certificates and headers needs our own.
	Transport http.RoundTripper
	// ResumeWait is the first pause before a broken transfer is taken up again; zero is distribution.DefaultWait.
	ResumeWait time.Duration
}

// Store is an image store on disk. Its methods may be called at once from many goroutines and, on the same directory,
// from several processes.
type Store struct {
	dir     string // absolute
	remotes remotes
	trust   *trust.Policy // may be nil
	share   bool
	peers   func(ctx context.Context, name string) []Peer // may be nil
	slots   chan struct{}                                 // one token per layer being fetched, see layerSlots

	mu      sync.Mutex
	pulls   map[*progress]struct{} // that are under way
	flights map[v1.Hash]*flight    // layers being unpacked by this process, by diff ID
	cached  cachedIndex
}

// Open opens or creates the store in dir, and clears what crashed processes left half-done.
func Open(dir string, o Options) (*Store, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open image store: %w", err)
	}
	for _, sub := range []string{"layers", "blobs", "work"} {
		// Layers hold setuid files of strangers: nobody but root may walk in.
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return nil, fmt.Errorf("open image store: %w", err)
		}
	}
	s := &Store{
		dir:     dir,
		remotes: newRemotes(o),
		trust:   o.Trust,
		share:   o.Share,
		peers:   o.Peers,
		slots:   make(chan struct{}, layerSlots),
		pulls:   map[*progress]struct{}{},
		flights: map[v1.Hash]*flight{},
	}
	if _, err := s.sweep(func(Image) bool { return true }); err != nil {
		return nil, fmt.Errorf("open image store %s: %w", dir, err)
	}
	return s, nil
}

// Close releases what the store holds open. Images stay usable.
func (s *Store) Close() error {
	s.remotes.close()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cached.drop()
}

// Get finds a present image by a name ("busybox", "busybox:1.36", "busybox@sha256:...") or by ID ("sha256:...", or its
// 64 hex digits). An image of which a layer is gone from the disk counts as absent, so that a pull repairs it.
func (s *Store) Get(ref string) (Image, bool) {
	ix, err := s.load()
	if err != nil {
		return Image{}, false
	}
	rec, ok := ix.Images[ix.resolve(ref)]
	if !ok {
		return Image{}, false
	}
	img := s.image(ix, rec)
	for _, dir := range img.Layers {
		if _, err := os.Lstat(dir); err != nil {
			return Image{}, false
		}
	}
	return img, true
}

// List returns all images, ordered by ID.
func (s *Store) List() ([]Image, error) {
	ix, err := s.load()
	if err != nil {
		return nil, fmt.Errorf("list images: %w", err)
	}
	out := make([]Image, 0, len(ix.Images))
	for _, rec := range ix.Images {
		out = append(out, s.image(ix, rec))
	}
	slices.SortFunc(out, func(a, b Image) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

// Remove takes a name away, or by ID an image with all of its names. The layers stay until GC. It is no error if
// nothing of that name is present.
func (s *Store) Remove(ref string) error {
	err := s.update(func(ix *index) error {
		if id, ok := imageID(ref); ok {
			ix.drop(id)
			return nil
		}
		n, err := parseName(ref)
		if err != nil {
			return err
		}
		delete(ix.Names, n.key())
		return nil
	})
	return failed("remove", ref, err)
}

// image makes the value that callers see from a record.
func (s *Store) image(ix *index, rec record) Image {
	img := Image{ID: rec.ID, Local: rec.Origin == "", Size: rec.Size, Created: rec.Created, Config: rec.Config}
	for name, id := range ix.Names {
		switch {
		case id != rec.ID:
		case strings.Contains(name, "@"):
			img.RepoDigests = append(img.RepoDigests, name)
		default:
			img.Tags = append(img.Tags, name)
		}
	}
	slices.Sort(img.Tags)
	slices.Sort(img.RepoDigests)
	for id := range rec.dirs() {
		img.Layers = append(img.Layers, s.layerFiles(id))
	}
	return img
}

func (s *Store) layerDir(id v1.Hash) string   { return filepath.Join(s.dir, "layers", id.Hex) }
func (s *Store) layerFiles(id v1.Hash) string { return filepath.Join(s.layerDir(id), "fs") }
func (s *Store) blobPath(h v1.Hash) string    { return filepath.Join(s.dir, "blobs", h.Hex) }
func (s *Store) workDir() string              { return filepath.Join(s.dir, "work") }
