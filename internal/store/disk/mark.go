package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/cockroachdb/pebble/v2/vfs"

	"gantry.dev/gantry/internal/api"
)

// markName is a small file beside Pebble's. It says which version of the keyspace the directory holds, and a revision
// that the log has surely reached: it is written when the store opens and closes, and soon after commits (see
// keepMark). A log that ends earlier has lost
// something that Pebble cannot miss, because to Pebble a cut-off log or manifest looks like a torn last record.
const (
	markName   = "GANTRY"
	markFormat = "gantry store format %d revision %d\n"
	// formatVersion is the version of the keyspace and of the entries.
	formatVersion = 1
)

// readMark returns the revision of the mark; found is false in a new directory.
func readMark(fsys vfs.FS, dir string) (rev api.Revision, found bool, err error) {
	f, err := fsys.Open(fsys.PathJoin(dir, markName))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	text, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return 0, false, err
	}
	var format int
	if _, err := fmt.Sscanf(string(text), markFormat, &format, &rev); err != nil {
		return 0, false, fmt.Errorf("%w: %s holds %q", errDamaged, markName, text)
	}
	if format > formatVersion {
		return 0, false, fmt.Errorf("%w (format %d, this version reads up to %d)", errFormat, format, formatVersion)
	}
	return rev, true, nil
}

// writeMark replaces the mark in one durable step.
func writeMark(fsys vfs.FS, dir string, rev api.Revision) error {
	tmp := fsys.PathJoin(dir, markName+".new")
	f, err := fsys.Create(tmp, vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, markFormat, formatVersion, rev)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := fsys.Rename(tmp, fsys.PathJoin(dir, markName)); err != nil {
		return err
	}
	d, err := fsys.OpenDir(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
