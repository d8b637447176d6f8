package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// needBytes is below what images of a small cluster and the store's reserve take.
	needBytes = 2 << 30
	// syncs are enough for a rate that means something, and over in a second on a slow disk.
	syncs = 50
	// slowSyncs is a rate below which every write of the API takes long: a spinning disk, a busy network volume.
	slowSyncs = 100
	// syncTime bounds the measurement on a disk that hangs.
	syncTime = 3 * time.Second
)

// Disk looks at the room and the speed of the file system that holds dir, which need not exist.
func Disk(dir string) []Finding {
	at := dir
	for {
		if st, err := os.Stat(at); err == nil && st.IsDir() {
			break
		}
		up := filepath.Dir(at)
		if up == at {
			break
		}
		at = up
	}
	return []Finding{room(at), syncRate(at)}
}

func room(dir string) Finding {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return missing("disk space", fmt.Sprintf("%s: %v", dir, err), "choose another --data-dir")
	}
	free := s.Bavail * uint64(s.Bsize)
	detail := fmt.Sprintf("%.1f GiB free at %s", float64(free)/(1<<30), dir)
	if free < needBytes {
		return warning("disk space", detail, "make room, or choose another --data-dir: images and the database need some GiB")
	}
	return ok("disk space", detail)
}

// syncRate writes and syncs small pieces, as the database does at each commit.
func syncRate(dir string) Finding {
	const name = "disk sync"
	f, err := os.CreateTemp(dir, ".gantry-doctor-")
	if err != nil {
		if errors.Is(err, os.ErrPermission) {
			return warning(name, "not tried: "+err.Error(), "run doctor as root")
		}
		return missing(name, err.Error(), "the data directory must be writable: choose another --data-dir")
	}
	defer os.Remove(f.Name())
	defer f.Close()
	buf := make([]byte, 4096)
	start, n := time.Now(), 0
	for ; n < syncs && time.Since(start) < syncTime; n++ {
		if _, err := f.Write(buf); err != nil {
			return missing(name, err.Error(), "make room, or choose another --data-dir")
		}
		if err := unix.Fdatasync(int(f.Fd())); err != nil {
			return missing(name, err.Error(), "the disk fails; choose another --data-dir")
		}
	}
	rate := float64(n) / time.Since(start).Seconds()
	detail := fmt.Sprintf("%.0f syncs a second at %s", rate, dir)
	if rate < slowSyncs {
		return warning(name, detail, "each write of the API waits for a sync: put --data-dir on a faster disk (SSD)")
	}
	return ok(name, detail)
}
