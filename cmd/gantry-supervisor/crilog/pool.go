package crilog

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Pool knows the open files, and closes those that nobody writes to, so that thousands of containers need few descriptors.
type Pool struct {
	mu   sync.Mutex
	open map[*File]struct{}
}

// NewPool makes an empty pool.
func NewPool() *Pool { return &Pool{open: map[*File]struct{}{}} }

func (p *Pool) opened(f *File) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[f] = struct{}{}
}

func (p *Pool) closed(f *File) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, f)
}

// CloseIdle closes the files that were last written before since, and says how many stay open.
func (p *Pool) CloseIdle(since time.Time) int {
	p.mu.Lock()
	files := slices.Collect(maps.Keys(p.open))
	p.mu.Unlock()
	for _, f := range files {
		f.closeIdle(since)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.open)
}
