package vmhost

/*
#include <stdint.h>
#if defined(__x86_64__)
#include <x86intrin.h>
static uint64_t ticks(void) { return __rdtsc(); }
#else
static uint64_t ticks(void) { return 0; }
#endif
*/
import "C"

import "time"

const (
	// tscInterval is how long the processor's clock is compared with the kernel's: its rate is then known to a few parts in 10,000.
	tscInterval = 20 * time.Millisecond
	// tscReadings are taken at each end. The one that was disturbed least counts.
	tscReadings = 8
)

// tscKHz is the rate of this processor's time stamp counter, which an emulated one has too; 0 where there is none. A machine would
// measure it with emulated timers, and hang when the host is too busy to keep them on time.
func tscKHz() int64 {
	t0, c0 := readTSC()
	<-time.After(tscInterval)
	t1, c1 := readTSC()
	return int64(c1-c0) * int64(time.Millisecond) / int64(t1.Sub(t0))
}

// readTSC reads both clocks as nearly at once as it can.
func readTSC() (at time.Time, ticks uint64) {
	best := ^uint64(0)
	for range tscReadings {
		before := uint64(C.ticks())
		now := time.Now()
		after := uint64(C.ticks())
		if after-before < best {
			best, at, ticks = after-before, now, before+(after-before)/2
		}
	}
	return at, ticks
}
