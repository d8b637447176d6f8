package cri

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"gantry.dev/gantry/internal/driver/container"
)

// logLimit bounds the log of a container: the runtime writes it and never rotates it.
type logLimit struct {
	path  string
	bytes int64
	files int
}

func limitOf(spec container.Spec) logLimit {
	l := logLimit{path: spec.LogPath, bytes: spec.LogMaxBytes, files: spec.LogMaxFiles}
	if l.bytes == 0 {
		l.bytes = container.DefaultLogMaxBytes
	}
	if l.files == 0 {
		l.files = container.DefaultLogMaxFiles
	}
	return l
}

// rotate moves a log that has grown too large away and has the runtime open a new one.
func (r *Runtime) rotate(ctx context.Context, id, cid string) {
	r.mu.Lock()
	l := r.logs[id]
	if l.path == "" && r.ids[id] == "" {
		r.ids[id] = cid // of an earlier process
	}
	r.mu.Unlock()
	info, err := os.Stat(l.path)
	if l.path == "" || err != nil || info.Size() < l.bytes {
		return
	}
	if err = l.shift(); err == nil {
		err = r.ReopenLog(ctx, id)
	}
	if err != nil && ctx.Err() == nil {
		r.log.Warn("rotating a log", "runtime", r.o.Name, "container", id, "err", err)
	}
}

// shift renames LOG to LOG.1, LOG.1 to LOG.2 and so on; the last is lost.
func (l logLimit) shift() error {
	for i := l.files - 1; i > 0; i-- {
		from := l.path
		if i > 1 {
			from = fmt.Sprintf("%s.%d", l.path, i-1)
		}
		if err := os.Rename(from, fmt.Sprintf("%s.%d", l.path, i)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
