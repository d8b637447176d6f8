package image

import (
	"slices"
	"strings"
	"time"
)

// Image is one image of the store, ready to run. It is a value: later changes of the store do not change it.
type Image struct {
	// ID is the digest of the image's config, "sha256:...": the same for the same content wherever it came from.
	ID string
	// Tags are the names with a tag that point to the image, normalised ("docker.io/library/busybox:1.36"), sorted.
	Tags []string
	// RepoDigests are the names with a digest that the image was pulled or imported under, sorted. The digest is that of
	// what the name stood for: of the index if the name was of a multi-platform image.
	RepoDigests []string
	// Local says that the image was made or imported here: no registry is known that could give it again.
	Local bool
	// Size is that of the layers' uncompressed archives, in bytes. Layers shared with other images are counted in each.
	Size int64
	// Created is when the image was built, as its config says; zero if it does not.
	Created time.Time
	// Config is what the image says about the process to run.
	Config Config
	// Layers are the absolute paths of the unpacked layers in document order: the base first, the topmost last.
	// Each is usable as an overlayfs lowerdir; overlayfs wants the topmost first, see LowerDirs. No path occurs twice.
	// It may be empty (an image without layers). In the option string of mount(2) some 40 fit; and commas and colons of
	// the data directory must be escaped there. fsconfig(2) with lowerdir+ has neither limit.
	Layers []string
}

// Config is the part of an image's config that a container runtime needs.
type Config struct {
	OS, Architecture string

	Entrypoint   []string
	Cmd          []string
	Env          []string // "NAME=value"
	WorkingDir   string
	User         string // "", "name", "uid", "name:group", "uid:gid"; see ResolveUser
	StopSignal   string // "SIGTERM", "15", or "" for the default
	ExposedPorts []string
	Volumes      []string
	Labels       map[string]string
}

// LowerDirs is Layers in the order of overlayfs: the topmost first.
func (i Image) LowerDirs() []string {
	out := slices.Clone(i.Layers)
	slices.Reverse(out)
	return out
}

// Ref is what a pod's status shows as imageID: the first repo digest, else the ID.
func (i Image) Ref() string {
	if len(i.RepoDigests) > 0 {
		return i.RepoDigests[0]
	}
	return i.ID
}

// HexID is the start of the ID as `gantry image list` prints it: 12 digits without the algorithm.
func (i Image) HexID() string {
	hex := strings.TrimPrefix(i.ID, "sha256:")
	return hex[:min(12, len(hex))]
}
