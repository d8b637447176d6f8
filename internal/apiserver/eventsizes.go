package apiserver

import (
	"math/bits"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

// eventBuckets are the buckets of upstream's histogram of the sizes of watch events: up to 1 KiB, 2 KiB ... 128 KiB, and more.
const eventBuckets = 9

// eventSizes is the histogram of the sizes of the events of one kind. Tens of thousands of watches send in it, so that a
// batch is added up by its writer and costs two or three atomic operations, however many events it has.
type eventSizes struct {
	counts [eventBuckets]atomic.Uint64
	bytes  atomic.Uint64
}

// eventBatch adds up the sizes of events before they are counted.
type eventBatch struct {
	counts [eventBuckets]uint32
	bytes  uint64
}

// add counts an event.
func (b *eventBatch) add(size int) {
	b.bytes += uint64(size)
	b.counts[min(bits.Len(uint(max(size-1, 0))>>10), eventBuckets-1)]++
}

// count counts what a batch has added up.
func (s *eventSizes) count(b *eventBatch) {
	for i, n := range b.counts {
		if n > 0 {
			s.counts[i].Add(uint64(n))
		}
	}
	s.bytes.Add(b.bytes)
}

// eventKind is whose events a histogram is about, in the order of its labels.
type eventKind struct{ group, version, resource string }

// sizesOfEvents are the histograms of all kinds that somebody has watched.
type sizesOfEvents struct {
	of   sync.Map // eventKind → *eventSizes
	desc *prometheus.Desc
}

func newSizesOfEvents() *sizesOfEvents {
	return &sizesOfEvents{desc: prometheus.NewDesc("apiserver_watch_events_sizes", "Bytes of events sent to watches.", []string{"group", "version", "resource"}, nil)}
}

func (s *sizesOfEvents) kind(k eventKind) *eventSizes {
	if sizes, ok := s.of.Load(k); ok {
		return sizes.(*eventSizes)
	}
	sizes, _ := s.of.LoadOrStore(k, new(eventSizes))
	return sizes.(*eventSizes)
}

// Describe implements prometheus.Collector.
func (s *sizesOfEvents) Describe(ch chan<- *prometheus.Desc) { ch <- s.desc }

// Collect implements prometheus.Collector.
func (s *sizesOfEvents) Collect(ch chan<- prometheus.Metric) {
	s.of.Range(func(k, v any) bool {
		kind, sizes := k.(eventKind), v.(*eventSizes)
		buckets := map[float64]uint64{}
		var all uint64
		for i := range sizes.counts {
			all += sizes.counts[i].Load()
			if i < eventBuckets-1 {
				buckets[float64(int(1024)<<i)] = all
			}
		}
		ch <- prometheus.MustNewConstHistogram(s.desc, all, float64(sizes.bytes.Load()), buckets, kind.group, kind.version, kind.resource)
		return true
	})
}
