package image

import (
	"archive/tar"
	"errors"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
)

// impliedScan watches a tar go by and finds its implied directories: those that entries lie in, but that have no entry
// of their own. Unpacked alone such a directory becomes root's with mode 0755, and would cover the attributes that it
// has in a layer below (a /tmp that nobody can write to); see adoptParents.
type impliedScan struct {
	io.Writer // takes the tar
	pipe      *io.PipeWriter
	found     chan []string
}

func newImpliedScan() *impliedScan {
	r, w := io.Pipe()
	s := &impliedScan{Writer: w, pipe: w, found: make(chan []string, 1)}
	go func() {
		s.found <- impliedDirs(r)
		_, _ = io.Copy(io.Discard, r) // the padding, or what follows a broken header: the writer never waits for us
	}()
	return s
}

// finish ends the scan and returns what it found, sorted: parents before their children. It must be called once.
func (s *impliedScan) finish() []string {
	s.pipe.Close() // of a pipe it never fails
	return <-s.found
}

// impliedDirs reads a tar up to its end or its first error, which whoever unpacks it reports.
func impliedDirs(r io.Reader) []string {
	entries, parents := map[string]bool{}, map[string]bool{}
	tr := tar.NewReader(r)
	for {
		h, err := tr.Next()
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return slices.Sorted(func(yield func(string) bool) {
				for dir := range maps.Keys(parents) {
					if !entries[dir] && !yield(dir) {
						return
					}
				}
			})
		}
		name := strings.TrimPrefix(path.Clean("/"+h.Name), "/")
		entries[name] = true
		for dir := path.Dir(name); dir != "." && !parents[dir]; dir = path.Dir(dir) {
			parents[dir] = true
		}
	}
}
