package disk

import "github.com/cockroachdb/pebble/v2/vfs"

// space tells whether the disk has room, before anything is written: a write that fails in the middle would stop the
// engine for good.
type space struct {
	fs      vfs.FS
	dir     string
	reserve uint64
}

// smallDisk is the part of a file system that the reserve takes at most, as a divisor. Less than a quarter of a small
// one would not hold what Pebble needs to flush two memtables and to merge them.
const smallDisk = 4

// check answers full when a commit of so many bytes would eat into the reserve, and brimful when even deletions must
// stop. A file system that cannot tell is taken to have room.
func (s space) check(bytes int) (full, brimful bool) {
	u, err := s.fs.GetDiskUsage(s.dir)
	if err != nil || u.TotalBytes == 0 {
		return false, false
	}
	reserve := min(s.reserve, u.TotalBytes/smallDisk)
	// Twice: once in the log, once when the memtable is flushed.
	need := 2 * uint64(bytes)
	return u.AvailBytes < reserve+need, u.AvailBytes < reserve/2+need
}
