package image

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// archiveEntries bounds the entries of an image archive: a docker-save archive has a few per layer.
const archiveEntries = 100_000

// tarFS gives random access to the files of an uncompressed tar on disk, by offset: an image archive is not unpacked
// to be read. It is an fs.FS, so that an archive and a directory of the same layout are read by the same code.
type tarFS struct {
	file    *os.File
	entries map[string]tarEntry
}

type tarEntry struct {
	header *tar.Header
	offset int64
}

// newTarFS reads the headers of the archive.
func newTarFS(f *os.File) (*tarFS, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	t := &tarFS{file: f, entries: map[string]tarEntry{}}
	tr := tar.NewReader(f) // unbuffered: after Next the file stands at the entry's content
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, because(BadImage, fmt.Errorf("read archive: %w", err))
		}
		offset, err := f.Seek(0, io.SeekCurrent)
		if err != nil {
			return nil, err
		}
		if len(t.entries) == archiveEntries {
			return nil, because(BadImage, fmt.Errorf("more than %d entries in an image archive", archiveEntries))
		}
		t.entries[strings.TrimPrefix(path.Clean("/"+h.Name), "/")] = tarEntry{h, offset}
	}
}

// Open opens a regular file of the archive. Old docker-save archives hold a layer once and symlinks to it.
func (t *tarFS) Open(name string) (fs.File, error) {
	e, ok := t.entries[name]
	if ok && e.header.Typeflag == tar.TypeSymlink {
		e, ok = t.entries[strings.TrimPrefix(path.Join("/", path.Dir(name), e.header.Linkname), "/")]
	}
	if !ok || e.header.Typeflag != tar.TypeReg {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return tarFile{io.NewSectionReader(t.file, e.offset, e.header.Size), e.header}, nil
}

// tarFile is an open file of the archive.
type tarFile struct {
	*io.SectionReader
	header *tar.Header
}

func (f tarFile) Stat() (fs.FileInfo, error) { return f.header.FileInfo(), nil }
func (f tarFile) Close() error               { return nil }
