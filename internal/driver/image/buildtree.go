package image

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// FilesOf are the entries that put a directory of this machine, with all that is below it, at a place in an image: files,
// directories and symbolic links with their modes, owned by root. Files with several names become several files; what is
// none of these (devices, sockets) is refused.
func FilesOf(dir, at string) ([]File, error) {
	var out []File
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		f := File{Path: path.Join("/", at, filepath.ToSlash(rel)), Mode: info.Mode() &^ fs.ModeType}
		switch info.Mode().Type() {
		case 0:
			f.Source = p
		case fs.ModeDir:
			f.Dir = true
		case fs.ModeSymlink:
			if f.Link, err = os.Readlink(p); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s: neither a file nor a directory nor a link", p)
		}
		if f.Path != "/" {
			out = append(out, f)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read %s for an image: %w", dir, err)
	}
	return out, nil
}
