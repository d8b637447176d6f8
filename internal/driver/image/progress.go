package image

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Progress is how far a pull is. Layers that are here already count as done.
type Progress struct {
	Ref     string    `json:"image"`
	Started time.Time `json:"started"`
	// Layers and Bytes are those of the image, compressed; zero until its manifest is known.
	Layers     int   `json:"layers"`
	LayersDone int   `json:"layersDone"`
	Bytes      int64 `json:"bytes"`
	BytesDone  int64 `json:"bytesDone"`
	// From is where the latest bytes came from: a registry, a mirror, another node.
	From string `json:"from,omitempty"`
	// Resumed counts broken transfers that were taken up again.
	Resumed int `json:"resumed,omitempty"`
}

// String reads as "2 of 5 layers, 120.0 of 800.0 MiB (15 %) from reg.io".
func (p Progress) String() string {
	if p.Layers == 0 {
		return "asking for its manifest"
	}
	s := fmt.Sprintf("%d of %d layers, %.1f of %.1f MiB (%d %%)", p.LayersDone, p.Layers, float64(p.BytesDone)/(1<<20), float64(p.Bytes)/(1<<20), 100*p.BytesDone/max(p.Bytes, 1))
	if p.From != "" {
		s += " from " + p.From
	}
	if p.Resumed > 0 {
		s += fmt.Sprintf(", taken up again %d times", p.Resumed)
	}
	return s
}

// Names reports whether the pull is of an image, which has to be given by its full name.
func (p Progress) Names(full string) bool {
	n, err := parseName(full)
	return err == nil && n.key() == p.Ref
}

// progress is a pull that is under way. All its methods may be called on nil, which notes nothing.
type progress struct {
	mu sync.Mutex
	p  Progress
}

func (p *progress) update(change func(*Progress)) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.p)
}

// expect notes what the image is made of.
func (p *progress) expect(layers []layerSource) {
	p.update(func(q *Progress) {
		for _, l := range layers {
			q.Layers++
			q.Bytes += l.size
		}
	})
}

// came notes bytes; of the config too, which is too small to matter.
func (p *progress) came(n int, from string) {
	p.update(func(q *Progress) { q.From, q.BytesDone = from, min(q.BytesDone+int64(n), q.Bytes) })
}

func (p *progress) broke(string, error) { p.update(func(q *Progress) { q.Resumed++ }) }

// done notes a layer that is present now; cached if none of its bytes had to come.
func (p *progress) done(size int64, cached bool) {
	p.update(func(q *Progress) {
		q.LayersDone++
		if cached {
			q.BytesDone = min(q.BytesDone+size, q.Bytes)
		}
	})
}

// track shows a pull to Pulls until its end is called.
func (s *Store) track(ref string) (p *progress, end func()) {
	p = &progress{p: Progress{Ref: ref, Started: time.Now()}}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pulls[p] = struct{}{}
	return p, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.pulls, p)
	}
}

// Pulls are the pulls of this process that are under way, the oldest first.
func (s *Store) Pulls() []Progress {
	s.mu.Lock()
	running := slices.Collect(maps.Keys(s.pulls))
	s.mu.Unlock()
	var out []Progress
	for _, p := range running {
		p.mu.Lock()
		out = append(out, p.p)
		p.mu.Unlock()
	}
	slices.SortFunc(out, func(a, b Progress) int { return a.Started.Compare(b.Started) })
	return out
}
