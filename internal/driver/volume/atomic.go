package volume

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The names of the layout that programs watch for updates, as upstream lays it out:
//
//	<volume>/..2026_11_22_10_00_00.123456789/   the files of one generation
//	<volume>/..data                             symlink to the newest generation, switched by rename
//	<volume>/<first element>                    symlink to ..data/<first element>
const (
	dataLink   = "..data"
	newLink    = "..data_tmp"
	generation = "..2006_01_02_15_04_05."
)

// writeFiles makes the content of dir be files, all at once: readers see the old or the new generation. It answers
// whether anything had to be changed.
func writeFiles(dir string, files Files, fsGroup *int64) (changed bool, err error) {
	if err := files.check(); err != nil {
		return false, err
	}
	old, err := os.Readlink(filepath.Join(dir, dataLink))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if old != "" && sameFiles(filepath.Join(dir, old), files) {
		// The visible links may be missing after a crash between the switch and their making.
		return false, linkVisible(dir, files)
	}
	fresh, err := os.MkdirTemp(dir, time.Now().UTC().Format(generation))
	if err != nil {
		return false, err
	}
	if err := fill(fresh, files, fsGroup); err != nil {
		return false, errors.Join(err, os.RemoveAll(fresh))
	}
	tmp := filepath.Join(dir, newLink)
	if err := os.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if err := os.Symlink(filepath.Base(fresh), tmp); err != nil {
		return false, err
	}
	if err := os.Rename(tmp, filepath.Join(dir, dataLink)); err != nil {
		return false, err
	}
	if err := linkVisible(dir, files); err != nil {
		return true, err
	}
	return true, sweep(dir, filepath.Base(fresh), files)
}

// fill writes one generation.
func fill(dir string, files Files, fsGroup *int64) error {
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	for p, f := range files {
		full := filepath.Join(dir, p)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(full, f.Data, 0o600); err != nil {
			return err
		}
		if f.UID != nil {
			if err := os.Chown(full, int(*f.UID), -1); err != nil {
				return err
			}
		}
		// Chmod, because a mode given at creation is cut by the umask.
		if err := os.Chmod(full, fs.FileMode(f.Mode&0o777)); err != nil {
			return err
		}
	}
	if fsGroup == nil {
		return nil
	}
	return setGroup(dir, *fsGroup, true)
}

// sameFiles compares a generation with what is wanted.
func sameFiles(dir string, files Files) bool {
	seen := 0
	err := filepath.WalkDir(dir, func(full string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, full)
		if err != nil {
			return err
		}
		want, ok := files[rel]
		if !ok {
			return fs.SkipAll
		}
		have, err := os.ReadFile(full)
		if err != nil {
			return err
		}
		if bytes.Equal(have, want.Data) {
			seen++
		}
		return nil
	})
	return err == nil && seen == len(files) && countFiles(dir) == len(files)
}

func countFiles(dir string) (n int) {
	// An unreadable generation counts as different, which writes a new one.
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	})
	return n
}

// linkVisible makes the names that users of the volume see.
func linkVisible(dir string, files Files) error {
	for p := range files {
		top, _, _ := strings.Cut(p, "/")
		err := os.Symlink(filepath.Join(dataLink, top), filepath.Join(dir, top))
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

// sweep removes visible names without a file and generations other than the current one.
func sweep(dir, current string, files Files) error {
	keep := map[string]bool{dataLink: true, current: true}
	for p := range files {
		top, _, _ := strings.Cut(p, "/")
		keep[top] = true
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if keep[e.Name()] {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return fmt.Errorf("removing what an update left over: %w", err)
		}
	}
	return nil
}
