package fair

import "sync/atomic"

// InFlight is what takes the place of a Gate when priority and fairness is switched off: at most so many requests at the same
// time, and nobody waits. It is safe for concurrent use.
type InFlight struct {
	limit int64 // 0 is none
	now   atomic.Int64
}

// NewInFlight makes a bound; zero is none.
func NewInFlight(limit int) *InFlight { return &InFlight{limit: int64(limit)} }

// Enter takes a place; false if there is none. Who got one gives it back with Leave.
func (f *InFlight) Enter() bool {
	if f.now.Add(1) <= f.limit || f.limit == 0 {
		return true
	}
	f.now.Add(-1)
	return false
}

// Leave gives a place back.
func (f *InFlight) Leave() { f.now.Add(-1) }
