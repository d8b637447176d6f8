package fair

import (
	"fmt"
	"math"
	"time"
)

// work is seats multiplied by time, in units of 10^-8 seat-seconds: 6 years of 1,000 seats fit. Differences may be
// negative; they wrap, and sums of them come out right.
type work uint64

const (
	workScale = 1e8
	maxWork   = work(math.MaxUint64)
	// wornWork is where a level's progress begins anew, at the next moment in which nothing measures by it.
	wornWork = maxWork / 4
)

// workOf is seats for a time.
func workOf(seats float64, d time.Duration) work {
	return work(int64(math.Round(seats * float64(d) / (1e9 / workScale))))
}

// perSeat is how long so many seats take for the work.
func (w work) perSeat(seats int) time.Duration {
	return time.Duration(float64(w) / float64(seats) * (float64(time.Second) / workScale))
}

func (w work) seconds() float64 { return float64(w) / workScale }

// String is the form in upstream's dumps.
func (w work) String() string {
	return fmt.Sprintf("%d.%08dss", w/workScale, w%workScale)
}
