package fair

import (
	"sync"
	"time"

	"gantry.dev/gantry/internal/api"
)

// Refusals says how long who was refused is asked to stay away: longer, the more are refused. The algorithm is that of
// upstream's dropped requests tracker: doubled while there are more than three refusals for each second of it, a second
// less when there is less than one. It is safe for concurrent use.
type Refusals struct {
	mu     sync.Mutex
	levels map[levelKey]*refusals
}

type levelKey struct {
	cluster api.Cluster
	level   string
}

// maxRetryAfter is the longest that anybody is asked to wait, in seconds.
const maxRetryAfter = 32

type refusals struct {
	seconds [maxRetryAfter]int // refusals by second, the latest at latest % maxRetryAfter
	latest  int64              // Unix time
	after   int64
	grown   int64 // when after was last made longer
}

// Note counts a refusal and says after how many seconds to come again.
func (r *Refusals) Note(c api.Cluster, level string, now time.Time) int {
	unix, k := now.Unix(), levelKey{c, level}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.levels == nil {
		r.levels = map[levelKey]*refusals{}
	}
	s := r.levels[k]
	if s == nil {
		if len(r.levels) >= maxClusters {
			clear(r.levels) // who is refused next is asked to wait a second, as the first are
		}
		s = &refusals{latest: unix, after: 1}
		r.levels[k] = s
	}
	if unix > s.latest {
		s.pass(unix)
	}
	s.seconds[s.latest%maxRetryAfter]++
	return int(s.after)
}

// pass begins a new second.
func (s *refusals) pass(unix int64) {
	for at := max(s.latest+1, unix-maxRetryAfter+1); at <= unix; at++ {
		s.seconds[at%maxRetryAfter] = 0
	}
	s.latest = unix
	lately := int64(0)
	for at := max(unix-s.after, unix-maxRetryAfter+1); at < unix; at++ {
		lately += int64(s.seconds[at%maxRetryAfter])
	}
	switch {
	case unix-s.grown >= s.after && lately >= 3*s.after:
		s.after, s.grown = min(2*s.after, maxRetryAfter), unix
	case lately < s.after && s.after > 1:
		s.after--
	}
}
