package volume

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Modes that fsGroup adds: the group may do what it needs to, and what is made in a directory belongs to the group.
const (
	groupReadWrite = 0o660
	groupRead      = 0o440
	groupSearch    = 0o110
)

// setGroup gives a tree to a group, as fsGroup asks.
func setGroup(dir string, gid int64, readOnly bool) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if err := os.Lchown(path, -1, int(gid)); err != nil {
			return err
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			return nil
		}
		add := fs.FileMode(groupReadWrite)
		if readOnly {
			add = groupRead
		}
		mode := info.Mode().Perm() | info.Mode()&(fs.ModeSetuid|fs.ModeSticky) | add
		if e.IsDir() {
			mode |= fs.ModeSetgid | groupSearch
		} else {
			mode |= info.Mode() & fs.ModeSetgid
		}
		return os.Chmod(path, mode)
	})
}

// hasGroup says whether the root of a tree already is as setGroup leaves it (fsGroupChangePolicy OnRootMismatch).
func hasGroup(dir string, gid int64) bool {
	info, err := os.Stat(dir)
	if err != nil {
		return false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int64(st.Gid) == gid && info.Mode()&fs.ModeSetgid != 0 && info.Mode().Perm()&groupReadWrite == groupReadWrite
}
