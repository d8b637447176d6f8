package app

import (
	"context"
	"math"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// memoryLook is how often the use of memory is looked at, which costs microseconds: often enough that a load of
	// seconds gets its room.
	memoryLook = time.Second
	// quietBytes is what a process allocates at most during quietLooks that is at rest.
	quietBytes = 8 << 20
	quietLooks = 5
	// busyBytes is what a process under load allocates between two looks: a thousand writes. On a heap that would have less room than
	// lives, it is less in the same measure, since each collection of it costs more: a node that starts forty pods a second beside
	// ten thousand allocates 46 MiB.
	busyBytes = 64 << 20
	// restRoom is how much garbage may gather on a large heap at rest. The runtime's rule, as much again as lives, would
	// let 300 MiB of objects take 600.
	restRoom = 128 << 20
	// loadRoom is how much may gather under load, because what a collection costs does not depend on how much garbage it
	// finds; heapRoom is what lives and garbage take together, unless that left less than restRoom. Of a small heap under
	// load the runtime's rule would collect as much as lives ten times a second.
	loadRoom = 256 << 20
	heapRoom = 448 << 20
	// loadShare and restShare are the least room under load and at rest, as parts of what lives: a collection costs by what lives, so
	// that with a fixed room the collector's part of the work would grow with the heap (half of it at 450 MiB).
	loadShare, restShare = 2, 4
	// fullRoom bounds the heap that has, as by the runtime's rule, as much room under load as lives: preemption at 5,000 nodes, where
	// 350 MiB live, costs 1.5 CPU-ms a pod with it, 2.1 with half of it, 2.6 with 128 MiB.
	fullRoom = 384 << 20
	// worthGiving is the least that is given back: less is soon used again.
	worthGiving = 32 << 20
	// leastLive stands for a heap that is smaller, as in the runtime.
	leastLive = 4 << 20
)

// heapUse is what the runtime says of its heap, in bytes.
type heapUse struct {
	// allocated counts everything since the start.
	allocated uint64
	// live is what the last collection has found alive, held what the process holds of the system's memory for it.
	live, held uint64
}

// memoryKeeper decides from one look to the next. It is pure but for what it remembers.
type memoryKeeper struct {
	// past is what had been allocated at the last looks, the oldest first.
	past [quietLooks]uint64
	// given is what had been allocated when memory was last given back.
	given uint64
	// percent is the last answer; 0 before the first.
	percent int
}

// judge says how much may be allocated before the next collection, in percent of what lives, and whether a load has ended
// whose memory should go back to the system: the runtime keeps what it had at the peak for minutes, and for ever what the
// next peak may want.
func (k *memoryKeeper) judge(now heapUse) (percent int, giveBack bool) {
	live := max(now.live, leastLive)
	room := max(min(live, restRoom), live/restShare)
	if float64(now.allocated-k.past[quietLooks-1])*float64(live) >= busyBytes*float64(room) {
		room = max(min(max(heapRoom, live+restRoom)-live, loadRoom), min(live, fullRoom), live/loadShare)
	}
	percent = int(math.Ceil(float64(room) * 100 / float64(live)))
	// Steps of a tenth: a new percentage stops the world for a moment.
	if diff := percent - k.percent; k.percent > 0 && diff*10 < k.percent && -diff*10 < k.percent {
		percent = k.percent
	}
	quiet := now.allocated-k.past[0] < quietBytes
	if quiet && now.allocated-k.given > worthGiving && now.held > now.live+worthGiving {
		giveBack, k.given = true, now.allocated
	}
	copy(k.past[:], k.past[1:])
	k.past[quietLooks-1], k.percent = now.allocated, percent
	return percent, giveBack
}

// keepMemory keeps the heap small under load and gives memory back after it, until ctx ends. Whoever sets GOGC has decided
// for himself.
func (s *Server) keepMemory(ctx context.Context) error {
	samples := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}, {Name: "/memory/classes/heap/free:bytes"}}
	_, decided := os.LookupEnv("GOGC")
	tick := time.NewTicker(memoryLook)
	defer tick.Stop()
	var k memoryKeeper
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		metrics.Read(samples)
		v := func(i int) uint64 { return samples[i].Value.Uint64() }
		before := k.percent
		percent, giveBack := k.judge(heapUse{allocated: v(0), live: v(1), held: v(2) + v(3) + v(4)})
		if percent != before && !decided {
			debug.SetGCPercent(percent)
		}
		if giveBack {
			debug.FreeOSMemory()
		}
	}
}
