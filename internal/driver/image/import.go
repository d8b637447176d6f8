package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// named is a source with the names that it brings along.
type named struct {
	source
	names []string // normalised, with tag or digest
}

// Import adds the images of a docker-save archive, an OCI layout directory or an OCI layout archive (plain, gzip or
// zstd). name is for an image that carries none; "" leaves such an image reachable by ID only.
func (s *Store) Import(ctx context.Context, path, name string) ([]Image, error) {
	images, err := s.importPath(ctx, path, name)
	return images, failed("import", path, err)
}

func (s *Store) importPath(ctx context.Context, path, name string) ([]Image, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	var files fs.FS
	if st.IsDir() {
		root, err := os.OpenRoot(path)
		if err != nil {
			return nil, err
		}
		defer root.Close()
		files = root.FS()
	} else {
		f, err := s.openArchive(ctx, path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if files, err = newTarFS(f); err != nil {
			return nil, err
		}
	}
	found, err := readArchive(ctx, files)
	if err != nil {
		return nil, err
	}
	return s.ingestAll(ctx, found, name)
}

// readArchive finds the images of an archive. The docker-save form is looked for first: new versions of docker write
// both, and only it has the full names.
func readArchive(ctx context.Context, files fs.FS) ([]named, error) {
	if _, err := fs.Stat(files, dockerManifest); err == nil {
		return readDockerSave(files)
	}
	if _, err := fs.Stat(files, layoutIndex); err == nil {
		return readLayout(ctx, files)
	}
	return nil, because(BadImage, fmt.Errorf("neither a docker-save archive (%s) nor an OCI layout (%s)", dockerManifest, layoutIndex))
}

func (s *Store) ingestAll(ctx context.Context, found []named, name string) ([]Image, error) {
	var out []Image
	for _, f := range found {
		if len(f.names) == 0 && name != "" {
			n, err := parseName(name)
			if err != nil {
				return out, err
			}
			f.names = []string{n.key()}
		}
		img, err := s.ingest(ctx, f.source, f.names)
		if err != nil {
			return out, err
		}
		out = append(out, img)
	}
	return out, nil
}

// openArchive opens an archive for random access. One that is compressed or comes through a pipe is first copied; the
// copy has no name any more and goes with its descriptor.
func (s *Store) openArchive(ctx context.Context, path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	plain, err := isPlainFile(f)
	if err != nil || plain {
		if err != nil {
			f.Close()
		}
		return f, err
	}
	defer f.Close()
	j, err := s.begin()
	if err != nil {
		return nil, err
	}
	defer j.end()
	in := &sourceReader{ctx: ctx, r: f}
	r, err := decompress(in)
	if err != nil {
		return nil, in.blame(err)
	}
	defer r.Close()
	tmp, err := os.Create(filepath.Join(j.dir, "archive"))
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(tmp, r); err != nil {
		return nil, errors.Join(in.blame(err), tmp.Close())
	}
	return tmp, nil
}

// isPlainFile reports whether f can be read at any offset and is not compressed.
func isPlainFile(f *os.File) (bool, error) {
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() {
		return false, err
	}
	var magic [4]byte
	if _, err := f.ReadAt(magic[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return false, err
	}
	return compressionOf(magic[:]) == uncompressed, nil
}
