package image

import (
	"context"
	"errors"
	"net/http"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Options are the few things that a store can be told. The zero value is right for a node.
type Options struct {
	// PlainHTTP lists registries ("registry.local:5000") that are spoken to without TLS. Loopback always is.
	PlainHTTP []string
	// Transport replaces the HTTP transport to registries, for proxies and tests.
	Transport http.RoundTripper
}

// Store is an image store on disk. Its methods may be called at once from many goroutines and, on the same directory,
// from several processes.
type Store struct{}

// Auth is one credential for registries, from a docker config. See ParseDockerConfig.
type Auth struct {
	Registry      string // the key of the config: host, host/path, glob ("*.example.com"), or a URL
	Username      string
	Password      string
	IdentityToken string // OAuth2 refresh token
	RegistryToken string // bearer token, used as it is
}

// User is a process identity, resolved against an image's own account files.
type User struct {
	UID, GID  uint32
	ExtraGIDs []uint32
	Name      string // "" if the image has no such account
	Home      string // "/" if the image has no such account
}

// File is one entry of an image made by FromFiles.
type File struct {
	Path   string // in the image, absolute
	Mode   uint32 // permission bits with setuid, setgid, sticky; 0 means 0755 for directories and 0644 for files
	Source string // a file of the host with the content; or
	Data   []byte // the content itself
	Link   string // makes a symlink with this target
	Dir    bool   // makes a directory
	UID    int
	GID    int
}

var errDraft = errors.New("image: the API is being laid, its body follows")

// Open opens or creates the store in dir, and clears what crashed processes left half-done.
func Open(dir string, o Options) (*Store, error) { return nil, errDraft }

// Close releases what the store holds open. Images stay usable.
func (s *Store) Close() error { return errDraft }

// Pull makes the image that ref names present as it is now at its registry, and returns it. It always asks the
// registry; whether to is the caller's policy (Get tells what is present). Of auths, those that match the registry are
// tried, the most specific first; with none that match the pull is anonymous.
func (s *Store) Pull(ctx context.Context, ref string, auths []Auth) (Image, error) {
	return Image{}, errDraft
}

// Get finds a present image by a name ("busybox", "busybox:1.36", "busybox@sha256:...") or by ID ("sha256:...", or its
// 64 hex digits). It costs two small file reads.
func (s *Store) Get(ref string) (Image, bool) { return Image{}, false }

// List returns all images, ordered by ID.
func (s *Store) List() ([]Image, error) { return nil, errDraft }

// Remove takes a name away, or by ID an image with all of its names. The layers stay until GC. It is no error if
// nothing of that name is present.
func (s *Store) Remove(ref string) error { return errDraft }

// GC removes the images that keep refuses, with their names, and then every layer and blob that neither an image nor a
// running pull needs. Layers in use by a container must be kept by keep: GC knows no containers. It returns the bytes freed.
func (s *Store) GC(keep func(Image) bool) (int64, error) { return 0, errDraft }

// Import adds the images of a docker-save archive, an OCI layout directory or an OCI layout archive (plain or
// compressed). name is for images that carry none; "" leaves those reachable by ID only.
func (s *Store) Import(ctx context.Context, path, name string) ([]Image, error) {
	return nil, errDraft
}

// Add puts an image that was made in this process (see FromFiles) under a name.
func (s *Store) Add(ctx context.Context, name string, img v1.Image) (Image, error) {
	return Image{}, errDraft
}

// Push writes a present image to the registry that ref names. ref must be one of its names, or else src names the
// image (name or ID).
func (s *Store) Push(ctx context.Context, src, ref string, auths []Auth) error { return errDraft }

// ParseDockerConfig reads the credentials of a docker config: ~/.docker/config.json, or the content of a Secret of type
// kubernetes.io/dockerconfigjson (".dockerconfigjson") or kubernetes.io/dockercfg (".dockercfg").
func ParseDockerConfig(data []byte) ([]Auth, error) { return nil, errDraft }

// Normalize gives the full form of an image name as upstream does: registry docker.io and repository library/ by
// default, tag "latest" if there is neither tag nor digest. Its error has the cause InvalidName.
func Normalize(ref string) (string, error) { return "", errDraft }

// ResolveUser turns a user as an image or a pod names it ("", "name", "uid", "name:group", "uid:gid") into ids, by the
// etc/passwd and etc/group of the image's layers. Symlinks in the image are followed inside of the image only.
func ResolveUser(user string, layers []string) (User, error) { return User{}, errDraft }

// FromFiles makes a one-layer image for this machine's platform. Parent directories are added. The same input gives
// the same image ID.
func FromFiles(c Config, files ...File) (v1.Image, error) { return nil, errDraft }
