package fair

import (
	"math"
	"time"
)

// Width is how much of the server a request is expected to take.
type Width struct {
	// Initial are the seats that it takes while it is served.
	Initial int
	// Final are the seats that its consequences (events to watches) take for Linger after the answer. The request
	// takes the larger of both all the time; the client waits for none of it.
	Final  int
	Linger time.Duration
	// Watches is how many watches were found to see the consequences, if Watched.
	Watches int
	Watched bool
}

// Seats is what the request holds while it runs.
func (w Width) Seats() int { return max(w.Initial, w.Final) }

const (
	// maxListSeats and maxWriteSeats are upstream's bounds of what one request takes.
	maxListSeats  = 100
	maxWriteSeats = 10
	// bytesPerSeat is how much of a list one seat is for.
	bytesPerSeat = 100_000
	// streamedBytes bounds what a list counts for: lists are streamed from memory here, never made as a whole.
	streamedBytes = 1_000_000
	// watchesPerSeat is for how many watches' events one seat is; writes that fewer see cost no seats more.
	watchesPerSeat = 10
	// eventTime is how long such a seat is taken: an event to one of 500 watches takes 13 µs of CPU here
	// (docs/performance.md, watch_event_cpu_ms). Upstream reckons with 500.
	eventTime = 130 * time.Microsecond
)

// One is the width of most requests.
func One() Width { return Width{Initial: 1} }

// bounded is n, at least one and at most the level's bound, or the general one.
func bounded(n, level, general int) int {
	if level <= 0 || level > general {
		level = general
	}
	return max(1, min(n, level))
}

// List is the width of a list of n objects of an average size in bytes; most is the Ticket's MaxWidth. A list narrowed
// to one object has n = 1.
func List(n, average, most int) Width {
	bytes := min(float64(n)*float64(average), streamedBytes)
	return Width{Initial: bounded(int(math.Ceil(bytes/bytesPerSeat)), most, maxListSeats)}
}

// UnknownList is the width of a list whose options cannot be read.
func UnknownList(most int) Width { return Width{Initial: bounded(maxListSeats, most, maxListSeats)} }

// Write is the width of a write whose event so many watches will see; most is the Ticket's MaxWidth.
func Write(watches, most int) Width {
	w := One()
	w.Watches, w.Watched = watches, true
	if watches < watchesPerSeat {
		return w
	}
	seats := int(math.Ceil(float64(watches) / watchesPerSeat))
	after := workOf(float64(seats), eventTime)
	w.Final = bounded(seats, most, maxWriteSeats)
	w.Linger = after.perSeat(w.Final)
	return w
}
