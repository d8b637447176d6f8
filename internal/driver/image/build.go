package image

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
)

// File is one entry of an image made by FromFiles: a regular file, unless Dir or Link says otherwise.
type File struct {
	Path   string      // in the image, absolute
	Mode   os.FileMode // permission bits with setuid, setgid, sticky; 0 means 0755 for directories and 0644 for files
	Source string      // a file of the host with the content; or, if "",
	Data   []byte      // the content itself
	Link   string      // makes a symlink with this target
	Dir    bool        // makes a directory
	UID    int
	GID    int
}

// FromFiles makes an image of one layer for this machine's platform. Parent directories are added. The same input
// gives the same image ID. Files of the host are read now and again whenever the image is read: they must not change.
func FromFiles(c Config, files ...File) (v1.Image, error) {
	layer, err := LayerFromFiles(files...)
	if err != nil {
		return nil, err
	}
	return FromLayers(c, layer)
}

// LayerFromFiles makes a layer for FromLayers.
func LayerFromFiles(files ...File) (v1.Layer, error) {
	files = withParents(files)
	return NewLayer(func(w io.Writer) error {
		tw := tar.NewWriter(w)
		for _, f := range files {
			if err := f.writeTo(tw); err != nil {
				return fmt.Errorf("add %s to an image: %w", f.Path, err)
			}
		}
		return tw.Close()
	})
}

// NewLayer makes a layer of the tar that write writes, the same at each call.
func NewLayer(write func(io.Writer) error) (v1.Layer, error) {
	h := sha256.New()
	if err := write(h); err != nil {
		return nil, err
	}
	return partial.UncompressedToLayer(plainLayer{
		diffID: v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(h.Sum(nil))},
		open: func() (io.ReadCloser, error) {
			r, w := io.Pipe()
			go func() { w.CloseWithError(write(w)) }()
			return r, nil
		},
	})
}

// FromLayers makes an image of layers, the base first. OS and Architecture default to this machine's.
func FromLayers(c Config, layers ...v1.Layer) (v1.Image, error) {
	set := func(names []string) map[string]struct{} {
		m := map[string]struct{}{}
		for _, n := range names {
			m[n] = struct{}{}
		}
		return m
	}
	file := v1.ConfigFile{
		OS: c.OS, Architecture: c.Architecture,
		Config: v1.Config{
			Entrypoint: c.Entrypoint, Cmd: c.Cmd, Env: c.Env, WorkingDir: c.WorkingDir, User: c.User, StopSignal: c.StopSignal,
			ExposedPorts: set(c.ExposedPorts), Volumes: set(c.Volumes), Labels: c.Labels,
		},
		RootFS: v1.RootFS{Type: "layers"},
	}
	if file.OS == "" {
		file.OS = runtime.GOOS
	}
	if file.Architecture == "" {
		file.Architecture = runtime.GOARCH
	}
	img := plainImage{layers: map[v1.Hash]v1.Layer{}}
	for _, l := range layers {
		diffID, err := l.DiffID()
		if err != nil {
			return nil, fmt.Errorf("make image: %w", err)
		}
		file.RootFS.DiffIDs = append(file.RootFS.DiffIDs, diffID)
		img.layers[diffID] = l
	}
	var err error
	if img.config, err = json.Marshal(file); err != nil {
		return nil, fmt.Errorf("make image: %w", err)
	}
	return partial.UncompressedToImage(img)
}

// withParents adds the directories that files lie in and puts every directory before its content.
func withParents(files []File) []File {
	have := map[string]bool{"/": true}
	var out []File
	for _, f := range files {
		f.Path = path.Clean("/" + f.Path)
		out = append(out, f)
		have[f.Path] = true
	}
	for _, f := range slices.Clone(out) {
		for dir := path.Dir(f.Path); !have[dir]; dir = path.Dir(dir) {
			have[dir] = true
			out = append(out, File{Path: dir, Dir: true})
		}
	}
	slices.SortStableFunc(out, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// unixEpoch is the time of all files: a build's hour would make each build another image.
func unixEpoch() time.Time { return time.Unix(0, 0).UTC() }

func (f File) writeTo(tw *tar.Writer) error {
	h := &tar.Header{
		Name: strings.TrimPrefix(f.Path, "/"), Mode: tarMode(f.Mode), Uid: f.UID, Gid: f.GID,
		ModTime: unixEpoch(), Format: tar.FormatPAX,
	}
	content := io.Reader(bytes.NewReader(f.Data))
	switch {
	case f.Dir:
		h.Typeflag, h.Name = tar.TypeDir, h.Name+"/"
		if f.Mode == 0 {
			h.Mode = 0o755
		}
	case f.Link != "":
		h.Typeflag, h.Linkname, h.Mode = tar.TypeSymlink, f.Link, 0o777
	case f.Source != "":
		src, err := os.Open(f.Source)
		if err != nil {
			return err
		}
		defer src.Close()
		st, err := src.Stat()
		if err != nil {
			return err
		}
		h.Typeflag, h.Size, content = tar.TypeReg, st.Size(), src
		if f.Mode == 0 {
			h.Mode = int64(st.Mode().Perm())
		}
	default:
		h.Typeflag, h.Size = tar.TypeReg, int64(len(f.Data))
		if f.Mode == 0 {
			h.Mode = 0o644
		}
	}
	if err := tw.WriteHeader(h); err != nil {
		return err
	}
	if h.Typeflag != tar.TypeReg {
		return nil
	}
	n, err := io.Copy(tw, content)
	if err == nil && n != h.Size {
		err = errors.New("the file changed while it was read")
	}
	return err
}

// tarMode turns Go's mode bits into those of a tar.
func tarMode(m os.FileMode) int64 {
	out := int64(m.Perm())
	for bit, unixBit := range map[os.FileMode]int64{os.ModeSetuid: 0o4000, os.ModeSetgid: 0o2000, os.ModeSticky: 0o1000} {
		if m&bit != 0 {
			out |= unixBit
		}
	}
	return out
}
